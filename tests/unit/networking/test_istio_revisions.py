"""Control planes side by side, their tags, and the two steps of an upgrade."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.networking.mesh.istio_settings import IstioSettings
from components.networking.mesh.membership import namespace_labels
from components.networking.mesh.revisions import (
    control_planes,
    effective_tags,
    newest,
    revision_of,
    stable_control_plane,
    version_key,
    within_one_minor,
)
from tests.support.chart_values import RELEASE
from tests.support.incluster import waits_for
from tests.support.recorded import Recording
from tests.unit.networking.istio_stack import TWO, istio, mesh

if TYPE_CHECKING:
    from components.networking.mesh.istio import Istio

TAG = "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration"
PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"

names = st.from_regex(r"\A[a-z][a-z0-9-]{0,8}[a-z0-9]\Z")
versions = st.builds("{}.{}.{}".format, st.just(1), st.integers(28, 32), st.integers(0, 12))


@st.composite
def settings(draw: st.DrawFn) -> IstioSettings:
    """Draw settings that the checks pass: tags of revisions, and a stable one."""
    revisions = draw(st.dictionaries(names, versions, max_size=4))
    if not revisions:
        return IstioSettings()
    tags = draw(st.dictionaries(names.filter(lambda tag: tag not in revisions), st.sampled_from(sorted(revisions))))
    if "stable" not in revisions:
        tags["stable"] = draw(st.sampled_from(sorted(revisions)))
    return IstioSettings(revisions=revisions, tags=tags)


@pytest.mark.slow
@given(settings(), st.data())
def test_whatever_a_namespace_chooses_is_one_of_the_control_planes(found: IstioSettings, data: st.DataObject) -> None:
    planes = {plane.revision for plane in control_planes(found)}
    choices = [None, *found.revisions, *effective_tags(found)]
    assert revision_of(found, data.draw(st.sampled_from(choices))) in planes
    assert stable_control_plane(found).revision in planes
    assert set(effective_tags(found).values()) <= planes


@pytest.mark.slow
@given(settings())
def test_control_planes_share_no_name(found: IstioSettings) -> None:
    planes = control_planes(found)
    assert len({plane.service for plane in planes}) == len(planes)
    assert not set(effective_tags(found)) & set(found.revisions)


@pytest.mark.slow
@given(settings(), versions)
def test_the_crds_are_as_new_as_anything_that_reads_them(found: IstioSettings, lock: str) -> None:
    installed = version_key(newest(lock, found) or lock)
    assert all(version_key(version) <= installed for version in (lock, *found.revisions.values()))
    assert newest(lock, found) in (None, *found.revisions.values())


@given(versions, versions)
def test_neighbours_are_neighbours_from_either_side(one: str, other: str) -> None:
    assert within_one_minor(one, one)
    assert within_one_minor(one, other) == within_one_minor(other, one)
    assert within_one_minor(one, other) == (abs(version_key(one)[1] - version_key(other)[1]) <= 1)


def test_versions_are_numbers_and_majors_are_apart() -> None:
    assert version_key("1.9.0") < version_key("1.30.3")
    assert not within_one_minor("2.30.3", "1.30.3")


def test_a_revision_called_stable_needs_no_tag() -> None:
    named = IstioSettings(revisions={"stable": "1.30.3"})
    assert effective_tags(named) == {}
    assert revision_of(named, None) == "stable"
    assert effective_tags(IstioSettings(revisions={"1-30-3": "1.30.3"})) == {"stable": "1-30-3"}
    assert effective_tags(IstioSettings()) == {}


def releases(recording: Recording) -> dict[str, tuple[str, str, str]]:
    """Return name, version and revision of each control plane, by logical name."""
    return {
        found.name: (found.inputs["name"], found.inputs["version"], found.inputs["values"].get("revision", ""))
        for found in recording.all(RELEASE)
        if found.inputs["chart"] == "istiod"
    }


def test_every_revision_is_a_control_plane_of_its_own_version() -> None:
    recording = istio(TWO)
    assert releases(recording) == {
        "istio-istiod-1-30-3": ("istiod-1-30-3", "1.30.3", "1-30-3"),
        "istio-istiod-1-31-0": ("istiod-1-31-0", "1.31.0", "1-31-0"),
    }
    assert waits_for(recording, recording.one(PEER)) == set(releases(recording))
    for name, (_, _, revision) in releases(recording).items():
        _zones, spread = recording.one(RELEASE, name).inputs["values"]["topologySpreadConstraints"]
        assert spread["topologyKey"] == "kubernetes.io/hostname"
        assert spread["labelSelector"]["matchLabels"] == {"app": "istiod", "istio.io/rev": revision}


def test_the_crds_are_the_newest_and_judged_by_the_stable_one() -> None:
    base = istio(TWO).one(RELEASE, "istio-base").inputs
    assert (base["version"], base["values"]) == ("1.31.0", {"defaultRevision": "1-30-3"})
    assert istio().one(RELEASE, "istio-base").inputs["values"] == {"defaultRevision": "default"}


def test_the_revision_default_is_the_control_plane_of_a_stack_without_any() -> None:
    before = istio()
    beside = istio({"revisions": {"default": "1.30.3", "1-31-0": "1.31.0"}, "tags": {"stable": "default"}})
    assert releases(before).items() <= releases(beside).items()
    assert beside.one(TAG).inputs["webhooks"][0]["clientConfig"]["service"]["name"] == "istiod"
    assert "revision" not in beside.one(RELEASE, "istio-gateway").inputs["values"]


def test_a_tag_is_what_istioctl_makes() -> None:
    recording = istio(TWO)
    tag = recording.one(TAG, "istio-tag-canary")
    assert tag.inputs["metadata"] == {
        "name": "istio-revision-tag-canary",
        "labels": {"app": "sidecar-injector", "istio.io/tag": "canary", "istio.io/rev": "1-31-0"},
    }
    by_namespace, by_pod = tag.inputs["webhooks"]
    chosen = {"key": "istio.io/rev", "operator": "In", "values": ["canary"]}
    unchosen = {"key": "istio.io/rev", "operator": "DoesNotExist"}
    unlabelled = {"key": "istio-injection", "operator": "DoesNotExist"}
    willing = {"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]}
    # No pod matches both, nor one of these and the default control plane's own, which would give it two proxies.
    assert by_namespace["namespaceSelector"]["matchExpressions"] == [chosen, unlabelled]
    assert by_namespace["objectSelector"]["matchExpressions"] == [willing]
    assert by_pod["namespaceSelector"]["matchExpressions"] == [unchosen, unlabelled]
    assert by_pod["objectSelector"]["matchExpressions"] == [willing, chosen]
    for webhook in (by_namespace, by_pod):
        assert webhook["name"].endswith(".sidecar-injector.istio.io")
        assert webhook["clientConfig"]["service"]["name"] == releases(recording)["istio-istiod-1-31-0"][0]
        # istiod writes its authority's certificate; written here, each deployment would take it away again.
        assert "caBundle" not in webhook["clientConfig"]
        assert webhook["failurePolicy"] == "Fail"


def test_pods_wait_for_the_webhook_that_brings_their_proxy() -> None:
    found: list[Istio] = []
    recording = istio(TWO, found=found)
    assert waits_for(recording, recording.one(TAG, "istio-tag-canary")) == {"istio-istiod-1-31-0"}
    assert len(found[0].ready) == 2 + 1 + 2


def test_an_upgrade_touches_nothing_that_is_not_its_step() -> None:
    def labels(settings: dict[str, Any], chosen: str | None = None) -> str:
        return namespace_labels(mesh(settings), chosen)["istio.io/rev"]

    one = {"revisions": {"1-30-3": "1.30.3"}}
    moved = {**TWO, "tags": {"stable": "1-31-0"}}
    dropped = {"revisions": {"1-31-0": "1.31.0"}}
    steps = [releases(istio(each)) for each in (one, TWO, moved, dropped)]
    old, new = "istio-istiod-1-30-3", "istio-istiod-1-31-0"
    assert [sorted(step) for step in steps] == [[old], [old, new], [old, new], [new]]
    assert all(step[old] == steps[0][old] for step in steps if old in step)
    assert all(step[new] == steps[1][new] for step in steps if new in step)
    # Namespaces keep their label while the tag moves under them; one tries the canary before.
    assert {labels(each) for each in (one, TWO, moved, dropped)} == {"stable"}
    assert labels(TWO, "canary") == "canary"
    stable = [istio(each).one(TAG, "istio-tag-stable").inputs["metadata"]["labels"] for each in (one, TWO, moved)]
    assert [each["istio.io/rev"] for each in stable] == ["1-30-3", "1-30-3", "1-31-0"]
