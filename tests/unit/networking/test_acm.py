"""The certificate of AWS Certificate Manager, and its proof in Route 53."""

import pulumi
import pytest
from pulumi_aws.acm.outputs import CertificateDomainValidationOption

from components.networking.certificates.acm import certificate_names, proof
from components.networking.certificates.manager import Certificates
from tests.support.certificates import CERTIFICATE, record_certificates, settings
from tests.support.incluster import waits_for
from tests.support.recorded import Recording

RECORD = "aws:route53/record:Record"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
DOMAINS = ["example.com", "apps.example.com"]


def listener(made: Certificates) -> None:
    pulumi.CustomResource("test:app:Listener", "listener", {"arn": made.acm_certificate_arn or "none"})


def record(*, cluster_name: str | None = "slipway-test", known: bool = True) -> Recording:
    wanted = settings(acm={"hostedZoneId": "Z0123456789EXAMPLE", "domains": DOMAINS})
    return record_certificates(wanted, cluster_name=cluster_name, known=known, then=listener)


def test_each_domain_is_in_it_with_its_wildcard() -> None:
    inputs = record().one(CERTIFICATE).inputs
    assert inputs["domainName"] == "example.com"
    assert inputs["subjectAlternativeNames"] == ["*.example.com", "apps.example.com", "*.apps.example.com"]
    assert inputs["validationMethod"] == "DNS"
    assert certificate_names(("example.com",)) == ["example.com", "*.example.com"]


def test_a_domain_and_its_wildcard_share_one_proof() -> None:
    records = record().all(RECORD)
    assert [(each.inputs["name"], each.inputs["records"]) for each in records] == [
        ("_proof.apps.example.com.", ["_value.apps.example.com.acm-validations.aws."]),
        ("_proof.example.com.", ["_value.example.com.acm-validations.aws."]),
    ]
    assert {each.inputs["zoneId"] for each in records} == {"Z0123456789EXAMPLE"}
    assert {each.inputs["type"] for each in records} == {"CNAME"}
    # Another certificate of the account, for the same domain, has the same proof.
    assert all(each.inputs["allowOverwrite"] for each in records)


def test_it_is_taken_when_it_has_been_issued() -> None:
    recording = record()
    validation = recording.one(VALIDATION)
    assert waits_for(recording, validation) == {
        "certificates-acm-certificate",
        "certificates-acm-example.com",
        "certificates-acm-apps.example.com",
    }
    assert validation.inputs["certificateArn"].endswith("certificates-acm-certificate")
    taker = recording.one("test:app:Listener")
    assert waits_for(recording, taker) == {validation.name}
    assert taker.inputs["arn"] == validation.inputs["certificateArn"]


def test_it_waits_for_nothing_in_the_cluster() -> None:
    recording = record()
    assert waits_for(recording, recording.one(CERTIFICATE)) == set()


def test_the_same_resources_whatever_is_known() -> None:
    assert record(known=False).urns == record().urns


def test_a_cluster_of_somebody_elses_gets_none() -> None:
    recording = record(cluster_name=None)
    assert recording.all(CERTIFICATE) == recording.all(RECORD) == []
    assert recording.one("test:app:Listener").inputs["arn"] == "none"


def test_a_proof_that_aws_does_not_ask_for_is_named() -> None:
    option = CertificateDomainValidationOption(domain_name="example.com")
    assert proof([option], "example.com") is option
    with pytest.raises(ValueError, match=r"no proof of other\.example\.com"):
        proof([option], "other.example.com")
