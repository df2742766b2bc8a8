"""A pod's end: what runs before the signal to stop, and how long until the kill."""

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.hooks import HookSettings
from components.apps.ports import main_port
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.ingress.load_balancer import NetworkLoadBalancer

DEFAULT_GRACE_SECONDS = 30
"""Kubernetes' own default, and the time after the signal that an app with a load balancer keeps."""


def drain_seconds(app: AppSettings, context: AppContext) -> int:
    """Return how long load balancers of AWS that have the app's pods as targets still send to, or wait for, one.

    They are the application load balancers of its ways in, and the network load balancer of its Service.
    """
    ways = (context.controller_of(exposure) for _, exposure in exposures(app))
    waits = [facts.deregistration_delay or 0 for facts in ways if facts.pod_targets]
    own = own_balancer(app, context)
    return max((*waits, own.deregistration_delay or 0 if own is not None else 0))


def own_balancer(app: AppSettings, context: AppContext) -> NetworkLoadBalancer | None:
    """Return the network load balancer of the app's Service, None for a Service of another type."""
    if app.service.type != "LoadBalancer":
        return None
    return context.load_balancers.get("internal" if app.service.internal else "internet-facing", NetworkLoadBalancer())


def _hook(app: AppSettings, hook: HookSettings) -> Manifest:
    if hook.exec is not None:
        return {"exec": {"command": list(hook.exec)}}
    if hook.path is not None:
        return {"httpGet": {"path": hook.path, "port": hook.port or main_port(app.ports), "scheme": hook.scheme}}
    return {"sleep": {"seconds": hook.sleep}}


def hook_seconds(app: AppSettings, drain: int) -> int:
    """Return how much of the grace period goes before the signal, as far as it is known."""
    own = app.lifecycle.pre_stop
    if own is None:
        return drain
    return own.sleep or 0


def lifecycle(app: AppSettings, context: AppContext) -> Manifest:
    """Return the container's `lifecycle`.

    A pod that leaves goes on answering for as long as its load balancer needs to stop sending to it and to get the
    answers to open requests; the kubelet itself sleeps, so that the image needs no shell.
    """
    drain = drain_seconds(app, context)
    hooks = {"postStart": app.lifecycle.post_start, "preStop": app.lifecycle.pre_stop}
    fields = {key: _hook(app, hook) for key, hook in hooks.items() if hook is not None}
    if "preStop" not in fields and drain:
        fields["preStop"] = {"sleep": {"seconds": drain}}
    return fields


def grace_seconds(app: AppSettings, context: AppContext) -> int:
    """Return the pod's grace period: its own, else 30 seconds after the hook's sleep."""
    if app.termination_grace_period_seconds is not None:
        return app.termination_grace_period_seconds
    return DEFAULT_GRACE_SECONDS + hook_seconds(app, drain_seconds(app, context))
