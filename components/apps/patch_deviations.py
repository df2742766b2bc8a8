"""What an app's patches change of that which its tier decides."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.context import AppContext
from components.apps.manifests import declared
from components.apps.patches import merged, targets
from components.apps.pod_resources import COMPUTE, asked, containers_of
from components.apps.settings import AppSettings
from components.apps.tiers import TierPolicy
from components.apps.words import Manifest
from components.foundation.pool_plan import POOL_LABEL
from components.problem import KeyPath


def pod_of(manifest: Mapping[str, Any]) -> Manifest | None:
    """Return the pod spec of a workload, None for any other object."""
    spec = manifest.get("spec") or {}
    inner = (spec.get("jobTemplate") or {}).get("spec") or spec.get("jobTargetRef") or spec
    found = (inner.get("template") or {}).get("spec") if isinstance(inner.get("template"), dict) else None
    return found if isinstance(found, dict) and "containers" in found else None


def _decided(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a tier decides of an object, by what it is called."""
    spec, pod = manifest.get("spec") or {}, pod_of(manifest)
    if manifest["kind"] == "PodDisruptionBudget":
        return {key: spec.get(key) for key in ("maxUnavailable", "minAvailable")}
    if pod is None:
        return {}
    found = {
        "replicas": spec.get("replicas"),
        "priorityClassName": pod.get("priorityClassName"),
        "pool": (pod.get("nodeSelector") or {}).get(POOL_LABEL),
        "topologySpreadConstraints": pod.get("topologySpreadConstraints"),
        "affinity": pod.get("affinity"),
        "strategy": (spec.get("strategy") or {}).get("type"),
    }
    for _, container in containers_of(pod):
        given = asked(container, "requests")
        found |= {f"{container['name']} requests.{name}": given.get(name) for name in COMPUTE}
    return found


def _said(value: object) -> str:
    return "none" if value in (None, [], {}) else f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _within(name: str, own: object, tier: TierPolicy) -> bool:
    """Tell whether a patched value is still what the tier asks for."""
    if name == "replicas":
        return isinstance(own, int) and own >= tier.replicas
    if name == "strategy":
        return not tier.gapless or own != "Recreate"
    return False


def patch_deviations(
    app: AppSettings, tier: TierPolicy, context: AppContext
) -> Iterator[tuple[KeyPath, str, str, str]]:
    """Yield (path, value before, value after, sentence's end) of what the patches change of the tier's decisions."""
    objects = declared(app, context) if app.patches else {}
    for key, patch in app.patches.items():
        for suffix in targets(objects, key):
            before, after = _decided(objects[suffix]), _decided(merged(objects[suffix], patch))
            for name in sorted({*before, *after}):
                old, new = before.get(name), after.get(name)
                if old != new and not _within(name, new, tier):
                    yield ("patches", key), _said(old), _said(new), f"a patch of {suffix} sets {name} to {_said(new)}"
