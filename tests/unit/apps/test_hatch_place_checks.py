"""What is shared collides, whichever key says it, and each side is named; what is a pod's own does not."""

from typing import Any

import pytest

from tests.unit.apps.stacks import problems, stack

APP: dict[str, Any] = {"ports": {"http": 8080}}
HOST = {
    "spec": {
        "template": {"spec": {"containers": [{"name": "api", "ports": [{"containerPort": 8080, "hostPort": 81}]}]}}
    }
}
ON_HOST = {"spec": {"template": {"spec": {"hostNetwork": True}}}}


def node_port(name: str) -> dict[str, Any]:
    spec = {"type": "NodePort", "selector": {"app": name}, "ports": [{"port": 80, "nodePort": 30080}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"{name}-more"}, "spec": spec}


def patched(name: str, patch: dict[str, Any]) -> dict[str, Any]:
    text = {**patch, "spec": {**patch["spec"]}}
    pod = text["spec"]["template"]["spec"]
    if "containers" in pod:
        pod = {**pod, "containers": [{**pod["containers"][0], "name": name}]}
    return {"name": name, **APP, "patches": {"deployment": {"spec": {"template": {"spec": pod}}}}}


@pytest.mark.parametrize(
    ("apps", "path", "message"),
    [
        (
            [patched("a", HOST), patched("b", HOST)],
            ("patches", "deployment"),
            "a (patches.deployment) has the host port 81",
        ),
        (
            [patched("a", ON_HOST), patched("b", ON_HOST)],
            ("patches", "deployment"),
            "a (patches.deployment) has the host port 8080",
        ),
        (
            [
                {"name": "a", **APP, "service": {"type": "NodePort", "nodePorts": {"http": 30080}}},
                {"name": "b", **APP, "objects": {"more": node_port("b")}},
            ],
            ("objects", "more"),
            "a (service.nodePorts) has the node port 30080",
        ),
    ],
    ids=["host ports", "the host's network", "node ports"],
)
def test_a_port_of_the_nodes_is_one_apps(apps: list[dict[str, Any]], path: tuple[str, str], message: str) -> None:
    (problem,) = problems(stack("production", *apps))
    assert problem.path == path
    assert problem.message.startswith(message)
    assert problem.app == apps[-1]["name"]


def test_pods_with_one_port_and_two_host_ports_do_not_collide() -> None:
    other = {"containers": [{"name": "b", "ports": [{"containerPort": 8080, "hostPort": 82}]}]}
    apps = [patched("a", HOST), patched("b", {"spec": {"template": {"spec": other}}})]
    assert problems(stack("production", *apps)) == []
