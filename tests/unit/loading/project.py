"""A small project on disk, to be given mistakes."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STACKS = ("local", "development", "staging", "production")

STACK = """\
config:
  slipway:environment: staging
  slipway:aws: {region: us-west-2}
  slipway:network: {cidr: 10.30.0.0/16}
  slipway:cluster:
    version: "1.35"
    endpoint: {publicAccess: true, publicAccessCidrs: [203.0.113.0/24]}
    admins: [arn:aws:iam::123456789012:role/admin]
  slipway:nodePools:
    general: {}
    spot: {}
  slipway:namespaces:
    web: {}
"""
APP = """\
name: web
namespace: web
image: registry.example.com/web:1.0.0
ports: {http: 8080}
"""


def write(root: Path, *, stack: str = STACK, app: str = APP) -> Path:
    """Write a project with the stack staging and its app web, and return its folder."""
    (root / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n")
    (root / "Pulumi.staging.yaml").write_text(stack)
    folder = root / "apps" / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "web.yaml").write_text(app)
    return root


def shipped(root: Path) -> Path:
    """Copy what the project ships for its stacks and apps, and return the folder."""
    for path in [ROOT / "__main__.py", *ROOT.glob("Pulumi*.yaml")]:
        shutil.copy(path, root)
    shutil.copytree(ROOT / "apps", root / "apps")
    return root


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace text that must be there exactly once."""
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path.name}"
        text = text.replace(old, new)
    path.write_text(text)
