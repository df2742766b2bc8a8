"""What an app file says of its Services: the one for clients, and aliases of hosts outside."""

from typing import Any

from slipway.importing.clients import aliases, for_clients, further, opened, own_alias
from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group
from slipway.importing.ports import helper_ports, reference, target_number

NAMED = "app.kubernetes.io/name"
"""The label that all pods of an app have, whatever its strategy."""

SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
NOT_ITS_OWN = ("tolerate-unready-endpoints", "pulumi.com/")
"""What annotations of a Service are known by that are no setting of the app's."""


def services(group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    """Return the settings `service`, `externalServices`, and of `objects` the Services beside the app's own."""
    own = for_clients(group)[:1]
    found = _service(own[0], group, ports) if own else {}
    outside: dict[str, Any] = {}
    for part in group.of("Service"):
        spec = part.manifest.get("spec") or {}
        if aliases(part) and own_alias(part, group):
            told = [{"containerPort": each.get("port"), **each} for each in spec.get("ports") or []]
            settings = {"externalName": spec.get("externalName"), "ports": helper_ports({"ports": told})}
            outside[part.name.removeprefix(f"{group.name}-")] = {key: each for key, each in settings.items() if each}
    kept = {each.name: beside(each, group) for each in further(group) if not opened(each)}
    return {"service": found, "externalServices": outside, "objects": kept}


def beside(part: Source, group: Group) -> dict[str, Any]:
    """Return a further Service as it is, leading to the app's pods, by the numbers of their ports."""
    spec = part.manifest["spec"]
    known = [each for each in group.containers[0].get("ports") or [] if each.get("name")]
    numbers = {each["name"]: each.get("containerPort") for each in known}
    ports = [
        {**each, **({"targetPort": numbers[each["targetPort"]]} if each.get("targetPort") in numbers else {})}
        for each in spec.get("ports") or []
    ]
    selector = {} if aliases(part) else {"selector": {NAMED: group.name}}
    metadata = {key: value for key, value in part.manifest["metadata"].items() if key in {"name", "annotations"}}
    listed = {"ports": ports} if ports else {}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {**spec, **selector, **listed}}


def _service(part: Source, group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    annotations = at(part.manifest, ("metadata", "annotations")) or {}
    kept = {key: value for key, value in annotations.items() if not any(each in key for each in NOT_ITS_OWN)}
    outer = _outer(spec, annotations) if opened(part) else {}
    near = str(spec.get("trafficDistribution", ""))
    headless = spec.get("clusterIP") == "None"
    found = {
        "name": part.name if part.name != f"{group.name}-service" else None,
        **outer,
        "headless": headless,
        "publishNotReadyAddresses": headless and spec.get("publishNotReadyAddresses", False),
        "sessionAffinity": spec.get("sessionAffinity") == "ClientIP",
        "trafficDistribution": {"PreferClose": "PreferSameZone"}.get(near, near),
        "nodePorts": _node_ports(spec, group, ports) if outer else {},
        "annotations": kept,
    }
    return {key: value for key, value in found.items() if value or key == "internal"}


def _outer(spec: dict[str, Any], annotations: dict[str, Any]) -> dict[str, Any]:
    balanced = {"internal": annotations.get(SCHEME) == "internal"} if spec["type"] == "LoadBalancer" else {}
    plain = {
        "externalTrafficPolicy": spec.get("externalTrafficPolicy"),
        "allowedCidrs": spec.get("loadBalancerSourceRanges"),
    }
    return {"type": spec["type"], **balanced, **plain}


def _node_ports(spec: dict[str, Any], group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    named = [
        (reference(target_number(each, group), group.containers[0], ports), each.get("nodePort"))
        for each in spec.get("ports") or []
    ]
    return {name: number for name, number in named if number and name in ports}
