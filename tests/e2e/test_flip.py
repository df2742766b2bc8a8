"""Staging with `mesh: istio` in the place of `mesh: linkerd`: one line changes, and only the mesh does."""

import shutil
from pathlib import Path

import pytest

from slipway.loading import load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.support.shipped import ROOT, recorded

PORT = "cluster-sg-control-plane-to-nodes-"


def flipped(folder: Path) -> Recording:
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "apps", folder / "apps")
    stack = (ROOT / "Pulumi.staging.yaml").read_text()
    assert stack.count("slipway:mesh: linkerd\n") == 1
    (folder / "Pulumi.staging.yaml").write_text(stack.replace("slipway:mesh: linkerd\n", "slipway:mesh: istio\n"))
    facts = load_stack(folder, "staging")
    return record(
        folder / "__main__.py",
        project=facts.project,
        stack="staging",
        config=facts.config,
        secret_keys=facts.secret_keys,
    )


@pytest.fixture(scope="module")
def istio(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return flipped(tmp_path_factory.mktemp("flipped"))


def rooms(recording: Recording) -> dict[str, set[str]]:
    """Return what is made as `kind name`, by the topmost component below the platform."""
    found: dict[str, set[str]] = {}
    for resource in recording.made:
        top, parent = resource, recording.parent(resource)
        while parent is not None and parent.type != "slipway:platform:Platform":
            top, parent = parent, recording.parent(parent)
        found.setdefault(top.name, set()).add(f"{resource.kind} {resource.name}")
    return found


@pytest.mark.slow
def test_only_the_mesh_and_what_apps_say_to_it_changes(istio: Recording) -> None:
    linkerd = rooms(recorded("staging"))
    other = rooms(istio)
    changed = {room for room in linkerd | other if linkerd.get(room) != other.get(room)}
    assert changed == {
        "linkerd",  # gone
        "istio",  # come
        "cluster",  # its control plane reaches other webhooks
        "certificates",  # trust-manager hands out Linkerd's anchor, and nothing of Istio's
        "namespace",
        "api-gateway",
        "postgres",
        "webapp",
    }


def test_what_goes_and_what_comes(istio: Recording) -> None:
    linkerd, other = rooms(recorded("staging")), rooms(istio)
    assert {each for each in linkerd["linkerd"] if each.startswith("Release")} == {
        "Release linkerd-crds",
        "Release linkerd-cni",
        "Release linkerd-control-plane",
    }
    assert {each for each in other["istio"] if each.startswith("Release")} == {
        "Release istio-base",
        "Release istio-cni",
        "Release istio-istiod",
    }
    assert "PeerAuthentication istio-mtls" in other["istio"]
    assert linkerd["certificates"] - other["certificates"] == {
        "Release certificates-trust-manager",
    }
    assert other["certificates"] <= linkerd["certificates"]
    assert {each.partition(" ")[0] for each in other["namespace"] - linkerd["namespace"]} == {"AuthorizationPolicy"}
    assert linkerd["namespace"] <= other["namespace"]


@pytest.mark.parametrize("app", ["api-gateway", "postgres", "webapp"])
def test_each_mesh_is_told_the_same_of_an_app(istio: Recording, app: str) -> None:
    mine = {"Server", "AuthorizationPolicy", "MeshTLSAuthentication", "NetworkAuthentication", "HTTPRoute"}
    theirs = {"AuthorizationPolicy", "PeerAuthentication", "DestinationRule", "VirtualService"}
    linkerd, other = rooms(recorded("staging"))[app], rooms(istio)[app]
    assert {each.partition(" ")[0] for each in linkerd - other} <= mine
    assert {each.partition(" ")[0] for each in other - linkerd} <= theirs
    assert any(each.startswith("AuthorizationPolicy") for each in linkerd)
    assert any(each.startswith("AuthorizationPolicy") for each in other)


def test_what_has_nothing_to_do_with_the_mesh_stays_as_it_is(istio: Recording) -> None:
    before, after = recorded("staging").by_urn, istio.by_urn
    for room in ("network", "nodes", "storage", "calico"):
        assert rooms(istio)[room] == rooms(recorded("staging"))[room]
    # The control plane reaches the webhooks of the mesh that there is.
    ports = {f"SecurityGroupIngressRule {PORT}{port}" for port in (8443, 6443, 15017)}
    assert rooms(istio)["cluster"] - ports == rooms(recorded("staging"))["cluster"] - ports
    same = [urn for urn in before.keys() & after.keys() if ("$aws:" in urn and PORT not in urn)]
    assert len(same) > 80
    assert [urn for urn in same if before[urn].inputs != after[urn].inputs] == []
