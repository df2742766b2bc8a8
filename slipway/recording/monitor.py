"""`Recorder`: stands where the engine stands, records every request of the program, and answers as a preview would."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2

from slipway.recording.recording import stack_urn
from slipway.recording.requests import looked_up, provider_urn, registered
from slipway.recording.resource import STACK_TYPE, Invocation, Resource
from slipway.recording.simulate import functions, resources
from slipway.recording.simulate.values import DEFAULT_REGION
from slipway.recording.wire import SIGNATURE, Empty, Json, Struct, Value, marked, properties


class DuplicateUrnError(Exception):
    """Two resources have the same URN, which the engine refuses."""

    def __init__(self, urn: str) -> None:
        super().__init__(f"duplicate resource URN {urn!r}: give one of the two resources another name")


class Unasked(Mocks):
    """What the SDK's own monitor would ask. The recorder answers every request itself."""

    def call(self, args: MockCallArgs) -> Any:
        """Refuse."""
        raise NotImplementedError(args.token)

    def new_resource(self, args: MockResourceArgs) -> Any:
        """Refuse."""
        raise NotImplementedError(args.typ)


class Recorder(MockMonitor):
    """Records; thread-safe, because the SDK sends its requests from several threads.

    With `known` the outputs of a resource are its inputs and what `slipway.recording.simulate` adds. Without it no
    output of any resource is known, which proves that the set of resources does not depend on one. With a `key` what
    is masked has fingerprints.
    """

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        region: str | None,
        known: bool,
        on_resource: Callable[[int], None],
        key: bytes | None = None,
    ) -> None:
        super().__init__(Unasked())
        self._project = project
        self._stack = stack
        self._region = region or DEFAULT_REGION
        self._known = known
        self._on_resource = on_resource
        self._key = key
        self._lock = threading.Lock()
        self._recorded: dict[str, Resource] = {}
        self._invocations: set[Invocation] = set()
        self._outputs: dict[str, dict[str, Json]] = {}

    @property
    def recorded(self) -> Mapping[str, Resource]:
        """Return the resources by URN, in the order of their arrival."""
        return self._recorded

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """Return the distinct calls of provider functions, sorted."""
        return tuple(sorted(self._invocations, key=lambda each: (each.token, each.arguments)))

    def outputs(self, urn: str) -> dict[str, Json]:
        """Return what a component, or the stack, registered as its outputs."""
        outputs = self._outputs.get(urn, {})
        return {name: outputs[name] for name in sorted(outputs)}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN that the engine would give: with the types of all parents, the stack excepted."""
        if type_ == STACK_TYPE:
            return stack_urn(self._project, self._stack)
        parents = "" if parent in ("", stack_urn(self._project, self._stack)) else parent.split("::")[2] + "$"
        return f"urn:pulumi:{self._stack}::{self._project}::{parents}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the name of the RPC)
        """Record a resource, and return what a preview knows of it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        resource = registered(request, urn, self._key)
        self._add(resource)
        if resource.is_component or not self._known:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        identity, outputs = self._answer(resource, request.object, request.additionalSecretOutputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=outputs)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Record that a resource is read, and return what is known of it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        resource = looked_up(request, urn, self._key)
        self._add(resource)
        if not self._known:
            return resource_pb2.ReadResourceResponse(urn=urn, id=request.id)
        _, outputs = self._answer(resource, request.properties, request.additionalSecretOutputs)
        return resource_pb2.ReadResourceResponse(urn=urn, id=request.id, properties=outputs)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Record the outputs of a component or of the stack, which registers none first and its exports at the end."""
        with self._lock:
            self._outputs.setdefault(request.urn, {}).update(properties(request.outputs))
        return Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Record a call of a provider function, and answer it."""
        with self._lock:
            self._invocations.add(Invocation(request.tok, tuple(sorted(request.args.fields))))
        if not self._known:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        answer = Struct()
        answer.update(
            functions.answer(request.tok, properties(request.args), self._region_of(provider_urn(request.provider)))
        )
        return resource_pb2.ResourceInvokeResponse(**{"return": answer})

    def _add(self, resource: Resource) -> None:
        with self._lock:
            if resource.urn in self._recorded:
                raise DuplicateUrnError(resource.urn)
            self._recorded[resource.urn] = resource
            count = len(self._recorded)
        self._on_resource(count)

    def _answer(self, resource: Resource, inputs: Struct, secret_outputs: list[str]) -> tuple[str, Struct]:
        """Copy the inputs as they came, marks of secrets included, and add what the simulation has."""
        identity, simulated = resources.simulated(resource, self._region_of(resource.provider))
        outputs = Struct()
        outputs.CopyFrom(inputs)
        _fill(outputs, simulated)
        for name in secret_outputs:
            if name in outputs.fields:
                outputs.fields[name].CopyFrom(marked(outputs.fields[name]))
        return identity, outputs

    def _region_of(self, provider: str | None) -> str:
        found = self._recorded.get(provider or "")
        region = found.inputs.get("region") if found else None
        return region if isinstance(region, str) else self._region


def _fill(target: Struct, simulated: Mapping[str, Json]) -> None:
    """Add what is not there, also within objects that are."""
    for name, value in simulated.items():
        if name not in target.fields:
            target.update({name: value})
        elif isinstance(value, dict) and _is_object(target.fields[name]):
            _fill(target.fields[name].struct_value, value)


def _is_object(value: Value) -> bool:
    """Whether a value is an object as such: neither unknown nor marked as something special."""
    return value.WhichOneof("kind") == "struct_value" and SIGNATURE not in value.struct_value.fields
