"""The web application firewall before application load balancers, where the stack names none of its own."""

from typing import Any

import pulumi
from pulumi_aws.wafv2.web_acl import WebAcl as Acl

from components.component import Component
from components.networking.ingress.settings import WafSettings

MANAGED_RULES: dict[str, tuple[str, ...]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    # It would block every request of more than 8 KiB: an upload, or a long form.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}
"""AWS's rule groups in their order, each with those of its rules that only count
(docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html)."""


def _visibility(metric: str) -> dict[str, Any]:
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": metric}


def rules(settings: WafSettings) -> list[dict[str, Any]]:
    """Return the rules: too many requests from one address first, then AWS's."""
    rate = {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {
            "rate_based_statement": {
                "limit": settings.rate_limit,
                "evaluation_window_sec": 300,
                "aggregate_key_type": "IP",
            }
        },
        "visibility_config": _visibility("rate-limit"),
    }
    managed = [
        {
            "name": name,
            "priority": priority,
            "override_action": {"none": {}},
            "statement": {
                "managed_rule_group_statement": {
                    "vendor_name": "AWS",
                    "name": name,
                    "rule_action_overrides": [{"name": rule, "action_to_use": {"count": {}}} for rule in counted],
                }
            },
            "visibility_config": _visibility(name),
        }
        for priority, (name, counted) in enumerate(MANAGED_RULES.items(), start=1)
    ]
    return [rate, *managed]


class WebAcl(Component):
    """A regional web ACL of AWS's managed rules and a rate limit. `arn` is what load balancers are associated with."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, settings: WafSettings, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:networking:WebAcl", name, None, opts)
        default_action: Any = {"allow": {}}
        wanted: Any = rules(settings)
        visibility: Any = _visibility(name)
        acl = Acl(
            name,
            scope="REGIONAL",
            description="Application load balancers of the cluster",
            default_action=default_action,
            rules=wanted,
            visibility_config=visibility,
            opts=self.child(),
        )
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})
