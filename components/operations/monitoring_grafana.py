"""Grafana: who may look at what, and where its dashboards come from. Pure."""

from typing import Any

from components.operations.monitoring_settings import GrafanaSettings

DASHBOARD_LABEL = {"grafana_dashboard": "1"}
"""The label of a ConfigMap, in any namespace, whose values are dashboards."""

CONFIGMAP_READER = "grafana-configmaps"
"""The ClusterRole of the sidecars. The chart's own would read every Secret of the cluster, too."""

CONFIGMAP_RULES: list[dict[str, Any]] = [
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}
]

_QUIET: dict[str, Any] = {
    "analytics": {"check_for_updates": False, "check_for_plugin_updates": False, "reporting_enabled": False},
    # Nothing is fetched from the internet at each start.
    "plugins": {"preinstall_disabled": True},
    "users": {"allow_sign_up": False},
}

_VIEWERS: dict[str, Any] = {
    "auth": {"disable_login_form": True},
    "auth.anonymous": {"enabled": True, "org_role": "Viewer"},
}


def _access(settings: GrafanaSettings) -> dict[str, Any]:
    """Return who gets in: the administrator of a Secret, or everybody to look, and then there is no administrator.

    So the chart makes no password, which would be another one each time it is rendered.
    """
    if settings.admin_secret is not None:
        return {"admin": {"existingSecret": settings.admin_secret}, "grafana.ini": _QUIET}
    return {
        "env": {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"},
        "grafana.ini": {**_QUIET, **_VIEWERS},
    }


def grafana_values(settings: GrafanaSettings) -> dict[str, Any]:
    """Return the chart's values under `grafana`.

    The sidecars do not call Grafana, for which they would need its password: it looks at the dashboards' files itself,
    every half minute, and data sources are there before it starts.
    """
    if not settings.enabled:
        return {"enabled": False}
    return {
        "enabled": True,
        **_access(settings),
        "rbac": {"useExistingClusterRole": CONFIGMAP_READER},
        "sidecar": {
            "resources": {"requests": {"cpu": "10m", "memory": "96Mi"}, "limits": {"memory": "192Mi"}},
            "dashboards": {"resource": "configmap", "skipReload": True},
            "datasources": {"resource": "configmap", "skipReload": True, "initDatasources": True},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "testFramework": {"enabled": False},
    }
