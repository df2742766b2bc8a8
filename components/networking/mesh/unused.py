"""What a stack says of a mesh that it does not have."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.model import Settings
from components.networking.ingress.selection import installed
from components.networking.mesh.membership import is_ambient
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

KINDS = ("istio", "linkerd")


def _written(settings: Settings) -> list[str]:
    """Return the keys that the stack's file has, in the order of their declaration."""
    fields = type(settings).model_fields
    return [info.alias or name for name, info in fields.items() if name in settings.model_fields_set]


def unnamed(settings: "StackSettings") -> Iterator[Problem]:
    """A section that says how the mesh is, and not which, would leave the stack without one."""
    written = _written(settings.mesh)
    if written and "kind" not in written:
        named = [kind for kind in KINDS if kind in written]
        yield Problem(
            ("mesh", "kind"),
            "without it there is no mesh, whatever else is said of one",
            f"nothing, beside {', '.join(written)}",
            "none, istio, linkerd",
            named[0] if len(named) == 1 else None,
        )


def without_effect(settings: "StackSettings") -> Iterator[Advice]:
    """Say which keys are of another mesh, or of another kind of Istio, than the stack's."""
    mesh = settings.mesh
    for key in _written(mesh) if "kind" in mesh.model_fields_set else ():
        if key != "kind" and (mesh.kind == "none" or (key in KINDS and key != mesh.kind)):
            yield Advice(("mesh", key), f"has no effect with mesh.kind {mesh.kind}")
    if mesh.kind != "istio":
        return
    if is_ambient(mesh) and "sidecar" in mesh.model_fields_set:
        yield Advice(("mesh", "sidecar"), "has no effect with dataPlane ambient: no pod has a proxy beside it")
    if not is_ambient(mesh) and "waypoint" in mesh.istio.model_fields_set:
        yield Advice(("mesh", "istio", "waypoint"), "has no effect with dataPlane sidecar: there are no waypoints")
    if "gateway" in mesh.istio.model_fields_set and "istio" not in installed(settings.ingress):
        yield Advice(
            ("mesh", "istio", "gateway"),
            f"has no effect: the stack's controllers are {', '.join(installed(settings.ingress))}, and istio is none of"
            " them",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (unnamed,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (without_effect,)
