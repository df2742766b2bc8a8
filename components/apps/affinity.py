"""How a client stays with one pod (`service.sessionAffinity`), in the words of whoever chooses the pod.

A Service's `ClientIP` is kube-proxy's: a mesh's proxies, gateways and load balancers of AWS choose pods themselves, and
each has a word of its own for it. Behind a load balancer a client's address is not to be seen; there a cookie tells.
"""

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts

COOKIE = "slipway-session"
"""The cookie that Envoys set, for as long as the browser runs; a load balancer of AWS has its own name for its own."""

COOKIE_SECONDS = 86_400
"""How long a load balancer's cookie holds: AWS's default of stickiness.lb_cookie.duration_seconds, one day."""


def _through_istio(facts: ControllerFacts) -> bool:
    return facts.controller == "istio" or facts.implementation == "istio"


def by_istio(app: AppSettings, context: AppContext) -> Manifest:
    """Return the `loadBalancer` of a DestinationRule's traffic policy, nothing without affinity.

    A sidecar knows the calling pod's address. A gateway of Istio's, behind its load balancer, and a waypoint do not
    know the client's: a cookie tells, also between apps then.
    """
    if not app.service.session_affinity:
        return {}
    by_cookie = context.ambient or any(_through_istio(context.controller_of(each)) for _, each in exposures(app))
    told = {"httpCookie": {"name": COOKIE, "path": "/", "ttl": "0s"}} if by_cookie else {"useSourceIp": True}
    return {"loadBalancer": {"consistentHash": told}}


def by_envoy_gateway(app: AppSettings, route: Manifest) -> Manifest:
    """Return the BackendTrafficPolicy (gateway.envoyproxy.io/v1alpha1) of a HTTPRoute."""
    name = route["metadata"]["name"]
    target = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": name}
    hashed = {"type": "Cookie", "cookie": {"name": COOKIE, "ttl": "0s"}}
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "BackendTrafficPolicy",
        "metadata": metadata(app, f"{name}-affinity"),
        "spec": {"targetRefs": [target], "loadBalancer": {"type": "ConsistentHash", "consistentHash": hashed}},
    }


def target_group(app: AppSettings, facts: ControllerFacts) -> dict[str, str]:
    """Return the attributes of an application load balancer's target group, by key; of nodes it would be no use."""
    delay = facts.deregistration_delay
    drained = {} if delay is None else {"deregistration_delay.timeout_seconds": str(delay)}
    if not app.service.session_affinity or not facts.pod_targets:
        return drained
    return {
        **drained,
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": str(COOKIE_SECONDS),
    }
