"""What is wrong, or worth knowing, about the instance types and images of a stack's node pools."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation import images
from components.foundation.aws_names import AMI_TYPES, NAMED_ON
from components.foundation.instance_names import accelerator, architecture, family, standing
from components.foundation.instance_types import DESCRIBED_ON, INSTANCE_TYPES
from components.foundation.pool_plan import Pool, resolvable
from components.foundation.withdrawn import withdrawn
from components.problem import Advice, KeyPath, Problem, nearest

if TYPE_CHECKING:
    from components.settings import StackSettings

ALIKE = 3
"""Instance types from which a spot pool has somewhere to turn to."""

REFRESH = "`slipway instances refresh` asks AWS for the types of today"

_CHIPS = {"nvidia": "NVIDIA GPUs", "neuron": "Inferentia or Trainium", "other": "accelerators", "": "no accelerator"}


def _pools(settings: "StackSettings") -> Iterator[tuple[Pool, KeyPath]]:
    for pool in resolvable(settings.node_pools or {}).values():
        yield pool, ("nodePools", pool.name)


def _allowed(settings: "StackSettings", pool: Pool) -> bool:
    return settings.node_pools[pool.name].allow_withdrawn if settings.node_pools else False


def instance_types(settings: "StackSettings") -> Iterator[Problem]:
    """An instance type is one that AWS has and sells, or may have made since its list was written."""
    for pool, path in _pools(settings):
        for index, name in enumerate(pool.instance_types):
            where = (*path, "instanceTypes", index)
            gone = withdrawn(name)
            if gone is not None and not _allowed(settings, pool):
                yield Problem(
                    where,
                    f"AWS has withdrawn the {family(name)} family ({gone.since}: {gone.reason}; {gone.source})",
                    name,
                    "a type that is sold; or allowWithdrawn: true in the pool, for an account that still runs it",
                    gone.instead[name],
                )
            elif standing(name) == "misspelt":
                yield Problem(
                    where,
                    f"no such instance type among the {len(INSTANCE_TYPES)} that AWS described on {DESCRIBED_ON}",
                    name,
                    f"{_sizes(name) or 'EC2 instance types, such as m6i.xlarge'}; {REFRESH}",
                    nearest(name, INSTANCE_TYPES),
                )
            elif architecture(name).endswith("_mac"):
                yield Problem(where, "EKS has no image for macOS hardware", name, "types of the x86_64 or Arm families")


def _sizes(name: str) -> str:
    """Return the types of a family that there is, of which a size was asked that there is not."""
    return ", ".join(each for each in INSTANCE_TYPES if family(each) == family(name))


def one_image(settings: "StackSettings") -> Iterator[Problem]:
    """One image boots every instance type of a pool, and is the one that is named."""
    for pool, path in _pools(settings):
        found = ", ".join(pool.instance_types)
        chips = {accelerator(each) for each in pool.instance_types} - {"other"}
        if any(architecture(each).endswith("_mac") for each in pool.instance_types):
            continue
        if len({architecture(each) for each in pool.instance_types}) > 1:
            where = (*path, "instanceTypes")
            yield Problem(where, "Arm and x86 in one pool need two images", found, "types of one architecture")
        elif len(chips) > 1:
            what = f"{' and '.join(_CHIPS[each] for each in sorted(chips))} in one pool need two images"
            yield Problem((*path, "instanceTypes"), what, found, "GPUs in all types, or in none")
        elif wrong := _wrong_image(pool):
            fitting = images.ami_type(pool.instance_types, images.parse(pool.ami_type))
            yield Problem((*path, "amiType"), wrong, pool.ami_type, f"{fitting}, or none", fitting)


def _wrong_image(pool: Pool) -> str | None:
    """Return why a pool's image boots none of its types, None where it does, or may."""
    if reason := images.NOT_FOR_POOLS.get(images.system(pool.ami_type)):
        return f"no image for a pool: {reason}"
    if pool.ami_type not in AMI_TYPES and images.misspelt(pool.ami_type):
        return f"no such image among those that EKS had on {NAMED_ON}"
    image = images.parse(pool.ami_type)
    if image is None:
        return None
    types = ", ".join(pool.instance_types)
    if any(architecture(each) != image.architecture for each in pool.instance_types):
        return f"an image of {image.architecture}, which {types} is not"
    if image.accelerator and any(accelerator(each) != image.accelerator for each in pool.instance_types):
        return f"an image for {_CHIPS[image.accelerator]}, which {types} has not"
    return None


def known_types(settings: "StackSettings") -> Iterator[Advice]:
    """Say of which instance types AWS's list says nothing, and what is taken for granted of them."""
    for pool, path in _pools(settings):
        for index, name in enumerate(pool.instance_types):
            where, kind = (*path, "instanceTypes", index), standing(name)
            if kind in ("named", "newer"):
                why = (
                    f"AWS's API has the name {name}, but did not describe it on {DESCRIBED_ON}: not every account may"
                    " have it"
                    if kind == "named"
                    else f"{name} is not among the types that AWS described on {DESCRIBED_ON}: newer, perhaps"
                )
                yield Advice(
                    where,
                    f"{why}. Its size, price and pods are missing from summaries, and the image is derived from its"
                    f" name ({pool.ami_type}); {REFRESH}",
                )


def spot_types(settings: "StackSettings") -> Iterator[Advice]:
    """A spot pool has more than one type to turn to."""
    for pool, path in _pools(settings):
        if pool.capacity == "spot" and len(pool.instance_types) < ALIKE:
            yield Advice(
                (*path, "instanceTypes"),
                f"a spot pool of {len(pool.instance_types)} instance types is empty whenever AWS runs out of them:"
                f" name at least {ALIKE} alike",
            )


def drivers(settings: "StackSettings") -> Iterator[Advice]:
    """Say when an image lacks the driver of what accelerates its nodes, or is one that Slipway has no record of."""
    for pool, path in _pools(settings):
        image, where = images.parse(pool.ami_type), (*path, "amiType")
        if image is None or _wrong_image(pool):
            continue
        if pool.ami_type not in AMI_TYPES:
            yield Advice(where, f"EKS had no image {pool.ami_type} on {NAMED_ON}: AWS refuses it unless it is newer")
        fitting = images.parse(images.ami_type(pool.instance_types, image))
        if fitting is not None and fitting.accelerator and not image.accelerator:
            yield Advice(
                where,
                f"{pool.ami_type} has no driver for {_CHIPS[fitting.accelerator]}: no pod sees one until something"
                f" installs it; {images.ami_type(pool.instance_types, image)} has it",
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (instance_types, one_image)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (known_types, spot_types, drivers)
