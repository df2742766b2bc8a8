"""On which pools' nodes a pod may come to run."""

from components.foundation.pool_fit import tolerates
from slipway.preview.pods import tolerations_of
from slipway.preview.pools import Pool
from slipway.recording.objects import POOL_LABEL, dig, items, text
from slipway.recording.wire import Json


def may_run(spec: dict[str, Json], pool: Pool) -> bool:
    """Tell whether the scheduler may put a pod there: it selects the pool or none, and tolerates the pool's taints."""
    tolerations = tolerations_of(spec)
    return _selected(spec, pool) and all(tolerates(taint, tolerations) for taint in pool.taints)


def _selected(spec: dict[str, Json], pool: Pool) -> bool:
    named = dig(spec, "nodeSelector", POOL_LABEL)
    if named is not None and named != pool.name:
        return False
    required = dig(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = items(required, "nodeSelectorTerms")
    return not terms or any(_term(each, pool) for each in terms)


def _term(term: Json, pool: Pool) -> bool:
    """Tell whether one term leaves the pool; what it says of other labels is not known of the pool's nodes."""
    for expression in items(term, "matchExpressions"):
        if text(expression, "key") == POOL_LABEL:
            named, operator = pool.name in items(expression, "values"), text(expression, "operator")
            if (operator == "In" and not named) or (operator == "NotIn" and named) or operator == "DoesNotExist":
                return False
    return True
