"""What external-dns is told, and what it may do in Route 53: pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from components.foundation.cluster import cluster_name
from components.networking.dns.settings import ExternalDnsSettings
from components.networking.ingress.facts import installed

if TYPE_CHECKING:
    from components.settings import StackSettings

SERVICE_ACCOUNT = "external-dns"

TXT_PREFIX = "slipway-%{record_type}."
"""Before the name of a record: the TXT record that says whose it is. It ends with a dot, or that of a zone's own name
would lie outside the zone, and has the record's type in it, since one name can have an A and an AAAA record."""

TXT_WILDCARD = "_wildcard"
"""What stands there for the asterisk of a wildcard. No host name has an underscore."""

VIRTUAL_SERVERS = "unstructured"
"""The source for kinds that external-dns does not know: here NGINX's VirtualServers, which routes are. Its
`f5-virtualserver` is of F5's BIG-IP, and NGINX's own DNSEndpoints are of a group that it no longer reads (0.21)."""

VIRTUAL_SERVER_ARGUMENTS = (
    "--unstructured-resource=virtualservers.v1.k8s.nginx.org",
    # The chart renders its arguments as templates: between the backquotes is what external-dns gets, as a template
    # of its own, which gives host:target for each address of the load balancer in the status.
    "--fqdn-target-template={{`{{range .Status.externalEndpoints}}{{$.Spec.host}}:{{or .hostname .ip}},{{end}}`}}",
)

RECORD_TYPES = ("A", "AAAA", "CNAME", "TXT")
"""What it keeps by default, and its own TXT records."""


def owner_id(settings: "StackSettings") -> str:
    """Return what marks the records as this cluster's: `ownerId`, else the cluster's name."""
    external = settings.dns.external
    return (external.owner_id if external else None) or cluster_name(settings.cluster, settings.stack)


def sources(settings: "StackSettings") -> tuple[str, ...]:
    """Return the kinds of objects whose hosts get records, as external-dns calls them.

    Only those whose custom resources the stack has: it does not start without them.
    """
    controllers = installed(settings.ingress)
    found = ["service"]
    if any(controller != "gateway-api" for controller in controllers):
        found.append("ingress")
    if "gateway-api" in controllers:
        found.append("gateway-httproute")
    if "istio" in controllers:
        found.append("istio-gateway")
    if "nginx" in controllers:
        found.append(VIRTUAL_SERVERS)
    return tuple(found)


def arguments(settings: ExternalDnsSettings, sources: Sequence[str]) -> list[str]:
    """Return the arguments that the chart has no value for."""
    zones = [f"--zone-id-filter={zone}" for zone in settings.hosted_zone_ids]
    virtual_servers = VIRTUAL_SERVER_ARGUMENTS if VIRTUAL_SERVERS in sources else ()
    dry_run = ["--dry-run"] if settings.dry_run else []
    return [*zones, f"--txt-wildcard-replacement={TXT_WILDCARD}", *virtual_servers, *dry_run]


def permissions(sources: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rules that the chart does not derive from the sources."""
    rule = {"apiGroups": ["k8s.nginx.org"], "resources": ["virtualservers"], "verbs": ["get", "list", "watch"]}
    return [rule] if VIRTUAL_SERVERS in sources else []


def chart_values(
    settings: ExternalDnsSettings, *, sources: Sequence[str], owner_id: str, region: str
) -> dict[str, Any]:
    """Return the chart's values. One pod, since two would undo each other's changes; the chart knows no other number.

    It looks again as soon as an object changes, and every `intervalSeconds` in any case.
    """
    return {
        "provider": {"name": "aws"},
        "sources": list(sources),
        "policy": settings.policy,
        "registry": "txt",
        "txtOwnerId": owner_id,
        "txtPrefix": TXT_PREFIX,
        "domainFilters": list(settings.domains),
        "interval": f"{settings.interval_seconds}s",
        "triggerLoopOnEvent": True,
        "extraArgs": arguments(settings, sources),
        "rbac": {"additionalPermissions": permissions(sources)},
        "env": [{"name": "AWS_DEFAULT_REGION", "value": region}],
        "serviceAccount": {"name": SERVICE_ACCOUNT},
        "priorityClassName": "system-cluster-critical",
        "resources": {"requests": {"cpu": "25m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "logFormat": "json",
    }


def route53_statements(settings: ExternalDnsSettings) -> list[dict[str, Any]]:
    """Return IAM statements: records of these zones, below these domains, of these types, and nothing else.

    `upsert-only` may not delete even by mistake, and a dry run may change nothing. The condition keys are those of
    "Using IAM policy conditions for fine-grained access control" in the Route 53 developer guide; a wildcard's
    asterisk is `\\052` there, which the patterns match.
    """
    zones = [f"arn:aws:route53:::hostedzone/{zone}" for zone in settings.hosted_zone_ids]
    reading: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "route53:ListHostedZones", "Resource": "*"},
        {"Effect": "Allow", "Action": "route53:ListResourceRecordSets", "Resource": zones},
    ]
    if settings.dry_run:
        return reading
    key = "route53:ChangeResourceRecordSets"
    deleting = ["DELETE"] if settings.policy == "sync" else []
    names = [pattern for domain in settings.domains for pattern in (domain, f"*.{domain}")]
    changing = {
        "Effect": "Allow",
        "Action": key,
        "Resource": zones,
        "Condition": {
            "ForAllValues:StringEquals": {
                f"{key}Actions": ["CREATE", "UPSERT", *deleting],
                f"{key}RecordTypes": list(RECORD_TYPES),
            },
            "ForAllValues:StringLike": {f"{key}NormalizedRecordNames": names},
        },
    }
    return [*reading, changing]
