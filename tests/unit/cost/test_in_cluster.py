"""What objects in the cluster cost in AWS: volumes by their class, load balancers by their kind."""

from decimal import Decimal

import pytest

from components.networking.consul_settings import ConsulSettings
from components.networking.consul_values import chart_values
from components.operations.monitoring_settings import MonitoringSettings
from components.operations.monitoring_values import chart_values as monitoring_values
from slipway.recording.resource import Resource
from slipway.recording.wire import Json
from tests.unit.cost.building import amounts, estimated, resource

KEY = resource("aws:kms/key:Key", "key", {})  # so that there is an estimate at all
NLB = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}


def storage_class(
    name: str, *, default: bool = False, provisioner: str = "ebs.csi.aws.com", **parameters: Json
) -> Resource:
    annotations: dict[str, Json] = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return resource(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        f"class-{name}",
        {
            "kind": "StorageClass",
            "metadata": {"name": name, "annotations": annotations},
            "provisioner": provisioner,
            "parameters": parameters,
        },
    )


def claimed(size: str, name: str | None, replicas: int = 1) -> Resource:
    spec: dict[str, Json] = {"resources": {"requests": {"storage": size}}}
    if name:
        spec["storageClassName"] = name
    return resource(
        "kubernetes:apps/v1:StatefulSet",
        "store",
        {
            "kind": "StatefulSet",
            "spec": {"replicas": replicas, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": spec}]},
        },
    )


def test_volumes_of_a_stateful_set() -> None:
    # 3 x 20 GiB x 0.08
    found = estimated(KEY, storage_class("gp3-ssd", type="gp3"), claimed("20Gi", "gp3-ssd", 3))
    assert amounts(found)["volume data gp3 20 GiB"] == Decimal("4.80")
    assert found.gaps == ()


def test_the_default_class_serves_a_claim_that_names_none() -> None:
    # 10 GiB x 0.125 + 50 IOPS for each GiB x 0.065
    io2 = storage_class("io2-perf", default=True, type="io2", iopsPerGB="50")
    assert amounts(estimated(KEY, io2, claimed("10Gi", None)))["volume data io2 10 GiB"] == Decimal("33.750")


def test_volumes_that_charts_claim_are_counted_by_their_values() -> None:
    monitoring = MonitoringSettings.model_validate(
        {"prometheus": {"storage": "100Gi", "replicas": 2}, "alertmanager": {"storage": "4Gi"}}, by_name=False
    )
    consul = chart_values(ConsulSettings(storage="10Gi"), storage_class="gp3-ssd", dns_ip=None, zoned=True)
    values = monitoring_values(
        monitoring, cluster_name="test", storage_class="gp3-ssd", cert_manager=False, overlay=False
    )
    found = estimated(
        KEY,
        storage_class("gp3-ssd", default=True, type="gp3"),
        resource("kubernetes:helm.sh/v3:Release", "prometheus", {"chart": "kube-prometheus-stack", "values": values}),
        resource("kubernetes:helm.sh/v3:Release", "consul", {"chart": "consul", "values": consul}),
    )
    claims = {name: amount for name, amount in amounts(found).items() if name.startswith("volume ")}
    replicas = monitoring.alertmanager.replicas
    assert claims == {
        "volume prometheus prometheus.prometheusSpec gp3 100 GiB": Decimal("16.00"),
        "volume prometheus alertmanager.alertmanagerSpec gp3 4 GiB": Decimal("0.32") * replicas,
        "volume consul server gp3 10 GiB": Decimal("0.80") * ConsulSettings().replicas,
    }
    assert found.gaps == ()


def test_a_chart_without_volumes_costs_none() -> None:
    values: dict[str, Json] = {"replicas": 3, "storage": {"enabled": True}, "volumeClaimTemplate": {}}
    release = resource("kubernetes:helm.sh/v3:Release", "keda", {"chart": "keda", "values": values})
    found = estimated(KEY, storage_class("gp3-ssd", default=True, type="gp3"), release)
    assert not [name for name in amounts(found) if name.startswith("volume ")]


def test_a_claim_of_its_own() -> None:
    claim = resource(
        "kubernetes:core/v1:PersistentVolumeClaim",
        "pvc",
        {
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "pvc"},
            "spec": {"storageClassName": "hdd", "resources": {"requests": {"storage": "1Ti"}}},
        },
    )
    found = estimated(KEY, storage_class("hdd", type="st1"), claim)
    assert amounts(found)["volume pvc st1 1024 GiB"] == Decimal("46.080")


@pytest.mark.parametrize(
    ("classes", "size", "why"),
    [
        ([], "20Gi", "its class fast is not one of this stack"),
        ([storage_class("fast", provisioner="rancher.io/local-path")], "20Gi", "its class fast makes no EBS volumes"),
        ([storage_class("fast", type="gp9")], "20Gi", "no price in the list"),
    ],
)
def test_volumes_of_unknown_price_are_named(classes: list[Resource], size: str, why: str) -> None:
    found = estimated(KEY, *classes, claimed(size, "fast"))
    assert [gap.why for gap in found.gaps] == [why]


@pytest.mark.parametrize(
    ("annotations", "what", "monthly"),
    [
        (NLB, "Network Load Balancer of entry", "16.43"),
        ({}, "Classic Load Balancer of entry", "18.25"),
    ],
)
def test_load_balancers(annotations: dict[str, Json], what: str, monthly: str) -> None:
    service = resource(
        "kubernetes:core/v1:Service",
        "entry",
        {
            "kind": "Service",
            "metadata": {"name": "entry", "annotations": annotations},
            "spec": {"type": "LoadBalancer"},
        },
    )
    assert amounts(estimated(KEY, service))[what] == Decimal(monthly)


@pytest.mark.parametrize(
    ("chart", "service", "balanced"),
    [
        ("gateway", None, True),
        ("https://mirror.example.com/gateway-1.30.3.tgz", None, True),
        ("gateway", {"type": "ClusterIP"}, False),
        ("istiod", None, False),
        ("istiod", {"type": "LoadBalancer"}, True),
    ],
)
def test_load_balancers_of_charts(chart: str, service: Json, balanced: bool) -> None:
    release = resource("kubernetes:helm.sh/v3:Release", "entry", {"chart": chart, "values": {"service": service}})
    assert ("Classic Load Balancer of entry" in amounts(estimated(KEY, release))) is balanced


def test_other_services_cost_nothing() -> None:
    service = resource("kubernetes:core/v1:Service", "s", {"kind": "Service", "spec": {"type": "NodePort"}})
    assert amounts(estimated(KEY, service)) == {"KMS key": Decimal("1.00")}


def test_ingresses_of_a_group_share_a_load_balancer() -> None:
    def ingress(name: str, group: str | None, class_name: str = "alb") -> Resource:
        annotations: dict[str, Json] = {"alb.ingress.kubernetes.io/group.name": group} if group else {}
        return resource(
            "kubernetes:networking.k8s.io/v1:Ingress",
            name,
            {
                "kind": "Ingress",
                "metadata": {"name": name, "annotations": annotations},
                "spec": {"ingressClassName": class_name},
            },
        )

    served = resource(
        "kubernetes:networking.k8s.io/v1:IngressClass",
        "alb",
        {"kind": "IngressClass", "metadata": {"name": "alb"}, "spec": {"controller": "ingress.k8s.aws/alb"}},
    )
    found = amounts(
        estimated(
            KEY,
            served,
            ingress("a", "edge"),
            ingress("b", "edge"),
            ingress("c", None),
            ingress("d", None),
            ingress("e", None, "nginx"),
        )
    )
    assert [what for what in found if "Load Balancer of " in what] == [
        "Application Load Balancer of edge",
        "Application Load Balancer of c",
        "Application Load Balancer of d",
    ]
    assert found["Application Load Balancer of edge"] == Decimal("16.43")


def test_a_web_acl_costs_by_its_rules() -> None:
    found = amounts(estimated(KEY, resource("aws:wafv2/webAcl:WebAcl", "acl", {"rules": [{}, {}, {}]})))
    assert (found["web ACL"], found["web ACL rules"]) == (Decimal("5.00"), Decimal("3.00"))


def test_a_service_of_the_load_balancer_controllers_class_is_a_network_load_balancer() -> None:
    spec: dict[str, Json] = {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}
    service = resource("kubernetes:core/v1:Service", "s", {"kind": "Service", "metadata": {"name": "s"}, "spec": spec})
    assert "Network Load Balancer of s" in amounts(estimated(KEY, service))
