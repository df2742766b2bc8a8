"""Comments allow what they name, and what was meant to be such a comment and is none is a mistake with its line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from slipway.loading import SettingsError
from slipway.plan.acknowledgements import Acknowledgement, acknowledged
from tests.support.shipped import ROOT, STACKS, loaded
from tests.unit.plan.projects import put

URN = "urn:pulumi:dev::slipway::slipway:apps:AppStack$kubernetes:apps/v1:StatefulSet::postgres"


def found(folder: Path, text: str) -> tuple[Acknowledgement, ...]:
    put(folder, {"Pulumi.dev.yaml": text})
    return acknowledged(folder, "dev", "development")


def test_both_kinds_of_files_and_no_others(tmp_path: Path) -> None:
    line = f"# slipway: allow-replace {URN}"
    refused = f"# slipway: allow-refused {URN}"
    others = ("Pulumi.staging.yaml", "apps/staging/web.yaml", "apps/development/.hidden.yaml", "apps/development/a.txt")
    put(tmp_path, dict.fromkeys(others, f"{line}-other\n"))
    web = f"name: web\n  {line}-web\n{refused}"
    put(tmp_path, {"apps/development/web.yaml": web, "apps/development/a.yaml": f"{line}-a"})
    assert found(tmp_path, f"config:\n  {line}   \n\n#   slipway:  allow-replace   {URN}-2\n") == (
        Acknowledgement(URN, "Pulumi.dev.yaml", 2),
        Acknowledgement(f"{URN}-2", "Pulumi.dev.yaml", 4),
        Acknowledgement(f"{URN}-a", "apps/development/a.yaml", 1),
        Acknowledgement(f"{URN}-web", "apps/development/web.yaml", 2),
        Acknowledgement(URN, "apps/development/web.yaml", 3, "allow-refused"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "config: {}\n",
        "config:\n#  slipway:mesh: istio\n# slipway:network: {}\n",  # keys that are commented out
        "# slipway: the platform of the web team; we allow-replace nothing\n",
        f"config:\n  a: |\n    # slipway: allow-replace {URN}\n  b: 1\n",
        f'config:\n  a: "one\n    # slipway: allow-replace {URN}"\n',
        f"config:\n  a: >-\n    text\n\n    # slipway: allow-replace {URN}\n",
    ],
)
def test_what_allows_nothing(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == ()


def test_a_comment_behind_a_text_block_is_none_of_it(tmp_path: Path) -> None:
    text = f"config:\n  a: |\n    text\n  # slipway: allow-replace {URN}\n  b: 1\n"
    assert found(tmp_path, text) == (Acknowledgement(URN, "Pulumi.dev.yaml", 4),)


def test_windows_line_ends_and_a_mark_of_the_order_of_bytes(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_bytes(f"\ufeffconfig: {{}}\r\n# slipway: allow-replace {URN}\r\n".encode())
    assert acknowledged(tmp_path, "dev", "development") == (Acknowledgement(URN, "Pulumi.dev.yaml", 2),)


@pytest.mark.parametrize(
    ("comment", "message", "said"),
    [
        ("# slipway: allow-replace", "no URN", "nothing"),
        (f"# slipway: allow-replace {URN} because", "more than a URN", "because"),
        ("# slipway: allow-replace postgres", "not a URN", "postgres"),
        ("# slipway: allow-replace urn:pulumi:dev::slipway::StatefulSet", "not a URN", "STACK::PROJECT::TYPE::NAME"),
        ("# slipway: allow-replace urn:pulumi:dev::slipway::StatefulSet::", "not a URN", "STACK::PROJECT::TYPE::NAME"),
        (f"# slipway: allow-replace {URN.replace('dev', 'prod', 1)}", "the URN of another stack", "prod"),
        (f"# slipway: allow-delete {URN}", "no such comment", "allow-replace"),
        (f"# slipway: allow-replce {URN}", "no such comment", "allow-replace"),
        (f"# slipway: allow-refuse {URN}", "no such comment", "allow-refused"),
        (f"a: 1  # slipway: allow-replace {URN}", "not on a line of its own", "behind a value"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, comment: str, message: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        found(tmp_path, f"config: {{}}\n{comment}\n# slipway: allow-replace {URN}\n# slipway: allow-replace\n")
    first, second = caught.value.mistakes
    assert (first.file, first.line, first.message) == ("Pulumi.dev.yaml", 2, message)
    assert said in first.render()
    assert second.line == 4


LINES = st.lists(st.sampled_from([
    "# a comment", "key: |", "  # slipway: allow-replace URN", "  text", "", "# slipway: allow-replace URN",
    "other: 'x # y'", "list: [1,", "  2]", "plain: one", "more: >-",
]), max_size=12)  # fmt: skip


@given(LINES)
def test_a_line_allows_exactly_where_yaml_has_a_comment(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """Another comment leaves what the file says as it is; another text does not."""
    lines = [re.sub(r"^(\w+):", rf"\g<1>{number}:", line) for number, line in enumerate(lines)]  # each key once
    folder = tmp_path_factory.getbasetemp()
    yaml = YAML(typ="safe", pure=True)
    marked = [line.replace("URN", f"{URN}-{number}") for number, line in enumerate(lines)]
    try:
        whole = yaml.load("\n".join(marked))
    except Exception:
        return
    allowed = {each.line - 1 for each in found(folder, "\n".join(marked))}
    for number, line in enumerate(marked):
        if "allow-replace" in line:
            other = [*marked[:number], line.replace(URN, "other"), *marked[number + 1 :]]
            assert (yaml.load("\n".join(other)) == whole) == (number in allowed)


@pytest.mark.parametrize("stack", STACKS)
def test_the_shipped_stacks_allow_nothing(stack: str) -> None:
    assert acknowledged(ROOT, stack, loaded(stack).settings.environment) == ()


def test_the_guide_is_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "guide" / "against.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    put(tmp_path, {"Pulumi.staging.yaml": example})
    (allowed,) = acknowledged(tmp_path, "staging", "staging")
    assert allowed.urn.startswith("urn:pulumi:staging::slipway::")
    assert allowed.line == 3
    rows = re.findall(r"^\| `([^`]*allow-[^`]*)`.* \| (.*) \|$", page, re.MULTILINE)
    assert len(rows) == 5
    for comment, said in rows:
        urn = "urn:pulumi:staging::slipway::kubernetes:apps/v1:StatefulSet::postgres"
        put(tmp_path, {"Pulumi.staging.yaml": comment.replace("urn:…", urn).replace("…", "slipway::type::name")})
        with pytest.raises(SettingsError) as caught:
            acknowledged(tmp_path, "staging", "staging")
        (mistake,) = caught.value.mistakes
        assert said.startswith(mistake.message), comment
