"""Apps that the API server takes and that can never work: the preview warns, and says the way out."""

import contextlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway.cli import main
from tests.unit.loading.project import shipped

pytestmark = pytest.mark.slow  # see `make test-slow`

APPS = {
    "wiki": (
        """\
name: wiki
namespace: web
image: registry.example.com/wiki:1.0.0
replicas: 3
ports: {http: 8330}
volumes: {uploads: {type: claim, claimName: wiki-uploads, mountPath: /uploads}}
""",
        [
            "Multi-Attach",
            "strategy: {type: Recreate}",
            "nobody in the stack makes the PersistentVolumeClaim wiki-uploads",
        ],
    ),
    "exporter": (
        """\
name: exporter
namespace: web
image: registry.example.com/exporter:1.0.0
ports: {http: 8160}
files: {/etc/exporter.yaml: "x: 1", /usr/bin/run.sh: "#!/bin/sh"}
command: [/usr/bin/run.sh]
""",
        ["all of /etc,", "all of /usr/bin,"],
    ),
    "shop": (
        """\
name: shop
namespace: web
image: registry.example.com/shop:1.0.0
ports: {http: 8170}
config: {DB_PASSWORD: hunter2-but-longer, TOKEN_EXPIRY: "3600"}
""",
        ["DB_PASSWORD", "looks like a secret"],
    ),
}
MISTAKES = {
    "nightly": (
        """\
name: nightly
namespace: web
kind: CronJob
image: registry.example.com/nightly:1.0.0
cron: {schedule: "0 3 * * *", timeZone: Europe/Berln}
resources: {limits: {memory: 512}}
volumes: {space: {type: ephemeral, size: 20m, mountPath: /space}}
""",
        ["nearest: Europe/Berlin", "nearest: 512Mi", "nearest: 20Mi"],
    ),
    "eager": (
        """\
name: eager
namespace: web
image: registry.example.com/eager:1.0.0
ports: {http: 8180}
scaling: {minReplicas: 2, maxReplicas: 3, cpu: 700}
""",
        ["scaling.cpu", "the autoscaler would never add one", "nearest: 70"],
    ),
}


def previewed(root: Path, name: str, text: str) -> tuple[int, str]:
    (root / f"apps/staging/{name}.yaml").write_text(text)
    with contextlib.chdir(root):
        done = CliRunner().invoke(main, ["preview", "staging"])
    return done.exit_code, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("name", APPS)
def test_a_warning_names_the_trap_and_the_way_out(tmp_path: Path, name: str) -> None:
    text, expected = APPS[name]
    code, said = previewed(shipped(tmp_path), name, text)
    assert code == 0, said
    assert [words for words in expected if words not in said] == []
    assert "hunter2" not in said
    assert "TOKEN_EXPIRY looks" not in said


@pytest.mark.parametrize("name", MISTAKES)
def test_what_means_nothing_is_refused_with_the_nearest(tmp_path: Path, name: str) -> None:
    text, expected = MISTAKES[name]
    code, said = previewed(shipped(tmp_path), name, text)
    assert code == 2
    assert [words for words in expected if words not in said] == []
