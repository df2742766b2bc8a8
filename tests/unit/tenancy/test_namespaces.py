"""Application namespaces: their labels, bounds and policies."""

from typing import Any

import pulumi
import pytest

from components.component import Target
from components.networking.mesh.settings import MeshKind, MeshSettings
from components.tenancy.namespaces import Namespaces, NamespaceSettings, namespace_metadata
from components.tenancy.pod_security import pod_security_labels
from components.tenancy.policies import baseline_policies
from components.tenancy.system import SYSTEM_NAMESPACES, is_system_namespace
from tests.support.incluster import NAMESPACE, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recorded, Recording

QUOTA = "kubernetes:core/v1:ResourceQuota"
LIMITS = "kubernetes:core/v1:LimitRange"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
PREFIX = "pod-security.kubernetes.io"


def meshed(kind: MeshKind, **rest: Any) -> MeshSettings:
    return MeshSettings.model_validate({"kind": kind, **rest}, by_name=False)


def namespaces(
    settings: dict[str, dict[str, Any]] | None = None,
    *,
    mesh: MeshKind | MeshSettings = "istio",
    acme_solvers: bool = False,
    known: bool = True,
    found: list[Namespaces] | None = None,
) -> Recording:
    """Record application namespaces; `found` gets the component. Their mesh is there with `mesh` and `gateway-api`."""
    given = {
        name: NamespaceSettings.model_validate(each) for name, each in (settings or {"web": {}, "data": {}}).items()
    }
    components = [] if found is None else found

    def build(target: Target, nodes: pulumi.Resource) -> None:
        crds = pulumi.CustomResource("kubernetes:helm.sh/v4:Chart", "gateway-api", {})
        istiod = pulumi.CustomResource("kubernetes:helm.sh/v3:Release", "mesh", {"chart": "istiod-1.30.3.tgz"})
        components.append(
            Namespaces(
                "tenancy",
                given,
                target=target,
                mesh=meshed(mesh) if isinstance(mesh, str) else mesh,
                acme_solvers=acme_solvers,
                gateway_api=[crds],
                after_mesh=[istiod],
            )
        )

    return record_in_cluster(build, known=known)


def quota(recording: Recording, name: str = "quota") -> Recorded:
    (found,) = (each for each in recording.all(QUOTA) if each.inputs["metadata"]["name"] == name)
    return found


@pytest.mark.parametrize("mesh", ["none", "istio", "linkerd"])
@pytest.mark.parametrize("acme_solvers", [True, False])
def test_objects_are_valid(mesh: MeshKind, acme_solvers: bool) -> None:
    assert unsound(namespaces(mesh=mesh, acme_solvers=acme_solvers)) == []


def test_an_empty_entry_is_a_complete_namespace() -> None:
    recording = namespaces({"web": {}})
    assert [found.name for found in recording.all(POLICY)] == [
        "tenancy-web-allow-dns",
        "tenancy-web-allow-mesh",
        "tenancy-web-default-deny",
    ]
    for found in [*recording.all(POLICY), *recording.all(QUOTA), recording.one(LIMITS)]:
        assert found.inputs["metadata"]["namespace"] == "web"
        assert waits_for(recording, found) == {"tenancy-web"}


def test_restricted_pods_only_and_others_are_shown() -> None:
    labels = namespaces({"web": {}}).one(NAMESPACE).inputs["metadata"]["labels"]
    assert {key: value for key, value in labels.items() if key.startswith(PREFIX)} == {
        f"{PREFIX}/enforce": "restricted",
        f"{PREFIX}/enforce-version": "latest",
        f"{PREFIX}/audit": "restricted",
        f"{PREFIX}/audit-version": "latest",
        f"{PREFIX}/warn": "restricted",
        f"{PREFIX}/warn-version": "latest",
    }


def test_a_relaxed_and_pinned_namespace_still_says_what_breaks_the_newest_restricted() -> None:
    settings = NamespaceSettings(pod_security="baseline", pod_security_version="v1.35")
    labels = namespace_metadata("web", settings, MeshSettings())["labels"]
    assert (labels[f"{PREFIX}/enforce"], labels[f"{PREFIX}/enforce-version"]) == ("baseline", "v1.35")
    assert (labels[f"{PREFIX}/warn"], labels[f"{PREFIX}/warn-version"]) == ("restricted", "latest")
    assert pod_security_labels("privileged")[f"{PREFIX}/warn"] == "privileged"


@pytest.mark.parametrize(
    ("mesh", "labels", "annotations"),
    [
        ("none", {}, {}),
        ("istio", {"istio-injection": "enabled"}, {}),
        ("linkerd", {}, {"linkerd.io/inject": "enabled", "config.linkerd.io/default-inbound-policy": "deny"}),
    ],
)
def test_members_of_the_mesh_are_marked(mesh: MeshKind, labels: dict[str, str], annotations: dict[str, str]) -> None:
    own = NamespaceSettings(labels={"team": "web"}, annotations={"example.com/owner": "web"})
    metadata = namespace_metadata("web", own, meshed(mesh))
    assert {key: value for key, value in metadata["labels"].items() if not key.startswith(PREFIX)} == {
        "team": "web",
        **labels,
    }
    assert metadata["annotations"] == {"example.com/owner": "web", **annotations}


@pytest.mark.parametrize("mesh", ["istio", "linkerd"])
def test_a_namespace_can_stay_out_of_the_mesh(mesh: MeshKind) -> None:
    recording = namespaces({"web": {"mesh": False}}, mesh=mesh)
    metadata = recording.one(NAMESPACE).inputs["metadata"]
    assert all(key.startswith(PREFIX) for key in metadata["labels"])
    assert "annotations" not in metadata
    assert "tenancy-web-allow-mesh" not in {found.name for found in recording.all(POLICY)}


def test_nothing_is_allowed_unasked() -> None:
    assert baseline_policies(MeshSettings(), acme_solvers=False)["default-deny"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_names_are_resolved_over_udp_and_tcp() -> None:
    (rule,) = baseline_policies(MeshSettings(), acme_solvers=False)["allow-dns"]["egress"]
    assert rule["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]
    assert rule["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


@pytest.mark.parametrize(
    ("mesh", "namespace", "ports"), [("istio", "istio-system", [15012]), ("linkerd", "linkerd", [8080, 8086, 8090])]
)
def test_sidecars_reach_their_control_plane(mesh: MeshKind, namespace: str, ports: list[int]) -> None:
    (rule,) = baseline_policies(meshed(mesh), acme_solvers=False)["allow-mesh"]["egress"]
    (peer,) = rule["to"]
    assert peer["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    assert rule["ports"] == [{"protocol": "TCP", "port": port} for port in ports]


def test_acme_solvers_are_reached_where_certificates_are_made() -> None:
    policy = baseline_policies(MeshSettings(), acme_solvers=True)["allow-acme-solvers"]
    assert policy["podSelector"] == {"matchLabels": {"acme.cert-manager.io/http01-solver": "true"}}
    assert policy["ingress"] == [{"ports": [{"protocol": "TCP", "port": 8089}]}]
    assert "allow-acme-solvers" not in baseline_policies(MeshSettings(), acme_solvers=False)


def test_the_quota_is_the_seeds_unless_said_otherwise() -> None:
    hard = quota(namespaces({"web": {}})).inputs["spec"]["hard"]
    assert hard == {
        "requests.cpu": "10",
        "requests.memory": "20Gi",
        "limits.cpu": "20",
        "limits.memory": "40Gi",
        "pods": "50",
        "services.loadbalancers": "0",
    }
    larger = quota(namespaces({"web": {"quota": {"requestsStorage": "200Gi", "pods": 80}}})).inputs["spec"]["hard"]
    assert (larger["requests.storage"], larger["pods"], larger["requests.cpu"]) == ("200Gi", "80", "10")


def test_without_a_quota_there_are_limits_still() -> None:
    recording = namespaces({"web": {"quota": None}})
    assert [found.name for found in recording.all(QUOTA)] == ["tenancy-web-priority-classes"]
    (limit,) = recording.one(LIMITS).inputs["spec"]["limits"]
    assert limit == {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "512Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
        "max": {"cpu": "4", "memory": "16Gi"},
    }


def test_the_largest_container_need_not_be_bounded() -> None:
    (limit,) = namespaces({"web": {"limits": {"max": None}}}).one(LIMITS).inputs["spec"]["limits"]
    assert "max" not in limit


def test_a_pod_waits_for_all_that_is_laid_down_for_it() -> None:
    found: list[Namespaces] = []
    namespaces({"web": {}}, acme_solvers=True, found=found)
    (made,) = found
    assert list(made.by_name) == list(made.ready) == ["web"]
    assert made.ready["web"][0] is made.by_name["web"]
    assert len(made.ready["web"]) == 1 + 3 + 4 + 1


def test_everything_goes_with_the_cluster() -> None:
    assert outliving(namespaces()) == ["gateway-api", "mesh"]


def test_the_same_resources_whatever_is_known_and_in_whatever_order() -> None:
    assert namespaces(known=False).urns == namespaces().urns == namespaces({"data": {}, "web": {}}).urns


def test_the_platforms_namespaces_are_known() -> None:
    assert is_system_namespace("kube-public")
    assert all(is_system_namespace(name) for name in SYSTEM_NAMESPACES)
    assert not is_system_namespace("web")


def test_pods_wait_for_the_load_balancer_where_it_sends_to_them() -> None:
    gate = "elbv2.k8s.aws/pod-readiness-gate-inject"
    gated = namespace_metadata("web", NamespaceSettings(), MeshSettings(), readiness_gates=True)
    assert gated["labels"][gate] == "enabled"
    own = NamespaceSettings(labels={gate: "disabled"})
    assert namespace_metadata("web", own, MeshSettings(), readiness_gates=True)["labels"][gate] == "disabled"
    assert gate not in namespace_metadata("web", NamespaceSettings(), MeshSettings())["labels"]
