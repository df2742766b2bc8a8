"""The DNS cache on each node."""

from typing import Any

from components.networking.dns.node_local import NodeLocalDns
from components.networking.dns.settings import NODE_CACHE_IMAGE, DnsSettings
from tests.support.corefile import directive, servers
from tests.support.incluster import in_cluster, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recorded, Recording

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
SERVICE = "kubernetes:core/v1:Service"
LISTENS = ("bind", "169.254.20.10", "172.20.0.10")


def caches(coredns: dict[str, Any] | None = None, *, consul: bool = False, known: bool = True) -> Recording:
    settings = DnsSettings.model_validate({"coredns": coredns or {}, "nodeLocal": {"enabled": True}}, by_name=False)
    return record_in_cluster(
        lambda target, nodes: NodeLocalDns(
            "node-local", settings, target=target, cluster_dns_ip="172.20.0.10", consul=consul, after=[nodes]
        ),
        known=known,
    )


def corefile(recording: Recording) -> dict[str, list[tuple[str, ...]]]:
    return servers(recording.one(CONFIG_MAP).inputs["data"]["Corefile"])


def pod(recording: Recording) -> Any:
    return recording.one(DAEMON_SET).inputs["spec"]["template"]["spec"]


def by_kube_name(recording: Recording, name: str) -> Recorded:
    (found,) = [each for each in recording.all(SERVICE) if each.inputs["metadata"]["name"] == name]
    return found


def test_the_objects_are_sound() -> None:
    assert unsound(caches()) == []
    assert unsound(caches({"stubDomains": {"corp.example.com": ["10.9.0.2"]}, "cacheSeconds": 0}, consul=True)) == []


def test_names_of_the_cluster_go_to_coredns_over_tcp_and_others_to_the_vpcs_resolver() -> None:
    found = corefile(caches())
    assert set(found) == {"cluster.local:53", "in-addr.arpa:53", "ip6.arpa:53", ".:53"}
    for zone, block in found.items():
        asked = ("/etc/resolv.conf",) if zone == ".:53" else ("__PILLAR__CLUSTER__DNS__", "force_tcp")
        assert directive(block, "forward") == ("forward", ".", *asked)
        assert LISTENS in block
        assert ("loop",) in block
    assert directive(found["cluster.local:53"], "cache") == ("cache", "success 9984 30", "denial 9984 5")


def test_what_coredns_forwards_is_not_lost_on_the_way_past_it() -> None:
    settings = {"stubDomains": {"corp.example.com": ["10.9.0.2"]}, "upstreams": ["10.0.0.2"], "cacheSeconds": 3}
    found = corefile(caches(settings, consul=True))
    for domain in ("corp.example.com:53", "consul:53"):
        assert directive(found[domain], "forward") == ("forward", ".", "__PILLAR__CLUSTER__DNS__", "force_tcp")
        assert LISTENS in found[domain]
    assert directive(found[".:53"], "forward") == ("forward", ".", "10.0.0.2")
    assert directive(found["cluster.local:53"], "cache") == ("cache", "success 9984 3", "denial 9984 3")


def test_its_health_is_asked_at_an_address_that_only_the_node_has() -> None:
    recording = caches()
    assert ("health", "169.254.20.10:8080") in corefile(recording)["cluster.local:53"]
    (container,) = pod(recording)["containers"]
    for probe in ("livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"host": "169.254.20.10", "path": "/health", "port": 8080}


def test_it_takes_over_the_address_that_pods_ask_already() -> None:
    (container,) = pod(caches())["containers"]
    assert container["args"] == [
        *("-localip", "169.254.20.10,172.20.0.10"),
        *("-conf", "/etc/Corefile"),
        *("-upstreamsvc", "kube-dns-upstream"),
    ]
    assert container["image"] == NODE_CACHE_IMAGE


def test_an_image_of_ones_own() -> None:
    image = "123456789012.dkr.ecr.us-west-2.amazonaws.com/dns/k8s-dns-node-cache:1.26.8"
    settings = DnsSettings.model_validate({"nodeLocal": {"enabled": True, "image": image}}, by_name=False)
    recording = record_in_cluster(
        lambda target, nodes: NodeLocalDns("node-local", settings, target=target, cluster_dns_ip="172.20.0.10")
    )
    assert pod(recording)["containers"][0]["image"] == image


def test_it_is_on_every_node_and_the_last_to_be_evicted() -> None:
    found = pod(caches())
    assert found["tolerations"] == [{"operator": "Exists"}]
    assert found["priorityClassName"] == "system-node-critical"
    assert (found["hostNetwork"], found["dnsPolicy"]) == (True, "Default")
    assert found["automountServiceAccountToken"] is False
    spec = caches().one(DAEMON_SET).inputs["spec"]
    assert spec["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}}


def test_it_has_the_rights_over_the_nodes_network_and_no_others() -> None:
    (container,) = pod(caches())["containers"]
    assert container["securityContext"]["capabilities"] == {
        "drop": ["ALL"],
        "add": ["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW"],
    }
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert "privileged" not in container["securityContext"]


def test_it_completes_its_corefile_only_with_the_folder_of_kube_dns() -> None:
    found = pod(caches())
    optional = {"name": "kube-dns-config", "configMap": {"name": "kube-dns", "optional": True}}
    assert optional in found["volumes"]
    assert {"name": "kube-dns-config", "mountPath": "/etc/kube-dns"} in found["containers"][0]["volumeMounts"]


def test_coredns_is_reached_by_a_service_of_its_own_that_is_there_before() -> None:
    recording = caches()
    upstream = by_kube_name(recording, "kube-dns-upstream")
    assert upstream.inputs["spec"]["selector"] == {"k8s-app": "kube-dns"}
    assert waits_for(recording, recording.one(DAEMON_SET)) == {
        *("node-local-account", "node-local-config", "node-local-upstream", "nodes"),
    }


def test_metrics_are_scraped_from_each_pod() -> None:
    spec = by_kube_name(caches(), "node-local-dns").inputs["spec"]
    assert spec["clusterIP"] == "None"
    assert spec["ports"] == [{"name": "metrics", "port": 9253, "targetPort": 9253}]


def test_what_is_in_the_cluster_goes_with_it() -> None:
    recording = caches()
    assert outliving(recording) == []
    assert {each.inputs["metadata"]["namespace"] for each in in_cluster(recording) if each.custom} == {"kube-system"}


def test_the_same_resources_whatever_is_known() -> None:
    assert caches(known=False).urns == caches().urns
