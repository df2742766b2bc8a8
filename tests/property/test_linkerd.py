"""What holds of Linkerd whatever the stack says of it."""

import json
from base64 import b64encode
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.networking.mesh.linkerd_values import control_plane_values
from components.networking.mesh.settings import MeshSettings
from tests.support.chart_values import RELEASE, chart, unknown_values
from tests.support.effort import examples
from tests.support.incluster import outliving, unsound, waits_for
from tests.support.linkerd import GIVEN, KEY, linkerd, mesh
from tests.support.recorded import Recording, Secret

names = st.from_regex(r"linkerd-[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
resources = st.sampled_from([{"cpu": "10m", "memory": "32Mi"}, {"cpu": "1", "memory": "1Gi"}])
tracing = st.none() | st.fixed_dictionaries(
    {
        "host": st.sampled_from(["collector.monitoring.svc", "tempo.tracing.svc.cluster.local"]),
        "port": st.integers(1, 65535),
        "samplingPercentage": st.floats(0, 100),
    }
)


@st.composite
def rooms(draw: st.DrawFn, *, identity: bool) -> MeshSettings:
    """Draw a room `mesh` with Linkerd, whose identity is given or made."""
    room: dict[str, Any] = {
        "replicas": draw(st.integers(1, 5)),
        "trustAnchors": draw(st.lists(names, min_size=1, max_size=4, unique=True)),
    }
    if identity:
        room["identity"] = GIVEN
    return mesh(
        linkerd=room,
        sidecar={"requests": draw(resources), "limits": draw(resources)},
        authorization=draw(st.sampled_from(["deny", "allow"])),
        egress=draw(st.sampled_from(["declared", "any"])),
        tracing=draw(tracing),
    )


def shown(value: Any) -> Any:
    """Return recorded inputs without what is marked as a secret."""
    if isinstance(value, Secret):
        return None
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    return [shown(each) for each in value] if isinstance(value, list) else value


def shown_keys(recording: Recording) -> list[str]:
    """Return the names of the resources whose inputs show a private key."""
    keys = (KEY, b64encode(KEY.encode()).decode(), "PRIVATE KEY")
    return [each.name for each in recording.resources if any(key in json.dumps(shown(each.inputs)) for key in keys)]


@given(rooms(identity=False) | rooms(identity=True), st.booleans())
def test_every_value_exists(room: MeshSettings, managed: bool) -> None:
    assert unknown_values(chart("linkerd-control-plane"), control_plane_values(room, managed=managed)) == []


@examples(5, 60)
@given(rooms(identity=False), st.booleans())
def test_an_identity_of_cert_managers_leaves_no_key_with_pulumi(room: MeshSettings, known: bool) -> None:
    recording = linkerd(room, known=known)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert recording.all("kubernetes:core/v1:Secret") == []
    assert shown_keys(recording) == []
    awaited = waits_for(recording, recording.one(RELEASE, "linkerd-control-plane"))
    assert {"linkerd-identity-issuer", "linkerd-identity-bundle"} <= awaited
    assert recording.urns == linkerd(room, known=not known).urns


@examples(5, 60)
@given(rooms(identity=True), st.booleans(), st.booleans())
def test_a_given_key_is_nowhere_but_in_its_secret(room: MeshSettings, managed: bool, known: bool) -> None:
    recording = linkerd(room, managed=managed, known=known)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert shown_keys(recording) == []
    assert "linkerd-issuer" in waits_for(recording, recording.one(RELEASE, "linkerd-control-plane"))
