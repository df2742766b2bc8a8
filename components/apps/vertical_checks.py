"""Checks of apps whose requests follow what they use."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components import quantity
from components.apps.each_app import each_app
from components.apps.resources import requests
from components.apps.scaling_checks import container_names, measured
from components.apps.tiers import TIERS
from components.apps.vertical import RESOURCES, acts_on, greatest_limits
from components.operations.vpa_values import vpa_modes
from components.problem import Advice, Problem, nearest, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

POLICIES = ("verticalScaling", "containerPolicies")


@each_app
def installed(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The stack has the Vertical Pod Autoscaler, and that has the mode."""
    vertical, vpa = app.vertical_scaling, settings.autoscaling.vpa
    if vertical is None:
        return
    if vpa is None:
        yield Problem(
            ("verticalScaling",),
            "the stack has the Vertical Pod Autoscaler switched off",
            "verticalScaling without autoscaling.vpa",
            "`autoscaling: {vpa: {}}` in the stack file",
            app=app.name,
        )
        return
    modes = vpa_modes(settings.cluster.version, recommend_only=vpa.recommend_only)
    if vertical.mode not in modes:
        why = (
            "the stack has only the recommender (autoscaling.vpa.recommendOnly)"
            if vpa.recommend_only
            else f"Kubernetes {settings.cluster.version} cannot change the resources of a running pod"
        )
        near = nearest(vertical.mode, modes)
        yield Problem(("verticalScaling", "mode"), why, vertical.mode, ", ".join(modes), near, app=app.name)


@each_app
def known_containers(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A policy is of a container that there is, and the only one of it."""
    names, seen = container_names(app, settings), set[str]()
    for index, policy in enumerate(app.vertical_scaling.container_policies if app.vertical_scaling else ()):
        name = policy.container_name or app.name
        path = (*POLICIES, index, "containerName")
        if name != "*" and name not in names:
            yield unknown_word(path, "container", name, (*names, "*"), app.name)
        if name in seen:
            yield Problem(path, "a container has one policy", name, "each container once", app=app.name)
        seen.add(name)


@each_app
def one_at_each_resource(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No resource of a container is scaled in both directions.

    More pods lower the use of each, so that the vertical autoscaler lowers the requests, whose share the horizontal one
    then finds too high: more pods again.
    """
    if app.scaling is None or app.vertical_scaling is None:
        return
    names = container_names(app, settings)
    said = set()
    for path, resource, container in measured(app.scaling):
        for name in names if container is None else (container or app.name,):
            if resource not in acts_on(app.vertical_scaling, name, own=app.name) or (name, resource) in said:
                continue
            said.add((name, resource))
            where = ".".join(map(str, path))
            taken = {each for _, each, of in measured(app.scaling) if of is None or (of or app.name) == name}
            left = [each for each in RESOURCES if each not in taken]
            way = f"`controlledResources: [{left[0]}]`, which leaves {resource} to it" if left else "`mode: Off`"
            yield Problem(
                POLICIES,
                f"{where} changes the number of pods by the {resource} of the container {name}, and the vertical"
                " autoscaler what each of them asks for: each answers the other's change, without end",
                f"{resource} by both",
                f"{way} in the policy of {name}, or scaling by something else",
                app=app.name,
            )


@each_app
def bounds(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The least is not above the greatest, and that not above what the namespace lets a container declare."""
    vertical, namespace = app.vertical_scaling, settings.namespaces.get(app.namespace)
    largest = namespace.limits.max if namespace is not None else None
    for index, policy in enumerate(vertical.container_policies if vertical is not None else ()):
        own = policy.container_name in {None, app.name}
        asked = requests(app.resources, TIERS[app.tier].request_percent)
        grown = greatest_limits(policy, asked, app.resources.limits) if own else {}
        for resource in RESOURCES:
            path = (*POLICIES, index, "maxAllowed", resource)
            most = getattr(policy.max_allowed, resource) if policy.max_allowed else None
            least = getattr(policy.min_allowed, resource) if policy.min_allowed else None
            if most is None:
                continue
            if least is not None and quantity.parse(least) > quantity.parse(most):
                yield Problem(path, "less than minAllowed", most, f"at least {least}", least, app=app.name)
            bound = getattr(largest, resource) if largest is not None else None
            limit = max(quantity.parse(most), grown.get(resource, quantity.parse(most)))
            if bound is not None and limit > quantity.parse(bound):
                write = quantity.cpu if resource == "cpu" else quantity.memory
                yield Problem(
                    path,
                    f"the namespace {app.namespace} lets no container have limits above {bound}; limits grow with the"
                    f" requests, here to {write(limit)}",
                    most,
                    f"less, `controlledValues: RequestsOnly`, or a larger namespaces.{app.namespace}.limits.max",
                    app=app.name,
                )


def old_words(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps use a word that goes away."""
    for app in settings.apps:
        if app.vertical_scaling is not None and app.vertical_scaling.mode == "Auto":
            modes = vpa_modes(settings.cluster.version)
            text = "an old word for Recreate, on its way out"
            better = "; InPlaceOrRecreate resizes running pods first" if "InPlaceOrRecreate" in modes else ""
            yield Advice(("verticalScaling", "mode"), text + better, app=app.name)


def single_pods(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps have too few pods for one to be evicted."""
    for app in settings.apps:
        vertical = app.vertical_scaling
        if (
            vertical is None
            or vertical.mode not in {"Recreate", "Auto"}
            or app.kind not in {"Deployment", "StatefulSet"}
        ):
            continue
        fewest, needed = app.initial_replicas, vertical.min_replicas or 2
        if fewest < needed:
            yield Advice(
                ("verticalScaling", "minReplicas"),
                f"running pods are evicted for a new size only where there are {needed}, and the app has {fewest}: new"
                " pods get it",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    installed,
    known_containers,
    one_at_each_resource,
    bounds,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (old_words, single_pods)
