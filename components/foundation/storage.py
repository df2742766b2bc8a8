"""Storage classes and the class of volume snapshots, all of Amazon EBS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_kubernetes.storage.v1.StorageClass import StorageClass
from pydantic import Field

from components.component import InCluster, Target
from components.foundation.identity import KmsKeyArn
from components.foundation.provider import TagKey, TagValue
from components.model import Settings
from components.names import Name

DRIVER = "ebs.csi.aws.com"
"""The EBS CSI driver, which provisions volumes and takes snapshots."""

VolumeType = Literal["gp3", "gp2", "io2", "io1", "st1", "sc1", "standard"]
ReclaimPolicy = Literal["Delete", "Retain"]


class StorageClassSettings(Settings):
    """One storage class. gp3-ssd, io2-perf and standard-hdd have defaults; any other needs a type."""

    type: VolumeType | None = Field(
        default=None, description="The EBS volume type. Volumes of st1 and sc1 have at least 125 GiB."
    )
    reclaim_policy: ReclaimPolicy = Field(
        default="Delete", description="What becomes of a volume when its claim is deleted."
    )
    parameters: dict[str, str] = Field(
        default_factory=dict,
        description="Further parameters of the EBS CSI driver, all of them strings: iops or iopsPerGB (gp3, io1, io2),"
        " throughput in MiB/s (gp3), csi.storage.k8s.io/fstype.",
    )


class SnapshotSettings(Settings):
    """The class of volume snapshots."""

    enabled: bool | None = Field(
        default=None, description="Whether it is made; unset: in a cluster that Slipway builds, not in an existing one."
    )
    class_name: Name = Field(default="ebs-snapshots", description="Its name.")
    deletion_policy: ReclaimPolicy = Field(
        default="Delete", description="What becomes of an EBS snapshot when its VolumeSnapshot is deleted."
    )
    default: bool = Field(default=True, description="Whether it is the class of a VolumeSnapshot that names none.")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        description="Tags of the EBS snapshots, beside aws.tags, which volumes and snapshots have anyway.",
    )


class StorageSettings(Settings):
    """Which storage classes there are."""

    classes: dict[Name, StorageClassSettings] | None = Field(
        default=None,
        description="The storage classes by name; unset: gp3-ssd, io2-perf and standard-hdd in a cluster that Slipway"
        " builds, none in an existing one.",
    )
    default_class: Name | None = Field(
        default="gp3-ssd", description="The class of a claim that names none; null: such a claim waits."
    )
    kms_key_arn: KmsKeyArn | None = Field(
        default=None,
        description="The KMS key that encrypts volumes, of a life longer than the cluster's. Unset: the account's"
        " aws/ebs key.",
    )
    snapshots: SnapshotSettings = Field(default_factory=SnapshotSettings, description="Volume snapshots.")


@dataclass(frozen=True, slots=True)
class ClassDefaults:
    """What a well-known class is when its settings say nothing."""

    type: VolumeType
    parameters: Mapping[str, str]


CLASS_DEFAULTS: dict[str, ClassDefaults] = {
    "gp3-ssd": ClassDefaults("gp3", {}),
    # By size, so that a small volume is not billed for a large one's operations; at least EBS's minimum of 100.
    "io2-perf": ClassDefaults("io2", {"iopsPerGB": "50", "allowAutoIOPSPerGBIncrease": "true"}),
    "standard-hdd": ClassDefaults("st1", {}),
}
"""The seed's storage classes."""


def planned_classes(settings: StorageSettings, *, existing: bool) -> dict[str, StorageClassSettings]:
    """Return the classes to make, by name."""
    if settings.classes is not None:
        return dict(settings.classes)
    return {} if existing else {name: StorageClassSettings() for name in CLASS_DEFAULTS}


def storage_class_names(settings: StorageSettings, *, existing: bool) -> tuple[str, ...]:
    """Return the names of the classes that Slipway makes; an existing cluster may have others."""
    return tuple(planned_classes(settings, existing=existing))


def snapshot_class_name(settings: StorageSettings, *, existing: bool) -> str | None:
    """Return the name of the VolumeSnapshotClass that Slipway makes, None where it makes none."""
    enabled = settings.snapshots.enabled
    return settings.snapshots.class_name if enabled or (enabled is None and not existing) else None


def parameters(name: str, settings: StorageClassSettings, kms_key_arn: str | None) -> dict[str, str]:
    """Return a class's parameters for the EBS CSI driver, every one a string.

    Raises ValueError for a class without a type, which the checks report first. The defaults of a well-known class
    go with its type: they are dropped when the settings change the type.
    """
    defaults = CLASS_DEFAULTS.get(name)
    volume_type = settings.type or (defaults.type if defaults else None)
    if volume_type is None:
        raise ValueError(f"the storage class {name} has no type")
    return {
        "type": volume_type,
        "encrypted": "true",
        **({"kmsKeyId": kms_key_arn} if kms_key_arn else {}),
        **(_own_parameters(defaults, settings) if defaults and defaults.type == volume_type else {}),
        **settings.parameters,
    }


def _own_parameters(defaults: ClassDefaults, settings: StorageClassSettings) -> Mapping[str, str]:
    """Return a well-known class's parameters, but no IOPS for each GiB where the settings give a total."""
    return {} if "iops" in settings.parameters else defaults.parameters


def snapshot_parameters(settings: SnapshotSettings) -> dict[str, str]:
    """Return a snapshot class's parameters for the EBS CSI driver: its tags, numbered in the order of their keys."""
    return {
        f"tagSpecification_{number}": f"{key}={value}"
        for number, (key, value) in enumerate(sorted(settings.tags.items()), start=1)
    }


class StorageClasses(InCluster):
    """The storage classes and the snapshot class of a cluster.

    `driver` and `snapshot_controller` are the add-ons that serve them, the latter with the CRDs of snapshots; None
    where the cluster has its own. `by_name` has the classes. `snapshots_ready` is what a VolumeSnapshot waits for,
    empty where no class is made.
    """

    by_name: dict[str, StorageClass]
    snapshots_ready: tuple[pulumi.Resource, ...] = ()

    def __init__(
        self,
        name: str,
        settings: StorageSettings,
        *,
        target: Target,
        driver: pulumi.Resource | None = None,
        snapshot_controller: pulumi.Resource | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:StorageClasses", name, target, opts)
        existing = target.lifetime is None
        self.by_name = {
            each: StorageClass(
                f"{name}-{each}",
                metadata={
                    "name": each,
                    "annotations": {
                        "storageclass.kubernetes.io/is-default-class": str(each == settings.default_class).lower()
                    },
                },
                provisioner=DRIVER,
                parameters=parameters(each, class_settings, settings.kms_key_arn),
                reclaim_policy=class_settings.reclaim_policy,
                # A volume is in one zone: it is made where its first pod is scheduled.
                volume_binding_mode="WaitForFirstConsumer",
                allow_volume_expansion=True,
                opts=self.inside(after=[driver] if driver else []),
            )
            for each, class_settings in planned_classes(settings, existing=existing).items()
        }
        snapshots = settings.snapshots
        if snapshot_class_name(settings, existing=existing) is not None:
            self.snapshots_ready = (self._snapshot_class(name, snapshots, driver, snapshot_controller),)
        self.register_outputs({})

    def _snapshot_class(
        self,
        name: str,
        settings: SnapshotSettings,
        driver: pulumi.Resource | None,
        snapshot_controller: pulumi.Resource | None,
    ) -> pulumi.Resource:
        """Return the VolumeSnapshotClass. The SDK's CustomResource has a spec; this kind has its fields beside it."""
        default = {"snapshot.storage.kubernetes.io/is-default-class": str(settings.default).lower()}
        manifest = {
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshotClass",
            "metadata": {"name": settings.class_name, "annotations": default},
            "driver": DRIVER,
            "deletionPolicy": settings.deletion_policy,
        }
        if parameters_given := snapshot_parameters(settings):
            manifest["parameters"] = parameters_given
        return pulumi.CustomResource(
            "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
            f"{name}-{settings.class_name}",
            manifest,
            self.inside(after=[each for each in (driver, snapshot_controller) if each]),
        )
