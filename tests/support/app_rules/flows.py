"""Who may call whom: open at both ends, and on the server's ports only."""

from collections.abc import Iterator
from typing import Any

from components.apps.settings import AppSettings
from tests.support.app_rules.words import Rule
from tests.support.generate.stacks import World

_NAMES = ("app", "app.kubernetes.io/name")


def _opened(world: World) -> Iterator[tuple[str, str, str, frozenset[Any]]]:
    """Yield each opening as (direction, client, server, ports)."""
    for app, objects in world.rendered:
        for each in (each for each in objects.values() if each["kind"] == "NetworkPolicy"):
            (direction,) = each["spec"]["policyTypes"]
            for rule in each["spec"]["ingress" if direction == "Ingress" else "egress"]:
                ports = frozenset((port["port"], port["protocol"]) for port in rule.get("ports", ()))
                for peer in rule["from" if direction == "Ingress" else "to"]:
                    labels = peer.get("podSelector", {}).get("matchLabels", {})
                    other = next((labels[name] for name in _NAMES if name in labels), None)
                    if other in world.context.apps:
                        pair = (other, app.name) if direction == "Ingress" else (app.name, other)
                        yield direction, *pair, ports


def both_ends(world: World) -> Iterator[str]:
    """What one end opens, the other does."""
    opened: dict[str, set[Any]] = {"Ingress": set(), "Egress": set()}
    for direction, client, server, ports in _opened(world):
        if not ports:
            yield f"{client} may call every port of {server}"
        opened[direction].add((client, server, ports))
    for client, server, ports in opened["Ingress"] ^ opened["Egress"]:
        yield f"one end only of {client} to {server} opens {sorted(ports)}"


def _is_cluster(app: AppSettings) -> bool:
    """A StatefulSet that has, or may get, a second member, unless it says otherwise."""
    if app.kind != "StatefulSet" or not app.ports.keys() - {"metrics"}:
        return False
    told = app.stateful_set.peers if app.stateful_set else None
    return app.most_replicas > 1 if told is None else told


def wanted(world: World) -> Iterator[str]:
    """What is opened between apps is what they declare."""
    found = {(client, server) for direction, client, server, _ in _opened(world) if direction == "Ingress"}
    apps = world.settings.apps
    declared = {(client, app.name) for app in apps for client in app.allow_from}
    declared |= {(app.name, server) for app in apps for server in app.allow_to}
    declared |= {(app.name, app.name) for app in apps if _is_cluster(app)}
    yield from (f"{client} to {server} is declared or opened, but not both" for client, server in found ^ declared)


RULES: tuple[Rule, ...] = (both_ends, wanted)
