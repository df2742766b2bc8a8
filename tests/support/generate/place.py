"""Where one generated app is: its name, its namespace, its kind, and the stack that it must fit into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.support.generate.rooms import Document, Rooms

Drawn = TypeVar("Drawn")

WIDTH = 20
"""How many port numbers of its own an app has, so that no two listen on one."""


@dataclass(frozen=True)
class Place:
    """One app to be; `index` keeps its ports and hosts apart from the others'."""

    has: Rooms
    name: str
    namespace: str
    index: int
    kind: str
    tier: int

    @property
    def meshed(self) -> bool:
        """Whether its pods are in a mesh."""
        return self.has.meshed(self.namespace)

    @property
    def ends(self) -> bool:
        """Whether its pods end by themselves."""
        return self.kind in {"Job", "CronJob"}

    @property
    def counted(self) -> bool:
        """Whether it has a number of pods."""
        return self.kind in {"Deployment", "StatefulSet"}

    @property
    def plain_probes(self) -> bool:
        """Whether the mesh lets the kubelet in for plain HTTP only."""
        return self.meshed and self.has.mesh == "linkerd" and self.has.authorization == "deny"


def maybe(draw: st.DrawFn, *, one_in: int = 3) -> bool:
    """Return true in about one of so many draws; false is the simpler one."""
    return draw(st.integers(1, one_in)) == one_in


def some(draw: st.DrawFn, strategies: dict[str, st.SearchStrategy[Any]], *, one_in: int = 3) -> Document:
    """Return some of the keys, each with something that its strategy makes."""
    return {key: draw(strategy) for key, strategy in strategies.items() if maybe(draw, one_in=one_in)}


def pick(draw: st.DrawFn, values: Sequence[Drawn]) -> Drawn:
    """Return one of some values."""
    return draw(st.sampled_from(values))
