"""Values of documents that Kubernetes takes anyway where nothing is said, so that nothing is lost with them."""

import re
from typing import Any

from slipway.importing.documents import LeafPath, Source, at

_W = r"Deployment|StatefulSet|DaemonSet|Job|CronJob|Rollout"
_PODS = r"(spec\.|spec\.jobTemplate\.spec\.)template\.spec\."
_CONTAINER = rf"{_PODS}(initC|c)ontainers\.\d+\."
_VOLUME = rf"{_PODS}volumes\.\d+\."

DEFAULTS: tuple[tuple[str, str, Any], ...] = (
    (r"Deployment|StatefulSet|DaemonSet|Rollout", rf"{_PODS}restartPolicy", "Always"),
    (_W, rf"{_PODS}dnsPolicy", "ClusterFirst"),
    (_W, rf"{_PODS}schedulerName", "default-scheduler"),
    (_W, rf"{_PODS}terminationGracePeriodSeconds", 30),
    (_W, rf"{_PODS}(hostNetwork|hostPID|hostIPC|shareProcessNamespace|setHostnameAsFQDN)", False),
    (_W, rf"{_PODS}(hostUsers|enableServiceLinks|automountServiceAccountToken)", True),
    (_W, rf"{_PODS}preemptionPolicy", "PreemptLowerPriority"),
    (_W, rf"{_PODS}priority", 0),
    (_W, rf"{_PODS}serviceAccount(Name)?", "default"),
    (_W, rf"{_PODS}topologySpreadConstraints\.\d+\.nodeAffinityPolicy", "Honor"),
    (_W, rf"{_PODS}topologySpreadConstraints\.\d+\.nodeTaintsPolicy", "Ignore"),
    (_W, rf"{_CONTAINER}terminationMessagePath", "/dev/termination-log"),
    (_W, rf"{_CONTAINER}terminationMessagePolicy", "File"),
    (_W, rf"{_CONTAINER}imagePullPolicy", "IfNotPresent"),
    (_W, rf"{_CONTAINER}(stdin|stdinOnce|tty)", False),
    (_W, rf"{_CONTAINER}securityContext\.(privileged|readOnlyRootFilesystem|runAsNonRoot)", False),
    (_W, rf"{_CONTAINER}securityContext\.allowPrivilegeEscalation", True),
    (_W, rf"{_CONTAINER}securityContext\.procMount", "Default"),
    (_W, rf"{_PODS}securityContext\.runAsNonRoot", False),
    (_W, rf"{_PODS}securityContext\.fsGroupChangePolicy", "Always"),
    (_W, rf"{_CONTAINER}ports\.\d+\.protocol", "TCP"),
    (_W, rf"{_CONTAINER}ports\.\d+\.hostPort", 0),
    (_W, rf"{_CONTAINER}env\.\d+\.value", ""),
    (_W, rf"{_CONTAINER}env\.\d+\.valueFrom\.fieldRef\.apiVersion", "v1"),
    (_W, rf"{_CONTAINER}env(From)?\.\d+\..*optional", False),
    (_W, rf"{_CONTAINER}envFrom\.\d+\.prefix", ""),
    (_W, rf"{_CONTAINER}volumeMounts\.\d+\.readOnly", False),
    (_W, rf"{_CONTAINER}volumeMounts\.\d+\.subPath(Expr)?", ""),
    (_W, rf"{_CONTAINER}volumeMounts\.\d+\.mountPropagation", "None"),
    (_W, rf"{_CONTAINER}volumeMounts\.\d+\.recursiveReadOnly", "Disabled"),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.httpGet\.scheme", "HTTP"),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.httpGet\.path", "/"),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.grpc\.service", ""),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.initialDelaySeconds", 0),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.(timeoutSeconds|successThreshold)", 1),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.periodSeconds", 10),
    (_W, rf"{_CONTAINER}(liveness|readiness|startup)Probe\.failureThreshold", 3),
    (_W, rf"{_VOLUME}(configMap|secret|projected|downwardAPI)\.defaultMode", 0o644),
    (_W, rf"{_VOLUME}.*optional", False),
    (_W, rf"{_VOLUME}emptyDir\.medium", ""),
    (_W, rf"{_VOLUME}persistentVolumeClaim\.readOnly", False),
    (_W, r"spec\.(revisionHistoryLimit)", 10),
    (r"Deployment|Rollout", r"spec\.progressDeadlineSeconds", 600),
    (_W, r"spec\.minReadySeconds", 0),
    (_W, r"spec\.paused", False),
    (_W, r"spec\.(strategy|updateStrategy)\.type", "RollingUpdate"),
    (r"Deployment", r"spec\.strategy\.rollingUpdate\.(maxSurge|maxUnavailable)", "25%"),
    (r"StatefulSet", r"spec\.podManagementPolicy", "OrderedReady"),
    (r"StatefulSet", r"spec\.updateStrategy\.rollingUpdate\.partition", 0),
    (r"StatefulSet", r"spec\.persistentVolumeClaimRetentionPolicy\.when(Deleted|Scaled)", "Retain"),
    (r"StatefulSet", r"spec\.ordinals\.start", 0),
    (r"StatefulSet", r"spec\.volumeClaimTemplates\.\d+\.spec\.volumeMode", "Filesystem"),
    (r"StatefulSet", r"spec\.volumeClaimTemplates\.\d+\.apiVersion", "v1"),
    (r"StatefulSet", r"spec\.volumeClaimTemplates\.\d+\.kind", "PersistentVolumeClaim"),
    (r"DaemonSet", r"spec\.updateStrategy\.rollingUpdate\.maxUnavailable", 1),
    (r"DaemonSet", r"spec\.updateStrategy\.rollingUpdate\.maxSurge", 0),
    (r"Job|CronJob", r"spec\.(jobTemplate\.spec\.)?backoffLimit", 6),
    (r"Job|CronJob", r"spec\.(jobTemplate\.spec\.)?(completions|parallelism)", 1),
    (r"Job|CronJob", r"spec\.(jobTemplate\.spec\.)?completionMode", "NonIndexed"),
    (r"Job|CronJob", r"spec\.(jobTemplate\.spec\.)?(suspend|manualSelector)", False),
    (r"Job|CronJob", r"spec\.(jobTemplate\.spec\.)?podReplacementPolicy", "TerminatingOrFailed"),
    (r"CronJob", r"spec\.concurrencyPolicy", "Allow"),
    (r"CronJob", r"spec\.successfulJobsHistoryLimit", 3),
    (r"CronJob", r"spec\.failedJobsHistoryLimit", 1),
    (r"Service", r"spec\.type", "ClusterIP"),
    (r"Service", r"spec\.sessionAffinity", "None"),
    (r"Service", r"spec\.(internal|external)TrafficPolicy", "Cluster"),
    (r"Service", r"spec\.ipFamilyPolicy", "SingleStack"),
    (r"Service", r"spec\.publishNotReadyAddresses", False),
    (r"Service", r"spec\.allocateLoadBalancerNodePorts", True),
    (r"Service", r"spec\.ports\.\d+\.nodePort", 0),
    (r"Service|NetworkPolicy", r"spec\..*ports\.\d+\.protocol", "TCP"),
    (r"ServiceAccount", r"automountServiceAccountToken", True),
    (r"ConfigMap", r"immutable", False),
    (r"PodDisruptionBudget", r"spec\.unhealthyPodEvictionPolicy", "IfHealthyBudget"),
    (r"HorizontalPodAutoscaler", r"spec\.minReplicas", 1),
    (r"HorizontalPodAutoscaler", r"spec\.behavior\.scale(Up|Down)\.selectPolicy", "Max"),
)
"""Kind, path with dots, value: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the defaults.go of core,
apps, batch, networking, policy and autoscaling)."""

_EMPTY = (
    r"affinity|annotations|args|capabilities|add|drop|command|dnsConfig|env|envFrom|externalIPs|finalizers|hostAliases"
    r"|imagePullSecrets|initContainers|labels|lifecycle|limits|loadBalancerSourceRanges|nodeAffinity|nodeSelector"
    r"|podAffinity|podAntiAffinity|ports|requests|resources|rollingUpdate|secrets|securityContext|strategy|sysctls|tls"
    r"|tolerations|topologySpreadConstraints|updateStrategy|volumeMounts|volumes|behavior|status|loadBalancer"
)
"""Maps and lists that say nothing when they are empty; an empty selector or emptyDir says something."""


def is_default(source: Source, path: LeafPath, value: Any) -> bool:
    """Tell whether a value of a document is what Kubernetes takes where nothing is said."""
    if value is None:
        return not (source.kind == "ConfigMap" and path[0] in {"data", "binaryData"})
    if value in ({}, []):
        return re.fullmatch(_EMPTY, str(path[-1])) is not None
    if source.kind == "Service" and path[0:2] == ("spec", "ports") and path[-1] == "targetPort":
        return bool(at(source.manifest, (*path[:-1], "port")) == value)
    text = ".".join(map(str, path))
    return any(
        type(default) is type(value) and default == value and re.fullmatch(pattern, text)
        for kind, pattern, default in DEFAULTS
        if re.fullmatch(kind, source.kind)
    )
