"""Which priority classes the pods of a namespace may have, and how the API server is told."""

from collections.abc import Collection
from typing import Any, Literal, get_args

UserPriorityClass = Literal["mission-critical", "high-priority", "low-priority"]
PriorityClassName = Literal[UserPriorityClass, "system-cluster-critical", "system-node-critical"]

USER_CLASSES: tuple[UserPriorityClass, ...] = get_args(UserPriorityClass)
GUARDED_CLASSES: tuple[PriorityClassName, ...] = get_args(PriorityClassName)
"""The classes that a namespace may be kept from. An existing cluster's own ones are its own concern."""


def priority_quota_spec(allowed: Collection[PriorityClassName]) -> dict[str, Any] | None:
    """Return the spec of a ResourceQuota of no pod in any class that is not `allowed`; None where all of them are.

    Kubernetes itself lets every namespace use every class, the system's included.
    """
    refused = [name for name in GUARDED_CLASSES if name not in allowed]
    if not refused:
        return None
    scope = {"scopeName": "PriorityClass", "operator": "In", "values": refused}
    return {"hard": {"pods": "0"}, "scopeSelector": {"matchExpressions": [scope]}}
