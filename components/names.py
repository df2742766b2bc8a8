"""The field types that several rooms share: names, addresses, ports, labels."""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field

DNS_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_NAME = re.compile(rf"{DNS_LABEL}(\.{DNS_LABEL})*")
_LABEL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_UNWRITABLE = re.compile("[\0\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _label(value: str) -> str:
    if not re.fullmatch(DNS_LABEL, value):
        raise ValueError(
            f"{value!r} is not a DNS label: lower-case letters, digits and '-',"
            " starting and ending with a letter or digit"
        )
    return value


def _hostname(value: str) -> str:
    if not _DNS_NAME.fullmatch(value.removeprefix("*.")) or len(value) > 253:
        raise ValueError(f"{value!r} is not a host name, such as api.example.com or *.example.com")
    return value


def _network(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not an IPv4 network in CIDR notation, such as 10.0.0.0/16: {error}") from None
    return str(network)


def _label_value(value: str) -> str:
    if value and not _LABEL_NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not a label value: at most 63 letters, digits, '-', '_' and '.'")
    return value


def _label_key(value: str) -> str:
    prefix, slash, name = value.rpartition("/")
    if (slash and not _DNS_NAME.fullmatch(prefix)) or not _LABEL_NAME.fullmatch(name):
        raise ValueError(f"{value!r} is not a label key: [prefix.example.com/]name")
    return value


def _text(value: str) -> str:
    if found := _UNWRITABLE.search(value):
        raise ValueError(
            f"{value!r} has the character U+{ord(found[0]):04X}, which no manifest can hold: server-side apply reads"
            " YAML; write what the program reads in an encoding such as base64"
        )
    return value


INT32_MAX = 2**31 - 1
"""The largest number that Kubernetes takes for a count; it reads a larger one as negative, or fails."""

Text = Annotated[str, AfterValidator(_text)]
"""Any text that a manifest can hold."""

Name = Annotated[str, Field(min_length=1, max_length=63), AfterValidator(_label)]
"""A DNS label (RFC 1123), as Kubernetes wants for namespaces, Services and containers."""

NOT_SHOWN = "not shown"
"""Metadata of a type of which no report shows a wrong value."""

SecretRef = Annotated[Name, NOT_SHOWN]
"""The name of a value under `slipway:secrets`; what is wrong there may be the value itself, by mistake."""

Hostname = Annotated[str, Field(max_length=255), AfterValidator(_hostname)]
"""A DNS name, its first label possibly a wildcard."""

Cidr = Annotated[str, AfterValidator(_network)]
"""An IPv4 network, its host bits zero."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP or UDP port."""

LabelKey = Annotated[str, AfterValidator(_label_key)]
LabelValue = Annotated[str, AfterValidator(_label_value)]
Percentage = Annotated[int, Field(ge=0, le=100)]
