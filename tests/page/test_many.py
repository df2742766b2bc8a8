"""A thousand apps: the page is small, is there soon, folds, and does not lay itself out again and again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from slipway.page.page import page
from tests.page.conftest import Opened
from tests.page.many import APPS_IN_A_NAMESPACE, many

APPS = 1000
SLOW = 4
"""How much slower than the machine that the limits are from another may be: two cores, used by others, too."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("many") / "review.html"
    found.write_text(page(many(APPS)), encoding="utf-8")
    return found


def test_it_is_small_enough_to_be_kept_with_every_pull_request(file: Path) -> None:
    assert file.stat().st_size < 5_000_000


def test_it_is_folded_and_there_soon(opened: Opened, file: Path) -> None:
    shown = opened(file)
    assert shown.evaluate("performance.getEntriesByType('navigation')[0].domComplete") < 700 * SLOW
    expect(shown.locator("#canvas .namespace")).to_have_count(APPS // APPS_IN_A_NAMESPACE)
    expect(shown.locator("#canvas .app")).to_have_count(0)
    assert shown.evaluate("document.querySelectorAll('*').length") < 15_000


def test_nothing_that_one_does_takes_long(opened: Opened, file: Path) -> None:
    shown = opened(file)
    took = _timer(shown)
    assert took("document.getElementById('unfold').click()") < 300 * SLOW
    expect(shown.locator("#canvas .app")).to_have_count(APPS)
    assert took("""document.querySelector('[data-id="app:team-7/webapp-74"]').dispatchEvent(click)""") < 60 * SLOW
    assert took("""document.querySelector('[data-id="pool:general"]').dispatchEvent(click)""") < 60 * SLOW
    assert took("document.querySelector('.app').dispatchEvent(down)") < 30 * SLOW
    assert took("document.getElementById('fold').click()") < 100 * SLOW
    assert took("document.querySelector('input[value=unchanged]').click()") < 120 * SLOW


def _timer(shown: Page) -> Callable[[str], float]:
    def took(action: str) -> float:
        """Return the milliseconds of an action with the layout that it causes."""
        found = shown.evaluate(
            f"""() => {{
              const click = new MouseEvent('click', {{bubbles: true}});
              const down = new KeyboardEvent('keydown', {{key: 'ArrowDown', bubbles: true}});
              const start = performance.now();
              {action};
              document.body.getBoundingClientRect();
              return performance.now() - start;
            }}"""
        )
        return float(found)

    return took


def test_a_search_finds_one_app_of_all(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.fill("#search", "team-50/webapp-501")
    expect(shown.locator("[data-tally=topology]")).to_have_text("0")
    shown.fill("#search", "webapp-500")
    expect(shown.locator("[data-tally=topology]")).to_have_text("1", timeout=10_000)
    expect(shown.locator("[data-tally=changes]")).not_to_have_text("", timeout=10_000)
    expect(shown.locator("#cost .found")).to_have_count(1)


def test_lists_grow_by_hundreds_and_groups_are_filled_when_opened(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.check("input[name=op][value=unchanged]")
    groups = shown.locator("#change-list .group")
    expect(groups).to_have_count(100)
    assert shown.locator("#change-list .step").count() == 0
    shown.get_by_role("button", name="Show 100 more").first.click()
    expect(groups).to_have_count(200)
    groups.nth(100).locator("summary").first.click()
    expect(groups.nth(100).locator(".step").first).to_be_visible()


def test_scrolling_makes_no_long_task(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.locator("#unfold").click()
    shown.evaluate(
        """() => { window.long = []; new PerformanceObserver((list) =>
        list.getEntries().forEach((entry) => long.push(entry.duration))).observe({type: 'longtask'}); }"""
    )
    box = shown.locator("#canvas").bounding_box()
    assert box is not None
    shown.mouse.move(box["x"] + 300, 600)
    for _ in range(20):
        shown.mouse.wheel(0, 500)
        shown.wait_for_timeout(30)
    assert max(shown.evaluate("window.long"), default=0) < 100 * SLOW
    assert shown.evaluate("document.getElementById('canvas').scrollTop") > 500


def test_nothing_in_the_drawing_overlaps(opened: Opened, file: Path) -> None:
    """Tiles are placed by arithmetic alone: no two of them share a point, and none is outside."""
    shown = opened(file)
    shown.locator("#unfold").click()
    bad = shown.evaluate(
        """() => {
          const svg = document.querySelector('#canvas svg').getBoundingClientRect();
          const rows = [...document.querySelectorAll('#canvas .app, #canvas .route, #canvas .pool')]
            .map((each) => each.querySelector('.face').getBoundingClientRect()).sort((a, b) => a.top - b.top);
          let bad = 0;
          rows.forEach((one, index) => {
            if (one.left < svg.left || one.right > svg.right || one.bottom > svg.bottom) bad += 1;
            for (let other = index + 1; other < rows.length && rows[other].top < one.bottom; other += 1)
              if (rows[other].left < one.right && one.left < rows[other].right) bad += 1;
          });
          return bad;
        }"""
    )
    assert bad == 0
