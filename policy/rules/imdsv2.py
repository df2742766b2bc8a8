"""imdsv2: the metadata service of a node gives its credentials to no pod, and to no forged request."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Rule, Stack
from policy.rules.reading import by_type, open_value, parameter
from slipway.recording.objects import mapping, number
from slipway.recording.resource import Resource


def _options(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    options = mapping(resource.inputs, "metadataOptions")
    if options.get("httpEndpoint") == "disabled":
        return
    tokens = options.get("httpTokens")
    if tokens != "required" and not open_value(tokens):
        yield f"metadataOptions.httpTokens is {tokens or 'not set'}: required makes a request ask for a token first"
    hops = number(options, "httpPutResponseHopLimit")
    if hops is not None and hops > parameters["hopLimit"]:
        yield (
            f"metadataOptions.httpPutResponseHopLimit is {hops}, and may be {parameters['hopLimit']}: with more, pods"
            " get the node's credentials"
        )
    elif hops is None and not open_value(options.get("httpPutResponseHopLimit")):
        yield f"metadataOptions.httpPutResponseHopLimit is not set: the image decides. Set {parameters['hopLimit']}."


def _group(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    if not resource.inputs.get("launchTemplate"):
        yield "the node group has no launch template, so nothing says that pods reach no credentials of their node"


RULE = Rule(
    id="imdsv2",
    title="Nodes answer IMDSv2 only, and not to pods",
    description="Launch templates and instances ask for a session token and answer no further than one hop.",
    severity="mandatory",
    parameters=(
        parameter(
            "hopLimit",
            1,
            "The largest hop limit. 1: the node itself and pods on its network. 2: every pod.",
            type="integer",
            minimum=1,
            maximum=64,
        ),
    ),
    check=by_type(
        {
            "aws:ec2/instance:Instance": _options,
            "aws:ec2/launchTemplate:LaunchTemplate": _options,
            "aws:eks/nodeGroup:NodeGroup": _group,
        }
    ),
)
