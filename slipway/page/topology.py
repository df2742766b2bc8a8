"""The topology as data: the VPC with its zones and pools, the namespaces with their apps, and the routes to them."""

from collections.abc import Iterator
from typing import Any

from slipway.page.data import PageData
from slipway.page.operations import Operations, operations
from slipway.preview.apps import AppView
from slipway.preview.apps_text import pods_of
from slipway.preview.facts import facts
from slipway.preview.order import natural
from slipway.preview.routes import Route, routes
from slipway.preview.summary import PoolUse
from slipway.preview.summary_text import dollars
from slipway.recording.objects import POOL_LABEL, mapping, number, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
SUBNET = "aws:ec2/subnet:Subnet"


def topology(data: PageData) -> dict[str, Any]:
    """Return the document from which the page draws. Names are unique within their kind; an app is NAMESPACE/NAME.

    `op` is what the plan does with a thing, None where it does nothing, or where there is no plan.
    """
    done = operations(data.plan)
    costs = {share.name: dollars(share.cost.expected) for share in data.breakdown.apps} if data.breakdown else {}
    return {
        "vpc": _one(data.recording, "aws:ec2/vpc:Vpc", done),
        "cluster": _one(data.recording, "aws:eks/cluster:Cluster", done),
        "zones": list(_zones(data.recording, done)),
        "pools": [*_pools(data, done), *_gone_pools(data)],
        "namespaces": [{"name": name, "profile": profile} for name, profile in sorted(data.summary.namespaces.items())],
        "apps": [*(_app(app, costs.get(app.name), done) for app in data.apps), *_gone_apps(data, done)],
        "routes": [_route(each, done) for each in routes(data.recording)],
    }


def _one(recording: Recording, token: str, done: Operations) -> dict[str, Any] | None:
    for resource in recording.of_type(token):
        name = text(resource.inputs, "name") or text(resource.inputs, "tags", "Name") or resource.name
        return {"name": name, "facts": list(facts(resource)), "op": done.of([resource.urn])}
    return None


def _zones(recording: Recording, done: Operations) -> Iterator[dict[str, Any]]:
    by_zone: dict[str, list[Resource]] = {}
    for subnet in recording.of_type(SUBNET):
        by_zone.setdefault(text(subnet.inputs, "availabilityZone") or "?", []).append(subnet)
    exits = {
        zone
        for gateway in recording.of_type("aws:ec2/natGateway:NatGateway")
        for zone in by_zone
        if gateway.name.endswith(zone)
    }
    for zone, subnets in sorted(by_zone.items()):
        yield {
            "name": zone,
            "nat": zone in exits,
            "subnets": [
                {
                    "name": each.name.removesuffix(f"-{zone}"),
                    "cidr": text(each.inputs, "cidrBlock") or "",
                    "op": done.of([each.urn]),
                }
                for each in sorted(subnets, key=lambda each: natural(each.name))
            ],
        }


def _pools(data: PageData, done: Operations) -> Iterator[dict[str, Any]]:
    uses = {use.name: use for use in data.summary.uses}
    groups: dict[str, list[Resource]] = {}
    for group in data.recording.of_type(NODE_GROUP):
        groups.setdefault(text(group.inputs, "labels", POOL_LABEL) or group.name, []).append(group)
    for pool in data.summary.pools:
        own = groups.get(pool.name, [])
        zones: dict[str, dict[str, int]] = {}
        for group in own:
            there = zones.setdefault(_zone(group, data.recording), {"desired": 0, "min": 0, "max": 0})
            size = mapping(group.inputs, "scalingConfig")
            for key in there:
                there[key] += int(number(size, f"{key}Size") or 0)
        yield {
            "name": pool.name,
            "types": list(pool.types),
            "spot": pool.spot,
            "taints": [taint.key for taint in pool.taints],
            "nodes": pool.nodes,
            "least": pool.least,
            "most": pool.most,
            "zones": zones,
            "use": _use(uses.get(pool.name)),
            "op": done.of_whole(group.urn for group in own),
        }


def _zone(group: Resource, recording: Recording) -> str:
    """Return the zone of a group's subnets, by the resource that the input comes from: its id is not known yet."""
    zones = {
        text(recording.by_urn[urn].inputs, "availabilityZone")
        for urn in group.property_dependencies.get("subnetIds", ())
        if urn in recording.by_urn
    }
    return next(iter(zones)) or "" if len(zones) == 1 else ""


def _use(use: PoolUse | None) -> dict[str, float] | None:
    """Return what apps request of a pool, as shares of what its nodes have for pods."""
    if use is None or use.pool is None or not use.pool.cpu or not use.pool.memory:
        return None
    return {
        "cpu": round(float(use.cpu / use.pool.cpu), 3),
        "memory": round(float(use.memory / use.pool.memory), 3),
        "pods": use.pods,
    }


def _app(app: AppView, cost: str | None, done: Operations) -> dict[str, Any]:
    key = (app.namespace, app.name)
    return {
        "id": f"{app.namespace}/{app.name}",
        "name": app.name,
        "namespace": app.namespace,
        "kind": app.kind,
        "tier": app.tier,
        "meaning": app.meaning,
        "qos": app.qos,
        "workloads": [{"kind": each.kind, "name": each.name, "pods": pods_of(each)} for each in app.workloads],
        "pools": sorted({pool for each in app.workloads for pool in each.pools}),
        "deviations": [each.text for each in app.deviations],
        "cost": cost,
        "op": done.of_app(key),
        "counts": done.counts(key),
    }


def _gone_apps(data: PageData, done: Operations) -> Iterator[dict[str, Any]]:
    """Yield the apps of which everything is deleted: they are in the plan alone."""
    present = {(app.namespace, app.name) for app in data.apps}
    for namespace, name in sorted(key for key in done.by_app if key not in present):
        if done.of_app((namespace, name)) == "delete":
            yield {
                "id": f"{namespace}/{name}",
                "name": name,
                "namespace": namespace,
                "kind": "",
                "tier": 0,
                "meaning": "",
                "qos": None,
                "workloads": [],
                "pools": [],
                "deviations": [],
                "cost": None,
                "op": "delete",
                "counts": done.counts((namespace, name)),
            }


def _gone_pools(data: PageData) -> Iterator[dict[str, Any]]:
    present = {pool.name for pool in data.summary.pools}
    gone = {
        text(step.resource.inputs, "labels", POOL_LABEL) or step.resource.name
        for step in (data.plan.changed if data.plan else ())
        if step.operation == "delete" and step.resource.type == NODE_GROUP
    }
    for name in sorted(gone - present):
        yield {
            "name": name,
            "types": [],
            "spot": False,
            "taints": [],
            "nodes": 0,
            "least": 0,
            "most": 0,
            "zones": {},
            "use": None,
            "op": "delete",
        }


def _route(route: Route, done: Operations) -> dict[str, Any]:
    return {
        "app": f"{route.namespace}/{route.app}" if route.app else None,
        "host": route.host,
        "paths": list(route.paths),
        "tls": route.tls,
        "kind": route.kind,
        "name": f"{route.namespace}/{route.name}",
        "op": done.of([route.urn]),
    }
