"""What a database and a cache in the cluster are: hardened, tuned to their memory, reached by name, watched."""

import os
import subprocess
from pathlib import Path

import pytest

from components.dependencies.images import IMAGES
from components.dependencies.settings import VERSIONS
from tests.support.in_cluster_dependencies import BOTH, depending, objects, pod
from tests.support.pod_security import restricted_violations
from tests.support.schemas import manifest_problems

MESHES = ("none", "istio", "linkerd")


@pytest.mark.parametrize("mesh", MESHES)
@pytest.mark.parametrize("existing", [False, True])
def test_every_object_is_valid_and_every_pod_restricted(mesh: str, existing: bool) -> None:
    settings = depending(existing=existing, mesh=mesh, monitoring={})
    for each in settings.apps:
        found = objects(settings, each.name)
        assert [(suffix, fault) for suffix, m in found.items() for fault in manifest_problems(m)] == []
        assert restricted_violations(pod(found)) == [], each.name


def test_every_version_has_an_image_with_an_exact_tag() -> None:
    assert {engine: tuple(images) for engine, images in IMAGES.items()} == VERSIONS
    for engine, versions in IMAGES.items():
        for version, image in versions.items():
            settings = depending({"store": {"engine": engine, "version": version}})
            assert pod(objects(settings, "web-store"))["containers"][0]["image"] == image
            assert image.startswith("public.ecr.aws/docker/library/")
            assert image.rpartition(":")[2].startswith(f"{version}.")


def test_an_image_of_ones_own_serves_and_dumps() -> None:
    own = "registry.example.com/postgis:13.1"
    settings = depending({"database": {"engine": "postgresql", "version": "13", "image": own}})
    assert pod(objects(settings, "web-database"))["containers"][0]["image"] == own
    assert pod(objects(settings, "web-database-backup"))["initContainers"][0]["image"] == own


def test_postgresql_is_tuned_to_its_memory_and_refuses_another_version() -> None:
    settings = depending({"database": {"engine": "postgresql", "resources": {"limits": {"memory": "4Gi"}}}})
    found = objects(settings, "web-database")
    (container,) = pod(found)["containers"]
    assert {"shared_buffers=1024MB", "effective_cache_size=3072MB", "hba_file=/etc/slipway/pg_hba.conf"} <= set(
        container["args"]
    )
    # the same directory in every version
    assert found["config"]["data"]["PGDATA"] == "/data/pgdata"
    assert container["lifecycle"]["postStart"]["exec"]["command"] == ["sh", "/etc/slipway/prepare.sh"]
    mounted = {each["mountPath"] for each in container["volumeMounts"]}
    assert {"/data", "/dev/shm", "/tmp", "/var/run/postgresql"} <= mounted  # noqa: S108 (in the container)
    shared = next(each for each in pod(found)["volumes"] if each["name"] == "shm")
    assert shared["emptyDir"] == {"medium": "Memory", "sizeLimit": "1Gi"}


def test_the_superuser_has_no_login_from_elsewhere() -> None:
    (logins,) = (
        text for text in objects(depending(), "web-database")["files"]["data"].values() if "scram-sha-256" in text
    )
    rules = [line.split() for line in logins.splitlines() if not line.startswith("#")]
    assert rules == [
        ["local", "all", "all", "trust"],
        ["host", "all", "postgres", "all", "reject"],
        ["host", "all", "all", "all", "scram-sha-256"],
    ]


def test_redis_keeps_a_quarter_of_its_memory_free() -> None:
    found = objects(depending(), "web-cache")
    assert found["config"]["data"]["MAXMEMORY"] == str(384 * 2**20)
    (start,) = found["files"]["data"].values()
    for line in ("appendonly yes", "maxmemory $MAXMEMORY", "maxmemory-policy volatile-lru", 'requirepass "$password"'):
        assert line in start.splitlines()


def test_redis_starts_with_what_is_to_be_restored_and_with_any_password(tmp_path: Path) -> None:
    (start,) = objects(depending(), "web-cache")["files"]["data"].values()
    data, programs = tmp_path / "data", tmp_path / "bin"
    (data / "appendonlydir").mkdir(parents=True)
    (data / "appendonlydir" / "old").touch()
    (data / "restore.rdb").write_text("dump")
    (data / "before-restore" / "of-the-last-time").mkdir(parents=True)
    programs.mkdir()
    server = programs / "redis-server"
    server.write_text("#!/bin/sh\ncat\n")
    server.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", start.replace("/data", str(data))],
        env={"PATH": f"{programs}:{os.defpath}", "REDISCLI_AUTH": 'a "b\\c $d', "MAXMEMORY": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert 'requirepass "a \\"b\\\\c $d"' in done.stdout
    assert (data / "appendonlydir" / "appendonly.aof.1.base.rdb").read_text() == "dump"
    manifest = (data / "appendonlydir" / "appendonly.aof.manifest").read_text()
    assert manifest == "file appendonly.aof.1.base.rdb seq 1 type b\n"
    assert [each.name for each in (data / "before-restore").iterdir()] == ["old"]
    assert not (data / "restore.rdb").exists()


def test_a_password_is_generated_once_and_stays() -> None:
    found = objects(depending(), "web-cache")
    assert found["password-generator"]["spec"] == {
        "length": 32,
        "digits": 8,
        "symbols": 0,
        "noUpper": False,
        "allowRepeat": True,
        "secretKeys": ["PASSWORD"],
    }
    spec = found["external-secret-password"]["spec"]
    assert spec["refreshPolicy"] == "CreatedOnce"
    assert spec["target"] == {"name": "web-cache-password", "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    assert spec["dataFrom"][0]["sourceRef"]["generatorRef"]["name"] == "web-cache-password"
    assert "password-generator" not in objects(depending(), "web-database")


def test_a_full_volume_and_a_failed_backup_alert_where_there_is_monitoring() -> None:
    settings = depending(monitoring={})
    rules = {
        name: objects(settings, name)["data-alerts"]["spec"]["groups"][0]["rules"][0]
        for name in ("web-database", "web-database-backup")
    }
    assert rules["web-database"]["alert"] == "DependencyVolumeFull"
    assert 'persistentvolumeclaim=~"data-web-database-[0-9]+"' in rules["web-database"]["expr"]
    assert rules["web-database-backup"]["alert"] == "DependencyBackupFailed"
    assert 'cronjob="web-database-backup"' in rules["web-database-backup"]["expr"]
    assert "alerts" in objects(settings, "web-database")
    assert "data-alerts" not in objects(depending(BOTH), "web-database")
