"""The identity that an app's pods have in the cluster."""

from pydantic import Field

from components.apps.words import ObjectName
from components.model import Settings
from components.names import LabelKey, Text


class ServiceAccountSettings(Settings):
    """The ServiceAccount of an app: by default one of its own, without a token in the pod."""

    name: ObjectName | None = Field(
        default=None, description="An existing ServiceAccount to run as. Unset: one named after the app is made."
    )
    annotations: dict[LabelKey, Text] = Field(
        default_factory=dict, description="Annotations of the app's own ServiceAccount, such as an IAM role."
    )
    automount_service_account_token: bool = Field(
        default=False, description="Whether pods get a token for the Kubernetes API; for apps that call it."
    )
