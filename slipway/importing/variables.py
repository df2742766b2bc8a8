"""The environment variables of a container: plain ones, those of ConfigMaps, of Secrets, of the pod."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.words import ENV_NAME
from slipway.importing.documents import at
from slipway.importing.grouping import Group

_ENV_NAME = re.compile(ENV_NAME)


def config(group: Group, spec: Mapping[str, Any], *, own: bool) -> dict[str, str]:
    """Return the plain variables; `own` is whether they go to a ConfigMap, as those of the app's container do."""
    found: dict[str, str] = {}
    for each in spec.get("envFrom") or []:
        if not each.get("prefix"):
            data = config_data(group, at(each, ("configMapRef", "name")))
            found |= {key: value for key, value in data.items() if _ENV_NAME.fullmatch(key)}
    for each in spec.get("env") or []:
        name, value = str(each.get("name")), each.get("value")
        picked = at(each, ("valueFrom", "configMapKeyRef")) or {}
        if picked:
            value = config_data(group, picked.get("name")).get(str(picked.get("key")))
        # $(NAME) is put in by Kubernetes for a variable of the pod, and never for one of a ConfigMap
        if isinstance(value, str) and not (own and "$(" in value) and _ENV_NAME.fullmatch(name):
            found[name] = value
    return found


def config_data(group: Group, name: Any) -> dict[str, str]:
    """Return the texts in a ConfigMap of the group, by key; empty where it is not among the documents."""
    data = next((part.manifest.get("data") or {} for part in group.of("ConfigMap") if part.name == name), {})
    return {key: value for key, value in data.items() if isinstance(value, str)}


def picked(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys of ConfigMaps, as (name, key), that are single variables of a container."""
    for each in spec.get("env") or []:
        reference = at(each, ("valueFrom", "configMapKeyRef")) or {}
        if {"name", "key"} <= set(reference):
            yield reference["name"], reference["key"]


def single(spec: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return the variables out of a Secret's key or a field; `renamed` are Secrets that the app calls otherwise."""
    found: dict[str, Any] = {}
    for each in spec.get("env") or []:
        source = each.get("valueFrom") or {}
        if not _ENV_NAME.fullmatch(str(each.get("name"))):
            continue
        if set(source) == {"secretKeyRef"} and {"name", "key"} <= set(source["secretKeyRef"]):
            reference = source["secretKeyRef"]
            name = renamed.get(reference["name"], reference["name"])
            found[each["name"]] = {"secretKeyRef": {"name": name, "key": reference["key"]}}
        elif set(source) == {"fieldRef"} and "fieldPath" in source["fieldRef"]:
            found[each["name"]] = {"fieldRef": {"fieldPath": source["fieldRef"]["fieldPath"]}}
    return found


def secrets(spec: Mapping[str, Any]) -> list[str]:
    """Return the Secrets whose keys become variables."""
    every = [each for each in spec.get("envFrom") or [] if not each.get("prefix")]
    return [name for each in every if (name := at(each, ("secretRef", "name")))]
