"""The third document's manifests: resources, quota, autoscaler, storage, RBAC, network policy, configuration."""

from tests.patterns.house import NAMED, hardened, owned
from tests.support.patterns import ABSENT, PATTERNS, adds, agrees, beyond, document, documents, pattern
from tests.support.schemas import manifest_problems


def test_resources() -> None:
    (container,) = pattern("3-00-resources").one("Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == document("3-00-resources")["resources"]


def test_resource_quota() -> None:
    quota = pattern("3-02-resourcequota").recorded("ResourceQuota", "quota", "web")
    agrees(document("3-02-resourcequota"), quota, {"metadata.name": ("quota", "naming: one of each namespace")})
    assert beyond(document("3-02-resourcequota"), quota) == {
        "metadata.namespace": "web",
        "spec.hard.services.loadbalancers": "0",
    }


def test_the_documents_quota_is_the_default() -> None:
    quota = pattern("3-04-storageclass").recorded("ResourceQuota", "quota", "web")
    assert quota["spec"]["hard"].items() >= document("3-02-resourcequota")["spec"]["hard"].items()


def test_horizontal_pod_autoscaler() -> None:
    found = pattern("3-03-horizontalpodautoscaler")
    scaler = found.one("HorizontalPodAutoscaler")
    agrees(document("3-03-horizontalpodautoscaler"), scaler, {})
    expected = {
        **owned("api", "web"),
        "metadata.name": "api-hpa",
        "spec.scaleTargetRef.apiVersion": "apps/v1",  # what the document forgets
        "spec.scaleTargetRef.kind": "Deployment",
        "spec.scaleTargetRef.name": "api",
        "spec.behavior.scaleDown.stabilizationWindowSeconds": 300,
    }
    adds(document("3-03-horizontalpodautoscaler"), scaler, expected)


def test_storage_class() -> None:
    made = pattern("3-04-storageclass").recorded("StorageClass", "fast-ssd")
    agrees(document("3-04-storageclass"), made, {})
    assert beyond(document("3-04-storageclass"), made) == {
        "metadata.annotations.storageclass.kubernetes.io/is-default-class": "true",
        "parameters.encrypted": "true",
    }


def test_role_and_its_binding() -> None:
    found = pattern("3-05-role")
    role, binding = documents("3-05-role")
    agrees(role, found.one("Role"), {"metadata.name": ("app", NAMED)})
    differences = {
        "metadata.name": ("app", NAMED),
        "subjects[ServiceAccount].name": ("app", NAMED),
        "roleRef.name": ("app", NAMED),
    }
    agrees(binding, found.one("RoleBinding"), differences)
    # without the namespace, which a ServiceAccount must have, the API server refuses the document's binding
    adds(binding, found.one("RoleBinding"), {**owned("app", "web"), "subjects[ServiceAccount].namespace": "web"})
    assert found.one("ServiceAccount")["automountServiceAccountToken"] is False
    pod = found.one("Deployment")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is True  # who has rights gets the token, and the way to the API
    (policy,) = found.kinds("NetworkPolicy").values()
    assert policy["spec"]["egress"][0]["ports"] == [{"port": 443, "protocol": "TCP"}]


def test_network_policy() -> None:
    """A policy for each caller, and each caller is an app: not all that a namespace has, or may have tomorrow."""
    found = pattern("3-06-networkpolicy")
    said = document("3-06-networkpolicy")
    apps = "house default: callers are apps, in whichever namespace, and each has a policy of its own"
    peer = "spec.ingress[0].from[0]"
    differences = {
        "metadata.name": ("api-from-portal", NAMED),
        f"{peer}.namespaceSelector.matchLabels.name": (
            ABSENT,
            "modernised: kubernetes.io/metadata.name, the label that every namespace has",
        ),
        "spec.ingress[0].from[1].podSelector.matchLabels.app": (ABSENT, apps),
    }
    policies = found.kinds("NetworkPolicy")
    agrees(said, policies["api-from-portal"], differences)
    expected = {
        f"{peer}.namespaceSelector.matchLabels.kubernetes.io/metadata.name": "frontend",
        f"{peer}.podSelector.matchLabels.app": "portal",
        "spec.ingress[0].ports[8080].protocol": "TCP",
        **owned("api", "web"),
    }
    adds(said, policies["api-from-portal"], expected)
    # The document's second peer is any pod called web of the policy's own namespace, which is what this says:
    (second,) = policies["api-from-web"]["spec"]["ingress"]
    assert second["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}},
            "podSelector": said["spec"]["ingress"][0]["from"][1]["podSelector"],
        }
    ]
    assert policies.keys() == {"api-from-portal", "api-from-web"}


def test_config_map() -> None:
    """Variables and files are two ConfigMaps: a file is no variable, and either rolls the pods when it changes."""
    found = pattern("3-07-configmap")
    deployment = found.one("Deployment")
    pod = deployment["spec"]["template"]["spec"]
    shown = {"envFrom": pod["containers"][0]["envFrom"], "volumes": pod["volumes"]}
    files = "in another object: files are in the ConfigMap app-files, with the key of each path"
    differences = {
        "volumes[config].name": (ABSENT, files),
        "volumes[config].configMap.name": (ABSENT, files),
    }
    agrees(document("3-07-configmap"), shown, differences)
    projected = next(volume for volume in pod["volumes"] if "projected" in volume)
    assert projected["projected"]["sources"] == [
        {"configMap": {"name": "app-files", "items": [{"key": "etc_app_config.yaml", "path": "config.yaml"}]}}
    ]
    mounts = {mount["mountPath"]: mount for mount in pod["containers"][0]["volumeMounts"]}
    assert mounts["/etc/app"] == {"name": projected["name"], "mountPath": "/etc/app", "readOnly": True}
    data = {name: each["data"] for name, each in found.kinds("ConfigMap").items()}
    assert data == {"app-config": {"LOG_LEVEL": "info"}, "app-files": {"etc_app_config.yaml": "colour: blue"}}
    annotations = deployment["spec"]["template"]["metadata"]["annotations"]
    assert annotations.keys() >= {"slipway.dev/config-checksum", "slipway.dev/files-checksum"}
    adds({}, deployment, hardened("app"))


def test_every_object_is_one_that_the_api_takes() -> None:
    for name in (path.stem for path in PATTERNS.glob("3-*.yaml") if ".stack" not in path.name):
        for manifest in pattern(name).manifests.values():
            assert manifest_problems(manifest) == []
