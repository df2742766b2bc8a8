"""Whatever dependencies an app declares, what comes of them is valid, restricted, and belongs to one another."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.apps.expansion import expanded
from components.checks import problems
from tests.support.coherence import faults
from tests.support.in_cluster_dependencies import depending, objects, pod
from tests.support.pod_security import restricted_violations
from tests.support.schemas import manifest_problems

SIZES = st.sampled_from(["1Gi", "10Gi", "1500Mi", "2Ti"])
BACKUPS = st.one_of(
    st.booleans(),
    st.fixed_dictionaries(
        {"keep": st.integers(1, 3650)}, optional={"schedule": st.just("*/30 * * * *"), "size": SIZES}
    ),
)
PASSWORDS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"password": "database"}, {"existingSecret": {"name": "vault", "key": "pw"}}]
)
COMMON: dict[str, Any] = {"storage": SIZES, "backup": BACKUPS}


@st.composite
def dependencies(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(["a", "db", "main-db", "cache-2"]), min_size=1, max_size=3, unique=True))
    needs: dict[str, Any] = {}
    for name in names:
        engine = draw(st.sampled_from(["postgresql", "redis"]))
        own: dict[str, Any] = {"database": st.sampled_from(["shop", "web_1"])} if engine == "postgresql" else {}
        fields: dict[str, Any] = draw(st.fixed_dictionaries({}, optional={**COMMON, **own}))
        memory = draw(st.sampled_from(["256Mi", "1Gi", "3G"]))
        limits = {"resources": {"limits": {"memory": memory}}}
        needs[name] = {"engine": engine, **fields, **limits, **draw(PASSWORDS)}
    return needs


PLACES = st.fixed_dictionaries(
    {
        "existing": st.booleans(),
        "mesh": st.sampled_from(["none", "istio", "linkerd"]),
        "app_keys": st.fixed_dictionaries(
            {"tier": st.sampled_from([1, 2, 3]), "kind": st.sampled_from(["Deployment", "StatefulSet"])}
        ),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dependencies(), PLACES)
def test_what_comes_of_dependencies_holds_together(needs: dict[str, Any], place: dict[str, Any]) -> None:
    rooms: dict[str, Any] = {
        "namespaces": {"web": {"quota": None}},
        "certificates": {"privateCa": True, "issuer": "private-ca"},
    }
    stack = depending(needs, **rooms, **place)
    assert problems(stack) == []
    assert expanded(stack) is stack
    rendered = {each.name: objects(stack, each.name) for each in stack.apps}
    everything = [manifest for each in rendered.values() for manifest in each.values()]
    assert [fault for manifest in everything for fault in manifest_problems(manifest)] == []
    assert [fault for each in rendered.values() for fault in restricted_violations(pod(each))] == []
    identities = [(each["kind"], each["metadata"]["name"]) for each in everything]
    assert len(set(identities)) == len(identities)
    elsewhere = ("vault", "priority class")  # somebody else's Secret, and what the platform has for all apps
    assert [fault for fault in faults(everything) if not any(what in fault for what in elsewhere)] == []
