"""What scales an app: Kubernetes' own autoscaler or KEDA by the number of pods, the vertical one by their requests."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.keda import keda_objects
from components.apps.labels import metadata
from components.apps.scaling import autoscaler_spec
from components.apps.settings import AppSettings
from components.apps.strategies import scale_target
from components.apps.vertical import vertical_spec
from components.apps.words import Manifest


def scaling_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield an app's autoscalers by suffix: `hpa` or KEDA's, `vpa`."""
    target = scale_target(app)
    if app.scaling is not None and app.scaling.keda is None:
        yield (
            "hpa",
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": metadata(app, f"{app.name}-hpa"),
                "spec": autoscaler_spec(app.scaling, target=target, own=app.name),
            },
        )
    yield from keda_objects(app, context)
    if app.vertical_scaling is not None:
        yield (
            "vpa",
            {
                "apiVersion": "autoscaling.k8s.io/v1",
                "kind": "VerticalPodAutoscaler",
                "metadata": metadata(app, f"{app.name}-vpa"),
                "spec": vertical_spec(app.vertical_scaling, target=target, own=app.name),
            },
        )
