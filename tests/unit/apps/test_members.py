"""The pods of a clustered StatefulSet reach each other, by network policy and in every mesh; nobody else gets in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.settings import AppSettings
from components.apps.words import Manifest
from tests.cluster.network_policies import Endpoint, Network
from tests.support.effort import examples
from tests.unit.apps.meshes import MESHES, app, of_kind, rendered

PORTS = {"client": 9042, "gossip": {"port": 7000, "targetPort": 7100}, "raft": {"port": 7300, "protocol": "UDP"}}
NAMESPACES = {"web": {"kubernetes.io/metadata.name": "web"}, "data": {"kubernetes.io/metadata.name": "data"}}
STRANGER = Endpoint("data", {"app": "stranger"})


def cluster(**fields: Any) -> AppSettings:
    return app("store", **{"kind": "StatefulSet", "replicas": 3, "ports": PORTS, **fields})


def member(of: AppSettings) -> Endpoint:
    return Endpoint(of.namespace, {"app": of.name})


def denied(objects: dict[str, Manifest]) -> Network:
    """The namespace's default-deny, and what the app opens."""
    nothing = {"metadata": {"namespace": "web"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}
    return Network([nothing, *of_kind(objects, "NetworkPolicy")], NAMESPACES)


def admitted(mesh: str, objects: dict[str, Manifest], identity: tuple[str, str], port: int) -> bool:
    """Whether the mesh lets a ServiceAccount in on a container port (TCP: no mesh carries anything else)."""
    namespace, name = identity
    if mesh in {"sidecar", "ambient"}:
        principal = f"cluster.local/ns/{namespace}/sa/{name}"
        return any(
            principal in source["source"].get("principals", ()) and str(port) in rule["to"][0]["operation"]["ports"]
            for policy in of_kind(objects, "AuthorizationPolicy")
            if "selector" in policy["spec"]
            for rule in policy["spec"]["rules"]
            for source in rule.get("from", ())
        )
    if mesh == "linkerd":
        servers = {each["metadata"]["name"]: each["spec"]["port"] for each in of_kind(objects, "Server")}
        known = {
            each["metadata"]["name"]: {(ref["namespace"], ref["name"]) for ref in each["spec"]["identityRefs"]}
            for each in of_kind(objects, "MeshTLSAuthentication")
        }
        return any(
            servers[each["spec"]["targetRef"]["name"]] == port
            and identity in known.get(each["spec"]["requiredAuthenticationRefs"][0]["name"], set())
            for each in of_kind(objects, "AuthorizationPolicy")
        )
    return True


@pytest.mark.parametrize("mesh", MESHES)
@examples(5, 50)
@given(
    replicas=st.integers(0, 4),
    most=st.none() | st.integers(4, 6),
    told=st.sampled_from([None, None, True, False]),
    names=st.sets(st.sampled_from(sorted(PORTS)), min_size=1),
    headless=st.booleans(),
)
def test_members_reach_each_other_on_every_port(
    mesh: str, replicas: int, most: int | None, told: bool | None, names: set[str], headless: bool
) -> None:
    fields: dict[str, Any] = {"replicas": replicas, "ports": {name: PORTS[name] for name in names}}
    if most is not None:
        fields["scaling"] = {"minReplicas": 1, "maxReplicas": most, "cpu": 70}
    if told is not None:
        fields["statefulSet"] = {"peers": told}
    if headless and "gossip" not in names:
        fields["service"] = {"headless": True}
    store = cluster(**fields)
    expected = told if told is not None else max(replicas, most or 0) > 1
    objects = rendered(mesh, store)
    network = denied(objects)
    for port in store.ports.values():
        number = port.container_port
        assert network.allows(member(store), member(store), number, port.protocol) == expected
        assert not network.allows(STRANGER, member(store), number, port.protocol)
        if port.protocol == "TCP":
            assert admitted(mesh, objects, ("web", "store"), number) == (expected or mesh == "none")
            assert mesh == "none" or not admitted(mesh, objects, ("data", "stranger"), number)
    assert not network.allows(member(store), member(store), 22)


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet"])
def test_pods_that_are_all_alike_have_no_business_with_each_other(kind: str) -> None:
    fields: dict[str, Any] = {"kind": kind, "ports": PORTS}
    objects = rendered("sidecar", app("store", **fields))
    assert not denied(objects).allows(Endpoint("web", {"app": "store"}), Endpoint("web", {"app": "store"}), 9042)


def test_members_without_a_port_open_nothing() -> None:
    assert of_kind(rendered("none", cluster(ports={"metrics": 9090})), "NetworkPolicy")[0]["metadata"]["name"] == (
        "store-allow-monitoring"
    )
    assert len(of_kind(rendered("none", cluster(ports={"metrics": 9090})), "NetworkPolicy")) == 1


def test_in_ambient_mode_a_member_that_comes_by_the_service_passes_the_waypoint() -> None:
    (rule,) = rendered("ambient", cluster())["authz-waypoint"]["spec"]["rules"]
    assert rule["from"][0]["source"]["principals"] == ["cluster.local/ns/web/sa/store"]
