"""What serves Ingress objects, and what follows from it for their certificates."""

from typing import Any, Literal

import pytest
from pydantic import ValidationError

from components.networking.ingress import (
    IngressController,
    IngressSettings,
    awaits_address,
    ingress_class,
    served_class,
    tls_secret_namespace,
)
from components.networking.mesh.settings import MeshSettings
from tests.support.incluster import outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording

CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"


def controller(settings: IngressSettings, *, known: bool = True) -> Recording:
    return record_in_cluster(
        lambda target, nodes: IngressController("ingress", settings, target=target, after=[nodes]), known=known
    )


@pytest.mark.parametrize(
    ("settings", "named", "served"),
    [
        (IngressSettings(), None, None),
        (IngressSettings(class_name="nginx"), "nginx", None),
        (IngressSettings(controller="istio"), "istio", "istio"),
        (IngressSettings(controller="istio", class_name="public"), "public", "public"),
    ],
)
def test_the_class_follows_the_controller(settings: IngressSettings, named: str | None, served: str | None) -> None:
    assert ingress_class(settings) == named
    assert served_class(settings) == served


def test_istios_class_is_made_and_goes_with_the_cluster() -> None:
    recording = controller(IngressSettings(controller="istio"))
    found = recording.one(CLASS)
    assert found.inputs["metadata"] == {"name": "istio"}
    assert found.inputs["spec"] == {"controller": "istio.io/ingress-controller"}
    assert waits_for(recording, found) == {"nodes"}
    assert unsound(recording) == outliving(recording) == []
    assert controller(IngressSettings(controller="istio"), known=False).urns == recording.urns


def test_an_external_controller_brings_its_own_class() -> None:
    assert controller(IngressSettings(class_name="nginx")).all(CLASS) == []


def test_istios_gateway_reads_secrets_of_its_own_namespace() -> None:
    assert tls_secret_namespace("istio", "web") == "istio-ingress"
    assert tls_secret_namespace("external", "web") == "web"


@pytest.mark.parametrize(
    ("kind", "service_type", "awaited"),
    [
        ("istio", "LoadBalancer", True),
        ("istio", "NodePort", False),
        ("istio", "ClusterIP", False),
        ("external", "LoadBalancer", False),
    ],
)
def test_an_address_is_awaited_where_somebody_writes_one(
    kind: Literal["istio", "external"], service_type: str, awaited: bool
) -> None:
    mesh = MeshSettings.model_validate({"kind": "istio", "istio": {"gateway": {"serviceType": service_type}}})
    assert awaits_address(IngressSettings(controller=kind), mesh) is awaited


@pytest.mark.parametrize("wrong", [{"controller": "nginx"}, {"className": "Nginx"}, {"className": ""}, {"class": "a"}])
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IngressSettings.model_validate(wrong)
