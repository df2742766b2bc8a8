"""The Role of an app, and the way to the Kubernetes API for whoever has one."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.identity import PermissionSettings
from components.apps.labels import metadata, selector
from components.apps.naming import service_account_name
from components.apps.settings import AppSettings
from components.apps.words import Manifest

API = "rbac.authorization.k8s.io"

ANYWHERE_BUT_NODE: Manifest = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}
"""Where the API of a cluster that Slipway did not build may be; link-local addresses are the node's own services."""


def has_token(app: AppSettings) -> bool:
    """Tell whether the pods get a token for the Kubernetes API: those do that have permissions there, or ask for it."""
    return bool(app.permissions) or app.service_account.automount_service_account_token


def _rule(permission: PermissionSettings) -> Manifest:
    return {
        "apiGroups": list(permission.api_groups),
        "resources": list(permission.resources),
        **({"resourceNames": list(permission.resource_names)} if permission.resource_names else {}),
        "verbs": list(permission.verbs),
    }


def _api_policy(app: AppSettings, context: AppContext) -> Manifest:
    """Return what opens the way to the API: by its Service's address or its own, whichever the pod network looks at."""
    known = [{"ipBlock": {"cidr": cidr}} for cidr in context.kubernetes_api]
    ports = (443,) if known else (443, 6443)  # 6443 is where clusters other than EKS listen
    rule = {"to": known or [ANYWHERE_BUT_NODE], "ports": [{"port": port, "protocol": "TCP"} for port in ports]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, f"{app.name}-kubernetes-api"),
        "spec": {"podSelector": {"matchLabels": selector(app)}, "policyTypes": ["Egress"], "egress": [rule]},
    }


def permission_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Role of an app with `permissions`, its binding, and the network policy towards the Kubernetes API."""
    if not app.permissions:
        return
    yield (
        "role",
        {
            "apiVersion": f"{API}/v1",
            "kind": "Role",
            "metadata": metadata(app, app.name),
            "rules": [_rule(each) for each in app.permissions],
        },
    )
    yield (
        "role-binding",
        {
            "apiVersion": f"{API}/v1",
            "kind": "RoleBinding",
            "metadata": metadata(app, app.name),
            "roleRef": {"apiGroup": API, "kind": "Role", "name": app.name},
            "subjects": [{"kind": "ServiceAccount", "name": service_account_name(app), "namespace": app.namespace}],
        },
    )
    yield "kubernetes-api", _api_policy(app, context)
