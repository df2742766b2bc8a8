"""Small Pulumi programs, written to a folder and recorded as a stack would be."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

from slipway.recording.recording import Recording
from slipway.recording.run import record

HEAD = """
import sys
import pulumi
from pulumi import Alias, Output, ResourceOptions
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.eks.cluster import Cluster
from pulumi_aws.ssm.parameter import Parameter
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.provider import Provider

class Room(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:rooms:Room", name, None, opts)
"""

Run = Callable[..., Recording]


def write(folder: Path, text: str) -> Path:
    """Write a program that starts with the imports above, and return its path."""
    program = folder / "__main__.py"
    program.write_text(dedent(HEAD) + dedent(text))
    return program


def runner(folder: Path) -> Run:
    """Return a function that records a program text."""

    def run(text: str, **options: Any) -> Recording:
        defaults: dict[str, Any] = {"project": "test", "stack": "dev", "config": {}}
        return record(write(folder, text), **{**defaults, **options})

    return run
