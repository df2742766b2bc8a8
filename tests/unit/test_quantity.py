from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

import components.settings  # noqa: F401 (it imports every model)
from components import quantity
from components.model import Settings
from components.problem import RefusedError

CPU: TypeAdapter[str] = TypeAdapter(quantity.Cpu)
BYTES: TypeAdapter[str] = TypeAdapter(quantity.Bytes)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", Decimal("0.25")),
        ("1", Decimal(1)),
        ("1.5", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("2e3", Decimal(2000)),
        ("512Mi", Decimal(512 * 1024**2)),
        ("1G", Decimal(10**9)),
        ("20Gi", Decimal(20 * 1024**3)),
    ],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(text: str, value: Decimal) -> None:
    assert quantity.parse(text) == value


@pytest.mark.parametrize("text", ["", "1 Gi", "1GB", "1gi", "-1", "1.2.3", "Mi", "1e", "0x10"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"250m, 1\.5 or 512Mi"):
        quantity.parse(text)


def test_yaml_numbers_are_quantities() -> None:
    assert CPU.validate_python(2) == "2"
    assert CPU.validate_python(0.5) == "0.5"
    with pytest.raises(ValidationError):
        CPU.validate_python(True)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        (512, "512Mi"),
        ("512m", "512Mi"),
        ("512k", "512Mi"),
        (8, "8Gi"),
        ("2m", "2Gi"),
        ("1023Ki", "1023Mi"),
        (0, None),
        (1.5, None),
        (123456, None),
    ],
)
def test_a_forgotten_unit_is_a_mistake(text: str | float, nearest: str | None) -> None:
    with pytest.raises(ValidationError, match="less than 1Mi") as caught:
        BYTES.validate_python(text)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, RefusedError)
    assert error.nearest == nearest


@given(st.integers(quantity.LEAST_BYTES, 2**60))
def test_bytes_without_a_unit_are_bytes(number: int) -> None:
    assert quantity.parse(BYTES.validate_python(number)) == number


@given(st.integers(1, quantity.LEAST_BYTES - 1), st.sampled_from(["", "m", "u", "n"]))
def test_what_is_suggested_instead_is_accepted(number: int, unit: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BYTES.validate_python(f"{number}{unit}")
    nearest = caught.value.errors()[0]["ctx"]["error"].nearest
    assert nearest is None or BYTES.validate_python(nearest) == nearest


@pytest.mark.parametrize("text", ["1048576500m", "1048576.5", "1024.3Ki"])
def test_parts_of_bytes_are_a_mistake(text: str) -> None:
    with pytest.raises(ValidationError, match="not a whole number of bytes"):
        BYTES.validate_python(text)


@given(st.integers(min_value=1, max_value=10**6))
def test_cpu_keeps_its_value(milli: int) -> None:
    assert quantity.parse(quantity.cpu(Decimal(milli) / 1000)) == Decimal(milli) / 1000


@given(st.integers(min_value=1, max_value=10**6))
def test_memory_keeps_its_value(mebi: int) -> None:
    assert quantity.parse(quantity.memory(Decimal(mebi) * 1024**2)) == mebi * 1024**2


def _models(base: type[Settings] = Settings) -> Iterator[type[Settings]]:
    for each in base.__subclasses__():
        yield each
        yield from _models(each)


def _adapter(info: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated[info.annotation, *info.metadata, "of a field"]
    return TypeAdapter(annotated)


AMOUNTS: list[tuple[tuple[str, str], TypeAdapter[Any]]] = sorted(
    {
        (model.__name__, name): _adapter(info)
        for model in _models()
        if model.__module__.startswith("components.")
        for name, info in model.model_fields.items()
        if name in {"cpu", "memory"}
    }.items(),
    key=str,
)


@pytest.mark.parametrize(
    ("where", "adapter"), AMOUNTS, ids=lambda each: ".".join(each) if isinstance(each, tuple) else ""
)
@pytest.mark.parametrize("amount", ["1E", "900T", "0"])
def test_no_container_is_given_more_than_a_machine_has_nor_nothing(
    where: tuple[str, str], adapter: TypeAdapter[Any], amount: str
) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(amount)


def test_those_of_apps_and_of_charts_are_among_them() -> None:
    assert {model for (model, _), _ in AMOUNTS} >= {"LimitsSettings", "RequestsSettings", "AmountsSettings"}
