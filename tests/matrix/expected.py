"""Which combinations cannot work, and why: said here again, apart from the program's own checks."""

from tests.matrix.axes import Row

OVERLAY_REASON = "the EKS control plane cannot reach"


def forbidden(row: Row) -> str | None:
    """Return a piece of the reason for which a combination cannot work, None for one that can."""
    if row.cni == "calico-cni" and row.mesh != "none":
        return OVERLAY_REASON
    if row.ingress in ("istio", "gateway-istio") and row.mesh not in ("istio", "ambient"):
        return "the mesh is not Istio"
    return None
