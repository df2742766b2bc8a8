"""`hostAliases`, `dnsPolicy` and `dnsConfig`: names and name servers of an app's pods."""

import ipaddress
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.apps.words import Manifest
from components.model import Settings
from components.names import Hostname, Text


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError(f"{value!r} is not an address, such as 203.0.113.10") from None


Address = Annotated[str, AfterValidator(_address)]
"""An IPv4 or IPv6 address."""

HostAliases = dict[Address, Annotated[tuple[Hostname, ...], Field(min_length=1)]]
"""Host names by the address that they have in the pods' /etc/hosts."""

DnsPolicy = Literal["ClusterFirst", "Default", "None"]
"""ClusterFirstWithHostNet is for pods on the host's network, which no app is on."""


class DnsConfigSettings(Settings):
    """What is added to /etc/resolv.conf; the limits are Kubernetes' (MaxDNSNameservers, MaxDNSSearchPaths)."""

    nameservers: Annotated[tuple[Address, ...], Field(max_length=3)] = Field(
        default=(), description="Name servers, at most 3 with those of the policy."
    )
    searches: Annotated[tuple[Hostname, ...], Field(max_length=32)] = Field(
        default=(), description="Domains in which short names are looked for."
    )
    options: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=63)], Text | int | None] = Field(
        default_factory=dict, description="Options of the resolver with their values, null without: {ndots: 2}."
    )


def dns_fields(aliases: HostAliases, policy: DnsPolicy | None, config: DnsConfigSettings | None) -> Manifest:
    """Return `hostAliases`, `dnsPolicy` and `dnsConfig` of a pod spec, as far as an app says them."""
    own = config or DnsConfigSettings()
    options = [
        {"name": name, **({} if value is None else {"value": str(value)})} for name, value in own.options.items()
    ]
    told = {"nameservers": list(own.nameservers), "searches": list(own.searches), "options": options}
    return {
        "hostAliases": [{"ip": address, "hostnames": list(names)} for address, names in aliases.items()],
        "dnsPolicy": policy,
        "dnsConfig": {key: value for key, value in told.items() if value},
    }
