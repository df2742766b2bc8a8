"""Calico: the network policy engine beside the VPC CNI, or the CNI itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.apiextensions.CustomResourcePatch import CustomResourcePatch
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.rbac.v1.ClusterRole import ClusterRole
from pulumi_kubernetes.rbac.v1.ClusterRoleBinding import ClusterRoleBinding

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.calico_baseline import (
    LOGGING,
    TIER,
    baseline_policies,
    log_policy_spec,
    tier_spec,
)
from components.networking.calico_installation import installation_spec, operator_values
from components.networking.cni import CniSettings
from components.tenancy.system import system_namespace

OPERATOR = "operator.tigera.io/v1"
STORED = "crd.projectcalico.org/v1"
OPERATOR_NAMESPACE = "tigera-operator"

WITH_NODES_SECONDS = 600
BEFORE_NODES_SECONDS = 1200
"""How long the operator may take to run: as the CNI it waits for nodes that are made at the same time."""

INSTALLATION_SECONDS = 900

OPERATOR_PODS: Mapping[str, Any] = {"tolerations": [{"operator": "Exists"}]}
"""Where the operator's pod runs: anywhere, by the tolerations in the values of the chart tigera-operator."""


class Calico(InCluster):
    """Calico, which enforces network policies: CRDs, operator, and the resources that tell it what to do.

    `ready` is what a pod waits for whose network policies must hold from its start: the engine and the baseline.
    Everything waits for the operator, so that on removal it is there until the last of its resources is gone.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: CniSettings,
        *,
        target: Target,
        charts: Charts,
        app_namespaces: Sequence[str] = (),
        dns_cidrs: Sequence[str] = (),
        monitoring: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with the operator for `after`: the nodes when policy-only, nothing when it is the nodes' CNI.

        What the policies of `app_namespaces` refuse is logged where the settings say so; each of them must have a
        default-deny. `dns_cidrs` are where DNS answers beside CoreDNS's own pods, on each node.
        `monitoring` is whether a Prometheus looks at Felix and Typha.
        """
        super().__init__("slipway:networking:Calico", name, target, opts)
        if settings.mode == "policy-only":
            self._let_the_vpc_cni_annotate_pods(name)
        operator = self._operator(name, settings, charts, after)
        installation = self._told(
            f"{name}-installation",
            "Installation",
            installation_spec(settings, monitoring=monitoring),
            [operator],
            annotations={
                "pulumi.com/waitFor": "condition=Ready",
                "pulumi.com/timeoutSeconds": str(INSTALLATION_SECONDS),
                # The operator writes its defaults into the same object.
                "pulumi.com/patchForce": "true",
            },
        )
        self._told(f"{name}-api-server", "APIServer", {}, [installation])
        if settings.flow_logs:
            goldmane = self._told(f"{name}-goldmane", "Goldmane", {}, [installation])
            # Its notifications are fetched from Tigera by the browser of whoever looks at it.
            self._told(f"{name}-whisker", "Whisker", {"notifications": "Disabled"}, [goldmane])
        policies = baseline_policies(settings.baseline, dns_cidrs)
        baseline = self._policies(name, policies, installation) if policies else []
        if settings.baseline.log_denied and app_namespaces:
            self._log_denied(name, app_namespaces, installation)
        self.ready = (installation, *baseline)
        self.register_outputs({})

    def _operator(self, name: str, settings: CniSettings, charts: Charts, after: Sequence[pulumi.Resource]) -> Release:
        namespace = system_namespace(self, f"{name}-namespace", OPERATOR_NAMESPACE, "privileged")
        definitions = charts.template(f"{name}-crds", "calico-crds", opts=self.inside())
        return charts.release(
            f"{name}-operator",
            "tigera-operator",
            namespace=OPERATOR_NAMESPACE,
            values=operator_values(),
            timeout_seconds=BEFORE_NODES_SECONDS if settings.mode == "cni" else WITH_NODES_SECONDS,
            before_nodes=settings.mode == "cni",
            opts=self.inside(after=[namespace, definitions, *after]),
        )

    def _told(
        self,
        logical_name: str,
        kind: str,
        spec: Mapping[str, Any],
        after: Sequence[pulumi.Resource],
        annotations: Mapping[str, str] | None = None,
    ) -> CustomResource:
        """Make one of the operator's own resources, of which a cluster has one each, called default."""
        metadata: Any = {"name": "default"}
        if annotations:
            metadata["annotations"] = dict(annotations)
        return CustomResource(
            logical_name,
            api_version=OPERATOR,
            kind=kind,
            metadata=metadata,
            spec=dict(spec),
            opts=self.inside(after=after),
        )

    def _policies(
        self, name: str, policies: Mapping[str, Mapping[str, Any]], installation: pulumi.Resource
    ) -> list[CustomResource]:
        """Make the baseline: its tier, then the policies in it, which Calico takes for nothing without it."""
        tier = CustomResource(
            f"{name}-tier",
            api_version=STORED,
            kind="Tier",
            metadata={"name": TIER},
            spec=tier_spec(),
            opts=self.inside(after=[installation]),
        )
        return [self._policy(f"{name}-{policy}", policy, spec, tier) for policy, spec in policies.items()]

    def _policy(
        self, logical_name: str, policy: str, spec: Mapping[str, Any], after: pulumi.Resource
    ) -> CustomResource:
        return CustomResource(
            logical_name,
            api_version=STORED,
            kind="GlobalNetworkPolicy",
            # The label by which Calico's API server lists the policies of a tier.
            metadata={"name": policy, "labels": {"projectcalico.org/tier": spec["tier"]}},
            spec=dict(spec),
            opts=self.inside(after=[after]),
        )

    def _log_denied(self, name: str, namespaces: Sequence[str], installation: pulumi.Resource) -> None:
        """Log what is refused, after the limit of how much: the operator made the configuration that is patched."""
        limited = CustomResourcePatch(
            f"{name}-logging",
            api_version=STORED,
            kind="FelixConfiguration",
            metadata={"name": "default", "annotations": {"pulumi.com/patchForce": "true"}},
            spec=dict(LOGGING),
            opts=self.inside(after=[installation]),
        )
        # No prefix: in the tier default Calico renames a policy that has one, and Pulumi would miss it.
        self._policy(f"{name}-log-denied", f"{TIER}-log-denied", log_policy_spec(namespaces), limited)

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
