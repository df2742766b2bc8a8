"""Hypothesis strategies for apps that Slipway accepts, as the YAML that declares them.

`fleet()` is the one to start from: several apps of one environment that fit together, as documents. `apps_of` and
`context_of` turn it into settings and the context that they are rendered in.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from components.apps.context import AppContext
from components.apps.settings import AppSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolve
from components.tenancy.priority import USER_CLASSES
from tests.support.ways_in import EXTERNAL, ISSUER, ISTIO

Document = dict[str, Any]

NAMESPACES = ("gateway", "web", "data")
SECRETS = ("first-value", "second-value")
POOLS = ("general", "memory", "spot")
DIGEST = "@sha256:" + "0123456789abcdef" * 4

port_names = st.sampled_from(["http", "grpc", "https", "admin", "h2", "tcp-x", "a1-b2-c3"])
images = st.builds(
    "{}{}{}".format,
    st.sampled_from(["nginx", "registry.example.com/team/api", "localhost:5000/a_b/c-d"]),
    st.sampled_from([":1.2.3", ":v2.1.0-rc.1", ":_odd", ":" + "a" * 100]),
    st.sampled_from(["", DIGEST]),
) | st.just(f"registry.example.com/api{DIGEST}")
env_names = st.from_regex(r"\A[A-Z_][A-Z0-9_]{0,20}\Z")
int_or_percent = st.integers(1, 5) | st.integers(1, 100).map("{}%".format)
mount_paths = st.sampled_from(["/tmp", "/var/run", "/var/cache/app", "/Mixed/Case", "/a-b", "/a/b", "/x.y_z"])  # noqa: S108
UNWRITABLE = "\0\x7f\ufffe\uffff" + "".join(map(chr, {*range(0x80, 0xA0)} - {0x85}))
text = st.text(st.characters(codec="utf-8", exclude_characters=UNWRITABLE, exclude_categories=["Cs"]), max_size=30)


@st.composite
def probes(draw: st.DrawFn, ports: list[str], kind: str) -> Document:
    """Return one probe of a container with these ports."""
    handlers: list[st.SearchStrategy[Document]] = [st.just({"exec": ["true"]}), st.just({"tcp": 8123})]
    if ports:
        named = st.sampled_from(ports)
        handlers += [
            st.just({"path": "/health"}),
            named.map(lambda name: {"path": "/ready?full=1", "port": name, "scheme": "HTTPS"}),
            named.map(lambda name: {"grpc": name}),
            named.map(lambda name: {"tcp": name}),
        ]
    timing = st.fixed_dictionaries(
        {},
        optional={
            "initialDelaySeconds": st.integers(0, 60),
            "periodSeconds": st.integers(1, 60),
            "timeoutSeconds": st.integers(1, 30),
            "failureThreshold": st.integers(1, 10),
            **({"successThreshold": st.integers(1, 3)} if kind == "readiness" else {}),
        },
    )
    return {**draw(st.one_of(handlers)), **draw(timing)}


@st.composite
def port_maps(draw: st.DrawFn, first: int) -> Document:
    """Return the ports of an app, counted from `first`, possibly with a privileged one and one for metrics."""
    names = draw(st.lists(port_names, max_size=3, unique=True))
    ports: Document = {}
    for offset, name in enumerate(names):
        number = first + offset
        ports[name] = draw(
            st.sampled_from([number, {"port": 1 + offset, "targetPort": number}, {"port": number, "protocol": "UDP"}])
        )
    if draw(st.booleans()):
        ports["metrics"] = 9090
    return ports


@st.composite
def resources(draw: st.DrawFn, most_milli: int = 1500, most_mebi: int = 2048) -> Document:
    """Return limits, and perhaps requests that are not above them."""
    milli, mebi = draw(st.integers(1, most_milli)), draw(st.integers(1, most_mebi))
    found: Document = {"limits": {"cpu": f"{milli}m", "memory": f"{mebi}Mi"}}
    requests = draw(st.fixed_dictionaries({}, optional={"cpu": st.integers(1, milli), "memory": st.integers(1, mebi)}))
    units = {"cpu": "m", "memory": "Mi"}
    if requests:
        found["requests"] = {key: f"{value}{units[key]}" for key, value in requests.items()}
    return found


@st.composite
def scalings(draw: st.DrawFn) -> Document:
    """Return an autoscaler's range and targets."""
    low = draw(st.integers(1, 4))
    found: Document = {"minReplicas": low, "maxReplicas": draw(st.integers(low, low + 4))}
    found |= draw(st.sampled_from([{}, {"cpu": 60}, {"cpu": None, "memory": 80}, {"cpu": 50, "memory": 80}]))
    return found


@st.composite
def documents(draw: st.DrawFn, name: str, index: int, mesh: str) -> Document:
    """Return the declaration of one app; `index` keeps its ports and hosts apart from the others'."""
    kind = draw(st.sampled_from(["Deployment", "Deployment", "StatefulSet"]))
    ports = draw(port_maps(8000 + 10 * index))
    tcp = [each for each, port in ports.items() if each != "metrics" and "UDP" not in str(port)]
    document: Document = {
        "name": name,
        "namespace": draw(st.sampled_from(NAMESPACES)),
        "kind": kind,
        "tier": draw(st.sampled_from([1, 2, 3])),
        "image": draw(images),
        "ports": ports,
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "command": st.lists(text, max_size=2),
        "args": st.lists(text, max_size=2),
        "resources": resources(),
        "config": st.dictionaries(env_names, text, max_size=3),
        "secrets": st.fixed_dictionaries(
            {},
            optional={
                "existing": st.just([f"{name}-given"]),
                "values": st.dictionaries(env_names, st.sampled_from(SECRETS), max_size=2),
            },
        ),
        "env": st.just(
            {
                "POD_IP": {"fieldRef": {"fieldPath": "status.podIP"}},
                "FROM_KEY": {"secretKeyRef": {"name": "given", "key": "user.name"}},
            }
        ),
        "probes": st.fixed_dictionaries(
            {}, optional={each: probes(tcp, each) for each in ("liveness", "readiness", "startup")}
        ),
        "disruption": st.one_of(
            int_or_percent.map(lambda pods: {"maxUnavailable": pods}),
            int_or_percent.map(lambda pods: {"minAvailable": pods}),
        ),
        "priorityClass": st.sampled_from(USER_CLASSES),
        "scratch": st.lists(mount_paths, max_size=4, unique=True),
        "runAs": st.fixed_dictionaries({}, optional={"user": st.just(999), "group": st.just(65534)}),
        "egress": st.just([{"cidrs": ["203.0.113.0/24"], "ports": [443, 8443]}, {"cidrs": ["0.0.0.0/0"]}]),
        "terminationGracePeriodSeconds": st.integers(1, 300),
        "formerly": st.just([f"{name}-was"]),
        "labels": st.just({"example.com/team": "Payments_1.x", "app.kubernetes.io/component": "database"}),
        "podAnnotations": st.dictionaries(st.just("example.com/note"), text),
        "wait": st.booleans(),
        "serviceAccount": st.sampled_from([{"name": "given"}, {"automountServiceAccountToken": True}]),
        "imagePullSecrets": st.just(["registry"]),
    }
    if kind == "Deployment":
        optional["strategy"] = st.sampled_from([{"type": "Recreate"}, {"maxSurge": "25%", "maxUnavailable": 0}])
    else:
        size = st.sampled_from(["1Gi", "500Mi"])
        volume = st.fixed_dictionaries({"size": size, "mountPath": st.just("/var/lib/data")})
        optional["volumes"] = st.dictionaries(st.sampled_from(["data", "tmp"]), volume, max_size=1)
    if tcp:
        exposed = {"host": st.just(f"{name}.example.com"), "port": st.sampled_from(tcp), "tls": st.booleans()}
        paths = st.lists(st.sampled_from(["/", "/api", "/v1/"]), min_size=1, max_size=2, unique=True)
        optional["ingress"] = st.fixed_dictionaries(exposed, optional={"paths": paths})
        if mesh == "istio":
            outer = {**exposed, "host": st.just(f"{name}-route.example.com")}
            optional["route"] = st.fixed_dictionaries(outer, optional={"paths": paths})
    if tcp and mesh == "istio" and kind == "Deployment":
        header = st.just({"name": "canary", "value": "true"})
        optional["canary"] = st.fixed_dictionaries(
            {"image": images}, optional={"replicas": st.integers(1, 3), "weight": st.integers(0, 100), "header": header}
        )
    document |= draw(st.fixed_dictionaries({}, optional=optional))
    document |= draw(st.one_of(st.just({}), scalings().map(lambda each: {"scaling": each})))
    if "scaling" not in document:
        document |= draw(st.fixed_dictionaries({}, optional={"replicas": st.integers(0, 5)}))
    if document["tier"] != 1:
        document |= draw(st.fixed_dictionaries({}, optional={"pool": st.sampled_from(POOLS)}))
    return document


@dataclass(frozen=True)
class Fleet:
    """Apps of one environment as documents, and the mesh of their stack."""

    documents: tuple[Document, ...]
    mesh: str
    pools: bool


@st.composite
def fleets(draw: st.DrawFn, most: int = 3) -> Fleet:
    """Return apps that fit together: names, ports and hosts apart, references to each other valid."""
    mesh, pools = draw(st.sampled_from(["none", "istio"])), draw(st.booleans())
    names = draw(
        st.lists(st.sampled_from(["web", "api", "gateway", "db-1", "x"]), min_size=1, max_size=most, unique=True)
    )
    found = [draw(documents(name, index, mesh)) for index, name in enumerate(names)]
    listening = [each["name"] for each in found if set(each["ports"]) - {"metrics"}]
    for document in found:
        if not pools:
            document.pop("pool", None)
        if listening:
            document["allowTo"] = draw(st.lists(st.sampled_from(listening), unique=True, max_size=2))
        if document["name"] in listening:
            document["allowFrom"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    return Fleet(tuple(found), mesh, pools)


def apps_of(fleet: Fleet) -> tuple[AppSettings, ...]:
    """Return the apps' settings."""
    return tuple(AppSettings.model_validate(document) for document in fleet.documents)


def context_of(fleet: Fleet) -> AppContext:
    """Return a context in which all that the apps name exists."""
    istio = fleet.mesh == "istio"
    return AppContext(
        environment="production",
        mesh="istio" if istio else "none",
        meshed=frozenset(NAMESPACES) if istio else frozenset(),
        controllers={"istio": ISTIO} if istio else {"external": EXTERNAL},
        controller="istio" if istio else "external",
        pools={name: resolve(name, NodePoolSettings()) for name in POOLS} if fleet.pools else {},
        zoned=fleet.pools,
        storage_class="gp3-ssd" if fleet.pools else None,
        issuer=ISSUER,
        secrets={name: SecretStr(f"value of {name}") for name in SECRETS},
        apps={app.name: app for app in apps_of(fleet)},
    )
