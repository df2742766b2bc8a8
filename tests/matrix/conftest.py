"""Which combinations the fast suite renders: enough to have every value of every axis; `make test-matrix` has all."""

from collections.abc import Sequence

import pytest

from tests.matrix.axes import Row

SAMPLE = frozenset(
    {
        Row("calico", "istio", "istio"),
        Row("calico", "linkerd", "gateway-envoy"),
        Row("calico-cni", "none", "alb"),
        Row("calico-cni", "none", "nginx"),
        Row("vpc-cni", "ambient", "gateway-istio"),
        Row("vpc-cni", "linkerd", "nginx"),
        Row("vpc-cni", "istio", "gateway-alb"),
        Row("calico", "none", "external"),
    }
)
FAST_VERSION = "1.35"


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark what only the whole matrix has; what is refused costs nothing and is always there."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        params = callspec.params if callspec else {}
        sampled = params.get("row") in SAMPLE and params.get("version", FAST_VERSION) == FAST_VERSION
        if "row" in params and "refused" not in item.name and not sampled:
            item.add_marker(pytest.mark.matrix)
