"""Identity, rights and secrets of an app, and how it is watched."""

from base64 import b64encode
from typing import Any

from hypothesis import strategies as st

from tests.support.app_strategies import text
from tests.support.generate.connections import sees_requests
from tests.support.generate.place import Place, maybe, pick, some
from tests.support.generate.rooms import SECRETS, Document, stores_of

RULES: list[Document] = [
    {"resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
    {"resources": ["secrets"], "resourceNames": ["one"], "verbs": ["get"]},
    {"apiGroups": ["apps"], "resources": ["deployments", "deployments/scale"], "verbs": ["get", "patch"]},
]
STATEMENTS: list[Document] = [
    {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::example-uploads/*"]},
    {
        "actions": ["sqs:SendMessage", "sqs:ReceiveMessage"],
        "resources": ["arn:aws:sqs:us-west-2:123456789012:orders"],
        "conditions": {"StringEquals": {"aws:ResourceTag/team": ["a", "b"]}},
    },
    {"actions": ["cloudwatch:PutMetricData"], "anyResource": True, "reason": "it knows no resources"},
]
SEALED = b64encode((512).to_bytes(2, "big") + bytes(512 + 16 + 8)).decode()
DIRECTORIES = ("/run/secrets/db", "/run/secrets/api")
KEYS: dict[str, str] = {"aws-secrets-manager": "apps/db", "aws-parameter-store": "/apps/db", "vault": "apps/db"}
ALERTS = ("down", "replicas", "targets", "errors", "latency", "cpuThrottling", "memory", "scaling", "crashLoop")


def identity(draw: st.DrawFn, place: Place) -> Document:
    """Return the account that the pods run as, and what it may do here and in AWS."""
    if maybe(draw, one_in=4):
        return {"serviceAccount": pick(draw, [{"name": "given"}, {"automountServiceAccountToken": True}])}
    found: Document = some(
        draw, {"permissions": st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique_by=str)}
    )
    if not place.has.existing and maybe(draw):
        statements = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3, unique_by=str))
        found["aws"] = {"method": pick(draw, ["podIdentity", "irsa"]), "statements": statements}
    return found


def secrets(draw: st.DrawFn, place: Place) -> Document:
    """Return secret variables and files out of each source that the stack has."""
    values = st.dictionaries(st.sampled_from(["TOKEN", "KEY"]), st.sampled_from(sorted(SECRETS)), max_size=2)
    found = some(draw, {"existing": st.just([f"{place.name}-given"]), "values": values})
    directories = [*draw(st.permutations([*DIRECTORIES, None, None]))]
    if stores_of(place.has) and maybe(draw, one_in=2):
        store = pick(draw, stores_of(place.has))
        external: Document = {"store": store, "key": KEYS[store]}
        external |= some(draw, {"refreshInterval": st.just("90m"), "data": st.just({"DB_URL": {"property": "url"}})})
        found["external"] = {"db": external | _seen(directories.pop())}
    if place.has.sealed and maybe(draw, one_in=2):
        sealed: Document = {"encryptedData": {"API_KEY": SEALED}}
        sealed |= some(draw, {"scope": st.just("namespace-wide")})
        found["sealed"] = {"api": sealed | _seen(directories.pop())}
    if maybe(draw, one_in=2):
        directory = directories.pop()
        found["generated"] = (
            {"cookie": {"variable": "COOKIE"} | _seen(directory)} if directory else {"cookie": "COOKIE"}
        )
    return found


def _seen(directory: str | None) -> Document:
    return {} if directory is None else {"mountPath": directory}


def watching(draw: st.DrawFn, place: Place, declared: Document) -> Document:
    """Return how the app is measured, traced and read."""
    has = place.has
    found: Document = {}
    own = "metrics" in declared and maybe(draw)
    if has.monitoring and (own or maybe(draw)):
        monitoring: Document = {"metrics": {"requests": "requests_total", "latency": "request_seconds"}} if own else {}
        monitoring |= some(draw, {"dashboard": st.booleans(), "path": st.just("/m"), "interval": st.just("1m")})
        alert = st.fixed_dictionaries(
            {}, optional={"enabled": st.booleans(), "severity": st.just("info"), "for": st.just("9m")}
        )
        monitoring |= some(draw, {"alerts": st.dictionaries(st.sampled_from(ALERTS), alert, max_size=2)})
        found["monitoring"] = pick(draw, [monitoring, True]) if not own else monitoring
    measured = place.meshed and not has.ambient and sees_requests(declared)
    if has.monitoring and (own or measured) and maybe(draw, one_in=2):
        quick: dict[str, st.SearchStrategy[Any]] = {"threshold": st.just("500ms"), "objective": st.just(99.0)}
        goals = {"availability": st.sampled_from([99.5, 99.9]), "latency": st.fixed_dictionaries(quick)}
        found["slo"] = some(draw, {**goals, "window": st.just("28d")}, one_in=2)
    if has.tracing and maybe(draw):
        agent = {"language": "python", "instrumentation": "observability/default"}
        found["tracing"] = pick(draw, [{}, {"samplingPercentage": 5.0}, agent])
    return found | some(draw, {"logs": st.just({"parser": "json"})})


def escapes(draw: st.DrawFn, kind: str, name: str) -> Document:
    """Return patches of the app's workload, one that leaves the level `restricted` among them, and objects."""
    hardened: Document = {"spec": {"automountServiceAccountToken": False}}
    loosened: Document = {"spec": {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}}
    template = pick(draw, [hardened, loosened, {"metadata": {"annotations": {"example.com/by": "patch"}}}])
    around = {"CronJob": ("jobTemplate", "spec"), "ScaledJob": ("jobTargetRef",)}.get(kind, ())
    spec: Document = {"template": template}
    for key in reversed(around):
        spec = {key: spec}
    noted: Document = {"metadata": {"annotations": {"example.com/note": draw(text)}}}
    more: Document = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1"}}
    return some(
        draw,
        {
            "patches": st.sampled_from([{kind: {"spec": spec}}, {kind: noted}]),
            "objects": st.sampled_from([{"more": more}, {"more": {**more, "metadata": {"name": f"own-{name}"}}}]),
        },
        one_in=6,
    )
