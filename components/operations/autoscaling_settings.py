"""What a stack says about scaling its apps: by events, and by what their containers use."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import DNS_LABEL, Name

Replicas = Annotated[int, Field(ge=1, le=10)]


QueueArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:sqs:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,75}(\.fifo)?$",
        examples=["arn:aws:sqs:us-west-2:123456789012:orders"],
    ),
]
"""A queue of Amazon SQS, a single one."""

ScaledResource = Annotated[
    str,
    Field(pattern=rf"^{DNS_LABEL}(\.{DNS_LABEL})+$", max_length=253, examples=["rollouts.argoproj.io"]),
]
"""A kind of objects as its CustomResourceDefinition is named: PLURAL.GROUP."""


class KedaAwsSettings(Settings):
    """What KEDA itself may read in AWS, for triggers whose TriggerAuthentication has `podIdentity.provider: aws`."""

    queue_arns: tuple[QueueArn, ...] = Field(
        default=(),
        description="The queues of Amazon SQS whose length it may ask. One of another account must also allow it in"
        " its own policy.",
    )
    cloudwatch: bool = Field(
        default=False,
        description="Whether it may read metrics of CloudWatch: all of the account's, since IAM knows no single ones.",
    )


class KedaSettings(Settings):
    """KEDA, which scales workloads by queues, schedules and metrics, down to nothing."""

    watch_namespaces: tuple[Name, ...] = Field(
        default=(), description="The namespaces whose ScaledObjects and ScaledJobs count. Unset: all of them."
    )
    scaled_resources: tuple[ScaledResource, ...] = Field(
        default=(),
        description="What it may scale beside Deployments and StatefulSets, each as PLURAL.GROUP. With"
        " delivery.argoRollouts that is rollouts.argoproj.io already.",
    )
    aws: KedaAwsSettings | None = Field(
        default=None, description="What it may read in AWS. Unset: nothing, and it has no AWS identity."
    )
    replicas: Replicas = Field(
        default=2,
        description="The number of pods of each of its parts. One operator works, the others are ready to take over.",
    )


class VpaSettings(Settings):
    """The Vertical Pod Autoscaler, which sizes requests by what containers use."""

    recommend_only: bool = Field(
        default=False,
        description="Whether it only recommends: neither the updater nor the webhook is installed, and Off is the"
        " only mode.",
    )
    replicas: Replicas = Field(
        default=2,
        description="The number of pods of the webhook. The recommender and the updater are one pod each: new pods"
        " do not wait for them.",
    )


class AutoscalingSettings(Settings):
    """What scales nodes, and what scales apps beside Kubernetes' own HorizontalPodAutoscaler."""

    nodes: Literal["none", "external"] = Field(
        default="none",
        description="What changes the number of nodes. none: nothing, so that a pool has as many nodes as its size"
        " says. external: an autoscaler that Slipway does not install, between minSize and maxSize; size is then what a"
        " pool starts with, and the number is the autoscaler's from there.",
    )
    keda: KedaSettings | None = Field(default=None, description="KEDA. Unset: not installed.")
    vpa: VpaSettings | None = Field(default=None, description="The Vertical Pod Autoscaler. Unset: not installed.")
