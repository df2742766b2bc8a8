"""What an object names is there."""

from collections.abc import Iterator

from components.apps.tiers import CLASSES
from components.apps.words import Manifest
from components.dependencies.managed import managed
from tests.support.app_rules.words import Rule, containers, named, pods
from tests.support.coherence import faults
from tests.support.generate.rooms import NAMESPACES
from tests.support.generate.stacks import World

GIVEN: list[Manifest] = [
    *({"kind": "PriorityClass", "metadata": {"name": each}} for each in CLASSES),
    *({"kind": "ServiceAccount", "metadata": {"name": "given", "namespace": each}} for each in NAMESPACES),
]
"""What the apps name that is not theirs."""


def _connections(world: World) -> Iterator[Manifest]:
    """Yield what leads to dependencies on AWS: an app is rendered without it."""
    for app in world.settings.apps:
        for each in managed(app, world.context):
            yield {"kind": "ConfigMap", "metadata": {"name": each.connection, "namespace": app.namespace}}


def coherent(world: World) -> Iterator[str]:
    """Services lead to ports of pods, routes to Services, pods to their accounts and maps."""
    rendered = [each for _, objects in world.rendered for each in objects.values()]
    yield from faults([*rendered, *GIVEN, *_connections(world)])


def probed_ports(world: World) -> Iterator[str]:
    """A probe or hook that names a port means one of its own container."""
    for _, objects in world.rendered:
        for name, _, pod in pods(objects):
            for container in containers(pod):
                ports = {port["name"] for port in container.get("ports", [])}
                hooks = container.get("lifecycle", {})
                checks = [container.get(f"{each}Probe", {}) for each in ("liveness", "readiness", "startup")]
                for check in [*checks, hooks.get("postStart", {}), hooks.get("preStop", {})]:
                    port = (check.get("httpGet") or check.get("tcpSocket") or check.get("grpc") or {}).get("port", 1)
                    if not isinstance(port, int) and port not in ports:
                        yield f"{name}: {container['name']} is asked at {port}, which it does not have"


def variables(world: World) -> Iterator[str]:
    """The Secrets whose keys become variables are made here, or said to be made elsewhere."""
    for app, objects in world.rendered:
        made = {each["metadata"]["name"] for each in objects.values() if each["kind"] in _SECRETS}
        made |= {*app.secrets.existing, "given", "other", *(each["metadata"]["name"] for each in _connections(world))}
        for name, _, pod in pods(objects):
            for source in (source for each in containers(pod) for source in each.get("envFrom", [])):
                wanted = source.get("secretRef", {}).get("name")
                if wanted is not None and wanted not in made:
                    yield f"{name} takes variables of the Secret {wanted}, which nobody makes"


_SECRETS = frozenset({"Secret", "ExternalSecret", "SealedSecret"})


def scaled(world: World) -> Iterator[str]:
    """What scales or moves something finds it."""
    for app, objects in world.rendered:
        there = {(each["kind"], each["metadata"]["name"]) for each in objects.values()}
        for each in objects.values():
            spec = each.get("spec", {})
            target = spec.get("scaleTargetRef") or spec.get("targetRef") or {}
            if each["kind"] in _SCALERS and (target["kind"], target["name"]) not in there:
                yield f"{named(each)} is for {target['kind']} {target['name']}, which {app.name} does not have"


_SCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler", "Canary"})

RULES: tuple[Rule, ...] = (coherent, probed_ports, variables, scaled)
