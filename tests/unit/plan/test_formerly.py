"""`formerly`: what a node pool and an app were called. The engine finds what was made under the old name."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from components.apps import name_checks
from components.dependencies.expand import with_dependencies
from components.dependencies.managed import managed
from components.foundation import pool_checks
from components.foundation.node_pools import NodePools, NodePoolSettings
from slipway.loading import load_stack
from slipway.plan.model import Plan
from slipway.plan.plan import make_plan
from slipway.recording.run import record
from tests.support import on_aws
from tests.support.eks import ZONES, record_cluster
from tests.support.recorded import Recorded
from tests.support.shipped import ROOT
from tests.support.shipped import recorded as shipped
from tests.support.stacks import app, stack

RENAMED: dict[str, Any] = {"name": "shop", "formerly": ["api"]}


def test_a_pool_has_the_aliases_of_its_old_names() -> None:
    def then(cluster: Any, network: Any) -> None:
        read = {"main": NodePoolSettings.model_validate({"instanceTypes": ["m6i.large"], "size": 3, "formerly": ["a"]})}
        NodePools("nodes", read, cluster=cluster, network=network, addresses="interfaces")

    found = record_cluster(then=then)
    assert found.one("aws:ec2/launchTemplate:LaunchTemplate").aliases == ("nodes-a",)
    for zone in ZONES:
        assert found.one("aws:eks/nodeGroup:NodeGroup", f"nodes-main-{zone}").aliases == (f"nodes-a-{zone}",)


@pytest.mark.parametrize(
    ("pools", "message"),
    [
        ({"general": {"formerly": ["spot"]}, "spot": {}}, "the pool spot has this name"),
        ({"general": {"formerly": ["old"]}, "spot": {"formerly": ["old"]}}, "the pool general had this name, too"),
        ({"general": {"formerly": ["general"]}}, "the pool general has this name"),
    ],
)
def test_a_name_that_a_pool_had_is_no_others(pools: dict[str, Any], message: str) -> None:
    (problem,) = pool_checks.former_names(stack(nodePools=pools))
    assert problem.message == message
    assert problem.path[-2:] == ("formerly", 0)


def test_pools_with_names_of_their_own_are_fine() -> None:
    assert list(pool_checks.former_names(stack(nodePools={"general": {"formerly": ["a", "b"]}, "spot": {}}))) == []


@pytest.mark.parametrize(
    ("apps", "message"),
    [
        ([app("shop", formerly=["web"]), app("web")], "an app has this name: web"),
        ([app("shop", formerly=["old"]), app("web", formerly=["old"])], "shop had this name, too"),
    ],
)
def test_a_name_that_an_app_had_is_no_others(apps: list[Any], message: str) -> None:
    (problem,) = name_checks.former_names(stack(namespaces={"web": {}}, apps=apps))
    assert (problem.message, problem.path) == (message, ("formerly", 0))


def test_apps_with_names_of_their_own_are_fine() -> None:
    apps = [app("shop", formerly=["web", "www"]), app("other")]
    assert list(name_checks.former_names(stack(namespaces={"web": {}}, apps=apps))) == []


def aws_resource(type_: str, **fields: Any) -> Recorded:
    declared = on_aws.app(**fields)
    return on_aws.deploy(declared, on_aws.context(declared)).one(type_)


@pytest.mark.parametrize(
    ("type_", "kept", "name"),
    [
        ("aws:rds/instance:Instance", ("identifier", "dbName", "username"), "database"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", ("replicationGroupId",), "cache"),
    ],
)
def test_what_aws_cannot_rename_keeps_the_first_name(type_: str, kept: tuple[str, ...], name: str) -> None:
    before, after = aws_resource(type_), aws_resource(type_, **RENAMED)
    assert (before.name, after.name) == (f"api-{name}", f"shop-{name}")
    assert [before.inputs[key] for key in kept] == [after.inputs[key] for key in kept]
    other = aws_resource(type_, name="shop")
    assert all(before.inputs[key] != other.inputs[key] for key in kept)


def test_the_component_of_a_managed_database_has_its_own_alias() -> None:
    """Its name does not begin with its parent's, so the engine could not tell from that."""
    declared = on_aws.app(**RENAMED)
    found = on_aws.deploy(declared, on_aws.context(declared))
    assert found.one("slipway:dependencies:Rds").aliases == ("api-database",)
    assert found.one("slipway:apps:AppStack").aliases == ("api",)
    assert [each.former_names for each in managed(declared, on_aws.context(declared))] == [
        ("api-database",),
        ("api-cache",),
    ]


def test_dependencies_in_the_cluster_were_called_after_their_app() -> None:
    needs = {"database": {"engine": "postgresql", "storage": "5Gi"}}
    declared = stack(namespaces={"web": {}}, apps=[app("shop", formerly=["web"], dependencies=needs)])
    former = {each.name: each.formerly for each in with_dependencies(declared).apps}
    assert former["shop"] == ("web",)
    assert former["shop-database"] == ("web-database",)


def renamed(folder: Path, line: str = "") -> Plan:
    """Plan the local stack, in which the webapp is called shop."""
    for each in ("Pulumi.yaml", "Pulumi.local.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    shutil.copytree(ROOT / "apps" / "local", folder / "apps" / "local")
    old, new = (folder / "apps" / "local" / f"{name}.yaml" for name in ("webapp", "shop"))
    new.write_text(old.read_text().replace("name: webapp\n", f"name: shop\n{line}"))
    old.unlink()
    gateway = folder / "apps" / "local" / "api-gateway.yaml"
    gateway.write_text(gateway.read_text().replace("[webapp]", "[shop]"))
    facts = load_stack(folder, "local")
    program = folder / "__main__.py"
    now = record(program, project=facts.project, stack="local", config=facts.config, secret_keys=facts.secret_keys)
    return make_plan(shipped("local"), now, base="main")


def test_an_app_with_another_name_is_deleted_and_created(tmp_path: Path) -> None:
    found = renamed(tmp_path)
    own = [step.operation for step in found.steps if step.resource.name.startswith(("webapp", "shop"))]
    assert set(own) == {"create", "delete"}
    assert own.count("create") == own.count("delete")
    (rename,) = found.renames
    assert (rename.line, rename.where) == ("formerly: [webapp]", "the app's file, shop.yaml")


def test_with_formerly_it_is_the_same_app(tmp_path: Path) -> None:
    found = renamed(tmp_path, "formerly: [webapp]\n")
    assert found.renames == ()
    own = {step.operation for step in found.steps if step.resource.name.startswith(("webapp", "shop-"))}
    assert own == {"replace"}
    assert all(step.old is not None for step in found.steps if step.resource.name.startswith("shop"))
