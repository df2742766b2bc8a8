"""The pod network: who gives pods their addresses, and who enforces network policies."""

from typing import TYPE_CHECKING, Literal

from pydantic import BeforeValidator, Field

from components.model import Settings
from components.names import Cidr, Name

if TYPE_CHECKING:
    from components.settings import StackSettings

Policy = Literal["calico", "vpc-cni"]
Mode = Literal["policy-only", "cni"]


class BaselineSettings(Settings):
    """What Calico enforces for all pods, before any policy of a namespace is asked (a tier of its own)."""

    deny_instance_metadata: bool = Field(
        default=True, description="Whether pods are refused the instance metadata service, 169.254.169.254."
    )
    metadata_namespaces: tuple[Name, ...] = Field(
        default=("kube-system",), description="The namespaces whose pods may reach it nevertheless."
    )
    allow_dns: bool = Field(
        default=True, description="Whether every pod may ask the cluster's DNS, whatever its namespace's policies say."
    )
    log_denied: bool = Field(
        default=False,
        description="Whether the nodes' kernels log what the policies of the application namespaces refuse"
        " (journalctl -k, prefix calico-packet), at most 10 packets a second.",
    )


class CniSettings(Settings):
    """The pod network. The word alone, `cni: vpc-cni`, stands for `cni: {policy: vpc-cni}`."""

    policy: Policy = Field(
        default="calico",
        description="Who enforces network policies: Calico (the seed's choice), or the VPC CNI's own agent.",
    )
    mode: Mode = Field(
        default="policy-only",
        description="With policy calico. policy-only: the VPC CNI gives pods addresses of the VPC, and Calico enforces"
        " network policies. cni: Calico gives pods addresses of its own (VXLAN), which the control plane cannot reach:"
        " webhooks move to the host network, and no mesh works.",
    )
    pod_cidr: Cidr = Field(
        default="172.16.0.0/16",
        description="The pods' network with mode cni, apart from the VPC's and the Services'. The default is Calico's.",
    )
    prefix_delegation: bool | None = Field(
        default=None,
        description="Whether a node's interfaces take prefixes of 16 addresses, so that it runs 110 pods or more."
        " Unset: with policy vpc-cni where every instance type is built on Nitro, which it needs.",
    )
    baseline: BaselineSettings = Field(
        default_factory=BaselineSettings, description="What Calico enforces for all pods first."
    )
    flow_logs: bool = Field(
        default=False,
        description="Whether every allowed and denied connection is recorded: with Calico by Goldmane, shown by"
        " Whisker; with vpc-cni in its agent's log on each node.",
    )


def shorthand(value: object) -> object:
    """Take `cni: calico` for `cni: {policy: calico}`."""
    return {"policy": value} if isinstance(value, str) else value


CniInput = BeforeValidator(shorthand, json_schema_input_type=Policy | CniSettings)


def pod_network(settings: "StackSettings") -> CniSettings | None:
    """Return the pod network that Slipway builds, None on an existing cluster, which has one of its own."""
    built = settings.cluster is not None and settings.cluster.existing is None
    return settings.cni if built else None


def calico_installed(settings: "StackSettings") -> bool:
    """Tell whether the stack installs Calico, in either mode."""
    network = pod_network(settings)
    return network is not None and network.policy == "calico"


def overlay(settings: "StackSettings") -> bool:
    """Tell whether pods have addresses that the control plane and AWS's load balancers cannot reach."""
    network = pod_network(settings)
    return network is not None and network.policy == "calico" and network.mode == "cni"
