"""The managed EKS add-ons: which, in which order, at which version, with which configuration and identity."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pulumi
from pulumi_aws.eks.addon import Addon
from pulumi_aws.eks.get_addon_version import get_addon_version_output
from pydantic import Field

from components.component import Component, Nodes
from components.foundation.identity import PodIdentity, RoleArn, managed_policy
from components.model import Settings

if TYPE_CHECKING:
    from components.foundation.cluster import EksCluster

AddonName = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", examples=["aws-efs-csi-driver"])]
"""The name of an add-on, as `aws eks describe-addon-versions` lists them: AWS's, the community's, the marketplace's."""

Phase = Literal["before-compute", "after-compute"]

AGENT: AddonName = "eks-pod-identity-agent"
EBS_DRIVER: AddonName = "aws-ebs-csi-driver"


class AddonSettings(Settings):
    """One add-on."""

    version: Literal["default", "latest"] | Annotated[str, Field(pattern=r"^v\d+\.\d+\.\d+[\w.+-]*$")] = Field(
        default="default",
        description="AWS's default for the cluster's version, the latest one that runs on it, or one pinned, such as"
        " v1.20.4-eksbuild.2.",
    )
    configuration: dict[str, Any] = Field(
        default_factory=dict,
        description="Configuration as `aws eks describe-addon-configuration` has it, merged over Slipway's own.",
    )
    pod_identities: dict[str, RoleArn] = Field(
        default_factory=dict,
        description="The IAM roles of its service accounts, by service account, for an add-on that Slipway does not"
        " install itself; each trusts pods.eks.amazonaws.com.",
    )
    enabled: bool = Field(default=True, description="Whether it is installed; no cluster works without some of them.")


@dataclass(frozen=True, slots=True)
class AddonSpec:
    """What Slipway knows of an add-on: when it comes, whether a cluster can do without it, and its AWS identity.

    `pods_at` is where in its configuration the fields are that say where the pods of its Deployment run (nodeSelector,
    affinity, tolerations), `tolerations` are those that it has without any (`aws eks describe-addon-configuration`, and
    the manifests that the add-on applies).
    """

    phase: Phase
    required: bool
    service_account: str | None = None
    managed_policy: str | None = None
    pods_at: tuple[str, ...] = ()
    tolerations: tuple[Mapping[str, str], ...] = ()


CRITICAL = {"key": "CriticalAddonsOnly", "operator": "Exists"}
"""The toleration of AWS's Deployments for nodes that are kept for add-ons."""

OTHER = AddonSpec("after-compute", required=False)
"""What is taken for granted of any other add-on: it needs nodes, which nothing is known of its pods to wait for."""

ADDONS: dict[AddonName, AddonSpec] = {
    AGENT: AddonSpec("before-compute", required=True),
    "vpc-cni": AddonSpec("before-compute", True, "aws-node", "AmazonEKS_CNI_Policy"),
    "kube-proxy": AddonSpec("before-compute", required=True),
    "coredns": AddonSpec("after-compute", required=True, tolerations=(CRITICAL,)),
    # The second version of the policy reaches only volumes with the driver's own tags.
    EBS_DRIVER: AddonSpec(
        "after-compute", False, "ebs-csi-controller-sa", "AmazonEBSCSIDriverPolicyV2", ("controller",), (CRITICAL,)
    ),
    "snapshot-controller": AddonSpec("after-compute", required=False),
    "metrics-server": AddonSpec("after-compute", required=False),
}
"""The add-ons in order of installation. What is a DaemonSet of the host network goes before the nodes, so that each
node is complete when it joins; what is a Deployment goes after them, since without a node it never gets healthy."""


def selected(settings: Mapping[AddonName, AddonSettings], phase: Phase, *, overlay: bool) -> tuple[AddonName, ...]:
    """Return the add-ons of a phase: Slipway's own, then what else the stack names.

    Where Calico is the whole CNI, the VPC CNI is not installed.
    """
    known = {**ADDONS, **{name: OTHER for name in settings if name not in ADDONS}}
    return tuple(
        name
        for name, spec in known.items()
        if spec.phase == phase and settings.get(name, AddonSettings()).enabled and not (name == "vpc-cni" and overlay)
    )


def default_configuration(name: AddonName, volume_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return an add-on's configuration as far as no other room has a say in it: the tags of the EBS volumes."""
    if name == EBS_DRIVER and volume_tags:
        return {"controller": {"extraVolumeTags": dict(volume_tags)}}
    return {}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it, mapping by mapping; anything else in `over` replaces."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def pod_fields(name: AddonName, configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what decides where the pods of an add-on's Deployment run, under its configuration."""
    spec, fields = ADDONS.get(name, OTHER), configuration
    for key in spec.pods_at:
        fields = fields.get(key) or {}
    return {"tolerations": spec.tolerations, **fields}


def volume_key_statements(key_arn: str) -> list[dict[str, Any]]:
    """Return the IAM statements with which the EBS driver encrypts volumes by a key of one's own."""
    return [
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
            "Resource": key_arn,
        },
        {
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": key_arn,
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


class Addons(Component):
    """The software in the cluster that AWS maintains, by phase: CNI and agents, or DNS, storage, metrics.

    Each add-on waits for those of the `nodes` that run its pods, and all but the agent for the Pod Identity agent
    beside them.

    The agent and the CNI run on the host network, so that neither needs the other to start: the CNI gets its
    permissions by Pod Identity, and the nodes' role has none of them.
    """

    by_name: dict[AddonName, Addon]

    def __init__(
        self,
        name: str,
        settings: Mapping[AddonName, AddonSettings],
        *,
        cluster: "EksCluster",
        phase: Phase,
        overlay: bool = False,
        configurations: Mapping[AddonName, Mapping[str, Any]] | None = None,
        account_id: str | None = None,
        volume_kms_key_arn: str | None = None,
        volume_tags: Mapping[str, str] | None = None,
        nodes: Nodes | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Install what `settings` select, without the VPC CNI on an `overlay`, where Calico is the whole CNI.

        An add-on's configuration is the platform's own of `configurations`, with the stack's laid on it.
        """
        super().__init__("slipway:foundation:Addons", name, None, opts)
        self.by_name = {}
        for addon in selected(settings, phase, overlay=overlay):
            wanted = settings.get(addon, AddonSettings())
            own = merged(default_configuration(addon, volume_tags or {}), (configurations or {}).get(addon, {}))
            configuration = merged(own, wanted.configuration)
            ground = nodes.for_pod(pod_fields(addon, configuration)) if nodes else ()
            waits = [*ground, *([self.by_name[AGENT]] if AGENT in self.by_name else [])]
            spec = ADDONS.get(addon, OTHER)
            if spec.service_account and spec.managed_policy:
                identity = PodIdentity(
                    f"{name}-{addon}",
                    cluster_name=cluster.resource.name,
                    namespace="kube-system",
                    service_account=spec.service_account,
                    managed_policy_arns=(managed_policy(spec.managed_policy),),
                    statements=volume_key_statements(volume_kms_key_arn)
                    if addon == EBS_DRIVER and volume_kms_key_arn
                    else (),
                    account_id=account_id,
                    opts=pulumi.ResourceOptions(parent=self),
                )
                waits.append(identity.association)
            self.by_name[addon] = Addon(
                f"{name}-{addon}",
                cluster_name=cluster.resource.name,
                addon_name=addon,
                addon_version=self._addon_version(addon, wanted.version, cluster.version),
                pod_identity_associations=[
                    {"service_account": account, "role_arn": role} for account, role in wanted.pod_identities.items()
                ]
                or None,
                configuration_values=json.dumps(configuration, sort_keys=True) if configuration else None,
                # At creation nothing of another owner is worth keeping; later, what others manage is: Slipway
                # itself patches CoreDNS.
                resolve_conflicts_on_create="OVERWRITE",
                resolve_conflicts_on_update="PRESERVE",
                opts=self.child(after=waits),
            )
        self.register_outputs({})

    @property
    def resources(self) -> tuple[Addon, ...]:
        """The add-ons, for what has to wait for all of them."""
        return tuple(self.by_name.values())

    def _addon_version(self, addon: AddonName, wanted: str, kubernetes_version: str) -> pulumi.Input[str]:
        if wanted not in ("default", "latest"):
            return wanted
        return get_addon_version_output(
            addon_name=addon,
            kubernetes_version=kubernetes_version,
            most_recent=wanted == "latest",
            opts=pulumi.InvokeOutputOptions(parent=self),
        ).version
