"""cert-manager, its issuers, and its rights in Route 53."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from components.networking.certificates.issuers import CONTROLLER_LABEL, http01_solver, solver_of
from components.networking.certificates.settings import CertificatesSettings, Dns01Settings
from components.networking.certificates.values import route53_statements
from components.networking.ingress.facts import ControllerFacts, GatewayRef
from tests.support.certificates import EMAIL, ISSUER, record_certificates, values
from tests.support.chart_values import RELEASE
from tests.support.incluster import NAMESPACE, level, outliving, unsound, waits_for
from tests.support.recorded import Recording

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

DNS01 = Dns01Settings(hosted_zone_id="Z0123456789EXAMPLE", domains=("example.com",))
GATEWAY = GatewayRef("platform", "gateway")


def certificates(settings: CertificatesSettings | None = None, **facts: Any) -> Recording:
    return record_certificates(settings or CertificatesSettings(email=EMAIL, dns01=DNS01), **facts)


def acme(recording: Recording, issuer: str = "letsencrypt-production") -> Any:
    return recording.one(ISSUER, f"certificates-{issuer}").inputs["spec"]["acme"]


@pytest.mark.parametrize("host_network", [True, False])
def test_values_and_objects_exist(host_network: bool) -> None:
    assert unsound(certificates(host_network=host_network)) == []
    assert unsound(certificates(CertificatesSettings(email=EMAIL, replicas=1), solver=None)) == []
    assert unsound(certificates(solver=GATEWAY, gateway_api=True, host_network=host_network)) == []


def test_both_issuers_of_lets_encrypt_wait_for_the_webhook() -> None:
    recording = certificates()
    servers = {found.inputs["metadata"]["name"]: found.inputs["spec"]["acme"] for found in recording.all(ISSUER)}
    assert {name: spec["server"] for name, spec in servers.items()} == {
        "letsencrypt-production": "https://acme-v02.api.letsencrypt.org/directory",
        "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
    }
    assert {spec["email"] for spec in servers.values()} == {EMAIL}
    assert len({spec["privateKeySecretRef"]["name"] for spec in servers.values()}) == 2
    for issuer in recording.all(ISSUER):
        assert waits_for(recording, issuer) == {"certificates-cert-manager"}


def test_names_of_the_domains_are_proved_by_dns_and_others_over_http() -> None:
    dns, http = acme(certificates())["solvers"]
    assert dns == {
        "selector": {"dnsZones": ["example.com"]},
        "dns01": {"route53": {"region": "us-west-2", "hostedZoneID": "Z0123456789EXAMPLE"}},
    }
    assert "selector" not in http
    assert http["http01"]["ingress"]["ingressClassName"] == "istio"


def test_the_region_of_route_53_can_be_another() -> None:
    settings = CertificatesSettings(email=EMAIL, dns01=DNS01.model_copy(update={"region": "eu-central-1"}))
    assert acme(certificates(settings))["solvers"][0]["dns01"]["route53"]["region"] == "eu-central-1"


def test_the_solvers_pod_is_restricted_and_outside_the_mesh() -> None:
    template = http01_solver("istio")["http01"]["ingress"]["podTemplate"]
    assert template["spec"]["securityContext"] == {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert template["metadata"]["labels"] == {"sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none"}
    assert template["metadata"]["annotations"] == {"linkerd.io/inject": "disabled"}
    assert "ingressClassName" not in http01_solver(None)["http01"]["ingress"]


def test_without_an_email_there_is_no_issuer_of_lets_encrypt() -> None:
    assert certificates(CertificatesSettings()).all(ISSUER) == []


def test_a_gateway_carries_the_answers_by_routes_of_its_own() -> None:
    (solver,) = acme(certificates(CertificatesSettings(email=EMAIL), solver=GATEWAY, gateway_api=True))["solvers"]
    route = solver["http01"]["gatewayHTTPRoute"]
    assert route["parentRefs"] == [
        {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "platform", "namespace": "gateway"}
    ]
    assert route["podTemplate"] == http01_solver(None)["http01"]["ingress"]["podTemplate"]


def test_cert_manager_serves_the_gateway_api_only_when_its_crds_are_there() -> None:
    # It does not start without them.
    with_crds = certificates(gateway_api=True)
    assert values(with_crds, "certificates-cert-manager")["config"]["enableGatewayAPI"] is True
    assert "gateway-crds" in waits_for(with_crds, with_crds.one(RELEASE))
    assert "config" not in values(certificates(), "certificates-cert-manager")


def test_hosts_of_a_further_way_in_are_answered_there() -> None:
    settings = CertificatesSettings(email=EMAIL)
    recording = certificates(settings, additional_solvers={"nginx": "nginx", "gateway-api": GATEWAY})
    default, gateway, nginx = acme(recording)["solvers"]
    assert "selector" not in default
    assert nginx["selector"] == {"matchLabels": {CONTROLLER_LABEL: "nginx"}}
    assert nginx["http01"]["ingress"]["ingressClassName"] == "nginx"
    assert gateway["selector"] == {"matchLabels": {CONTROLLER_LABEL: "gateway-api"}}
    assert "gatewayHTTPRoute" in gateway["http01"]
    assert unsound(recording) == []


def test_a_controllers_facts_say_who_carries_the_answers() -> None:
    assert solver_of(ControllerFacts("gateway-api", gateway=GATEWAY)) == GATEWAY
    assert solver_of(ControllerFacts("nginx", class_name="nginx")) == "nginx"
    assert solver_of(ControllerFacts("external")) is None


def test_the_controllers_pods_have_their_identity_from_the_start() -> None:
    recording = certificates()
    association = recording.one(ASSOCIATION)
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("cert-manager", "cert-manager")
    assert association.inputs["clusterName"] == "slipway-test"
    assert waits_for(recording, recording.one(RELEASE)) == {"certificates-namespace", association.name, "nodes"}
    assert association.provider != recording.one(RELEASE).provider


def test_it_may_write_challenges_in_one_zone_and_nothing_else() -> None:
    statements = route53_statements("Z1")
    assert {json.dumps(each["Resource"]) for each in statements if "RecordSets" in each["Action"]} == {
        '"arn:aws:route53:::hostedzone/Z1"'
    }
    (change,) = (each for each in statements if each["Action"] == "route53:ChangeResourceRecordSets")
    assert change["Condition"]["ForAllValues:StringEquals"] == {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}
    assert list(change["Condition"]["ForAllValues:StringLike"].values()) == [["_acme-challenge.*"]]
    assert not any("*" in each["Action"] for each in statements)
    policy = json.loads(certificates().one(ROLE_POLICY).inputs["policy"])
    assert policy["Statement"] == route53_statements("Z0123456789EXAMPLE")


@pytest.mark.parametrize(
    ("settings", "cluster_name"),
    [(CertificatesSettings(email=EMAIL), "slipway-test"), (CertificatesSettings(email=EMAIL, dns01=DNS01), None)],
)
def test_without_dns01_or_without_eks_there_is_no_identity(
    settings: CertificatesSettings, cluster_name: str | None
) -> None:
    recording = certificates(settings, cluster_name=cluster_name)
    assert recording.all(ASSOCIATION) == []
    assert [list(solver) for solver in acme(recording)["solvers"]] == [["http01"]]


def test_crds_are_installed_and_stay() -> None:
    values = certificates().one(RELEASE).inputs["values"]
    assert values["crds"] == {"enabled": True, "keep": True}
    assert values["global"]["leaderElection"] == {"namespace": "cert-manager"}


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (2, True)])
def test_every_part_has_the_replicas_and_a_budget_that_lets_it_move(replicas: int, budget: bool) -> None:
    values = certificates(CertificatesSettings(email=EMAIL, replicas=replicas)).one(RELEASE).inputs["values"]
    for part in (values, values["webhook"], values["cainjector"]):
        assert (part["replicaCount"], part["podDisruptionBudget"]) == (replicas, {"enabled": budget})


def test_on_an_overlay_the_webhook_is_on_the_host_network_beside_the_kubelet() -> None:
    overlay, plain = certificates(host_network=True), certificates()
    webhook = overlay.one(RELEASE).inputs["values"]["webhook"]
    assert webhook["hostNetwork"] is True
    assert webhook["securePort"] not in (10250, 10256)
    assert "hostNetwork" not in plain.one(RELEASE).inputs["values"]["webhook"]
    assert level(overlay.one(NAMESPACE)) == "privileged"
    assert level(plain.one(NAMESPACE)) == "restricted"


def test_what_is_in_the_cluster_goes_with_it() -> None:
    assert outliving(certificates()) == []


def test_the_same_resources_whatever_is_known() -> None:
    assert certificates(known=False).urns == certificates().urns


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "platform"},
        {"email": EMAIL, "issuer": "letsencrypt"},
        {"email": EMAIL, "dns01": {"hostedZoneId": "z1", "domains": ["example.com"]}},
        {"email": EMAIL, "dns01": {"hostedZoneId": "Z1", "domains": []}},
        {"email": EMAIL, "dns01": {"hostedZoneId": "Z1", "domains": ["Example"]}},
        {"email": EMAIL, "dns01": {"hostedZoneId": "Z1", "domains": ["*.example.com"]}},
        {"acm": {"hostedZoneId": "Z1", "domains": [f"{letter}.example.com" for letter in "abcdef"]}},
        {"awsPrivateCa": {"arn": "arn:aws:acm:us-west-2:123456789012:certificate/1234"}},
        {"trust": {"extraPem": ["not a certificate"]}},
        {"expiryAlerts": {"warningDays": 0}},
        {"email": EMAIL, "replicas": 0},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CertificatesSettings.model_validate(wrong, by_name=False)
