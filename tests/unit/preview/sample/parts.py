"""A small platform for the tests of what a preview shows: two pools, three apps, one chart."""

from typing import Any

import pulumi
from pulumi import Alias, ResourceOptions
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.ec2.eip import Eip
from pulumi_aws.ec2.launch_template import LaunchTemplate
from pulumi_aws.ec2.nat_gateway import NatGateway
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.ec2.vpc_endpoint import VpcEndpoint
from pulumi_aws.eks.cluster import Cluster
from pulumi_aws.eks.node_group import NodeGroup
from pulumi_aws.kms.key import Key
from pulumi_aws.provider import Provider as AwsProvider
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.apps.v1.Deployment import Deployment
from pulumi_kubernetes.apps.v1.StatefulSet import StatefulSet
from pulumi_kubernetes.autoscaling.v2.HorizontalPodAutoscaler import HorizontalPodAutoscaler
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.ConfigMapPatch import ConfigMapPatch
from pulumi_kubernetes.core.v1.Namespace import Namespace
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.core.v1.Service import Service
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.networking.v1.Ingress import Ingress
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy
from pulumi_kubernetes.provider import Provider
from pulumi_kubernetes.storage.v1.StorageClass import StorageClass

ZONES = ("us-west-2a", "us-west-2b")


class Ground(pulumi.ComponentResource):
    """The network of the sample. Its second sentence is not shown."""

    def __init__(self, name: str, opts: ResourceOptions | None = None) -> None:
        super().__init__("sample:parts:Ground", name, None, opts)
        own = ResourceOptions(parent=self)
        vpc = Vpc(name, cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=self, protect=True))
        self.subnets = [
            Subnet(f"{name}-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24", availability_zone=zone, opts=own)
            for number, zone in enumerate(ZONES)
        ]
        address = Eip(name, domain="vpc", opts=own)
        NatGateway(name, subnet_id=self.subnets[0].id, allocation_id=address.allocation_id, opts=own)
        VpcEndpoint(
            f"{name}-ecr",
            vpc_id=vpc.id,
            service_name="com.amazonaws.us-west-2.ecr.api",
            vpc_endpoint_type="Interface",
            subnet_ids=[subnet.id for subnet in self.subnets],
            opts=own,
        )
        VpcEndpoint(f"{name}-s3", vpc_id=vpc.id, service_name="com.amazonaws.us-west-2.s3", opts=own)


class Hall(pulumi.ComponentResource):
    """The cluster of the sample, with its pools."""

    def __init__(self, name: str, ground: Ground, opts: ResourceOptions | None = None) -> None:
        super().__init__("sample:parts:Hall", name, None, opts)
        own = ResourceOptions(parent=self)
        key = Key(name, description="Kubernetes secrets", opts=own)
        logs = LogGroup(name, name="/aws/eks/sample/cluster", retention_in_days=30, opts=own)
        self.cluster = Cluster(
            name,
            role_arn="arn:aws:iam::123456789012:role/cluster",
            version="1.35",
            vpc_config={"subnet_ids": [subnet.id for subnet in ground.subnets], "endpoint_public_access": False},
            encryption_config={"provider": {"key_arn": key.arn}, "resources": ["secrets"]},
            opts=ResourceOptions(parent=self, depends_on=[logs], aliases=[Alias(name="old")]),
        )
        template = LaunchTemplate(
            name,
            block_device_mappings=[{"device_name": "/dev/xvda", "ebs": {"volume_size": 50, "volume_type": "gp3"}}],
            metadata_options={"http_tokens": "required"},
            opts=own,
        )
        self._pool(name, "general", ["t3.large"], 2, template, ground)
        self._pool(name, "spot", ["m5.large", "m5a.large"], 1, template, ground, capacity_type="SPOT")
        self.provider = Provider(
            name, kubeconfig=self.cluster.endpoint.apply(lambda endpoint: f"server: {endpoint}"), opts=own
        )

    def _pool(
        self, name: str, pool: str, types: list[str], size: int, template: LaunchTemplate, ground: Ground, **more: Any
    ) -> None:
        for subnet, zone in zip(ground.subnets, ZONES, strict=True):
            NodeGroup(
                f"{name}-{pool}-{zone}",
                cluster_name=self.cluster.name,
                node_role_arn="arn:aws:iam::123456789012:role/node",
                subnet_ids=[subnet.id],
                instance_types=types,
                scaling_config={"desired_size": size, "min_size": size, "max_size": 2 * size},
                launch_template={"id": template.id, "version": "$Latest"},
                labels={"slipway.dev/pool": pool},
                opts=ResourceOptions(parent=self),
                **more,
            )


class Room(pulumi.ComponentResource):
    """The applications of the sample."""

    def __init__(self, name: str, hall: Hall, opts: ResourceOptions | None = None) -> None:
        super().__init__("sample:parts:Room", name, None, opts)
        own = ResourceOptions(parent=self, provider=hall.provider, deleted_with=hall.cluster)
        web = {"name": "web", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
        space = make(Namespace, "web", metadata=web, opts=own)
        inside = ResourceOptions.merge(own, ResourceOptions(depends_on=[space]))
        make(
            StorageClass,
            "fast",
            metadata={"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            provisioner="ebs.csi.aws.com",
            parameters={"type": "gp3", "iops": "4000"},
            opts=own,
        )
        make(ConfigMap, "settings", metadata=_in_web("settings"), data={"ON": "on", "LINES": "a\nb\n"}, opts=inside)
        make(
            ConfigMapPatch,
            "coredns",
            metadata={"name": "coredns", "namespace": "kube-system"},
            data={"a": "b"},
            opts=own,
        )
        make(
            Secret,
            "login",
            metadata=_in_web("login"),
            string_data={"password": pulumi.Config().require("pw")},
            opts=inside,
        )
        make(
            Deployment,
            "shop",
            metadata=_in_web("shop"),
            spec=_workload("shop", "general", "500m", "512Mi"),
            opts=inside,
        )
        claim = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "20Gi"}}}}
        store = {**_workload("store", "spot", "1", "1Gi"), "replicas": 2, "volumeClaimTemplates": [claim]}
        make(StatefulSet, "store", metadata=_in_web("store"), spec={**store, "serviceName": "store"}, opts=inside)
        make(
            HorizontalPodAutoscaler,
            "shop",
            metadata=_in_web("shop"),
            spec={
                "minReplicas": 3,
                "maxReplicas": 10,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"},
            },
            opts=inside,
        )
        make(Service, "shop", metadata=_in_web("shop"), spec={"ports": [{"port": 80, "targetPort": 8080}]}, opts=inside)
        make(
            Service,
            "store",
            metadata=_in_web("store"),
            spec={"clusterIP": "None", "ports": [{"port": 5432}]},
            opts=inside,
        )
        make(
            Ingress,
            "shop",
            metadata=_in_web("shop"),
            spec={"rules": [{"host": "shop.example.com"}], "tls": [{"hosts": ["shop.example.com"]}]},
            opts=ResourceOptions(parent=self, provider=hall.provider, depends_on=[space]),
        )
        deny = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        make(NetworkPolicy, "deny", metadata=_in_web("deny"), spec=deny, opts=inside)
        allow = {"podSelector": {"matchLabels": {"app": "shop"}}, "ingress": [{"ports": [{"port": 8080}]}]}
        make(NetworkPolicy, "allow", metadata=_in_web("allow"), spec={**allow, "policyTypes": ["Ingress"]}, opts=inside)
        Release(
            "gateway",
            chart="gateway",
            version="1.30.3",
            repository_opts={"repo": "https://charts.example.com"},
            name="gateway",
            namespace="web",
            values={"service": {"annotations": {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}}},
            opts=inside,
        )
        CustomResource(
            "entrance",
            api_version="networking.istio.io/v1",
            kind="Gateway",
            metadata=_in_web("entrance"),
            spec={"servers": [{"port": {"number": 443}, "hosts": ["shop.example.com"], "tls": {"mode": "SIMPLE"}}]},
            opts=inside,
        )


def make(cls: Any, name: str, **inputs: Any) -> Any:
    """Make an object of plain data, which the SDK's typed dictionaries would not take."""
    return cls(name, **inputs)


def _in_web(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "web"}


def _workload(name: str, pool: str, cpu: str, memory: str) -> dict[str, Any]:
    labels = {"app": name}
    container = {
        "name": name,
        "image": f"registry.example.com/{name}:1",
        "resources": {"requests": {"cpu": cpu, "memory": memory}},
    }
    pod = {"nodeSelector": {"slipway.dev/pool": pool}, "containers": [container]}
    return {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}


def aws() -> ResourceOptions:
    """The explicit provider of everything in AWS."""
    return ResourceOptions(providers=[AwsProvider("aws", region="us-west-2")])
