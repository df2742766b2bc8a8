"""What apps get to know of each shipped stack, and the room on its nodes."""

from decimal import Decimal

import pytest

from components.apps.capacity import node_rooms, pod_room
from components.apps.context import context
from components.apps.disruption import percent_of
from components.foundation.allocatable import Room, allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolve
from tests.support.ways_in import EXTERNAL, ISSUER, ISTIO
from tests.unit.apps.stacks import stack


def test_production() -> None:
    found = context(stack("production"))
    assert (found.environment, found.mesh) == ("production", "istio")
    assert found.meshed == {"gateway", "web", "data"}
    assert (found.controller, dict(found.controllers)) == ("istio", {"istio": ISTIO})
    assert list(found.pools) == ["general", "memory", "gpu", "spot", "production"]
    assert (found.zoned, found.storage_class, found.protect) == (True, "gp3-ssd", True)
    assert (found.issuer, found.dns_domains) == (ISSUER, ("example.com",))
    assert sorted(found.apps) == ["api-gateway", "postgres", "webapp"]


def test_development() -> None:
    found = context(stack("development"))
    assert (found.mesh, found.issuer) == ("none", None)
    assert (found.controller, dict(found.controllers)) == ("external", {"external": EXTERNAL})
    assert not found.protect


def test_an_existing_cluster() -> None:
    found = context(stack("local"))
    assert (dict(found.pools), found.zoned, found.storage_class) == ({}, False, None)
    assert found.secrets["postgres-password"].get_secret_value() == "local-only"


def test_an_existing_cluster_proves_nothing_by_dns() -> None:
    certificates = {"email": "a@example.com", "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
    assert context(stack("local", certificates=certificates)).dns_domains == ()
    assert context(stack("staging", certificates=certificates)).dns_domains == ("example.com",)


@pytest.mark.parametrize(
    ("name", "cpu", "mebibytes"),
    [  # what such nodes report as allocatable, but for the memory that the hypervisor and the kernel keep
        ("t3.large", "1.93", 8192 - 255 - 11 * 35 - 100),
        ("m6i.xlarge", "3.92", 16384 - 255 - 11 * 58 - 100),
        ("m6i.2xlarge", "7.91", 32768 - 255 - 11 * 58 - 100),
    ],
)
def test_what_a_node_leaves_for_pods(name: str, cpu: str, mebibytes: int) -> None:
    assert allocatable(INSTANCE_TYPES[name]) == Room(Decimal(cpu), Decimal(mebibytes * 1024**2))


def test_the_size_of_a_pool_is_known_only_where_every_types_is() -> None:
    known = resolve("a", NodePoolSettings(instance_types=("m6i.xlarge", "m6i.large"), size=1))
    assert [room.cpu for room in node_rooms(known)] == [Decimal("1.93"), Decimal("3.92")]
    assert node_rooms(resolve("a", NodePoolSettings(instance_types=("m6i.large", "z9.large"), size=1))) == []


def test_a_pod_brings_its_sidecar() -> None:
    resources = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}
    meshed = stack("production", {"resources": resources})
    assert str(pod_room(meshed.apps[0], meshed)) == "1100m CPU and 1152Mi"
    plain = stack("development", {"resources": resources})
    assert str(pod_room(plain.apps[0], plain)) == "1 CPU and 1Gi"


@pytest.mark.parametrize(
    ("value", "up", "down"), [(2, 2, 2), ("25%", 2, 1), ("50%", 3, 3), ("0%", 0, 0), ("100%", 6, 6)]
)
def test_percentages_of_six_pods(value: int | str, up: int, down: int) -> None:
    assert (percent_of(value, 6, up=True), percent_of(value, 6, up=False)) == (up, down)
