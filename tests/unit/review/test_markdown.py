"""A stack's part of the comment: what a reviewer reads, in which order, and what never is in it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slipway.cost.breakdown import Breakdown
from slipway.plan.model import Change, Plan
from slipway.review.acknowledge import acknowledge_all
from slipway.review.markdown import LIMIT, failure, markdown
from tests.unit.review.samples import (
    BREAKDOWN,
    CONFIG,
    DATABASE,
    DELETED,
    NODES,
    PLAN,
    REPLACED,
    REPORT,
    STACK,
    UNCHANGED,
    UPDATED,
    plan,
    step,
    urn,
)

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "pull-requests.md"


def shown(given: Plan | None = PLAN, **fields: Any) -> str:
    return markdown(STACK, **{"plan": given, "breakdown": BREAKDOWN, "report": REPORT, **fields})


def titles(text: str) -> list[str]:
    return re.findall(r"<summary><b>(.*?)</b></summary>", text)


def test_the_guide_shows_the_comment_as_it_is() -> None:
    lines = [
        line.removeprefix(">").removeprefix(" ") for line in GUIDE.read_text().splitlines() if line.startswith(">")
    ]
    head = shown().split("<details", maxsplit=1)[0].partition("-->\n")[2].strip()
    *quoted, folded = "\n".join(lines).strip().split("\n")
    assert "\n".join(quoted).strip() == head
    assert re.findall(r"\*\*(.*?)\*\*", folded) == titles(shown())
    assert re.findall(r"▾ \*\*(.*?)\*\*", folded) == re.findall(r"<details open><summary><b>(.*?)</b>", shown())


COST = "Cost by component (2)"


def test_what_ends_the_preview_is_unfolded_and_first() -> None:
    text = shown()
    assert text.startswith(f"<!-- slipway:{STACK} -->\n### production: ")
    assert text.count("<details open>") == 1
    assert titles(text) == [
        "How to acknowledge",
        "How to expect a refusal",
        "Policies violated (1)",
        "Replaced (1)",
        "Deleted (1)",
        "Updated (1)",
        "Created (1)",
        "Renamed (1)",
        COST,
        "Advisory (1)",
        "Exempted (1)",
        "Notes (1)",
    ]
    assert text.index("<details open><summary><b>Policies violated (1)") > text.index("[!CAUTION]")


def test_the_lines_that_acknowledge_can_be_copied() -> None:
    text = shown()
    for each in (REPLACED, DELETED):
        assert f"`# slipway: allow-replace {each.urn}`" in text
    assert UPDATED.urn not in text


def test_an_acknowledged_step_needs_no_line_and_no_alarm() -> None:
    text = shown(acknowledge_all(PLAN))
    assert "**2 destructive changes, all acknowledged**" in text
    assert "[!CAUTION]" not in text
    assert "How to acknowledge" not in titles(text)
    assert text.count("(acknowledged)") == 2


def test_one_of_two_acknowledged_comes_after_the_other() -> None:
    text = shown(replace(PLAN, acknowledged=frozenset({REPLACED.urn})))
    assert "**2 destructive changes, 1 not acknowledged**" in text
    alarm = text[: text.index("<details")]
    assert alarm.index("`backups`") < alarm.index("`orders-db`")
    assert f"allow-replace {REPLACED.urn}" not in text


def test_nothing_to_do_is_said_in_one_line() -> None:
    text = shown(plan(*UNCHANGED), report=None, breakdown=None)
    assert "### production: no changes, 240 unchanged" in text
    assert "not estimated (the cluster exists already)" in text
    assert "**Policies** not checked" in text
    assert titles(text) == []


def test_without_a_plan_there_is_cost_and_policy() -> None:
    text = shown(None)
    assert "### production\n" in text
    assert "**Against**" not in text
    assert titles(text) == ["Policies violated (1)", COST, "Advisory (1)", "Exempted (1)", "Notes (1)"]


def test_a_secret_is_said_to_have_changed_and_no_more() -> None:
    canary = Change(("data", "password"), "canary-old", "canary-new", secret=True)
    text = shown(plan(step("update", CONFIG, "settings", changes=(canary,))))
    assert "! data.password: a secret value, changed" in text
    assert "canary" not in text


def test_what_goes_with_a_cluster_is_counted_not_listed() -> None:
    cluster = step("replace", "aws:eks/cluster:Cluster", "cluster", loss="everything in the cluster")
    claim = "kubernetes:core/v1:PersistentVolumeClaim"
    inside = [step("delete", claim, f"data-{n}", loss="the volume", deleted_with=cluster.urn) for n in range(30)]
    text = shown(plan(cluster, *inside))
    alarm = text[: text.index("<details")]
    assert "**31 destructive changes, 31 not acknowledged**" in alarm
    assert "everything in the cluster; 30 more go with it" in alarm
    assert "data-" not in alarm
    assert text.count("# slipway: allow-replace") == 31


def test_two_that_are_deleted_with_each_other_are_both_listed() -> None:
    one = step("delete", CONFIG, "one", loss="this", deleted_with=urn(CONFIG, "two"))
    two = step("delete", CONFIG, "two", loss="that", deleted_with=urn(CONFIG, "one"))
    assert "**2 destructive changes" in shown(plan(one, two))


def test_many_losses_are_cut_above_the_fold_and_complete_below() -> None:
    text = shown(plan(*(step("delete", CONFIG, f"lost-{n:02}", loss="what is in it") for n in range(25))))
    alarm, below = text.split("<details", maxsplit=1)
    assert alarm.count("**delete**") == 10
    assert "… and 15 more below" in alarm
    assert below.count("**delete**") == 25


def test_what_is_lost_comes_before_what_only_goes() -> None:
    text = shown(plan(step("delete", CONFIG, "a-config"), step("delete", CONFIG, "b-lost", loss="what is in it")))
    below = text[text.index("<b>Deleted (2)") :]
    assert below.index("`b-lost`") < below.index("`a-config`")


def test_a_stale_acknowledgement_and_warnings_are_notes_each_once() -> None:
    text = shown(plan(*UNCHANGED, stale=(DELETED.urn,), notes=("note",)), warnings=("Warning: tier", "note"))
    notes = text[text.index("<b>Notes (4)") :]
    assert "remove it" in notes
    assert "Warning: tier" in notes
    assert notes.count("- note") == 1


@pytest.mark.parametrize("limit", [2_000, 16_000, LIMIT])
def test_it_fits_and_says_what_is_left_out(limit: int) -> None:
    long = [
        step(
            "update",
            CONFIG,
            f"config-{n:04}",
            changes=tuple(Change(("data", f"k{m}"), "a" * 99, "b" * 99) for m in range(9)),
        )
        for n in range(3000)
    ]
    text = shown(plan(REPLACED, *long), limit=limit)
    assert len(text.encode()) <= limit
    assert len(text.encode()) > limit * 0.8
    assert "engine" in text
    left = re.search(r"… and (\d+) more, which are in the page", text)
    assert left
    assert int(left[1]) + text.count("**update**") == 3000
    assert text.count("<details") == text.count("</details>")
    assert text.count("```") % 2 == 0


def test_the_order_does_not_depend_on_that_of_the_steps() -> None:
    assert shown(replace(PLAN, steps=PLAN.steps[::-1], renames=PLAN.renames[::-1])) == shown()


def test_a_cheaper_component_and_a_fixed_price_read_well() -> None:
    cheaper = Breakdown(
        **{
            **{name: getattr(BREAKDOWN, name) for name in BREAKDOWN.__slots__},
            "total": replace(BREAKDOWN.total, delta=-BREAKDOWN.total.delta if BREAKDOWN.total.delta else None),
            "not_estimated": ("data transfer",),
        }
    )
    text = shown(breakdown=cheaper)
    assert "$5,474 a month (-$120)" in text
    assert "| AppStack orders | $1,000 | +$120 |  |" in text
    assert text.index("| AppStack orders") < text.index("| NodePools platform")
    assert "- Not in it: data transfer" in text


def test_a_stack_that_cannot_be_previewed_has_its_mistakes() -> None:
    text = failure(STACK, "bad input", "Pulumi.production.yaml:3 slipway:mesh: ``` no such mesh", limit=2000)
    assert text.startswith("<!-- slipway:production -->\n### production: bad input")
    assert "````\nPulumi.production.yaml:3" in text
    cut = failure(STACK, "bad input", "é" * 5000, limit=2000)
    assert len(cut.encode()) <= 2000
    assert cut.rstrip().endswith("… cut here; the rest is in the job's log.")


def test_a_total_that_stays_is_said_to() -> None:
    same = replace(BREAKDOWN, total=replace(BREAKDOWN.total, delta=BREAKDOWN.total.cost.least * 0))
    assert "**Cost** $5,474 a month (unchanged), from $4,100 to $9,900" in shown(breakdown=same)


def test_a_provider_is_called_one() -> None:
    assert "- **update** `kubernetes provider` `cluster`" in shown(
        plan(step("update", "pulumi:providers:kubernetes", "cluster"))
    )


def test_long_losses_leave_room_for_the_rest() -> None:
    long = [step("delete", CONFIG, f"lost-{n:02}", loss="é" * 900, reasons=("ü" * 900,)) for n in range(25)]
    text = shown(plan(*long), limit=6_000)
    assert len(text.encode()) <= 6_000
    named = text.split("<details", maxsplit=1)[0].count("**delete**")
    assert 1 <= named < 10
    assert f"… and {25 - named} more below" in text
    assert "Policies violated (1)" in titles(text)


def refused(count: int, why: str = "EKS goes one step at a time") -> Plan:
    version = Change(("version",), "1.34", "1.36", refused=why)
    return plan(UPDATED, *(step("update", NODES, f"pool-{n:03}", changes=(version,)) for n in range(count)))


def test_what_a_server_refuses_is_above_the_fold_and_first_below() -> None:
    text = shown(refused(7))
    alarm, below = text.split("<details", maxsplit=1)
    assert "> **The deployment will fail: a server refuses what is to be updated**" in alarm
    names = ", ".join(f"`pool-{n:03}`" for n in range(5))
    assert f"> - `NodeGroup` {names} and 2 more, `version`: EKS goes one step at a time" in alarm
    assert "destructive" not in alarm
    assert below.index("`pool-000`") < below.index(f"`{UPDATED.resource.name}`")
    assert below.count("#   refused: EKS goes one step at a time") == 7


def test_what_is_refused_for_one_reason_is_told_once() -> None:
    changes = tuple(Change(("subnetIds", n), "a", "b", refused="it stays in its VPC") for n in range(3))
    text = shown(plan(step("update", NODES, "pool", changes=changes)))
    assert "> - `NodeGroup` `pool`, `subnetIds[0]`, `subnetIds[1]`, `subnetIds[2]`: it stays in its VPC" in text


def test_very_many_refusals_leave_room_for_the_rest() -> None:
    changes = [Change(("data", f"key-{n}"), "1", "2", refused=f"{n} " + "é" * 100) for n in range(400)]
    text = shown(plan(step("update", CONFIG, "settings", changes=tuple(changes)), REPLACED), limit=8_000)
    assert len(text.encode()) <= 8_000
    alarm = text.split("<details", maxsplit=1)[0]
    told = alarm.count("> - `ConfigMap`")
    assert 1 <= told < 10
    assert f"> - … and {400 - told} more below" in alarm
    assert "orders-db" in alarm


def test_a_mention_in_a_refusal_is_none() -> None:
    assert "@everybody" not in shown(refused(1, "ask @everybody")).split("<details", maxsplit=1)[0]


def test_only_what_is_protected_still_stops_the_deployment() -> None:
    still = step("replace", DATABASE, "orders-db", loss="its data", protected=True)
    assert still.new is not None
    assert "it was protected until now" in shown(plan(still))
    kept = replace(still, new=replace(still.new, protect=True))
    assert "it is protected, so the deployment stops there" in shown(plan(kept))
