"""Helm charts: every version and repository pinned once, in `charts.lock.yaml`, and one way to install them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pulumi
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.helm.v4.Chart import Chart
from pydantic import Field
from ruamel.yaml import YAML

from components.chart_adjust import ONE_VERSION, ChartAdjustment, adjusted, placements, summary
from components.component import Nodes
from components.model import Settings

LOCK_FILE = Path(__file__).with_name("charts.lock.yaml")

MAX_HISTORY = 10
"""Revisions that Helm keeps of a release, each as a Secret: Helm's own default, where the provider keeps all."""


def is_one_version(version: str) -> bool:
    """Tell whether a version of a chart is one, and not a range."""
    return re.fullmatch(ONE_VERSION, version) is not None


class ChartSettings(Settings):
    """Where charts come from."""

    mirror: Annotated[str, Field(pattern=r"^(https://|http://|oci://|\./|\.\./|/).+")] | None = Field(
        default=None,
        description=(
            "One place for all charts: https://host/path, oci://host/path, or a folder (starting with ./, ../ or /)"
            " that holds NAME-VERSION.tgz files as `helm pull` names them. Unset: each chart's own repository."
        ),
    )

    adjust: dict[str, ChartAdjustment] = Field(
        default_factory=dict, description="What the stack changes of a platform chart, by its entry in the lock."
    )


class PinnedChart(Settings):
    """One entry of the lock file."""

    version: str = Field(
        pattern=f"^{ONE_VERSION}$", description="The chart's version, one and no range, as its repository spells it."
    )
    repository: str = Field(
        pattern=r"^(https|oci)://", description="HTTP repository, or OCI registry path without the chart."
    )
    chart: str | None = Field(
        default=None, description="The chart's name in its repository, where it is not the entry's."
    )


class ChartLock(Settings):
    """The whole lock file."""

    charts: dict[str, PinnedChart]


class Charts:
    """The pinned charts, addressed in their own repositories or in the mirror."""

    def __init__(self, settings: ChartSettings, lock: ChartLock, nodes: Nodes | None = None) -> None:
        """Take the entries of `lock`; `settings.mirror` replaces every repository.

        A chart whose pods the stack puts elsewhere waits for those of `nodes` that they run on.
        """
        self._mirror = settings.mirror
        self._adjust = settings.adjust
        self._nodes = nodes or Nodes()
        self._pinned = lock.charts

    @staticmethod
    def read_lock(path: Path = LOCK_FILE) -> ChartLock:
        """Read and validate the lock file."""
        return ChartLock.model_validate(YAML(typ="safe").load(path))

    def version(self, name: str) -> str:
        """Return the version of the lock entry `name`: the stack's own choice, or the pinned one."""
        adjustment = self._adjust.get(name)
        return (adjustment.version if adjustment else None) or self._pinned[name].version

    def source(self, name: str, version: str | None = None) -> dict[str, Any]:
        """Return the inputs that locate a chart: `chart`, `version` and, for an HTTP repository, `repository_opts`.

        `version` is one that the stack chooses itself, beside the lock's: for control planes that run side by side.
        """
        pinned = self._pinned[name]
        chart = pinned.chart or name
        chosen = version or self.version(name)
        origin = self._mirror or pinned.repository
        if origin.startswith("oci://"):
            return {"chart": f"{origin.rstrip('/')}/{chart}", "version": chosen}
        if origin.startswith(("https://", "http://")):
            return {"chart": chart, "version": chosen, "repository_opts": {"repo": origin}}
        return {"chart": f"{origin.rstrip('/')}/{chart}-{chosen}.tgz"}

    def template(
        self,
        resource_name: str,
        chart: str,
        *,
        values: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions,
    ) -> Chart:
        """Render the lock entry `chart` and apply its objects one by one: for charts of CRDs that outgrow a release.

        A Helm release is one Secret, of at most 1 MiB. Hooks are left out. The objects are the component's children,
        which only a deployment knows.
        """
        whole = adjusted(chart, values or {}, self._adjust.get(chart)) or None
        return Chart(resource_name, name=chart, values=whole, opts=opts, **self.source(chart))

    def release(
        self,
        resource_name: str,
        chart: str,
        *,
        namespace: pulumi.Input[str],
        values: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
        release_name: str | None = None,
        version: str | None = None,
        timeout_seconds: int = 600,
        skip_crds: bool = False,
        before_nodes: bool = False,
    ) -> Release:
        """Install the lock entry `chart` as a Helm release that rolls back when it does not become ready in time.

        The release is named like the entry unless `release_name` says otherwise, and has the lock's version unless
        `version` does. The namespace must exist: it is a tenancy decision (pod security, quota), not the chart's. What
        comes `before_nodes` waits for none, wherever the stack puts its pods. Raises KeyError for an entry that the
        lock lacks.
        """
        adjustment = self._adjust.get(chart)
        return Release(
            resource_name,
            name=release_name or chart,
            namespace=namespace,
            values=adjusted(chart, values, adjustment),
            description=summary(adjustment) or None if adjustment else None,
            atomic=True,
            create_namespace=False,
            max_history=MAX_HISTORY,
            skip_crds=skip_crds,
            timeout=timeout_seconds,
            opts=pulumi.ResourceOptions.merge(opts, self._ground(chart, None if before_nodes else adjustment)),
            **self.source(chart, version),
        )

    def _ground(self, chart: str, adjustment: ChartAdjustment | None) -> pulumi.ResourceOptions:
        """Return the wait for the nodes that a chart's pods run on where the stack says which."""
        pods = placements(chart, adjustment) if adjustment else ()
        return pulumi.ResourceOptions(depends_on=[group for pod in pods for group in self._nodes.for_pod(pod)])
