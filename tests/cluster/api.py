"""A thin client of the Kubernetes API for tests: plain manifests in, objects or the server's verdict out."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import urllib3

from tests.cluster.discovery import AGGREGATED, Kind, kinds
from tests.cluster.verdict import Manifest, RefusedError, Verdict, describe
from tests.cluster.waiting import eventually

MANAGER = "slipway"
"""The field manager of everything that a test applies, unless it plays another."""

_STORAGE_STARTS = "storage is (re)initializing"
_STORAGE_TIMEOUT_SECONDS = 20


def connect(url: str, authority: Path) -> urllib3.HTTPConnectionPool:
    """Return connections to the server at `url`, whose certificate the file `authority` vouches for; no proxy."""
    return urllib3.connection_from_url(url, ca_certs=str(authority), maxsize=16, retries=False, timeout=60)


class Client:
    """One user's view of the API server. Its methods may be called from several threads."""

    def __init__(
        self, pool: urllib3.HTTPConnectionPool, token: str, impersonate: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Authenticate with `token`; `impersonate` are the headers that ask to act as somebody else."""
        self._pool = pool
        self._token = token
        self._impersonate = impersonate
        self._kinds: dict[tuple[str, str], Kind] = {}

    def as_user(self, name: str, groups: Sequence[str] = ()) -> Self:
        """Return a client that acts as the user `name` in `groups`, to ask what RBAC allows them."""
        headers = (("Impersonate-User", name), *(("Impersonate-Group", group) for group in groups))
        return type(self)(self._pool, self._token, headers)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        accept: str = "application/json",
        query: dict[str, str] | None = None,
    ) -> Verdict:
        """Send one request and return the answer, whatever it is; a watch's is read when the server ends it.

        Just after a definition was loaded the server may ask to come again for its resources: that is no answer.
        """
        verdict = self._send(method, path, body, content_type=content_type, accept=accept, query=query)
        end = time.monotonic() + _STORAGE_TIMEOUT_SECONDS
        while verdict.status == 429 and verdict.message == _STORAGE_STARTS and time.monotonic() < end:
            time.sleep(0.1)
            verdict = self._send(method, path, body, content_type=content_type, accept=accept, query=query)
        return verdict

    def _send(
        self, method: str, path: str, body: object, *, content_type: str, accept: str, query: dict[str, str] | None
    ) -> Verdict:
        headers = urllib3.HTTPHeaderDict({"Authorization": f"Bearer {self._token}", "Accept": accept})
        headers["Content-Type"] = content_type
        for key, value in self._impersonate:
            headers.add(key, value)
        answer = self._pool.request(
            method,
            f"{path}?{urlencode(query)}" if query else path,
            # UTF-8 as it is, as Go writes it: what is applied is read as YAML, which knows no surrogate pairs
            body=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
            headers=headers,
        )
        watch = bool(query and "watch" in query)
        return Verdict.read(answer.status, answer.data, answer.headers.getlist("Warning"), lines=watch)

    def refresh(self) -> set[tuple[str, str]]:
        """Ask again which kinds there are; return them as (API version, kind)."""
        found: dict[tuple[str, str], Kind] = {}
        for root in ("/api", "/apis"):
            answer = self._accepted(f"discovery of {root}", self.request("GET", root, accept=AGGREGATED))
            found.update({(kind.api_version, kind.name): kind for kind in kinds(answer)})
        self._kinds = found
        return set(found)

    def kind(self, api_version: str, kind: str) -> Kind:
        """Return a served kind; raise `LookupError` where the server does not have it."""
        if (api_version, kind) not in self._kinds and (api_version, kind) not in self.refresh():
            raise LookupError(f"the API server does not serve {api_version} {kind}")
        return self._kinds[api_version, kind]

    def try_apply(
        self, manifest: Manifest, *, manager: str = MANAGER, force: bool = False, dry_run: bool = False
    ) -> Verdict:
        """Apply `manifest` on the server's side, with unknown fields refused; return the verdict.

        Without `force` a field that another manager owns with another value is a conflict (409).
        """
        query = {"fieldManager": manager, "force": str(force).lower(), "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        return self.request(
            "PATCH", self._path(manifest), manifest, content_type="application/apply-patch+yaml", query=query
        )

    def apply(self, manifest: Manifest, *, manager: str = MANAGER, force: bool = False) -> Manifest:
        """Apply as `try_apply` does and return the object; raise `RefusedError`."""
        return self._accepted(f"apply {describe(manifest)}", self.try_apply(manifest, manager=manager, force=force))

    def try_create(self, manifest: Manifest) -> Verdict:
        """Create (POST) the object, with unknown fields refused; return the verdict."""
        metadata = manifest["metadata"]
        path = self.kind(manifest["apiVersion"], manifest["kind"]).path(namespace=metadata.get("namespace"))
        return self.request("POST", path, manifest, query={"fieldValidation": "Strict", "fieldManager": MANAGER})

    def create(self, manifest: Manifest) -> Manifest:
        """Create as `try_create` does and return the object; raise `RefusedError`."""
        return self._accepted(f"create {describe(manifest)}", self.try_create(manifest))

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Manifest:
        """Return one object; raise `RefusedError`."""
        path = self.kind(api_version, kind).path(name, namespace)
        return self._accepted(f"get {kind} {name}", self.request("GET", path))

    def live(self, manifest: Manifest) -> Manifest | None:
        """Return the object of the manifest's kind and name as it is on the server, None where there is none."""
        verdict = self.request("GET", self._path(manifest))
        return None if verdict.status == 404 else self._accepted(f"get {describe(manifest)}", verdict)

    def objects(
        self, api_version: str, kind: str, namespace: str | None = None, *, labels: str = "", fields: str = ""
    ) -> list[Manifest]:
        """Return the objects of a kind, of all namespaces without `namespace`, chosen by selectors."""
        query = {"labelSelector": labels, "fieldSelector": fields}
        path = self.kind(api_version, kind).path(namespace=namespace)
        items: list[Manifest] = self._accepted(f"list {kind}", self.request("GET", path, query=query))["items"]
        return items

    def history(self, api_version: str, kind: str, namespace: str, since: str) -> list[tuple[str, Manifest]]:
        """Return every change of a kind in `namespace` after the resource version `since`: (type, object) in order.

        The type is ADDED, MODIFIED or DELETED. What happened is read afterwards, so nothing falls between two looks.
        """
        query = {"watch": "1", "resourceVersion": since, "timeoutSeconds": "1"}
        verdict = self.request("GET", self.kind(api_version, kind).path(namespace=namespace), query=query)
        events = self._accepted(f"watch {kind}", verdict)["items"]
        return [(event["type"], event["object"]) for event in events]

    def patch(self, manifest: Manifest, change: Manifest) -> Manifest:
        """Merge `change` into the object of the manifest's kind and name, and return it; raise `RefusedError`."""
        verdict = self.request("PATCH", self._path(manifest), change, content_type="application/merge-patch+json")
        return self._accepted(f"patch {describe(manifest)}", verdict)

    def delete(self, manifest: Manifest, *, wait_seconds: float = 60, grace_seconds: int | None = None) -> None:
        """Delete the object and wait until it is gone (0: do not wait); one that is not there is as good as deleted.

        `grace_seconds` replaces a pod's own grace period; 0 does not wait for a kubelet.
        """
        options: Manifest = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        verdict = self.request("DELETE", self._path(manifest), options)
        if verdict.status == 404:
            return
        self._accepted(f"delete {describe(manifest)}", verdict)
        if wait_seconds:
            eventually(
                lambda: self.live(manifest) is None, f"{describe(manifest)} is gone", timeout_seconds=wait_seconds
            )

    def try_evict(self, pod: Manifest) -> Verdict:
        """Ask to evict a pod, as a drain does; 429 where a PodDisruptionBudget forbids it."""
        metadata = {key: pod["metadata"][key] for key in ("name", "namespace")}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
        path = self.kind("v1", "Pod").path(metadata["name"], metadata["namespace"], "eviction")
        return self.request("POST", path, eviction)

    def _path(self, manifest: Manifest) -> str:
        metadata = manifest["metadata"]
        return self.kind(manifest["apiVersion"], manifest["kind"]).path(metadata["name"], metadata.get("namespace"))

    @staticmethod
    def _accepted(what: str, verdict: Verdict) -> Manifest:
        if not verdict.accepted:
            raise RefusedError(what, verdict)
        return verdict.body
