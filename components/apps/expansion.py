"""From what the files of a stack say to what they stand for: apps for dependencies, every port with its number."""

from typing import TYPE_CHECKING

from components.apps.port_plan import allocated
from components.apps.snapshots import with_snapshots
from components.dependencies.expand import with_dependencies
from components.dependencies.managed import reaching

if TYPE_CHECKING:
    from components.settings import StackSettings


def expanded(settings: "StackSettings") -> "StackSettings":
    """Return the settings as everything after the loader sees them; expanding them again changes nothing."""
    return with_snapshots(allocated(reaching(with_dependencies(settings))))
