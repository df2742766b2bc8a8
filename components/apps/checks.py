"""Everything that is checked about the apps of a stack."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps import (
    advice,
    analysis_checks,
    capacity_checks,
    container_checks,
    escape_checks,
    exposure_checks,
    gpu_checks,
    hatch_place_checks,
    header_checks,
    identity_checks,
    keda_checks,
    keda_job_checks,
    mesh_checks,
    name_checks,
    observability_checks,
    pod_checks,
    pod_sharing_checks,
    port_checks,
    rollout_checks,
    route_checks,
    scaling_checks,
    secret_source_checks,
    service_advice,
    service_checks,
    shared_host_checks,
    snapshot_checks,
    strategy_checks,
    traps,
    vertical_checks,
    workload_checks,
)
from components.apps.dns import rules as dns_rules
from components.apps.nodes import rules as node_rules
from components.dependencies import checks as dependency_checks
from components.dependencies import managed_checks
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
    *shared_host_checks.CHECKS,
    *service_checks.CHECKS,
    *strategy_checks.CHECKS,
    *analysis_checks.CHECKS,
    *header_checks.CHECKS,
    *mesh_checks.CHECKS,
    *observability_checks.CHECKS,
    *capacity_checks.CHECKS,
    *identity_checks.CHECKS,
    *secret_source_checks.CHECKS,
    *escape_checks.CHECKS,
    *scaling_checks.CHECKS,
    *keda_checks.CHECKS,
    *keda_job_checks.CHECKS,
    *vertical_checks.CHECKS,
    *workload_checks.CHECKS,
    *snapshot_checks.CHECKS,
    *container_checks.CHECKS,
    *gpu_checks.CHECKS,
    *pod_sharing_checks.CHECKS,
    *traps.CHECKS,
    *dns_rules.CHECKS,
    *node_rules.CHECKS,
    *dependency_checks.CHECKS,
    *managed_checks.CHECKS,
)
LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    *container_checks.LATE,
    *pod_sharing_checks.LATE,
    *escape_checks.LATE,
    *hatch_place_checks.LATE,
    *observability_checks.LATE,
)
"""What is asked once nothing else is wrong: an app is rendered for it, or its surroundings are looked up."""

ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    *advice.ADVICE,
    *port_checks.ADVICE,
    *route_checks.ADVICE,
    *shared_host_checks.ADVICE,
    *service_advice.ADVICE,
    *strategy_checks.ADVICE,
    *analysis_checks.ADVICE,
    *mesh_checks.ADVICE,
    *identity_checks.ADVICE,
    *observability_checks.ADVICE,
    *escape_checks.ADVICE,
    *scaling_checks.ADVICE,
    *keda_checks.ADVICE,
    *keda_job_checks.ADVICE,
    *vertical_checks.ADVICE,
    *workload_checks.ADVICE,
    *snapshot_checks.ADVICE,
    *gpu_checks.ADVICE,
    *traps.ADVICE,
    *dns_rules.ADVICE,
    *dependency_checks.ADVICE,
    *managed_checks.ADVICE,
)
