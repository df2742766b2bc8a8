"""What is secret by its nature, marked or not: the data of a Secret wherever it is written, and credentials."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from slipway.recording.wire import SECRET, Json, mask

SECRET_DATA = ("data", "stringData")
_SECRETS = re.compile(r"kubernetes:(core/)?v1:Secret(Patch)?")
_HOLDERS = frozenset({"ConfigMap", "List", "SecretList"})
"""Kinds that other objects may be written in; charts and groups of objects have none."""
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which `kubectl apply` keeps the whole object."""
_MANIFEST = re.compile(r"""(^|[{,-])\s*["']?kind["']?\s*:\s*["']?Secret\b""", re.MULTILINE)
_DATA = re.compile(r"""(^|[{,])\s*["']?(data|stringData)["']?\s*:""", re.MULTILINE)
"""Both are in a Secret that is written as YAML or JSON; what only refers to one has no data."""
_PROVIDER = "pulumi:providers:kubernetes"
_CREDENTIAL = re.compile(r"""(?<![\w-])(token|password|client-key-data|id-token|refresh-token)["']?\s*:""")
"""A kubeconfig's keys that hold a credential; one that has a program make tokens has none of them."""
_RELEASE = "kubernetes:helm.sh/v3:Release"


def is_secret(token: str) -> bool:
    """Whether a type is a Secret, also one that is registered without its own class."""
    return _SECRETS.fullmatch(token) is not None


def masked(token: str, inputs: dict[str, Json], secret_outputs: Iterable[str]) -> dict[str, Json]:
    """Return inputs in which SECRET stands for what is secret by its nature.

    That is what a secret output has the name of; the values of a Secret, also in a list or among the values of a
    chart (its keys are shown: a reviewer looks for them); a kubeconfig with credentials; a repository's password.
    """
    found = {name: mask(value) if name in {*secret_outputs} else value for name, value in inputs.items()}
    if is_secret(token):
        return without_values(found)
    if token == _PROVIDER and _CREDENTIAL.search(str(found.get("kubeconfig", ""))):
        return {**found, "kubeconfig": SECRET}
    if not token.startswith("kubernetes:") or found.get("kind", "List") not in _HOLDERS:
        return found
    below = {name: _below(value) for name, value in found.items()}
    repository = below.get("repositoryOpts")
    if token == _RELEASE and isinstance(repository, dict) and "password" in repository:
        below["repositoryOpts"] = {**repository, "password": SECRET}
    return below


def without_values(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Secret with SECRET for each of its values, and its keys."""
    found = {name: mask(value) if name in SECRET_DATA else value for name, value in manifest.items()}
    match found.get("metadata"):
        case {"annotations": {**annotations}, **metadata} if _APPLIED in annotations:
            found["metadata"] = {**metadata, "annotations": {**annotations, _APPLIED: SECRET}}
    return found


def _below(value: Json) -> Json:
    """Return a value with the Secrets in it masked: manifests, and texts that hold one."""
    if isinstance(value, dict):
        if value.get("kind") == "Secret" and value.get("apiVersion") == "v1":
            return without_values(value)
        return {name: _below(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_below(each) for each in value]
    is_manifest = isinstance(value, str) and _MANIFEST.search(value) and _DATA.search(value)
    return SECRET if is_manifest else value
