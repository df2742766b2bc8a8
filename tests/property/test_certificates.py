"""Whatever the room certificates says: sound objects, in an order that works, and the issuer that apps are told."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.networking.certificates.acm import certificate_names
from components.networking.certificates.alerts import alert_rules
from components.networking.certificates.checks import issuer_exists
from components.networking.certificates.issuers import app_issuer, available_issuers, issuer_ref
from components.networking.certificates.private_ca import authority_spec
from components.networking.certificates.settings import ExpiryAlertSettings
from components.networking.ingress.facts import GatewayRef
from tests.support import certificates as support
from tests.support.effort import examples
from tests.support.incluster import outliving, unsound
from tests.support.recorded import Recording
from tests.support.stacks import stack

PEM = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
DOMAINS = st.lists(st.from_regex(r"[a-z]{1,8}\.example\.com", fullmatch=True), min_size=1, max_size=5, unique=True)
ZONE = {"hostedZoneId": "Z0123456789EXAMPLE"}
TRUST = st.fixed_dictionaries(
    {"defaultCas": st.just(True)},
    optional={"extraPem": st.lists(st.just(PEM), max_size=2), "configMap": st.sampled_from(["trusted-cas", "cas"])},
)
ROOMS = st.fixed_dictionaries(
    {"replicas": st.integers(1, 4)},
    optional={
        "email": st.just("platform@example.com"),
        "issuer": st.sampled_from(["letsencrypt-staging", "letsencrypt-production", "private-ca", "aws-private-ca"]),
        "dns01": DOMAINS.map(lambda domains: {**ZONE, "domains": domains}),
        "acm": DOMAINS.map(lambda domains: {**ZONE, "domains": domains}),
        "privateCa": st.booleans(),
        "awsPrivateCa": st.just({"arn": support.AUTHORITY}),
        "trust": TRUST,
        "expiryAlerts": st.builds(
            lambda critical, more: {"criticalDays": critical, "warningDays": critical + more},
            st.integers(1, 100),
            st.integers(1, 100),
        ),
    },
)
SOLVERS = st.one_of(st.none(), st.just("nginx"), st.just(GatewayRef("platform", "gateway")))


def ancestors(recording: Recording, urn: str) -> set[str]:
    """Return the URNs of all that a resource waits for, directly or not."""
    by_urn = {found.urn: found for found in recording.resources}
    seen: set[str] = set()
    ahead = [urn]
    while ahead:
        for each in by_urn[ahead.pop()].dependencies:
            if each not in seen:
                seen.add(each)
                ahead.append(each)
    return seen


@examples(6, 100)
@given(
    ROOMS,
    SOLVERS,
    st.fixed_dictionaries(
        {"gateway_api": st.booleans(), "host_network": st.booleans(), "eks": st.booleans(), "trust": st.booleans()}
    ),
)
def test_any_room_is_sound_in_order_and_the_same_whatever_is_known(
    rooms: dict[str, Any], solver: str | GatewayRef | None, facts: dict[str, bool]
) -> None:
    def made(known: bool = True) -> Recording:
        return support.record_certificates(
            support.settings(**rooms),
            solver=solver,
            gateway_api=facts["gateway_api"],
            cluster_name="slipway-test" if facts["eks"] else None,
            host_network=facts["host_network"],
            install_trust=facts["trust"],
            known=known,
        )

    recording = made()
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert recording.urns == made(known=False).urns
    manager = recording.one("kubernetes:helm.sh/v3:Release", "certificates-cert-manager")
    for found in recording.resources:
        group = found.inputs.get("apiVersion", "").partition("/")[0] if found.custom else ""
        if group.endswith("cert-manager.io"):
            # The webhook that admits it is there before it, and goes after it.
            assert manager.urn in ancestors(recording, found.urn)
            assert found.urn not in ancestors(recording, manager.urn)


@given(ROOMS)
def test_the_issuer_that_apps_are_told_is_made_or_refused(rooms: dict[str, Any]) -> None:
    wanted = support.settings(**rooms)
    ref = issuer_ref(wanted)
    refused = list(issuer_exists(stack(certificates=rooms)))
    if ref is not None:
        assert ref["name"] == app_issuer(wanted)
        assert ref["name"] in available_issuers(wanted)
        assert refused == []
    else:
        assert refused or ("issuer" not in rooms and not available_issuers(wanted))


@given(DOMAINS)
def test_a_certificate_of_acm_names_each_domain_and_wildcard_once(domains: list[str]) -> None:
    names = certificate_names(domains)
    assert len(names) == len(set(names)) == 2 * len(domains)
    assert names[0] == domains[0]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=100))
def test_an_authoritys_name_fits_a_certificate(cluster_name: str) -> None:
    name = authority_spec(cluster_name)["commonName"]
    assert len(name) <= 64
    assert name.endswith(" private CA")


@given(st.integers(1, 364), st.integers(1, 364))
def test_the_page_is_a_part_of_the_warning(critical: int, more: int) -> None:
    days = min(critical + more, 365)
    rules = {
        rule["alert"]: rule["expr"]
        for rule in alert_rules(ExpiryAlertSettings(critical_days=critical, warning_days=days))
    }
    assert (
        rules["CertificateAboutToExpire"].replace(f"< {critical} *", f"< {days} *") == rules["CertificateExpiresSoon"]
    )
