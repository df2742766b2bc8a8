"""What replaces an explicit provider, and with it everything that it made; and who is deleted before it is replaced."""

import json
from collections.abc import Mapping

from slipway.plan.model import Path
from slipway.recording.objects import RELEASE, dig, text
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN, Json

AWS = "pulumi:providers:aws"
KUBERNETES = "pulumi:providers:kubernetes"

_LEADS_TO_A_CLUSTER = ("kubeconfig", "context", "cluster")
_AUTONAMED = ("name", "bucket", "identifier", "nodeGroupName")


def provider_forced(token: str, path: Path, old: Mapping[str, Json], new: Mapping[str, Json]) -> str | None:
    """Return why a change at `path` of a provider's inputs replaces it; None where it does not.

    Kubernetes: the provider's own DiffConfig (pulumi-kubernetes, provider/pkg/provider/provider.go). A cluster is told
    by clusterIdentifier; where that is not set, by the cluster of the kubeconfig's context.
    AWS: resources stay in their region (pulumi-aws, `region`).
    """
    key = str(path[0]) if path else ""
    if token == AWS and key == "region":
        return "resources cannot move to another region (pulumi-aws, region)"
    return _kubernetes(key, old, new) if token == KUBERNETES else None


def _kubernetes(key: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> str | None:
    was, now = old.get("clusterIdentifier"), new.get("clusterIdentifier")
    if was and was == now:
        return None
    if key == "clusterIdentifier" and was and now:
        return "it leads to another cluster (pulumi-kubernetes, clusterIdentifier)"
    if key == "renderYamlToDirectory":
        return "it writes to another folder (pulumi-kubernetes, renderYamlToDirectory)"
    if key in _LEADS_TO_A_CLUSTER and (new.get(key) in (UNKNOWN, SECRET) or _cluster(old) != _cluster(new)):
        return f"it may lead to another cluster, and clusterIdentifier does not say (pulumi-kubernetes, {key})"
    return None


def _cluster(inputs: Mapping[str, Json]) -> Json:
    """Return the cluster that a provider's kubeconfig leads to, as far as it can be read."""
    kubeconfig = inputs.get("kubeconfig")
    try:
        config: Json = json.loads(kubeconfig) if isinstance(kubeconfig, str) else None
    except ValueError:
        return kubeconfig
    context = inputs.get("context") or dig(config, "current-context")
    chosen = inputs.get("cluster") or next(
        (dig(each, "context", "cluster") for each in _list(config, "contexts") if dig(each, "name") == context), None
    )
    return next((dig(each, "cluster") for each in _list(config, "clusters") if dig(each, "name") == chosen), kubeconfig)


def _list(config: Json, key: str) -> list[Json]:
    found = dig(config, key)
    return found if isinstance(found, list) else []


def deleted_first(old: Resource, new: Resource) -> bool:
    """Whether the old one must go before the new one can be: the program says so, or both have one name.

    The AWS provider does it where a name is given that it would else make up (pulumi-terraform-bridge,
    nameRequiresDeleteBeforeReplace), the Kubernetes provider where name and namespace stay.
    """
    if new.delete_before_replace:
        return True
    if new.package == "aws":
        return any(text(new.inputs, key) for key in _AUTONAMED)
    if new.package == "kubernetes" and new.type != RELEASE:
        name = text(new.inputs, "metadata", "name")
        return name is not None and _identity(old) == _identity(new)
    return False


def _identity(resource: Resource) -> tuple[Json, Json]:
    return dig(resource.inputs, "metadata", "name"), dig(resource.inputs, "metadata", "namespace")
