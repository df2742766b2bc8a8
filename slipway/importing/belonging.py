"""To which workload an object belongs: by what selects, names or reaches it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group, namespaces_agree, selects, template_of, workloads

ONE_OF_A_KIND = frozenset({"HorizontalPodAutoscaler", "PodDisruptionBudget", "ServiceAccount"})
"""Kinds of which an app has one; a second is left over."""

SHARED = frozenset({"ConfigMap", "Ingress", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy"})
"""Kinds that may serve several workloads: each of their apps gets its own."""


def group(sources: Iterable[Source]) -> tuple[list[Group], list[Source]]:
    """Return the workloads with their parts, and the objects that belong to none."""
    sources = list(sources)
    groups = workloads(sources)
    own = {id(each) for found in groups for each in (found.workload, *found.others.values())}
    left = [source for source in sources if id(source) not in own]
    while found := [(source, owners) for source in left if (owners := _owners(source, groups))]:
        for source, owners in found:
            free = [owner for owner in owners if source.kind not in ONE_OF_A_KIND or not owner.of(source.kind)]
            for owner in free:
                owner.parts.append(source)
            if free:
                left = [each for each in left if each is not source]
        if all(each in left for each, _ in found):
            break
    return groups, left


def _owners(source: Source, groups: list[Group]) -> list[Group]:
    if source.kind == "Service" and at(source.manifest, ("spec", "type")) == "ExternalName":
        near = [each for each in groups if namespaces_agree(source, each)]
        named = [each for each in near if source.name.startswith(f"{each.name}-")]
        return sorted(named, key=lambda each: -len(each.name))[:1] or (near if len(near) == 1 else [])
    belongs = RULES.get(source.kind)
    if belongs is None:
        return []
    found = [each for each in groups if namespaces_agree(source, each) and belongs(source, each)]
    return found if source.kind in SHARED else found[:1]


def _selecting(*path: str) -> Callable[[Source, Group], bool]:
    def belongs(source: Source, owner: Group) -> bool:
        selector = at(source.manifest, path)
        every = [owner.labels, *(_labels(each) for each in owner.others.values())]
        return any(selects(selector, labels) for labels in every)

    return belongs


def _labels(workload: Source) -> Mapping[str, Any]:
    return at(dict(template_of(workload)), ("metadata", "labels")) or {}


def _targeting(*path: str) -> Callable[[Source, Group], bool]:
    def belongs(source: Source, owner: Group) -> bool:
        target = at(source.manifest, path) or {}
        known = [(each.kind, each.name) for each in (owner.workload, *owner.others.values(), *owner.of("Rollout"))]
        return (target.get("kind", "Deployment"), target.get("name")) in known

    return belongs


def _account(source: Source, owner: Group) -> bool:
    return bool(source.name) and owner.pod.get("serviceAccountName") == source.name


def _bound(source: Source, owner: Group) -> bool:
    subjects = source.manifest.get("subjects") or []
    names = [each.get("name") for each in subjects if each.get("kind") == "ServiceAccount"]
    return bool(owner.pod.get("serviceAccountName")) and owner.pod["serviceAccountName"] in names


def _role(source: Source, owner: Group) -> bool:
    wanted = ("Role", source.name)
    bindings = [at(each.manifest, ("roleRef",)) or {} for each in owner.of("RoleBinding")]
    return any((each.get("kind"), each.get("name")) == wanted for each in bindings)


def config_maps(owner: Group) -> Iterator[Any]:
    """Yield the names of the ConfigMaps that a workload's pods read."""
    for container in owner.containers:
        for each in container.get("envFrom") or []:
            yield at(each, ("configMapRef", "name"))
        for each in container.get("env") or []:
            yield at(each, ("valueFrom", "configMapKeyRef", "name"))
    for volume in owner.pod.get("volumes") or []:
        yield at(volume, ("configMap", "name"))
        for each in at(volume, ("projected", "sources")) or []:
            yield at(each, ("configMap", "name"))


def secrets(owner: Group) -> Iterator[Any]:
    """Yield the names of the Secrets that a workload's pods read."""
    for container in owner.containers:
        for each in container.get("envFrom") or []:
            yield at(each, ("secretRef", "name"))
        for each in container.get("env") or []:
            yield at(each, ("valueFrom", "secretKeyRef", "name"))
    for volume in owner.pod.get("volumes") or []:
        yield at(volume, ("secret", "secretName"))


def made_secret(source: Source) -> Any:
    """Return the name of the Secret that an ExternalSecret or SealedSecret makes."""
    return at(source.manifest, ("spec", "target", "name")) or source.name


def services_of(owner: Group) -> set[str]:
    """Return the names of the Services that lead to a workload."""
    return {each.name for each in owner.of("Service")}


def backends(ingress: Mapping[str, Any]) -> set[str]:
    """Return the Services of an Ingress's paths."""
    rules = at(dict(ingress), ("spec", "rules")) or []
    paths = [each for rule in rules for each in at(rule, ("http", "paths")) or []]
    return {str(name) for each in paths if (name := at(each, ("backend", "service", "name")))}


def destinations(source: Source) -> list[str]:
    """Return the Services that a VirtualService leads to, by the first label of their hosts."""
    routes = [way for rule in at(source.manifest, ("spec", "http")) or [] for way in rule.get("route") or []]
    return [str(at(each, ("destination", "host"))).partition(".")[0] for each in routes]


def _http_route(source: Source, owner: Group) -> bool:
    rules = at(source.manifest, ("spec", "rules")) or []
    return any(each.get("name") in services_of(owner) for rule in rules for each in rule.get("backendRefs") or [])


def _monitor(source: Source, owner: Group) -> bool:
    selector = at(source.manifest, ("spec", "selector", "matchLabels"))
    return any(selects(selector, at(each.manifest, ("metadata", "labels")) or {}) for each in owner.of("Service"))


def _template_named(source: Source, owner: Group) -> bool:
    return any(f"'templateName': '{source.name}'" in str(each.manifest) for each in (owner.workload, *owner.parts))


def _metric_template(source: Source, owner: Group) -> bool:
    metrics = [each for part in owner.of("Canary") for each in at(part.manifest, ("spec", "analysis", "metrics")) or []]
    return any(at(each, ("templateRef", "name")) == source.name for each in metrics)


def _login(source: Source, owner: Group) -> bool:
    triggers = [each for part in owner.of("ScaledObject") for each in at(part.manifest, ("spec", "triggers")) or []]
    return any(at(each, ("authenticationRef", "name")) == source.name for each in triggers)


def _gateway(source: Source, owner: Group) -> bool:
    routes = [each for part in owner.of("VirtualService") for each in at(part.manifest, ("spec", "gateways")) or []]
    return source.name in {str(each).rpartition("/")[2] for each in routes}


def _rollout_of(source: Source, owner: Group) -> bool:
    wanted = at(source.manifest, ("spec", "workloadRef")) or {}
    return bool(wanted) and (wanted.get("kind"), wanted.get("name")) == (owner.workload.kind, owner.workload.name)


def _host(source: Source, owner: Group) -> bool:
    return str(at(source.manifest, ("spec", "host"))).partition(".")[0] in services_of(owner)


RULES: Mapping[str, Callable[[Source, Group], bool]] = {
    "AnalysisTemplate": _template_named,
    "AuthorizationPolicy": _selecting("spec", "selector", "matchLabels"),
    "Canary": _targeting("spec", "targetRef"),
    "ConfigMap": lambda source, owner: source.name in set(config_maps(owner)),
    "DestinationRule": _host,
    "ExternalSecret": lambda source, owner: made_secret(source) in set(secrets(owner)),
    "Gateway": _gateway,
    "HTTPRoute": _http_route,
    "HorizontalPodAutoscaler": _targeting("spec", "scaleTargetRef"),
    "Ingress": lambda source, owner: bool(backends(source.manifest) & services_of(owner)),
    "MetricTemplate": _metric_template,
    "NetworkPolicy": _selecting("spec", "podSelector", "matchLabels"),
    "PeerAuthentication": _selecting("spec", "selector", "matchLabels"),
    "PodDisruptionBudget": _selecting("spec", "selector", "matchLabels"),
    "PodMonitor": _selecting("spec", "selector", "matchLabels"),
    "Role": _role,
    "RoleBinding": _bound,
    "Rollout": _rollout_of,
    "ScaledObject": _targeting("spec", "scaleTargetRef"),
    "SealedSecret": lambda source, owner: source.name in set(secrets(owner)),
    "Service": _selecting("spec", "selector"),
    "ServiceAccount": _account,
    "ServiceMonitor": _monitor,
    "TriggerAuthentication": _login,
    "VerticalPodAutoscaler": _targeting("spec", "targetRef"),
    "VirtualService": lambda source, owner: bool(set(destinations(source)) & services_of(owner)),
}
"""By kind, whether an object is part of a workload's app."""
