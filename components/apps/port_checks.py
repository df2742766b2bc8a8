"""Checks of the ports that an app listens on, and of those that it asks for."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from components.apps.containers import declared as further
from components.apps.each_app import each_app
from components.apps.port_plan import Plan, declared, port_plan
from components.apps.ports import PortSettings
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def free_port(wanted: int, taken: set[int]) -> int | None:
    """Return the first free port above `wanted`, None where there is none."""
    return next((port for port in range(wanted + 1, 65536) if port not in taken), None)


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


def _owner(plan: Plan, asks: str, number: int, environment: str) -> str:
    """Return who has a number that an app asks for: something in its own pods, else the port that it was given to."""
    own = plan.taken.get(asks, {}).get(number)
    if own is not None:
        return f"{number} of {own} in the same pods"
    app, port = plan.owners[number]
    return f"{number} of {app} (apps/{environment}/{app}.yaml: ports.{port})"


def enough_ports(settings: "StackSettings") -> Iterator[Problem]:
    """Every allocated port gets a number."""
    plan = port_plan(settings)
    ports = dict(declared(settings.apps))
    for name, port in plan.exhausted:
        tried = ports[name, port].fallback_range
        owners = [_owner(plan, name, number, settings.environment) for number in tried[:5]]
        more = f" and {len(tried) - 5} more" if len(tried) > 5 else ""
        yield Problem(
            ("ports", port),
            f"every number that {port} of {name} may have is taken: by another allocated port, or in its own pods",
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
            owner = _owner(plan, name, preferred, settings.environment)
            text = f"listens on {number}: it prefers {owner}; write the number to keep it"
            yield Advice(("ports", port), text, app=name)


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    own_ports,
    one_number,
    enough_ports,
    port_variables,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (fallen_back,)
