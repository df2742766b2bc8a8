"""The Container Operations Summary as text, in the shape that the operators know from a running cluster."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from slipway.cost.estimate import Estimate
from slipway.preview.pods import WORKLOADS
from slipway.preview.summary import PoolUse, Summary

RULE = "═" * 39
_GIB = Decimal(1024) ** 3


def summary_lines(summary: Summary, cost: Estimate | None) -> Iterator[str]:
    """Yield the lines. What a deployment alone can tell is said to be planned, or not to be known before it."""
    yield f"CLUSTER STATUS — {summary.stack.capitalize()} (planned: nothing is deployed, no account was asked)"
    yield RULE
    yield ""
    yield f"Nodes: {_nodes(summary)}"
    yield f"Pods: {_pods(summary)}"
    yield f"Namespaces: {_namespaces(summary)}"
    yield ""
    yield from _utilisation(summary)
    for kind in WORKLOADS:
        count = summary.kinds().get(kind, 0)
        if count or kind == "Deployment":
            yield f"{kind}s: {count} (planned)"
    yield f"Services: {sum(summary.services.values())}{_listed(summary.services)}"
    yield f"Ingress: {_with_tls(summary.ingresses, summary.ingresses_with_tls)}"
    if summary.gateways:
        yield f"Gateway servers: {_with_tls(summary.gateways, summary.gateways_with_tls)}"
    yield f"Helm releases: {summary.releases}"
    yield ""
    yield "Security:"
    yield "  Image scans: not known before deployment"
    yield f"  Network policies: {_policies(summary)}"
    yield f"  Pod security: {_pod_security(summary)}"
    yield ""
    yield f"Cost: {cost_line(cost)}"


def headline(summary: Summary, resources: int, cost: Estimate | None) -> str:
    """Return the whole preview in one line."""
    nodes = f"{summary.nodes} nodes, " if summary.owned else ""
    return f"{summary.stack}: {resources} resources, {nodes}{summary.pods} pods planned; cost {cost_line(cost)}"


def cost_line(cost: Estimate | None) -> str:
    """Return the monthly total, or why there is none."""
    if cost is None:
        return "not estimated (the cluster exists already)"
    saving = f", spot savings: {dollars(cost.saving)}/month" if cost.saving else ""
    beyond = f", without {len(cost.gaps)} of unknown price" if cost.gaps else ""
    return f"{dollars(cost.total)}/month (estimate at list prices{saving}{beyond})"


def dollars(amount: Decimal) -> str:
    """Return an amount in whole dollars; in cents below ten."""
    step = Decimal("0.01") if 0 < amount < 10 else Decimal(1)
    return f"${amount.quantize(step, rounding=ROUND_HALF_UP):,}"


def _nodes(summary: Summary) -> str:
    if not summary.owned:
        return "not Slipway's (the cluster exists already)"
    each = ", ".join(
        f"{pool.nodes} {pool.name}{' spot' if pool.spot and pool.name != 'spot' else ''}" for pool in summary.pools
    )
    most = sum(pool.most for pool in summary.pools)
    beyond = f", up to {most} where something scales them" if most > summary.nodes else ""
    return f"{summary.nodes} planned ({each}){beyond}"


def _pods(summary: Summary) -> str:
    apps = "; ".join(
        f"{name}: "
        + ", ".join(f"{each.pods} {each.name}" for each in summary.workloads if each.namespace == name and each.pods)
        for name in sorted(summary.app_namespaces)
    )
    most = sum(each.most or 0 for each in summary.workloads)
    beyond = f", at most {most}" if most > summary.pods else ""
    charts = "; those of the Helm charts are not known before deployment" if summary.releases else ""
    return f"{summary.pods} planned{f' ({apps})' if apps else ''}{beyond}{charts}"


def _namespaces(summary: Summary) -> str:
    system = len(summary.namespaces) - len(summary.app_namespaces & summary.namespaces.keys())
    return f"{len(summary.namespaces)} (applications: {len(summary.namespaces) - system}, system: {system})"


def _utilisation(summary: Summary) -> Iterator[str]:
    rows = [use for use in summary.uses if use.pool or use.pods]
    if not rows:
        return
    yield "Resource utilization (planned: requests of the applications / what nodes have for pods):"
    width = max(len(use.name) for use in rows)
    yield from (f"  {use.name:<{width}}  {_use(use)}" for use in rows)
    yield ""


def _use(use: PoolUse) -> str:
    pool = use.pool
    if pool is None or pool.cpu is None or pool.memory is None or pool.pods is None:
        return f"CPU: {use.cpu.normalize():f} cores  Memory: {_gib(use.memory)}  Pods: {use.pods}  (capacity not known)"
    return (
        f"CPU: {_share(use.cpu, pool.cpu)} of {pool.cpu:.1f} cores"
        f"  Memory: {_share(use.memory, pool.memory)} of {_gib(pool.memory)}"
        f"  Pods: {use.pods} of {pool.pods}"
    )


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{(100 * part / whole) if whole else 0:.0f}%"


def _gib(amount: Decimal) -> str:
    return f"{amount / _GIB:.1f} GiB"


def _listed(counts: Mapping[str, int]) -> str:
    return f" ({', '.join(f'{counts[name]} {name}' for name in sorted(counts))})" if counts else ""


def _with_tls(count: int, secured: int) -> str:
    if not count:
        return "0"
    return f"{count} (all with TLS)" if secured == count else f"{count} ({secured} with TLS, {count - secured} WITHOUT)"


def _policies(summary: Summary) -> str:
    if not summary.denied and not summary.allow_rules:
        return "none"
    rules = f"default-deny in {', '.join(summary.denied) or 'no namespace'} + {_rules(summary.allow_rules)}"
    if summary.enforcer:
        return f"planned, enforced by {summary.enforcer} ({rules})"
    return (
        f"planned, {'ENFORCED BY NOTHING in this stack' if summary.owned else 'if the cluster enforces them'} ({rules})"
    )


def _rules(count: int) -> str:
    return "1 allow rule" if count == 1 else f"{count} allow rules"


def _pod_security(summary: Summary) -> str:
    by_profile: dict[str, list[str]] = {}
    for name, profile in summary.namespaces.items():
        by_profile.setdefault(profile or "no profile", []).append(name)
    order = ("restricted", "baseline", "privileged", "no profile")
    known = [f"{profile}: {', '.join(by_profile[profile])}" for profile in order if profile in by_profile]
    return "; ".join(known) or "no namespace of Slipway's"
