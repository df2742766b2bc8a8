"""The policy pack as the engine runs it: its own process, its gRPC service, and the requests of one update.

What is sent follows the engine (pulumi/pulumi, pkg/resource/deploy/step_generator.go): remediation and validation of
each resource that is made, with its inputs as its provider checked them, then the stack with the outputs; secrets
marked, unknown values by their sentinel; the stack itself and default providers among the rest. A remote component is
registered by its provider, without inputs (pulumi-kubernetes, provider/pkg/provider/helm/v4/chart.go), as are the
children that it makes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from slipway.recording.recording import Recording, stack_urn
from slipway.recording.resource import STACK_TYPE, Resource
from slipway.recording.wire import SECRET, SECRET_SIGNATURE, SIGNATURE, UNKNOWN
from tests.support.shipped import ROOT

CANARY = "canary-5c1f-of-every-secret"
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
LEVELS = {0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate"}
_ROOM = [("grpc.max_send_message_length", 1 << 28), ("grpc.max_receive_message_length", 1 << 28)]


@dataclass(frozen=True, order=True)
class Said:
    """One diagnostic: `text` is what the policy said, without its description that the SDK puts before."""

    level: str
    policy: str
    urn: str
    text: str


def on_the_wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: on_the_wire(each) for key, each in value.items()}
    if isinstance(value, list):
        return [on_the_wire(each) for each in value]
    if value == SECRET:
        return {SIGNATURE: SECRET_SIGNATURE, "value": CANARY}
    return UNKNOWN_STRING if value == UNKNOWN else value


def struct(value: Mapping[str, Any]) -> Struct:
    made = Struct()
    made.update(value)
    return made


def as_told(recording: Recording) -> list[Resource]:
    """Return the resources as the engine has them: a remote component bare, and with a child that it rendered."""
    told: list[Resource] = []
    for each in recording.resources:
        told.append(
            replace(each, remote=False, inputs={}, property_dependencies={}, provider=None) if each.remote else each
        )
        if each.remote:
            told.append(_child(each))
    return told


def _child(remote: Resource) -> Resource:
    name = f"{remote.name}:widgets.example.com"
    project = "::".join(remote.urn.split("::")[:2])
    inputs: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "versions": [{"name": "v1"}], "scope": "Namespaced"},
    }
    return Resource(
        urn=f"{project}::{remote.type}${DEFINITION}::{name}",
        type=DEFINITION,
        name=name,
        parent=remote.urn,
        custom=True,
        inputs=inputs,
        provider=remote.provider or remote.providers.get("kubernetes"),
    )


def checked(value: Any) -> Any:
    """Return inputs as a bridged provider's check leaves them: each map says which keys are the provider's defaults."""
    if isinstance(value, dict):
        return {**{key: checked(each) for key, each in value.items()}, "__defaults": []}
    return [checked(each) for each in value] if isinstance(value, list) else value


def inputs_of(resource: Resource) -> dict[str, Any]:
    """Return the inputs as sent. The data of a Secret is secret as a whole, as the SDK marks it."""
    sent: dict[str, Any] = on_the_wire(checked(resource.inputs) if resource.package == "aws" else resource.inputs)
    if resource.type == "kubernetes:core/v1:Secret":
        for name in {"data", "stringData"} & sent.keys():
            bare = dict.fromkeys(resource.inputs[name], CANARY)  # type: ignore[arg-type]
            sent[name] = {SIGNATURE: SECRET_SIGNATURE, "value": bare}
    return sent


class Pack:
    """A running pack."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_ROOM)
        self.stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def info(self) -> Any:
        return self.stub.GetAnalyzerInfo(Empty())

    def configure(self, changes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Configure the pack as the engine does: levels and defaults of the schemas, then what a user's file says."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self.info().policies:
            schema = MessageToDict(policy.configSchema.properties)
            given = dict((changes or {}).get(policy.name, {}))
            level = given.pop("enforcementLevel", policy.enforcementLevel)
            request.policyConfig[policy.name].enforcementLevel = level
            defaults = {name: each["default"] for name, each in schema.items() if "default" in each}
            request.policyConfig[policy.name].properties.update({**defaults, **given})
        self.stub.Configure(request)

    def update(self, recording: Recording, *, asking: bool = True) -> list[Said]:
        """Send an update and return what the pack said. Without `asking` no resource is sent by itself."""
        told = as_told(recording)
        providers = {each.urn: each for each in told if each.is_provider}
        said: list[Said] = []
        if asking:
            for each in (each for each in told if not each.read):
                request = analyzer_pb2.AnalyzeRequest(
                    urn=each.urn,
                    type=each.type,
                    name=each.name,
                    properties=struct(inputs_of(each)),
                    options=_options(each),
                    provider=_provider(each, providers),
                )
                assert not self.stub.Remediate(request).remediations
                said += _said(self.stub.Analyze(request).diagnostics)
        resources = [*_added(recording), *(_stack_resource(each, providers) for each in told)]
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        return sorted([*said, *_said(self.stub.AnalyzeStack(request).diagnostics)])


def _said(diagnostics: Sequence[Any]) -> list[Said]:
    return [
        Said(
            LEVELS[each.enforcementLevel],
            each.policyName,
            each.urn,
            each.message.removeprefix(f"{each.description}\n"),
        )
        for each in diagnostics
    ]


def _options(resource: Resource) -> Any:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=resource.protect,
        ignoreChanges=resource.ignore_changes,
        deleteBeforeReplace=resource.delete_before_replace,
        deleteBeforeReplaceDefined=resource.delete_before_replace,
        additionalSecretOutputs=resource.additional_secret_outputs,
        parent=resource.parent or "",
    )


def _provider(resource: Resource, providers: Mapping[str, Resource]) -> Any:
    if not resource.custom or resource.is_provider:
        return None
    known = providers.get(resource.provider or "")
    type_ = f"pulumi:providers:{resource.package}"
    urn = known.urn if known else default_provider(resource)
    name = known.name if known else "default_7_51_1"
    return analyzer_pb2.AnalyzerProviderResource(type=type_, urn=urn, name=name, properties=struct({}))


def default_provider(resource: Resource) -> str:
    stack, project = resource.urn.removeprefix("urn:pulumi:").split("::")[:2]
    return f"urn:pulumi:{stack}::{project}::pulumi:providers:{resource.package}::default_7_51_1"


def _stack_resource(resource: Resource, providers: Mapping[str, Resource]) -> Any:
    """Return a resource with its outputs, which are not what it is asked to be: an id, a status, other defaults."""
    outputs = {**inputs_of(resource), "id": UNKNOWN_STRING, "status": {"phase": UNKNOWN_STRING}, "tagsAll": {}}
    return analyzer_pb2.AnalyzerResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=struct(outputs if resource.custom else on_the_wire(resource.outputs)),
        options=_options(resource),
        provider=_provider(resource, providers),
        parent=resource.parent or "",
        dependencies=resource.dependencies,
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for name, urns in resource.property_dependencies.items()
        },
    )


def _added(recording: Recording) -> Iterator[Any]:
    """Yield what the engine adds."""
    urn = stack_urn(recording.project, recording.stack)
    name = f"{recording.project}-{recording.stack}"
    yield analyzer_pb2.AnalyzerResource(urn=urn, type=STACK_TYPE, name=name, properties=struct({}))
    for package in sorted({each.package for each in recording.resources if each.custom and not each.is_provider}):
        urn = f"urn:pulumi:{recording.stack}::{recording.project}::pulumi:providers:{package}::default_7_51_1"
        yield analyzer_pb2.AnalyzerResource(
            urn=urn, type=f"pulumi:providers:{package}", name="default_7_51_1", properties=struct({})
        )


def started(config: Mapping[str, str], *, stack: str) -> "subprocess.Popen[str]":
    """Start the pack as the engine's language host does: in the pack's folder, with the stack in the environment."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PYTHONPATH"))}
    environment |= {
        "PULUMI_CONFIG": json.dumps(dict(config)),
        "PULUMI_PROJECT": "slipway",
        "PULUMI_STACK": stack,
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_DRY_RUN": "true",
    }
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    return subprocess.Popen(
        command, cwd=ROOT / "policy", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@contextmanager
def running(config: Mapping[str, str], *, stack: str) -> Iterator[Pack]:
    """Run the pack for a stack with this configuration."""
    process = started(config, stack=stack)
    try:
        assert process.stdout is not None
        port = process.stdout.readline()
        assert port.strip().isdigit(), process.communicate(timeout=10)[1]
        yield Pack(process, int(port))
    finally:
        process.kill()
        process.communicate()
