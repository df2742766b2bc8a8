"""What apps take of a pool: by hand, and that they never pay more than the pool costs."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from slipway.cost.occupancy import Demand, Room, divide, taken
from slipway.cost.ranges import CASES, Range
from slipway.recording.objects import POOL_LABEL
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json
from tests.unit.cost.building import PRICES, node_group, resource

WORTH = (Decimal(3), Decimal(1), Decimal(0))


def same(amount: int) -> Range:
    return Range(*[Decimal(amount)] * 3)


def amounts(cpu: str, memory: str, gpus: str = "0") -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(cpu), Decimal(memory), Decimal(gpus)


def test_a_pool_is_divided_by_what_its_parts_are_worth() -> None:
    # 2 cores worth 3 and 4 GiB worth 1: of 100 dollars 60 are for CPU, 40 for memory.
    rooms = {"general": Room(same(1), amounts("2", "4"), same(100))}
    demands = [
        Demand("a", ("general",), same(1), amounts("1", "1")),  # half of the CPU, a quarter of the memory
        Demand("b", ("general",), same(2), amounts("0.25", "0")),
    ]
    assert divide(rooms, demands, WORTH) == {"a": same(40), "b": same(15)}


def test_a_gpu_has_its_worth() -> None:
    rooms = {"gpu": Room(same(2), amounts("2", "4", "1"), same(200))}
    demands = [Demand("train", ("gpu",), same(1), amounts("0", "0", "1"))]
    # Of 20 a node 10 are for the GPU; one of the two is taken.
    assert divide(rooms, demands, (Decimal(3), Decimal(1), Decimal(10))) == {"train": same(50)}


def test_pods_are_spread_over_their_pools_by_the_nodes() -> None:
    rooms = {
        "small": Room(same(1), amounts("1", "0"), same(10)),
        "large": Room(same(3), amounts("1", "0"), same(300)),
    }
    demands = [Demand("a", ("small", "large"), same(2), amounts("1", "0"))]
    # Half a core of 1 in the small pool, 1.5 of 3 in the large one.
    assert divide(rooms, demands, WORTH) == {"a": same(155)}


def test_a_pod_on_each_node_grows_with_the_nodes() -> None:
    rooms = {
        "general": Room(Range(Decimal(0), Decimal(2), Decimal(5)), amounts("2", "0"), Range(*map(Decimal, (0, 20, 50))))
    }
    demands = [Demand("agent", ("general",), None, amounts("1", "0"))]
    assert divide(rooms, demands, WORTH) == {"agent": Range(Decimal(0), Decimal(10), Decimal(25))}


def test_where_more_is_requested_than_there_is_the_price_is_shared() -> None:
    rooms = {"general": Room(same(1), amounts("1", "0"), same(100))}
    demands = [
        Demand("a", ("general",), same(3), amounts("1", "0")),
        Demand("b", ("general",), same(1), amounts("1", "0")),
    ]
    assert divide(rooms, demands, WORTH) == {"a": same(75), "b": same(25)}


def test_an_app_without_a_place_takes_nothing() -> None:
    assert divide({}, [Demand("a", ("elsewhere",), same(3), amounts("1", "1"))], WORTH) == {"a": same(0)}


counts = st.integers(0, 20).map(Decimal)
sizes = st.decimals("0", "16", places=3)
demand = st.builds(
    Demand,
    app=st.sampled_from("abc"),
    pools=st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(tuple),
    pods=st.none() | st.builds(Range, counts, counts, counts),
    each=st.tuples(sizes, sizes, sizes),
)
room = st.builds(
    Room,
    nodes=st.builds(Range, counts, counts, counts),
    each=st.tuples(st.decimals("0.1", "16", places=3), st.decimals("0.1", "64", places=3), st.just(Decimal(0))),
    cost=st.builds(Range, *[st.decimals("0", "9999", places=2)] * 3),
)


@given(st.dictionaries(st.sampled_from(["x", "y"]), room), st.lists(demand, max_size=6))
def test_apps_never_pay_more_than_the_pools_cost(rooms: dict[str, Room], demands: list[Demand]) -> None:
    found = divide(rooms, demands, WORTH)
    assert found.keys() == {each.app for each in demands}
    for case in CASES:
        paid = sum((case(each) for each in found.values()), Decimal(0))
        assert 0 <= paid <= sum((case(each.cost) for each in rooms.values()), Decimal(0))


def test_parts_are_rounded_down() -> None:
    rooms = {"general": Room(same(1), amounts("1", "0"), Range(*[Decimal("0.03")] * 3))}
    demands = [Demand(app, ("general",), same(1), amounts("0.5", "0")) for app in "ab"]
    assert {each.expected for each in divide(rooms, demands, WORTH).values()} == {Decimal("0.01")}


def workload(kind: str, name: str, cpu: str, **pod: Json) -> Resource:
    resources: dict[str, Json] = {
        "requests": {"cpu": cpu},
        **({"limits": pod.pop("limits")} if "limits" in pod else {}),
    }
    spec: dict[str, Json] = {"template": {"spec": {"containers": [{"name": "main", "resources": resources}], **pod}}}
    inputs: dict[str, Json] = {"kind": kind, "metadata": {"name": name, "namespace": "web"}, "spec": spec}
    return replace(resource(f"kubernetes:apps/v1:{kind}", name, inputs), parent=f"urn:app-{name}")


def test_workloads_are_placed_by_their_pools_taints_and_kinds() -> None:
    def pool(name: str, kind: str, **more: Json) -> Resource:
        scaling: dict[str, Json] = {"desiredSize": 1, "minSize": 1, "maxSize": 1}
        group = node_group([kind], 1, spot=False, scalingConfig=scaling, labels={POOL_LABEL: name}, **more)
        return replace(group, urn=f"urn:{name}")

    whole: dict[str, Json] = {"nvidia.com/gpu": "1"}
    made = [
        workload("Deployment", "shop", "965m"),  # half of a t3.large
        workload("Job", "once", "965m"),
        workload("Deployment", "train", "0", limits=whole, nodeSelector={POOL_LABEL: "gpu"}),
    ]
    apps = [replace(resource("slipway:apps:AppStack", f"app-{each.name}", {}), custom=False) for each in made]
    taints: list[Json] = [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]
    nodes = [pool("general", "t3.large"), pool("gpu", "g5.xlarge", taints=taints)]
    recording = Recording("p", "s", (*nodes, *apps, *made))
    assumed = PRICES.assumptions.model_copy(update={"core_hour": Decimal(1), "gib_hour": Decimal(0)})
    found = taken(recording, {"general": same(100), "gpu": same(100)}, assumed)
    assert found["app-shop"] == same(50)
    assert "app-once" not in found
    # A g5.xlarge has 3.92 cores worth 1 and a GPU worth 0.95.
    assert found["app-train"].expected == Decimal("19.50")
