"""The names of an app's objects in the cluster, after its own; its Services can be given others."""

from components.apps.settings import AppSettings


def service_name(app: AppSettings) -> str:
    """Return the name of the Service that clients use: `service.name`, else NAME-service."""
    return app.service.name or f"{app.name}-service"


def metrics_name(app: AppSettings) -> str:
    """Return the name of the Service that is scraped."""
    return f"{app.name}-metrics"


def headless_name(app: AppSettings) -> str:
    """Return the name of the Service that gives each pod of a StatefulSet a DNS name, by default NAME-headless."""
    told = app.stateful_set.service_name if app.stateful_set is not None else None
    return told or f"{app.name}-headless"


def preview_name(app: AppSettings) -> str:
    """Return the name of the Service of the version that clients do not reach yet."""
    return f"{app.name}-preview"


def canary_name(app: AppSettings) -> str:
    """Return the name of the Deployment of the second version."""
    return f"{app.name}-canary"


def config_name(app: AppSettings) -> str:
    """Return the name of the ConfigMap."""
    return f"{app.name}-config"


def files_name(app: AppSettings) -> str:
    """Return the name of the ConfigMap of configuration files."""
    return f"{app.name}-files"


def presets_name(app: AppSettings) -> str:
    """Return the name of the ConfigMap that the presets' containers read."""
    return f"{app.name}-presets"


def own_secret_name(app: AppSettings) -> str:
    """Return the name of the Secret that holds the app's `secrets.values`."""
    return f"{app.name}-secrets"


def service_account_name(app: AppSettings) -> str:
    """Return the name of the ServiceAccount that the pods run as."""
    return app.service_account.name or app.name


def tls_name(app: AppSettings) -> str:
    """Return the name of the TLS Secret, and of the Certificate that fills it."""
    return f"{app.name}-tls"


def service_host(app: AppSettings) -> str:
    """Return the full DNS name of the Service that clients use."""
    return f"{service_name(app)}.{app.namespace}.svc.cluster.local"


def track_service_name(app: AppSettings, track: str) -> str:
    """Return the name of the Service of one version (`stable` or `canary`), which weighted routes name."""
    return f"{app.name}-{track}"


def track_service_host(app: AppSettings, track: str) -> str:
    """Return the full DNS name of the Service of one version."""
    return f"{track_service_name(app, track)}.{app.namespace}.svc.cluster.local"
