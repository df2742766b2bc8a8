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
    spec, found = part.manifest.get("spec") or {}, dict[str, Any]()
    annotations = at(part.manifest, ("metadata", "annotations")) or {}
    if spec.get("type") in {"NodePort", "LoadBalancer"}:
        found["type"] = spec["type"]
        if spec["type"] == "LoadBalancer":
            found["internal"] = annotations.get(SCHEME) == "internal"
    if spec.get("clusterIP") == "None":
        found["headless"] = True
        if spec.get("publishNotReadyAddresses"):
            found["publishNotReadyAddresses"] = True
    if spec.get("sessionAffinity") == "ClientIP":
        found["sessionAffinity"] = True
    plain = (("externalTrafficPolicy",) * 2, ("loadBalancerSourceRanges", "allowedCidrs"))
    for key, name in plain if "type" in found else ():
        if spec.get(key):
            found[name] = spec[key]
    if spec.get("trafficDistribution"):
        same = {"PreferClose": "PreferSameZone"}
        found["trafficDistribution"] = same.get(spec["trafficDistribution"], spec["trafficDistribution"])
    nodes = {}
    for each in spec.get("ports") or []:
        name = reference(each.get("targetPort", each.get("port")), group.containers[0], ports)
        if each.get("nodePort") and name in ports:
            nodes[name] = each["nodePort"]
    if nodes and "type" in found:
        found["nodePorts"] = {**before.get("nodePorts", {}), **nodes}
    kept = {key: value for key, value in annotations.items() if not any(each in key for each in NOT_ITS_OWN)}
    if kept:
        found["annotations"] = {**before.get("annotations", {}), **kept}
    return found
