"""The guide names every pattern, and no other; the first three documents are whole."""

import re

from tests.support.patterns import DOCUMENTS, PATTERNS, ROOT

PAGE = (ROOT / "docs/guide/documents.md").read_text()


def test_the_page_names_every_pattern() -> None:
    named = re.findall(r"`(\d-[a-z0-9-]+)(?:\.stack)?`", PAGE)
    assert sorted(named) == sorted({path.name.partition(".")[0] for path in PATTERNS.glob("[1-5]-*.yaml")})


def test_a_pattern_without_an_app_is_called_so() -> None:
    named = set(re.findall(r"`(\d-[a-z0-9-]+)\.stack`", PAGE))
    stacks = {path.name.removesuffix(".stack.yaml") for path in PATTERNS.glob("*.stack.yaml")}
    assert named == {name for name in stacks if not (PATTERNS / f"{name}.yaml").exists()}


def test_each_document_has_its_pattern() -> None:
    documents = {path.stem for folder in (DOCUMENTS, DOCUMENTS / "parts") for path in folder.glob("[123]-*.yaml")}
    assert documents <= {path.name.partition(".")[0] for path in PATTERNS.glob("[123]-*.yaml")}
    assert len(documents) == 14 + 1 + 7
