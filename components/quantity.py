"""Kubernetes resource quantities: `250m`, `1.5`, `512Mi`, `2e3`."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from components.problem import RefusedError

LEAST_BYTES = 1024**2
"""Less memory or storage than this is a forgotten or a wrong unit: no program starts with it."""

_SUFFIXES: dict[str, Decimal] = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate(["k", "M", "G", "T", "P", "E"], start=1)},
    **{suffix: Decimal(1024) ** power for power, suffix in enumerate(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], start=1)},
}
_PATTERN = re.compile(
    r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d{1,2})|(?P<suffix>[numkMGTPE]|[KMGTPE]i)?)"
)


def parse(text: str) -> Decimal:
    """Return the value of a quantity in its base unit: cores for cpu, bytes for memory and storage.

    The grammar is that of `k8s.io/apimachinery/pkg/api/resource`, without a sign: no setting of Slipway
    is a negative amount. Raises ValueError with what is allowed.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is not a Kubernetes quantity: a number followed by nothing, m, k, M, G, T, Ki, Mi, Gi or Ti,"
            " such as 250m, 1.5 or 512Mi"
        )
    number = Decimal(match["number"])
    if match["exponent"]:
        return number.scaleb(int(match["exponent"]))
    return number * _SUFFIXES[match["suffix"] or ""]


def _text(value: object) -> object:
    """YAML gives `cpu: 2` as a number; Kubernetes takes it, and so does Slipway."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        parse(value)
    return value


def meant(text: str, *units: str) -> str | None:
    """Return a valid quantity with its number in the first of some units in which it is a likely amount.

    `8` is likely `8Gi`, `512` and `512m` are `512Mi`; None for a number that is likely in none of them.
    """
    number = text.rstrip("numkKMGTPEi")
    likely = {"Gi": range(1, 17), "Mi": range(17, 10_000), "m": range(1, 10_000)}
    if not number.isdecimal():
        return None
    return next((f"{number}{unit}" for unit in units if int(number) in likely[unit]), None)


def _whole_bytes(value: str) -> str:
    if parse(value) < LEAST_BYTES:
        amount = f"{parse(value).normalize():f}"
        message = (
            f"{value!r} is {amount} bytes, which is less than 1Mi: memory and storage are written like 512Mi or 20Gi"
        )
        raise RefusedError(message, meant(value, "Gi", "Mi"))
    if parse(value) % 1:
        raise ValueError(f"{value!r} is not a whole number of bytes, but of parts of them: write 512Mi or 20Gi")
    return value


Cpu = Annotated[str, BeforeValidator(_text, json_schema_input_type=str | int | float), Field(examples=["250m", "2"])]
"""CPU in cores."""

Bytes = Annotated[
    str,
    BeforeValidator(_text, json_schema_input_type=str | int | float),
    AfterValidator(_whole_bytes),
    Field(examples=["512Mi", "20Gi"]),
]
"""Memory or storage in bytes."""


MOST_CORES, MOST_MEMORY = 1920, 32 * 1024**4
"""The largest machine of EC2, u7inh-32tb.480xlarge: https://aws.amazon.com/ec2/instance-types/high-memory/."""


def _possible_cores(value: str) -> str:
    if parse(value) < Decimal("0.001"):
        raise ValueError(f"{value!r} is less than 1m, the least CPU that Kubernetes counts")
    if parse(value) > MOST_CORES:
        message = f"{value!r} is more cores than any machine of EC2 has; 1000m are one core"
        raise RefusedError(message, meant(value, "m"))
    return value


def _in_a_machine(value: str) -> str:
    if parse(value) > MOST_MEMORY:
        raise RefusedError(f"{value!r} is more memory than any machine of EC2 has", meant(value, "Gi", "Mi"))
    return value


Cores = Annotated[Cpu, AfterValidator(_possible_cores)]
"""CPU of a container, which a machine of EC2 may have."""

Memory = Annotated[Bytes, AfterValidator(_in_a_machine)]
"""Memory of a container, which a machine of EC2 may have."""


def cpu(cores: Decimal) -> str:
    """Write cores the way Kubernetes canonicalises them: whole cores plain, otherwise in millicores (rounded up)."""
    milli = (cores * 1000).to_integral_value(rounding="ROUND_CEILING")
    return str(int(milli) // 1000) if milli % 1000 == 0 else f"{int(milli)}m"


def memory(amount: Decimal) -> str:
    """Write bytes in the largest binary unit that keeps them exact to the mebibyte (rounded up to one)."""
    mebi = int((amount / 1024**2).to_integral_value(rounding="ROUND_CEILING"))
    return f"{mebi // 1024}Gi" if mebi % 1024 == 0 else f"{mebi}Mi"
