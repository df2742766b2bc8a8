"""Which networks reach which ports of the nodes, from what the apps of a stack declare."""

from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.ports import serving
from components.apps.service_policies import client_cidrs
from components.foundation.node_ports import NODE_PORTS, NodePortRule

if TYPE_CHECKING:
    from components.settings import StackSettings


def node_port_rules(settings: "StackSettings") -> tuple[NodePortRule, ...]:
    """Return the rules of every app whose Service is a NodePort: its fixed ports, else all that could be chosen.

    A Service of type LoadBalancer has node ports, too; what makes the load balancer opens those.
    """
    facts = context(settings)
    return tuple(
        sorted(
            {
                NodePortRule(app.name, cidr, port.protocol, (fixed, fixed) if fixed else NODE_PORTS)
                for app in settings.apps
                if app.service.type == "NodePort"
                for name, port in serving(app.ports).items()
                for fixed in [app.service.node_ports.get(name)]
                for cidr in client_cidrs(app, facts)
            }
        )
    )
