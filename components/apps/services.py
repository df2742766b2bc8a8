"""The Services of an app: one for clients, one to scrape, one for the pods of a StatefulSet by name."""

from collections.abc import Iterator, Mapping

from components.apps.labels import metadata, selector
from components.apps.naming import headless_name, metrics_name, service_name
from components.apps.ports import METRICS, PortSettings, app_protocol, serving
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.apps.workload import SKIP_AWAIT


def _ports(ports: Mapping[str, PortSettings]) -> list[Manifest]:
    described = []
    for name, port in ports.items():
        spoken = app_protocol(name, port)
        described.append(
            {
                "name": name,
                "port": port.port,
                "targetPort": name,
                "protocol": port.protocol,
                **({"appProtocol": spoken} if spoken else {}),
            }
        )
    return described


def _service(app: AppSettings, name: str, spec: Manifest) -> Manifest:
    # Pulumi waits until a Service has ready pods behind it, which without pods it never has; a headless one need not be
    # waited for, because the StatefulSet is
    waits = app.wait and app.initial_replicas > 0 and spec.get("clusterIP") != "None"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app, name, annotations=None if waits else SKIP_AWAIT),
        "spec": {"type": "ClusterIP", **spec, "selector": selector(app)},
    }


def services(app: AppSettings) -> Iterator[tuple[str, Manifest]]:
    """Yield the Services with their suffixes.

    Only the ones that are scraped or that name single pods list pods which are not ready (`publishNotReadyAddresses`,
    the seed's tolerate-unready-endpoints): a starting database must find its peers, a client must not be sent to it.
    """
    clients = serving(app.ports)
    scraped = {name: port for name, port in app.ports.items() if name == METRICS}
    if clients:
        yield "service", _service(app, service_name(app), {"ports": _ports(clients)})
    if scraped:
        spec = {"ports": _ports(scraped), "publishNotReadyAddresses": True}
        yield "metrics", _service(app, metrics_name(app), spec)
    if app.kind == "StatefulSet":
        listed = {"ports": _ports(clients)} if clients else {}
        spec = {"clusterIP": "None", "publishNotReadyAddresses": True, **listed}
        yield "headless", _service(app, headless_name(app), spec)
