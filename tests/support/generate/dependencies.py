"""Databases and caches of an app's own, in the cluster or on AWS as the stack says."""

from typing import Any

from hypothesis import strategies as st

from tests.support.generate.place import Place, pick, some
from tests.support.generate.rooms import SECRETS, Document


def _password(draw: st.DrawFn, place: Place, engine: str) -> Document:
    """Return who makes the password; RDS makes its own, ElastiCache none."""
    if place.has.managed:
        return {} if engine == "postgresql" else {"password": next(iter(SECRETS))}
    forms: list[Document] = [
        {"password": next(iter(SECRETS))},
        {"existingSecret": {"name": "given", "key": "password"}},
    ]
    return pick(draw, [*forms, *([{}] if place.has.external else [])])


def dependencies(draw: st.DrawFn, place: Place) -> Document:
    """Return dependencies by name."""
    keys: dict[str, st.SearchStrategy[Any]] = {
        "storage": st.just("20Gi"),
        "resources": st.just({"limits": {"cpu": "250m", "memory": "256Mi"}}),
    }
    if not place.has.managed:
        keys["backup"] = st.sampled_from([False, {"schedule": "0 4 * * *", "keep": 3}])
    database: Document = {"engine": "postgresql", **some(draw, {**keys, "version": st.sampled_from(["16", "17"])})}
    cache: Document = {"engine": "redis", **some(draw, keys)}
    found: Document = {}
    for name, wanted in pick(
        draw, [{"store": database}, {"cache": cache}, {"store": database, "cache": cache}]
    ).items():
        found[name] = {**wanted, **_password(draw, place, wanted["engine"])}
    return found
