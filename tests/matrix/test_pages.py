"""The pages about the combinations say what the program does."""

import re
from itertools import pairwise

import pytest

from tests.matrix.axes import ROWS, Row
from tests.matrix.expected import forbidden
from tests.matrix.failures import failures
from tests.matrix.pages import FOLDER, index, page
from tests.matrix.paths import between_apps, from_outside, in_mesh
from tests.matrix.project import recorded

ALLOWED = [pytest.param(row, id=row.name) for row in ROWS if forbidden(row) is None]


@pytest.mark.parametrize("row", ALLOWED)
def test_each_page_is_current(row: Row) -> None:
    assert (FOLDER / f"{row.name}.md").read_text() == page(row), "make docs writes it again"


@pytest.mark.slow
def test_the_index_is_current_and_has_all() -> None:
    text = (FOLDER / "README.md").read_text()
    assert text == index()
    assert len(re.findall(r"\(\S+\.md\)", text)) == len(ALLOWED) == len(list(FOLDER.glob("*--*.md")))


@pytest.mark.parametrize("row", ALLOWED)
def test_a_path_leads_from_the_client_to_the_app(row: Row) -> None:
    for hops, start, end in (
        (from_outside(row), "Client", "shop container :8080"),
        (between_apps(row), "shop container", "stock container :8080"),
    ):
        assert (hops[0].source, hops[-1].target) == (start, end)
        assert all(before.target == after.source for before, after in pairwise(hops))
    assert list(failures(row))


@pytest.mark.parametrize("row", [row for row in ROWS if forbidden(row) is None and row.mesh in ("istio", "ambient")])
def test_plain_text_is_drawn_where_a_port_takes_it_and_nowhere_else(row: Row) -> None:
    """What the picture says of the last hop is what the mesh is told."""
    permissive = [
        each
        for each in recorded(row).resources
        if each.kind == "PeerAuthentication" and "shop" in each.name and "8080" in str(each.inputs["spec"])
    ]
    assert bool(permissive) == (not in_mesh(row))
