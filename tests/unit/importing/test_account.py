"""The account of an import, held against a comparison that shares nothing with it: field by field, file by file."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.importing.account import ANYWAY, Entry, path_text
from slipway.importing.documents import Source, leaves, read_documents
from slipway.importing.importer import Import, import_sources

DATA = Path(__file__).parents[2] / "data"
NOT_IMPORTED = ("stack.yaml", "app.yaml")
FILES = sorted(
    path
    for folder in ("cases", "documents")
    for path in (DATA / folder).glob("*.yaml")
    if not path.name.endswith(NOT_IMPORTED) and "kind: Deployment" in path.read_text()
)
MODES = st.sampled_from([None, 0o400, 0o755, 0o644])
KEYS = ("a.conf", "run.sh")


def imported(sources: list[Source]) -> Import:
    return import_sources(sources, environment="staging", namespace="web")


def texts(value: Any) -> Iterator[str]:
    """Yield every value in some objects, and every key of a map, as text."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    else:
        yield str(value)


def unfounded(result: Import, sources: list[Source]) -> list[Any]:
    """Return values without an entry, or with one that says of them what the rendered objects do not bear out."""
    there = {text for app in result.apps.values() for text in texts(app.objects)}
    files = {path for app in result.apps.values() for path in app.document.get("files", {})}
    entries: dict[tuple[str, int, str, str, str], list[Entry]] = {}
    for entry in result.entries:
        place = (entry.file, entry.document, entry.kind, entry.name, entry.path)
        entries.setdefault(place, []).append(entry)
    found: list[Any] = []
    for source in sources:
        for path, value in leaves(source.manifest):
            place = (source.file, source.document, source.kind, source.name, path_text(path))
            own = entries.get(place, [])
            if len(own) != 1 or own[0].value != value:
                found.append((place, f"{len(own)} entries"))
                continue
            (entry,) = own
            if entry.outcome == "carried" and entry.why != ANYWAY and str(entry.now) not in there:
                found.append((place, "said to be carried"))
            if entry.outcome == "changed" and not set(texts(entry.now)) <= {*there, "None"}:
                found.append((place, f"said to be {entry.now}"))
            if entry.outcome == "changed" and not _there(entry, there, files):
                found.append((place, f"said to be {entry.why}"))
            if _secret(path) and str(value) not in there and entry.outcome != "not carried":
                found.append((place, "a Secret of somebody's own that is gone"))
    return found


def _there(entry: Entry, there: set[str], files: set[str]) -> bool:
    """Tell whether a value that is said to be under a key of the app file is there."""
    if not entry.why.startswith("under "):
        return True
    if entry.why.startswith("under files: "):
        return set(entry.why.removeprefix("under files: ").split(", ")) <= files
    return entry.value in ({}, []) or str(entry.value) in there or str(entry.now) in there


def _secret(path: tuple[str | int, ...]) -> bool:
    words = tuple(map(str, path))
    named = {("secret", "name"), ("secretRef", "name"), ("secretKeyRef", "name")}
    return words[-1] == "secretName" or words[-2:] in named


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_said_of_every_value_is_so(path: Path) -> None:
    sources = read_documents([path])
    assert unfounded(imported(sources), sources) == []


@st.composite
def volumes(draw: st.DrawFn, name: str) -> dict[str, Any]:
    def source() -> dict[str, Any]:
        chosen: dict[str, Any] = {"name": "conf"}
        if draw(st.booleans()):
            paths = draw(st.lists(st.sampled_from(["a.conf", "sub/b.conf"]), min_size=2, max_size=2, unique=True))
            modes = [draw(MODES) for _ in KEYS]
            items = zip(KEYS, paths, modes, strict=True)
            chosen["items"] = [{"key": key, "path": to, **({"mode": mode} if mode else {})} for key, to, mode in items]
        return chosen

    mode = draw(MODES)
    default = {"defaultMode": mode} if mode else {}
    sort = draw(st.sampled_from(["configMap", "projected", "secret", "emptyDir", "memory", "hostPath"]))
    if sort == "configMap":
        return {"name": name, "configMap": {**source(), **default}}
    if sort == "projected":
        secret = draw(st.sampled_from([[], [{"secret": {"name": "key"}}]]))
        return {"name": name, "projected": {"sources": [{"configMap": source()}, *secret], **default}}
    sorts: dict[str, Any] = {
        "secret": {"secret": {"secretName": "own", **default}},
        "emptyDir": {"emptyDir": {}},
        "memory": {"emptyDir": {"medium": "Memory"}},
        "hostPath": {"hostPath": {"path": "/var/log"}},
    }
    return {"name": name, **sorts[sort]}


@st.composite
def workloads(draw: st.DrawFn) -> dict[str, Any]:
    declared = [draw(volumes(f"v{number}")) for number in range(draw(st.integers(0, 3)))]
    places = ["/tmp", "/data/", "/etc/shop", "/etc/shop/a.conf", "/opt/x.conf"]  # noqa: S108 (paths in a container)
    chosen = draw(st.permutations(places))
    said: list[dict[str, Any]] = [{}, {}, {"subPath": "a.conf"}, {"readOnly": True}]
    parts = st.sampled_from(said)
    mounts = [
        {"name": volume["name"], "mountPath": place, **draw(parts)}
        for volume, place in zip(declared, chosen, strict=False)
    ]
    before = [
        {"name": f"i{number}", "image": "registry.example.com/i:v1", **({"restartPolicy": "Always"} if always else {})}
        for number, always in enumerate(draw(st.lists(st.booleans(), max_size=4)))
    ]
    own = {"name": "shop", "image": "registry.example.com/shop:v1", "volumeMounts": mounts}
    spec = {"initContainers": before, "containers": [own], "volumes": declared}
    template = {"metadata": {"labels": {"app": "shop"}}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "shop"}}, "template": template},
    }


def tree(pod: dict[str, Any], data: dict[str, dict[str, str]]) -> dict[str, tuple[str, int]]:
    """Return the files that ConfigMaps put into a pod's own container, by path, with their modes."""
    found: dict[str, tuple[str, int]] = {}
    by_name = {each["name"]: each for each in pod.get("volumes", ())}
    for mount in pod["containers"][0].get("volumeMounts", ()):
        volume = by_name[mount["name"]]
        whole = volume.get("configMap") or volume.get("projected") or {}
        sources = [volume.get("configMap"), *(each.get("configMap") for each in whole.get("sources", ()))]
        for source in filter(None, sources):
            known = data.get(source["name"], {})
            for item in source.get("items") or [{"key": key, "path": key} for key in known]:
                mode = item.get("mode", whole.get("defaultMode", 0o644))
                place = posixpath.normpath(mount["mountPath"])
                if mount.get("subPath") == item["path"]:
                    found[place] = (known[item["key"]], mode)
                elif not mount.get("subPath"):
                    found[f"{place}/{item['path']}"] = (known[item["key"]], mode)
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(workloads())
def test_of_any_pod_nothing_is_lost_without_a_word(document: dict[str, Any]) -> None:
    data = {"a.conf": "first\n", "run.sh": "second\n"}
    given_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": data}
    sources = [Source("all.yaml", 1, document), Source("all.yaml", 2, given_map)]
    result = imported(sources)
    assert unfounded(result, sources) == []
    app = result.apps["shop"]
    before = document["spec"]["template"]["spec"]
    now = app.objects["deployment"]["spec"]["template"]["spec"]
    said = [each.path for each in result.entries if each.outcome == "not carried" and "secret" not in each.path]
    lost = any("configMap" in path or "projected" in path or path.startswith("data") for path in said)
    maps = {each["metadata"]["name"]: each["data"] for each in app.objects.values() if each["kind"] == "ConfigMap"}
    is_now = tree(now, maps)
    assert lost or tree(before, {"conf": data}).items() <= is_now.items()
    names = [each["name"] for each in before["initContainers"]]
    assert [each["name"] for each in now.get("initContainers", ())] == names
    mounted = {posixpath.normpath(each["mountPath"]) for each in before["containers"][0]["volumeMounts"]}
    places = [each["mountPath"] for each in now["containers"][0].get("volumeMounts", ())]
    assert set(places) <= {*mounted, "/tmp"}  # noqa: S108 (a path in the container)
    assert len(places) == len(set(places))
