"""Names that are equal by chance: a document names an object that is not there, and the app has one called so."""

import re

from slipway.importing.became import Became
from slipway.importing.documents import LeafPath, Source
from slipway.importing.grouping import WORKLOADS

_REFERENCES = {
    "ConfigMap": re.compile(r"(configMapRef|configMapKeyRef|configMap)\.name"),
    "Secret": re.compile(r"(secretRef|secretKeyRef|secret)\.(name|secretName)"),
}
"""By kind, the end of a path where a pod names an object of it."""

_MADE_BY = {"ConfigMap": {"ConfigMap"}, "Secret": {"Secret", "ExternalSecret", "SealedSecret"}}


def by_chance(source: Source, path: LeafPath, value: object, became: Became) -> str | None:
    """Return why a reference is to another object than the app's of that name; None where it is not."""
    end = ".".join(map(str, path[-2:]))
    if source.kind not in WORKLOADS or not any(isinstance(step, int) for step in path):
        return None
    kind = next((kind for kind, pattern in _REFERENCES.items() if pattern.fullmatch(end)), None)
    if kind is None or value in became.given or value in became.secrets:
        return None
    taken = any(
        each["kind"] in _MADE_BY[kind] and each["metadata"]["name"] == value for each in became.objects.values()
    )
    what = "variables or files" if kind == "ConfigMap" else "secrets"
    return (
        f"the {kind} {value} is not among the documents; the app's own is called so, too, holds the {what} of the app"
        " file alone, and would take its place"
        if taken
        else None
    )
