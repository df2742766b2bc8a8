"""All rules of the pack, in the order of their ids."""

from policy.model import Rule
from policy.rules import (
    audit_logs,
    budgets,
    cost_ceiling,
    default_deny,
    encryption_at_rest,
    imdsv2,
    no_latest,
    no_public_bucket,
    no_public_endpoint,
    no_wildcard_iam,
    no_wildcard_rbac,
    pod_security,
    probes,
    quota_covers_maxima,
    removed_apis,
    replicas,
    requests_and_limits,
    required_tags,
    spot_only_tier_3,
    stateful_protected,
    supported_versions,
)

_ALL = (
    audit_logs.RULE,
    *budgets.RULES,
    cost_ceiling.RULE,
    default_deny.RULE,
    encryption_at_rest.RULE,
    imdsv2.RULE,
    no_latest.RULE,
    no_public_bucket.RULE,
    no_public_endpoint.RULE,
    no_wildcard_iam.RULE,
    no_wildcard_rbac.RULE,
    *pod_security.RULES,
    probes.RULE,
    quota_covers_maxima.RULE,
    removed_apis.RULE,
    *replicas.RULES,
    requests_and_limits.RULE,
    required_tags.RULE,
    spot_only_tier_3.RULE,
    stateful_protected.RULE,
    *supported_versions.RULES,
)

RULES: tuple[Rule, ...] = tuple(sorted(_ALL, key=lambda rule: rule.id))
