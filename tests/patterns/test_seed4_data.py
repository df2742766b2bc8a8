"""The comprehensive guide's ConfigMap, Secret and volumes, each with the Deployment that uses it."""

from base64 import b64decode

from components.apps.words import Manifest
from tests.support.patterns import ABSENT, agrees, documents, pattern

CONTAINER = "spec.template.spec.containers[user-service]"


def own_container(name: str) -> Manifest:
    """Return the app's container of a pattern."""
    (container,) = pattern(name).one("Deployment")["spec"]["template"]["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def test_config_map() -> None:
    source, _ = documents("4-12-configmap")
    found = pattern("4-12-configmap")
    agrees(
        source,
        found.one("ConfigMap"),
        {
            "metadata.name": ("user-service-config", "naming: NAME-config"),
            "data.api_key": (ABSENT, "in another object: a key is a secret, and a ConfigMap is for everybody to read"),
        },
    )
    secret = found.one("Secret")
    assert {key: b64decode(value).decode() for key, value in secret["data"].items()} == {
        "api_key": source["data"]["api_key"]
    }


def test_deployment_with_a_config_map() -> None:
    _, source = documents("4-12-configmap")
    agrees(
        source,
        pattern("4-12-configmap").one("Deployment"),
        {
            f"{CONTAINER}.envFrom[app-config].configMapRef.name": (ABSENT, "naming: user-service-config, see below"),
        },
    )
    assert own_container("4-12-configmap")["envFrom"] == [
        {"configMapRef": {"name": "user-service-config"}},
        {"secretRef": {"name": "user-service-secrets"}},
    ]


def test_secret() -> None:
    source, _ = documents("4-13-secret")
    secret = pattern("4-13-secret").one("Secret")
    agrees(
        source,
        secret,
        {
            "metadata.name": ("user-service-secrets", "naming: NAME-secrets"),
            "data.password": (ABSENT, "naming: the key is the variable that it becomes, DB_PASSWORD"),
        },
    )
    assert secret["data"] == {"DB_PASSWORD": source["data"]["password"]}


def test_deployment_with_a_secret() -> None:
    _, source = documents("4-13-secret")
    whole = (ABSENT, "house default: envFrom of the app's own Secret, whose key is the variable's name")
    agrees(
        source,
        pattern("4-13-secret").one("Deployment"),
        {
            f"{CONTAINER}.env[DB_PASSWORD].name": whole,
            f"{CONTAINER}.env[DB_PASSWORD].valueFrom.secretKeyRef.name": whole,
            f"{CONTAINER}.env[DB_PASSWORD].valueFrom.secretKeyRef.key": whole,
        },
    )
    assert own_container("4-13-secret")["envFrom"] == [{"secretRef": {"name": "user-service-secrets"}}]


def test_the_secret_is_one_for_pulumi() -> None:
    """The document has base64 in a file, which everybody can read; here it is masked wherever Pulumi shows it."""
    made = pattern("4-13-secret").resource("kubernetes:core/v1:Secret", "user-service-secrets")
    assert "cGFzc3dvcmQxMjM=" not in str(made.inputs)


def test_persistent_volume_is_a_storage_class_and_a_claim() -> None:
    source, claimed, _ = documents("4-14-persistentvolume")
    found = pattern("4-14-persistentvolume")
    claim, storage = found.one("PersistentVolumeClaim"), found.recorded("StorageClass", "fast-ssd")
    by_driver = "modernised: the EBS driver makes the volume when its claim comes, of a StorageClass"
    in_claim = (ABSENT, "in another object: the claim, from which the driver takes it")
    agrees(
        source,
        storage,
        {
            "apiVersion": ("storage.k8s.io/v1", by_driver),
            "kind": ("StorageClass", by_driver),
            "metadata.name": ("fast-ssd", by_driver),
            "spec.capacity.storage": in_claim,
            "spec.accessModes": in_claim,
            "spec.storageClassName": (ABSENT, "in another object: it is the StorageClass's own name"),
            "spec.persistentVolumeReclaimPolicy": (ABSENT, "in another object: the StorageClass's reclaimPolicy"),
            "spec.hostPath.path": (
                ABSENT,
                "modernised: a directory of one node, lost with it, and refused by restricted",
            ),
        },
    )
    assert claim["spec"]["resources"]["requests"] == source["spec"]["capacity"]
    assert claim["spec"]["accessModes"] == source["spec"]["accessModes"]
    assert claim["spec"]["storageClassName"] == source["spec"]["storageClassName"]
    assert storage["reclaimPolicy"] == source["spec"]["persistentVolumeReclaimPolicy"]
    assert storage["provisioner"] == "ebs.csi.aws.com"
    agrees(claimed, claim, {})


def test_deployment_with_a_claim() -> None:
    source = documents("4-14-persistentvolume")[2]
    deployment = pattern("4-14-persistentvolume").one("Deployment")
    agrees(source, deployment, {})
    # a second pod on another node could never mount it, not even during an update
    assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]) == (1, {"type": "Recreate"})
