"""A stack with everything wrong with it: a sound recording in which each value that a rule may ask for is spoiled."""

from dataclasses import replace
from typing import Any

from slipway.recording.recording import Recording

_GONE = frozenset(
    {"livenessProbe", "readinessProbe", "tags", "kmsKeyId", "encryptionConfig"}
    | {"seccompProfile", "metadataOptions", "enabledClusterLogTypes", "topologySpreadConstraints"}
)
_FLIPPED = frozenset(
    {"encrypted", "storageEncrypted", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls"}
    | {"restrictPublicBuckets", "endpointPrivateAccess", "endpointPublicAccess", "publiclyAccessible"}
)
_SAID = {
    "image": "registry.example.com/app:latest",
    "publicAccessCidrs": ["0.0.0.0/0"],
    "replicas": 1,
    "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    "httpTokens": "optional",
    "minAvailable": "100%",
    "maxUnavailable": 0,
    "hostNetwork": True,
    "privileged": True,
    "version": "1.30",
    "verbs": ["*"],
    "maxReplicas": 1000,
    "minReplicas": 1,
    "desiredSize": 500,
    "hard": {"pods": "1", "requests.cpu": "1m", "requests.memory": "1Mi", "limits.cpu": "1m", "limits.memory": "1Mi"},
    "resources": {},
    "securityContext": {"privileged": True},
}


def spoiled(recording: Recording) -> Recording:
    """Return the stack without its network policies and every second budget, unprotected, its values spoiled."""
    budgets = [each.urn for each in recording.resources if each.kind == "PodDisruptionBudget"]
    gone = {*budgets[::2]} | {each.urn for each in recording.resources if each.kind == "NetworkPolicy"}
    kept = [each for each in recording.resources if each.urn not in gone]
    resources = tuple(replace(each, inputs=_spoiled(each.inputs), protect=False) for each in kept)
    return replace(recording, resources=resources)


def _spoiled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spoiled(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if key not in _GONE}
    return {key: _value(key, each) for key, each in kept.items()}


def _value(key: str, value: Any) -> Any:
    if key == "slipway.dev/pool":
        return "spot"
    if key == "apiVersion" and value == "policy/v1":
        return "policy/v1beta1"
    if key in _FLIPPED and isinstance(value, bool):
        return not value
    said = _SAID.get(key)
    return said if said is not None and type(said) is type(value) else _spoiled(value)
