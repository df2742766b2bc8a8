"""Whatever app the settings and the checks accept, the API server accepts: every object of it, and its pods.

Objects are applied as a dry run: admission, defaulting and validation are the real ones, and nothing is left. The
examples are the same in every run. `SLIPWAY_FUZZ=1000` asks for other ones, and for that many.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from json import dumps
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from components.apps.context import context
from components.apps.manifests import render
from components.apps.tiers import CLASSES, SYSTEM_CLASSES
from components.checks import problems
from components.networking.mesh.membership import GATEWAY_NAMESPACE
from components.networking.mesh.settings import MeshSettings
from components.settings import StackSettings
from components.tenancy.namespaces import namespace_metadata
from components.tenancy.quota import limit_range_spec
from tests.cluster.api import Client
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest, Verdict, describe
from tests.cluster.waiting import eventually
from tests.cluster.workloads import WORKLOADS
from tests.support.app_mutations import mutants
from tests.support.app_strategies import NAMESPACES, POOLS, SECRETS, Document, Fleet, fleets
from tests.unit.apps.stacks import stack

EXAMPLES = int(os.environ.get("SLIPWAY_FUZZ", "60"))
bounded = settings(
    max_examples=EXAMPLES,
    derandomize="SLIPWAY_FUZZ" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # to shrink a mistake takes minutes, and the server's words name the field anyway
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

SPACES = {name: f"fuzz-{name}" for name in NAMESPACES}
"""The namespaces of the generated apps, under names that no stack has."""


def stack_of(documents: Sequence[Document], *, mesh: str, pools: bool) -> StackSettings:
    """Return a stack with these apps, in which all that they name exists. Raises `ValidationError`."""
    rooms: dict[str, Any] = {
        "mesh": {"kind": mesh},
        "ingress": {"controller": "istio" if mesh == "istio" else "external"},
        "certificates": {"email": "platform@example.com"},
        "secrets": dict.fromkeys(SECRETS, "hidden"),
        # Quotas are not asked here: a dry run uses nothing of them.
        "namespaces": {name: {"quota": None} for name in SPACES.values()},
        **({"nodePools": {name: {} for name in POOLS}} if pools else {}),
    }
    apps = [{**each, "namespace": SPACES.get(each["namespace"], each["namespace"])} for each in documents]
    return stack("development" if pools else "local", *apps, **rooms)


def rendered(found: StackSettings) -> list[Manifest]:
    """Return every object of a stack's apps."""
    facts = context(found)
    return [manifest for app in found.apps for manifest in render(app, facts).values()]


@pytest.fixture(scope="module")
def judge(whole: Client, custom_resources: set[tuple[str, str]]) -> Iterator["Judge"]:
    """The API server, with the namespaces and priority classes that the apps name."""
    assert ("networking.istio.io/v1", "VirtualService") in custom_resources
    settings = stack_of([], mesh="none", pools=False)
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": namespace_metadata(name, each, MeshSettings())}
        for name, each in settings.namespaces.items()
    ]
    spaces.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": GATEWAY_NAMESPACE}})
    limits = [
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": {"name": "limits", "namespace": name},
            "spec": limit_range_spec(each.limits),
        }
        for name, each in settings.namespaces.items()
    ]
    classes = [
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, **body}
        for name, body in CLASSES.items()
    ]
    made = [*spaces, *limits, *classes]
    for manifest in made:
        whole.apply(manifest)
    yield Judge(whole)
    for manifest in (*classes, *spaces):
        whole.delete(manifest, wait_seconds=0)
    eventually(lambda: not any(map(whole.live, spaces)), "the namespaces are gone", timeout_seconds=60)


class Judge:
    """Asks the API server for its verdict, once for each manifest."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._verdicts: dict[str, Verdict] = {}

    def refused(self, manifests: Sequence[Manifest], tally: Tally) -> list[str]:
        """Return one line for each manifest, or pod of a workload, that the server refuses or warns of."""
        both = [*manifests, *(pod_of(each) for each in manifests if each["kind"] in WORKLOADS)]
        asked = {dumps(each, sort_keys=True): each for each in both}
        new = [text for text in asked if text not in self._verdicts]
        with ThreadPoolExecutor(max_workers=4) as pool:
            self._verdicts |= zip(new, pool.map(self._verdict, (asked[text] for text in new)), strict=True)
        accepted = sum(self._verdicts[text].accepted for text in new)
        tally.add("applied", accepted)
        tally.add("rejected", len(new) - accepted)
        return [
            f"{describe(manifest)}: {verdict} {verdict.warnings}"
            for text, manifest in asked.items()
            if not (verdict := self._verdicts[text]).accepted or verdict.warnings
        ]

    def _verdict(self, manifest: Manifest) -> Verdict:
        if manifest["kind"] != "Pod":
            return self.client.try_apply(manifest, dry_run=True)
        path = self.client.kind("v1", "Pod").path(namespace=manifest["metadata"]["namespace"])
        return self.client.request("POST", path, manifest, query={"dryRun": "All", "fieldValidation": "Strict"})


def pod_of(workload: Manifest) -> Manifest:
    """Return a pod as a controller makes it of the template.

    It names neither its account, which was made in a dry run, nor a priority class that an existing cluster may have.
    """
    template, metadata = workload["spec"]["template"], workload["metadata"]
    claims = [
        {"name": each["metadata"]["name"], "persistentVolumeClaim": {"claimName": f"{each['metadata']['name']}-it"}}
        for each in workload["spec"].get("volumeClaimTemplates", ())
    ]
    spec = {**template["spec"], "volumes": [*template["spec"].get("volumes", ()), *claims]}
    del spec["serviceAccountName"]
    if spec["priorityClassName"] not in (*CLASSES, *SYSTEM_CLASSES):
        del spec["priorityClassName"]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "generateName": f"{metadata['name']}-",
            "namespace": metadata["namespace"],
        },
        "spec": spec,
    }


@bounded
@given(fleet=fleets(most=5))
def test_the_server_accepts_every_app_that_is_generated_as_acceptable(judge: Judge, tally: Tally, fleet: Fleet) -> None:
    found = stack_of(fleet.documents, mesh=fleet.mesh, pools=fleet.pools)
    assert problems(found) == []
    assert judge.refused(rendered(found), tally) == []


@bounded
@given(documents=mutants(count=12), mesh=st.sampled_from(["none", "istio"]), pools=st.booleans())
def test_the_server_accepts_every_spoiled_app_that_the_checks_accept(
    judge: Judge, tally: Tally, documents: Sequence[Document], mesh: str, pools: bool
) -> None:
    refused: list[tuple[Document, list[str]]] = []
    for document in documents:
        try:
            found = stack_of([document], mesh=mesh, pools=pools)
        except ValidationError:
            continue
        if not problems(found) and (lines := judge.refused(rendered(found), tally)):
            refused.append((document, lines))
    assert refused == []
