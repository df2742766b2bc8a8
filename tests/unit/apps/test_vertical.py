"""The VerticalPodAutoscaler of an app."""

from tests.unit.apps.test_scaling import objects


def test_the_documents_vertical_autoscaler() -> None:
    policy = {"minAllowed": {"cpu": "100m", "memory": "128Mi"}, "maxAllowed": {"cpu": 2, "memory": "2Gi"}}
    found = objects(name="user-service", verticalScaling={"mode": "Auto", "containerPolicies": [policy]})["vpa"]
    assert (found["apiVersion"], found["metadata"]["name"]) == ("autoscaling.k8s.io/v1", "user-service-vpa")
    assert found["spec"] == {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "user-service"},
        "updatePolicy": {"updateMode": "Auto"},
        "resourcePolicy": {
            "containerPolicies": [
                {
                    "containerName": "user-service",
                    "mode": "Auto",
                    "minAllowed": {"cpu": "100m", "memory": "128Mi"},
                    "maxAllowed": {"cpu": "2", "memory": "2Gi"},
                    "controlledResources": ["cpu", "memory"],
                    "controlledValues": "RequestsAndLimits",
                },
                {"containerName": "*", "mode": "Off"},  # the mesh's proxy is not the app's
            ]
        },
    }


def test_every_container_when_asked() -> None:
    policies = [{"containerName": "*", "controlledResources": ["memory"]}, {"containerName": "api", "mode": "Off"}]
    spec = objects(verticalScaling={"mode": "Initial", "minReplicas": 1, "containerPolicies": policies})["vpa"]["spec"]
    assert [each["containerName"] for each in spec["resourcePolicy"]["containerPolicies"]] == ["*", "api"]
    assert spec["updatePolicy"] == {"updateMode": "Initial", "minReplicas": 1}
