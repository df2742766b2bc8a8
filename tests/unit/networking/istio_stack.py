"""Istio as it is recorded from the settings of `mesh`, written as in YAML."""

from typing import Any

import pulumi

from components.networking.mesh.istio import Istio
from components.networking.mesh.settings import MeshSettings
from tests.support.incluster import CHARTS, record_in_cluster
from tests.support.recorded import Recording

AMBIENT = {"dataPlane": "ambient"}
TWO = {
    "revisions": {"1-30-3": "1.30.3", "1-31-0": "1.31.0"},
    "tags": {"stable": "1-30-3", "canary": "1-31-0"},
}


def mesh(istio: dict[str, Any] | None = None, **rest: Any) -> MeshSettings:
    return MeshSettings.model_validate({"kind": "istio", "istio": istio or {}, **rest}, by_name=False)


def istio(
    settings: dict[str, Any] | None = None,
    *,
    known: bool = True,
    ingress_class: str | None = "istio",
    found: list[Istio] | None = None,
    **rest: Any,
) -> Recording:
    """Record Istio with `settings` under mesh.istio, and `rest` beside it; `found` gets the component."""
    components = [] if found is None else found

    def build(target: Any, nodes: pulumi.Resource) -> None:
        crds = pulumi.CustomResource("kubernetes:helm.sh/v4:Chart", "gateway-api", {})
        components.append(
            Istio(
                "istio",
                mesh(settings, **rest),
                target=target,
                charts=CHARTS,
                ingress_class=ingress_class,
                gateway_api=[crds],
                after=[nodes],
            )
        )

    return record_in_cluster(build, known=known)
