"""No secret leaves a recording, by whichever way it goes in."""

import json

from slipway.recording.document import to_document
from slipway.recording.wire import SECRET
from tests.unit.recording.programs import Run

CANARY = "canary-4711"

EVERY_WAY = f"""
secret = Output.secret("{CANARY}")
vpc = Vpc("one", cidr_block="10.0.0.0/16", tags={{"plain": "x", "hidden": secret}})
parameter = Parameter("named-by-a-secret", name=secret, type="String", value=secret)
cluster = Cluster("one", name=secret, role_arn="x", vpc_config={{"subnet_ids": [secret]}})
release = Release("one", chart="chart", name=secret, namespace="web", values={{"a": {{"b": [1, secret]}}}})
plain = Secret("plain", metadata={{"name": "plain"}}, string_data={{"password": "{CANARY}"}})
whole = Secret("whole", metadata={{"name": "whole"}}, data=Output.secret({{"key": "{CANARY}"}}))
later = Secret("later", metadata={{"name": "later"}}, string_data={{"id": vpc.ipv6_association_id}})
class Raw(pulumi.CustomResource):
    value: Output[str]
    def __init__(self, name):
        hidden = ResourceOptions(additional_secret_outputs=["value", "absent"])
        super().__init__("test:raw:Raw", name, {{"value": "{CANARY}"}}, hidden)
more = Raw("more")
copied = Vpc("copied", cidr_block=more.value.apply(lambda text: "x" + text))
derived = Parameter("derived", type="String", value=Output.json_dumps({{"a": [secret]}}), description=parameter.name)
room = Room("room")
room.register_outputs({{"hidden": secret, "deep": {{"hidden": secret}}}})
for name, value in {{
    "tags": vpc.tags, "parameter": parameter.value, "parameterName": parameter.name, "id": parameter.id,
    "arn": parameter.arn, "cluster": cluster.arn, "values": release.values, "releaseId": release.id,
    "plain": plain.string_data, "whole": whole.data, "derived": derived.value, "description": derived.description,
    "more": more.value, "copied": copied.cidr_block,
    "config": pulumi.Config().require_secret("password"), "object": pulumi.Config().require_secret_object("nested"),
    "applied": secret.apply(lambda text: text.upper()), "format": Output.format("x{{0}}", secret),
}}.items():
    pulumi.export(name, value)
pulumi.export("all", Output.all(secret, vpc.id))
"""
CONFIGURED = "configured-0815"
"""Another value than those in the program: those are known to be secret by their marks alone."""
CONFIG = {"test:password": CONFIGURED, "test:nested": json.dumps({"deep": [CONFIGURED]})}


def test_no_secret_leaves_by_any_way(run: Run) -> None:
    recording = run(EVERY_WAY, config=CONFIG, secret_keys=list(CONFIG))
    written = json.dumps(to_document(recording)).lower()
    assert CANARY not in written
    assert CONFIGURED not in written
    assert recording.outputs["values"] == SECRET
    assert recording.outputs["config"] == SECRET
    assert recording.outputs["copied"] == SECRET


def test_no_secret_leaves_when_outputs_are_unknown(run: Run) -> None:
    recording = run(EVERY_WAY, config=CONFIG, secret_keys=list(CONFIG), known=False)
    assert CANARY not in json.dumps(to_document(recording)).lower()


def test_what_is_around_a_secret_is_shown(run: Run) -> None:
    recording = run(EVERY_WAY, config=CONFIG, secret_keys=list(CONFIG))
    by_name = {resource.name: resource.inputs for resource in recording.resources if resource.type != "test:rooms:Room"}
    assert recording.by_urn["urn:pulumi:dev::test::aws:ec2/vpc:Vpc::one"].inputs["tags"] == {
        "plain": "x",
        "hidden": SECRET,
    }
    assert recording.of_type("kubernetes:helm.sh/v3:Release")[0].inputs["values"] == {"a": {"b": [1, SECRET]}}
    assert by_name["plain"]["stringData"] == {"password": SECRET}
    assert by_name["whole"]["data"] == {"key": SECRET}
    assert by_name["later"]["stringData"] == SECRET  # unknown as a whole, so that its keys are, too
    assert by_name["more"]["value"] == SECRET
    assert by_name["copied"]["cidrBlock"] == SECRET


def test_a_secret_name_is_in_no_id(run: Run) -> None:
    outputs = run(EVERY_WAY, config=CONFIG, secret_keys=list(CONFIG)).outputs
    for name in ("arn", "cluster", "id", "releaseId"):
        assert "simulated" in str(outputs[name])
        assert SECRET not in str(outputs[name])


def test_secret_keys_are_known_to_the_program(run: Run) -> None:
    program = """
        from pulumi.runtime import is_config_secret
        pulumi.export("secret", is_config_secret("test:password"))
    """
    assert run(program, config=CONFIG).outputs == {"secret": False}
    assert run(program, config=CONFIG, secret_keys=list(CONFIG)).outputs == {"secret": True}


def test_the_program_itself_sees_the_secret(run: Run) -> None:
    """A mask that reached the program would be deployed: it computes with the real value."""
    recording = run(
        """
        password = pulumi.Config().require_secret("password")
        pulumi.export("length", Output.unsecret(password.apply(len)))
        parameter = Parameter("one", type="String", value=password)
        pulumi.export("passed", Output.unsecret(parameter.value.apply(len)))
        """,
        config=CONFIG,
        secret_keys=list(CONFIG),
    )
    assert recording.outputs == {"length": len(CONFIGURED), "passed": len(CONFIGURED)}
