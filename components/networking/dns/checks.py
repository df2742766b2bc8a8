"""What is wrong, or worth knowing, about a stack's DNS and service registry."""

from components.networking import consul_checks
from components.networking.dns import coredns_checks, external_checks

_ROOMS = (coredns_checks, external_checks, consul_checks)

CHECKS = tuple(check for room in _ROOMS for check in room.CHECKS)
ADVICE = tuple(adviser for room in _ROOMS for adviser in room.ADVICE)
