"""Pod Security: the labels by which the API server admits or refuses pods to a namespace."""

from typing import Annotated, Literal

from pydantic import Field

PodSecurityLevel = Literal["privileged", "baseline", "restricted"]
"""The levels of the Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards)."""

PodSecurityVersion = Annotated[str, Field(pattern=r"^(latest|v1\.\d{1,2})$", examples=["latest", "v1.35"])]
"""Which minor version's wording of the standards applies; latest is the API server's own."""


def pod_security_labels(
    level: PodSecurityLevel, *, version: str = "latest", watched: PodSecurityLevel | None = None
) -> dict[str, str]:
    """Return the labels that enforce `level` in the wording of `version`.

    Violations of `watched` (unset: of `level` itself), always in the newest wording, are only shown: to the client as a
    warning, and in the audit log. So a namespace that is pinned or relaxed says what it would need.
    """
    prefix = "pod-security.kubernetes.io"
    labels = {f"{prefix}/enforce": level, f"{prefix}/enforce-version": version}
    for mode in ("audit", "warn"):
        labels[f"{prefix}/{mode}"] = watched or level
        labels[f"{prefix}/{mode}-version"] = "latest"
    return labels
