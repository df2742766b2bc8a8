"""The pure parts of the page: values, routes, operations, charts, the verdict, and the packing."""

import base64
import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.model import Report, Violation
from slipway.cost.breakdown import Range, Share
from slipway.page.charts import bars, delta_text, slices
from slipway.page.data import PageData
from slipway.page.operations import operations
from slipway.page.packing import json_text, packed, unpacked
from slipway.page.page import page
from slipway.page.resources import resources
from slipway.page.topology import topology
from slipway.page.values import difference, path_text, shown
from slipway.page.verdict import verdict
from slipway.plan.model import Change, Plan, Step
from slipway.preview.routes import Route, routes
from slipway.preview.summary import summarise
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

HOSTILE = "</script><script>alert(1)</script>&'\""


def resource(kind: str, name: str, token: str = "", parent: str | None = None, /, **inputs: Json) -> Resource:
    type_ = token or f"kubernetes:v1:{kind}"
    return Resource(f"urn:pulumi:s::p::{type_}::{name}", type_, name, parent, True, dict(inputs))


def thing(kind: str, name: str, version: str = "v1", app: str = "web", /, **spec: Json) -> Resource:
    metadata: Json = {"name": name, "namespace": "shop", "labels": {"app.kubernetes.io/name": app}}
    return resource(kind, name, apiVersion=version, kind=kind, metadata=metadata, spec=spec)


def data(*found: Resource, plan: Plan | None = None, report: Report | None = None) -> PageData:
    recording = Recording("p", "s", found)
    return PageData(recording, summarise(recording, environment="test"), plan=plan, report=report)


def plan(*steps: Step, **allowed: Any) -> Plan:
    return Plan("s", "main", steps, **allowed)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("spec", "containers", 0, "image"), "spec.containers[0].image"),
        (("metadata", "labels", "app.kubernetes.io/name"), 'metadata.labels["app.kubernetes.io/name"]'),
        ((), "(everything)"),
    ],
)
def test_a_path_is_written_as_in_manifests(path: tuple[str | int, ...], written: str) -> None:
    assert path_text(path) == written


def test_a_secret_has_no_value_whatever_the_change_holds() -> None:
    assert shown(Change(("password",), "hunter2", "hunter3", secret=True)) == {}


def test_no_value_is_not_the_same_as_an_empty_one() -> None:
    assert shown(Change(("a",), None, "")) == {"new": ""}
    assert shown(Change(("a",), False, 0)) == {"old": "false", "new": "0"}


def test_long_text_is_a_difference_of_lines() -> None:
    old = "\n".join(map(str, range(20)))
    assert shown(Change(("a",), old, old.replace("10", "ten")))["lines"] == [" 8", " 9", "-10", "+ten", " 11", " 12"]


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_difference_has_every_line_that_goes_or_comes(old: list[str], new: list[str]) -> None:
    lines = list(difference("\n".join(old), "\n".join(new)))
    gone = [line[1:] for line in lines if line[0] == "-"]
    come = [line[1:] for line in lines if line[0] == "+"]
    assert sorted([*old, *come]) == sorted([*new, *gone])


ISTIO = "networking.istio.io/v1"
GATEWAY = thing("Gateway", "edge", ISTIO, servers=[
    {"hosts": ["a.example.com"], "tls": {"httpsRedirect": True}},
    {"hosts": ["b.example.com"], "tls": {"mode": "SIMPLE"}},
])  # fmt: skip
SHARED = thing("Gateway", "edge", "gateway.networking.k8s.io/v1", listeners=[
    {"name": "http", "protocol": "HTTP"}, {"name": "https", "protocol": "HTTPS"},
])  # fmt: skip


def http_route(section: str | None, **rule: Json) -> Resource:
    parent: Json = {"name": "edge", **({"sectionName": section} if section else {})}
    return thing("HTTPRoute", "r", hostnames=["c.example.com"], parentRefs=[parent], rules=[rule])


BACKEND: Json = [{"name": "web"}]
ROUTES = [
    (thing("Ingress", "i", rules=[{"host": "a.example.com", "http": {"paths": [{"path": "/api"}, {"path": "/api"}]}}],
           tls=[{"hosts": ["a.example.com"]}]), [("a.example.com", ("/api",), True)]),
    (thing("Ingress", "i", rules=[{"http": {"paths": [{}]}}]), [("*", ("/",), False)]),
    (http_route("https", backendRefs=BACKEND, matches=[{"path": {"value": "/x"}}]), [("c.example.com", ("/x",), True)]),
    (http_route("http", backendRefs=BACKEND), [("c.example.com", ("/",), False)]),
    (http_route(None, backendRefs=BACKEND), [("c.example.com", ("/",), True)]),
    (http_route("http", filters=[{"type": "RequestRedirect"}]), []),
    (thing("HTTPRoute", "r", parentRefs=[{"kind": "Service", "name": "web"}], rules=[{"backendRefs": BACKEND}]), []),
    (thing("VirtualService", "v", ISTIO, gateways=["mesh"], hosts=["a.example.com"]), []),
    (thing("VirtualService", "v", ISTIO, gateways=["shop/edge", "mesh"], hosts=["a.example.com", "b.example.com"],
           http=[{"match": [{"uri": {"prefix": "/v"}}]}]),
     [("a.example.com", ("/v",), False), ("b.example.com", ("/v",), True)]),
    (thing("VirtualServer", "n", host="d.example.com", tls={"secret": "t"}, routes=[{"path": "/n"}]),
     [("d.example.com", ("/n",), True)]),
]  # fmt: skip


@pytest.mark.parametrize(("made", "told"), ROUTES)
def test_routes_of_every_kind(made: Resource, told: list[tuple[str, tuple[str, ...], bool]]) -> None:
    found = routes(Recording("p", "s", (made, GATEWAY, SHARED)))
    kind, name = str(made.inputs["kind"]), made.name
    assert found == tuple(Route(made.urn, kind, name, "shop", "web", *each) for each in told)


def test_an_app_is_created_only_with_all_that_it_has() -> None:
    one, other = thing("Service", "a"), thing("Service", "b")
    new, same, swap = Step("create", None, one), Step("unchanged", other, other), Step("replace", other, other)
    key = ("shop", "web")
    assert operations(plan(new)).of_app(key) == "create"
    assert operations(plan(new, same)).of_app(key) == "update"
    assert operations(plan(new, swap)).of_app(key) == "replace"
    assert operations(plan(same)).of_app(key) is None
    assert operations(plan(new, same)).counts(key) == {"create": 1}


def test_an_app_that_goes_is_shown_as_one_that_goes() -> None:
    gone = thing("Service", "a")
    (found,) = topology(data(plan=plan(Step("delete", gone, None))))["apps"]
    assert (found["id"], found["op"], found["counts"]) == ("shop/web", "delete", {"delete": 1})


def group(name: str, pool: str, zone: str, subnet: Resource) -> Resource:
    size: Json = {"desiredSize": 1, "minSize": 1, "maxSize": 3}
    made = resource(
        "", name, "aws:eks/nodeGroup:NodeGroup", labels={"slipway.dev/pool": pool}, scalingConfig=size,
        instanceTypes=["t3.large"], subnetIds=["[unknown until deployment]"],
    )  # fmt: skip
    return replace(made, property_dependencies={"subnetIds": (subnet.urn,)})


def test_a_group_is_in_the_zone_of_its_subnet_also_when_no_id_is_known() -> None:
    subnets = [
        resource("", f"private-{zone}", "aws:ec2/subnet:Subnet", availabilityZone=zone, cidrBlock="10.0.0.0/24")
        for zone in ("us-west-2a", "us-west-2b")
    ]
    groups = [group(f"main-{number}", "main", "", subnet) for number, subnet in enumerate(subnets)]
    gone = group("old-0", "old", "", subnets[0])
    steps = [Step("update", groups[0], groups[0]), Step("unchanged", groups[1], groups[1]), Step("delete", gone, None)]
    found = topology(data(*subnets, *groups, plan=plan(*steps)))
    size = {"desired": 1, "min": 1, "max": 3}
    assert [(pool["name"], pool["zones"], pool["op"]) for pool in found["pools"]] == [
        ("main", {"us-west-2a": size, "us-west-2b": size}, "update"),
        ("old", {}, "delete"),
    ]
    assert [zone["name"] for zone in found["zones"]] == ["us-west-2a", "us-west-2b"]


def test_resources_stand_in_their_components_the_outermost_left_out() -> None:
    outer = replace(resource("", "platform", "slipway:platform:Platform"), custom=False)
    inner = replace(resource("", "net", "slipway:foundation:Network", outer.urn), custom=False)
    vpc = resource("", "vpc", "aws:ec2/vpc:Vpc", inner.urn, cidrBlock="10.0.0.0/16")
    found = resources(data(outer, inner, vpc))
    assert found["groups"] == ["Network net"]
    assert [each["name"] for each in found["steps"]] == ["vpc"]
    assert found["steps"][0]["inputs"] == 'cidrBlock: "10.0.0.0/16"\n'
    assert "op" not in found["steps"][0]


def share(name: str, expected: int, most: int, delta: int | None = None) -> Share:
    cost = Range(Decimal(0), Decimal(expected), Decimal(most))
    return Share(name, cost, None if delta is None else Decimal(delta))


def test_bars_have_one_scale_and_the_most_expensive_first() -> None:
    one, other = bars([share("a", 25, 50), share("b", 75, 100, -5)], Decimal(100))
    assert (one.name, one.share, one.expected_at, one.most_at, one.delta, one.grows) == (
        "b", "75 %", 75.0, 100.0, "−$5.00", False,  # noqa: RUF001
    )  # fmt: skip
    assert (other.name, other.expected_at, other.most_at, other.delta, other.range) == (
        "a",
        25.0,
        50.0,
        "",
        "$0 to $50",
    )


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_slices_fill_the_whole_and_do_not_overlap(amounts: list[int]) -> None:
    found = slices([share(str(number), amount, amount) for number, amount in enumerate(amounts)])
    assert sum(each.width for each in found) == pytest.approx(100 if any(amounts) else 0, abs=0.1)
    for one, following in pairwise(found):
        assert following.start == pytest.approx(one.start + one.width, abs=0.01)


def test_a_difference_of_nothing_is_said() -> None:
    assert [delta_text(each) for each in (None, Decimal("0.001"), Decimal(12))] == ["", "no change", "+$12"]


def test_the_verdict_has_the_exit_code_of_the_preview() -> None:
    lost = resource("", "vpc", "aws:ec2/vpc:Vpc")
    step = Step("delete", lost, None, loss="all of it")
    bad = Report((Violation("r", "mandatory", None, "x"),), ("r",))
    allowed = plan(step, acknowledged=frozenset({lost.urn}))
    cases = [
        (data(plan=plan(step), report=bad), 4, "stop"),
        (data(plan=allowed, report=bad), 3, "stop"),
        (data(plan=allowed), 0, "look"),
        (data(plan=plan(Step("unchanged", lost, lost))), 0, "good"),
        (data(), 0, "look"),
    ]
    for each, code, tone in cases:
        assert (verdict(each).code, verdict(each).tone) == (code, tone)


def test_the_verdict_tells_of_a_deployment_that_will_fail() -> None:
    there = resource("", "vpc", "aws:ec2/vpc:Vpc")
    update = Step("update", there, there, (Change(("a",), 1, 2, refused="never"),))
    kept = Step("replace", there, replace(there, protect=True), loss="all of it", protected=True)
    cases = [
        ({}, update, "The deployment will fail: a server refuses 1 update"),
        (
            {"acknowledged": frozenset({there.urn})},
            kept,
            "The deployment will fail: the engine refuses 1 step, of what is protected",
        ),
    ]
    for allowed, each, said in cases:
        found = verdict(data(plan=plan(each, **allowed)))
        assert (found.code, found.tone, found.text) == (5, "stop", said)
        known = verdict(data(plan=plan(each, **allowed, expected=frozenset({there.urn}))))
        assert (known.code, known.tone, known.text) == (0, "look", f"Expected: t{said[1:]}")
    both = verdict(data(plan=plan(kept)))
    assert (both.code, both.tone) == (4, "stop")
    assert both.text.endswith(
        "acknowledged it; the deployment will fail: the engine refuses 1 step, of what is protected"
    )


@given(st.text())
def test_no_text_leaves_its_script_element(text: str) -> None:
    written = json_text({"a": text + HOSTILE})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"a": text + HOSTILE}


def test_what_is_packed_is_unpacked_and_the_same_each_time() -> None:
    content = {"a": [HOSTILE, None, 1.5]}
    assert base64.b64decode(packed(content))[4:8] == bytes(4)  # no time in the header of gzip
    assert unpacked(f'<script type="application/gzip" id="x">{packed(content)}</script>') == {"x": content}


def test_the_page_is_the_same_each_time_and_refuses_all_but_its_own() -> None:
    shop = data(thing("Service", HOSTILE), thing("Ingress", "i", rules=[{"host": HOSTILE}]))
    text = page(shop)
    assert text == page(shop)
    assert HOSTILE not in text
    assert "<script>alert" not in text
    assert "default-src &#39;none&#39;" in text
    assert "unsafe" not in text
    assert text.count("<script>") == 1
    assert not any(f" on{event}=" in text for event in ("click", "load", "error"))
    assert ' style="' not in text
