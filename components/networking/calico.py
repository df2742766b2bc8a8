"""Calico: the network policy engine beside the VPC CNI, or the CNI itself."""

from collections.abc import Sequence
from typing import Any, Literal

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.rbac.v1.ClusterRole import ClusterRole
from pulumi_kubernetes.rbac.v1.ClusterRoleBinding import ClusterRoleBinding
from pydantic import Field

from components.charts import Charts
from components.component import InCluster, Target
from components.model import Settings
from components.names import Cidr
from components.tenancy.system import system_namespace

OPERATOR = "operator.tigera.io/v1"
OPERATOR_NAMESPACE = "tigera-operator"

WITH_NODES_SECONDS = 600
BEFORE_NODES_SECONDS = 1200
"""How long the operator may take to run: as the CNI it waits for nodes that are made at the same time."""

INSTALLATION_SECONDS = 900


class CalicoSettings(Settings):
    """What Calico does. One that enforces network policies only leaves pods their addresses in the VPC."""

    mode: Literal["policy-only", "cni"] = Field(
        default="policy-only",
        description="policy-only: the VPC CNI gives pods addresses of the VPC, and Calico enforces network policies."
        " cni: Calico gives pods addresses of its own (VXLAN), which the control plane cannot reach, so no mesh.",
    )
    pod_cidr: Cidr = Field(
        default="172.16.0.0/16",
        description="The pods' network with mode cni, apart from the VPC's and the Services'. The default is Calico's.",
    )


def operator_values() -> dict[str, Any]:
    """Return the chart's values: the operator alone, since Slipway makes the custom resources and the CRDs."""
    return {
        "installation": {"enabled": False},
        "apiServer": {"enabled": False},
        "goldmane": {"enabled": False},
        "whisker": {"enabled": False},
        "manageCRDs": False,
        "priorityClassName": "system-cluster-critical",
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
    }


def installation_spec(settings: CalicoSettings) -> dict[str, Any]:
    """Return the spec of the Installation. CNI and BGP are explicit: the operator would guess them otherwise."""
    cni = "Calico" if settings.mode == "cni" else "AmazonVPC"
    network: dict[str, Any] = {"bgp": "Disabled"}
    if settings.mode == "cni":
        # Every field: the list is one value to the API server, and the operator takes it over to fill in the rest.
        network["ipPools"] = [
            {
                "name": "default-ipv4-ippool",
                "cidr": settings.pod_cidr,
                "encapsulation": "VXLAN",
                "natOutgoing": "Enabled",
                "nodeSelector": "all()",
                "blockSize": 26,
                "disableBGPExport": False,
                "disableNewAllocations": False,
                "allowedUses": ["Workload", "Tunnel"],
                "assignmentMode": "Automatic",
            }
        ]
    return {
        "variant": "Calico",
        "kubernetesProvider": "EKS",
        "cni": {"type": cni, "ipam": {"type": cni}},
        "calicoNetwork": network,
        "controlPlaneReplicas": 2,
        # Neither the CSI driver nor the FlexVolume driver is used, and both are privileged.
        "kubeletVolumePluginPath": "None",
        "flexVolumePath": "None",
    }


class Calico(InCluster):
    """Calico, which enforces network policies: CRDs, operator, and the resources that tell it what to do.

    `ready` is what a pod waits for whose network policies must hold from its start.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: CalicoSettings,
        *,
        target: Target,
        charts: Charts,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with the operator for `after`: the nodes when policy-only, nothing when it is the nodes' CNI."""
        super().__init__("slipway:networking:Calico", name, target, opts)
        if settings.mode == "policy-only":
            self._let_the_vpc_cni_annotate_pods(name)
        operator = self._operator(name, settings, charts, after)
        installation = CustomResource(
            f"{name}-installation",
            api_version=OPERATOR,
            kind="Installation",
            metadata={
                "name": "default",
                "annotations": {
                    "pulumi.com/waitFor": "condition=Ready",
                    "pulumi.com/timeoutSeconds": str(INSTALLATION_SECONDS),
                    # The operator writes its defaults into the same object.
                    "pulumi.com/patchForce": "true",
                },
            },
            spec=installation_spec(settings),
            opts=self.inside(after=[operator]),
        )
        CustomResource(
            f"{name}-api-server",
            api_version=OPERATOR,
            kind="APIServer",
            metadata={"name": "default"},
            spec={},
            opts=self.inside(after=[installation]),
        )
        self.ready = (installation,)
        self.register_outputs({})

    def _operator(
        self, name: str, settings: CalicoSettings, charts: Charts, after: Sequence[pulumi.Resource]
    ) -> Release:
        namespace = system_namespace(self, f"{name}-namespace", OPERATOR_NAMESPACE, "privileged")
        definitions = charts.template(f"{name}-crds", "calico-crds", opts=self.inside())
        return charts.release(
            f"{name}-operator",
            "tigera-operator",
            namespace=OPERATOR_NAMESPACE,
            values=operator_values(),
            timeout_seconds=BEFORE_NODES_SECONDS if settings.mode == "cni" else WITH_NODES_SECONDS,
            opts=self.inside(after=[namespace, definitions, *after]),
        )

    def _let_the_vpc_cni_annotate_pods(self, name: str) -> None:
        """Allow what the VPC CNI's ANNOTATE_POD_IP needs, without which policies reach a new pod late."""
        metadata: Any = {"name": "slipway-aws-node-annotate-pods"}
        rule: Any = {"apiGroups": [""], "resources": ["pods"], "verbs": ["patch"]}
        role = ClusterRole(f"{name}-annotate-pods", metadata=metadata, rules=[rule], opts=self.inside())
        role_ref: Any = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", **metadata}
        ClusterRoleBinding(
            f"{name}-annotate-pods",
            metadata=metadata,
            role_ref=role_ref,
            subjects=[{"kind": "ServiceAccount", "name": "aws-node", "namespace": "kube-system"}],
            opts=self.inside(after=[role]),
        )
