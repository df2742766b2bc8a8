"""The page for everybody: axe-core finds nothing in any state of it, and the keyboard reaches everything."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.page.conftest import Opened
from tests.page.samples import data_of, full

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(shown: Page) -> list[str]:
    """Return what axe-core complains of, with the elements; what it could not check by itself is not in it."""
    found = Axe().run(shown, options={"runOnly": LEVELS, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


def open_all(shown: Page) -> None:
    shown.locator("#open-changes").click()
    for _ in range(3):  # what is folded within what is folded is made when that is opened
        shown.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach((each) => each.click())")
        shown.wait_for_timeout(50)
    shown.locator('[data-id="app:web/webapp"]').click()
    shown.locator("#file-list .file").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 420])
def test_axe_finds_nothing(opened: Opened, scheme: str, width: int) -> None:
    shown = opened(full(), color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    assert violations(shown) == []
    shown.locator("#manifests").scroll_into_view_if_needed()
    expect(shown.locator("#file-list .group").first).to_be_attached()
    open_all(shown)
    assert violations(shown) == []
    shown.fill("#search", "nothing has these words")
    expect(shown.locator("#change-list")).to_contain_text("No resource is like that")
    assert violations(shown) == []


@pytest.mark.parametrize("stack", ["local", "production"])
def test_axe_finds_nothing_in_a_stack_that_is_not_compared(opened: Opened, stack: str) -> None:
    assert violations(opened(data_of(stack))) == []


def test_the_theme_is_chosen_and_remembered(opened: Opened) -> None:
    shown = opened(data_of(), color_scheme="light")
    back = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(back)
    theme = shown.locator("#theme")
    theme.click()
    theme.click()
    expect(theme).to_have_text("Theme: dark")
    assert shown.evaluate(back) != light
    shown.reload()
    expect(theme).to_have_text("Theme: dark")
    theme.click()
    assert shown.evaluate(back) == light


def test_arrows_move_in_the_drawing_and_tab_leaves_it(opened: Opened) -> None:
    shown = opened(full())
    canvas = shown.locator("#canvas")
    canvas.focus()
    shown.keyboard.press("Tab")
    assert focused(shown) == "namespace:data"
    shown.keyboard.press("ArrowDown")
    assert focused(shown) == "app:data/postgres"
    shown.keyboard.press("ArrowRight")
    assert focused(shown).startswith("pool:")
    shown.keyboard.press("ArrowLeft")
    shown.keyboard.press("ArrowDown")
    before = focused(shown)
    shown.keyboard.press("Enter")
    expect(shown.locator(f'[data-id="{before}"]')).to_be_focused()
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.closest('#canvas')") is None


def test_enter_chooses_and_escape_lets_go(opened: Opened) -> None:
    shown = opened(full())
    app = shown.locator('[data-id="app:data/postgres"]')
    app.evaluate("each => each.focus()")
    shown.keyboard.press("Enter")
    expect(app).to_have_attribute("aria-pressed", "true")
    expect(shown.locator("#said")).to_contain_text("Chosen: App data/postgres, tier 2 business critical")
    expect(shown.locator("#details")).to_contain_text("tier 2, but 1 replica")
    shown.keyboard.press("Escape")
    expect(app).to_have_attribute("aria-pressed", "false")
    expect(shown.locator("#details")).to_contain_text("Choose an app")


def test_a_namespace_folds_by_keyboard_and_keeps_the_focus(opened: Opened) -> None:
    shown = opened(full())
    head = shown.locator('[data-id="namespace:web"]')
    head.evaluate("each => each.focus()")
    shown.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(head).to_be_focused()
    expect(shown.locator('[data-id="app:web/webapp"]')).to_have_count(0)
    shown.keyboard.press(" ")
    expect(shown.locator('[data-id="app:web/webapp"]')).to_have_count(1)


def test_the_first_tab_skips_to_the_review(opened: Opened) -> None:
    shown = opened(full())
    shown.keyboard.press("Tab")
    expect(shown.get_by_role("link", name="Skip to the review")).to_be_focused()
    shown.keyboard.press("Enter")
    expect(shown.locator("#overview")).to_be_focused()


def focused(shown: Page) -> str:
    return str(shown.evaluate("document.activeElement.dataset.id || ''"))
