"""Stacks with the rooms of operations, and what a test looks up in a recording of one of their components."""

import json
from typing import Any

import pulumi

from components.settings import StackSettings
from tests.support.chart_values import RELEASE
from tests.support.recorded import Recording
from tests.support.stacks import stack

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
DEFINITIONS = "test:other:Definitions"


def operations_stack(*, existing: bool = False, **rooms: Any) -> StackSettings:
    """Return the settings of an EKS stack (or of one in an existing cluster) with `rooms`, keyed as in YAML."""
    return stack(existing=existing, **rooms)


def other(name: str) -> pulumi.Resource:
    """Make what another room installs, to wait for: cert-manager, the CRDs of the Prometheus operator."""
    return pulumi.CustomResource(DEFINITIONS, name, {})


def trusted_account(recording: Recording) -> str:
    """Return the account whose clusters alone may give the only role to pods."""
    (statement,) = json.loads(recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    return str(statement["Condition"]["StringEquals"]["aws:SourceAccount"])


def release_values(recording: Recording) -> dict[str, Any]:
    """Return the values of the only release."""
    found: dict[str, Any] = recording.one(RELEASE).inputs["values"]
    return found
