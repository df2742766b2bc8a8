"""Files and engine lead to the same settings, by the same way."""

import asyncio
import contextvars
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pulumi.runtime
import pytest
from pydantic import SecretStr

from components.settings import StackSettings
from slipway.loading import LoadedStack, SettingsError, advice, load_from_engine, load_stack
from slipway.recording.monitor import Unasked
from tests.unit.loading.project import APP, ROOT, STACK, STACKS, edit, write


@pytest.fixture(autouse=True)
def _nothing_left_of_the_engine() -> Iterator[None]:
    yield
    pulumi.runtime.set_all_config({}, [])


def under_the_engine(loaded: LoadedStack, root: Path, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    """Load with what the engine sets: its map in the environment and in the runtime, and the stack's name."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(loaded.config))

    def load() -> StackSettings:
        pulumi.runtime.set_all_config(loaded.config, loaded.secret_keys)
        pulumi.runtime.set_mocks(Unasked(), project=loaded.project, stack=loaded.stack, preview=True)
        return load_from_engine(root)

    # set_mocks makes the root stack, in the thread's event loop and the context: both are this call's own.
    with asyncio.Runner() as runner:
        runner.get_loop()
        return contextvars.Context().run(load)


def mistakes(error: SettingsError) -> list[tuple[str, int, str, str]]:
    return [(each.file, each.line, each.key, each.message) for each in error.mistakes]


@pytest.mark.parametrize("stack", STACKS)
def test_every_shipped_stack_is_accepted(stack: str) -> None:
    loaded = load_stack(ROOT, stack)
    assert (loaded.project, loaded.stack, loaded.settings.environment) == ("slipway", stack, stack)
    assert loaded.settings.stack == stack
    assert [app.name for app in loaded.settings.apps] == sorted(path.stem for path in (ROOT / "apps" / stack).iterdir())


@pytest.mark.parametrize("stack", STACKS)
def test_the_engine_leads_to_the_same_settings(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_stack(ROOT, stack)
    assert under_the_engine(loaded, ROOT, monkeypatch) == loaded.settings


def test_secrets_are_neither_decrypted_nor_shown(tmp_path: Path) -> None:
    secret = "  slipway:secrets:\n    db: {secure: v1:hunter2}\n    plain: hunter3\n"
    loaded = load_stack(write(tmp_path, stack=f"encryptionsalt: v1:salt\n{STACK}{secret}"), "staging")
    assert loaded.settings.secrets["db"] == SecretStr("ciphertext:v1:hunter2")
    assert loaded.secret_keys == ["slipway:secrets"]
    assert "hunter" not in repr(loaded.settings)


def test_under_the_engine_a_secret_is_what_it_decrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_stack(write(tmp_path, stack=f"{STACK}  slipway:secrets: {{db: {{secure: v1:x}}}}\n"), "staging")
    loaded.config["slipway:secrets"] = '{"db":"hunter2"}'
    assert under_the_engine(loaded, tmp_path, monkeypatch).secrets["db"].get_secret_value() == "hunter2"


def test_under_the_engine_a_decrypted_value_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_stack(write(tmp_path, stack=f"{STACK}  slipway:secrets: {{db: {{secure: v1:x}}}}\n"), "staging")
    loaded.config["slipway:secrets"] = '{"db":{"x":"hunter2"}}'
    loaded.config["slipway:mesh"] = '{"kind":"hunter2"}'
    loaded.secret_keys.append("slipway:mesh")
    with pytest.raises(SettingsError) as caught:
        under_the_engine(loaded, tmp_path, monkeypatch)
    assert [key for _, _, key, _ in mistakes(caught.value)] == ["slipway:mesh.kind", "slipway:secrets.db"]
    assert "hunter" not in caught.value.render()


def test_mistakes_of_all_files_come_together_each_with_its_line(tmp_path: Path) -> None:
    root = write(tmp_path)
    edit(
        root / "Pulumi.staging.yaml", ("spot: {}", "spot: {zone: x}"), ("    web: {}", "    web: {}\n  slipwy:mesh: {}")
    )
    edit(root / "apps" / "staging" / "web.yaml", ("namespace: web", "namespace: wob"), ("8080", "80800"))
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "staging")
    assert mistakes(caught.value) == [
        ("Pulumi.staging.yaml", 11, "slipway:nodePools.spot.zone", "no such key"),
        ("Pulumi.staging.yaml", 14, "slipwy:mesh", "not a key of the namespace slipway"),
        ("apps/staging/web.yaml", 2, "namespace", "no such namespace"),
        ("apps/staging/web.yaml", 4, "ports.http", "too large"),
    ]


@pytest.mark.parametrize(
    "torn",
    ["name: [", "", "name: orders\nnamespace: web\nnamespace: web\nimage: example.com/a:1\nports: {api: 8081}\n"],
)
def test_what_refers_to_an_app_that_cannot_be_read_is_no_mistake(tmp_path: Path, torn: str) -> None:
    root = write(tmp_path, app=f"{APP}allowTo: [api]\n")
    (root / "apps" / "staging" / "api.yaml").write_text(torn)
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "staging")
    assert {mistake.file for mistake in caught.value.mistakes} == {"apps/staging/api.yaml"}


def test_nothing_is_made_of_a_value_that_cannot_be_read(tmp_path: Path) -> None:
    """A default in the place of these zones and this name would break a rule, or make somebody else break one."""
    stack = STACK.replace("10.30.0.0/16}", "10.30.0.0/16, zones: [us-west-2a, 2026-11-21]}")
    root = write(tmp_path, stack=stack.replace("general: {}", "general: {zones: [us-west-2c], zones: [us-west-2c]}"))
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "staging")
    assert [key for _, _, key, _ in mistakes(caught.value)] == [
        "slipway:network.zones[1]",
        "slipway:nodePools.general.zones",
    ]


def test_where_any_value_is_accepted_one_that_cannot_be_read_is_not(tmp_path: Path) -> None:
    addons = "\n    addons: {coredns: {configuration: {a: 2026-11-21, b: {c: 007}}, version: 2026-11-21}}"
    stack = STACK.replace('version: "1.35"', f'version: "1.35"{addons}')
    with pytest.raises(SettingsError) as caught:
        load_stack(write(tmp_path, stack=stack), "staging")
    assert [key.rpartition("coredns.")[2] for _, _, key, _ in mistakes(caught.value)] == [
        "configuration.a",
        "configuration.b.c",
        "version",
    ]


def test_a_place_has_one_mistake(tmp_path: Path) -> None:
    app = APP.replace("name: web", "name: 5").replace("8080", "08080")
    with pytest.raises(SettingsError) as caught:
        load_stack(write(tmp_path, app=app), "staging")
    assert mistakes(caught.value) == [
        ("apps/staging/web.yaml", 1, "name", "not the name of its file"),
        ("apps/staging/web.yaml", 4, "ports.http", "a number with a leading zero"),
    ]


def test_the_engine_reports_the_same_mistakes_in_the_same_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path)
    loaded = load_stack(root, "staging")
    edit(
        root / "Pulumi.staging.yaml",
        ("spot: {}", "spot: {zone: x}"),
        ("    web: {}", "    web: {}\n  slipway:meshh: {}"),
    )
    edit(root / "apps" / "staging" / "web.yaml", ("8080", "80800"))
    with pytest.raises(SettingsError) as offline:
        load_stack(root, "staging")
    loaded.config["slipway:nodePools"] = '{"general":{},"spot":{"zone":"x"}}'
    loaded.config["slipway:meshh"] = "{}"
    with pytest.raises(pulumi.RunError) as engine:
        under_the_engine(loaded, root, monkeypatch)
    assert str(engine.value) == offline.value.render()
    assert len(offline.value.mistakes) == 3


def test_configuration_that_is_in_no_file_still_has_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path)
    loaded = load_stack(root, "staging")
    loaded.config["slipway:network"] = "wide"
    (root / "Pulumi.staging.yaml").unlink()
    with pytest.raises(SettingsError) as caught:
        under_the_engine(loaded, root, monkeypatch)
    assert mistakes(caught.value) == [("the configuration", 1, "slipway:network", "wrong type")]


def test_a_stack_file_that_is_not_yaml_has_that_mistake_only(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_stack(write(tmp_path, stack=STACK + "  x: [", app="name: 5\n"), "staging")
    [(file, line, _, message)] = mistakes(caught.value)
    assert (file, line) == ("Pulumi.staging.yaml", 14)
    assert message.startswith("not YAML")


@pytest.mark.parametrize("environment", ["stagin", "../production", "", "production/../production"])
def test_an_environment_that_does_not_exist_opens_no_folder(tmp_path: Path, environment: str) -> None:
    root = write(tmp_path, stack=STACK.replace("environment: staging", f'environment: "{environment}"'), app="x: [")
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "staging")
    assert [(file, key) for file, _, key, _ in mistakes(caught.value)] == [
        ("Pulumi.staging.yaml", "slipway:environment")
    ]


def test_an_app_of_production_is_not_loaded_by_another_environment(tmp_path: Path) -> None:
    root = write(tmp_path)
    production = root / "apps" / "production"
    production.mkdir()
    (production / "shop.yaml").write_text(APP.replace("name: web", "name: shop"))
    assert [app.name for app in load_stack(root, "staging").settings.apps] == ["web"]
    (root / "apps" / "staging" / "shop.yaml").symlink_to("../production/shop.yaml")
    with pytest.raises(SettingsError, match="leads out of the environment's folder"):
        load_stack(root, "staging")


def test_the_projects_defaults_count_where_the_stack_says_nothing(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "Pulumi.yaml").write_text(
        "name: slipway\nconfig:\n  slipway:mesh: {value: {kind: istio}}\n"
        "  slipway:network: {value: {cidr: 10.99.0.0/16}}\n"
    )
    settings = load_stack(root, "staging").settings
    assert settings.mesh.kind == "istio"
    assert settings.network is not None
    assert settings.network.cidr == "10.30.0.0/16"


def test_advice_starts_with_where_it_applies(tmp_path: Path) -> None:
    settings = load_stack(write(tmp_path, app=f"{APP}tier: 1\nreplicas: 1\n"), "staging").settings
    lines = advice(settings)
    assert lines
    assert all(line.startswith(("slipway:", "apps/staging/web.yaml: ")) for line in lines)


@pytest.mark.slow
def test_the_program_ends_without_a_traceback(tmp_path: Path) -> None:
    """Run the program as the engine's own runner does: a RunError is logged as it is."""
    root = write(tmp_path, stack=STACK.replace("spot: {}", "spot: {zone: x}"))
    code = (
        "import runpy, sys, pulumi\nfrom slipway.recording.monitor import Unasked\n"
        "pulumi.runtime.set_all_config({'slipway:environment': 'staging', 'slipway:cluster': '5'}, [])\n"
        "pulumi.runtime.set_mocks(Unasked(), project='slipway', stack='staging')\n"
        "try:\n    runpy.run_path(sys.argv[1], run_name='__main__')\n"
        "except pulumi.RunError as error:\n    sys.exit(str(error))\n"
    )
    (root / "__main__.py").write_text((ROOT / "__main__.py").read_text())
    done = subprocess.run(
        [sys.executable, "-c", code, str(root / "__main__.py")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Pulumi.staging.yaml:5: slipway:cluster: wrong type" in done.stderr
