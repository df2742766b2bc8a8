"""What the API server takes and what can hardly have been meant: warnings of the preview, each with the way out."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.traps import (
    autoscaler_targets,
    executable_files,
    hidden_directories,
    missing_objects,
    plain_secrets,
    shared_disks,
    unlikely_amounts,
)
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    *hidden_directories.CHECKS,
    *unlikely_amounts.CHECKS,
    *autoscaler_targets.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    *shared_disks.ADVICE,
    *hidden_directories.ADVICE,
    *executable_files.ADVICE,
    *unlikely_amounts.ADVICE,
    *autoscaler_targets.ADVICE,
    *plain_secrets.ADVICE,
    *missing_objects.ADVICE,
)
