"""What pods request, and what nodes have for them."""

from decimal import Decimal

from components.foundation.allocatable import Room, allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.launch_template import user_data
from slipway.preview.pods import Workload, workloads
from slipway.preview.pools import pools
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

MIB = 1024**2


def workload(spec: dict[str, Json], *, kind: str = "Deployment", **top: Json) -> Resource:
    inputs: dict[str, Json] = {
        "kind": kind,
        "metadata": {"name": "app", "namespace": "web"},
        "spec": {**top, "template": {"spec": spec}},
    }
    return Resource(f"urn:{kind}", f"kubernetes:apps/v1:{kind}", "app", None, True, inputs)


def only(*resources: Resource) -> Workload:
    return workloads(Recording("p", "s", resources))[0]


def container(cpu: str | None = None, memory: str | None = None, *, limit: str | None = None, **more: Json) -> Json:
    requests: dict[str, Json] = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    return {"resources": {"requests": requests, "limits": {"cpu": limit} if limit else {}}, **more}


def test_requests_are_what_the_scheduler_counts() -> None:
    found = only(workload({"containers": [container("250m", "256Mi"), container(None, "1Gi", limit="2")]}))
    assert (found.cpu, found.memory) == (Decimal("2.25"), Decimal(1280 * MIB))


def test_sidecars_add_up_and_init_containers_take_their_turn_beside_them() -> None:
    found = only(
        workload(
            {
                "containers": [container("100m", "100Mi")],
                "initContainers": [container("50m", "10Mi", restartPolicy="Always"), container("1", "20Mi")],
            }
        )
    )
    assert (found.cpu, found.memory) == (Decimal("1.05"), Decimal(110 * MIB))


def test_replicas_are_the_workloads_or_the_scalers() -> None:
    scaler = Resource(
        "urn:hpa",
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "app",
        None,
        True,
        {
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "any", "namespace": "web"},
            "spec": {"minReplicas": 3, "maxReplicas": 12, "scaleTargetRef": {"kind": "Deployment", "name": "app"}},
        },
    )
    fixed, free = workload({}, replicas=4), workload({})
    assert [(only(each).pods, only(each).most) for each in (fixed, free)] == [(4, 4), (1, 1)]
    assert [(only(each, scaler).pods, only(each, scaler).most) for each in (fixed, free)] == [(4, 12), (3, 12)]
    zero = only(workload({}, replicas=0))
    assert (zero.pods, zero.most) == (0, 0)
    daemon = only(workload({}, kind="DaemonSet"))
    assert (daemon.pods, daemon.most) == (None, None)


def test_pools_of_pods() -> None:
    key = "slipway.dev/pool"
    term: Json = {"matchExpressions": [{"key": key, "operator": "In", "values": ["spot", "general"]}]}
    required: Json = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    assert only(workload({"nodeSelector": {key: "gpu"}})).pools == ("gpu",)
    assert only(workload({"affinity": {"nodeAffinity": required}})).pools == ("spot", "general")
    assert only(workload({})).pools == ()


def test_patches_are_no_workloads() -> None:
    patch = Resource("urn:p", "kubernetes:apps/v1:DaemonSetPatch", "p", None, True, {"kind": "DaemonSet"})
    assert workloads(Recording("p", "s", (patch,))) == ()


def test_what_a_node_has_for_pods() -> None:
    # EKS: t3.large reserves 70m of 2 cores, and 255 + 11 * 35 + 100 MiB of 8 GiB.
    large = INSTANCE_TYPES["t3.large"]
    assert allocatable(large) == Room(Decimal("1.93"), Decimal((8192 - 255 - 385 - 100) * MIB))
    # m5.4xlarge: 60 + 10 + 5 + 5 + 12 * 2.5 = 110m of 16 cores.
    assert allocatable(INSTANCE_TYPES["m5.4xlarge"]).cpu == Decimal("15.89")


def group(zone: str, types: list[Json], size: int) -> Resource:
    return Resource(
        f"urn:{zone}",
        "aws:eks/nodeGroup:NodeGroup",
        zone,
        None,
        True,
        {
            "labels": {"slipway.dev/pool": "general"},
            "instanceTypes": types,
            "scalingConfig": {"desiredSize": size, "minSize": 1, "maxSize": 5},
        },
    )


def test_a_pool_is_its_groups_in_all_zones() -> None:
    pool = pools(Recording("p", "s", (group("a", ["t3.large"], 2), group("b", ["t3.large"], 1))))[0]
    assert (pool.name, pool.nodes, pool.least, pool.most, pool.types) == ("general", 3, 2, 10, ("t3.large",))
    assert (pool.cpu, pool.pods, pool.spot) == (3 * Decimal("1.93"), 3 * 35, False)


def test_the_smallest_type_counts_and_an_unknown_one_spoils_it() -> None:
    mixed = pools(Recording("p", "s", (group("a", ["t3.xlarge", "t3.large"], 1),)))[0]
    assert (mixed.cpu, mixed.pods) == (Decimal("1.93"), 35)
    unknown = pools(Recording("p", "s", (group("a", ["t3.large", "x9.large"], 1),)))[0]
    assert (unknown.cpu, unknown.memory, unknown.pods) == (None, None, None)


def test_a_node_takes_as_many_pods_as_its_kubelet_is_told() -> None:
    group: dict[str, Json] = {
        "instanceTypes": ["t3.large"],
        "labels": {"slipway.dev/pool": "general"},
        "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 4},
    }
    node_group = Resource("urn:g", "aws:eks/nodeGroup:NodeGroup", "g", None, True, group)
    (untold,) = pools(Recording("p", "s", (node_group,)))
    assert untold.pods == 2 * INSTANCE_TYPES["t3.large"].max_pods
    template: dict[str, Json] = {
        "tagSpecifications": [{"tags": {"slipway.dev/pool": "general"}}],
        "userData": user_data(110),
    }
    launch = Resource("urn:t", "aws:ec2/launchTemplate:LaunchTemplate", "t", None, True, template)
    (told,) = pools(Recording("p", "s", (node_group, launch)))
    assert told.pods == 2 * 110
