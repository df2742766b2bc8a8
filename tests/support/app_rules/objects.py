"""Every object by itself: the API server takes it, it has a name of its own, and it stays in its place."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator

from components.apps.manifests import render
from components.tenancy.custom_resources import edit_rules
from tests.support.app_rules.words import Rule, named
from tests.support.generate.rooms import SECRETS
from tests.support.generate.stacks import World
from tests.support.rights import may, resource_of
from tests.support.schemas import builtin_problems, manifest_problems

BUILTIN = frozenset({"v1", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"})
VALUES = [form for value in SECRETS.values() for form in (value, b64encode(value.encode()).decode())]
ELSEWHERE = frozenset({"Certificate", "EgressNetwork", "TLSRoute", "HTTPRoute"})
"""What is in the namespace of a gateway: certificates for its listeners, and where Linkerd lets apps out to."""


def valid(world: World) -> Iterator[str]:
    """Every object passes the schema of its kind."""
    for _, objects in world.rendered:
        for manifest in objects.values():
            builtin = manifest["apiVersion"].partition("/")[0] in BUILTIN
            found = builtin_problems(manifest, ["1.36"]) if builtin else manifest_problems(manifest)
            yield from (f"{named(manifest)}: {problem}" for problem in found)


def distinct(world: World) -> Iterator[str]:
    """No two objects have one name."""
    names = Counter(
        (each["apiVersion"].partition("/")[0], named(each))
        for _, objects in world.rendered
        for each in objects.values()
    )
    yield from (f"{name} is there {count} times" for (_, name), count in names.items() if count > 1)


def in_place(world: World) -> Iterator[str]:
    """An app's objects are in its namespace."""
    for app, objects in world.rendered:
        for each in objects.values():
            if each["metadata"]["namespace"] != app.namespace and each["kind"] not in ELSEWHERE:
                yield f"{named(each)} of {app.name} is not in {app.namespace}"


def secret(world: World) -> Iterator[str]:
    """A secret value is in the Secret only."""
    for _, objects in world.rendered:
        for each in objects.values():
            if each["kind"] != "Secret" and any(value in str(each) for value in VALUES):
                yield f"{named(each)} shows a secret value"


def repeatable(world: World) -> Iterator[str]:
    """Rendering is a function."""
    for app, objects in world.rendered:
        if render(app, world.context) != objects:
            yield f"{app.name} is rendered otherwise the second time"


def editable(world: World) -> Iterator[str]:
    """The team of an app may look at and change every custom resource that the app is made of."""
    for _, objects in world.rendered:
        for suffix, manifest in objects.items():
            if manifest["apiVersion"].partition("/")[0] not in BUILTIN and not suffix.startswith("object-"):
                group, plural = resource_of(manifest)
                if not may(edit_rules(), group, plural, "get", "list", "watch", "create", "patch", "update", "delete"):
                    yield f"{named(manifest)} cannot be edited by whoever has slipway-edit"


RULES: tuple[Rule, ...] = (valid, distinct, in_place, secret, repeatable, editable)
