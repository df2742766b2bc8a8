"""Checks of the ports that apps listen on: each its own, and none of a neighbour's."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from components.apps.containers import declared as further
from components.apps.each_app import each_app, gather
from components.apps.port_plan import Plan, declared, port_plan
from components.apps.ports import METRICS, PortSettings
from components.dependencies.names import origin
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def free_port(wanted: int, taken: set[int]) -> int | None:
    """Return the first free port above `wanted`, None where there is none."""
    return next((port for port in range(wanted + 1, 65536) if port not in taken), None)


def _listening(app: "AppSettings") -> Iterator[tuple[str, str, int, str]]:
    """Yield each port as (name, namespace, number in the container, protocol), but for the metrics port.

    And but for those whose number is not known yet.
    """
    for name, port in app.ports.items():
        if name != METRICS and port.settled:
            yield name, app.namespace, port.container_port, port.protocol


@each_app
def own_ports(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An app declares every port once: the container's, and the Service's."""
    listening: dict[tuple[int, str], str] = {}
    served: dict[tuple[int, str], str] = {}
    for name, port in app.ports.items():
        if not port.settled:
            continue
        for number, known in ((port.container_port, listening), (port.port, served)):
            other = known.setdefault((number, port.protocol), name)
            if other != name:
                free = free_port(number, {each for each, _ in known})
                yield Problem(
                    path=("ports", name),
                    message=f"the ports {other} and {name} of {app.name} are both {number}/{port.protocol}",
                    found=str(number),
                    allowed="every port once",
                    nearest=None if free is None else str(free),
                    app=app.name,
                )
                break


def shared_ports(settings: "StackSettings") -> Iterator[Problem]:
    """No two apps of a namespace listen on one port; `metrics` is the same everywhere by convention.

    Kubernetes would let them. The rule keeps a port a name for an app in policies, dashboards and port-forwards: it is
    the seed's port table made a check. What stands for a dependency keeps the engine's number, which clients expect.
    """
    apps = {app.name: app for app, _ in gather(lambda each: iter([each.name]), settings)}
    own = {name for name in apps if origin(name, apps, settings.dependencies) is None}
    listening = [(app, port) for app, port in gather(_listening, settings) if app.name in own]
    owners: dict[tuple[str, int, str], str] = {}
    for app, (_, namespace, number, protocol) in listening:
        owners.setdefault((namespace, number, protocol), app.name)
    for app, (name, namespace, number, protocol) in listening:
        owner = owners[namespace, number, protocol]
        if owner != app.name:
            free = free_port(number, {taken for where, taken, _ in owners if where == namespace})
            yield Problem(
                path=("ports", name),
                message=f"{owner} and {app.name} both listen on {number} in the namespace {namespace}",
                found=str(number),
                allowed="a port that no other app of the namespace has",
                nearest=None if free is None else str(free),
                app=app.name,
            )


def _contradiction(port: PortSettings) -> tuple[str, str] | None:
    """Return what a port says that does not go together, and what would."""
    ways = {"preferred": port.preferred is not None, "fallback": port.fallback is not None, "auto": port.auto}
    said = [name for name, is_said in ways.items() if is_said]
    if not port.dynamic and "port" not in port.model_fields_set:
        return "no number", "a number such as 8080, preferred and fallback, or auto"
    if port.auto and len(said) > 1:
        return " and ".join(said), "auto alone, or preferred and fallback"
    if port.dynamic and port.target_port is not None:
        return f"targetPort and {' and '.join(said)}", "either: the allocated number is the container's"
    return None


@each_app
def one_number(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A port has one number: an explicit one, or an allocated one."""
    for name, port in app.ports.items():
        if (wrong := _contradiction(port)) is not None:
            found, allowed = wrong
            yield Problem(("ports", name), "a port has one number in the container", found, allowed, app=app.name)
    for key, container, settings in further(app):
        for name, port in settings.ports.items():
            if port.dynamic or "port" not in port.model_fields_set:
                yield Problem(
                    (key, container, "ports", name),
                    "only the app's own ports are allocated: a further container listens on a number of its own",
                    "a port to be allocated" if port.dynamic else "no number",
                    "a number, such as 9100",
                    app=app.name,
                )
    for service, external in app.external_services.items():
        for name, port in external.ports.items():
            if port.dynamic or "port" not in port.model_fields_set:
                yield Problem(
                    ("externalServices", service, "ports", name),
                    "a host outside listens on a number of its own",
                    "a port to be allocated" if port.dynamic else "no number",
                    "a number, such as 443",
                    app=app.name,
                )


def _owner(plan: Plan, number: int, settings: "StackSettings") -> str:
    app, port = plan.owners[number]
    known = (app, port) in dict(declared(settings.apps))
    where = f" (apps/{settings.environment}/{app}.yaml: ports.{port})" if known else ""
    return f"{number} of {app}{where}"


def enough_ports(settings: "StackSettings") -> Iterator[Problem]:
    """Every allocated port gets a number."""
    plan = port_plan(settings)
    ports = dict(declared(settings.apps))
    for name, port in plan.exhausted:
        tried = ports[name, port].fallback_range
        owners = [_owner(plan, number, settings) for number in tried[:5]]
        more = f" and {len(tried) - 5} more" if len(tried) > 5 else ""
        yield Problem(
            ("ports", port),
            f"every number that {port} of {name} may have belongs to another port of the environment",
            f"{'; '.join(owners)}{more}",
            "a wider fallback, another preferred number, or auto (8000 to 9000)",
            app=name,
        )


@each_app
def port_variables(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A variable with a port's number names a port, and no other source sets it."""
    sources: dict[str, Collection[str]] = {"config": app.config, "env": app.env, "secrets.values": app.secrets.values}
    for name, port in app.port_variables.items():
        if port not in app.ports:
            yield unknown_word(("portVariables", name), "port", port, app.ports, app=app.name)
        for key in (key for key, variables in sources.items() if name in variables):
            yield Problem(
                ("portVariables", name),
                "a variable has one source",
                f"portVariables and {key}",
                f"only one of them: without {key}.{name} it is the number of the port",
                app=app.name,
            )


def fallen_back(settings: "StackSettings") -> Iterator[Advice]:
    """Two want one number, and one has it."""
    plan = port_plan(settings)
    for (name, port), wanted in declared(settings.apps):
        number, preferred = plan.numbers.get((name, port)), wanted.preferred
        if number is not None and preferred is not None and preferred != number:
            text = f"listens on {number}: it prefers {_owner(plan, preferred, settings)}; write the number to keep it"
            yield Advice(("ports", port), text, app=name)


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    own_ports,
    shared_ports,
    one_number,
    enough_ports,
    port_variables,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (fallen_back,)
