"""All checks of operations: scaling, delivery, monitoring, secret stores."""

from components.operations import delivery_checks, monitoring_checks, scaling_checks, secret_checks

_ROOMS = (scaling_checks, delivery_checks, monitoring_checks, secret_checks)

CHECKS = tuple(check for room in _ROOMS for check in room.CHECKS)
ADVICE = tuple(adviser for room in _ROOMS for adviser in room.ADVICE)
