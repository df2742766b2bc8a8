"""Who is meant by the Principal of an IAM statement."""

from policy.rules.reading import listed
from slipway.recording.wire import Json


def is_anyone(principal: Json) -> bool:
    """Tell whether a Principal is everyone: `*`, or any AWS account."""
    if isinstance(principal, dict):
        return "*" in listed(principal.get("AWS"))
    return principal == "*"
