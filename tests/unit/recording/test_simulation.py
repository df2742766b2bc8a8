"""Simulated ids and outputs: plausible, recognisable, the same in every run, absent when asked to be."""

import re

from slipway.recording.simulate.values import ACCOUNT
from slipway.recording.wire import SECRET, UNKNOWN, leaves
from tests.unit.recording.programs import Run

PLATFORM = """
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.ec2.launch_template import LaunchTemplate
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.eks.node_group import NodeGroup
from pulumi_aws.iam.open_id_connect_provider import OpenIdConnectProvider
from pulumi_aws.iam.role import Role
from pulumi_aws.kms.key import Key
from pulumi_aws.provider import Provider as AwsProvider
from pulumi_kubernetes.core.v1.Namespace import Namespace

aws = ResourceOptions(provider=AwsProvider("aws", region="eu-central-1"))
vpc = Vpc("net", cidr_block="10.0.0.0/16", opts=aws)
subnet = Subnet("net", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=aws)
role = Role("nodes", assume_role_policy="{}", opts=aws)
named = Role("named", name="fixed", assume_role_policy="{}", opts=aws)
key = Key("key", opts=aws)
cluster = Cluster("k", name="prod", role_arn=role.arn, vpc_config={"subnet_ids": [subnet.id]}, opts=aws)
issuer = cluster.identities[0]["oidcs"][0]["issuer"]
oidc = OpenIdConnectProvider("oidc", url=issuer, client_id_lists=["sts.amazonaws.com"], opts=aws)
template = LaunchTemplate("lt", opts=aws)
group = NodeGroup("g", cluster_name=cluster.name, node_role_arn=role.arn, subnet_ids=[subnet.id],
                  scaling_config={"desired_size": 1, "max_size": 1, "min_size": 1}, opts=aws)
logs = LogGroup("logs", name="/aws/x", opts=aws)
default = Vpc("elsewhere", cidr_block="10.9.0.0/16")
space = Namespace("space", metadata={"name": "web"})
chart = Release("chart", chart="c", name="c", namespace="web")
for name, value in {
    "vpc": vpc.id, "subnet": subnet.id, "subnetVpc": subnet.vpc_id, "role": role.arn, "named": named.arn,
    "key": key.arn, "keyId": key.key_id, "endpoint": cluster.endpoint, "ca": cluster.certificate_authority.data,
    "issuer": issuer, "oidc": oidc.arn, "group": group.id, "logs": logs.arn, "version": template.latest_version,
    "asg": group.resources[0]["autoscaling_groups"][0]["name"], "default": default.arn,
    "clusterSg": cluster.vpc_config.cluster_security_group_id, "subnets": cluster.vpc_config.subnet_ids,
    "space": space.id, "chart": chart.id,
}.items():
    pulumi.export(name, value)
"""

EXPECTED = {
    "vpc": r"vpc-simulated\w{8}",
    "subnet": r"subnet-simulated\w{8}",
    "subnetVpc": r"vpc-simulated\w{8}",
    "role": r"arn:aws:iam::123456789012:role/nodes-simulated\w{8}",
    "named": r"arn:aws:iam::123456789012:role/fixed",
    "key": r"arn:aws:kms:eu-central-1:123456789012:key/simulated-\w{8}",
    "keyId": r"simulated-\w{8}",
    "endpoint": r"https://simulated\w{8}\.gr7\.eu-central-1\.eks\.amazonaws\.com",
    "ca": r"simulatedCertificateAuthority\w{7}",
    "issuer": r"https://oidc\.eks\.eu-central-1\.amazonaws\.com/id/simulated\w{8}",
    "oidc": r"arn:aws:iam::123456789012:oidc-provider/oidc\.eks\.eu-central-1\.amazonaws\.com/id/simulated\w{8}",
    "group": r"prod:g-simulated\w{8}",
    "logs": r"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/x",
    "asg": r"eks-prod-g-simulated\w{8}-simulated\w{8}",
    "default": r"arn:aws:ec2:us-west-2:123456789012:vpc/vpc-simulated\w{8}",
    "clusterSg": r"sg-simulated\w{8}",
    "space": r"web",
    "chart": r"web/c",
}


def test_values_are_plausible(run: Run) -> None:
    outputs = run(PLATFORM).outputs
    assert outputs["subnets"] == [outputs["subnet"]]
    assert len(str(outputs["ca"])) % 4 == 0  # valid Base64
    assert outputs["subnetVpc"] == outputs["vpc"]
    for name, pattern in EXPECTED.items():
        assert re.fullmatch(pattern, str(outputs[name])), (name, outputs[name])


def test_what_cannot_be_marked_is_unknown(run: Run) -> None:
    assert run(PLATFORM).outputs["version"] == UNKNOWN


def test_every_simulated_value_is_recognisable(run: Run) -> None:
    """What is in the outputs and stands nowhere in the program is marked, or in the documentation's account."""
    invented = [
        value for value in leaves(run(PLATFORM).outputs) if isinstance(value, str) and value not in ("web", "web/c")
    ]
    assert [value for value in invented if not ("simulated" in value or ACCOUNT in value or value == UNKNOWN)] == []


def test_a_wildcard_is_proved_by_the_record_of_its_domain(run: Run) -> None:
    outputs = run("""
        from pulumi_aws.acm.certificate import Certificate

        made = Certificate("tls", domain_name="example.com", subject_alternative_names=["*.example.com", "example.org"])
        pulumi.export("names", made.domain_validation_options.apply(lambda all: [each.domain_name for each in all]))
        pulumi.export(
            "records", made.domain_validation_options.apply(lambda all: [each.resource_record_name for each in all])
        )
    """).outputs
    assert outputs["names"] == ["example.com", "*.example.com", "example.org"]
    records = outputs["records"]
    assert isinstance(records, list)
    assert records[0] == records[1]
    assert re.fullmatch(r"_simulated\w{8}\.example\.org\.", str(records[2]))


def test_two_resources_never_share_an_id(run: Run) -> None:
    outputs = run("""
        for name in ("a", "b"):
            pulumi.export(name, Vpc(name, cidr_block="10.0.0.0/16").id)
            pulumi.export(name + "-role", Cluster(name, role_arn="x", vpc_config={"subnet_ids": []}).arn)
    """).outputs
    assert len(set(map(str, outputs.values()))) == 4


def test_ids_depend_on_the_whole_urn(run: Run) -> None:
    outputs = run("""
        for name, parent in (("a", Room("one")), ("b", None)):
            pulumi.export(name, Vpc("same", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=parent)).id)
    """).outputs
    assert outputs["a"] != outputs["b"]


def test_a_value_that_is_unknown_or_secret_as_a_whole_stays_so(run: Run) -> None:
    outputs = run("""
        vpc = Vpc("one", cidr_block="10.0.0.0/16")
        later = vpc.ipv6_association_id.apply(lambda identity: {"subnet_ids": [identity]})
        hidden = Output.secret({"subnet_ids": ["subnet-1"]})
        pulumi.export("later", Cluster("later", role_arn="x", vpc_config=later).vpc_config)
        pulumi.export("hidden", Cluster("hidden", role_arn="x", vpc_config=hidden).vpc_config)
        open_ = Cluster("open", role_arn="x", vpc_config={"subnet_ids": ["subnet-1"]})
        pulumi.export("open", open_.vpc_config.cluster_security_group_id)
    """).outputs
    assert (outputs["later"], outputs["hidden"]) == (UNKNOWN, SECRET)
    assert str(outputs["open"]).startswith("sg-simulated")


def test_unknown_outputs_leave_the_set_of_resources_alone(run: Run) -> None:
    known, unknown = run(PLATFORM), run(PLATFORM, known=False)
    assert [each.urn for each in known.resources] == [each.urn for each in unknown.resources]
    assert set(unknown.outputs.values()) == {UNKNOWN}
    subnet = unknown.of_type("aws:ec2/subnet:Subnet")[0]
    assert subnet.inputs == {"cidrBlock": "10.0.0.0/24", "vpcId": UNKNOWN}
    assert subnet.dependencies == known.of_type("aws:ec2/subnet:Subnet")[0].dependencies


def test_a_resource_in_apply_is_found_out(run: Run) -> None:
    program = """
        vpc = Vpc("one", cidr_block="10.0.0.0/16")
        vpc.id.apply(lambda identity: Parameter("inside", type="String", value=identity))
    """
    assert len(run(program).resources) == 2
    assert len(run(program, known=False).resources) == 1


def test_functions(run: Run) -> None:
    program = """
        from pulumi_aws.get_availability_zones import get_availability_zones_output
        from pulumi_aws.get_caller_identity import get_caller_identity_output
        from pulumi_aws.get_partition import get_partition_output
        from pulumi_aws.get_region import get_region_output
        pulumi.export("account", get_caller_identity_output().account_id)
        pulumi.export("region", get_region_output().region)
        pulumi.export("partition", get_partition_output().partition)
        pulumi.export("zones", get_availability_zones_output().names)
    """
    config = {"aws:region": "eu-west-1"}
    assert run(program, config=config).outputs == {
        "account": ACCOUNT,
        "partition": "aws",
        "region": "eu-west-1",
        "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    }
    assert set(run(program, known=False).outputs.values()) == {UNKNOWN}
