"""A program that has a secret in every place that takes one. Its text is filled with the canaries of one side."""

from tests.support.canaries import canary, pem

MARKED = (
    "marked", "concatenated", "json-dumped", "helm-values", "release-name", "rds-password", "secret-version",
    "auth-token", "kubeconfig-marked", "object-whole", "exported", "component-output", "external-template",
    "upper-case-of-a-mark", "whole-data",
)  # fmt: skip
"""Places that Pulumi marks."""

BY_NATURE = (
    "string-data", "data", "custom-resource", "last-applied", "list-item", "helm-extra-object", "helm-extra-text",
    "kubeconfig-token", "repository-password", "docker-config",
)  # fmt: skip
"""Places that are secret whether they are marked or not."""

PROGRAM = """
import base64, hashlib, json, sys, urllib.parse
import pulumi
from pulumi import Output, ResourceOptions
from pulumi_aws.elasticache.replication_group import ReplicationGroup
from pulumi_aws.rds.instance import Instance
from pulumi_aws.secretsmanager.secret_version import SecretVersion
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.helm.v3.Release import Release
from pulumi_kubernetes.provider import Provider

C = CANARIES
secret = {place: Output.secret(value) for place, value in C.items()}

def config_map(name, data, **metadata):
    return ConfigMap(name, metadata={"name": name, "namespace": "web", **metadata}, data=data)

def raw(name, value, kind="v1:Secret"):
    pulumi.CustomResource(f"kubernetes:{kind}", name, props=value)

def coded(text):
    return base64.b64encode(text.encode()).decode()

config_map("marked", {"value": secret["marked"]})
config_map("concatenated", {"url": Output.concat("postgres://app:", secret["concatenated"], "@db:5432/app")})
config_map("json-dumped", {"it": Output.json_dumps({"deep": [secret["json-dumped"]]})})
config_map("upper", {"it": secret["upper-case-of-a-mark"].apply(lambda text: coded(text.upper()))})
Release("helm", chart="chart", namespace="web", values={"auth": {"password": secret["helm-values"]}},
        name=secret["release-name"])
Instance("db", instance_class="db.t4g.micro", password=C["rds-password"])
SecretVersion("version", secret_id="x", secret_string=Output.json_dumps({"password": secret["secret-version"]}))
ReplicationGroup("redis", description="x", auth_token=C["auth-token"])
Provider("marked", kubeconfig=Output.concat("token: ", secret["kubeconfig-marked"]))
Provider("token", kubeconfig=json.dumps({"users": [{"name": "a", "user": {"token": C["kubeconfig-token"]}}]}))
Secret("whole-data", metadata={"name": "whole"}, data=Output.secret({"key": coded(C["whole-data"])}))
Secret("string-data", metadata={"name": "s"}, string_data={"password": C["string-data"]})
Secret("data", metadata={"name": "d"}, data={"password": coded(C["data"])})
applied = json.dumps({"kind": "Secret", "data": {"password": coded(C["last-applied"])}})
Secret("applied", metadata={"annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}})
auths = json.dumps({"auths": {"registry.example.com": {"auth": coded("robot:" + C["docker-config"])}}})
Secret("docker", type="kubernetes.io/dockerconfigjson", string_data={".dockerconfigjson": auths})
manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}
raw("custom", {**manifest, "stringData": {"password": C["custom-resource"]}})
raw("list", {"apiVersion": "v1", "kind": "List", "items": [{**manifest, "data": {"p": C["list-item"]}}]}, "v1:List")
text = f"apiVersion: v1\\nkind: Secret\\nstringData:\\n  password: {C['helm-extra-text']}\\n"
extra = [{**manifest, "stringData": {"password": C["helm-extra-object"]}}, text]
Release("extra", chart="chart", namespace="web", values={"extraDeploy": extra},
        repository_opts={"repo": "https://example.com", "password": C["repository-password"]})
CustomResource("external", api_version="external-secrets.io/v1", kind="ExternalSecret", metadata={"name": "external"},
               spec={"target": {"template": {"data": {"url": Output.concat("x:", secret["external-template"])}}}})

class Room(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:room:Room", "room")
        self.register_outputs({"hidden": secret["component-output"]})

Room()
pulumi.export("exported", secret["exported"])
pulumi.export("whole", Output.secret({"object": C["object-whole"]}))

settings = pulumi.Config()
for name, value in {**settings.require_object("secrets"), "api": pulumi.Config("datadog").require("apiKey")}.items():
    config_map(f"open-{name}", {
        "value": value, "within": f"https://app:{value}@example.com", "base64": coded(value),
        "basic": "Basic " + coded("user:" + value), "url": urllib.parse.quote(value, safe=""),
        "json": json.dumps({"deep": json.dumps({"value": value})}), "hex": value.encode().hex(),
        "sha256": hashlib.sha256(value.encode()).hexdigest(), "md5": hashlib.md5(value.encode()).hexdigest(),
        "yaml": "a:\\n  b: |\\n" + "".join(f"    {line}\\n" for line in value.splitlines()), value.strip(): "a key",
    }, annotations={"example.com/value": value})
    config_map(f"named-{value}", {})
    pulumi.export(f"open-{name}", value)
    pulumi.log.warn(f"connecting with {value}")
    print(f"connecting with {value}")
    print(f"connecting with {value}", file=sys.stderr)
"""

CONFIG_PLACES = ("secrets-plain", "secrets-encrypted", "secrets-pem", "other-package")


def values(side: str) -> dict[str, str]:
    """Return the canaries that stand in the program, by place."""
    return {place: canary(place, side) for place in (*MARKED, *BY_NATURE)}


def configured(side: str) -> dict[str, str]:
    """Return the canaries of the configuration; a ciphertext has no awkward characters."""
    kinds = {"secrets-encrypted": True, "other-package": True}
    found = {place: canary(place, side, plain=kinds.get(place, False)) for place in CONFIG_PLACES}
    return {**found, "secrets-pem": pem("secrets-pem", side)}


def program(side: str) -> str:
    """Return the program of a side."""
    return PROGRAM.replace("CANARIES", repr(values(side)), 1)
