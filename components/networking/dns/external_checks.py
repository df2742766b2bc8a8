"""What is wrong, or worth knowing, about the records outside the cluster."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import exposures
from components.apps.context import is_below
from components.apps.each_app import each_app
from components.networking.dns.external_dns_values import owner_id
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def identity(settings: "StackSettings") -> Iterator[Problem]:
    """Route 53 admits only who has an AWS identity."""
    if settings.dns.external is not None and settings.cluster.existing is not None:
        yield Problem(
            ("dns", "external"),
            "an existing cluster gets no AWS identity from Slipway, and Route 53 admits nobody without",
            f"hosted zones {', '.join(settings.dns.external.hosted_zone_ids)}",
            "no dns.external with cluster.existing",
        )


@each_app
def hosts_without_records(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """A host outside the domains gets no record."""
    external = settings.dns.external
    if external is None:
        return
    for key, exposure in exposures(app):
        if not is_below(exposure.host, external.domains):
            yield Advice(
                (key, *exposure.place, "host"),
                f"{exposure.host} is below none of dns.external.domains ({', '.join(external.domains)}): nobody keeps"
                " its record",
                app=app.name,
            )


def shared_owner(settings: "StackSettings") -> Iterator[Advice]:
    """Two clusters with one mark delete each other's records."""
    external = settings.dns.external
    if external is not None and external.policy == "sync" and external.owner_id is None:
        yield Advice(
            ("dns", "external", "ownerId"),
            f"with policy sync every record that is marked {owner_id(settings)} and that this cluster does not want is"
            " deleted: if a cluster of the same name, in another account or region, keeps these zones, too, give each"
            " an ownerId",
        )


def only_logged(settings: "StackSettings") -> Iterator[Advice]:
    """A dry run keeps no records."""
    external = settings.dns.external
    if external is not None and external.dry_run and settings.environment == "production":
        yield Advice(("dns", "external", "dryRun"), "no record is kept: what would change is only logged")


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (identity,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (hosts_without_records, shared_owner, only_logged)
