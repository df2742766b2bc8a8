"""The files that a preview writes, each whole or not at all."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy.catalogue import RULES
from slipway.page.data import PageData
from slipway.page.page import page
from slipway.plan.baseline import save
from slipway.preview import purposes
from slipway.preview.atomic import OccupiedError, replace_folder, write_file
from slipway.preview.document import preview_text
from slipway.preview.manifests import manifests as manifests_of
from slipway.preview.preview import Preview
from slipway.review.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what, None for nothing; `limit` is the length of the Markdown in bytes."""

    manifests: Path | None
    json: Path | None
    markdown: Path | None
    html: Path | None
    save: Path | None
    limit: int


def write(shown: Preview, outputs: Outputs, key: bytes) -> list[str]:
    """Write what is asked for, and return what was written in words. `key` is what the stack was recorded with.

    Raises slipway.preview.atomic.OccupiedError, which names the place.
    """
    said = []
    files = dict(manifests_of(shown.recording)) if outputs.manifests or outputs.html else {}
    if outputs.manifests is not None:
        with _named(outputs.manifests):
            replace_folder(outputs.manifests, files)
        said.append(f"Wrote {len(files)} manifests to {outputs.manifests}")
    texts: dict[Path | None, Callable[[], str]] = {
        outputs.json: lambda: preview_text(shown),
        outputs.markdown: lambda: _markdown(shown, outputs.limit),
        outputs.html: lambda: page(_page(shown, files)),
    }
    for path, text in texts.items():
        if path is not None:
            content = text()
            with _named(path):
                write_file(path, content)
            said.append(f"Wrote {path}")
    if outputs.save is not None:
        with _named(outputs.save):
            save(outputs.save, shown.recording, key)
        said.append(f"Wrote {outputs.save}")
    return said


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let what goes wrong name the place that was asked for, not a temporary file beside it."""
    try:
        yield
    except OSError as error:
        raise OccupiedError(f"{path} cannot be written: {error.strerror or error}") from None


def _markdown(shown: Preview, limit: int) -> str:
    return markdown(
        shown.recording.stack,
        plan=shown.plan,
        breakdown=shown.breakdown,
        report=shown.report,
        warnings=shown.warnings,
        limit=limit,
    )


def _page(shown: Preview, files: dict[str, str]) -> PageData:
    """Return what the page shows."""
    told = {
        each.type: purposes.of_component(each.type) if each.is_component else purposes.of_type(each.type)
        for each in shown.recording.resources
    }
    return PageData(
        recording=shown.recording,
        summary=shown.summary,
        apps=shown.apps,
        cost=shown.cost,
        breakdown=shown.breakdown,
        plan=shown.plan,
        report=shown.report,
        manifests=files,
        warnings=shown.warnings,
        purposes={token: purpose for token, purpose in told.items() if purpose},
        rules={rule.id: rule.title for rule in RULES},
    )
