"""Snapshots of a persistent volume: what an app's file says of them."""

from typing import Annotated

from pydantic import Field

from components.apps.cron_words import CronSchedule
from components.apps.words import Image, ObjectName
from components.model import Settings

IMAGE = "public.ecr.aws/docker/library/python:3.14.6-alpine"
"""Docker's official image of Python, in Amazon's copy of it. Of kubectl's own image no program can be made: it has no
shell, and those that have both were withdrawn (Bitnami) or are somebody's own."""


class VolumeSnapshotsSettings(Settings):
    """When each pod's volume is put into a snapshot, and how many of them stay."""

    schedule: CronSchedule = Field(description="Five fields, in UTC: minute, hour, day of the month, month, weekday.")
    keep: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=7, description="The snapshots of each volume that stay; the older ones are deleted."
    )
    class_: ObjectName | None = Field(
        default=None, alias="class", description="The VolumeSnapshotClass. Unset: the stack's (storage.snapshots)."
    )
    image: Image = Field(default=IMAGE, description="An image with Python 3.11 or later, which takes the snapshots.")
