"""What a generated stack has: its cluster, mesh, ways in, and the rooms that apps rest on."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]

NAMESPACES = ("gateway", "web", "data")
SECRETS = {"first-value": "value-of-the-first-one", "second-value": "value-of-the-second-one"}
"""The stack's secrets by name, with their values."""

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"
STORES = ("aws-secrets-manager", "aws-parameter-store", "vault")
POOLS: Document = {
    "general": {},
    "gpu": {},
    "spot": {},
    "production": {"instanceTypes": ["m6i.xlarge"], "size": 3, "maxSize": 9},
}


@dataclass(frozen=True)
class Rooms:
    """A stack, as far as its apps depend on it. `controllers` has the default one first; `apart` is outside the mesh.

    `managed` is whether databases are AWS's own, `external` whether the stack has External Secrets.
    """

    existing: bool
    mesh: str
    data_plane: str
    authorization: str
    egress_gateway: bool
    tracing: bool
    controllers: tuple[str, ...]
    implementation: str
    overlay: bool
    apart: str | None
    keda: bool
    vpa: bool
    argo: bool
    flagger: bool
    monitoring: bool
    external: bool
    sealed: bool
    snapshots: bool
    managed: bool
    version: str

    def meshed(self, namespace: str) -> bool:
        """Tell whether the pods of a namespace are in a mesh."""
        return self.mesh != "none" and namespace != self.apart

    @property
    def ambient(self) -> bool:
        """Whether the proxies are on the nodes."""
        return self.mesh == "istio" and self.data_plane == "ambient"

    def acm(self, controller: str) -> bool:
        """Tell whether a controller's load balancers are AWS's own."""
        return controller == "alb" or (controller == "gateway-api" and self.implementation == "alb")

    @property
    def able_to_route(self) -> list[str]:
        """The controllers that a route can have."""
        return [each for each in self.controllers if each != "external"]


@st.composite
def rooms(draw: st.DrawFn) -> Rooms:
    """Return what a stack has, in a combination that the checks of the rooms accept."""
    existing = draw(st.sampled_from([False, False, True]))
    overlay = not existing and draw(st.sampled_from([False, False, False, True]))
    mesh = "none" if overlay else draw(st.sampled_from(["none", "istio", "istio", "linkerd"]))
    data_plane = draw(st.sampled_from(["sidecar", "sidecar", "ambient"])) if mesh == "istio" else "sidecar"
    implementations = [
        "envoy-gateway",
        *(["istio"] if mesh == "istio" else []),
        *([] if existing else ["alb"]),
    ]
    possible = [
        "external",
        "nginx",
        "gateway-api",
        *(["istio"] * 2 if mesh == "istio" else []),
        *([] if existing else ["alb"]),
    ]
    chosen = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=3, unique=True))
    monitoring, external = draw(st.booleans()), draw(st.booleans())
    return Rooms(
        existing=existing,
        mesh=mesh,
        data_plane=data_plane,
        authorization=draw(st.sampled_from(["deny", "deny", "allow"])),
        egress_gateway=mesh == "istio" and data_plane == "sidecar" and draw(st.booleans()),
        tracing=draw(st.booleans()),
        controllers=tuple(chosen),
        implementation=draw(st.sampled_from(implementations)),
        overlay=overlay,
        apart=draw(st.sampled_from([None, "data"])),
        keda=draw(st.booleans()),
        vpa=draw(st.booleans()),
        argo=draw(st.booleans()),
        flagger=mesh != "none" and monitoring and draw(st.booleans()),
        monitoring=monitoring,
        external=external,
        sealed=draw(st.booleans()),
        snapshots=not existing and draw(st.booleans()),
        managed=external and not existing and draw(st.booleans()),
        version=draw(st.sampled_from(["1.34", "1.35", "1.36"])),
    )


def _cluster(has: Rooms) -> Document:
    if has.existing:
        return {"environment": "local", "cluster": {"existing": {"context": "kind-test"}}}
    return {
        "environment": "production",
        "aws": {"region": "us-west-2", "accountId": "123456789012"},
        "network": {"cidr": "10.0.0.0/16"},
        "cluster": {"version": has.version, "admins": ["arn:aws:iam::123456789012:role/platform-admin"]},
        "cni": {"mode": "cni" if has.overlay else "policy-only"},
        "nodePools": POOLS,
    }


def _mesh(has: Rooms) -> Document:
    istio: Document = {"dataPlane": has.data_plane}
    if has.egress_gateway:
        istio["egressGateway"] = {}
    return {
        "kind": has.mesh,
        "authorization": has.authorization,
        **({"istio": istio} if has.mesh == "istio" else {}),
        **({"tracing": {"host": "otel-collector.monitoring.svc.cluster.local"}} if has.tracing else {}),
    }


def _secret_stores(has: Rooms) -> Document:
    stores: Document = {"vault": {"server": "https://vault.example.com:8200", "role": "external-secrets"}}
    if not has.existing:
        stores |= {"secretsManager": {"prefixes": ["apps/"]}, "parameterStore": {"prefixes": ["/apps"]}}
    return {
        **({"externalSecrets": stores} if has.external else {}),
        **({"sealedSecrets": {}} if has.sealed else {}),
    }


def stores_of(has: Rooms) -> list[str]:
    """Return the stores that External Secrets reads."""
    if not has.external:
        return []
    return ["vault"] if has.existing else [*STORES]


def stack_document(has: Rooms, apps: list[Document]) -> Document:
    """Return the whole stack as its files say it, keyed as in YAML."""
    zone = {"hostedZoneId": "Z1", "domains": ["example.com"]}
    scaling: Document = {}
    if has.keda:
        scaling["keda"] = {} if has.existing else {"aws": {"queueArns": [QUEUE]}}
    if has.vpa:
        scaling["vpa"] = {}
    first, *others = has.controllers
    return {
        "stack": "generated",
        **_cluster(has),
        "mesh": _mesh(has),
        "certificates": {"email": "platform@example.com", **({} if has.existing else {"acm": zone, "dns01": zone})},
        "ingress": {
            "controller": first,
            "additional": others,
            "gatewayApi": {"implementation": has.implementation},
        },
        "namespaces": {each: {"quota": None, "mesh": each != has.apart} for each in NAMESPACES},
        "autoscaling": scaling,
        "delivery": {**({"argoRollouts": {}} if has.argo else {}), **({"flagger": {}} if has.flagger else {})},
        **({"monitoring": {}} if has.monitoring else {}),
        "secretStores": _secret_stores(has),
        **({"storage": {"snapshots": {"enabled": True}}} if has.snapshots else {}),
        **({"dependencies": {"postgresql": "rds", "redis": "elasticache"}} if has.managed else {}),
        "secrets": SECRETS,
        "apps": apps,
    }
