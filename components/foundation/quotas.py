"""AWS's service quotas that a stack may run into, with their codes and defaults: pure data.

Source: `aws service-quotas list-aws-default-service-quotas`, and https://docs.aws.amazon.com/general/latest/gr/eks.html
and ec2-service.html. All of these can be raised. An account may have more, and may have used some already.
"""

import re
from dataclasses import dataclass
from typing import Literal

MAX_PER_ZONE, MIN_PER_ZONE = 20, 2
"""Nodes in one availability zone, over all pools: the documents' bounds of autoscaling, as a default."""

MAX_NODES = 5000
"""The nodes for which Kubernetes is built (https://kubernetes.io/docs/setup/best-practices/cluster-large/)."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota: what is counted in it, in which service, under which code, and AWS's default of an account."""

    name: str
    service: Literal["ec2", "eks"]
    code: str
    default: int

    def __str__(self) -> str:
        """Return it as Service Quotas lists it."""
        return f"{self.name} ({self.service} {self.code}, by default {self.default})"


ELASTIC_IPS = Quota("EC2-VPC Elastic IPs", "ec2", "L-0263D0A3", 5)
NODE_GROUPS = Quota("Managed node groups per cluster", "eks", "L-6D54EA21", 30)
GROUP_NODES = Quota("Nodes per managed node group", "eks", "L-BD136A63", 450)

_STANDARD = "Standard (A, C, D, H, I, M, R, T, Z)"
_ON_DEMAND = {
    "standard": Quota(f"vCPUs of Running On-Demand {_STANDARD} instances", "ec2", "L-1216C47A", 5),
    "g": Quota("vCPUs of Running On-Demand G and VT instances", "ec2", "L-DB2E81BA", 0),
    "p": Quota("vCPUs of Running On-Demand P instances", "ec2", "L-417A185B", 0),
    "inf": Quota("vCPUs of Running On-Demand Inf instances", "ec2", "L-1945791B", 0),
    "trn": Quota("vCPUs of Running On-Demand Trn instances", "ec2", "L-2C3B7624", 0),
    "x": Quota("vCPUs of Running On-Demand X instances", "ec2", "L-7295265B", 0),
}
_SPOT = {
    "standard": Quota(f"vCPUs of All {_STANDARD} Spot Instance Requests", "ec2", "L-34B43A08", 5),
    "g": Quota("vCPUs of All G and VT Spot Instance Requests", "ec2", "L-3819A6DF", 0),
    "p": Quota("vCPUs of All P4, P3 and P2 Spot Instance Requests", "ec2", "L-7212CCBC", 0),
    "inf": Quota("vCPUs of All Inf Spot Instance Requests", "ec2", "L-B5D1601B", 0),
    "trn": Quota("vCPUs of All Trn Spot Instance Requests", "ec2", "L-6B0D517C", 0),
}
_CLASSES = {"g": "g", "gr": "g", "vt": "g", "p": "p", "inf": "inf", "trn": "trn", "x": "x"}
_STANDARD_CLASSES = frozenset({*"acdhimrtz", "im", "is"})


def vcpu_quota(instance_type: str, *, spot: bool) -> Quota | None:
    """Return the quota that counts the vCPUs of an instance type, None for a class that has one of its own."""
    letters = re.match(r"[a-z]+", instance_type)
    family = letters[0] if letters else ""
    kind = "standard" if family in _STANDARD_CLASSES else _CLASSES.get(family, "")
    return (_SPOT if spot else _ON_DEMAND).get(kind)
