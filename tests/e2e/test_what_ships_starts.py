"""What ships comes up by itself: images that anybody may pull, and nothing that somebody else has to make first."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from components.apps.context import context
from components.apps.foreign_secrets import foreign_secrets
from components.apps.manifests import render
from components.foundation.storage import storage_class_names
from slipway.cli import main
from slipway.loading import advice, load_stack
from tests.support.shipped import ROOT
from tests.unit.loading.project import STACKS, edit, shipped

pytestmark = pytest.mark.slow  # see `make test-slow`

PUBLIC = ("ghcr.io/stefanprodan/podinfo:", "public.ecr.aws/docker/library/postgres:")
"""Images that the shipped apps may have: both are pulled without a login, for amd64 and arm64."""


def objects(stack: str) -> Iterator[tuple[str, dict[str, Any]]]:
    settings = load_stack(ROOT, stack).settings
    facts = context(settings)
    for app in settings.apps:
        yield from ((app.name, each) for each in render(app, facts).values())


def values(node: Any, key: str) -> Iterator[Any]:
    """Yield what stands under a key, anywhere in a manifest."""
    if isinstance(node, dict):
        yield from ([node[key]] if key in node else [])
        for each in node.values():
            yield from values(each, key)
    elif isinstance(node, list):
        for each in node:
            yield from values(each, key)


@pytest.mark.parametrize("stack", STACKS)
def test_every_image_is_public_and_no_secret_is_somebody_elses(stack: str) -> None:
    images = {image for _, each in objects(stack) for image in values(each.get("spec", {}), "image")}
    assert images
    assert [image for image in images if not image.startswith(PUBLIC)] == []
    settings = load_stack(ROOT, stack).settings
    assert {app.name: foreign_secrets(app, context(settings)) for app in settings.apps} == {
        app.name: {} for app in settings.apps
    }
    assert [line for line in advice(settings) if "Secret" in line] == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_image_listens_and_answers_where_the_app_says(stack: str) -> None:
    """What podinfo takes from its environment (cmd/podinfo/main.go: PODINFO_, and a flag's name) and serves."""
    for app in load_stack(ROOT, stack).settings.apps:
        if app.image.startswith(PUBLIC[0]):
            assert app.config["PODINFO_PORT"] == str(app.ports["http"].container_port)
            assert app.config["PODINFO_PORT_METRICS"] == str(app.ports["metrics"].container_port)
            assert app.probes.liveness is not None
            assert app.probes.readiness is not None
            assert (app.probes.liveness.path, app.probes.readiness.path) == ("/healthz", "/readyz")


@pytest.mark.parametrize("stack", STACKS)
def test_every_volume_has_a_class_that_is_there(stack: str) -> None:
    settings = load_stack(ROOT, stack).settings
    there = storage_class_names(settings.storage, existing=settings.cluster.existing is not None)
    wanted = {name for _, each in objects(stack) for name in values(each, "storageClassName")}
    assert wanted <= set(there)


def test_a_laptop_has_room_and_nothing_waits_for_what_nobody_gives() -> None:
    """One node without a zone, 2 CPUs, no cloud: kind, k3d and minikube as they are after `create cluster`."""
    for name, each in objects("local"):
        assert "DoNotSchedule" not in values(each, "whenUnsatisfiable"), name
        assert list(values(each, "nodeSelector")) == [], name
        assert "LoadBalancer" not in values(each.get("spec", {}), "type"), name
        if each["kind"] == "Ingress":
            assert each["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
    settings = load_stack(ROOT, "local").settings
    assert sum(app.initial_replicas for app in settings.apps) <= 3
    requests = [found for _, each in objects("local") for found in values(each, "requests") if "cpu" in found]
    assert sum(int(found["cpu"].removesuffix("m")) for found in requests) <= 1000


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    root = shipped(tmp_path)
    generated = "  generated: {password: POSTGRES_PASSWORD}   # made at the first deployment, and kept\n"
    edit(root / "apps/staging/postgres.yaml", (generated, "  existing: [postgres-credentials]\n"))
    return root


def test_a_secret_of_somebody_else_is_read_in_the_preview_and_assumed(foreign: Path) -> None:
    with contextlib.chdir(foreign):
        result = CliRunner().invoke(main, ["preview", "staging"])
    assert result.exit_code == 0, result.output
    (line,) = (each for each in result.stdout.splitlines() if "postgres-existing-postgres-credentials" in each)
    assert "read, not made" in line
    assert (
        "Slipway does not make the Secret postgres-credentials of the namespace data, and assumes it" in result.output
    )


def test_what_is_read_is_no_manifest_and_no_change_of_the_plan(foreign: Path) -> None:
    with contextlib.chdir(foreign):
        CliRunner().invoke(main, ["preview", "staging", "-q", "--manifests", "out"])
    files = [path.read_text() for path in (foreign / "out").rglob("*.yaml")]
    assert files
    assert not [text for text in files if "kind: Secret\n" in text and "name: postgres-credentials" in text]
