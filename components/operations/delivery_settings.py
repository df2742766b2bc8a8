"""What a stack says about who shifts an app's requests to its next version, step by step."""

from typing import Annotated

from pydantic import Field

from components.apps.words import Image
from components.model import Settings
from components.operations.monitoring_names import PROMETHEUS_URL

GATEWAY_PLUGIN_IMAGE = "ghcr.io/argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi:v0.16.0"
"""Argo's own plugin for the Gateway API, for Arm and x86. Since 0.16 it leaves rules of a route alone that it did not
make itself."""

Replicas = Annotated[int, Field(ge=1, le=10)]

PrometheusUrl = Annotated[
    str,
    Field(pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?$", max_length=2048, examples=[PROMETHEUS_URL]),
]
"""Where a Prometheus answers queries, without its path /api/v1."""


class ArgoRolloutsSettings(Settings):
    """Argo Rollouts: blue-green and canary by an object of its own, the Rollout."""

    verify_target_groups: bool = Field(
        default=False,
        description="Whether it asks AWS that an application load balancer has taken over each weight, before the"
        " next step. It has the right to describe all load balancers of the account then.",
    )
    gateway_plugin_image: Image = Field(
        default=GATEWAY_PLUGIN_IMAGE,
        description="The image of its plugin for the Gateway API. Another one only where nodes do not reach ghcr.io: a"
        " copy in a registry of one's own.",
    )
    replicas: Replicas = Field(
        default=2, description="The number of controller pods: one works, the others are ready to take over."
    )


class FlaggerSettings(Settings):
    """Flagger: canaries of plain Deployments, judged by Prometheus."""

    metrics_server: PrometheusUrl | None = Field(
        default=None, description=f"The Prometheus that it asks. Unset: the stack's own, {PROMETHEUS_URL}."
    )
    replicas: Replicas = Field(
        default=2, description="The number of pods: one works, the others are ready to take over."
    )


class DeliverySettings(Settings):
    """Who moves apps to their next version. Both can be there; each app has one."""

    argo_rollouts: ArgoRolloutsSettings | None = Field(default=None, description="Argo Rollouts. Unset: not installed.")
    flagger: FlaggerSettings | None = Field(default=None, description="Flagger. Unset: not installed.")
