"""Run a Pulumi program in-process and look at what it registers.

recording = record(lambda: Network("slipway", settings, ...))
assert recording.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"] == "10.0.0.0/16"
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime import test as run_program
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ON_THE_WIRE

from slipway.recording.traces import short_traces
from tests.support.recorded import UNKNOWN, Recorded, Recording, Secret

__all__ = ["UNKNOWN", "Recorded", "Recording", "Secret", "record"]

MARK = "4dabf18193072939515e22adb298388d"  # Pulumi's key for special values: secrets and resource references


def _plain(value: Any) -> Any:
    """Return a protobuf Value as plain data: whole numbers as int; unknown, secret and resource values named."""
    kind = value.WhichOneof("kind")
    content = getattr(value, kind)
    if kind == "struct_value":
        data = {key: _plain(each) for key, each in content.fields.items()}
        if MARK not in data:
            return data
        return data["urn"] if "urn" in data else Secret(data["value"]) if "value" in data else data
    if kind == "list_value":
        return [_plain(each) for each in content.values]
    if kind == "number_value" and content.is_integer():
        return int(content)
    return UNKNOWN if content == UNKNOWN_ON_THE_WIRE else None if kind == "null_value" else content


class _Provider(Mocks):
    """Gives every custom resource an id, an ARN, its inputs and the test's own outputs; or nothing at all."""

    def __init__(self, recording: Recording, known: bool, outputs: Mapping[str, Any], calls: Mapping[str, Any]) -> None:
        self.recording, self.known, self.outputs, self.calls = recording, known, outputs, calls

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if not (self.known and args.custom):
            return "", {}
        arn = f"arn:aws:mock:us-west-2:123456789012:{args.typ.rpartition(':')[2].lower()}/{args.name}"
        return f"{args.name}-id", {"arn": arn, **args.inputs, **self.outputs.get(args.typ, {})}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        self.recording.calls.append((args.token, args.args))
        return dict(self.calls.get(args.token, {})), []


class _Monitor(MockMonitor):
    """Records each request; Pulumi calls it from several threads."""

    def __init__(self, recording: Recording, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.recording, self.lock = recording, threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that the engine gives: with the types of all parents but the stack's."""
        within = f"{parent.split('::')[2]}$" if parent else ""
        prefix = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"
        return f"{prefix}{within.removeprefix('pulumi:pulumi:Stack$')}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the name of the RPC)
        if request.type != "pulumi:pulumi:Stack":
            recorded = Recorded(
                type=request.type,
                name=request.name,
                parent=request.parent,
                urn=self.make_urn(request.parent, request.type, request.name),
                custom=request.custom,
                inputs={key: _plain(value) for key, value in request.object.fields.items()},
                dependencies=tuple(sorted(request.dependencies)),
                protect=request.protect,
                deleted_with=request.deletedWith,
                provider=request.provider,
                ignore_changes=tuple(request.ignoreChanges),
                aliases=tuple(alias.urn or alias.spec.name for alias in request.aliases),
                delete_before_replace=request.deleteBeforeReplace,
            )
            with self.lock:
                self.recording.resources.append(recorded)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 (the name of the RPC)
        urn = self.make_urn(request.parent, request.type, request.name)
        recorded = Recorded(
            type=request.type,
            name=request.name,
            parent=request.parent,
            urn=urn,
            custom=True,
            inputs={},
            dependencies=tuple(sorted(request.dependencies)),
            protect=False,
            deleted_with="",
            provider=request.provider,
            ignore_changes=(),
            aliases=(),
            delete_before_replace=False,
            read=request.id,
        )
        with self.lock:
            self.recording.resources.append(recorded)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)


def record(
    build: Callable[[], object],
    *,
    known: bool = True,
    stack: str = "test",
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
    calls: Mapping[str, Mapping[str, Any]] | None = None,
) -> Recording:
    """Run `build` as a preview of `stack` and return what it registered; its exceptions are raised here.

    Known outputs of a custom resource are its inputs, `id`, `arn` and what `outputs` has for its type token. With
    `known=False` every output of every custom resource is unknown. `calls` answers provider functions by token.
    """
    recording = Recording()
    monitor = _Monitor(recording, _Provider(recording, known, outputs or {}, calls or {}))

    def run() -> None:
        set_mocks(monitor.mocks, project="slipway", stack=stack, preview=True, monitor=monitor)
        run_program(build)()  # type: ignore[no-untyped-call]

    # Pulumi keeps its settings and the root stack in context variables, and its tasks in the thread's event loop: a
    # context and a loop of its own isolate each run.
    with asyncio.Runner() as runner, short_traces():
        runner.get_loop()
        contextvars.Context().run(run)
    assert len(recording.urns) == len(set(recording.urns)), f"the engine refuses duplicate URNs: {recording.urns}"
    return recording
