"""`page()`: the review as one HTML file that needs nothing but itself."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from slipway.page import charts
from slipway.page.data import PageData
from slipway.page.operations import GRAVITY
from slipway.page.packing import json_text, packed
from slipway.page.policies import policies
from slipway.page.resources import resources
from slipway.page.topology import topology
from slipway.page.verdict import count, verdict
from slipway.preview.summary_text import dollars

_HERE = Path(__file__).parent
SCRIPTS = (
    "dom", "data", "theme", "layout", "drawing", "topology", "details", "chunks",
    "changes", "policy", "cost", "manifests", "search", "print", "main",
)  # fmt: skip
"""The scripts in the order in which they are put into one: each uses those before it."""

_MANY = 50
"""Findings that are listed at the top; more are in the section of the policies."""


def page(data: PageData) -> str:
    """Return the page: one HTML document, the same bytes for the same data, with nothing fetched from anywhere.

    Its Content-Security-Policy allows its own style and script by their hashes, and nothing else: no inline handler,
    no request, no HTML made of text. All text is escaped. What is long is packed (slipway.page.packing).
    """
    style, script = _style(), _script()
    return _environment().get_template("page.html.j2").render(
        policy_of_content=_policy(style, script),
        style=Markup(style),  # noqa: S704 (the project's own file)
        script=Markup(script),  # noqa: S704 (the project's own files)
        data=data,
        verdict=verdict(data),
        operations=_operations(data),
        topology=Markup(json_text(topology(data))),  # noqa: S704 (escaped by json_text)
        resources=packed(resources(data)),
        manifests=packed(dict(data.manifests)),
        findings=packed(policies(data)),
        failures=tuple(data.report.failures[:_MANY]) if data.report else (),
        names={each.urn: f"{each.kind} {each.name}" for each in data.recording.resources},
        **_cost(data),
    )  # fmt: skip


def _operations(data: PageData) -> list[tuple[str, int]]:
    return [(name, data.plan.counts[name]) for name in GRAVITY if name != "unchanged"] if data.plan else []


def _cost(data: PageData) -> dict[str, Any]:
    """Return what the section of the cost shows: nothing for a stack whose cluster is not Slipway's."""
    found = data.breakdown
    if found is None:
        return {"cost": None}
    whole = found.total.cost.expected
    idle = [charts.idle(found)] if found.pools else []
    return {
        "cost": {
            "total": dollars(whole),
            "range": charts.range_text(found.total.cost),
            "delta": charts.delta_text(found.total.delta),
            "grows": bool(found.total.delta and found.total.delta > 0),
            "saving": dollars(found.spot_saving) if found.spot_saving else "",
            "slices": charts.slices(found.categories),
            "tables": [
                ("categories", "By kind of thing", "Kind", charts.bars(found.categories, whole)),
                ("components", "By component", "Component", charts.bars(found.components, whole)),
                ("pools", "By node pool", "Pool", charts.bars(found.pools, whole)),
                ("apps", "By app", "App", charts.bars([*found.apps, *idle], whole)),
            ],
        }
    }


def _policy(style: str, script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@cache
def _style() -> str:
    return "".join(
        (_HERE / "static" / f"{name}.css").read_text(encoding="utf-8") for name in ("base", "sections", "topology")
    )


@cache
def _script() -> str:
    """Return all scripts as one, in a function of its own, so that nothing of it is global."""
    parts = [(_HERE / "static" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();\n"


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"count": count, "dollars": dollars}
    return found
