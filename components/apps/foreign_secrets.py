"""The Secrets that an app's pods need and nothing of the stack makes: they must be there before `pulumi up` waits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pulumi
from pulumi_kubernetes.core.v1.Secret import Secret

from components.apps.naming import tls_name
from components.apps.secret_names import made_secrets, wanted_secrets
from components.dependencies.managed import managed
from components.dependencies.passwords import dependency_secrets
from components.problem import KeyPath
from components.remembered import of_the_last

if TYPE_CHECKING:
    from components.apps.context import AppContext
    from components.apps.settings import AppSettings


def _made(app: "AppSettings", context: "AppContext") -> Iterator[str]:
    """Yield every Secret that an app brings into its namespace, whichever controller writes it."""
    yield from made_secrets(app)
    yield from dependency_secrets(app, context.dependencies)
    yield from (each.connection for each in managed(app, context))
    if any(exposure is not None and exposure.tls for exposure in (app.ingress, app.route)):
        yield tls_name(app)


@of_the_last
def _made_in(context: "AppContext") -> dict[str, set[str]]:
    """Return the Secrets that the apps of the stack make, by namespace."""
    found: dict[str, set[str]] = {}
    for app in context.apps.values():
        found.setdefault(app.namespace, set()).update(_made(app, context))
    return found


def foreign_secrets(app: "AppSettings", context: "AppContext") -> dict[str, KeyPath]:
    """Return the Secrets that no app of the namespace makes, each with the first key that asks for it."""
    made = _made_in(context).get(app.namespace, set()) | set(_made(app, context))
    found: dict[str, KeyPath] = {}
    for path, name in sorted(wanted_secrets(app), key=lambda each: each[1]):
        if name not in made:
            found.setdefault(name, path)
    return found


def looked_up(
    prefix: str,
    app: "AppSettings",
    context: "AppContext",
    namespace: pulumi.CustomResource | None,
    opts: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Read the Secrets that somebody else makes, each as `PREFIX-existing-NAME`; the engine fails where one is absent.

    It fails with the name, in seconds, where the pods would be waited for in vain for ten minutes. An app whose pods
    are not waited for (`wait: false`) asks for nothing. While the namespace is yet to be made, its id is not known and
    a preview reads nothing; so it does before the cluster is there.
    """
    if not app.wait:
        return []
    place: pulumi.Input[str] = app.namespace if namespace is None else namespace.id
    secret = pulumi.ResourceOptions(additional_secret_outputs=["data", "stringData"])
    return [
        Secret.get(
            f"{prefix}-existing-{name}",
            pulumi.Output.concat(place, "/", name),
            opts=pulumi.ResourceOptions.merge(opts, secret),
        )
        for name in foreign_secrets(app, context)
    ]
