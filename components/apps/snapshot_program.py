"""Take a snapshot of every volume of a StatefulSet's volumeClaimTemplate, and delete those that are too many.

This runs in the pods of a CronJob, as a file by itself: it needs Python 3.11 and nothing else. It calls the Kubernetes
API as its ServiceAccount, whose Role must let it list claims, and list, create and delete VolumeSnapshots.

It fails, which ends the Job as failed, where there is no claim, where a snapshot cannot be asked for (then nothing is
deleted either), and where an earlier one came to nothing.
"""

import argparse
import json
import logging
import re
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GROUP = "snapshot.storage.k8s.io"
LABEL = "slipway.dev/snapshots"
CREDENTIALS = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TIMEOUT_SECONDS = 30
EXISTS, GONE = 409, 404

Object = dict[str, Any]


def claims(found: Iterable[Object], app: str, volume: str) -> list[str]:
    """Return the names of the bound claims VOLUME-APP-ORDINAL, by ordinal; one that is being deleted is none."""
    pattern = re.compile(rf"{re.escape(volume)}-{re.escape(app)}-(\d+)")
    ordinals = {}
    for each in found:
        match = pattern.fullmatch(each["metadata"]["name"])
        bound = each.get("status", {}).get("phase") == "Bound" and "deletionTimestamp" not in each["metadata"]
        if match and bound:
            ordinals[int(match[1])] = match[0]
    return [name for _, name in sorted(ordinals.items())]


def moment(job: str, cron_job: str) -> str:
    """Return what tells one run from another: a CronJob's Job by its time, another Job by its name.

    A CronJob calls its Jobs NAME-MINUTES, of minutes since 1970. So a Job that tries again means the same snapshot.
    """
    tail = job.removeprefix(f"{cron_job}-")
    if tail != job and tail.isdecimal():
        return datetime.fromtimestamp(int(tail) * 60, UTC).strftime("%Y%m%d-%H%M")
    return tail


def snapshot(claim: str, suffix: str, snapshot_class: str | None, owner: str) -> Object:
    """Return the VolumeSnapshot of a claim."""
    chosen = {"volumeSnapshotClassName": snapshot_class} if snapshot_class else {}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "VolumeSnapshot",
        "metadata": {"name": f"{claim}-{suffix}", "labels": {LABEL: owner}},
        "spec": {"source": {"persistentVolumeClaimName": claim}, **chosen},
    }


def _ready(each: Object) -> bool:
    return bool(each.get("status", {}).get("readyToUse"))


def _age(each: Object) -> tuple[str, str]:
    return each["metadata"]["creationTimestamp"], each["metadata"]["name"]


def expired(found: Iterable[Object], keep: int) -> list[str]:
    """Return the names of the snapshots that are too many, claim by claim.

    The newest `keep` that can be restored from always stay, and those that are newer still. One that is not ready
    while a newer one is will not be missed.
    """
    by_claim: dict[str, list[Object]] = {}
    for each in found:
        if "deletionTimestamp" not in each["metadata"]:
            by_claim.setdefault(each["spec"]["source"]["persistentVolumeClaimName"], []).append(each)
    names = []
    for _, snapshots in sorted(by_claim.items()):
        snapshots.sort(key=_age, reverse=True)
        ready = [each for each in snapshots if _ready(each)]
        pending = [each for each in snapshots if not _ready(each)]
        useless = [each for each in pending if ready and _age(each) < _age(ready[0])]
        waiting = [each for each in pending if each not in useless]
        names += [each["metadata"]["name"] for each in (*ready[keep:], *useless, *waiting[keep:])]
    return names


def failures(found: Iterable[Object], gone: Collection[str]) -> list[str]:
    """Return what went wrong with the snapshots that stay, one line each."""
    return [
        f"{each['metadata']['name']}: {each['status']['error'].get('message', 'no reason given')}"
        for each in found
        if each.get("status", {}).get("error") and not _ready(each) and each["metadata"]["name"] not in gone
    ]


class Api:
    """The objects of one namespace, by the Kubernetes API."""

    def __init__(self, server: str, namespace: str, credentials: Path) -> None:
        """Read the token and, for a server with TLS, the certificates that it is trusted by."""
        self._server = server
        self._namespace = namespace
        self._token = (credentials / "token").read_text().strip()
        tls = server.startswith("https://")
        self._tls = ssl.create_default_context(cafile=str(credentials / "ca.crt")) if tls else None

    def call(self, method: str, group: str, resource: str, body: Object | None = None) -> Object:
        """Return the answer. Raises HTTPError for one that is none, URLError for a server that gives none."""
        root = f"apis/{group}/v1" if group else "api/v1"
        request = urllib.request.Request(  # noqa: S310 (the server is the cluster's own)
            f"{self._server}/{root}/namespaces/{self._namespace}/{resource}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=self._tls) as answer:  # noqa: S310
            result: Object = json.load(answer)
        return result

    def create(self, body: Object) -> bool:
        """Create a snapshot; tell whether there was none of the name."""
        try:
            self.call("POST", GROUP, "volumesnapshots", body)
        except urllib.error.HTTPError as error:
            if error.code != EXISTS:
                raise
            return False
        return True

    def delete(self, name: str) -> None:
        """Delete a snapshot, or find that somebody else has."""
        try:
            self.call("DELETE", GROUP, f"volumesnapshots/{name}")
        except urllib.error.HTTPError as error:
            if error.code != GONE:
                raise


def run(api: Api, asked: argparse.Namespace) -> int:
    """Take the snapshots and delete the old ones; return the exit code."""
    owned = api.call("GET", "", f"persistentvolumeclaims?labelSelector=app%3D{asked.app}")["items"]
    found = claims(owned, asked.app, asked.volume)
    if not found:
        logging.error("no claim %s-%s-N is bound: there is nothing to take a snapshot of", asked.volume, asked.app)
        return 1
    suffix = moment(asked.job, asked.cron_job)
    refused = 0
    for claim in found:
        wanted = snapshot(claim, suffix, asked.snapshot_class, asked.cron_job)
        name = wanted["metadata"]["name"]
        try:
            logging.info("%s %s", name, "asked for" if api.create(wanted) else "was asked for already")
        except urllib.error.HTTPError as error:
            refused += 1
            logging.error("%s refused: %s %s", name, error.code, error.read().decode(errors="replace"))  # noqa: TRY400
    if refused:
        return 1
    label = f"{LABEL}%3D{asked.cron_job}"
    snapshots = api.call("GET", GROUP, f"volumesnapshots?labelSelector={label}")["items"]
    old = expired(snapshots, asked.keep)
    for name in old:
        api.delete(name)
        logging.info("%s deleted", name)
    wrong = failures(snapshots, old)
    for line in wrong:
        logging.error("%s", line)
    return 1 if wrong else 0


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    parser = argparse.ArgumentParser(description="Take snapshots of a StatefulSet's volumes, and delete the old ones.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--app", required=True, help="the StatefulSet")
    parser.add_argument("--volume", required=True, help="its volumeClaimTemplate")
    parser.add_argument("--cron-job", required=True, help="this CronJob, which labels its snapshots")
    parser.add_argument("--job", required=True, help="this Job")
    parser.add_argument("--keep", required=True, type=int, help="snapshots of each claim that stay")
    parser.add_argument("--snapshot-class", help="the VolumeSnapshotClass; the cluster's default where not given")
    parser.add_argument("--server", default="https://kubernetes.default.svc")
    parser.add_argument("--credentials", type=Path, default=CREDENTIALS)
    asked = parser.parse_args(arguments)
    return run(Api(asked.server, asked.namespace, asked.credentials), asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
