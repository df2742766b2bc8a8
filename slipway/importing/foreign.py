"""Files of other tools: which they are, and the one command that makes manifests of them."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

IMPORT = "slipway import - --environment ENVIRONMENT"
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/"""

_KUSTOMIZE = "kustomize.config.k8s.io/"
_BELOW = ("resources", "bases", "components")


def command(file: str, document: Any) -> str:
    """Return what a document of another tool is, and what makes manifests of it; empty for one of no known tool."""
    words: Mapping[str, Any] = document if isinstance(document, dict) else {}
    folder = Path(file).parent
    if str(words.get("apiVersion", "")).startswith(_KUSTOMIZE) or Path(file).name in KUSTOMIZATIONS:
        return _kustomize(folder if Path(file).name in KUSTOMIZATIONS else Path("DIR"))
    if "kind" in words:
        return ""
    if isinstance(words.get("services"), dict) and all(isinstance(each, dict) for each in words["services"].values()):
        made = f"kompose convert -f {file if Path(file).is_file() else 'FILE'} --stdout"
        return f"this is a Docker Compose file: `{made} | {IMPORT}` makes manifests of it"
    if words.get("apiVersion") in {"v1", "v2"} and {"name", "version"} <= set(words):
        return _helm(folder, str(words["name"]))
    return ""


def of_template(path: Path, text: str) -> str:
    """Return which command renders a file that is a template of a Helm chart; empty where it is none."""
    if not re.search(r"\{\{-?\s", text):
        return ""
    chart = next((each for each in path.resolve().parents if (each / "Chart.yaml").is_file()), None)
    return _helm(Path(os.path.relpath(chart)) if chart else Path("DIR"), "NAME")


def of_folder(folder: Path) -> list[str]:
    """Return the commands for the charts and kustomizations in a folder, whose files are no manifests as they are.

    A kustomization that another one takes, and a chart within another, are not named.
    """
    charts = [each.parent for each in sorted(folder.rglob("Chart.yaml")) if not _chart_above(each.parent, folder)]
    kustomized = {each.parent for name in KUSTOMIZATIONS for each in folder.rglob(name)}
    taken = {(each / below).resolve() for each in kustomized for below in _taken(each)}
    tops = sorted(each for each in kustomized if each.resolve() not in taken)
    return [
        *(f"{each}: {_helm(each, each.resolve().name)}" for each in charts),
        *(f"{each}: {_kustomize(each)}" for each in tops or sorted(kustomized)),
    ]


def _chart_above(chart: Path, folder: Path) -> bool:
    return any((each / "Chart.yaml").is_file() for each in chart.parents if each == folder or folder in each.parents)


def _taken(folder: Path) -> Iterator[str]:
    for name in KUSTOMIZATIONS:
        try:
            found = YAML(typ="safe", pure=True).load((folder / name).read_text("utf-8"))
        except (OSError, YAMLError, ValueError):
            continue
        for key in _BELOW:
            yield from map(str, (found.get(key) if isinstance(found, dict) else None) or [])


def _helm(folder: Path, name: str) -> str:
    return f"this is a Helm chart: `helm template {name} {folder} | {IMPORT}` imports what it renders"


def _kustomize(folder: Path) -> str:
    return (
        f"the kustomization is not applied: `kubectl kustomize {folder} | {IMPORT}` imports what comes of its images,"
        " prefixes and patches"
    )
