"""Which strategy an app has, and what follows from it for its other objects: pure facts."""

from components.apps.exposure import CanarySettings
from components.apps.labels import Track, selector
from components.apps.naming import service_name
from components.apps.settings import AppSettings
from components.apps.strategy_settings import COLOURS, Colour
from components.apps.words import Manifest


def by_switch(app: AppSettings) -> bool:
    """Tell whether an app has a Deployment of each colour, between which its Service switches."""
    return app.kind == "Deployment" and app.strategy.type == "blue-green" and app.strategy.by is None


def by_argo(app: AppSettings) -> bool:
    """Tell whether an app's workload is a Rollout."""
    return app.strategy.by == "argo-rollouts"


def by_flagger(app: AppSettings) -> bool:
    """Tell whether Flagger makes an app's Services and routes, beside the Deployment that Slipway makes."""
    return app.strategy.by == "flagger"


def made_by_flagger(app: AppSettings) -> tuple[tuple[str, str, str], ...]:
    """Return kind, name and API group of what Flagger makes of an app in its namespace, beside what Slipway makes.

    The copy that serves, its autoscaler, and the Services: https://docs.flagger.app/usage/how-it-works#canary-target.
    """
    if not by_flagger(app):
        return ()
    service = service_name(app)
    return (
        ("Deployment", f"{app.name}-primary", "apps"),
        ("HorizontalPodAutoscaler", f"{app.name}-hpa-primary", "autoscaling"),
        *(("Service", name, "") for name in (service, f"{service}-primary", f"{service}-canary")),
    )


def by_events(app: AppSettings) -> bool:
    """Tell whether an app's workload is a ScaledJob, of which KEDA makes Jobs."""
    return app.kind == "Job" and app.scaling is not None and app.scaling.keda is not None


def shifts(app: AppSettings) -> bool:
    """Tell whether Argo Rollouts moves an app's requests by weights that Slipway's routes start with."""
    return by_argo(app) and app.strategy.type == "canary"


def colours(app: AppSettings) -> dict[Colour, str]:
    """Return the image of each colour that is there, empty for an app without them: the active one always is."""
    if not by_switch(app):
        return {}
    own = {"blue": app.strategy.blue, "green": app.strategy.green}
    found: dict[Colour, str] = {}
    for colour in COLOURS:
        settings = own[colour]
        if settings is not None or colour == app.strategy.active:
            found[colour] = (settings.image if settings is not None else None) or app.image
    return found


def idle(app: AppSettings) -> Colour | None:
    """Return the colour that is there and not active."""
    return next((colour for colour in colours(app) if colour != app.strategy.active), None)


def divided(app: AppSettings) -> AppSettings:
    """Return the app as its routes and Services see it: before a rollout all requests are the stable version's."""
    if not shifts(app):
        return app
    return app.model_copy(update={"canary": CanarySettings(image=app.image, weight=0)})


def serving_selector(app: AppSettings) -> dict[str, str]:
    """Return what selects the pods that clients reach: the active colour's, or all of the app's."""
    return {**selector(app), "track": app.strategy.active} if by_switch(app) else selector(app)


def colour_name(app: AppSettings, colour: Track) -> str:
    """Return the name of a colour's Deployment."""
    return f"{app.name}-{colour}"


def scale_target(app: AppSettings, colour: Colour | None = None) -> Manifest:
    """Return the `scaleTargetRef` (apiVersion, kind, name) of the app's workload, or of one of its colours.

    Without a colour it is the active one's.
    """
    if by_argo(app):
        return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": app.name}
    name = colour_name(app, colour or app.strategy.active) if by_switch(app) else app.name
    return {"apiVersion": "apps/v1", "kind": app.kind, "name": name}


def workload_suffixes(app: AppSettings) -> tuple[str, ...]:
    """Return the suffixes of the app's workloads among its objects, the one that serves first."""
    if by_argo(app):
        return ("rollout",)
    if by_events(app):
        return ("scaledjob",)
    if by_switch(app):
        other = idle(app)
        return (app.strategy.active, *((other,) if other else ()))
    return (app.kind.lower(),)


def written_by_controllers(app: AppSettings, suffix: str, manifest: Manifest) -> tuple[str, ...]:
    """Return the fields of one of the app's objects that a controller owns once it has changed them.

    Argo Rollouts adds the hash of a version to the selectors of its Services, and weights to the action of a load
    balancer. Flagger takes all pods from the Deployment, whose copy serves.
    """
    if by_flagger(app) and suffix == "deployment":
        return ("spec.replicas",)
    if not by_argo(app):
        return ()
    if manifest["kind"] == "Service" and suffix.startswith(("service", "preview")):
        return ("spec.selector",)
    if manifest["kind"] == "Ingress" and shifts(app):
        return (f'metadata.annotations["alb.ingress.kubernetes.io/actions.{service_name(app)}"]',)
    return ()
