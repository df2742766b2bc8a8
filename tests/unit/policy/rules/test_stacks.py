"""default-deny, required-tags, quota-covers-maxima, stateful-protected and cost-ceiling."""

import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from policy.rules.required_tags import TAGGABLE
from slipway.recording.resource import Resource
from slipway.recording.wire import UNKNOWN
from tests.support.shipped import STACKS, recorded
from tests.unit.policy.rules.building import aws, container, found, kube, pod, workload

BOTH = ["Ingress", "Egress"]


def policy(name: str = "default-deny", namespace: str = "web", **spec: Any) -> Resource:
    return kube("networking.k8s.io/v1", "NetworkPolicy", name, namespace=namespace, spec={"podSelector": {}, **spec})


def namespace(name: str) -> Resource:
    return kube("v1", "Namespace", name, namespace=None)


def test_every_namespace_denies_what_nothing_allows() -> None:
    rule, web = "default-deny", namespace("web")
    assert found(rule, web, policy(policyTypes=BOTH)) == []
    assert found(rule, web, policy(policyTypes=["Ingress"]), policy("out", policyTypes=["Egress"])) == []
    assert "policyTypes ['Ingress', 'Egress']" in found(rule, web)[0]
    assert "policyTypes ['Egress']" in found(rule, web, policy(policyTypes=["Ingress"]))[0]
    assert "policyTypes ['Egress']" in found(rule, web, policy())[0]
    some = policy(podSelector={"matchLabels": {"app": "x"}}, policyTypes=BOTH)
    assert len(found(rule, web, some)) == 1
    assert len(found(rule, web, policy(namespace="data", policyTypes=BOTH))) == 1
    assert found(rule, web, exceptNamespaces=["web"]) == []
    assert len(found(rule, workload(namespace="elsewhere"))) == 1
    assert found(rule, namespace("istio-system")) == []
    assert len(found(rule, namespace("istio-system"), platform=True)) == 1


def test_no_policy_opens_all_again() -> None:
    deny, web = policy(policyTypes=BOTH), namespace("web")
    (text,) = found("default-deny", web, deny, policy("open", policyTypes=["Ingress"], ingress=[{}]))
    assert text.startswith("NetworkPolicy web/open admits all ingress of every pod, and so undoes default-deny")
    out = policy("out", policyTypes=["Egress"], egress=[{"to": []}])
    assert "admits all egress" in found("default-deny", web, deny, out)[0]
    fine = [
        policy("dns", policyTypes=["Egress"], egress=[{"ports": [{"port": 53}]}]),
        policy("solver", podSelector={"matchLabels": {"app": "x"}}, policyTypes=["Ingress"], ingress=[{}]),
    ]
    assert found("default-deny", web, deny, *fine) == []


def tagged(tags: dict[str, str], **default: str) -> tuple[Resource, Resource]:
    written = json.dumps({"tags": default})
    provider = Resource("urn:aws", "pulumi:providers:aws", "aws", None, True, {"defaultTags": written})
    return provider, replace(aws("ec2/vpc:Vpc", "net", tags=tags), provider=provider.urn)


def test_resources_have_tags_of_their_own_or_of_their_provider() -> None:
    rule = "required-tags"
    assert found(rule, *tagged({"owner": "x"}, team="y"), tags=["owner", "team"]) == []
    assert found(rule, *tagged({}, owner="x"), tags=["owner", "Owner"]) == [
        "Vpc net have no tag Owner: set aws.tags: {Owner: …}"
    ]
    assert len(found(rule, *tagged({"owner": ""}, owner="x"), tags=["owner"])) == 1
    provider, vpc = tagged({})
    twice = (provider, vpc, replace(vpc, urn="urn:second"))
    assert "Vpc net and 1 more have no tag owner" in found(rule, *twice, tags=["owner"])[0]
    assert len(found(rule, aws("ec2/vpc:Vpc", tags={"owner": "x"}), tags=["owner", "team"])) == 1
    assert found(rule, aws("ec2/vpc:Vpc", tags=UNKNOWN), tags=["owner"]) == []
    assert found(rule, aws("ec2/route:Route"), tags=["owner"]) == [], "a route has no tags"


def test_what_is_made_later_has_tags_too() -> None:
    tags = {"owner": "x"}
    both = [{"resourceType": kind, "tags": tags} for kind in ("instance", "volume")]
    template = aws("ec2/launchTemplate:LaunchTemplate", tags=tags, tagSpecifications=both)
    assert found("required-tags", template, tags=["owner"]) == []
    half = aws("ec2/launchTemplate:LaunchTemplate", tags=tags, tagSpecifications=both[:1])
    assert "each volume that is launched has no tag owner" in found("required-tags", half, tags=["owner"])[0]

    def addon(values: str) -> Resource:
        return aws("eks/addon:Addon", addonName="aws-ebs-csi-driver", tags=tags, configurationValues=values)

    assert found("required-tags", addon('{"controller": {"extraVolumeTags": {"owner": "x"}}}'), tags=["owner"]) == []
    assert "volumes of pods get no tag owner" in found("required-tags", addon("{}"), tags=["owner"])[0]


def test_the_types_that_have_tags_are_those_of_the_sdk() -> None:
    registered = {each.type for name in STACKS for each in recorded(name).made if each.package == "aws"}
    folder = Path(next(iter(find_spec("pulumi_aws").submodule_search_locations)))  # type: ignore[union-attr, arg-type]
    for token in registered | set(TAGGABLE):
        module, _, name = token.removeprefix("aws:").partition("/")
        file = folder / module / (re.sub(r"(?<!^)(?=[A-Z])", "_", name.partition(":")[0]).lower() + ".py")
        assert ("def tags_all(" in file.read_text()) == (token in TAGGABLE), token


def quota(**hard: str) -> Resource:
    written = {key.replace("_", "."): value for key, value in hard.items()}
    return kube("v1", "ResourceQuota", "quota", spec={"hard": written})


def scaler(most: int) -> Resource:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 1, "maxReplicas": most}
    return kube("autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)


def test_a_quota_has_room_for_the_most() -> None:
    # 8 pods and the 2 (25 %) that an update adds: 10 x 100m and 200m, 10 x 128Mi and 256Mi
    rule, app = "quota-covers-maxima", (workload(), scaler(8))
    room = quota(pods="10", requests_cpu="1", requests_memory="1280Mi", limits_cpu="2", limits_memory="2560Mi")
    assert found(rule, *app, room) == []
    (text,) = found(rule, *app, quota(pods="9"))
    assert text.startswith(
        "the quota of web allows 9 of pods, and its apps at their most need 10: raise namespaces.web"
    )
    assert "allows 999m of requests.cpu, and its apps at their most need 1:" in found(rule, *app, quota(cpu="999m"))[0]
    assert "need 2560Mi" in found(rule, *app, quota(limits_memory="2559Mi"))[0]
    assert len(found(rule, *app, room, headroomPercent=20)) == 5
    assert "need 12, 20 % of headroom included" in found(rule, *app, quota(pods="11"), headroomPercent=20)[0]
    assert found(rule, *app, quota(pods="12"), headroomPercent=20) == []
    assert found(rule, *app, quota(pods=UNKNOWN)) == []
    assert found(rule, *app, kube("v1", "ResourceQuota", namespace="data", spec={"hard": {"pods": "0"}})) == []
    scoped = {"hard": {"pods": "0"}, "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass"}]}}
    assert found(rule, *app, kube("v1", "ResourceQuota", spec=scoped)) == []


@pytest.mark.parametrize(
    ("app", "pods"),
    [
        (workload(strategy={"type": "Recreate"}), 3),
        (workload(strategy={"rollingUpdate": {"maxSurge": 2}}), 5),
        (workload(kind="StatefulSet"), 3),
        (workload(kind="Rollout", strategy={"blueGreen": {}}), 6),
        (workload(kind="Rollout", strategy={"canary": {"maxSurge": "100%"}}), 6),
        (kube("batch/v1", "Job", spec={"parallelism": 4, "template": {"spec": pod()}}), 4),
    ],
)
def test_what_an_update_adds(app: Resource, pods: int) -> None:
    assert found("quota-covers-maxima", app, quota(pods=str(pods))) == []
    assert f"need {pods}:" in found("quota-covers-maxima", app, quota(pods=str(pods - 1)))[0]


def test_storage_counts_too() -> None:
    claim = {"spec": {"resources": {"requests": {"storage": "10Gi"}}}}
    store = workload(kind="StatefulSet", volumeClaimTemplates=[claim])
    assert found("quota-covers-maxima", store, quota(requests_storage="30Gi")) == []
    assert "need 30Gi" in found("quota-covers-maxima", store, quota(requests_storage="29Gi"))[0]


def test_what_holds_data_is_protected() -> None:
    rule = "stateful-protected"
    vpc = aws("ec2/vpc:Vpc", "net")
    assert "Vpc net is not protected" in found(rule, vpc)[0]
    assert found(rule, replace(vpc, protect=True)) == []
    assert found(rule, replace(vpc, retain_on_delete=True)) == []
    assert found(rule, replace(vpc, read=True, id="vpc-1")) == []
    assert found(rule, vpc, environment="staging") == []
    assert len(found(rule, vpc, environment="staging", environments=["staging"])) == 1
    assert found(rule, vpc, types=["aws:kms/key:Key"]) == []
    assert found(rule, workload(kind="StatefulSet")) == [], "it has no volumes"
    store = workload(kind="StatefulSet", volumeClaimTemplates=[{}])
    assert "StatefulSet web is not protected" in found(rule, store)[0]
    gone: dict[str, Any] = {
        "volumeClaimTemplates": [{}],
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"},
    }
    assert "takes its volumes along" in found(rule, replace(workload(kind="StatefulSet", **gone), protect=True))[0]


@pytest.mark.parametrize(
    ("token", "inputs", "said"),
    [
        ("eks/cluster:Cluster", {}, "set deletionProtection: true"),
        ("rds/instance:Instance", {"deletionProtection": True, "skipFinalSnapshot": True}, "leaves no snapshot"),
        ("s3/bucket:Bucket", {"forceDestroy": True}, "is emptied when it goes"),
    ],
)
def test_what_goes_leaves_something(token: str, inputs: dict[str, Any], said: str) -> None:
    (text,) = found("stateful-protected", replace(aws(token, **inputs), protect=True))
    assert said in text
    assert found("stateful-protected", replace(aws(token, deletionProtection=UNKNOWN), protect=True)) == []
    assert (
        found("stateful-protected", replace(aws("eks/cluster:Cluster"), protect=True), deletionProtection=False) == []
    )


def test_a_stack_costs_no_more_than_its_ceiling() -> None:
    cluster = aws("eks/cluster:Cluster", "blue", version="1.35")  # 730 hours at $0.10
    assert found("cost-ceiling", cluster, monthlyUsd=73) == []
    (text,) = found("cost-ceiling", cluster, monthlyUsd=72.5)
    assert text.startswith("the stack costs about $73 a month, and may cost $72. The most: blue $73")
    assert found("cost-ceiling", cluster) == []
    assert found("cost-ceiling", workload(pod(container())), monthlyUsd=1) == [], "nothing of AWS, nothing to estimate"
