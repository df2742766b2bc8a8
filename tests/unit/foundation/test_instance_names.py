"""What an instance type's name may be where AWS does not describe it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.aws_names import INSTANCE_NAMES
from components.foundation.instance_names import parse, standing
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.withdrawn import WITHDRAWN, withdrawn


@given(st.sampled_from(sorted({*INSTANCE_TYPES, *INSTANCE_NAMES})))
def test_no_name_of_awss_is_taken_for_a_mistake(name: str) -> None:
    assert standing(name) == ("described" if name in INSTANCE_TYPES else "named")


@given(st.sampled_from(sorted(INSTANCE_TYPES)), st.data())
def test_a_letter_left_out_of_the_size_is_a_mistake(name: str, data: st.DataObject) -> None:
    family, _, size = name.partition(".")
    place = data.draw(st.integers(0, len(size) - 1))
    wrong = f"{family}.{size[:place]}{size[place + 1 :]}"
    assert standing(wrong) in (("described", "named") if wrong in {*INSTANCE_TYPES, *INSTANCE_NAMES} else ("misspelt",))


@pytest.mark.parametrize(
    "name",
    [
        "m10g.large",
        "c9i.large",
        "p7.48xlarge",
        "p7e-gb500.36xlarge",
        "trn3.48xlarge",
        "inf3.xlarge",
        "hpc9a.48xlarge",
        "m9z.large",
        "q1.large",
        "z9.large",
        "t9g.large",
        "g8e.2xlarge",
        "m8idbn.large",
    ],
)
def test_a_family_that_aws_may_have_made_since_is_no_mistake(name: str) -> None:
    assert standing(name) == "newer"


@pytest.mark.parametrize(
    "name",
    [
        "m5.3xlarge",
        "t3.lrage",
        "t3large",
        "mm5.large",
        "tt3.large",
        "m6j.large",
        "m5x.large",
        "g5x.xlarge",
        "m8q.large",
        "t3b.large",
        "c5.huge",
        "inff2.xlarge",
        "nonsense",
        "r5.xxlarge",
        "M5.large",
        "p3x.2xlarge",
    ],
)
def test_a_mistake_is_one(name: str) -> None:
    assert standing(name) == "misspelt"


def test_a_name_has_parts() -> None:
    assert parse("c7i-flex.large") == ("c", 7, "i-flex", "large")
    assert parse("m7i.metal-24xl") == ("m", 7, "i", "metal-24xl")
    assert parse("large") is None


@pytest.mark.parametrize("family", WITHDRAWN)
def test_what_is_withdrawn_is_not_described_and_what_comes_instead_is(family: str) -> None:
    gone = WITHDRAWN[family]
    assert not any(name.startswith(f"{family}.") for name in INSTANCE_TYPES)
    assert {name for name in INSTANCE_NAMES if name.startswith(f"{family}.")} == gone.instead.keys()
    assert gone.instead.keys() <= INSTANCE_NAMES
    assert {*gone.instead.values()} <= INSTANCE_TYPES.keys()


@pytest.mark.parametrize(
    ("name", "gpus"), [("p3.2xlarge", 1), ("p3.8xlarge", 4), ("p3.16xlarge", 8), ("g3s.xlarge", 1), ("p2.8xlarge", 8)]
)
def test_as_many_gpus_come_instead(name: str, gpus: int) -> None:
    gone = withdrawn(name)
    assert gone is not None
    assert INSTANCE_TYPES[gone.instead[name]].gpus == gpus


def test_what_is_sold_is_not_withdrawn() -> None:
    assert [each for each in INSTANCE_TYPES if withdrawn(each)] == []
    assert withdrawn("p3.nonsense") is None
