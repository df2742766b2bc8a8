"""Which kinds an API server serves, and under which path."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
"""The media type by which a server answers with all groups at once, of `/api` and of `/apis`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One served kind: its API version, its name in paths, whether it lives in namespaces, and what can be done."""

    api_version: str
    name: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]

    def path(self, name: str | None = None, namespace: str | None = None, subresource: str | None = None) -> str:
        """Return the path of all objects (of a namespace), of one object, or of one's subresource.

        A namespaced object without a namespace is in `default`, as for kubectl.
        """
        base = f"/{'apis' if '/' in self.api_version else 'api'}/{self.api_version}"
        if self.namespaced and (namespace or name):
            base += f"/namespaces/{namespace or 'default'}"
        return "/".join(part for part in (base, self.plural, name, subresource) if part)


def kinds(answer: dict[str, Any]) -> Iterator[Kind]:
    """Read an answer in the aggregated form. A version whose discovery is stale or incomplete is read as it is."""
    for group in answer.get("items", ()):
        group_name = group["metadata"].get("name", "")
        for version in group.get("versions", ()):
            api_version = f"{group_name}/{version['version']}" if group_name else version["version"]
            for resource in version.get("resources", ()):
                if kind := resource.get("responseKind", {}).get("kind"):
                    yield Kind(
                        api_version,
                        kind,
                        resource["resource"],
                        resource["scope"] == "Namespaced",
                        frozenset(resource.get("verbs", ())),
                    )
