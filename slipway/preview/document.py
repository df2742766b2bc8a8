"""A preview as one JSON document. The format is described in docs/guide/preview.md."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from pydantic.alias_generators import to_camel

from slipway.cost.breakdown import Breakdown
from slipway.cost.breakdown_document import breakdown_document
from slipway.cost.estimate import Estimate
from slipway.plan.plan_document import plan_document
from slipway.preview.apps import AppView
from slipway.preview.policy_text import policy_document
from slipway.preview.preview import Preview
from slipway.recording.document import to_document

FORMAT = "slipway.preview/1"
"""The name and the version of the format."""


def preview_text(shown: Preview) -> str:
    """Return the document's text: keys sorted, the same bytes for the same preview."""
    document = {
        "format": FORMAT,
        "summary": _camel(asdict(shown.summary)),
        "cost": None if shown.cost is None else _cost(shown.cost, shown.breakdown),
        "plan": None if shown.plan is None else plan_document(shown.plan),
        "policy": None if shown.report is None else policy_document(shown.report),
        "apps": [_app(each) for each in shown.apps],
        "advice": [{"path": list(each.path), "text": each.text, "app": each.app} for each in shown.advice],
        "recording": to_document(shown.recording),
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _app(app: AppView) -> dict[str, Any]:
    return {
        "name": app.name,
        "namespace": app.namespace,
        "kind": app.kind,
        "tier": app.tier,
        "meaning": app.meaning,
        "qos": app.qos,
        "workloads": [each.name for each in app.workloads],
        "deviations": [
            {"path": list(each.path), "tier": each.tier, "app": each.app, "text": each.text} for each in app.deviations
        ],
    }


def _cost(cost: Estimate, cut: Breakdown | None) -> dict[str, Any]:
    return {
        "currency": "USD",
        "region": cost.region,
        "pricedRegion": cost.priced_region,
        "pricedOn": cost.priced_on.isoformat(),
        "spotShareOfOnDemand": float(cost.spot_share),
        "monthly": _cents(cost.total),
        "spotSavings": _cents(cost.saving),
        "lines": [
            {
                "urn": line.urn,
                "what": line.what,
                "category": line.category,
                "quantity": float(line.quantity),
                "unitMonthly": float(line.unit),
                "monthly": _cents(line.monthly),
            }
            for line in cost.lines
        ],
        "unknown": [_camel(asdict(gap)) for gap in cost.gaps],
        "billedByUse": cost.by_use,
        "breakdown": None if cut is None else breakdown_document(cut),
    }


def _cents(amount: Decimal) -> float:
    return float(round(amount, 2))


def _camel(value: Any) -> Any:
    """Return JSON types: field names in camelCase; the keys of maps, which are names in the cluster, as they are."""
    if isinstance(value, dict):
        return {to_camel(key) if "_" in key else key: _camel(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_camel(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return float(value) if isinstance(value, Decimal) else value
