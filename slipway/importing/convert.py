"""What an app file says of a workload and its parts. Whether it says all of it is `account`'s to find out."""

from collections.abc import Mapping
from typing import Any

from slipway.importing.containers import container
from slipway.importing.documents import at
from slipway.importing.grouping import Group

NOT_THE_INGRESS = ("kubernetes.io/ingress.class", "cert-manager.io/")
"""Annotations that the stack decides: who brings the Ingress in, and who makes its certificate."""

MESH_ANNOTATIONS = ("sidecar.istio.io/", "linkerd.io/inject")
"""Pod annotations that the namespace's mesh decides."""

RESERVED = ("app", "track", "version", "app.kubernetes.io/name", "app.kubernetes.io/version")
MANAGED = (
    "app.kubernetes.io/managed-by",
    "pod-template-hash",
    "slipway.dev/",
    "app.kubernetes.io/instance",
    "helm.sh/",
)


def converted(group: Group, groups: list[Group], namespace: str) -> dict[str, Any]:
    """Return an app document with the keys of an app file, in the order that one is written in."""
    workload = group.workload.manifest
    spec: Mapping[str, Any] = workload.get("spec") or {}
    found: dict[str, Any] = {
        "name": group.workload.name,
        "namespace": at(workload, ("metadata", "namespace")) or namespace,
    }
    if group.workload.kind != "Deployment":
        found["kind"] = group.workload.kind
    found |= container(group)
    found["replicas"] = spec.get("replicas", 1)  # what Kubernetes takes where nothing is said
    found |= _pod(group)
    found["strategy"] = _strategy(spec)
    found["volumes"] = _claims(group)
    found |= _scaling(group) | _disruption(group) | _service(group) | _ingress(group) | _policies(group, groups)
    found["labels"] = {
        key: value for key, value in group.labels.items() if key not in RESERVED and not key.startswith(MANAGED)
    }
    return {key: value for key, value in found.items() if value not in (None, {}, [], ())}


def _strategy(spec: Mapping[str, Any]) -> dict[str, Any]:
    strategy = spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return {"type": "Recreate"}
    rolling = strategy.get("rollingUpdate") or {}
    return {key: rolling[key] for key in ("maxSurge", "maxUnavailable") if key in rolling}


def _pod(group: Group) -> dict[str, Any]:
    pod, security = group.pod, {**(group.pod.get("securityContext") or {})}
    security |= at(pod, ("containers", 0, "securityContext")) or {}
    annotations = at(group.workload.manifest, ("spec", "template", "metadata", "annotations")) or {}
    accounts = group.of("ServiceAccount")
    account: dict[str, Any] = {}
    if accounts:
        account["annotations"] = at(accounts[0].manifest, ("metadata", "annotations"))
    elif pod.get("serviceAccountName"):
        account["name"] = pod["serviceAccountName"]
    if pod.get("automountServiceAccountToken"):
        account["automountServiceAccountToken"] = True
    run_as = {"user": security.get("runAsUser"), "group": security.get("runAsGroup")}
    return {
        "runAs": {key: value for key, value in run_as.items() if value},
        "podAnnotations": {
            key: value for key, value in annotations.items() if not key.startswith((*MESH_ANNOTATIONS, "slipway.dev/"))
        },
        "serviceAccount": {key: value for key, value in account.items() if value},
        "imagePullSecrets": [each.get("name") for each in pod.get("imagePullSecrets") or []],
        "priorityClass": pod.get("priorityClassName"),
        "terminationGracePeriodSeconds": pod.get("terminationGracePeriodSeconds"),
    }


def _claims(group: Group) -> dict[str, Any]:
    mounts = {each.get("name"): each for each in at(group.pod, ("containers", 0, "volumeMounts")) or []}
    claims = {}
    for claim in at(group.workload.manifest, ("spec", "volumeClaimTemplates")) or []:
        name = at(claim, ("metadata", "name"))
        size = at(claim, ("spec", "resources", "requests", "storage"))
        if name in mounts and size:
            volume = {"size": size, "mountPath": mounts[name].get("mountPath")}
            chosen = at(claim, ("spec", "storageClassName"))
            claims[name] = {**volume, **({"storageClass": chosen} if chosen else {})}
    return claims


def _scaling(group: Group) -> dict[str, Any]:
    for part in group.of("HorizontalPodAutoscaler"):
        spec = part.manifest.get("spec") or {}
        scaling: dict[str, Any] = {"minReplicas": spec.get("minReplicas", 1), "maxReplicas": spec.get("maxReplicas")}
        scaling["cpu"] = spec.get("targetCPUUtilizationPercentage")  # null, not unset, where it scales on others only
        for metric in spec.get("metrics") or []:
            resource = at(metric, ("resource", "name"))
            target = at(metric, ("resource", "target", "averageUtilization"))
            if resource in {"cpu", "memory"} and target is not None:
                scaling[resource] = target
        if spec.get("behavior"):
            scaling["behavior"] = spec["behavior"]
        return {"scaling": scaling}
    return {}


def _disruption(group: Group) -> dict[str, Any]:
    for part in group.of("PodDisruptionBudget"):
        spec = part.manifest.get("spec") or {}
        return {"disruption": {key: spec[key] for key in ("maxUnavailable", "minAvailable") if key in spec}}
    return {}


def _service(group: Group) -> dict[str, Any]:  # noqa: C901 (a flat list of fields)
    found: dict[str, Any] = {}
    for part in group.of("Service"):
        spec = part.manifest.get("spec") or {}
        headless = spec.get("clusterIP") == "None"
        if headless and group.workload.kind == "StatefulSet":
            continue
        if spec.get("type") in {"NodePort", "LoadBalancer"}:
            found["type"] = spec["type"]
            if spec["type"] == "LoadBalancer":
                found["internal"] = False
        if headless:
            found["headless"] = True
            if spec.get("publishNotReadyAddresses"):
                found["publishNotReadyAddresses"] = True
        if spec.get("sessionAffinity") == "ClientIP":
            found["sessionAffinity"] = True
        for key, name in (("externalTrafficPolicy",) * 2, ("loadBalancerSourceRanges", "allowedCidrs")):
            if spec.get(key):
                found[name] = spec[key]
        annotations = at(part.manifest, ("metadata", "annotations")) or {}
        kept = {key: value for key, value in annotations.items() if "tolerate-unready-endpoints" not in key}
        if kept:
            found["annotations"] = {**found.get("annotations", {}), **kept}
    return {"service": found}


def _ingress(group: Group) -> dict[str, Any]:
    for part in group.of("Ingress"):
        spec, rule = part.manifest.get("spec") or {}, at(part.manifest, ("spec", "rules", 0)) or {}
        paths = [each.get("path", "/") for each in at(rule, ("http", "paths")) or []]
        annotations = at(part.manifest, ("metadata", "annotations")) or {}
        kept = {key: value for key, value in annotations.items() if not key.startswith(NOT_THE_INGRESS)}
        found = {"host": rule.get("host"), "paths": paths, "tls": bool(spec.get("tls")), "annotations": kept}
        return {"ingress": {key: value for key, value in found.items() if value not in (None, [], {})}}
    return {}


def peers(rules: Any, side: str, groups: list[Group]) -> list[str]:
    """Return the names of the workloads that the rules of a NetworkPolicy select (`side` is from or to)."""
    found = []
    for rule in rules or []:
        for peer in rule.get(side) or []:
            labels = at(peer, ("podSelector", "matchLabels"))
            if labels and set(peer) == {"podSelector"}:
                found += [each.workload.name for each in groups if labels.items() <= each.labels.items()]
    return list(dict.fromkeys(found))


def _policies(group: Group, groups: list[Group]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {"allowFrom": [], "allowTo": [], "egress": []}
    for part in group.of("NetworkPolicy"):
        spec = part.manifest.get("spec") or {}
        found["allowFrom"] += peers(spec.get("ingress"), "from", groups)
        found["allowTo"] += peers(spec.get("egress"), "to", groups)
        for rule in spec.get("egress") or []:
            cidrs = [at(peer, ("ipBlock", "cidr")) for peer in rule.get("to") or [] if set(peer) == {"ipBlock"}]
            ports = [each.get("port") for each in rule.get("ports") or []]
            plain = all("except" not in (peer.get("ipBlock") or {}) for peer in rule.get("to") or [])
            if cidrs and ports and plain and all(isinstance(port, int) for port in ports):
                protocols = {each.get("protocol", "TCP") for each in rule["ports"]}
                if len(protocols) == 1:
                    found["egress"].append({"cidrs": cidrs, "ports": ports, "protocol": protocols.pop()})
    return dict(found)
