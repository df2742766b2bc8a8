"""All checks of networking: pod network, mesh, ingress, certificates, DNS."""

from components.networking import cni_checks
from components.networking.certificates import checks as certificate_checks
from components.networking.dns import checks as dns_checks
from components.networking.ingress import checks as ingress_checks
from components.networking.mesh import checks as mesh_checks
from components.networking.mesh import linkerd_checks

_ROOMS = (cni_checks, mesh_checks, linkerd_checks, ingress_checks, certificate_checks, dns_checks)

CHECKS = tuple(check for room in _ROOMS for check in room.CHECKS)
ADVICE = tuple(adviser for room in _ROOMS for adviser in room.ADVICE)
