"""The rules of the room certificates."""

from collections.abc import Callable
from typing import Any

import pytest

from components.networking.certificates import checks
from components.settings import StackSettings
from tests.support.certificates import AUTHORITY
from tests.support.stacks import Judge, stack

EMAIL = {"email": "platform@example.com"}
DNS01 = {"dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
ACM = {"acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
AWS_CA = {"awsPrivateCa": {"arn": AUTHORITY}}
PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
PRODUCTION: dict[str, Any] = {"environment": "production"}

judge = Judge(checks)
problems, advice, only = judge.problems, judge.advice, judge.only


@pytest.mark.parametrize(
    "certificates",
    [
        None,
        EMAIL,
        {**EMAIL, **DNS01, "issuer": "letsencrypt-production"},
        {"privateCa": True, "issuer": "private-ca"},
        {**AWS_CA, "issuer": "aws-private-ca"},
        {**EMAIL, **AWS_CA, "privateCa": True, "trust": {}, "expiryAlerts": {}},
        ACM,
        {"trust": {}},
    ],
)
def test_right_settings_have_no_problem(certificates: dict[str, Any] | None) -> None:
    assert problems(stack(certificates=certificates)) == []


def test_linkerd_alone_may_use_cert_manager() -> None:
    assert problems(stack(certificates={}, mesh="linkerd")) == []


def test_an_existing_cluster_has_certificates_without_aws() -> None:
    own = {**EMAIL, "privateCa": True, "trust": {}, "expiryAlerts": {}}
    assert problems(stack(existing=True, certificates=own)) == []


@pytest.mark.parametrize(
    ("asked", "key", "service"),
    [(DNS01, "dns01", "Route 53"), (ACM, "acm", "AWS Certificate Manager"), (AWS_CA, "awsPrivateCa", "AWS Private CA")],
)
def test_what_calls_aws_needs_an_aws_identity(asked: dict[str, Any], key: str, service: str) -> None:
    problem = only(stack(existing=True, certificates={**EMAIL, **asked}))
    assert problem.path == ("certificates", key)
    assert service in problem.message
    assert f"no {key} with cluster.existing" in problem.allowed


@pytest.mark.parametrize(
    ("certificates", "line"),
    [
        ({"issuer": "letsencrypt-staging"}, "email: platform@example.com"),
        ({"issuer": "letsencrypt-production", **ACM}, "email: platform@example.com"),
        ({"issuer": "private-ca"}, "privateCa: true"),
        ({"issuer": "private-ca", "privateCa": False}, "privateCa: true"),
        ({"issuer": "aws-private-ca"}, "awsPrivateCa: {arn: arn:aws:acm-pca:…}"),
    ],
)
def test_the_issuer_of_the_apps_is_made_and_the_line_is_named(certificates: dict[str, Any], line: str) -> None:
    problem = only(stack(certificates=certificates))
    assert problem.path == ("certificates", "issuer")
    assert f"`{line}`" in problem.allowed
    assert certificates["issuer"] in problem.found
    assert problem.nearest is None


@pytest.mark.parametrize(
    ("certificates", "nearest"),
    [({"privateCa": True}, "private-ca"), (AWS_CA, "aws-private-ca"), ({**EMAIL, "issuer": "private-ca"}, None)],
)
def test_an_issuer_that_is_there_is_proposed(certificates: dict[str, Any], nearest: str | None) -> None:
    problem = only(stack(certificates=certificates))
    assert problem.nearest == (nearest or "letsencrypt-staging")
    assert f"issuer: {problem.nearest}" in problem.allowed


def test_cert_manager_without_anything_to_do_is_refused() -> None:
    problem = only(stack(certificates={}))
    assert problem.path == ("certificates",)
    assert "`email: platform@example.com`" in problem.allowed
    given = {"trustAnchorPem": PEM, "issuerCertificatePem": PEM, "issuerKeySecret": "key"}
    mesh = {"kind": "linkerd", "linkerd": {"identity": given}}
    assert only(stack(certificates={}, mesh=mesh)).path == ("certificates",)


def test_a_bundle_without_content_is_refused() -> None:
    empty = {"defaultCas": False}
    problem = only(stack(certificates={**EMAIL, "trust": empty}))
    assert problem.path == ("certificates", "trust")
    assert problems(stack(certificates={**EMAIL, "trust": empty, "privateCa": True})) == []
    assert problems(stack(certificates={**EMAIL, "trust": {**empty, "extraPem": [PEM]}})) == []


@pytest.mark.parametrize(("warning", "critical"), [(7, 7), (3, 7)])
def test_the_warning_comes_before_the_page(warning: int, critical: int) -> None:
    alerts = {"warningDays": warning, "criticalDays": critical}
    problem = only(stack(certificates={**EMAIL, "expiryAlerts": alerts}))
    assert problem.path == ("certificates", "expiryAlerts", "warningDays")
    assert (problem.found, problem.nearest) == (str(warning), "8")
    assert problems(stack(certificates={**EMAIL, "expiryAlerts": {**alerts, "warningDays": 8}})) == []


@pytest.mark.parametrize(
    ("certificates", "path", "text"),
    [
        (EMAIL, ("certificates", "issuer"), "letsencrypt-staging"),
        ({"privateCa": True, "issuer": "private-ca", "trust": {}}, ("certificates", "issuer"), "inside a company"),
        (
            {**AWS_CA, "issuer": "aws-private-ca", "trust": {"extraPem": [PEM]}},
            ("certificates", "issuer"),
            "inside a company",
        ),
    ],
)
def test_production_is_told_of_certificates_that_browsers_do_not_trust(
    certificates: dict[str, Any], path: tuple[str, ...], text: str
) -> None:
    (each,) = advice(stack(**PRODUCTION, certificates=certificates))
    assert each.path == path
    assert text in each.text
    assert "letsencrypt-production" in each.text
    assert advice(stack(certificates=certificates)) == []


@pytest.mark.parametrize(
    ("certificates", "path"),
    [
        ({"privateCa": True, "issuer": "private-ca"}, ("certificates", "trust")),
        ({**AWS_CA, "issuer": "aws-private-ca"}, ("certificates", "trust")),
        ({**AWS_CA, "issuer": "aws-private-ca", "trust": {}}, ("certificates", "trust", "extraPem")),
        ({**DNS01, "privateCa": True, "issuer": "private-ca", "trust": {}}, ("certificates", "dns01")),
        (ACM, ("certificates", "acm")),
    ],
)
def test_what_works_and_is_worth_knowing(certificates: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [each.path for each in advice(stack(certificates=certificates))] == [path]


@pytest.mark.parametrize(
    "rooms",
    [
        {"certificates": EMAIL},
        {},
        {**PRODUCTION, "certificates": {**EMAIL, **DNS01, "issuer": "letsencrypt-production"}},
        {"certificates": {"privateCa": True, "issuer": "private-ca", "trust": {}}},
        {"certificates": ACM, "ingress": "alb"},
        {**PRODUCTION, "certificates": ACM, "ingress": {"controller": "nginx", "additional": ["alb"]}},
        {"certificates": ACM, "ingress": {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}},
    ],
)
def test_no_advice_without_need(rooms: dict[str, Any]) -> None:
    assert advice(stack(**rooms)) == []


def test_a_gateway_of_another_implementation_takes_no_certificate_of_acm() -> None:
    (each,) = advice(stack(certificates=ACM, ingress="gateway-api"))
    assert each.path == ("certificates", "acm")


@pytest.mark.parametrize("check", [*checks.CHECKS, *checks.ADVICE], ids=lambda check: check.__name__)
def test_settings_with_rooms_missing_are_no_reason_to_fail(check: Callable[[StackSettings], object]) -> None:
    for existing in (True, False):
        for certificates in (None, {**EMAIL, **DNS01, **ACM, **AWS_CA, "trust": {}, "expiryAlerts": {}}):
            list(check(stack(existing=existing, aws=None, network=None, certificates=certificates)))  # type: ignore[call-overload]
