"""Blue-green without a controller: a Deployment of each colour, and a Service that names the active one.

The switch, and the way back, is one word in the app file: `active`.
"""

from collections.abc import Iterable, Iterator

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.settings import AppSettings
from components.apps.strategies import colour_name, colours, idle, scale_target
from components.apps.words import Manifest
from components.apps.workload import deployment


def blue_green(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Deployments with their suffixes, `blue` and `green`; nothing for an app of another strategy.

    Both are as large, so that the switch and the way back need no pod to start first.
    """
    for colour, image in colours(app).items():
        name, pods = colour_name(app, colour), app.initial_replicas
        yield colour, deployment(app, context, name=name, image=image, track=colour, replicas=pods)


def with_idle(app: AppSettings, scalers: Iterable[tuple[str, Manifest]]) -> Iterator[tuple[str, Manifest]]:
    """Yield the app's autoscalers, and one like the active colour's for the colour that is not active.

    One that KEDA scales by events stays as large as it was.
    """
    other = idle(app)
    for suffix, scaler in scalers:
        yield suffix, scaler
        if other is not None and suffix == "hpa":
            spec = {**scaler["spec"], "scaleTargetRef": scale_target(app, other)}
            yield "hpa-idle", {**scaler, "metadata": metadata(app, f"{app.name}-hpa-idle"), "spec": spec}
