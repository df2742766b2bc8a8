"""A stack with every room at once, and apps with every key: `tests/data/everything`, on three kinds of network."""

import shutil
from functools import cache
from pathlib import Path

from slipway.loading import LoadedStack, load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.support.shipped import ROOT

APPS = ROOT / "tests/data/everything"
COMMON = """\
config:
  slipway:environment: staging
  slipway:aws: {region: us-west-2, accountId: "123456789012"}
  slipway:network: {cidr: 10.30.0.0/16}
  slipway:cluster:
    version: "1.35"
    endpoint: {privateAccessCidrs: [10.30.0.0/16]}
    admins: [arn:aws:iam::123456789012:role/platform-admin]
  slipway:nodePools: {general: {}, production: {instanceTypes: [m6i.xlarge], size: 3}, gpu: {}, spot: {}}
  slipway:namespaces:
    web: {quota: {loadBalancers: 1, limitsCpu: "60", limitsMemory: 80Gi, requestsCpu: "40", requestsMemory: 60Gi}}
    data: {quota: {pods: 120, limitsCpu: "120", limitsMemory: 120Gi, requestsCpu: "60", requestsMemory: 90Gi}}
  slipway:secrets: {session-key: {secure: v1:hidden}}
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
  slipway:autoscaling:
    keda:
      watchNamespaces: [web, data]
      aws:
        queueArns:
          - arn:aws:sqs:us-west-2:123456789012:orders
          - arn:aws:sqs:us-west-2:123456789012:batches
    vpa: {}
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


def written(name: str, folder: Path) -> LoadedStack:
    """Write the project into an empty folder, and load it."""
    for each in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    (folder / "Pulumi.all.yaml").write_text(COMMON + STACKS[name])
    shutil.copytree(APPS, folder / "apps" / "staging", dirs_exist_ok=True)
    return load_stack(folder, "all")


@cache
def recorded(name: str, folder: Path, *, known: bool = True) -> Recording:
    """Write the project into an empty folder, and record it."""
    facts = written(name, folder)
    return record(
        folder / "__main__.py",
        project=facts.project,
        stack="all",
        config=facts.config,
        secret_keys=facts.secret_keys,
        known=known,
    )
