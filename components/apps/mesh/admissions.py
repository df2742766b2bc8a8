"""Who may call an app: the one list that its network policies and its mesh's authorizations are both made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.apps.context import MONITORING_NAMESPACE, AppContext
from components.apps.exposure import ExposedSettings, exposed_port
from components.apps.flows import flows
from components.apps.labels import selector
from components.apps.naming import service_account_name
from components.apps.ports import METRICS, PortSettings, serving
from components.apps.service_policies import service_policies
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import pods_in

PortPairs = tuple[tuple[int, str], ...]
"""Container ports as (number, protocol), sorted."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller of an app, and the ports that are open to it.

    `suffix` names its network policy. `peers` are that policy's: the same caller by address. `identity` is the caller's
    ServiceAccount as (namespace, name) where both sides are in the mesh, None where it comes in plain text. `cidrs` are
    the networks that a plain caller is known to come from. `anyone` is whether the network policy alone decides.
    """

    suffix: str
    ports: PortPairs
    peers: tuple[Manifest, ...]
    identity: tuple[str, str] | None = None
    cidrs: tuple[str, ...] = ()
    anyone: bool = False

    @property
    def tcp(self) -> list[int]:
        """The container ports that a mesh sees: none carries UDP or SCTP."""
        return sorted({number for number, protocol in self.ports if protocol == "TCP"})

    @property
    def is_app(self) -> bool:
        """Whether the caller is an app of the environment, which comes by the app's Service."""
        return self.suffix.startswith("from-")


def pairs(ports: Iterable[PortSettings]) -> PortPairs:
    """Return container ports, since a policy sees packets after the Service's translation."""
    return tuple(sorted({(port.container_port, port.protocol) for port in ports}))


def admissions(app: AppSettings, context: AppContext) -> Iterator[Admission]:
    """Yield everybody who may call the app: apps, ways in, who scrapes it, and clients of its load balancers."""
    yield from own_admissions(app, context)
    for suffix, policy in service_policies(app, context):
        for rule in policy["spec"]["ingress"]:
            ports = tuple((each["port"], each["protocol"]) for each in rule["ports"])
            cidrs = tuple(each["ipBlock"]["cidr"] for each in rule["from"] if "ipBlock" in each)
            yield Admission(suffix, ports, tuple(rule["from"]), cidrs=cidrs)


def own_admissions(app: AppSettings, context: AppContext) -> Iterator[Admission]:
    """Yield those whose network policies are made here: all but the clients of load balancers and nodes."""
    yield from _apps(app, context)
    for suffix, exposure in (("allow-ingress", app.ingress), ("allow-gateway", app.route)):
        if exposure is not None and (name := exposed_port(exposure, app.ports)):
            yield _way_in(app, context, suffix, exposure, app.ports[name])
    if METRICS in app.ports:
        # Prometheus is no member of the mesh.
        yield Admission("allow-monitoring", pairs([app.ports[METRICS]]), (pods_in(MONITORING_NAMESPACE),), anyone=True)


def _apps(app: AppSettings, context: AppContext) -> Iterator[Admission]:
    ports = pairs(serving(app.ports).values())
    for client, server in sorted(flows(context.apps.values())):
        if server == app.name:
            other = context.apps[client]
            identity = (other.namespace, service_account_name(other)) if both_meshed(app, other, context) else None
            yield Admission(f"from-{client}", ports, (pods_in(other.namespace, selector(other)),), identity)


def both_meshed(app: AppSettings, other: AppSettings, context: AppContext) -> bool:
    """Tell whether the mesh carries what one app sends the other."""
    return "none" not in (context.mesh_of(app.namespace), context.mesh_of(other.namespace))


def _way_in(
    app: AppSettings, context: AppContext, suffix: str, exposure: ExposedSettings, port: PortSettings
) -> Admission:
    facts = context.controller_of(exposure)
    # Any namespace where the controller is not Slipway's to know.
    peers = facts.source.peers() if facts.source else [{"namespaceSelector": {}}]
    identity = facts.service_account if context.mesh_of(app.namespace) != "none" else None
    return Admission(suffix, pairs([port]), tuple(peers), identity, facts.source.cidrs if facts.source else ())
