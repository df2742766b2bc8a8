"""What an app file says of its Services: the one for clients, and aliases of hosts outside."""

from typing import Any

from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group
from slipway.importing.ports import helper_ports, reference

SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
NOT_ITS_OWN = ("tolerate-unready-endpoints", "pulumi.com/")
"""What annotations of a Service are known by that are no setting of the app's."""


def services(group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    """Return the settings `service` and `externalServices`."""
    found: dict[str, Any] = {}
    outside: dict[str, Any] = {}
    for part in group.of("Service"):
        spec = part.manifest.get("spec") or {}
        if spec.get("type") == "ExternalName":
            told = [{"containerPort": each.get("port"), **each} for each in spec.get("ports") or []]
            settings = {"externalName": spec.get("externalName"), "ports": helper_ports({"ports": told})}
            outside[part.name.removeprefix(f"{group.name}-")] = {key: each for key, each in settings.items() if each}
        elif not (spec.get("clusterIP") == "None" and group.workload.kind == "StatefulSet") and _for_clients(part):
            found |= _service(part, found, group, ports)
    return {"service": found, "externalServices": outside}


def _for_clients(part: Source) -> bool:
    """Tell whether a Service is neither the scraped one nor one of a single version."""
    names = {each.get("name") for each in at(part.manifest, ("spec", "ports")) or []}
    selector = at(part.manifest, ("spec", "selector")) or {}
    second = part.name.endswith(("-preview", "-canary", "-stable")) or selector.get("track") == "canary"
    return names != {"metrics"} and not second


def _service(part: Source, before: dict[str, Any], group: Group, ports: dict[str, Any]) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    annotations = at(part.manifest, ("metadata", "annotations")) or {}
    kept = {key: value for key, value in annotations.items() if not any(each in key for each in NOT_ITS_OWN)}
    outer = _outer(spec, annotations) if spec.get("type") in {"NodePort", "LoadBalancer"} else {}
    nodes = {**before.get("nodePorts", {}), **_node_ports(spec, group, ports)} if outer else {}
    near = str(spec.get("trafficDistribution", ""))
    headless = spec.get("clusterIP") == "None"
    found = {
        **outer,
        "headless": headless,
        "publishNotReadyAddresses": headless and spec.get("publishNotReadyAddresses", False),
        "sessionAffinity": spec.get("sessionAffinity") == "ClientIP",
        "trafficDistribution": {"PreferClose": "PreferSameZone"}.get(near, near),
        "nodePorts": nodes,
        "annotations": {**before.get("annotations", {}), **kept} if kept else {},
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
        (reference(each.get("targetPort", each.get("port")), group.containers[0], ports), each.get("nodePort"))
        for each in spec.get("ports") or []
    ]
    return {name: number for name, number in named if number and name in ports}
