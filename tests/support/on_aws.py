"""An app whose database and cache AWS runs, and what is recorded of it."""

from typing import Any

import pulumi
from pulumi_kubernetes.provider import Provider
from pydantic import SecretStr

from components.apps.aws_identity import AwsCluster
from components.apps.context import AppContext
from components.apps.settings import AppSettings
from components.apps.stack import AppStack
from components.component import Target
from components.dependencies.settings import DependenciesSettings
from tests.support.recorded import Recording
from tests.support.recording import record

PASSWORD = "correct-horse-battery"
PLACES: dict[str, Any] = {"postgresql": "rds", "redis": "elasticache"}
BOTH: dict[str, Any] = {
    "database": {"engine": "postgresql", "storage": "50Gi"},
    "cache": {"engine": "redis", "password": "cache"},
}
READER = "arn:aws:iam::123456789012:role/external-secrets"
SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
CLUSTER = AwsCluster(
    "blue",
    region="us-west-2",
    vpc_id="vpc-1",
    private_subnet_ids=SUBNETS,
    node_security_group_id="sg-nodes",
    secret_reader_role_arn=READER,
)
RDS_SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:rds!db-1"
OUTPUTS: dict[str, dict[str, Any]] = {
    "aws:rds/instance:Instance": {
        "address": "database.example.com",
        "masterUserSecrets": [{"secretArn": RDS_SECRET, "secretStatus": "active"}],
    },
    "aws:rds/subnetGroup:SubnetGroup": {"name": "api-database-0a1b2c3"},
    "aws:elasticache/subnetGroup:SubnetGroup": {"name": "api-cache-4d5e6f7"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"primaryEndpointAddress": "cache.example.com"},
}


def app(dependencies: dict[str, Any] | None = None, **fields: Any) -> AppSettings:
    """Return an app with a database and a cache, or with other dependencies."""
    minimal = {"name": "api", "namespace": "web", "image": "registry.example.com/api:1.0.0"}
    needed = BOTH if dependencies is None else dependencies
    return AppSettings.model_validate({**minimal, "dependencies": needed, **fields}, by_name=False)


def context(settings: AppSettings, places: dict[str, Any] | None = None, **fields: Any) -> AppContext:
    """Return a context in which dependencies are on AWS, or in other places."""
    return AppContext(
        environment="production",
        secrets={"cache": SecretStr(PASSWORD)},
        apps={settings.name: settings},
        dependencies=DependenciesSettings.model_validate(PLACES if places is None else places, by_name=False),
        **fields,
    )


def deploy(
    settings: AppSettings,
    where: AppContext,
    *,
    aws: AwsCluster | None = CLUSTER,
    known: bool = True,
    outputs: dict[str, dict[str, Any]] | None = None,
) -> Recording:
    """Record an app in a cluster; `namespace` stands for what its objects wait for.

    `outputs` are laid over those that AWS gives, by type.
    """

    def program() -> None:
        lifetime = pulumi.CustomResource("aws:eks/cluster:Cluster", "cluster", {})
        namespace = pulumi.CustomResource("aws:eks/addon:Addon", "namespace", {})
        target = Target("blue", Provider("cluster"), lifetime=lifetime)
        AppStack(settings.name, settings, target=target, context=where, after=[namespace], aws=aws)

    given = {kind: {**each, **(outputs or {}).get(kind, {})} for kind, each in OUTPUTS.items()}
    return record(program, known=known, outputs=given)
