"""Why a value of a document is another one in the rendered app, or none."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from slipway.importing.containers import PLACEHOLDER
from slipway.importing.documents import LeafPath, Source, at


class Change(NamedTuple):
    """What a value is now (None: nothing stands for it), and why."""

    now: Any
    why: str


CURRENT = "the API version of today; clusters of the supported versions no longer serve, or soon drop, the old one"
NAMED = "objects, selectors and labels are named after the app, the same everywhere"

RULES: tuple[tuple[str, str, str], ...] = (
    (r".*", r"apiVersion", CURRENT),
    (r".*", r"metadata\.name", NAMED),
    (r".*", r"metadata\.namespace", "the app's namespace: all its objects are there"),
    (r".*", r"(spec\.template\.)?metadata\.labels\..*", NAMED),
    (r"Deployment|StatefulSet", r"spec\.selector\..*|spec\.serviceName", NAMED),
    (r"Service|PodDisruptionBudget", r"spec\.selector\..*", NAMED),
    (r"Deployment|StatefulSet", r".*containers\.0\.name", "the container is named after the app"),
    (r"Deployment|StatefulSet", r".*containers\.0\.ports\.\d+\.name", "a port has one name, the Service's"),
    (r"Deployment|StatefulSet", r".*Probe\.(httpGet|tcpSocket)\.port", "a probe names its port"),
    (r"Deployment|StatefulSet", r".*containers\.0\.envFrom\.\d+\.configMapRef\.name", NAMED),
    (r"Deployment|StatefulSet", r"spec\.template\.spec\.serviceAccount(Name)?", NAMED),
    (r"Service", r"spec\.ports\.\d+\.(name|targetPort)", "a Service leads to a port by its name, which is the app's"),
    (r"Ingress", r"spec\.rules\.\d+\.http\.paths\.\d+\.backend\..*", "the app's own Service and port"),
    (r"Ingress", r".*pathType", "a path of an app is a prefix: it leads with everything below it"),
    (r"Ingress", r"spec\.tls\.\d+\.secretName", NAMED),
    (r"HorizontalPodAutoscaler", r"spec\.scaleTargetRef\..*", NAMED),
)
"""Kind, path with dots, why: for what the rendered app has another value of in the same place."""

GONE: tuple[tuple[str, str, str], ...] = (
    (r"Deployment|StatefulSet", r".*annotations\.(sidecar\.istio\.io/|linkerd\.io/).*", "the namespace's mesh decides"),
    (
        r"Deployment|StatefulSet|Service",
        r".*labels\.(track|version|helm\.sh/chart|app\.kubernetes\.io/instance)",
        NAMED,
    ),
    (r"Service|PodDisruptionBudget", r"spec\.selector\..*", NAMED),
    (r"Deployment|StatefulSet", r"spec\.selector\..*", NAMED),
    (r"Ingress", r"spec\.ingressClassName|.*ingress\.class", "the stack's controller brings the app in"),
    (r"Ingress", r".*annotations\.cert-manager\.io/.*", "the stack's issuer makes the certificate"),
    (r"Service", r".*tolerate-unready-endpoints", "never for clients: the metrics and headless Services have it"),
    (
        r"PodSecurityPolicy",
        r".*",
        "gone since Kubernetes 1.25: namespaces have podSecurity, and every app is restricted",
    ),
)
"""The same for what nothing stands for any more."""


def _dotted(path: LeafPath) -> str:
    return ".".join(map(str, path))


def change(source: Source, path: LeafPath, value: Any, now: Any, objects: Mapping[str, Any]) -> Change | None:
    """Return how and why a value is changed on purpose; None where it is simply not there."""
    text = _dotted(path)
    if text.endswith(".image") and isinstance(now, str) and now.endswith(f":{PLACEHOLDER}"):
        return Change(now, "a tag that moves: write the version that runs")
    if now is not None:
        for kind, pattern, why in RULES:
            if re.fullmatch(kind, source.kind) and re.fullmatch(pattern, text):
                return Change(now, why)
    for kind, pattern, why in GONE:
        if re.fullmatch(kind, source.kind) and re.fullmatch(pattern, text):
            return Change(None, why)
    return _moved(source, path, value, objects)


def _moved(source: Source, path: LeafPath, value: Any, objects: Mapping[str, Any]) -> Change | None:
    """Return where a value went that stands elsewhere in the app."""
    data = at(objects, ("config", "data")) or {}
    match path:
        case ("spec", "template", "spec", "containers", 0, "env", int(index), ("name" | "value") as leaf):
            variable = at(source.manifest, path[:-2])[index]
            name = str(variable.get("name"))
            if "value" in variable and data.get(name) == variable["value"]:
                return Change(name if leaf == "name" else data[name], f"a plain variable is under config: {name}")
        case ("spec", "ports", int(index), str(leaf)) if source.kind == "Service":
            port = source.manifest["spec"]["ports"][index]
            for each in at(objects, ("metrics", "spec", "ports")) or []:
                if each["port"] == port.get("port") and leaf in each:
                    return Change(each[leaf], "the metrics port has a Service of its own, NAME-metrics")
        case ("spec", "policyTypes", _) | ("spec", "podSelector", *_) if source.kind == "NetworkPolicy":
            return Change(None, "every allowance is a policy of its own, on the namespace's default-deny")
        case ("spec", ("ingress" | "egress") as way, int(rule), *_) if source.kind == "NetworkPolicy":
            return _admitted(source, path, value, objects, (way, rule))
    return None


def _admitted(
    source: Source, path: LeafPath, value: Any, objects: Mapping[str, Any], place: tuple[str, int]
) -> Change | None:
    """Return which policy of the app's allows what a rule of a document does."""
    way, index = place
    spec = source.manifest["spec"]
    side = "from" if way == "ingress" else "to"
    for policy in objects.values():
        for rule in at(policy, ("spec", way)) or [] if policy["kind"] == "NetworkPolicy" else []:
            match path[3:]:
                case (str(key), int(peer), *_) if key == side:
                    selected = at(spec[way][index], (side, peer, "podSelector", "matchLabels"))
                    block = at(spec[way][index], (side, peer, "ipBlock", "cidr"))
                    if any(block is not None and at(each, ("ipBlock", "cidr")) == block for each in rule.get(side, [])):
                        return Change(value, "under egress")
                    names = [at(each, ("podSelector", "matchLabels", "app")) for each in rule.get(side, [])]
                    if selected and path[5:7] == ("podSelector", "matchLabels") and value in names:
                        return Change(value, f"under allow{side.capitalize()}: the app of that name")
                case ("ports", int(port), _):
                    wanted = spec[way][index]["ports"][port]
                    number = (wanted.get("port"), wanted.get("protocol", "TCP"))
                    if number in [(each["port"], each["protocol"]) for each in rule.get("ports", [])]:
                        return Change(value, f"a policy {side} another app or network opens the port")
    return None


KINDS = {
    "ConfigMap": "no workload among the documents takes its variables from it",
    "ServiceMonitor": "the port called metrics is scraped; monitoring in the app file says more",
    "Secret": "no app file holds a secret: pulumi config set --secret, and secrets.values",
    "Pod": "a Pod of its own is run by nobody: make it a Deployment",
    "Gateway": "route in the app file makes one",
    "VirtualService": "route and canary in the app file make one",
    "DestinationRule": "canary and circuitBreaker in the app file make one",
    "VerticalPodAutoscaler": "verticalScaling in the app file makes one",
    "Role": "serviceAccount.permissions in the app file makes one",
    "RoleBinding": "serviceAccount.permissions in the app file makes one",
    "ResourceQuota": "a namespace's: namespaces in the stack file",
    "StorageClass": "the stack's: storage in the stack file",
    "PersistentVolume": "a volume is made for the claim: volumes in the app file",
    "PersistentVolumeClaim": "volumes in the app file makes one for each pod",
}


def loss(source: Source, path: LeafPath, rendered: Mapping[str, Any]) -> str:
    """Return why a value is not carried, and where it could go by hand."""
    if not rendered:
        return KINDS.get(
            source.kind, f"a {source.kind} that no imported workload owns; objects in the app file takes it"
        )
    text = _dotted(path)
    if re.search(r"(init)?[cC]ontainers\.[1-9]|initContainers", text):
        return "only the first container is imported: containers in the app file, or a patch"
    if text.startswith("status"):
        return "written by the cluster, not by an author"
    return "no setting of the app file says it; a patch does, if it is needed"
