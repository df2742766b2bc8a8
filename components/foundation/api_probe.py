"""One question to a Kubernetes API with the credentials of a kubeconfig, and what came of it in plain words."""

import base64
import json
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlsplit

REQUEST_SECONDS, COMMAND_SECONDS = 10, 60

Kind = Literal["command", "no-command", "name", "connection", "certificate", "identity", "rights", "server"]

QUESTION = {
    "apiVersion": "authorization.k8s.io/v1",
    "kind": "SelfSubjectAccessReview",
    "spec": {"resourceAttributes": {"verb": "create", "resource": "namespaces"}},
}
"""May I make a namespace? That is the first thing that is made, and every authenticated identity may ask so."""

PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True, slots=True)
class Seen:
    """What keeps the deployment from the API: which kind of thing, and what was seen."""

    kind: Kind
    seen: str


class _ObstacleError(Exception):
    def __init__(self, kind: Kind, seen: str) -> None:
        super().__init__(seen)
        self.obstacle = Seen(kind, seen)


def _token(user: dict[str, Any]) -> str:
    """Run the command that the kubeconfig names, as the provider does, and return the token that it makes."""
    command = [user["exec"]["command"], *user["exec"]["args"]]
    try:
        done = subprocess.run(  # noqa: S603 (the command is Slipway's own kubeconfig's)
            command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise _ObstacleError("no-command", f"there is no command {command[0]!r} on the PATH") from error
    except subprocess.TimeoutExpired as error:
        raise _ObstacleError("command", f"`{' '.join(command)}` took more than {COMMAND_SECONDS} seconds") from error
    if done.returncode != 0:
        told = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise _ObstacleError("command", f"`{' '.join(command)}` failed and said: {told}")
    try:
        return str(json.loads(done.stdout)["status"]["token"])
    except (ValueError, KeyError, TypeError) as error:
        raise _ObstacleError("command", f"`{' '.join(command)}` printed no token") from error


def _trust(cluster: dict[str, Any]) -> ssl.SSLContext:
    """Return what trusts the cluster's own authority, and it alone.

    Python 3.13 made VERIFY_X509_STRICT the default, which refuses EKS's authority for want of a key identifier
    (kubernetes-client/python#2394). Chain, dates and host name are verified as ever.
    """
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _read(request: urllib.request.Request, cluster: dict[str, Any]) -> dict[str, Any]:
    host = urlsplit(cluster["server"]).hostname
    try:
        with urllib.request.urlopen(  # noqa: S310 (the address is https, from EKS)
            request, timeout=REQUEST_SECONDS, context=_trust(cluster)
        ) as answer:
            return cast("dict[str, Any]", json.load(answer))
    except urllib.error.HTTPError as error:
        kinds: dict[int, Kind] = {401: "identity", 403: "rights"}
        raise _ObstacleError(kinds.get(error.code, "server"), f"HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        cause = error.reason
        if isinstance(cause, socket.gaierror):
            raise _ObstacleError("name", f"the name {host} is not in the DNS that is asked here") from error
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise _ObstacleError("certificate", f"another certificate than the cluster's: {cause.reason}") from error
        raise _ObstacleError("connection", f"no connection to {host}: {cause}") from error
    except OSError as error:  # the connection broke, or was silent, after it was made
        raise _ObstacleError("connection", f"no connection to {host}: {error or 'timed out'}") from error
    except ValueError as error:
        raise _ObstacleError("server", "an answer that is no JSON") from error


def obstacle(kubeconfig: str) -> Seen | None:
    """Ask the API once; return what is in the way, None where the identity of the kubeconfig may work there.

    `kubeconfig` is that of `kubernetes_provider.kubeconfig`. It takes at most 70 seconds, and blocks.
    """
    config = json.loads(kubeconfig)
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    try:
        headers = {"Authorization": f"Bearer {_token(user)}", "Content-Type": "application/json"}
        url = cluster["server"].rstrip("/") + PATH
        request = urllib.request.Request(url, json.dumps(QUESTION).encode(), headers)  # noqa: S310 (see _read)
        status = _read(request, cluster).get("status") or {}
    except _ObstacleError as error:
        return error.obstacle
    return None if status.get("allowed") else Seen("rights", "it may not make namespaces")
