"""The browser of the page's tests: Chromium as the system has it, without any way out to the network."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright, sync_playwright

from slipway.page.data import PageData
from slipway.page.page import page as page_of

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = Path(__file__).parent
Opened = Callable[..., Page]
READY_MS = 20_000  # two cores that others use, too


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of the tests here."""
    config.addinivalue_line("markers", "page: opens the page in a real browser; run by `make test-page`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.page)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser for all tests. Without one they are skipped; under CI that is a failure."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        why = "no Chromium: set CHROMIUM to its path, or `apt-get install chromium`"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    # Chromium's own sandbox needs a kernel feature that containers and their root user do not have.
    started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
    yield started
    started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open a page's data from file://. A request, a message on the console or an error in it fails the test.

    With `refusals` what the browser says on its console is expected.
    """
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(data: PageData | Path, *, scripts: bool = True, refusals: bool = False, **options: object) -> Page:
        file = data if isinstance(data, Path) else tmp_path / "review.html"
        if isinstance(data, PageData):
            file.write_text(page_of(data), encoding="utf-8")
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "java_script_enabled": scripts, **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda message: None if refusals else said.append(f"console: {message.text}"))
        shown.on("pageerror", lambda error: said.append(f"error: {error}"))
        shown.on("dialog", dismiss)
        shown.on("request", lambda request: said.append(request.url) if not _own(request.url, file) else None)
        shown.set_default_timeout(10_000)
        shown.goto(file.as_uri())
        if scripts:
            shown.wait_for_selector("html[data-ready]", timeout=READY_MS)
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def _own(url: str, file: Path) -> bool:
    return url.partition("#")[0] == file.as_uri() or url.startswith("data:image/svg+xml")
