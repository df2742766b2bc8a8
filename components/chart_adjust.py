"""What a stack may change of a platform chart: typed keys, and values of the chart's own as a last resort."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from components.chart_parts import PARTS, Key, Part
from components.foundation.addons import merged
from components.model import Settings
from components.names import LabelKey, LabelValue
from components.quantity import Cores, Memory

ONE_VERSION = r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
"""What Helm takes for one version only: `1.2.3`, not `1.x`, `1.2.x`, `^1.2` or `>=1`; nor `1.2`, which is any 1.2.

Source: github.com/Masterminds/semver, "Wildcards In Comparisons", by which Helm reads what `--version` says.
"""


PLACING: tuple[Key, ...] = ("tolerations", "nodeSelector")
"""The keys that decide on which nodes pods run."""


class TolerationSettings(Settings):
    """A toleration, as Kubernetes writes it."""

    key: LabelKey | None = Field(default=None, description="The taint's key; unset, with Exists: every taint.")
    operator: Literal["Equal", "Exists"] = Field(default="Equal", description="How the value is compared.")
    value: LabelValue | None = Field(default=None, description="The taint's value, with Equal.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        default=None, description="The taint's effect; unset: every one."
    )
    toleration_seconds: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="For how long a pod stays beside a NoExecute taint, in seconds; unset: for ever."
    )


class AmountsSettings(Settings):
    """CPU and memory."""

    cpu: Cores | None = Field(default=None, description="CPU in cores, such as 250m.")
    memory: Memory | None = Field(default=None, description="Memory, such as 256Mi.")


class PodResourcesSettings(Settings):
    """What a container asks for, and may take, as Kubernetes writes it."""

    requests: AmountsSettings = Field(default_factory=AmountsSettings, description="What is kept for it on its node.")
    limits: AmountsSettings = Field(default_factory=AmountsSettings, description="The most that it may take.")


class PartAdjustment(Settings):
    """What is changed of the pods of one part of a chart."""

    replicas: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="The number of pods; unset: Slipway's own."
    )
    resources: PodResourcesSettings | None = Field(
        default=None, description="Requests and limits, laid over Slipway's own or the chart's."
    )
    tolerations: tuple[TolerationSettings, ...] | None = Field(
        default=None, description="The taints that its pods tolerate, in place of the chart's own."
    )
    node_selector: dict[LabelKey, LabelValue] | None = Field(
        default=None, description="The labels of the nodes that its pods run on."
    )

    def given(self) -> dict[Key, Any]:
        """Return the keys that are set, as manifests have them."""
        every: dict[Key, Any] = {
            "replicas": self.replicas,
            "resources": self.resources and _plain(self.resources),
            "tolerations": None if self.tolerations is None else [_plain(each) for each in self.tolerations],
            "nodeSelector": self.node_selector,
        }
        return {key: value for key, value in every.items() if value is not None}


class ChartAdjustment(PartAdjustment):
    """What is changed of one chart. replicas and resources are of its main part, the other keys of every part."""

    version: Annotated[str, Field(pattern=f"^{ONE_VERSION}$", examples=["v1.21.2"])] | None = Field(
        default=None,
        description="Another version than the lock's, one and no range, as the chart's repository spells it.",
    )
    parts: dict[str, PartAdjustment] = Field(
        default_factory=dict, description="Single parts of the chart by name, over the keys beside this one."
    )
    values: dict[str, Any] = Field(
        default_factory=dict,
        description="A last resort: values of the chart's own, laid over everything. Slipway cannot tell whether what"
        " it relies on still holds.",
    )


def _plain(settings: Settings) -> dict[str, Any]:
    content = settings.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: value for key, value in content.items() if value != {}}


def of_parts(entry: str, adjustment: ChartAdjustment) -> Iterator[tuple[str, Part, dict[Key, Any]]]:
    """Yield each part of a chart with what is changed of it: what of it holds for the chart, and its own.

    A part that runs on every node beside others keeps its tolerations unless it is named.
    """
    chart_wide = adjustment.given()
    for number, (name, part) in enumerate(PARTS[entry].items()):
        wide: dict[Key, Any] = {
            key: value
            for key, value in chart_wide.items()
            if (number == 0 or not (part.on_every_node or key in ("replicas", "resources"))) and key in part.paths
        }
        own = adjustment.parts[name].given() if name in adjustment.parts else {}
        yield name, part, {**wide, **own}


def _nested(path: str, value: Any) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


def _as_text(value: Any) -> str:
    stream = StringIO()
    YAML(typ="safe").dump(value, stream)
    return stream.getvalue()


def typed_values(entry: str, adjustment: ChartAdjustment) -> dict[str, Any]:
    """Return the typed keys as values of the chart; a key that a part does not take is for the checks to refuse."""
    found: dict[str, Any] = {}
    for _, part, changes in of_parts(entry, adjustment):
        for key, value in changes.items():
            if key in part.paths:
                written = _as_text(value) if part.text and key in PLACING else value
                found = merged(found, _nested(part.paths[key], written))
    return found


def adjusted(entry: str, values: Mapping[str, Any], adjustment: ChartAdjustment | None) -> dict[str, Any]:
    """Return a chart's values: Slipway's, over them the typed keys, over these the stack's own values."""
    if adjustment is None:
        return dict(values)
    return merged(merged(values, typed_values(entry, adjustment)), adjustment.values)


def placements(entry: str, adjustment: ChartAdjustment) -> Iterator[dict[str, Any]]:
    """Yield where the pods of each part run whose place is changed, as fields of their spec."""
    for _, _, changes in of_parts(entry, adjustment):
        fields: dict[str, Any] = {key: changes[key] for key in PLACING if key in changes}
        if fields:
            yield fields


def summary(adjustment: ChartAdjustment) -> str:
    """Return what is changed, in words for the release's description: `helm history` and the preview show them."""
    typed = sorted(
        {*adjustment.given(), *(f"{part}.{key}" for part, own in adjustment.parts.items() for key in own.given())}
    )
    told = [f"adjusted: {', '.join(typed)}"] if typed else []
    told += [f"version {adjustment.version} in place of the lock's"] if adjustment.version else []
    told += [f"UNCHECKED values: {', '.join(sorted(paths(adjustment.values)))}"] if adjustment.values else []
    return "; ".join(told)


def paths(values: Mapping[str, Any], start: str = "") -> Iterator[str]:
    """Yield the dotted paths of values, without the values themselves."""
    for key, value in values.items():
        path = f"{start}{key}"
        if isinstance(value, Mapping) and value:
            yield from paths(value, f"{path}.")
        else:
            yield path
