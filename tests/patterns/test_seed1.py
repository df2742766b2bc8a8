"""The first document's manifests, each against what its app file comes to: workloads, mesh, ports."""

from ruamel.yaml import YAML

from components.apps.words import Manifest
from tests.patterns.house import NAMED, PORT, hardened, owned, placed, probed
from tests.support.patterns import ABSENT, PATTERNS, adds, agrees, beyond, compare, document, pattern
from tests.support.schemas import manifest_problems

POD = "spec.template.spec"
WEBAPP = f"{POD}.containers[webapp]"


def embedded(manifest: Manifest, key: str) -> Manifest:
    """Return the YAML that a ConfigMap has under a key."""
    found: Manifest = YAML(typ="safe", pure=True).load(manifest["data"][key])
    return found


def test_cluster_config() -> None:
    """The ConfigMap that nothing reads is the stack's settings, and each of its four lines something that is built."""
    lines = document("1-00-configmap")["data"]["cluster.properties"].split()
    said = dict(line.split("=") for line in lines)
    assert said == {
        "cluster.name": "production",
        "cluster.region": "us-west-2",
        "networking.plugin": "calico",
        "storage.class": "gp3",
    }
    stack = pattern("1-00-configmap")
    (cluster,) = stack.recording.of_type("aws:eks/cluster:Cluster")
    assert cluster.inputs["name"] == said["cluster.name"]
    regions = {each.inputs["region"] for each in stack.recording.of_type("pulumi:providers:aws")}
    assert regions == {said["cluster.region"]}
    installation = stack.recorded("Installation", "default")
    assert installation["spec"]["cni"]["type"] == "AmazonVPC"  # Calico beside it, for policies
    storage = stack.recorded("StorageClass", said["storage.class"])
    assert storage["metadata"]["annotations"] == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert storage["parameters"] == {"type": "gp3", "encrypted": "true"}
    names = {each.inputs["metadata"]["name"] for each in stack.recording.of_type("kubernetes:core/v1:ConfigMap")}  # type: ignore[index,call-overload]
    assert "cluster-config" not in names


def test_network_policy() -> None:
    found = pattern("1-01-networkpolicy")
    policy = found.one("NetworkPolicy")
    differences = {
        "metadata.name": ("webapp-from-frontend", NAMED),
        "spec.policyTypes": (["Ingress"], "in another object: the namespace denies all egress, and lets DNS out"),
    }
    agrees(document("1-01-networkpolicy"), policy, differences)
    peer = "spec.ingress[0].from[0].namespaceSelector.matchLabels.kubernetes.io/metadata.name"
    adds(document("1-01-networkpolicy"), policy, {**owned("webapp", "web"), peer: "web"})
    other = found.of("frontend")["to-webapp"]["spec"]  # the caller's way out, which the document forgets
    assert other["podSelector"] == {"matchLabels": {"app": "frontend"}}
    assert other["egress"][0]["ports"] == [{"port": 8080, "protocol": "TCP"}]
    denied = found.recorded("NetworkPolicy", "default-deny", "web")["spec"]
    assert denied == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_gateway() -> None:
    found = pattern("1-02-gateway")
    # Each port has a Gateway of its own, since one redirects and the other leads to the app.
    plain, own = (found.kinds("Gateway")[f"webapp-{suffix}"]["spec"] for suffix in ("redirect", "gateway"))
    opened = {**own, "servers": [*plain["servers"], *own["servers"]]}
    gateway = {**found.kinds("Gateway")["webapp-gateway"], "spec": opened}
    now = "modernised: Istio's networking API is v1"
    agrees(document("1-02-gateway"), gateway, {"apiVersion": ("networking.istio.io/v1", now)})
    assert beyond(document("1-02-gateway"), gateway).items() >= owned("webapp", "web").items()
    certificate = found.one("Certificate")  # what the document's credentialName says, and nobody there makes
    assert certificate["metadata"]["namespace"] == "istio-ingress"
    assert certificate["spec"]["secretName"] == "webapp-tls"
    assert certificate["spec"]["dnsNames"] == ["webapp.example.com"]


def test_virtual_service() -> None:
    """One host, two apps: each has its own part of the routes, at the Gateway of the one that opens the host."""
    found = pattern("1-03-virtualservice")
    api, webapp = found.manifests, found.of("webapp")
    assert "gateway" not in api
    assert "tls" not in api
    assert [api["vs"]["spec"]["gateways"], webapp["vs"]["spec"]["gateways"]] == [["webapp-gateway"], ["webapp-gateway"]]
    # What istiod makes of the VirtualServices of one host at one gateway, the one without a match at the end.
    http = [*api["vs"]["spec"]["http"], *webapp["vs"]["spec"]["http"]]
    both = {**webapp["vs"], "spec": {**webapp["vs"]["spec"], "http": http}}
    whole = "naming: the whole name of the Service, which is the same from every namespace"
    tracks = "naming: the image says the version, its track is stable or canary"
    differences = {
        "apiVersion": ("networking.istio.io/v1", "modernised: Istio's networking API is v1"),
        "spec.http[0].match[0].uri.prefix": (
            ABSENT,
            "modernised: as an Ingress's Prefix does, /api/v1 and what is below it, but not /api/v10",
        ),
        "spec.http[0].route[0].destination.host": ("api-service.web.svc.cluster.local", whole),
        "spec.http[0].route[0].destination.subset": ("stable", tracks),
        "spec.http[0].route[1].destination.host": ("api-service.web.svc.cluster.local", whole),
        "spec.http[0].route[1].destination.subset": ("canary", tracks),
        "spec.http[1].route[0].destination.host": ("webapp-service.web.svc.cluster.local", whole),
    }
    agrees(document("1-03-virtualservice"), both, differences)
    assert api["vs"]["spec"]["http"][0]["match"] == [{"uri": {"exact": "/api/v1"}}, {"uri": {"prefix": "/api/v1/"}}]
    # the subsets that the document's routes name, and that it never defines
    assert api["dr"]["spec"]["subsets"] == [{"name": each, "labels": {"track": each}} for each in ("stable", "canary")]
    images = [each["spec"]["template"]["spec"]["containers"][0]["image"] for each in found.kinds("Deployment").values()]
    assert images == ["api:1.0.0", "api:2.0.0"]


def test_port_discovery() -> None:
    found = pattern("1-06-configmap")
    discovery = found.recorded("ConfigMap", "port-discovery", "web")
    agrees(
        embedded(document("1-06-configmap"), "config.yaml"),
        embedded(discovery, "config.yaml"),
        {},
    )
    extra = beyond(embedded(document("1-06-configmap"), "config.yaml"), embedded(discovery, "config.yaml"))
    assert extra == {
        "services.webapp.port": 8080,
        "services.webapp.host": "webapp-service.web.svc.cluster.local",
        "services.api.port": 3000,
        "services.api.host": "api-service.web.svc.cluster.local",
        "services.database.port": 5432,
        "services.database.host": "database-service.web.svc.cluster.local",
    }
    assert compare(document("1-06-configmap"), discovery).keys() == {"data.config.yaml"}  # the same, otherwise laid out
    assert found.one("Deployment")["spec"]["template"]["spec"]["containers"][0]["env"] == [
        {"name": "PORT", "value": "8080"}
    ]


def test_service() -> None:
    found = pattern("1-07-service")
    service, metrics = found.manifests["service"], found.manifests["metrics"]
    own = "in another object: webapp-metrics, which is scraped and never exposed"
    annotation = "metadata.annotations.service.alpha.kubernetes.io/tolerate-unready-endpoints"
    gone = "modernised: tolerate-unready-endpoints is publishNotReadyAddresses, where pods are scraped, not for clients"
    differences = {
        annotation: (ABSENT, gone),
        "spec.ports[80].targetPort": ("http", PORT),
        **{f"spec.ports[9090].{key}": (ABSENT, own) for key in ("name", "port", "targetPort", "protocol")},
    }
    agrees(document("1-07-service"), service, differences)
    adds(document("1-07-service"), service, {"spec.type": "ClusterIP", "spec.ports[80].appProtocol": "http"})
    clients = "in another object: webapp-service, which clients use"
    differences = {
        "metadata.name": ("webapp-metrics", NAMED),
        annotation: (ABSENT, gone),
        **{f"spec.ports[80].{key}": (ABSENT, clients) for key in ("name", "port", "targetPort", "protocol")},
        "spec.ports[9090].targetPort": ("metrics", PORT),
    }
    agrees(document("1-07-service"), metrics, differences)
    adds(document("1-07-service"), metrics, {"spec.publishNotReadyAddresses": True, **owned("webapp", "web")})


def test_rolling_deployment() -> None:
    found = pattern("1-08-deployment").one("Deployment")
    differences = {
        "metadata.name": ("webapp", NAMED),
        "spec.template.metadata.labels.version": ("2.1.0", "naming: the version is the image's tag"),
        f"{WEBAPP}.ports[8080].name": ("http", PORT),
        f"{WEBAPP}.ports[9090].name": ("metrics", PORT),
        f"{WEBAPP}.livenessProbe.httpGet.port": ("http", PORT),
        f"{WEBAPP}.readinessProbe.httpGet.port": ("http", PORT),
    }
    agrees(document("1-08-deployment"), found, differences)
    expected = {
        **owned("webapp", "web"),
        **placed(2, "general", "high-priority"),
        **hardened("webapp"),
        **probed("webapp", "liveness", 5),
        **probed("webapp", "readiness", 3),
        f"{WEBAPP}.imagePullPolicy": "IfNotPresent",
        f"{POD}.serviceAccountName": "webapp",
        "spec.selector.matchLabels.track": "stable",  # so that a canary can come without replacing it
    }
    adds(document("1-08-deployment"), found, expected)


def test_stateful_set() -> None:
    found = pattern("1-09-statefulset")
    stateful = found.one("StatefulSet")
    config = "in another object: plain variables are in the ConfigMap database-config"
    database = f"{POD}.containers[database]"
    differences = {
        f"{database}.env[POSTGRES_DB].name": (ABSENT, config),
        f"{database}.env[POSTGRES_DB].value": (ABSENT, config),
        "spec.volumeClaimTemplates[data].spec.storageClassName": ("gp3-ssd", "house default: the class of that type"),
    }
    agrees(document("1-09-statefulset"), stateful, differences)
    expected = {
        **owned("database", "web"),
        **placed(2, "general", "high-priority"),
        **hardened("database", user=999),
        f"{database}.ports[5432].name": "postgres",
        f"{database}.readinessProbe.tcpSocket.port": "postgres",
        f"{database}.resources.limits.memory": "512Mi",
        f"{database}.envFrom[database-config].configMapRef.name": "database-config",
    }
    adds(document("1-09-statefulset"), stateful, expected)
    assert found.one("ConfigMap")["data"] == {"POSTGRES_DB": "webapp", "PGDATA": "/var/lib/postgresql/data/pgdata"}
    headless = found.manifests["headless"]  # the document's serviceName, which it never defines
    assert headless["metadata"]["name"] == "database-headless"
    assert headless["spec"]["clusterIP"] == "None"


def test_security_context() -> None:
    """A Pod by itself comes back nowhere: it is a Deployment's pod here, and every field of its spec is the same."""
    template = pattern("1-10-pod").one("Deployment")["spec"]["template"]
    limited: dict[str, tuple[object, object]] = {
        f"volumes[{name}].emptyDir": ({}, {"sizeLimit": "1Gi"}) for name in ("tmp", "var-run")
    }
    assert compare(document("1-10-pod")["spec"], template["spec"]) == limited
    whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "webapp"}, "spec": template["spec"]}
    limits = {f"spec.{path}": (now, "house default: scratch has a limit") for path, (_, now) in limited.items()}
    agrees(document("1-10-pod"), whole, {"metadata.name": ("webapp", NAMED), **limits})
    expected = {
        "spec.automountServiceAccountToken": False,
        "spec.securityContext.fsGroupChangePolicy": "OnRootMismatch",
        # a user other than root loses the document's capability when it starts a program
        "spec.securityContext.sysctls[net.ipv4.ip_unprivileged_port_start].value": "80",
        "spec.containers[webapp].ports[80].name": "http",
    }
    adds(document("1-10-pod"), whole, expected)


def test_pod_security_policy() -> None:
    """The policy is a label of the namespace, and what it asks for is what every pod has anyway."""
    said = document("1-11-podsecuritypolicy")["spec"]
    assert said.keys() == {
        "privileged",
        "allowPrivilegeEscalation",
        "requiredDropCapabilities",
        "volumes",
        "runAsUser",
        "seLinux",
        "fsGroup",
    }
    found = pattern("1-11-podsecuritypolicy")
    labels = found.recorded("Namespace", "web")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == document("1-11-podsecuritypolicy")["metadata"]["name"]
    pod = found.one("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    context = container["securityContext"]
    assert "privileged" not in context
    assert said["privileged"] is False
    assert context["allowPrivilegeEscalation"] is said["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": said["requiredDropCapabilities"]}
    assert {key for volume in pod["volumes"] for key in volume if key != "name"} <= set(said["volumes"])
    assert said["runAsUser"] == {"rule": "MustRunAsNonRoot"}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert said["seLinux"] == said["fsGroup"] == {"rule": "RunAsAny"}  # no rule: the pod's own
    assert "seLinuxOptions" not in pod["securityContext"]


def test_service_monitor() -> None:
    monitor = pattern("1-12-servicemonitor").one("ServiceMonitor")
    agrees(document("1-12-servicemonitor"), monitor, {})
    assert beyond(document("1-12-servicemonitor"), monitor) == {
        **owned("webapp", "web"),
        "metadata.labels.app": "webapp",
        "metadata.labels.app.kubernetes.io/component": "service",
    }


def test_tracing() -> None:
    """Jaeger's agent is no more: spans go to a collector by OTLP, under the names that every SDK reads."""
    found = pattern("1-13-deployment")
    deployment = found.one("Deployment")
    agent = "modernised: Jaeger's agent and its ports are gone; OpenTelemetry's variables name the collector"
    differences = {
        "metadata.name": ("webapp", NAMED),
        "spec.template.metadata.annotations.sidecar.istio.io/inject": (
            ABSENT,
            "in another object: the namespace's label istio-injection",
        ),
        f"{WEBAPP}.image": ("webapp:2.1.0", "house default: no tag that moves"),
        **{
            f"{WEBAPP}.env[{name}].{key}": (ABSENT, agent)
            for name in ("JAEGER_AGENT_HOST", "JAEGER_AGENT_PORT")
            for key in ("name", "value")
        },
    }
    agrees(document("1-13-deployment"), deployment, differences)
    expected = {
        **hardened("webapp"),
        f"{WEBAPP}.env[OTEL_SERVICE_NAME].value": "webapp",
        f"{WEBAPP}.env[OTEL_EXPORTER_OTLP_ENDPOINT].value": "http://otel-collector.monitoring.svc.cluster.local:4317",
        f"{WEBAPP}.env[OTEL_TRACES_EXPORTER].value": "otlp",
    }
    adds(document("1-13-deployment"), deployment, expected)
    labels = found.recorded("Namespace", "web")["metadata"]["labels"]
    assert labels["istio-injection"] == "enabled"


def test_every_object_is_one_that_the_api_takes() -> None:
    for name in (path.stem for path in PATTERNS.glob("1-*.yaml") if ".stack" not in path.name):
        for manifest in pattern(name).manifests.values():
            assert manifest_problems(manifest) == []
