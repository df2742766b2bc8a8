"""What an import says of values that have no place, or another one."""

from typing import Any

from slipway.importing.importer import Import
from tests.unit.importing.key_cases import BASE
from tests.unit.importing.reading import ENV, config_map, mounting, read, service, workload
from tests.unit.importing.test_keys import imported


def test_a_config_map_that_is_not_there_is_not_carried() -> None:
    sources = [{"configMapRef": {"name": "given"}}, {"configMapRef": {"name": "missing"}}]
    result, said = read(workload(envFrom=sources), config_map("given", A="b"))
    assert result.apps["shop"].document["config"] == {"A": "b"}
    assert said[1, f"{ENV}envFrom[0].configMapRef.name"][0] == "changed"
    outcome, why = said[1, f"{ENV}envFrom[1].configMapRef.name"]
    assert (outcome, "not among the documents" in why) == ("not carried", True)


def test_a_variable_of_a_variable_is_no_config() -> None:
    result, said = read(workload(env=[{"name": "A", "value": "$(B)"}, {"name": "C", "value": "d"}]))
    assert result.apps["shop"].document["config"] == {"C": "d"}
    assert said[1, f"{ENV}env[0].value"][0] == "not carried"
    assert said[1, f"{ENV}env[1].value"][0] == "changed"


def test_a_shared_config_map_is_carried_by_each_as_far_as_it_reads_it() -> None:
    def one(name: str, key: str) -> dict[str, Any]:
        reference = {"configMapKeyRef": {"name": "shared", "key": key}}
        return workload(name, env=[{"name": key.upper(), "valueFrom": reference}])

    result, said = read(one("first", "a"), one("second", "b"), config_map("shared", a="1", b="2", c="3"))
    assert [app.document["config"] for app in result.apps.values()] == [{"A": "1"}, {"B": "2"}]
    outcomes = [said[3, f"data.{key}"][0] for key in "abc"]
    assert outcomes == ["changed", "changed", "not carried"]


def test_two_services_become_one() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 8081}]
    result, said = read(workload(ports=ports), service("http", 80), service("admin", 8081))
    assert result.apps["shop"].document["ports"] == {"http": 80, "admin": 8081}
    assert [said[number, "spec.ports[0].port"][0] for number in (2, 3)] == ["carried", "carried"]


def test_the_way_to_the_api_comes_with_the_permissions() -> None:
    result = imported({**BASE, "permissions": [{"resources": ["configmaps"], "verbs": ["get"]}]})
    assert result.apps["web"].settings.egress == ()


def test_wildcards_of_a_role_are_refused_one_by_one() -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "shop"}}
    api = "rbac.authorization.k8s.io/v1"
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "*"]}
    role = {"apiVersion": api, "kind": "Role", "metadata": {"name": "r"}, "rules": [rule]}
    subjects = [{"kind": "ServiceAccount", "name": "shop"}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    binding = {"apiVersion": api, "kind": "RoleBinding", "metadata": {"name": "b"}, "subjects": subjects}
    deployment = workload()
    deployment["spec"]["template"]["spec"]["serviceAccountName"] = "shop"
    result, said = read(deployment, account, role, {**binding, "roleRef": reference})
    (permission,) = result.apps["shop"].settings.permissions
    assert permission.verbs == ("get",)
    assert said[3, "rules[0].verbs[1]"][0] == "not carried"
    assert "is a wildcard" in said[1, "(app file) permissions[0].verbs[1]"][1]


def test_what_cannot_be_rendered_is_left_with_its_reason() -> None:
    result, said = read(workload("other"), workload(kind="CronJob"))
    assert set(result.apps) == {"other"}
    assert [why for (document, path), (_, why) in said.items() if document == 2 and path == "kind"] == [
        "no app file says this workload: what is wrong is at (app file)"
    ]
    assert any(path.startswith("(app file) cron") for document, path in said if document == 2)


def test_two_workloads_of_one_name() -> None:
    second = workload()
    second["metadata"]["namespace"] = "elsewhere"
    result, said = read(workload(), second)
    assert set(result.apps) == {"shop"}
    assert said[2, "kind"] == ("not carried", "there is an app called shop already")


def test_an_ingress_without_a_port_to_lead_to() -> None:
    backend = {"service": {"name": "http", "port": {"number": 80}}}
    rules = [{"host": "shop.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]
    way_in = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "i"}}
    named = service("http", 80)
    named["spec"]["ports"][0]["targetPort"] = "nowhere"
    result, said = read(workload(), named, {**way_in, "spec": {"rules": rules}})
    assert "ingress" not in result.apps["shop"].document
    assert "no port to expose" in said[1, "(app file) ingress"][1]
    assert said[3, "spec.rules[0].host"][0] == "not carried"


def test_replicas_outside_the_bounds_of_an_autoscaler_are_said() -> None:
    document = workload()
    document["spec"]["replicas"] = 9
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4}
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "s"},
        "spec": spec,
    }
    result, said = read(document, scaler)
    assert "replicas" not in result.apps["shop"].document
    assert said[1, "spec.replicas"][0] == "changed"
    document["spec"]["replicas"] = 3
    assert read(document, scaler)[0].apps["shop"].document["replicas"] == 3


def test_a_helper_whose_memory_is_its_tmp() -> None:
    document = mounting({"emptyDir": {"medium": "Memory"}}, mountPath="/cache")
    helper = {
        "name": "warm",
        "image": "registry.example.com/warm:v1",
        "resources": {"requests": {"memory": "1Gi"}},
        "volumeMounts": [{"name": "v", "mountPath": "/tmp/"}],  # noqa: S108 (a path in the container)
    }
    document["spec"]["template"]["spec"]["initContainers"] = [helper]
    result, _ = read(document)
    assert result.apps["shop"].document["initContainers"]["warm"] == {
        "image": "registry.example.com/warm:v1",
        "resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "1Gi"}},
        "mounts": {"v": "/tmp"},  # noqa: S108 (a path in the container)
        "scratch": [],
    }


def certified(secret: str, **annotations: str) -> tuple[Import, dict[tuple[int, str], tuple[str, str]]]:
    backend = {"service": {"name": "shop", "port": {"name": "http"}}}
    rules = [{"host": "shop.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    tls = [{"hosts": ["shop.example.com"], "secretName": secret}]
    way_in = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "i", "annotations": annotations},
        "spec": {"rules": rules, "tls": tls},
    }
    made = {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "c"},
        "spec": {"secretName": "made"},
    }
    led = service("http", 80)
    led["metadata"]["name"] = "shop"
    return read(workload(ports=[{"containerPort": 80}]), led, way_in, made)


def test_only_a_certificate_that_is_made_is_made_anew() -> None:
    path = "spec.tls[0].secretName"
    assert certified("bought")[1][3, path][0] == "not carried"
    assert certified("made")[1][3, path][0] != "not carried"
    assert certified("asked", **{"cert-manager.io/cluster-issuer": "le"})[1][3, path][0] != "not carried"


def test_defaults_of_kubernetes_are_no_loss_and_others_are() -> None:
    said: dict[str, Any] = {"restartPolicy": "Always", "schedulerName": "default-scheduler", "tolerations": []}
    otherwise: dict[str, Any] = {"schedulerName": "own", "shareProcessNamespace": True}
    document = workload(stdin=False, tty=True, securityContext={"privileged": False, "readOnlyRootFilesystem": False})
    document["spec"] |= {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 700, "paused": None}
    document["spec"]["template"]["spec"] |= said
    _, found = read(document)
    lost = [path for (_, path), (outcome, _) in found.items() if outcome == "not carried"]
    assert sorted(lost) == ["spec.progressDeadlineSeconds", f"{ENV}tty"]
    document["spec"]["template"]["spec"] |= otherwise
    _, found = read(document)
    assert {found[1, f"spec.template.spec.{key}"][0] for key in otherwise} == {"not carried"}


def test_what_is_added_is_said_of_each_workload_and_container() -> None:
    document = workload(image="nginx:1.27-alpine")
    document["spec"]["template"]["spec"]["initContainers"] = [{"name": "one", "image": "registry.example.com/one:v1"}]
    _, found = read(document)
    (words,) = [
        why for (_, path), (_, why) in found.items() if path.startswith("(added)") and "securityContext" in path
    ]
    assert "nginx writes to /var/cache/nginx, /var/run" in words
    assert "nginx is made for user 101" in words
    limits = [path for _, path in found if path.startswith("(added)") and path.endswith("limits")]
    assert limits == [
        "(added) spec.template.spec.initContainers[0].resources.limits",
        "(added) spec.template.spec.containers[0].resources.limits",
    ]


def test_nothing_is_said_of_a_pod_that_is_hardened_already() -> None:
    document = workload(securityContext={"readOnlyRootFilesystem": True, "runAsUser": 1001})
    assert [path for _, path in read(document)[1] if "securityContext" in path and path.startswith("(added)")] == []


def test_a_service_by_the_name_of_a_sidecars_port_leads_to_it() -> None:
    probe = {"httpGet": {"path": "/", "port": "web"}}
    document = workload(ports=[{"name": "web", "containerPort": 8130}], readinessProbe=probe)
    proxy = {
        "name": "proxy",
        "image": "registry.example.com/proxy:v1",
        "ports": [{"name": "in", "containerPort": 4180}, {"name": "admin", "containerPort": 4181}],
        "livenessProbe": {"tcpSocket": {"port": "in"}},
    }
    document["spec"]["template"]["spec"]["containers"].append(proxy)
    led = service("http", 80)
    led["spec"]["ports"][0]["targetPort"] = "in"
    result, said = read(document, led)
    app = result.apps["shop"].document
    assert app["ports"] == {"http": {"port": 80, "targetPort": 4180}}
    assert app["probes"]["readiness"]["port"] == 8130
    assert app["containers"]["proxy"]["ports"] == {"admin": 4181}
    assert app["containers"]["proxy"]["probes"]["liveness"] == {"tcp": 4180}
    assert said[1, f"{ENV}ports[0].containerPort"][0] == "changed"
    assert [path for (_, path), (outcome, _) in said.items() if outcome == "not carried"] == []


def test_a_scraped_exporter_closes_nothing() -> None:
    document = workload(ports=[{"containerPort": 5432}])
    exporter = {"name": "exporter", "image": "registry.example.com/e:v1", "ports": [{"containerPort": 9187}]}
    document["spec"]["template"]["spec"]["containers"].append(exporter)
    result, _ = read(document, service("metrics", 9187))
    assert result.apps["shop"].document["ports"] == {"port-5432": 5432, "metrics": 9187}
