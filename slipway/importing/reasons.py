"""Why a value of a document is another one in the rendered app, or none."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from slipway.importing.became import Became
from slipway.importing.containers import PLACEHOLDER
from slipway.importing.defaults import is_default
from slipway.importing.documents import LeafPath, Source, at
from slipway.importing.moved import moved


class Change(NamedTuple):
    """What a value is now (None: nothing stands for it), and why."""

    now: Any
    why: str


W = r"Deployment|StatefulSet|DaemonSet|Job|CronJob|Rollout"
CURRENT = "the API version of today; clusters of the supported versions no longer serve, or soon drop, the old one"
ISSUED = "the stack's issuer makes the certificate: a Secret of one's own is used no more"
NAMED = "objects, selectors and labels are named after the app, the same everywhere"

RULES: tuple[tuple[str, str, str], ...] = (
    (r".*", r"apiVersion", CURRENT),
    (r".*", r"metadata\.name", NAMED),
    (r".*", r"metadata\.namespace", "the app's namespace: all its objects are there"),
    (r".*", r"(spec\.template\.|spec\.jobTemplate\.(spec\.template\.)?)?metadata\.labels\..*", NAMED),
    (W, r"kind", "the strategy's controller runs the pods"),
    (W, r"spec\.replicas", "the number is its autoscaler's, which would change this one at once"),
    (W, r"spec\.selector\..*|spec\.serviceName|.*[cC]laimTemplates?.*\.labels\..*", NAMED),
    (r"Service|PodDisruptionBudget|ServiceMonitor|PodMonitor", r"spec\.selector\..*", NAMED),
    (r"NetworkPolicy", r".*[sS]elector\..*", NAMED),
    (W, r".*containers\.0\.name", "the container is named after the app"),
    (W, r".*ontainers\.\d+\.ports\.\d+\.name", "a port has one name, the Service's"),
    (W, r".*(Probe|postStart|preStop)\.(httpGet|tcpSocket|grpc)\.port", "a probe or hook names its port"),
    (W, r".*secret(KeyRef|Ref)\.name|.*volumes\.\d+\.secret\.secretName", NAMED),
    (W, r".*volumeMounts\.\d+\.name", "a scratch directory's volume is named after its path, that of files, too"),
    (W, r".*spec\.serviceAccount(Name)?", NAMED),
    (W, r".*topologySpreadConstraints\..*abelSelector\..*|.*affinity\..*abelSelector\..*", NAMED),
    (W, r"spec\.strategy\..*([sS]ervice|name|templateName|routes\.\d+)", NAMED),
    (r"Service", r"spec\.ports\.\d+\.(name|targetPort)", "a Service leads to a port by its name, which is the app's"),
    (r"Ingress", r"spec\.rules\.\d+\.http\.paths\.\d+\.backend\..*", "the app's own Service and port"),
    (r"Ingress", r".*pathType", "a path of an app is a prefix: it leads with everything below it"),
    (r"Gateway", r"spec\.selector\..*", "the stack's gateway"),
    (r"VirtualService|DestinationRule", r".*(host|gateways\.\d+|\.name|hosts\.\d+)", NAMED),
    (r"HTTPRoute", r".*backendRefs\.\d+\.name|.*parentRefs\..*", "the app's own Service, the stack's own Gateway"),
    (r"ServiceMonitor|PodMonitor", r".*ndpoints\.\d+\.port", "the scraped port is called metrics"),
    (r"RoleBinding", r"(roleRef|subjects\.\d+)\.(name|namespace)", NAMED),
    (r"ExternalSecret|SealedSecret", r"spec\.target\.name|.*metadata\.name", NAMED),
    (r"Canary", r"spec\.(targetRef|autoscalerRef|service)\..*", NAMED),
    (r"Canary|ScaledObject", r".*(templateRef|authenticationRef)\..*", NAMED),
    (r"HorizontalPodAutoscaler|ScaledObject|VerticalPodAutoscaler", r"spec\.(scaleT|t)argetRef\..*", NAMED),
    (r"VerticalPodAutoscaler", r".*containerName", "the container is named after the app"),
    (r"HorizontalPodAutoscaler", r".*containerResource\.container", "the container is named after the app"),
)
"""Kind, path with dots, why: for what the rendered app has another value of in the same place."""

GONE: tuple[tuple[str, str, str], ...] = (
    (W, r".*annotations\.(sidecar\.istio\.io/|linkerd\.io/).*", "the namespace's mesh decides"),
    (rf"{W}|Service", r".*labels\.(track|version|helm\.sh/chart|app\.kubernetes\.io/instance)", NAMED),
    (r"Service|PodDisruptionBudget", r"spec\.selector\..*", NAMED),
    (W, r"spec\.selector\..*", NAMED),
    (r"Ingress", r"spec\.ingressClassName|.*ingress\.class", "the stack's controller brings the app in"),
    (r"Ingress", r".*annotations\.cert-manager\.io/.*", "the stack's issuer makes the certificate"),
    (r"Service", r".*tolerate-unready-endpoints", "never for clients: the metrics and headless Services have it"),
    (r"Gateway|VirtualService", r".*metadata\.annotations\.pulumi\.com/.*", "the stack decides it"),
    (
        r"PodSecurityPolicy",
        r".*",
        "gone since Kubernetes 1.25: namespaces have podSecurity, and every app is restricted",
    ),
)
"""The same for what nothing stands for any more."""

ROLE_ARN = "eks.amazonaws.com/role-arn"


def dotted(path: LeafPath) -> str:
    """Return a path with dots, for patterns."""
    return ".".join(map(str, path))


def change(source: Source, path: LeafPath, value: Any, now: Any, became: Became) -> Change | None:
    """Return how and why a value is changed on purpose; None where it is simply not there."""
    text = dotted(path)
    if text.endswith(".image") and isinstance(now, str) and now.endswith(f":{PLACEHOLDER}"):
        return Change(now, "a tag that moves: write the version that runs")
    if _CERTIFICATE.fullmatch(text) and now is not None and _is_issued(source, value, became):
        return Change(now, NAMED)
    if now is not None:
        for kind, pattern, why in RULES:
            if re.fullmatch(kind, source.kind) and re.fullmatch(pattern, text):
                return Change(now, why)
    if became.rendered or source.kind == "PodSecurityPolicy":
        for kind, pattern, why in GONE:
            if re.fullmatch(kind, source.kind) and re.fullmatch(pattern, text):
                return Change(None, why)
    if now is not None and is_default(source, path, value):
        return Change(now, "Kubernetes' default, which an app has otherwise")
    found = moved(source, path, value, became)
    return Change(*found) if found is not None else None


_CERTIFICATE = re.compile(r"spec\.tls\.\d+\.secretName|.*credentialName")


def _is_issued(source: Source, secret: Any, became: Became) -> bool:
    """Tell whether cert-manager makes a certificate's Secret, as it does of the app's: else it is one of one's own."""
    annotations = at(source.manifest, ("metadata", "annotations")) or {}
    asked = any(key.startswith("cert-manager.io/") or key == "kubernetes.io/tls-acme" for key in annotations)
    return secret in became.issued or asked


KINDS = {
    "AuthorizationPolicy": "allowFrom and the stack's mesh.authorization make them",
    "Certificate": "ingress and route with tls make one",
    "ClusterRole": "it belongs to the whole cluster: serviceAccount.permissions are those of the app's namespace",
    "ClusterRoleBinding": "it belongs to the whole cluster: permissions are those of the app's namespace",
    "ConfigMap": "no workload among the documents takes its variables or files from it",
    "CustomResourceDefinition": "it belongs to the whole cluster: the platform has them",
    "DestinationRule": "canary and circuitBreaker in the app file make one",
    "ExternalSecret": "no workload among the documents reads its Secret",
    "Gateway": "route in the app file makes one",
    "HTTPRoute": "route in the app file makes one",
    "Namespace": "a namespace is the stack's: namespaces in the stack file",
    "PersistentVolume": "a volume is made for the claim: volumes in the app file",
    "PersistentVolumeClaim": "volumes in the app file makes one for each pod; type claim names one that is there",
    "Pod": "a Pod of its own is run by nobody: make it a Deployment",
    "PriorityClass": "it belongs to the whole cluster: tier and priorityClass choose one",
    "PrometheusRule": "monitoring and slo in the app file make its alerts; others go under objects",
    "ResourceQuota": "a namespace's: namespaces in the stack file",
    "Role": "permissions in the app file makes one",
    "RoleBinding": "permissions in the app file makes one",
    "Secret": "no app file holds a secret: pulumi config set --secret, and secrets.values",
    "ServiceMonitor": "the port called metrics is scraped; monitoring in the app file says more",
    "StorageClass": "the stack's: storage in the stack file",
    "VerticalPodAutoscaler": "verticalScaling in the app file makes one",
    "VirtualService": "route and canary in the app file make one",
}

FIELDS: tuple[tuple[str, str, str], ...] = (
    (W, r".*ontainers\.\d+\.env\.\d+\..*", "config and env in the app file say plain variables, keys and fields only"),
    (W, r".*ontainers\.\d+\.envFrom\..*", "its ConfigMap is not among the documents, or it has a prefix"),
    (W, r".*(volumes|volumeMounts)\.\d+\..*", "a volume is scratch, volumes, files or a secret with mountPath"),
    (W, r".*securityContext\..*", "every container is restricted: runAs is all that an app chooses"),
    (
        W,
        r".*(tolerations|nodeSelector|affinity).*",
        "pool, gpu, spread and nodeAffinity in the app file decide where pods run",
    ),
    (W, r".*host(Network|PID|IPC).*", "Pod Security restricted refuses most of it"),
    (W, r".*imagePullPolicy", "IfNotPresent: an image's tag does not move"),
    (W, r".*Probe\..*", "a probe has path, tcp, exec or grpc, and the times that Kubernetes knows"),
    (r"Role", r"rules\..*", "a Role of an app names its resources and verbs, and grants no others rights"),
    (r"Ingress|Gateway", r"spec\.tls\..*|.*credentialName", ISSUED),
    (r"NetworkPolicy", r"spec\..*", "allowFrom and allowTo name apps, egress names networks, hosts and ports"),
    (r"Ingress", r"spec\.rules\..*", "a path of an app leads to its own Service, by a host"),
    (r"VirtualService|HTTPRoute", r"spec\..*", "a route leads by paths to one Service, and to its canary"),
    (r"ExternalSecret", r"spec\..*", "a Secret of an app comes from one key of a store of the stack's"),
)
"""Why a value has no place, where a reason of its own is known."""

WRITTEN = (
    r"status.*|metadata\.(uid|resourceVersion|generation|creationTimestamp|managedFields|selfLink|ownerReferences).*"
)


def loss(source: Source, path: LeafPath, rendered: Mapping[str, Any]) -> str:
    """Return why a value is not carried, and where it could go by hand."""
    text = dotted(path)
    if re.fullmatch(WRITTEN, text):
        return "written by the cluster, not by an author"
    if not rendered:
        return KINDS.get(
            source.kind, f"a {source.kind} that no imported workload owns; objects in the app file takes it"
        )
    for kind, pattern, why in FIELDS:
        if re.fullmatch(kind, source.kind) and re.fullmatch(pattern, text):
            return f"{why}; a patch takes it, if it is needed"
    return "no setting of the app file says it; a patch does, if it is needed"


def role_notice(source: Source, now: Mapping[str, Any]) -> Change | None:
    """Return what to do about the IAM role of a ServiceAccount: its trust policy names one ServiceAccount."""
    arn = (at(source.manifest, ("metadata", "annotations")) or {}).get(ROLE_ARN)
    if arn is None or (at(dict(now), ("metadata", "annotations")) or {}).get(ROLE_ARN) != arn:
        return None
    subject = f"system:serviceaccount:{at(dict(now), ('metadata', 'namespace'))}:{at(dict(now), ('metadata', 'name'))}"
    return Change(arn, f"the role's trust policy must admit {subject}; aws in the app file makes a role instead")
