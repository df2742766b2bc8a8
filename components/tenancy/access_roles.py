"""The Kubernetes roles of those who may look at the cluster or edit apps, for what AWS's policies do not see."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.rbac.v1.ClusterRole import ClusterRole
from pulumi_kubernetes.rbac.v1.ClusterRoleBinding import ClusterRoleBinding
from pulumi_kubernetes.rbac.v1.RoleBinding import RoleBinding

from components.component import InCluster, Target
from components.foundation.access import Binding, Role
from components.tenancy.custom_resources import edit_rules, view_rules

RULES = {"view": view_rules, "edit": edit_rules}
API = "rbac.authorization.k8s.io"


def role_name(role: Role) -> str:
    """Return the name of a ClusterRole."""
    return f"slipway-{role}"


class AccessRoles(InCluster):
    """What AWS's access policies leave out: nodes and custom resources, for the groups of the access entries.

    A group of the whole cluster has a ClusterRoleBinding, a group of a namespace a RoleBinding there.
    """

    def __init__(
        self,
        name: str,
        bindings: Sequence[Binding],
        *,
        namespaces: Mapping[str, pulumi.Resource],
        target: Target,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Bind in the `namespaces` that the stack has, by name; in others, AWS's policy is all."""
        super().__init__("slipway:tenancy:AccessRoles", name, target, opts)
        wanted = [each for each in bindings if each.namespace is None or each.namespace in namespaces]
        for role in dict.fromkeys(each.role for each in wanted):
            rules: Any = RULES[role]()
            made = ClusterRole(f"{name}-{role}", metadata={"name": role_name(role)}, rules=rules, opts=self.inside())
            for each in wanted:
                if each.role == role:
                    self._bind(name, each, made, namespaces)
        self.register_outputs({})

    def _bind(self, name: str, binding: Binding, role: ClusterRole, namespaces: Mapping[str, pulumi.Resource]) -> None:
        of_role = role_name(binding.role)
        subjects: Any = [{"kind": "Group", "apiGroup": API, "name": binding.group}]
        role_ref: Any = {"kind": "ClusterRole", "apiGroup": API, "name": of_role}
        if binding.namespace is None:
            ClusterRoleBinding(
                f"{name}-{binding.role}",
                metadata={"name": of_role},
                role_ref=role_ref,
                subjects=subjects,
                opts=self.inside(after=[role]),
            )
            return
        RoleBinding(
            f"{name}-{binding.role}-{binding.namespace}",
            metadata={"name": of_role, "namespace": binding.namespace},
            role_ref=role_ref,
            subjects=subjects,
            opts=self.inside(after=[role, namespaces[binding.namespace]]),
        )
