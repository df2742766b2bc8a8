"""The tags of Istio's revisions, as `istioctl tag set` and istiod's chart make them.

They are objects of their own and not the chart's `revisionTags`: a tag moves from one release to the other, and Helm
refuses an object that is another release's.
"""

from typing import Any

from components.networking.mesh.membership import ISTIO_NAMESPACE
from components.networking.mesh.revisions import ControlPlane

_NOT_REFUSED = {"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]}
_NOT_BY_OLD_LABEL = {"key": "istio-injection", "operator": "DoesNotExist"}


def tag_name(tag: str) -> str:
    """Return the name of a tag's webhook configuration, by which istioctl finds it."""
    return f"istio-revision-tag-{tag}"


def tag_labels(tag: str, control_plane: ControlPlane) -> dict[str, str]:
    """Return the labels by which istiod knows its tags, and whose certificate to write into them."""
    return {"app": "sidecar-injector", "istio.io/tag": tag, "istio.io/rev": control_plane.revision}


def tag_webhooks(tag: str, control_plane: ControlPlane) -> list[dict[str, Any]]:
    """Return the webhooks that bring pods to the tag's control plane: by their namespace's label, and by their own.

    Without `caBundle`: istiod writes it, and it is not Slipway's field.
    """
    chosen = {"key": "istio.io/rev", "operator": "In", "values": [tag]}
    unchosen = {"key": "istio.io/rev", "operator": "DoesNotExist"}
    return [
        _webhook("rev.namespace", control_plane, [chosen, _NOT_BY_OLD_LABEL], [_NOT_REFUSED]),
        _webhook("rev.object", control_plane, [unchosen, _NOT_BY_OLD_LABEL], [_NOT_REFUSED, chosen]),
    ]


def _webhook(
    prefix: str, control_plane: ControlPlane, namespaces: list[dict[str, Any]], objects: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": f"{prefix}.sidecar-injector.istio.io",
        "clientConfig": {
            "service": {"name": control_plane.service, "namespace": ISTIO_NAMESPACE, "path": "/inject", "port": 443}
        },
        "sideEffects": "None",
        "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
        # Better no pod than one without a sidecar.
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "admissionReviewVersions": ["v1"],
        "namespaceSelector": {"matchExpressions": namespaces},
        "objectSelector": {"matchExpressions": objects},
    }
