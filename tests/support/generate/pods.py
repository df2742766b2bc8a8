"""What is in a pod: volumes and files, probes, hooks, further containers, presets."""

from typing import Any

from hypothesis import strategies as st

from tests.support.app_strategies import env_names, images, resources, text
from tests.support.generate.connections import AUTH_UPSTREAM, tcp
from tests.support.generate.place import WIDTH, Place, maybe, pick, some
from tests.support.generate.rooms import Document

SCRATCH = ("/tmp", "/var/run", "/var/cache/app", "/Mixed/Case", "/a-b", "/a/b", "/x.y_z")  # noqa: S108
FILES = ("/etc/app/config.yaml", "/etc/app/tls/ca.pem", "/opt/rules_v2/a.json")
CLASSES = ("gp3-ssd", "io2-perf")
ENV: Document = {
    "POD_IP": {"fieldRef": {"fieldPath": "status.podIP"}},
    "FROM_KEY": {"secretKeyRef": {"name": "given", "key": "user.name"}},
    "OTEL_SERVICE_NAME": {"fieldRef": {"fieldPath": "metadata.labels['app']"}},
}
OTLP = (4317, 4318)

variables = st.dictionaries(st.sampled_from(sorted(ENV)), st.none(), max_size=2).map(
    lambda names: {key: ENV[key] for key in names}
)


def volumes(draw: st.DrawFn, place: Place) -> Document:
    """Return volumes of each type that the kind can have."""
    size = st.sampled_from(["1Gi", "20Gi"])
    classes = {} if place.has.existing else {"storageClass": st.sampled_from(CLASSES)}
    forms: dict[str, st.SearchStrategy[Document]] = {
        "ephemeral": st.fixed_dictionaries({"size": size}, optional=classes),
        "emptyDir": st.fixed_dictionaries({}, optional={"size": size, "medium": st.just("Memory")}),
        "claim": st.fixed_dictionaries(
            {"claimName": st.just("shared.claim")}, optional={"accessMode": st.just("ReadWriteMany")}
        ),
        "secret": st.fixed_dictionaries(
            {"secretName": st.just("given")},
            optional={
                "mode": st.sampled_from(["0400", "640"]),
                "items": st.just({"tls.key": "a/key", "tls.crt": {"path": "b", "mode": "0440"}}),
            },
        ),
    }
    if place.kind == "StatefulSet":
        forms["persistent"] = forms["ephemeral"]
    found: Document = {}
    for name in draw(st.lists(st.sampled_from(["data", "cache", "tmp"]), max_size=2, unique=True)):
        kind = pick(draw, sorted(forms))
        found[name] = {"type": kind, "mountPath": f"/var/lib/{name}", **draw(forms[kind])}
        if kind == "persistent" and place.has.snapshots and maybe(draw):
            found[name]["snapshots"] = {"schedule": "0 3 * * *", "keep": draw(st.integers(1, 9))}
        if kind == "persistent" and maybe(draw, one_in=6):
            found[name]["restoreFrom"] = "yesterday"
        if maybe(draw):
            found[name]["readOnly"] = True
    return found


def probe(draw: st.DrawFn, names: list[str], kind: str, *, plain: bool) -> Document:
    """Return a probe of a container with these ports; `plain` ones are neither gRPC nor HTTPS."""
    forms: list[Document] = [{"exec": ["true"]}, {"tcp": 8123}]
    if names:
        name = pick(draw, names)
        forms += [{"path": "/ready?full=1", "port": name}, {"tcp": name}]
        if not plain:
            forms += [{"path": "/health", "port": name, "scheme": "HTTPS"}, {"grpc": name}]
    times = {
        "initialDelaySeconds": st.integers(0, 60),
        "periodSeconds": st.integers(1, 60),
        "timeoutSeconds": st.integers(1, 30),
    }
    if kind == "readiness":
        times["successThreshold"] = st.integers(1, 3)
    return {**pick(draw, forms), **some(draw, times)}


def probes(draw: st.DrawFn, names: list[str], *, plain: bool) -> Document:
    """Return the probes of a container."""
    kinds = [kind for kind in ("liveness", "readiness", "startup") if maybe(draw)]
    return {kind: probe(draw, names, kind, plain=plain) for kind in kinds}


def helper(draw: st.DrawFn, place: Place, key: str, offset: int, mounted: list[str]) -> Document:
    """Return one further container; `mounted` are the app's volumes, `offset` keeps its ports apart."""
    number = 9200 + WIDTH * place.index + 2 * offset
    declared: Document = {}
    if key != "initContainers" and maybe(draw, one_in=2):
        declared = {f"side-{offset}": pick(draw, [number, 443 + offset, {"port": number, "protocol": "UDP"}])}
    names = tcp(declared)
    found: Document = {"image": draw(images), "ports": declared}
    if key != "initContainers":
        found["probes"] = probes(draw, names, plain=False)
    found["mounts"] = {name: f"/mnt/{name}" for name in mounted if maybe(draw)}
    found |= some(
        draw,
        {
            "command": st.lists(text, max_size=2),
            "args": st.lists(text, max_size=2),
            "config": st.dictionaries(st.sampled_from(["MODE", "LEVEL"]), text, max_size=2),
            "env": variables,
            "secrets": st.just(["given", "other"]),
            "resources": st.just({"limits": {"cpu": "200m", "memory": "64Mi"}, "requests": {"cpu": "1m"}}),
            "scratch": st.lists(st.sampled_from(SCRATCH), max_size=2, unique=True),
        },
    )
    return found


def helpers(draw: st.DrawFn, place: Place, mounted: list[str]) -> Document:
    """Return the further containers by the key that they stand under."""
    found: Document = {}
    offset = 0
    for key, name in (("initContainers", "prepare"), ("sidecars", "beside"), ("containers", "more")):
        for number in range(draw(st.integers(0, 2 if key == "sidecars" else 1))):
            found.setdefault(key, {})[f"{name}-{number}"] = helper(draw, place, key, offset, mounted)
            offset += 1
    first = [name for key in ("initContainers", "sidecars") for name in found.get(key, {})]
    if first and maybe(draw):
        found["startOrder"] = draw(st.permutations(first))
    return found


def presets(draw: st.DrawFn, place: Place, declared: Document, writable: list[str]) -> Document:
    """Return the presets that find in the app what they are for."""
    found: Document = {}
    if writable and maybe(draw):
        found["logAdapter"] = {"path": f"{pick(draw, writable)}/app.log"}
    if tcp(declared) and maybe(draw):
        found["authProxy"] = {
            "issuer": "https://login.example.com/realms/staff",
            "upstreamPort": AUTH_UPSTREAM,
            "secret": "oauth",
            "port": pick(draw, tcp(declared)),
        }
    if maybe(draw):
        found["otelCollector"] = {"endpoint": "otel-collector.monitoring.svc:4317", "insecure": draw(st.booleans())}
    return found


def hook(draw: st.DrawFn, names: list[str]) -> Document:
    """Return what runs after a container's start or before its end."""
    forms: list[Document] = [{"exec": ["true"]}, {"sleep": draw(st.integers(1, 20))}]
    if names:
        forms.append({"path": "/drain", "port": pick(draw, names)})
    return pick(draw, forms)


def lifecycle(draw: st.DrawFn, names: list[str]) -> Document:
    """Return the hooks of the app's container."""
    return {key: hook(draw, names) for key in ("postStart", "preStop") if maybe(draw)}


def files(draw: st.DrawFn) -> Document:
    """Return configuration files by path."""
    return draw(st.dictionaries(st.sampled_from(FILES), text, min_size=1, max_size=3))


def spread(draw: st.DrawFn) -> list[Document]:
    """Return constraints over different places."""
    zones: Document = {"minDomains": 2} if maybe(draw) else {"whenUnsatisfiable": "ScheduleAnyway"}
    nodes: Document = {"topologyKey": "kubernetes.io/hostname", "maxSkew": draw(st.integers(1, 3))}
    return pick(draw, [[], [zones], [zones, nodes]])


def names(draw: st.DrawFn) -> Document:
    """Return how the pods find the names of hosts."""
    config = {
        "nameservers": st.just(["203.0.113.53"]),
        "searches": st.just(["corp.example.com"]),
        "options": st.dictionaries(st.sampled_from(["ndots", "edns0"]), st.sampled_from([None, 2, "3"]), max_size=2),
    }
    found = some(
        draw,
        {
            "hostAliases": st.just({"203.0.113.10": ["db.example.com"]}),
            "dnsPolicy": st.sampled_from(["ClusterFirst", "Default"]),
            "dnsConfig": st.fixed_dictionaries({}, optional=config),
        },
    )
    if maybe(draw, one_in=6):
        found |= {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["203.0.113.53"]}}
    return found


def nodes(draw: st.DrawFn) -> Document:
    """Return what is asked of the nodes' labels."""
    asked: list[Document] = [
        {"key": "example.com/team", "values": ["payments"]},
        {"key": "example.com/old", "operator": "DoesNotExist"},
        {"key": "example.com/cores", "operator": "Gt", "values": ["8"]},
    ]
    each = st.sampled_from(asked)
    wished = each.map(lambda expression: {**expression, "weight": 10})
    lists = {
        "required": st.lists(each, max_size=2, unique_by=str),
        "preferred": st.lists(wished, max_size=2, unique_by=str),
    }
    return draw(st.fixed_dictionaries({}, optional=lists))


def container(draw: st.DrawFn) -> Document:
    """Return keys of the app's own container that fit every app."""
    keys: dict[str, st.SearchStrategy[Any]] = {
        "command": st.lists(text, max_size=2),
        "args": st.lists(text, max_size=2),
        "resources": resources(700, 1024),
        "scratchSize": st.sampled_from(["1Gi", "100Mi"]),
        "config": st.dictionaries(env_names, text, max_size=3),
        "env": variables,
        "podAnnotations": st.dictionaries(st.just("example.com/note"), text),
        "runAs": st.fixed_dictionaries({}, optional={"user": st.just(999), "group": st.just(65534)}),
    }
    return some(draw, keys)
