"""The comprehensive guide's autoscalers: of pods, of their size, of nodes."""

from tests.support.patterns import ABSENT, agrees, document, pattern


def test_horizontal_autoscaler() -> None:
    name = "4-04-horizontalpodautoscaler"
    agrees(document(name), pattern(name).one("HorizontalPodAutoscaler"), {})


def test_vertical_autoscaler() -> None:
    name = "4-05-verticalpodautoscaler"
    rendered = pattern(name).one("VerticalPodAutoscaler")
    agrees(
        document(name),
        rendered,
        {
            "spec.updatePolicy.updateMode": (
                "Recreate",
                "modernised: Auto is a deprecated word for Recreate, which is what it does",
            ),
            "spec.resourcePolicy.containerPolicies[0].maxAllowed.cpu": (
                "2",
                "house default: quantities are texts, as the API server writes them",
            ),
        },
    )
    # the document leaves the mesh's proxy to the autoscaler's defaults: it would change it
    assert rendered["spec"]["resourcePolicy"]["containerPolicies"][1:] == [{"containerName": "*", "mode": "Off"}]


def test_cluster_autoscaler_is_the_bounds_of_a_node_pool() -> None:
    name = "4-06-clusterautoscaler"
    groups = pattern(name).recording.of_type("aws:eks/nodeGroup:NodeGroup")
    sizes = [group.inputs["scalingConfig"] for group in groups]
    bounds = {f"{word}Nodes": sum(size[f"{word}Size"] for size in sizes) for word in ("min", "max")}  # type: ignore[index,call-overload,misc]
    never = (ABSENT, "not valid: this kind never existed; Cluster Autoscaler is a program with options")
    option = (
        ABSENT,
        "modernised: an option of that program, whose own default is these 10 minutes",
    )
    agrees(
        document(name),
        {"spec": bounds},
        {
            "apiVersion": never,
            "kind": never,
            "metadata.name": never,
            "spec.scaleDownDelayAfterAdd": option,
            "spec.scaleDownUnneededTime": option,
        },
    )
    assert {group.name.rpartition("us-west-2")[0] for group in groups} == {"nodes-general-"}
