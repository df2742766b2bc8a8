"""no-public-endpoint: nothing but the platform's ways in answers the whole internet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.tenancy.system import is_system_namespace
from policy.model import Rule, Stack
from policy.rules.networks import is_everyone
from policy.rules.reading import by_type, is_true, listed, open_value, parameter, place, texts
from slipway.recording.objects import dig, items, mapping, namespace, object_name, text
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

Parameters = Mapping[str, Any]
_SERVICE = "service.beta.kubernetes.io/aws-load-balancer"


def _cluster(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    config = mapping(resource.inputs, "vpcConfig")
    public, cidrs = config.get("endpointPublicAccess", True), config.get("publicAccessCidrs")
    if public is False or open_value(public) or open_value(cidrs):
        return
    if parameters["clusterEndpoint"] == "private":
        yield "the API server has a public endpoint: set cluster.endpoint: {publicAccess: false}"
        return
    wide = _everyone(listed(cidrs) or ["0.0.0.0/0"], parameters)
    if wide:
        yield (
            f"the API server answers {', '.join(wide)}: name the networks that may reach it in"
            " cluster.endpoint.publicAccessCidrs, or set publicAccess: false"
        )


def _everyone(cidrs: Iterable[Json], parameters: Parameters) -> list[str]:
    return [str(each) for each in cidrs if is_everyone(each, parameters["widestPrefix"])]


def _rule(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    yield from _admitted(resource.inputs, [resource.inputs.get(key) for key in ("cidrIpv4", "cidrIpv6")], parameters)


def _old_rule(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    if resource.inputs.get("type") == "ingress":
        yield from _admitted(resource.inputs, _blocks(resource.inputs), parameters)


def _group(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    for rule in items(resource.inputs, "ingress"):
        yield from _admitted(rule, _blocks(rule), parameters)


def _blocks(rule: Json) -> list[Json]:
    return [*items(rule, "cidrBlocks"), *items(rule, "ipv6CidrBlocks")]


def _admitted(rule: Json, cidrs: list[Json], parameters: Parameters) -> Iterator[str]:
    wide = _everyone(cidrs, parameters)
    first, last = dig(rule, "fromPort"), dig(rule, "toPort")
    if not wide or (first == last and first in parameters["publicPorts"]):
        return
    protocol = text(rule, "ipProtocol") or text(rule, "protocol") or "any protocol"
    ports = "all ports" if protocol == "-1" or first is None else f"{protocol} {_ports(first, last)}"
    yield f"the security group admits {', '.join(wide)} to {ports}: name the networks that need it"


def _ports(first: Json, last: Json) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _subnet(resource: Resource, _stack: Stack, _parameters: Parameters) -> Iterator[str]:
    if is_true(resource.inputs.get("mapPublicIpOnLaunch")):
        yield "whatever starts in the subnet gets a public address: mapPublicIpOnLaunch is true"


def _template(resource: Resource, _stack: Stack, _parameters: Parameters) -> Iterator[str]:
    for interface in items(resource.inputs, "networkInterfaces"):
        if is_true(dig(interface, "associatePublicIpAddress")):
            yield "nodes get a public address: associatePublicIpAddress is true"


def _instance(resource: Resource, _stack: Stack, _parameters: Parameters) -> Iterator[str]:
    if is_true(resource.inputs.get("publiclyAccessible")):
        yield "the database has a public address: publiclyAccessible is true"


def _service(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    where = namespace(resource) or "default"
    if dig(resource.inputs, "spec", "type") != "LoadBalancer" or is_system_namespace(where):
        return
    if f"{where}/{object_name(resource)}" in parameters["publicServices"] or _internal(resource):
        return
    sources = items(resource.inputs, "spec", "loadBalancerSourceRanges")
    if not sources or _everyone(sources, parameters):
        yield (
            f"{place(resource)} is a load balancer that the internet reaches, past the platform's way in: expose the"
            " app by `ingress` or `route`, make it internal, or name its clients in loadBalancerSourceRanges"
        )


def _internal(service: Resource) -> bool:
    """Tell whether AWS gives the load balancer private addresses only.

    The AWS Load Balancer Controller does so unless the scheme says internet-facing, and it has the Services of its own
    class, and of the types external and nlb-ip. The cloud provider makes a public one unless it is told not to.
    """
    notes = mapping(service.inputs, "metadata", "annotations")
    if is_true(notes.get(f"{_SERVICE}-internal")):
        return True
    scheme = notes.get(f"{_SERVICE}-scheme")
    if scheme is not None:
        return scheme == "internal" or open_value(scheme)
    own_class = str(dig(service.inputs, "spec", "loadBalancerClass") or "").startswith("service.k8s.aws/")
    return own_class or notes.get(f"{_SERVICE}-type") in {"external", "nlb-ip"}


RULE = Rule(
    id="no-public-endpoint",
    title="Nothing answers the whole internet but the platform's ways in",
    description="The API server, security groups, subnets, nodes, databases, and load balancers of apps.",
    severity="mandatory",
    parameters=(
        parameter(
            "clusterEndpoint",
            "restricted",
            "restricted: the API server's public endpoint names the networks that may reach it. private: it has none.",
            enum=["restricted", "private"],
        ),
        parameter(
            "widestPrefix",
            8,
            "The shortest prefix of an IPv4 network that is not taken for the whole internet.",
            type="integer",
            minimum=1,
            maximum=32,
        ),
        parameter(
            "publicPorts",
            [],
            "Ports that a security group may open to everyone.",
            type="array",
            items={"type": "integer", "minimum": 0, "maximum": 65535},
            uniqueItems=True,
        ),
        texts("publicServices", (), "Services of type LoadBalancer, as NAMESPACE/NAME, that everyone may reach."),
    ),
    check=by_type(
        {
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _group,
            "aws:ec2/launchTemplate:LaunchTemplate": _template,
            "aws:ec2/securityGroup:SecurityGroup": _group,
            "aws:ec2/securityGroupRule:SecurityGroupRule": _old_rule,
            "aws:ec2/subnet:Subnet": _subnet,
            "aws:eks/cluster:Cluster": _cluster,
            "aws:rds/instance:Instance": _instance,
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule,
            "kubernetes:core/v1:Service": _service,
        }
    ),
)
