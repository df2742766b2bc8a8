"""In which order a load balancer that several Ingresses share looks at their rules: what says more comes first.

The AWS Load Balancer Controller sorts the paths of one Ingress by length, and Ingresses of one group by `group.order`
(-1000 to 1000, 0 without), then by namespace and name: a path `/` would take all that another app has below it.
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.order
"""

from collections.abc import Iterator

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.exposure import ExposedSettings
from components.apps.settings import AppSettings

LONGEST_PATH = 127
"""One more than a load balancer's path may have characters."""

LAST = 1000
"""The greatest order there is."""


def _stem(path: str) -> str:
    return path.rstrip("/")


def order(exposure: ExposedSettings) -> int:
    """Return the order of an Ingress by itself alone, so that no other app's coming or going changes it.

    Of a host its longer paths come first, `/` with 0. After all hosts come wildcards, those with more labels first: `*`
    stands for several labels, too.
    """
    labels = exposure.host.count(".") + 1
    wildcard = max(LAST - LONGEST_PATH * (labels - 2), LONGEST_PATH) if exposure.host.startswith("*.") else 0
    return wildcard - min(len(_stem(path)) for path in exposure.paths)


def _same_load_balancer(
    key: str, exposure: ExposedSettings, app: AppSettings, context: AppContext
) -> Iterator[ExposedSettings]:
    """Yield whatever else leads somewhere from the same host by the same load balancer."""
    facts = context.controller_of(exposure)
    shared = facts.annotations_of(exposure)
    for other in {**context.apps, app.name: app}.values():
        for way, each in exposures(other):
            itself = (other.name, way, each.place) == (app.name, key, exposure.place)
            if not itself and each.host == exposure.host:
                theirs = context.controller_of(each)
                if theirs.controller == facts.controller and theirs.annotations_of(each) == shared:
                    yield each


def pieces(
    key: str, exposure: ExposedSettings, app: AppSettings, context: AppContext
) -> Iterator[tuple[str, ExposedSettings]]:
    """Yield what an exposure's Ingresses have of its paths, each with the end of its name: nothing for the first.

    Nearly always there is one. Where another Ingress has a path in between (`/api`, beside `/` and `/api/v1` of this
    one), no order of two Ingresses is right: there is one for each length of path then.
    """
    shortest = min(len(_stem(path)) for path in exposure.paths)
    between = [
        _stem(path)
        for other in _same_load_balancer(key, exposure, app, context)
        for path in other.paths
        if len(_stem(path)) >= shortest
    ]
    if not any(_stem(path).startswith(f"{above}/") for path in exposure.paths for above in between):
        yield "", exposure
        return
    for length in sorted({len(_stem(path)) for path in exposure.paths}):
        own = tuple(path for path in exposure.paths if len(_stem(path)) == length)
        end = "" if length == shortest else f"-{length}"
        yield end, exposure.model_copy(update={"paths": own})
