"""Everything that is checked about the apps of a stack."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps import (
    advice,
    capacity_checks,
    exposure_checks,
    mesh_checks,
    name_checks,
    pod_checks,
    port_checks,
    rollout_checks,
    route_checks,
    service_advice,
    service_checks,
)
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    *name_checks.CHECKS,
    *pod_checks.CHECKS,
    *port_checks.CHECKS,
    *rollout_checks.CHECKS,
    *exposure_checks.CHECKS,
    *route_checks.CHECKS,
    *service_checks.CHECKS,
    *mesh_checks.CHECKS,
    *capacity_checks.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    *advice.ADVICE,
    *route_checks.ADVICE,
    *service_advice.ADVICE,
    *mesh_checks.ADVICE,
)
