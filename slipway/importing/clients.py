"""Which Services of a workload are for its clients, and which of them is the app's own."""

from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group

OPENED = ("NodePort", "LoadBalancer")


def governing(group: Group) -> Source | None:
    """Return the headless Service by which the pods of a StatefulSet know each other."""
    if group.workload.kind != "StatefulSet":
        return None
    headless = [each for each in group.of("Service") if at(each.manifest, ("spec", "clusterIP")) == "None"]
    told = at(group.workload.manifest, ("spec", "serviceName"))
    return next((each for each in headless if each.name == told), headless[0] if headless else None)


def for_clients(group: Group) -> list[Source]:
    """Return the Services by which clients call a workload; the first one is the app's.

    That is one for clients in the cluster, where there is one: what others call inside must not be outside.
    """
    governed = governing(group)
    found = [each for each in group.of("Service") if each is not governed and _for_clients(each)]
    return sorted(found, key=lambda each: (opened(each), each.name not in {group.name, f"{group.name}-service"}))


def further(group: Group) -> list[Source]:
    """Return the Services beside the app's own, each of which stays an object by itself."""
    outside = [each for each in group.of("Service") if aliases(each) and not own_alias(each, group)]
    return [*for_clients(group)[1:], *outside]


def apart(group: Group) -> list[Source]:
    """Return those of the further Services that an import leaves to its reader: they are open to the outside."""
    return [each for each in further(group) if opened(each)]


def is_apart(part: Source, group: Group) -> bool:
    """Tell whether a Service of a workload is one that the import leaves to its reader."""
    return any(part is each for each in apart(group))


def opened(part: Source) -> bool:
    """Tell whether a Service is for clients outside the cluster, too."""
    return at(part.manifest, ("spec", "type")) in OPENED


def aliases(part: Source) -> bool:
    """Tell whether a Service is an alias of a host outside."""
    return bool(at(part.manifest, ("spec", "type")) == "ExternalName")


def own_alias(part: Source, group: Group) -> bool:
    """Tell whether an alias is called as those of the app are, APP-NAME."""
    return part.name.startswith(f"{group.name}-")


def _for_clients(part: Source) -> bool:
    """Tell whether a Service is neither an alias, nor the scraped one, nor one of a single version."""
    names = {each.get("name") for each in at(part.manifest, ("spec", "ports")) or []}
    selector = at(part.manifest, ("spec", "selector")) or {}
    second = part.name.endswith(("-preview", "-canary", "-stable")) or selector.get("track") == "canary"
    return names != {"metrics"} and not second and not aliases(part)
