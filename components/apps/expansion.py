"""From what the files of a stack say to what they stand for: every port with its number."""

from typing import TYPE_CHECKING

from components.apps.port_plan import allocated

if TYPE_CHECKING:
    from components.settings import StackSettings


def expanded(settings: "StackSettings") -> "StackSettings":
    """Return the settings as everything after the loader sees them; expanding them again changes nothing."""
    return allocated(settings)
