"""Many manifests at once: applied in waves, compared with an earlier pass, deleted in reverse."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.cluster.api import Client
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest, Verdict
from tests.cluster.waiting import eventually

Waves = Sequence[Sequence[Manifest]]
"""Manifests in the order of their dependencies: those of one wave need none of the same wave."""


class Identity(NamedTuple):
    """What tells one object from another on a server."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Manifest) -> "Identity":
        """Return the identity of a manifest."""
        metadata = manifest["metadata"]
        return cls(manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""), metadata["name"])

    def __str__(self) -> str:
        """Return `Kind namespace/name`."""
        return f"{self.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Batch:
    """The server's verdict on each manifest, in the order in which they were sent."""

    verdicts: dict[Identity, Verdict] = field(default_factory=dict)

    def refused(self) -> list[str]:
        """Return one line for each refusal: the object and the server's words."""
        return [f"{identity}: {verdict}" for identity, verdict in self.verdicts.items() if not verdict.accepted]

    def warned(self) -> list[str]:
        """Return one line for each warning that came with an object."""
        return [f"{identity}: {warning}" for identity, verdict in self.verdicts.items() for warning in verdict.warnings]

    def contents(self) -> dict[Identity, str]:
        """Return the content of each object that was accepted."""
        return {identity: content(verdict.body) for identity, verdict in self.verdicts.items() if verdict.accepted}


def content(manifest: Manifest) -> str:
    """Return all that an object says, but for its `resourceVersion`.

    The server counts that up once without any change, when it writes down a status that the definition defaults.
    """
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "resourceVersion"}
    return json.dumps({**manifest, "metadata": metadata}, sort_keys=True)


def apply_waves(client: Client, waves: Waves, tally: Tally, *, workers: int = 4) -> Batch:
    """Apply each wave at once and the next after it, as an engine does that follows the dependencies.

    A refusal ends nothing: the batch holds it. The tally counts what was applied and what was rejected.
    """
    batch = Batch()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for wave in waves:
            for manifest, verdict in zip(wave, pool.map(client.try_apply, wave), strict=True):
                batch.verdicts[Identity.of(manifest)] = verdict
                tally.add("applied" if verdict.accepted else "rejected")
    return batch


def settled(
    client: Client, waves: Waves, *, quiet_seconds: float = 1, timeout_seconds: float = 60
) -> dict[Identity, str]:
    """Wait until no controller has touched the objects for `quiet_seconds`; return each one's content."""
    manifests = [manifest for wave in waves for manifest in wave]

    def contents() -> dict[Identity, str]:
        with ThreadPoolExecutor(max_workers=4) as pool:
            live = list(pool.map(client.live, manifests))
        return {Identity.of(manifest): content(each) for manifest, each in zip(manifests, live, strict=True) if each}

    def unmoved() -> dict[Identity, str] | None:
        before = contents()
        time.sleep(quiet_seconds)
        return before if contents() == before else None

    return eventually(unmoved, "the controllers leave the objects alone", timeout_seconds=timeout_seconds) or {}


def reapply_waves(client: Client, waves: Waves, tally: Tally) -> list[str]:
    """Apply everything again once the controllers are done with it.

    Return a line for each object that this changed, or that was refused this time.
    """
    before = settled(client, waves)
    second = apply_waves(client, waves, Tally())
    after = second.contents()
    changed = [identity for identity, said in after.items() if before.get(identity) != said]
    tally.add("re-applied unchanged", len(after) - len(changed))
    return [*second.refused(), *(f"{identity}: changed by a second apply" for identity in changed)]


def delete_waves(client: Client, waves: Waves, *, wait_seconds: float = 60) -> None:
    """Delete the waves from the last to the first, each gone before the next; `AssertionError` for one that stays."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        for wave in reversed(waves):
            for _ in pool.map(lambda manifest: client.delete(manifest, wait_seconds=wait_seconds), wave):
                pass
