"""The few facts of a resource that a reader looks for first, beside its name."""

from collections.abc import Callable, Iterator

from components.foundation.images import DATA_DEVICE
from slipway.preview.kubernetes_facts import object_facts
from slipway.recording.objects import chart, dig, items, mapping, namespace, number, text
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN

Facts = Iterator[str]


def facts(resource: Resource) -> tuple[str, ...]:
    """Return the facts of a resource, most telling first; none for a type that has none to tell."""
    if resource.is_provider:
        own = iter([resource.kind, text(resource.inputs, "region") or ""])
    elif resource.package == "kubernetes":
        own = _release(resource) if resource.type.startswith("kubernetes:helm.sh/") else object_facts(resource)
    else:
        teller = _AWS.get(resource.type)
        own = teller(resource) if teller else iter(())
    found = [fact for fact in own if fact]
    if resource.protect:
        found.append("protected")
    if resource.read:
        found.append("read, not made")
    return tuple(found)


def _release(release: Resource) -> Facts:
    installed = chart(release)
    yield f"{installed.name}@{installed.version or 'latest'}"
    yield f"in {namespace(release) or 'default'}"
    if installed.repository:
        yield f"from {installed.repository}"
    yield text(release.inputs, "description") or ""


def _short(value: str | None) -> str:
    return {None: "", UNKNOWN: "known after deployment", SECRET: "secret"}.get(value, value or "")


def _texts(*keys: str) -> Callable[[Resource], Facts]:
    """Return a teller of string inputs as they are."""
    return lambda resource: (_short(text(resource.inputs, key)) for key in keys)


def _cluster(resource: Resource) -> Facts:
    yield f"Kubernetes {text(resource.inputs, 'version') or 'of the default version'}"
    public = dig(resource.inputs, "vpcConfig", "endpointPublicAccess")
    allowed = [str(each) for each in items(resource.inputs, "vpcConfig", "publicAccessCidrs")]
    yield "private endpoint" if public is False else f"public endpoint for {', '.join(allowed) or 'everyone'}"
    logs = items(resource.inputs, "enabledClusterLogTypes")
    yield f"{len(logs)} control-plane logs" if logs else ""


def _node_group(resource: Resource) -> Facts:
    types = [str(each) for each in items(resource.inputs, "instanceTypes")]
    size = mapping(resource.inputs, "scalingConfig")
    yield f"{size.get('desiredSize', '?')} x {' | '.join(types) or 'unknown type'}"
    yield f"{size.get('minSize', '?')} to {size.get('maxSize', '?')}"
    yield "spot" if text(resource.inputs, "capacityType") == "SPOT" else "on-demand"
    taints = [text(taint, "key") or "?" for taint in items(resource.inputs, "taints")]
    yield f"tainted {', '.join(taints)}" if taints else ""


def _launch_template(resource: Resource) -> Facts:
    for device in items(resource.inputs, "blockDeviceMappings"):
        size = number(device, "ebs", "volumeSize")
        what = "data" if text(device, "deviceName") == DATA_DEVICE else "root"
        yield f"{what} {size or '?'} GiB {text(device, 'ebs', 'volumeType') or ''}".rstrip()
    if text(resource.inputs, "metadataOptions", "httpTokens") == "required":
        yield "IMDSv2"


def _subnet(resource: Resource) -> Facts:
    yield from _texts("cidrBlock", "availabilityZone")(resource)
    if resource.inputs.get("mapPublicIpOnLaunch") is True:
        yield "public"


def _endpoint(resource: Resource) -> Facts:
    yield (text(resource.inputs, "serviceName") or "").rpartition("com.amazonaws.")[2]
    yield (text(resource.inputs, "vpcEndpointType") or "Gateway").lower()


def _rule(resource: Resource) -> Facts:
    first, last = resource.inputs.get("fromPort"), resource.inputs.get("toPort")
    protocol = text(resource.inputs, "ipProtocol") or "any"
    ports = "" if first is None else f" {first}" if first == last else f" {first}-{last}"
    yield "all traffic" if protocol == "-1" else f"{protocol}{ports}"
    yield text(resource.inputs, "description") or ""


def _log_group(resource: Resource) -> Facts:
    yield _short(text(resource.inputs, "name"))
    days = resource.inputs.get("retentionInDays")
    yield f"{days} days" if days else "kept for ever"


def _addon(resource: Resource) -> Facts:
    yield f"{text(resource.inputs, 'addonName')}@{_short(text(resource.inputs, 'addonVersion')) or 'default'}"


def _policy_name(resource: Resource) -> Facts:
    yield _short(text(resource.inputs, "policyArn")).rpartition("/")[2]


_AWS: dict[str, Callable[[Resource], Facts]] = {
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:ec2/flowLog:FlowLog": _texts("trafficType"),
    "aws:ec2/launchTemplate:LaunchTemplate": _launch_template,
    "aws:ec2/route:Route": _texts("destinationCidrBlock"),
    "aws:ec2/securityGroup:SecurityGroup": _texts("description"),
    "aws:ec2/subnet:Subnet": _subnet,
    "aws:ec2/vpc:Vpc": _texts("cidrBlock"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:eks/accessEntry:AccessEntry": _texts("principalArn"),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": _policy_name,
    "aws:eks/addon:Addon": _addon,
    "aws:eks/cluster:Cluster": _cluster,
    "aws:eks/nodeGroup:NodeGroup": _node_group,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": lambda resource: iter(
        [f"{text(resource.inputs, 'namespace')}/{text(resource.inputs, 'serviceAccount')}"]
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _texts("url"),
    "aws:iam/role:Role": _texts("description"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _policy_name,
    "aws:kms/alias:Alias": _texts("name"),
    "aws:kms/key:Key": _texts("description"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule,
}
