"""A project so small that a preview of it takes no time: a namespace that no policy says anything about."""

from pathlib import Path

CANARY = "canary-4711"
STACK = """
config:
  slipway:environment: local
  slipway:cluster:
    existing: {context: kind-demo}
  slipway:secrets: {password: canary-4711}
"""
HEAD = """
import json
import pulumi
from pulumi_kubernetes.apps.v1.Deployment import Deployment
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.Namespace import Namespace
from pulumi_kubernetes.core.v1.PersistentVolumeClaim import PersistentVolumeClaim
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy

secrets = pulumi.Config().require_secret_object("secrets")
"""
SPACE = """
space = Namespace("web", metadata={"name": "web", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}})
"""
DENIAL = """
NetworkPolicy(
    "default-deny",
    metadata={"name": "default-deny", "namespace": "web"},
    spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
)
"""
SETTINGS = """
ConfigMap(
    "settings",
    metadata={"name": "settings", "namespace": space.metadata["name"]},
    data={"password": secrets.apply(lambda found: found["password"])},
)
pulumi.log.warn("mind the gap")
pulumi.log.warn("mind the gap")
"""
CLAIM = """
PersistentVolumeClaim(
    "files",
    metadata={"name": "files", "namespace": "web"},
    spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
)
"""
PROGRAM = HEAD + SPACE + DENIAL + SETTINGS
CLAIM_URN = "urn:pulumi:demo::slipway::kubernetes:core/v1:PersistentVolumeClaim::files"


def write(root: Path, program: str = PROGRAM, stack: str = STACK) -> None:
    """Write the project."""
    (root / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n", encoding="utf-8")
    (root / "Pulumi.demo.yaml").write_text(stack, encoding="utf-8")
    (root / "__main__.py").write_text(program, encoding="utf-8")


def files(folder: Path) -> list[str]:
    """Return the paths of all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
