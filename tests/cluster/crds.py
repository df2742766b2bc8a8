"""Loading CustomResourceDefinitions into an API server."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cluster.api import Client
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually

CRD_DATA = Path(__file__).parents[1] / "data" / "crds"
"""The definitions of every chart in use, one JSON file each."""


def read_crds(folder: Path = CRD_DATA) -> list[Manifest]:
    """Return the definitions in `folder`, by name, each without a conversion webhook: the server never calls out."""
    manifests = (json.loads(path.read_text()) for path in sorted(folder.glob("*.json")))
    crds = [manifest for manifest in manifests if manifest.get("kind") == "CustomResourceDefinition"]
    for crd in crds:
        crd["spec"].pop("conversion", None)
    return crds


def served_kinds(crds: Sequence[Manifest]) -> Iterator[tuple[str, str]]:
    """Return each (API version, kind) that the server serves once `crds` are established."""
    for crd in crds:
        spec = crd["spec"]
        for version in spec["versions"]:
            if version["served"]:
                yield f"{spec['group']}/{version['name']}", spec["names"]["kind"]


def install_crds(client: Client, crds: Sequence[Manifest], *, timeout_seconds: float = 60) -> None:
    """Apply `crds` and wait until the server serves every one: a kind is discovered only once it is established.

    Raises `RefusedError` for the first definition that is refused, `AssertionError` for what is not served in time.
    """
    client.kind("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    with ThreadPoolExecutor(max_workers=4) as pool:
        for _ in pool.map(client.apply, crds):
            pass
    wanted = set(served_kinds(crds))
    eventually(
        lambda: wanted <= client.refresh(),
        "every custom resource is served",
        timeout_seconds=timeout_seconds,
        found=lambda: f"missing {sorted(wanted - client.refresh())}",
    )
