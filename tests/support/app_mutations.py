"""Hypothesis strategies that spoil an app's declaration in one place: what is still accepted must still work."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.support.app_strategies import Document, fleets

KeyPath = tuple[str | int, ...]

NUMBERS = (-1, 0, 1, 2, 80, 100, 101, 1023, 3600, 3601, 32767, 65535, 65536, 86_400, 2**31 - 1, 2**31, 2**63)
"""The ends of the ranges that Kubernetes has, and what is just beyond them."""

WORDS = (
    *("", " ", "a", "A", "0", "-a", "a-", "a.b", "a..b", "a_b", "a b", "a/b", "a:b", "ü", "a\nb", "\t", "{}", "$(A)"),
    *("x" * length for length in (15, 16, 52, 53, 63, 64, 253, 254, 1025)),
    *("true", "null", "1e3", "1.5", "0.5", "100m", "1Mi", "0.5Gi", "1k", "1E", "100%", "0%", "101%", "00%"),
    *("7E", "9E", "16Ei", "1e19", "1e30", "1n", "0.001", "\x7f", "\x85", "\ufffe", "\x1b[0m"),
    *("/", "/a", "/a/", "/a b", "/a?b=c", "/{id}", "/a;b", "/ü", "/*", "/.", "/a:b", "/%41"),
    *("example.com", "*.example.com", "EXAMPLE.com", "a.*.com", "1.2.3.4", "localhost"),
    *("10.0.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "::/0", "010.0.0.0/8"),
    *("example.com/a", "kubernetes.io/a", "a/b/c", "/a", "a/", "x" * 63 + "/y", "pods.example.com/" + "x" * 63),
)
"""Words at the edge of what Kubernetes takes somewhere."""

EXTRAS: dict[str, Any] = {
    "replicas": 1,
    "terminationGracePeriodSeconds": 30,
    "runAs": {"user": 1000, "group": 1000},
    "scaling": {
        "minReplicas": 1,
        "maxReplicas": 3,
        "behavior": {
            "scaleDown": {
                "stabilizationWindowSeconds": 60,
                "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
            }
        },
    },
    "disruption": {"maxUnavailable": 1},
    "strategy": {"maxSurge": "10%", "maxUnavailable": 1},
    "probes": {
        "readiness": {
            "path": "/ready",
            "port": 8080,
            "initialDelaySeconds": 1,
            "periodSeconds": 1,
            "timeoutSeconds": 1,
            "failureThreshold": 1,
            "successThreshold": 1,
        },
        "liveness": {"exec": ["true"]},
    },
    "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1m", "memory": "1Mi"}},
    "config": {"NAME": "value"},
    "env": {
        "ONE": {"secretKeyRef": {"name": "given", "key": "key"}},
        "TWO": {"fieldRef": {"fieldPath": "spec.nodeName"}},
    },
    "secrets": {"existing": ["given"]},
    "scratch": ["/tmp", "/a"],  # noqa: S108
    "labels": {"example.com/team": "a"},
    "podAnnotations": {"example.com/note": "a"},
    "serviceAccount": {"annotations": {"example.com/note": "a"}},
    "imagePullSecrets": ["registry"],
    "egress": [{"cidrs": ["203.0.113.0/24"], "ports": [443], "protocol": "TCP"}],
    "ports": {"http": {"port": 80, "targetPort": 8080, "protocol": "TCP", "appProtocol": "http"}, "metrics": 9090},
    "ingress": {"host": "a.example.com", "paths": ["/a"], "tls": True, "annotations": {"example.com/note": "a"}},
    "route": {"host": "b.example.com", "paths": ["/a"], "tls": True},
    "canary": {
        "image": "registry.example.com/a:2",
        "replicas": 1,
        "weight": 10,
        "header": {"name": "canary", "value": "true"},
    },
    "command": ["a"],
    "args": ["a"],
}
"""One of everything that an app may declare, to be spoiled where a generated app happens to have none."""


def leaves(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every scalar, and of every key of a map."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path


def spoiled(document: Document, path: KeyPath, value: Any) -> Document:
    """Return the document with another value at `path`; where that is a map, its key is renamed to the value."""
    changed = deepcopy(document)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    if isinstance(holder[last], dict):
        holder[value] = holder.pop(last)
    else:
        holder[last] = value
    return changed


def same_kind(document: Document, path: KeyPath) -> st.SearchStrategy[Any]:
    """Return values for a path: mostly of the type that stands there, since another type is refused at once."""
    found: Any = document
    for step in path:
        found = found[step]
    if isinstance(found, int) and not isinstance(found, bool):
        return st.sampled_from(NUMBERS) | st.integers(-1, 2**33)
    return st.sampled_from(WORDS) | st.text(max_size=8) | st.sampled_from(NUMBERS).map(str)


@st.composite
def mutants(draw: st.DrawFn, count: int) -> tuple[Document, ...]:
    """Return `count` apps that are each spoiled in one place, or renamed there."""
    (base,) = draw(fleets(most=1)).documents
    found = []
    for _ in range(count):
        extra = draw(st.sampled_from(sorted(EXTRAS)))
        document = base | {extra: EXTRAS[extra]}
        path = draw(st.sampled_from(sorted(leaves(document), key=repr)))
        found.append(spoiled(document, path, draw(same_kind(document, path))))
    return tuple(found)
