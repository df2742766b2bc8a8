"""A certificate of AWS Certificate Manager, for load balancers of AWS, which take no Secret."""

from collections.abc import Sequence

import pulumi
from pulumi_aws.acm.certificate import Certificate
from pulumi_aws.acm.certificate_validation import CertificateValidation
from pulumi_aws.acm.outputs import CertificateDomainValidationOption
from pulumi_aws.route53.record import Record

from components.component import Component
from components.networking.certificates.settings import AcmSettings

TTL_SECONDS = 300


def certificate_names(domains: Sequence[str]) -> list[str]:
    """Return the names of the certificate: each domain, and all names one level below it."""
    return [name for domain in domains for name in (domain, f"*.{domain}")]


def proof(options: Sequence[CertificateDomainValidationOption], domain: str) -> CertificateDomainValidationOption:
    """Return the record that proves a domain; it proves the domain's wildcard, too.

    Raises ValueError where AWS asks for none, which is never so for a name of the certificate.
    """
    for option in options:
        if option.domain_name == domain:
            return option
    raise ValueError(f"AWS Certificate Manager asks for no proof of {domain}")


class AcmCertificate(Component):
    """One certificate for all domains, proved by records in Route 53 that stay, so that AWS renews it by itself.

    `arn` is known when the certificate has been issued, so that no load balancer takes one that has not.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, settings: AcmSettings, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Take the AWS provider, and with it account and region, from `opts`."""
        super().__init__("slipway:networking:AcmCertificate", name, None, opts)
        first, *others = certificate_names(settings.domains)
        certificate = Certificate(
            f"{name}-certificate",
            domain_name=first,
            subject_alternative_names=others,
            validation_method="DNS",
            opts=self.child(),
        )
        records = [self._record(f"{name}-{domain}", domain, certificate, settings) for domain in settings.domains]
        validation = CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records],
            opts=self.child(),
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})

    def _record(self, name: str, domain: str, certificate: Certificate, settings: AcmSettings) -> Record:
        wanted = certificate.domain_validation_options.apply(lambda options: proof(options, domain))
        return Record(
            name,
            zone_id=settings.hosted_zone_id,
            name=wanted.resource_record_name,
            type=wanted.resource_record_type,
            records=[wanted.resource_record_value],
            ttl=TTL_SECONDS,
            # The proof of a domain is the same for every certificate of the account: another stack may have made it.
            allow_overwrite=True,
            opts=self.child(),
        )
