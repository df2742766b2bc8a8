"""The Kubernetes provider is made once the API answers for the identity that deploys, or not at all."""

import asyncio
import socket
import sys
import time
from typing import Any

import pulumi
import pytest

from components.foundation import reachability
from components.foundation.api_probe import Kind, Seen, obstacle
from components.foundation.cluster import EksCluster
from components.foundation.network import Network
from components.foundation.reachability import ADVICE, PATIENCE, ApiUnreachableError, answering
from tests.support.eks import NETWORK, OUTPUTS, REGION, settings
from tests.support.https import ALLOWED, DENIED, Answer, kubeconfig_for, serving
from tests.support.recording import Recording, record
from tests.support.shipped import recorded

UNAUTHORIZED: Answer = (401, {"kind": "Status"})
FORBIDDEN: Answer = (403, {"kind": "Status"})
PROVIDER = "pulumi:providers:kubernetes"


def wait(kubeconfig: str, **keys: Any) -> tuple[str, list[str]]:
    """Return what comes of waiting, and what was told on the way."""
    told: list[str] = []
    return asyncio.run(answering(kubeconfig, tell=told.append, **{"pause": 0.01, "total": 30.0, **keys})), told


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_api_that_answers_costs_one_request_with_the_token_of_the_kubeconfig() -> None:
    with serving(ALLOWED) as server:
        config = kubeconfig_for(server.url, server.certificate)
        assert wait(config) == (config, [])
    ((method, path, authorization, body),) = server.requests
    assert (method, authorization) == ("POST", "Bearer abc")
    assert path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert body["spec"]["resourceAttributes"] == {"verb": "create", "resource": "namespaces"}


def test_an_access_entry_that_does_not_hold_yet_is_waited_for() -> None:
    with serving(UNAUTHORIZED, UNAUTHORIZED, FORBIDDEN, DENIED, (503, {}), ALLOWED) as server:
        config = kubeconfig_for(server.url, server.certificate)
        found, told = wait(config)
    assert found == config
    assert len(server.requests) == 6
    assert [line.rpartition(": ")[2] for line in told] == [
        "HTTP 401 Unauthorized",
        "HTTP 403 Forbidden",
        "HTTP 503 Service Unavailable",
    ]


def test_a_server_that_comes_late_is_waited_for() -> None:
    with serving(ALLOWED) as server:
        there = kubeconfig_for(server.url, server.certificate)
        nowhere = kubeconfig_for(f"https://127.0.0.1:{closed_port()}", server.certificate)
        asked: list[str] = []

        def ask(config: str) -> Seen | None:
            asked.append(config)
            return obstacle(nowhere if len(asked) < 3 else config)

        assert wait(there, ask=ask)[0] == there
    assert len(asked) == 3


def seen(kubeconfig: str) -> Seen:
    found = obstacle(kubeconfig)
    assert found is not None
    return found


def test_what_is_in_the_way_is_told_apart() -> None:
    with serving(UNAUTHORIZED, FORBIDDEN, DENIED, (500, {})) as server, serving(ALLOWED) as other:
        config = kubeconfig_for(server.url, server.certificate)
        assert [seen(config).kind for _ in range(4)] == ["identity", "rights", "rights", "server"]
        assert seen(kubeconfig_for(server.url, other.certificate)).kind == "certificate"
        failing = (sys.executable, "-c", "import sys; sys.exit('Unable to locate credentials')")
        told = seen(kubeconfig_for(server.url, server.certificate, *failing))
        assert (told.kind, told.seen.rpartition(": ")[2]) == ("command", "Unable to locate credentials")
        assert seen(kubeconfig_for(server.url, server.certificate, sys.executable, "-c", "print(1)")).kind == "command"
        assert seen(kubeconfig_for(server.url, server.certificate, "no-such-aws")).kind == "no-command"
        closed = seen(kubeconfig_for(f"https://127.0.0.1:{closed_port()}", server.certificate))
        assert (closed.kind, "refused" in closed.seen) == ("connection", True)
        unnamed = seen(kubeconfig_for("https://api.invalid", server.certificate))
        assert unnamed == Seen("name", "the name api.invalid is not in the DNS that is asked here")


def test_an_api_that_never_answers_ends_in_an_error_that_says_what_was_seen_and_what_to_do() -> None:
    with serving(ALLOWED) as server:
        nowhere = kubeconfig_for(f"https://127.0.0.1:{closed_port()}", server.certificate)
    began = time.monotonic()
    with pytest.raises(ApiUnreachableError, match=r"(?s)last seen: no connection to 127.0.0.1.*publicAccessCidrs"):
        wait(nowhere, total=0.2)
    assert 0.2 <= time.monotonic() - began < 10
    assert issubclass(ApiUnreachableError, pulumi.RunError)  # of which the engine prints the text, and no traceback


@pytest.mark.parametrize("kind", list(ADVICE))
def test_a_mistake_is_told_sooner_than_what_only_takes_time(kind: Kind) -> None:
    clock = [0.0]

    def ask(_: str) -> Seen:
        clock[0] += 10
        return Seen(kind, "what was seen")

    with pytest.raises(ApiUnreachableError) as error:
        wait("{}", ask=ask, now=lambda: clock[0], pause=0, total=reachability.TOTAL_SECONDS)
    assert ADVICE[kind] in str(error.value)
    assert clock[0] - 20 <= PATIENCE.get(kind, reachability.TOTAL_SECONDS) <= clock[0]


def test_the_event_loop_goes_on_meanwhile() -> None:
    async def both() -> int:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0.005)

        beating = asyncio.create_task(beat())
        await answering("{}", ask=lambda _: time.sleep(0.2))
        beating.cancel()
        return beats

    assert asyncio.run(both()) > 5


def cluster(reach: reachability.Reach | None, *, known: bool = True) -> Recording:
    def program() -> None:
        network = Network("network", NETWORK, cluster_name="blue", region=REGION)
        EksCluster(
            "cluster",
            settings(),
            cluster_name="blue",
            network=network,
            region=REGION,
            called_ports={},
            reach=reach,
        )

    return record(program, known=known, outputs=OUTPUTS)


def test_the_provider_gets_the_kubeconfig_that_was_waited_for() -> None:
    asked: list[str] = []

    async def reach(config: str) -> str:
        asked.append(config)
        return "reached"

    provider = cluster(reach).one(PROVIDER)
    assert len(asked) == 1
    assert provider.inputs["kubeconfig"] == "reached"
    assert any("AccessPolicyAssociation" in urn for urn in provider.dependencies)
    assert cluster(None).one(PROVIDER).inputs["kubeconfig"] == asked[0]


def test_the_api_is_asked_for_nothing_before_the_grants_are_there() -> None:
    asked: list[str] = []

    async def reach(config: str) -> str:
        asked.append(config)
        return config

    recording = cluster(reach, known=False)
    assert asked == []
    assert recording.urns == cluster(None, known=False).urns


def test_a_deployment_waits_and_a_preview_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def reach(config: str) -> str:
        asked.append(config)
        return config

    monkeypatch.setattr(reachability, "answering", reach)
    recorded.__wrapped__("development")
    assert asked == []
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    recorded.__wrapped__("development")
    assert len(asked) == 1
    recorded.__wrapped__("local")
    assert len(asked) == 1
