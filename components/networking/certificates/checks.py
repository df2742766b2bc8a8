"""What is wrong, or worth knowing, about a stack's certificates."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.certificates.issuers import ACME_SERVERS, PRIVATE_ISSUERS, app_issuer, available_issuers
from components.networking.certificates.settings import IssuerName
from components.networking.certificates.trust import bundle_sources, trust_manager_needed
from components.networking.ingress.facts import installed
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

MADE_BY: dict[IssuerName, str] = {
    **dict.fromkeys(ACME_SERVERS, "email: platform@example.com"),
    "private-ca": "privateCa: true",
    "aws-private-ca": "awsPrivateCa: {arn: arn:aws:acm-pca:…}",
}
"""The line under `certificates` that makes each issuer."""


def aws_identity(settings: "StackSettings") -> Iterator[Problem]:
    """What calls AWS needs an AWS identity, which only a cluster that Slipway builds has."""
    certificates = settings.certificates
    if certificates is None or settings.cluster.existing is None:
        return
    asked = {
        "dns01": ("Route 53", "names are proved over HTTP"),
        "acm": ("AWS Certificate Manager", "its load balancers take the certificates that somebody else gives them"),
        "awsPrivateCa": ("AWS Private CA", "privateCa: true is an authority inside the cluster"),
    }
    given = {"dns01": certificates.dns01, "acm": certificates.acm, "awsPrivateCa": certificates.aws_private_ca}
    for key, (service, instead) in asked.items():
        if given[key] is not None:
            yield Problem(
                ("certificates", key),
                f"an existing cluster gets no AWS identity from Slipway, and {service} admits nobody without",
                f"{key} with cluster.existing",
                f"no {key} with cluster.existing: {instead}",
            )


def issuer_exists(settings: "StackSettings") -> Iterator[Problem]:
    """The issuer that apps use is one that the settings make.

    Where no issuer is made and none was named, the stack may want none: another check asks whether it wants anything.
    """
    certificates = settings.certificates
    if certificates is None or app_issuer(certificates) is not None:
        return
    available = available_issuers(certificates)
    if not available and "issuer" not in certificates.model_fields_set:
        return
    issuer = certificates.issuer
    others = f", or issuer: {' or '.join(available)}" if available else ""
    reason = "Let's Encrypt registers an account by its email, and there is none" if issuer in ACME_SERVERS else ""
    yield Problem(
        ("certificates", "issuer"),
        f"nothing makes the issuer that apps use: {reason or f'{issuer} has settings of its own, and there are none'}",
        f"{issuer} without {MADE_BY[issuer].partition(':')[0]}",
        f"the line `{MADE_BY[issuer]}` under certificates{others}",
        available[0] if available else None,
    )


def nothing_to_do(settings: "StackSettings") -> Iterator[Problem]:
    """cert-manager is installed for something."""
    certificates = settings.certificates
    if certificates is None or available_issuers(certificates) or "issuer" in certificates.model_fields_set:
        return
    if certificates.acm is None and not trust_manager_needed(settings):
        yield Problem(
            ("certificates",),
            "cert-manager would have nobody to issue certificates, and nothing to do",
            "no email, no privateCa, no awsPrivateCa, no acm, no trust",
            f"`{MADE_BY['letsencrypt-staging']}` for Let's Encrypt, or `{MADE_BY['private-ca']}`; without the room"
            " certificates nothing is installed",
        )


def bundle_content(settings: "StackSettings") -> Iterator[Problem]:
    """A bundle holds something: the API server refuses one without sources."""
    certificates = settings.certificates
    if certificates is None or certificates.trust is None:
        return
    if not bundle_sources(certificates.trust, private_ca=certificates.private_ca):
        yield Problem(
            ("certificates", "trust"),
            "names nobody to trust",
            "defaultCas: false, without extraPem and without certificates.privateCa",
            "defaultCas: true, extraPem with a certificate, or `privateCa: true` under certificates",
        )


def alert_order(settings: "StackSettings") -> Iterator[Problem]:
    """A warning comes before the page."""
    alerts = settings.certificates.expiry_alerts if settings.certificates else None
    if alerts is not None and alerts.warning_days <= alerts.critical_days:
        yield Problem(
            ("certificates", "expiryAlerts", "warningDays"),
            f"the warning would come no sooner than the page, {alerts.critical_days} days before the end",
            str(alerts.warning_days),
            f"more than criticalDays, {alerts.critical_days}",
            str(alerts.critical_days + 1),
        )


def untrusted_certificates(settings: "StackSettings") -> Iterator[Advice]:
    """Production serves certificates that its users trust."""
    certificates = settings.certificates
    issuer = app_issuer(certificates) if certificates else None
    if settings.environment != "production" or issuer in (None, "letsencrypt-production"):
        return
    if issuer in PRIVATE_ISSUERS:
        text = (
            f"browsers do not trust certificates of {issuer}, which are for names inside a company:"
            " letsencrypt-production is the one for users"
        )
    else:
        text = f"browsers do not trust certificates of {issuer}: letsencrypt-production is the one for users"
    yield Advice(("certificates", "issuer"), text)


def untold_trust(settings: "StackSettings") -> Iterator[Advice]:
    """Pods trust a private authority when somebody tells them to."""
    certificates = settings.certificates
    if certificates is None:
        return
    issuer = app_issuer(certificates)
    if issuer in PRIVATE_ISSUERS and certificates.trust is None:
        yield Advice(
            ("certificates", "trust"),
            f"no pod trusts certificates of {issuer}: `trust: {{}}` gives every namespace a ConfigMap with the"
            " authorities to trust",
        )
    elif issuer == "aws-private-ca" and certificates.trust is not None and not certificates.trust.extra_pem:
        yield Advice(
            ("certificates", "trust", "extraPem"),
            "the bundle lacks the authority of aws-private-ca, whose certificate only AWS has: `aws acm-pca"
            " get-certificate-authority-certificate` prints it",
        )


def unused_settings(settings: "StackSettings") -> Iterator[Advice]:
    """What was set takes effect."""
    certificates = settings.certificates
    if certificates is None:
        return
    if certificates.dns01 is not None and certificates.email is None:
        yield Advice(("certificates", "dns01"), "has no effect without email: only Let's Encrypt asks for proof")
    used = installed(settings.ingress)
    by_gateway = "gateway-api" in used and settings.ingress.gateway_api.implementation == "alb"
    if certificates.acm is not None and "alb" not in used and not by_gateway:
        yield Advice(
            ("certificates", "acm"),
            "no load balancer of the stack takes its certificate: application load balancers do, by ingress alb or by"
            " gateway-api with implementation alb",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    aws_identity,
    issuer_exists,
    nothing_to_do,
    bundle_content,
    alert_order,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    untrusted_certificates,
    untold_trust,
    unused_settings,
)
