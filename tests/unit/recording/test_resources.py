"""What is recorded of each resource."""

from slipway.recording.resource import Alias, Resource, Timeouts
from slipway.recording.wire import UNKNOWN
from tests.unit.recording.programs import Run

ROOM = "urn:pulumi:dev::test::test:rooms:Room::one"
VPC = "urn:pulumi:dev::test::test:rooms:Room$aws:ec2/vpc:Vpc::one"

EVERY_OPTION = """
room = Room("one")
vpc = Vpc("one", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=room))
other = Vpc("other", cidr_block="10.1.0.0/16")
Parameter(
    "all", type="String", value=vpc.id, description=vpc.main_route_table_id, overwrite=True,
    opts=ResourceOptions(
        parent=room, depends_on=[other], protect=True, deleted_with=vpc, ignore_changes=["value"],
        replace_on_changes=["type"], delete_before_replace=True, retain_on_delete=True,
        aliases=[Alias(name="old"), "urn:pulumi:dev::test::aws:ssm/parameter:Parameter::ancient",
                 Alias(parent=pulumi.ROOT_STACK_RESOURCE)],
        custom_timeouts=pulumi.CustomTimeouts(create="30m", delete="1h"),
    ),
)
"""


def test_every_option_of_a_resource(run: Run) -> None:
    recording = run(EVERY_OPTION)
    found = recording.of_type("aws:ssm/parameter:Parameter")[0]
    other = recording.by_urn["urn:pulumi:dev::test::aws:ec2/vpc:Vpc::other"]
    assert (found.name, found.parent, found.custom, found.package, found.kind) == (
        "all",
        ROOM,
        True,
        "aws",
        "Parameter",
    )
    assert found.dependencies == tuple(sorted([VPC, other.urn]))
    assert found.property_dependencies == {"description": (VPC,), "value": (VPC,)}
    assert found.protect
    assert found.deleted_with == VPC
    assert found.ignore_changes == ("value",)
    assert found.replace_on_changes == ("type",)
    assert found.delete_before_replace
    assert found.retain_on_delete
    assert found.aliases[:2] == (
        Alias(name="old"),
        Alias(urn="urn:pulumi:dev::test::aws:ssm/parameter:Parameter::ancient"),
    )
    assert found.aliases[2].no_parent
    assert found.timeouts == Timeouts(create="30m", delete="1h")
    assert found.version


def test_options_that_are_not_given_are_off(run: Run) -> None:
    found = run("Vpc('one', cidr_block='10.0.0.0/16')").resources[0]
    assert found == Resource(
        urn="urn:pulumi:dev::test::aws:ec2/vpc:Vpc::one",
        type="aws:ec2/vpc:Vpc",
        name="one",
        parent="urn:pulumi:dev::test::pulumi:pulumi:Stack::test-dev",
        custom=True,
        inputs={"cidrBlock": "10.0.0.0/16"},
        version=found.version,
    )


def test_urns_are_those_of_the_engine(run: Run) -> None:
    recording = run("""
        outer = Room("outer")
        inner = Room("inner", ResourceOptions(parent=outer))
        Vpc("deep", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=inner))
        Vpc("top", cidr_block="10.0.0.0/16")
    """)
    assert [resource.urn for resource in recording.resources] == [
        "urn:pulumi:dev::test::aws:ec2/vpc:Vpc::top",
        "urn:pulumi:dev::test::test:rooms:Room$test:rooms:Room$aws:ec2/vpc:Vpc::deep",
        "urn:pulumi:dev::test::test:rooms:Room$test:rooms:Room::inner",
        "urn:pulumi:dev::test::test:rooms:Room::outer",
    ]


def test_look_ups(run: Run) -> None:
    recording = run("""
        outer = Room("outer")
        inner = Room("inner", ResourceOptions(parent=outer))
        provider = Provider("cluster", kubeconfig="x")
        Vpc("deep", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=inner))
        Release("chart", chart="chart", opts=ResourceOptions(parent=outer, provider=provider))
    """)
    outer, inner = (found for found in recording.of_type("test:rooms:Room")[::-1])
    assert (outer.name, inner.name) == ("outer", "inner")
    assert recording.parent(inner) == outer
    assert recording.parent(outer) is None
    assert {each.name for each in recording.children(outer)} == {"inner", "chart"}
    assert {each.name for each in recording.children(None)} == {"outer", "cluster"}
    assert {each.name for each in recording.within(outer)} == {"inner", "deep", "chart"}
    chart = recording.of_type("kubernetes:helm.sh/v3:Release")[0]
    assert recording.provider(chart) == recording.of_type("pulumi:providers:kubernetes")[0]
    assert recording.provider(outer) is None
    assert {each.name for each in recording.made} == {"deep", "chart"}
    assert recording.of_type("nothing") == ()


def test_numbers_booleans_and_absent_values(run: Run) -> None:
    found = run("""
        Release("one", chart="chart", timeout=600, atomic=True,
                values={"whole": 2.0, "part": 0.5, "none": None, "list": [1, "1", False], "text": "3"})
    """).resources[0]
    assert found.inputs["timeout"] == 600
    assert type(found.inputs["timeout"]) is int
    assert found.inputs["atomic"] is True
    assert found.inputs["values"] == {"whole": 2, "part": 0.5, "none": None, "list": [1, "1", False], "text": "3"}


def test_outputs_of_components_and_of_the_stack(run: Run) -> None:
    recording = run("""
        room = Room("one")
        vpc = Vpc("one", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=room))
        room.register_outputs({"network": vpc.cidr_block, "later": vpc.main_route_table_id})
        pulumi.export("cidr", vpc.cidr_block)
        pulumi.export("owner", vpc.ipv6_association_id)
        pulumi.export("nested", {"ids": [vpc.cidr_block]})
    """)
    assert recording.by_urn[ROOM].outputs["network"] == "10.0.0.0/16"
    assert recording.outputs == {"cidr": "10.0.0.0/16", "nested": {"ids": ["10.0.0.0/16"]}, "owner": UNKNOWN}


def test_a_resource_that_is_read(run: Run) -> None:
    recording = run("pulumi.export('id', Vpc.get('one', 'vpc-1').id)")
    assert recording.outputs == {"id": "vpc-1"}
    assert (recording.resources[0].read, recording.resources[0].id) == (True, "vpc-1")
    assert recording.made == ()


def test_a_remote_component_is_one_resource(run: Run) -> None:
    recording = run("""
        from pulumi_kubernetes.helm.v4.Chart import Chart
        Chart("one", chart="chart", namespace="web")
    """)
    assert [(each.type, each.remote, each.is_component) for each in recording.resources] == [
        ("kubernetes:helm.sh/v4:Chart", True, False)
    ]


def test_provider_functions_are_recorded_once_without_their_values(run: Run) -> None:
    recording = run("""
        from pulumi_aws.eks.get_addon_version import get_addon_version_output
        for name in ("vpc-cni", "coredns"):
            answer = get_addon_version_output(addon_name=name, kubernetes_version="1.35")
            pulumi.export(name, answer.version)
    """)
    assert [(each.token, each.arguments) for each in recording.invocations] == [
        ("aws:eks/getAddonVersion:getAddonVersion", ("addonName", "kubernetesVersion"))
    ]
    assert recording.outputs == {"coredns": "v0.0.0-eksbuild.simulated", "vpc-cni": "v0.0.0-eksbuild.simulated"}
