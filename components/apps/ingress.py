"""The Ingress of an app, and the Certificate of what the mesh's gateway terminates."""

from components.apps.context import AppContext
from components.apps.exposure import exposed_port
from components.apps.labels import labels, metadata
from components.apps.naming import service_name, tls_name
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.apps.workload import SKIP_AWAIT


def _at_gateway(app: AppSettings, context: AppContext) -> bool:
    """Tell whether the gateway itself, not an Ingress controller with its own Secrets, terminates the Ingress's TLS."""
    return app.ingress is not None and context.ingress_controller == "istio"


def ingress(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the Ingress, None where the app has none.

    Istio takes the certificate from the gateway's namespace, where `certificate()` puts it; another controller takes
    it from the Ingress's own, where cert-manager puts it because of the annotation. Its address is waited for where one
    is sure to come, and where there are pods behind it, which Pulumi waits for, too.
    """
    if app.ingress is None:
        return None
    rules = app.ingress
    awaits = context.awaits_address and app.wait and app.initial_replicas > 0
    annotations = {**rules.annotations, **({} if awaits else SKIP_AWAIT)}
    if rules.tls and context.issuer and not _at_gateway(app, context):
        annotations["cert-manager.io/cluster-issuer"] = context.issuer
    backend = {"service": {"name": service_name(app), "port": {"name": exposed_port(rules, app.ports)}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata(app, f"{app.name}-ingress", annotations=annotations),
        "spec": {
            **({"ingressClassName": context.ingress_class} if context.ingress_class else {}),
            "rules": [
                {
                    "host": rules.host,
                    "http": {
                        "paths": [{"path": path, "pathType": "Prefix", "backend": backend} for path in rules.paths]
                    },
                }
            ],
            **({"tls": [{"hosts": [rules.host], "secretName": tls_name(app)}]} if rules.tls else {}),
        },
    }


def gateway_hosts(app: AppSettings, context: AppContext) -> list[str]:
    """Return the hosts of an app whose TLS the mesh's gateway terminates."""
    exposures = [app.ingress if _at_gateway(app, context) else None, app.route]
    return sorted({exposure.host for exposure in exposures if exposure is not None and exposure.tls})


def certificate(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the Certificate (cert-manager.io/v1) in the gateway's namespace, None where it terminates nothing.

    App names are unique in an environment, so that two apps never share one.
    """
    hosts = gateway_hosts(app, context)
    if not hosts or context.gateway is None or context.issuer is None:
        return None
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": tls_name(app), "namespace": context.gateway.namespace, "labels": labels(app)},
        "spec": {
            "secretName": tls_name(app),
            "dnsNames": hosts,
            "privateKey": {"rotationPolicy": "Always"},
            "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": context.issuer},
        },
    }
