"""What is wrong with a stack's storage classes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.addons import EBS_DRIVER
from components.foundation.storage import CLASS_DEFAULTS, StorageClassSettings, parameters, planned_classes
from components.problem import Problem, nearest, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

GUARANTEED = ("type", "encrypted", "kmsKeyId")
"""Parameters that are Slipway's: every volume is encrypted."""

WITH_IOPS = ("gp3", "io1", "io2")


def _classes(settings: "StackSettings") -> dict[str, StorageClassSettings]:
    if settings.storage is None or settings.cluster is None:
        return {}
    return planned_classes(settings.storage, existing=settings.cluster.existing is not None)


def typed(settings: "StackSettings") -> Iterator[Problem]:
    """A class that Slipway has no defaults for names its volume type."""
    for name, each in _classes(settings).items():
        if each.type is None and name not in CLASS_DEFAULTS:
            yield Problem(
                ("storage", "classes", name, "type"),
                f"only {', '.join(CLASS_DEFAULTS)} have defaults: the class {name} needs a type",
                "nothing",
                "an EBS volume type, such as gp3",
                nearest(name, CLASS_DEFAULTS),
            )


def default_class(settings: "StackSettings") -> Iterator[Problem]:
    """The default class is one of the classes."""
    classes = _classes(settings)
    if classes and settings.storage.default_class and settings.storage.default_class not in classes:
        yield unknown_word(("storage", "defaultClass"), "storage class", settings.storage.default_class, classes)


def class_parameters(settings: "StackSettings") -> Iterator[Problem]:
    """Parameters fit the volume type, and leave Slipway's own alone."""
    for name, each in _classes(settings).items():
        path = ("storage", "classes", name, "parameters")
        for key in sorted(each.parameters.keys() & set(GUARANTEED)):
            yield Problem((*path, key), "Slipway sets this parameter", each.parameters[key], "the class's other keys")
        if each.type is None and name not in CLASS_DEFAULTS:
            continue
        given = parameters(name, each, None)
        kind = each.type or CLASS_DEFAULTS[name].type
        both = "iops" in given and "iopsPerGB" in given
        if both:
            yield Problem((*path, "iops"), "beside iopsPerGB", given["iops"], "one of iops and iopsPerGB")
        for key in ("iops", "iopsPerGB"):
            if key in given and kind not in WITH_IOPS and not both:
                yield Problem((*path, key), f"{kind} volumes take none", given[key], f"with {', '.join(WITH_IOPS)}")
        if kind in ("io1", "io2") and not {"iops", "iopsPerGB"} & given.keys():
            yield Problem(path, f"{kind} volumes need a number of operations", "nothing", "iops or iopsPerGB")
        if "throughput" in given and kind != "gp3":
            yield Problem((*path, "throughput"), f"{kind} volumes take none", given["throughput"], "with gp3")


def served(settings: "StackSettings") -> Iterator[Problem]:
    """What a cluster promises, an add-on serves."""
    cluster = settings.cluster
    if cluster is None or cluster.existing is not None or settings.storage is None:
        return
    wants = {
        EBS_DRIVER: (bool(_classes(settings)), "storage.classes: {}"),
        "snapshot-controller": (settings.storage.snapshots.enabled is not False, "storage.snapshots.enabled: false"),
    }
    for name, addon in cluster.addons.items():
        wanted, instead = wants.get(name, (False, ""))
        if wanted and not addon.enabled:
            yield Problem(
                ("cluster", "addons", name, "enabled"), "the stack's storage needs it", "false", f"true, or {instead}"
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (typed, default_class, class_parameters, served)
