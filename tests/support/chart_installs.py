"""Stacks that install a chart, by the lines that Slipway itself names for it."""

from typing import Any

from ruamel.yaml import YAML

from components.chart_installs import INSTALLS

BARE: dict[str, Any] = {"cni": {"policy": "vpc-cni"}, "ingress": "external"}
LEFT_OUT = {
    "arn: …": "arn: arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab",
    "hostedZoneIds: […]": "hostedZoneIds: [Z0123456789EXAMPLE]",
    "domains: […]": "domains: [example.com]",
    "externalSecrets: {…}": "externalSecrets: {secretsManager: {prefixes: [staging/]}}",
}
"""What the lines leave to the reader."""


def written(entry: str) -> dict[str, Any]:
    """Return the rooms of a stack that has the lines of the advice."""
    text = "\n".join(INSTALLS[entry].lines)
    for short, whole in LEFT_OUT.items():
        text = text.replace(short, whole)
    assert "…" not in text
    return {**BARE, **YAML(typ="safe").load(text)}
