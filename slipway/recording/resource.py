"""What is recorded of one registration: value objects in plain JSON types."""

from dataclasses import dataclass, field

from slipway.recording.wire import Json

STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another identity under which the engine looks for the resource: a whole URN, or what differs from the present."""

    urn: str | None = None
    name: str | None = None
    type: str | None = None
    stack: str | None = None
    project: str | None = None
    parent: str | None = None
    no_parent: bool = False


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The custom timeouts, as durations such as `30m`; None is the provider's own."""

    create: str | None = None
    update: str | None = None
    delete: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the program registered it.

    `inputs` have the provider's own key spelling. `parent`, `dependencies`, `deleted_with`, `provider` and the
    values of `property_dependencies` and `providers` are URNs. `id` is set for a resource that is read, not made.
    `outputs` are those that a component registered. `fingerprints` are the keyed digests of what is masked in
    `inputs`, by JSON pointer; there are none where no comparison is made.
    """

    urn: str
    type: str
    name: str
    parent: str | None
    custom: bool
    inputs: dict[str, Json]
    remote: bool = False
    read: bool = False
    id: str | None = None
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str | None = None
    providers: dict[str, str] = field(default_factory=dict)
    version: str | None = None
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    deleted_with: str | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    timeouts: Timeouts | None = None
    outputs: dict[str, Json] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The provider package: `aws`, `kubernetes`, `pulumi`, or the program's own."""
        return self.type.partition(":")[0]

    @property
    def kind(self) -> str:
        """The last part of the type token: `Vpc`, `Deployment`."""
        return self.type.rpartition(":")[2]

    @property
    def is_provider(self) -> bool:
        """Whether this is an explicit provider, which makes nothing by itself."""
        return self.type.startswith("pulumi:providers:")

    @property
    def is_component(self) -> bool:
        """Whether this is a component of the program, which only groups others; a remote one makes its own."""
        return not self.custom and not self.remote


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a provider function. Its arguments' names only: the SDK takes the mark off secret values in them."""

    token: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What the program said with `pulumi.log`: severity `warning` or `error`."""

    severity: str
    text: str
