"""What the escape hatch takes: patches of the app's objects, and objects of its own."""

from typing import Annotated, Any

from pydantic import AfterValidator

FIXED = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("status",))
"""What no patch may change: by these an object is known, or a controller writes it."""


def _patch(value: dict[str, Any]) -> dict[str, Any]:
    for path in FIXED:
        around: Any = value
        for step in path[:-1]:
            around = around.get(step) if isinstance(around, dict) else None
        if isinstance(around, dict) and path[-1] in around:
            raise ValueError(
                f"{'.'.join(path)} is what the object is known by, and no patch changes it; write another under objects"
            )
    if not value:
        raise ValueError("an empty patch changes nothing")
    return value


def _raw(value: dict[str, Any]) -> dict[str, Any]:
    for key in ("apiVersion", "kind"):
        if not isinstance(value.get(key), str) or not value[key]:
            raise ValueError(f"a Kubernetes object has an {key}, such as apiVersion: v1, kind: ConfigMap")
    described = value.get("metadata", {})
    if not isinstance(described, dict) or not isinstance(described.get("labels", {}), dict):
        raise ValueError("metadata and its labels are maps")  # noqa: TRY004 (pydantic reports it)
    return value


Patch = Annotated[dict[str, Any], AfterValidator(_patch)]
"""A strategic-merge patch of one object, with the keys of its manifest."""

RawObject = Annotated[dict[str, Any], AfterValidator(_raw)]
"""A Kubernetes object of a namespace, as its manifest."""
