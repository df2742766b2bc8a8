"""Who may use the cluster's API: EKS access entries, in place of the aws-auth ConfigMap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws.eks.access_entry import AccessEntry
from pulumi_aws.eks.access_policy_association import AccessPolicyAssociation
from pydantic import Field

from components.component import Component
from components.foundation.identity import PrincipalArn
from components.foundation.inputs import given
from components.model import Settings
from components.names import Name

AccessPolicy = Literal["cluster-admin", "admin", "admin-view", "edit", "view"]

POLICIES: dict[AccessPolicy, str] = {
    "cluster-admin": "AmazonEKSClusterAdminPolicy",
    "admin": "AmazonEKSAdminPolicy",
    "admin-view": "AmazonEKSAdminViewPolicy",
    "edit": "AmazonEKSEditPolicy",
    "view": "AmazonEKSViewPolicy",
}
"""AWS's access policies; they mirror the Kubernetes roles of the same names, as they are without custom resources.

admin-view reads everything, Secrets included."""


class AccessSettings(Settings):
    """One grant beyond the cluster-wide admins and viewers."""

    principal_arn: PrincipalArn = Field(description="The IAM role or user.")
    policy: AccessPolicy = Field(
        description="What it may do, after the Kubernetes role of that name, and the"
        " same with the custom resources of apps."
    )
    namespaces: tuple[Name, ...] = Field(
        default=(), description="The namespaces in which it may do so; none: in all of them."
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """One access policy of one principal; without namespaces it holds in the whole cluster."""

    principal_arn: str
    policy: AccessPolicy
    namespaces: tuple[str, ...] = ()


def grants(
    admins: Iterable[str], viewers: Iterable[str], access: Iterable[AccessSettings], deployer: str | None = None
) -> tuple[Grant, ...]:
    """Return the grants to make, one for each principal and policy, as AWS wants.

    The deployer is an administrator. What is granted twice is made once: namespaces are joined, and a grant for the
    whole cluster takes in those for some namespaces.
    """
    asked = [
        *(Grant(arn, "cluster-admin") for arn in ([deployer] if deployer else [])),
        *(Grant(arn, "cluster-admin") for arn in admins),
        *(Grant(arn, "view") for arn in viewers),
        *(Grant(each.principal_arn, each.policy, each.namespaces) for each in access),
    ]
    joined: dict[tuple[str, AccessPolicy], Grant] = {}
    for grant in asked:
        key = (grant.principal_arn, grant.policy)
        before = joined.get(key)
        if before is None:
            joined[key] = grant
        elif before.namespaces and grant.namespaces:
            joined[key] = Grant(*key, tuple(sorted({*before.namespaces, *grant.namespaces})))
        else:
            joined[key] = Grant(*key)
    return tuple(joined.values())


Role = Literal["view", "edit"]

ROLES: dict[AccessPolicy, tuple[Role, ...]] = {
    "cluster-admin": (),
    "admin": ("edit",),
    "admin-view": (),
    "edit": ("edit",),
    "view": ("view",),
}
"""The roles of Slipway's own (components/tenancy/access_roles.py) that go with a policy that sees no custom resources.

Its holders have a group for each by their access entry. AmazonEKSAdminViewPolicy reads everything as it is."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A role and where it holds: in one namespace, or in the whole cluster."""

    role: Role
    namespace: str | None = None

    @property
    def group(self) -> str:
        """The Kubernetes group that has it; EKS reserves names that begin with system:, eks:, aws:, amazon: or iam:."""
        return f"slipway:{self.role}" if self.namespace is None else f"slipway:{self.role}:{self.namespace}"


def bindings(granted: Iterable[Grant]) -> tuple[Binding, ...]:
    """Return what the grants come to in Slipway's roles, each once. Who edits everywhere also looks everywhere."""
    found: dict[Binding, None] = {}
    for grant in granted:
        for role in ROLES[grant.policy]:
            everywhere = [Binding(role), *([Binding("view")] if role == "edit" else [])]
            here = [Binding(role, namespace) for namespace in grant.namespaces] if grant.namespaces else everywhere
            found.update(dict.fromkeys(here))
    return tuple(found)


def principal_slug(arn: str) -> str:
    """Return a principal's part of logical names: 123456789012-role-platform-admin.

    A path keeps its slashes, which no name in IAM has: role/a/b and role/a-b are two.
    """
    account, _, resource = arn.partition("::")[2].partition(":")
    return f"{account}-{resource.replace('/', '-', 1)}"


def _association_slug(grant: Grant) -> str:
    """Return a grant's part of logical names, its own: x-admin's view is not x's admin-view."""
    principal = principal_slug(grant.principal_arn)
    endings = (each.removesuffix(f"-{grant.policy}") for each in POLICIES if each.endswith(f"-{grant.policy}"))
    return f"{principal}{'/' if principal.endswith(tuple(f'-{each}' for each in endings)) else '-'}{grant.policy}"


def _former(name: str, slug: str, taken: Iterable[str]) -> list[str]:
    """Return the logical name of the time when slashes were dashes, where it is nobody's now."""
    plain = slug.replace("/", "-")
    return [] if plain in taken else [f"{name}-{plain}"]


class ClusterAccess(Component):
    """Who may enter the cluster, and what they may do there.

    Nobody else gets in, not even the creator of the cluster. `associations` are what the deployment's own Kubernetes
    objects wait for: without them its identity is unknown to the API server.
    """

    associations: tuple[AccessPolicyAssociation, ...]

    def __init__(
        self,
        name: str,
        granted: Sequence[Grant],
        *,
        cluster_name: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:ClusterAccess", name, None, opts)
        groups = {
            arn: [each.group for each in bindings(grant for grant in granted if grant.principal_arn == arn)]
            for arn in dict.fromkeys(grant.principal_arn for grant in granted)
        }
        slugs = {arn: principal_slug(arn) for arn in groups}
        associations = {grant: _association_slug(grant) for grant in granted}
        entries = {
            arn: AccessEntry(
                f"{name}-{slugs[arn]}",
                cluster_name=cluster_name,
                principal_arn=arn,
                type="STANDARD",
                kubernetes_groups=of_principal or None,
                opts=self.child(formerly=_former(name, slugs[arn], slugs.values())),
            )
            for arn, of_principal in groups.items()
        }
        self.associations = tuple(
            AccessPolicyAssociation(
                f"{name}-{associations[grant]}",
                cluster_name=cluster_name,
                principal_arn=grant.principal_arn,
                policy_arn=f"arn:aws:eks::aws:cluster-access-policy/{POLICIES[grant.policy]}",
                access_scope=given(
                    type="namespace" if grant.namespaces else "cluster", namespaces=list(grant.namespaces) or None
                ),
                opts=self.child(
                    after=[entries[grant.principal_arn]],
                    formerly=_former(name, associations[grant], associations.values()),
                ),
            )
            for grant in granted
        )
        self.register_outputs({})
