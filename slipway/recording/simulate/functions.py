"""What provider functions answer: `aws.eks.get_addon_version_output(…)` and the like."""

from collections.abc import Callable, Mapping

from slipway.recording.simulate.values import ACCOUNT, MARK
from slipway.recording.wire import Json


class UnknownFunctionError(Exception):
    """A function for which the simulation has no answer: a made-up one could change what the program builds."""

    def __init__(self, token: str) -> None:
        super().__init__(f"the offline preview has no answer for the provider function {token}")


def answer(token: str, arguments: Mapping[str, Json], region: str) -> dict[str, Json]:
    """Return what a provider function answers, its arguments included. Raises UnknownFunctionError."""
    if token not in _ANSWERS:
        raise UnknownFunctionError(token)
    return {**arguments, **_ANSWERS[token](arguments, region)}


def _caller(_arguments: Mapping[str, Json], _region: str) -> dict[str, Json]:
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{MARK}/preview"
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": arn, "userId": f"{MARK}:preview"}


def _region(arguments: Mapping[str, Json], region: str) -> dict[str, Json]:
    name = arguments.get("region") or arguments.get("name") or region
    return {"id": name, "region": name, "name": name, "description": MARK, "endpoint": f"ec2.{name}.amazonaws.com"}


def _zones(_arguments: Mapping[str, Json], region: str) -> dict[str, Json]:
    letters = ("a", "b", "c")
    return {
        "id": region,
        "names": [f"{region}{letter}" for letter in letters],
        "zoneIds": [f"{MARK}-az{number}" for number, _ in enumerate(letters, start=1)],
        "groupNames": [region],
    }


_ANSWERS: dict[str, Callable[[Mapping[str, Json], str], dict[str, Json]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getPartition:getPartition": lambda _arguments, _region: {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:eks/getAddonVersion:getAddonVersion": lambda arguments, _region: {
        "id": arguments.get("addonName"),
        "version": f"v0.0.0-eksbuild.{MARK}",
    },
}
