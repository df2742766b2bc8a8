"""What viewers and app teams may do, asked of a real API server with every definition loaded."""

from collections.abc import Iterator
from typing import Any

import pytest

from components.tenancy.custom_resources import EDITABLE, edit_rules, view_rules
from tests.cluster.api import Client
from tests.cluster.conftest import MakeNamespace
from tests.cluster.discovery import AGGREGATED, Kind, kinds

API = "rbac.authorization.k8s.io"


def binding(kind: str, name: str, role: str, group: str, namespace: str | None = None) -> dict[str, Any]:
    return {
        "apiVersion": f"{API}/v1",
        "kind": kind,
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": API, "kind": "Group", "name": group}],
    }


def served(client: Client) -> Iterator[Kind]:
    for root in ("/api", "/apis"):
        answer = client.request("GET", root, accept=AGGREGATED)
        yield from kinds(answer.body)


@pytest.fixture
def people(whole: Client, custom_resources: set[tuple[str, str]], make_namespace: MakeNamespace) -> Iterator[str]:
    """Bind the roles beside Kubernetes' own, which AWS's policies are after; give the team's namespace."""
    space = make_namespace()
    objects = [
        {"apiVersion": f"{API}/v1", "kind": "ClusterRole", "metadata": {"name": f"slipway-{name}"}, "rules": rules}
        for name, rules in (("view", view_rules()), ("edit", edit_rules()))
    ]
    objects += [
        binding("ClusterRoleBinding", f"test-{role}", role, "slipway:view") for role in ("view", "slipway-view")
    ]
    objects += [
        binding("RoleBinding", f"test-{role}", role, "slipway:edit:x", space) for role in ("edit", "slipway-edit")
    ]
    for each in objects:
        whole.apply(each)
    yield space
    for each in objects:
        whole.delete(each, wait_seconds=0)


def test_a_viewer_lists_everything_but_secrets(whole: Client, people: str) -> None:
    viewer = whole.as_user("ann", ["slipway:view", "system:authenticated"])
    found = [kind for kind in served(whole) if "list" in kind.verbs]
    assert len(found) > 200
    refused = {kind.plural for kind in found if viewer.request("GET", kind.path(), query={"limit": "1"}).status == 403}
    assert refused == {"secrets"}
    assert viewer.request("DELETE", "/api/v1/nodes/none").status == 403


def test_a_team_edits_the_custom_resources_of_its_own_namespace(whole: Client, people: str) -> None:
    member = whole.as_user("bob", ["slipway:edit:x", "system:authenticated"])
    for kind in served(whole):
        group = kind.api_version.partition("/")[0]
        if group not in EDITABLE or not kind.namespaced:
            continue
        assert member.request("GET", kind.path(namespace=people)).status == 200, kind
        assert member.request("GET", kind.path(namespace="default")).status == 403, kind
        deleted = member.request("DELETE", kind.path("none", people)).status
        assert deleted == (404 if kind.plural in EDITABLE[group] else 403), kind
