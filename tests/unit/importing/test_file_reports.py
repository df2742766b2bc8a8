"""What an import says of files that pods mount."""

from tests.unit.importing.reading import ENV, config_map, mounting, read

VOLUME = "spec.template.spec.volumes[0]."


def test_files_of_a_directory_take_single_ones_in() -> None:
    document = mounting({"configMap": {"name": "all"}}, mountPath="/etc/shop/")
    pod = document["spec"]["template"]["spec"]
    pod["volumes"].append({"name": "w", "configMap": {"name": "one", "defaultMode": 0o755}})
    pod["containers"][0]["volumeMounts"].append({"name": "w", "mountPath": "/etc/shop/run.sh", "subPath": "run.sh"})
    result, said = read(document, config_map("all", a="1"), config_map("one", **{"run.sh": "#!"}))
    assert result.apps["shop"].document["files"] == {
        "/etc/shop/a": "1",
        "/etc/shop/run.sh": {"content": "#!", "mode": "0755"},
    }
    assert {outcome for (_, path), (outcome, _) in said.items() if "olume" in path} <= {"carried", "changed"}


def test_a_mode_of_a_file_that_is_not_kept_is_said() -> None:
    items = [{"key": "a", "path": "sub/a", "mode": 0o640}, {"key": "b", "path": "b"}]
    result, said = read(
        mounting({"configMap": {"name": "all", "items": items, "defaultMode": 0o600}}, mountPath="/etc/shop"),
        config_map("all", a="1", b="2", c="3"),
    )
    assert result.apps["shop"].document["files"] == {
        "/etc/shop/sub/a": {"content": "1", "mode": "0640"},
        "/etc/shop/b": {"content": "2", "mode": "0600"},
    }
    assert said[1, f"{VOLUME}configMap.items[0].mode"][0] == "changed"
    assert said[1, f"{VOLUME}configMap.defaultMode"][0] == "changed"
    assert said[2, "data.c"][0] == "not carried"


def test_what_else_a_projected_volume_holds_is_lost_loudly() -> None:
    sources = [
        {"configMap": {"name": "given"}},
        {"configMap": {"name": "absent"}},
        {"secret": {"name": "key", "items": [{"key": "k", "path": "k"}]}},
        {"serviceAccountToken": {"path": "token"}},
        {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
    ]
    _, said = read(mounting({"projected": {"sources": sources}}, mountPath="/etc/shop"), config_map("given", a="1"))
    lost = sorted(path.removeprefix(f"{VOLUME}projected.sources") for (_, path), (o, _) in said.items() if o[0] == "n")
    assert lost == [
        "[1].configMap.name",
        "[2].secret.items[0].key",
        "[2].secret.items[0].path",
        "[2].secret.name",
        "[3].serviceAccountToken.path",
        "[4].downwardAPI.items[0].fieldRef.fieldPath",
        "[4].downwardAPI.items[0].path",
    ]


def test_a_mount_of_a_path_made_of_variables_is_not_the_whole_volume() -> None:
    result, said = read(mounting({"emptyDir": {}}, mountPath="/logs", subPathExpr="$(POD)"))
    assert "scratch" not in result.apps["shop"].document
    assert said[1, f"{ENV}volumeMounts[0].subPathExpr"][0] == "not carried"
