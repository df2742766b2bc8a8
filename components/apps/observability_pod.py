"""What being watched adds to an app's pods: the variables of its tracing, and annotations."""

from components.apps.context import AppContext
from components.apps.labels import version
from components.apps.observability_tracing import annotations, variables
from components.apps.settings import AppSettings
from components.apps.words import Manifest

LOG_PARSER = "fluentbit.io/parser"
"""The annotation that Fluent Bit's filter `kubernetes` reads, with its K8S-Logging.Parser on."""


def tracing_env(app: AppSettings, context: AppContext, image: str) -> list[Manifest]:
    """Return the variables by which the app's SDK finds the collector, but for those that the app sets itself."""
    collector = context.collector
    if app.tracing is None or collector is None:
        return []
    own = {*app.config, *app.env, *app.port_variables, *app.secrets.values}
    percent = app.tracing.sampling_percentage
    found = variables(
        name=app.name,
        namespace=app.namespace,
        environment=context.environment,
        version=version(image),
        endpoint=f"http://{collector.host}:{collector.port}",
        sampling_percentage=collector.sampling_percentage if percent is None else percent,
    )
    pod = {"name": "OTEL_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    return [pod, *({"name": name, "value": value} for name, value in found if name not in own)]


def pod_annotations(app: AppSettings) -> dict[str, str]:
    """Return the annotations of the pods: how their log is read, and who instruments them."""
    return {**({LOG_PARSER: app.logs.parser} if app.logs else {}), **annotations(app.tracing)}
