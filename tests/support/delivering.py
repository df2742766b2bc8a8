"""The objects of apps while a new version of each is on its way, as the delivery controllers make and change them.

Each follows its source: Flagger's pkg/router/istio.go, Argo Rollouts' rollout/trafficrouting/istio/istio.go.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from components.apps.words import Manifest


def under_way(objects: Sequence[Manifest]) -> list[Manifest]:
    """Return the objects with the VirtualServices of Flagger, and with the header's routes of Argo Rollouts."""
    changed = {id(each): each for each in objects}
    for rollout in (each for each in objects if each["kind"] == "Rollout"):
        for service in _told(rollout, objects):
            changed[id(service)] = _with_header(service, rollout)
    return [*changed.values(), *(_of_flagger(each) for each in objects if each["kind"] == "Canary")]


def _told(rollout: Manifest, objects: Sequence[Manifest]) -> Iterator[Manifest]:
    """Yield the VirtualServices that the Rollout names; each has the routes that it names, else the Rollout fails."""
    routing = rollout["spec"]["strategy"].get("canary", {}).get("trafficRouting", {})
    for named in routing.get("istio", {}).get("virtualServices", ()):
        (service,) = (
            each for each in objects if each["kind"] == "VirtualService" and each["metadata"]["name"] == named["name"]
        )
        assert {*named["routes"]} <= {route.get("name") for route in service["spec"]["http"]}
        yield service


def _with_header(service: Manifest, rollout: Manifest) -> Manifest:
    """The header's route comes first and matches the header alone: no path, no port, no Gateway."""
    canary = rollout["spec"]["strategy"]["canary"]
    destination = [{"destination": {"host": canary["canaryService"]}, "weight": 100}]
    first = [
        {
            "name": step["setHeaderRoute"]["name"],
            "match": [{"headers": {m["headerName"]: m["headerValue"]}} for m in step["setHeaderRoute"]["match"]],
            "route": destination,
        }
        for step in canary["steps"]
        if "setHeaderRoute" in step
    ]
    return {**service, "spec": {**service["spec"], "http": [*first, *service["spec"]["http"]]}}


def _of_flagger(canary: Manifest) -> Manifest:
    told = canary["spec"]["service"]
    matches: list[Manifest] = told.get("match", [])

    def route(share: int, matching: list[Manifest]) -> dict[str, Any]:
        shares = (("primary", 100 - share), ("canary", share))
        versions = [{"destination": {"host": f"{told['name']}-{each}"}, "weight": weight} for each, weight in shares]
        return {**({"match": matching} if matching else {}), "route": versions}

    asked: list[Manifest] = canary["spec"]["analysis"].get("match", [])
    by_header = [{**match, "headers": each["headers"]} for each in asked for match in matches or [{}]]
    http = [route(100, by_header), route(0, matches)] if asked else [route(25, matches)]
    metadata = {"name": told["name"], "namespace": canary["metadata"]["namespace"]}
    spec = {"hosts": [*told.get("hosts", ()), told["name"]], "gateways": told["gateways"], "http": http}
    return {"kind": "VirtualService", "metadata": metadata, "spec": spec}
