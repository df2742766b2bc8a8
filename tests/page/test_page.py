"""The page in a real browser: it stands alone, says what the review found, and finds what is searched for."""

import re

import pytest
from playwright.sync_api import Page, expect

from slipway.page.packing import unpacked
from slipway.page.page import page
from tests.page.conftest import Opened
from tests.page.samples import CANARY, HOSTILE, data_of, full


def search(shown: Page, query: str) -> None:
    shown.fill("#search", query)
    expect(shown.locator("#said")).to_contain_text("manifest" if query else "", timeout=5000)


def test_the_overview_says_what_stops_the_review_and_what_is_lost(opened: Opened) -> None:
    shown = opened(full())
    expect(shown.locator(".verdict")).to_contain_text("Stop")
    expect(shown.locator(".verdict")).to_contain_text("exit code 4")
    losses = shown.locator(".losses").first
    expect(losses).to_contain_text("The network with all that is in it")
    expect(losses).to_contain_text("# slipway: allow-replace urn:pulumi:staging::slipway::")
    expect(shown.locator(".losses .allowed")).to_contain_text("StatefulSet postgres-statefulset")


@pytest.mark.parametrize("stack", ["development", "local", "production", "staging"])
def test_a_shipped_stack_without_a_plan_shows_all_its_resources(opened: Opened, stack: str) -> None:
    data = data_of(stack)
    shown = opened(data)
    expect(shown.locator("#changes h2")).to_have_text("Resources")
    expect(shown.locator("#canvas .app")).to_have_count(len(data.apps))
    expect(shown.locator("#canvas .pool")).to_have_count(len(data.summary.pools))
    search(shown, "namespace")
    assert int(shown.locator("[data-tally=changes]").inner_text()) >= 3


def test_hostile_text_stays_text(opened: Opened) -> None:
    shown = opened(full())
    shown.locator("#open-changes").click()
    for each in shown.locator("#change-list .step > summary").all():
        each.click()
    expect(shown.locator("#change-list ins").filter(has_text="onerror")).to_have_text(f"+{HOSTILE}\n")
    assert shown.locator("img, script[src], iframe, object, embed").count() == 0


def test_no_secret_is_in_the_page_nor_in_what_it_unpacks() -> None:
    text = page(full())
    assert CANARY not in text
    assert CANARY not in str(unpacked(text))
    assert set(unpacked(text)) == {"resources", "findings", "texts"}


def test_the_policy_of_content_refuses_any_other_script(opened: Opened) -> None:
    shown = opened(data_of(), refusals=True)
    refused = shown.evaluate(
        """() => new Promise((done) => {
          document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
          try {
            const added = document.createElement('script');
            added.text = 'window.hacked = 1';
            document.body.append(added);
          }
          catch (error) { done(error.name); }
        })"""
    )
    assert refused in ("script-src-elem", "require-trusted-types-for", "TypeError")
    assert shown.evaluate("window.hacked") is None


def test_a_search_finds_in_every_section_and_ends_with_escape(opened: Opened) -> None:
    shown = opened(full())
    shown.keyboard.press("Control+k")
    expect(shown.locator("#search")).to_be_focused()
    search(shown, "webapp")
    assert [each.inner_text() for each in shown.locator(".tally").all()] == ["1", "2", "0", "27"]
    expect(shown.locator("#canvas .app")).to_have_count(1)
    shown.keyboard.press("Escape")
    expect(shown.locator("#canvas .app")).to_have_count(3)
    expect(shown.locator("[data-tally=changes]")).to_have_text("")


def test_filters_of_the_topology(opened: Opened) -> None:
    shown = opened(full())
    shown.select_option("#by-tier", "1")
    assert names(shown) == ["app:gateway/api-gateway"]
    shown.select_option("#by-tier", "")
    shown.select_option("#by-pool", "memory")
    assert names(shown) == ["app:data/postgres"]
    shown.select_option("#by-pool", "")
    shown.check("#by-change")
    assert names(shown) == ["app:data/postgres", "app:web/webapp"]


def names(shown: Page) -> list[str]:
    return sorted(str(each.get_attribute("data-id")) for each in shown.locator("#canvas .app").all())


def test_choosing_an_app_shows_what_belongs_to_it(opened: Opened) -> None:
    shown = opened(full())
    shown.locator('[data-id="app:web/webapp"]').click()
    for fact in ("business critical", "2 to 4 pods in general", "webapp.staging.example.com/ (TLS)", "$62 a month"):
        expect(shown.locator("#details")).to_contain_text(fact)
    kin = sorted(str(each.get_attribute("data-id")) for each in shown.locator(".kin").all())
    assert kin == ["app:web/webapp", "pool:general", "route:1"]
    assert shown.locator(".lines .strong").count() == 2
    shown.get_by_role("button", name="Its resources").click()
    expect(shown.locator("#change-list")).to_contain_text("webapp-deployment")


def test_steps_are_filtered_by_what_happens_and_opened_in_full(opened: Opened) -> None:
    shown = opened(full())
    steps = shown.locator("#change-list .step")
    expect(steps).to_have_count(7)
    for name in ("delete", "create", "update"):
        shown.uncheck(f"input[name=op][value={name}]")
    expect(steps).to_have_count(2)
    vpc = steps.filter(has_text="Vpc")
    vpc.locator("summary").first.click()
    expect(vpc).to_contain_text("Lost: The network with all that is in it")
    expect(vpc).to_contain_text("cidrBlock 10.20.0.0/16 → 10.30.0.0/16")
    expect(vpc).to_contain_text("Replaces: “Changing this forces a new resource”")
    shown.check("input[name=op][value=unchanged]")
    shown.locator("#open-changes").click()
    expect(steps.filter(has_text="unchanged").first).to_be_attached()


def test_a_manifest_is_shown_as_it_is_written(opened: Opened) -> None:
    data = data_of()
    shown = opened(data)
    search(shown, "deployment-webapp.yaml")
    shown.get_by_role("button", name="deployment-webapp.yaml").click()
    assert shown.locator("#file-text").text_content() == data.manifests["web/deployment-webapp.yaml"] + "\n"


def test_the_findings_lead_to_their_resource(opened: Opened) -> None:
    shown = opened(full())
    expect(shown.locator("#policy-list")).to_contain_text("publicAccessCidrs has 0.0.0.0/0")
    shown.locator("#policy-list").get_by_role("button", name="Cluster cluster").click()
    expect(shown.locator("#search")).to_have_value("Cluster cluster")


def test_without_scripts_the_overview_and_the_cost_are_there(opened: Opened) -> None:
    shown = opened(full(), scripts=False)
    expect(shown.locator(".verdict")).to_be_visible()
    expect(shown.get_by_role("table", name="By node pool")).to_be_visible()
    expect(shown.locator("#canvas")).to_be_hidden()
    expect(shown.get_by_text("Without scripts")).to_be_visible()


def test_it_prints_what_changes_in_light_colours(opened: Opened) -> None:
    shown = opened(full(), color_scheme="dark")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    expect(shown.get_by_text("cidrBlock 10.20.0.0/16")).to_be_visible()
    expect(shown.locator("nav")).to_be_hidden()
    assert shown.evaluate("getComputedStyle(document.body).color") == "rgb(24, 32, 43)"
    assert re.match(rb"%PDF", shown.pdf(format="A4"))
    shown.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(shown.locator("#change-list .step[open]")).to_have_count(0)
