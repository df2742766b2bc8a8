"""A stack with every room at once, and every option that the shipped stacks leave off."""

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slipway.cost.estimate import estimate
from slipway.cost.prices import read_prices
from slipway.loading import load_stack
from slipway.preview import purposes
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.support.chart_values import RELEASE, chart, lock_entry, unknown_values
from tests.support.coherence import faults
from tests.support.graph import ANSWERED_BY, CHART, Graph
from tests.support.schemas import manifest_problems
from tests.support.shipped import ROOT

COMMON = """\
config:
  slipway:environment: staging
  slipway:aws: {region: us-west-2, accountId: "123456789012"}
  slipway:network: {cidr: 10.30.0.0/16}
  slipway:cluster:
    version: "1.35"
    endpoint: {privateAccessCidrs: [10.30.0.0/16]}
    admins: [arn:aws:iam::123456789012:role/platform-admin]
  slipway:nodePools: {general: {}}
  slipway:namespaces: {web: {quota: {loadBalancers: 1}}, data: {}}
  slipway:certificates:
    email: platform@example.com
    dns01: {hostedZoneId: Z0123456789EXAMPLE, domains: [example.com]}
    acm: {hostedZoneId: Z0123456789EXAMPLE, domains: [example.com]}
    privateCa: true
    awsPrivateCa:
      arn: arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab
    trust: {}
    expiryAlerts: {}
  slipway:dns:
    coredns: {upstreams: [10.30.0.2], stubDomains: {corp.example.com: [10.0.0.2]}, cacheSeconds: 60}
    nodeLocal: {enabled: true}
    external: {hostedZoneIds: [Z0123456789EXAMPLE], domains: [example.com], policy: sync}
  slipway:consul: {}
  slipway:autoscaling: {keda: {}, vpa: {}}
  slipway:delivery: {argoRollouts: {}, flagger: {}}
  slipway:monitoring: {}
  slipway:secretStores:
    externalSecrets: {secretsManager: {prefixes: [staging/]}}
    sealedSecrets: {}
"""
STACKS = {
    "istio": """\
  slipway:cni: {baseline: {logDenied: true}, flowLogs: true}
  slipway:mesh:
    kind: istio
    tracing: {host: otel-collector.monitoring.svc.cluster.local}
    istio:
      egressGateway: {}
      revisions: {"1-30-3": 1.30.3, "1-31-0": 1.31.0}
      tags: {stable: 1-30-3, canary: 1-31-0}
  slipway:ingress:
    controller: istio
    additional: [alb, nginx, gateway-api]
    alb: {waf: {}}
    gatewayApi: {implementation: istio}
""",
    "linkerd": """\
  slipway:cni: {policy: vpc-cni, flowLogs: true}
  slipway:mesh: linkerd
  slipway:ingress: {controller: gateway-api, additional: [alb, nginx], alb: {group: null, waf: {rateLimit: 500}}}
""",
    "overlay": """\
  slipway:cni: {mode: cni, baseline: {logDenied: true}, flowLogs: true}
  slipway:ingress: {controller: nginx, additional: [alb, gateway-api]}
""",
}
APP = """\
name: shop
namespace: web
image: registry.example.com/shop:1.2.0
ports: {http: 8080, metrics: 9090}
service: {type: LoadBalancer}
ingress: {host: shop.example.com}
route: {host: www.example.com, controller: alb}
externalServices: {ledger: {externalName: ledger.example.org}}
"""


@cache
def recorded(name: str, folder: Path, *, known: bool = True) -> Recording:
    """Write the project into an empty folder, and record it."""
    for each in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    (folder / "Pulumi.all.yaml").write_text(COMMON + STACKS[name])
    apps = folder / "apps" / "staging"
    apps.mkdir(parents=True, exist_ok=True)
    (apps / "shop.yaml").write_text(APP)
    facts = load_stack(folder, "all")
    return record(
        folder / "__main__.py",
        project=facts.project,
        stack="all",
        config=facts.config,
        secret_keys=facts.secret_keys,
        known=known,
    )


@pytest.fixture(scope="module", params=list(STACKS))
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return recorded(request.param, tmp_path_factory.mktemp(request.param))


def test_every_object_and_chart_value_exists(recording: Recording) -> None:
    objects = [each.inputs for each in recording.resources if each.package == "kubernetes" and each.custom]
    rendered: list[Any] = [each for each in objects if "kind" in each]
    assert [f"{each['kind']}: {found}" for each in rendered for found in manifest_problems(each)] == []
    # In kube-system are pods that nobody here renders, such as CoreDNS.
    assert faults([each for each in rendered if each["metadata"].get("namespace") != "kube-system"]) == []
    releases = [dict(each.inputs) for each in recording.of_type(RELEASE, CHART)]
    assert len(releases) > 15
    wrong = [
        f"{entry}: {found}"
        for inputs in releases
        for entry in [lock_entry(inputs)]
        for found in unknown_values(chart(entry), inputs.get("values", {}))  # type: ignore[arg-type]
    ]
    assert wrong == []


def test_everything_is_explained_and_priced(recording: Recording) -> None:
    told = {each.type: purposes.of_component(each.type) for each in recording.resources if each.is_component}
    told |= {each.type: purposes.of_type(each.type) for each in recording.resources if not each.is_component}
    assert [token for token, purpose in sorted(told.items()) if not purpose] == []
    cost = estimate(recording, read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert cost is not None
    assert cost.gaps == ()


def test_definitions_and_webhooks_come_first_and_go_last(recording: Recording) -> None:
    found = Graph(recording)
    for group, each in found.custom_resources():
        answering = found.charts[ANSWERED_BY[group]] if group in ANSWERED_BY else ()
        assert found.waits(each, [*found.definitions(group), *answering]), each.urn
    (external_dns,) = found.charts["external-dns"]
    ways_in = [each for each in recording.resources if each.name in ("shop-ingress", "shop-route", "shop-service")]
    assert len(ways_in) == 3
    assert all(found.waits(each, [external_dns]) and each.deleted_with is None for each in ways_in)


@pytest.mark.parametrize("name", list(STACKS))
def test_the_set_of_resources_does_not_depend_on_outputs(name: str, tmp_path: Path) -> None:
    known, unknown = recorded(name, tmp_path), recorded(name, tmp_path, known=False)
    assert set(known.by_urn) == set(unknown.by_urn)
