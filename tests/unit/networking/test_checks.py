"""The rules between the networking rooms and the others."""

from collections.abc import Callable
from typing import Any

import pytest

from components.networking import checks
from components.settings import StackSettings
from tests.support.stacks import Judge, app, stack

CERTIFICATES = {"email": "platform@example.com"}
DNS01 = {**CERTIFICATES, "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
LINKERD = {"identity": {"trustAnchorPem": PEM, "issuerCertificatePem": PEM, "issuerKeySecret": "issuer-key"}}


judge = Judge(checks)
problems, advice = judge.problems, judge.advice


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {"cni": {"mode": "cni", "podCidr": "100.64.0.0/16"}, "certificates": DNS01},
        {"mesh": {"kind": "istio"}, "ingress": {"controller": "istio"}, "certificates": DNS01},
        {"mesh": {"kind": "linkerd", "linkerd": LINKERD}, "secrets": {"issuer-key": "x"}},
    ],
)
def test_right_stacks_have_no_problem(rooms: dict[str, Any]) -> None:
    assert problems(stack(**rooms)) == []


def test_an_existing_cluster_may_have_a_mesh_and_certificates_over_http() -> None:
    rooms = {"mesh": {"kind": "istio"}, "ingress": {"controller": "istio"}, "certificates": CERTIFICATES}
    assert problems(stack(existing=True, **rooms)) == []


@pytest.mark.parametrize(
    "rooms",
    [
        {"certificates": CERTIFICATES},
        {"namespaces": {"web": {}}, "apps": [app()]},
        {"mesh": {"kind": "istio"}},
    ],
)
def test_no_advice_without_need(rooms: dict[str, Any]) -> None:
    assert advice(stack(**rooms)) == []


@pytest.mark.parametrize("check", [*checks.CHECKS, *checks.ADVICE], ids=lambda check: check.__name__)
def test_settings_with_rooms_missing_are_no_reason_to_fail(check: Callable[[StackSettings], object]) -> None:
    for existing in (True, False):
        list(check(stack(existing=existing, aws=None, network=None, cni={"mode": "cni"}, certificates=DNS01)))  # type: ignore[call-overload]
