"""What people may do with custom resources and with what belongs to the whole cluster.

AWS's access policies are blind there: AmazonEKSViewPolicy and AmazonEKSEditPolicy name Kubernetes' own resources only,
and of these none that is in no namespace (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
"""

from collections.abc import Mapping
from typing import Any

READ = ("get", "list", "watch")
WRITE = ("create", "delete", "deletecollection", "patch", "update")

EDITABLE: Mapping[str, tuple[str, ...]] = {
    "acme.cert-manager.io": (),
    "aga.k8s.aws": (),
    "appprotect.f5.com": (),
    "appprotectdos.f5.com": (),
    "argoproj.io": ("analysisruns", "analysistemplates", "experiments", "rollouts"),
    "auth.consul.hashicorp.com": (),
    "autoscaling.k8s.io": ("verticalpodautoscalers",),
    "awspca.cert-manager.io": (),
    "bitnami.com": ("sealedsecrets",),
    "cert-manager.io": ("certificaterequests", "certificates", "issuers"),
    "consul.hashicorp.com": (),
    "crd.projectcalico.org": (),
    "elbv2.k8s.aws": ("targetgroupbindings",),
    "eventing.keda.sh": (),
    "extensions.istio.io": (),
    "external-secrets.io": ("externalsecrets", "pushsecrets", "secretstores"),
    "externaldns.k8s.io": (),
    "externaldns.nginx.org": (),
    "flagger.app": ("alertproviders", "canaries", "metrictemplates"),
    "gateway.envoyproxy.io": ("backendtrafficpolicies", "clienttrafficpolicies", "securitypolicies"),
    "gateway.k8s.aws": ("listenerruleconfigurations", "targetgroupconfigurations"),
    "gateway.networking.k8s.io": (
        "backendtlspolicies",
        "gateways",
        "grpcroutes",
        "httproutes",
        "listenersets",
        "referencegrants",
        "tcproutes",
        "tlsroutes",
        "udproutes",
    ),
    "gateway.networking.x-k8s.io": (),
    "generators.external-secrets.io": ("passwords", "uuids"),
    "k8s.nginx.org": ("policies", "transportservers", "virtualserverroutes", "virtualservers"),
    "keda.sh": ("scaledjobs", "scaledobjects", "triggerauthentications"),
    "linkerd.io": ("serviceprofiles",),
    "monitoring.coreos.com": ("alertmanagerconfigs", "podmonitors", "probes", "prometheusrules", "servicemonitors"),
    "networking.istio.io": (
        "destinationrules",
        "gateways",
        "serviceentries",
        "sidecars",
        "virtualservices",
        "workloadentries",
        "workloadgroups",
    ),
    "operator.tigera.io": (),
    "policy.linkerd.io": (
        "authorizationpolicies",
        "egressnetworks",
        "httplocalratelimitpolicies",
        "httproutes",
        "meshtlsauthentications",
        "networkauthentications",
        "serverauthorizations",
        "servers",
    ),
    "policy.networking.k8s.io": (),
    "projectcalico.org": (),
    "security.istio.io": ("authorizationpolicies", "peerauthentications", "requestauthentications"),
    "snapshot.storage.k8s.io": ("volumesnapshots",),
    "telemetry.istio.io": ("telemetries",),
    "trust.cert-manager.io": (),
    "workload.linkerd.io": (),
}
"""Every API group that a chart or add-on of the platform defines, and what an app's team may change of it.

Left out is what runs code in others' proxies (EnvoyFilter, EnvoyPatchPolicy, WasmPlugin), what an operator makes pods
of (Prometheus, Alertmanager), and what belongs to the cluster."""

OF_THE_CLUSTER: Mapping[str, tuple[str, ...]] = {
    "": ("componentstatuses", "namespaces", "nodes", "persistentvolumes", "podtemplates"),
    "admissionregistration.k8s.io": (
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    ),
    "apiextensions.k8s.io": ("customresourcedefinitions",),
    "apiregistration.k8s.io": ("apiservices",),
    "certificates.k8s.io": ("certificatesigningrequests",),
    "coordination.k8s.io": ("leases",),
    "events.k8s.io": ("events",),
    "flowcontrol.apiserver.k8s.io": ("flowschemas", "prioritylevelconfigurations"),
    "metrics.k8s.io": ("nodes", "pods"),
    "networking.k8s.io": ("ingressclasses", "ipaddresses", "servicecidrs"),
    "node.k8s.io": ("runtimeclasses",),
    "rbac.authorization.k8s.io": ("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
    "resource.k8s.io": ("deviceclasses", "resourceclaims", "resourceclaimtemplates", "resourceslices"),
    "scheduling.k8s.io": ("priorityclasses",),
    "storage.k8s.io": (
        "csidrivers",
        "csinodes",
        "csistoragecapacities",
        "storageclasses",
        "volumeattachments",
        "volumeattributesclasses",
    ),
}
"""Kubernetes' own resources that its role `view` leaves out, but Secrets; tests ask a real API server for others."""

Rule = dict[str, Any]


def _read_custom_resources() -> Rule:
    return {"apiGroups": list(EDITABLE), "resources": ["*"], "verbs": list(READ)}


def view_rules() -> list[Rule]:
    """Return what a viewer needs beyond AmazonEKSViewPolicy, to see everything but Secrets."""
    known = [
        {"apiGroups": [group], "resources": list(resources), "verbs": list(READ)}
        for group, resources in OF_THE_CLUSTER.items()
    ]
    return [_read_custom_resources(), *known]


def edit_rules() -> list[Rule]:
    """Return what whoever edits apps needs beyond AmazonEKSEditPolicy: the custom resources that apps are made of."""
    changes = [
        {"apiGroups": [group], "resources": list(resources), "verbs": list(WRITE)}
        for group, resources in EDITABLE.items()
        if resources
    ]
    return [_read_custom_resources(), *changes]
