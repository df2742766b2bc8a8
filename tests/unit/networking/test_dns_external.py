"""external-dns: what it is told, and what it may do in Route 53."""

import json
import re
from typing import Any

import pytest

from components.networking.dns.external_dns import ExternalDns
from components.networking.dns.external_dns_values import owner_id, route53_statements, sources
from components.networking.dns.settings import ExternalDnsSettings
from tests.support.chart_values import RELEASE
from tests.support.incluster import CHARTS, NAMESPACE, level, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording
from tests.support.stacks import stack

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

ZONE = "arn:aws:route53:::hostedzone/Z0123456789EXAMPLE"
EXTERNAL = {"hostedZoneIds": ["Z0123456789EXAMPLE"], "domains": ["example.com"]}


def settings(**rest: Any) -> ExternalDnsSettings:
    return ExternalDnsSettings.model_validate({**EXTERNAL, **rest}, by_name=False)


def external(
    made: ExternalDnsSettings | None = None, *, found: tuple[str, ...] = ("service", "ingress"), known: bool = True
) -> Recording:
    return record_in_cluster(
        lambda target, nodes: ExternalDns(
            "external-dns",
            made or settings(),
            target=target,
            charts=CHARTS,
            cluster_name="slipway-test",
            region="us-west-2",
            account_id="123456789012",
            sources=found,
            owner_id="slipway-test",
            after=[nodes],
        ),
        known=known,
    )


def values(recording: Recording) -> dict[str, Any]:
    found: dict[str, Any] = recording.one(RELEASE).inputs["values"]
    return found


def change(made: ExternalDnsSettings) -> dict[str, Any]:
    (found,) = [each for each in route53_statements(made) if each["Action"] == "route53:ChangeResourceRecordSets"]
    return found


@pytest.mark.parametrize("found", [("service", "ingress"), ("service", "ingress", "unstructured")])
def test_values_and_objects_exist(found: tuple[str, ...]) -> None:
    assert unsound(external(found=found)) == []
    assert unsound(external(settings(policy="sync", dryRun=True), found=found)) == []


def test_it_keeps_the_records_of_its_zones_and_domains_and_marks_them() -> None:
    found = values(external(settings(intervalSeconds=300)))
    assert found["provider"] == {"name": "aws"}
    assert (found["policy"], found["registry"], found["txtOwnerId"]) == ("upsert-only", "txt", "slipway-test")
    assert found["domainFilters"] == ["example.com"]
    assert (found["interval"], found["triggerLoopOnEvent"]) == ("300s", True)
    assert "--zone-id-filter=Z0123456789EXAMPLE" in found["extraArgs"]
    assert "--dry-run" not in found["extraArgs"]
    assert "--dry-run" in values(external(settings(dryRun=True)))["extraArgs"]


def test_the_mark_of_a_zones_own_name_is_in_the_zone_and_that_of_a_wildcard_is_a_name() -> None:
    found = values(external())
    assert found["txtPrefix"].endswith(".")
    assert "%{record_type}" in found["txtPrefix"]
    (replacement,) = [each for each in found["extraArgs"] if each.startswith("--txt-wildcard-replacement=")]
    assert "_" in replacement.partition("=")[2], "a host name could be the same"


def test_it_may_change_these_names_in_these_zones_and_nothing_else() -> None:
    statement = change(settings())
    key = "route53:ChangeResourceRecordSets"
    assert statement["Resource"] == [ZONE]
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {
            f"{key}Actions": ["CREATE", "UPSERT"],
            f"{key}RecordTypes": ["A", "AAAA", "CNAME", "TXT"],
        },
        "ForAllValues:StringLike": {f"{key}NormalizedRecordNames": ["example.com", "*.example.com"]},
    }
    assert not any("*" in each["Action"] for each in route53_statements(settings()))
    policy = json.loads(external().one(ROLE_POLICY).inputs["policy"])
    assert policy["Statement"] == route53_statements(settings())


def test_only_with_sync_may_it_delete_and_in_a_dry_run_change_nothing() -> None:
    actions = change(settings(policy="sync"))["Condition"]["ForAllValues:StringEquals"]
    assert actions["route53:ChangeResourceRecordSetsActions"] == ["CREATE", "UPSERT", "DELETE"]
    allowed = {each["Action"] for each in route53_statements(settings(policy="sync", dryRun=True))}
    assert allowed == {"route53:ListHostedZones", "route53:ListResourceRecordSets"}


def test_its_pod_has_its_identity_from_the_start_and_is_deleted_while_the_cluster_is_there() -> None:
    recording = external()
    association = recording.one(ASSOCIATION)
    account = recording.one(RELEASE).inputs["values"]["serviceAccount"]["name"]
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("external-dns", account)
    assert "123456789012" in recording.one(ROLE).inputs["assumeRolePolicy"]
    assert waits_for(recording, recording.one(RELEASE)) == {"external-dns-namespace", association.name, "nodes"}
    assert outliving(recording) == ["external-dns-release"]
    assert level(recording.one(NAMESPACE)) == "restricted"


def test_virtual_servers_are_read_by_templates_that_helm_leaves_alone() -> None:
    found = values(external(found=("service", "ingress", "unstructured")))
    (template,) = [each for each in found["extraArgs"] if each.startswith("--fqdn-target-template=")]
    quoted = re.fullmatch(r"--fqdn-target-template=\{\{`([^`]*)`\}\}", template)
    assert quoted is not None
    assert quoted[1] == "{{range .Status.externalEndpoints}}{{$.Spec.host}}:{{or .hostname .ip}},{{end}}"
    assert "--unstructured-resource=virtualservers.v1.k8s.nginx.org" in found["extraArgs"]
    (rule,) = found["rbac"]["additionalPermissions"]
    assert (rule["apiGroups"], rule["resources"]) == (["k8s.nginx.org"], ["virtualservers"])
    assert values(external())["rbac"] == {"additionalPermissions": []}


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        ("external", ("service", "ingress")),
        ("alb", ("service", "ingress")),
        ("nginx", ("service", "ingress", "unstructured")),
        ("istio", ("service", "ingress", "istio-gateway")),
        ("gateway-api", ("service", "gateway-httproute")),
        ({"controller": "alb", "additional": ["gateway-api"]}, ("service", "ingress", "gateway-httproute")),
    ],
)
def test_it_looks_at_what_the_stack_has(ingress: Any, expected: tuple[str, ...]) -> None:
    assert sources(stack(ingress=ingress)) == expected


def test_two_clusters_never_have_the_same_mark_by_default() -> None:
    assert owner_id(stack(dns={"external": EXTERNAL})) == "slipway-test"
    assert owner_id(stack(stack="blue", dns={"external": EXTERNAL})) == "slipway-blue"
    assert owner_id(stack(dns={"external": {**EXTERNAL, "ownerId": "eu-blue"}})) == "eu-blue"


def test_the_same_resources_whatever_is_known() -> None:
    assert external(known=False).urns == external().urns
