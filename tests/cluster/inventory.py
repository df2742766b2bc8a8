"""Everything that is in a cluster, by kind and name."""

from concurrent.futures import ThreadPoolExecutor

from tests.cluster.api import Client
from tests.cluster.batches import Identity

_PASSING = {"Event", "Lease"}
"""What a cluster makes for itself at any time."""


def inventory(client: Client) -> set[Identity]:
    """Return every object of every kind that can be listed, but for events and leases."""
    served = {client.kind(*kind) for kind in client.refresh()}
    listable = sorted(
        {(kind.api_version, kind.name) for kind in served if "list" in kind.verbs and kind.name not in _PASSING}
    )
    with ThreadPoolExecutor(max_workers=4) as pool:
        lists = list(pool.map(lambda kind: client.objects(*kind), listable))
    return {
        Identity.of({**each, "apiVersion": api_version, "kind": name})
        for (api_version, name), items in zip(listable, lists, strict=True)
        for each in items
    }
