"""Which control planes of Istio run side by side, and which of them a namespace has: decided before any resource."""

from dataclasses import dataclass

from components.networking.mesh.istio_settings import STABLE_TAG, IstioSettings

DEFAULT_REVISION = "default"
"""Istio's name for the control plane that has no revision: the only one of a stack that names none."""


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """One istiod. `version` is that of its chart, None for the lock's."""

    revision: str
    version: str | None = None

    @property
    def value(self) -> str:
        """What the charts take as `revision`: nothing for the default one."""
        return "" if self.revision == DEFAULT_REVISION else self.revision

    @property
    def service(self) -> str:
        """The name of its Service in Istio's namespace, as the chart makes it."""
        return f"istiod-{self.value}" if self.value else "istiod"


def control_planes(settings: IstioSettings) -> tuple[ControlPlane, ...]:
    """Return the control planes, sorted by revision: the default one, of the lock's version, where none is named."""
    named = tuple(ControlPlane(revision, version) for revision, version in sorted(settings.revisions.items()))
    return named or (ControlPlane(DEFAULT_REVISION),)


def effective_tags(settings: IstioSettings) -> dict[str, str]:
    """Return the revision of each tag. A single revision is stable without saying so; without revisions there is none.

    A revision that is itself called stable needs no tag.
    """
    if not settings.revisions:
        return {}
    implied = len(settings.revisions) == 1 and STABLE_TAG not in settings.revisions
    only = {STABLE_TAG: next(iter(settings.revisions))} if implied else {}
    return dict(sorted({**only, **settings.tags}.items()))


def revision_of(settings: IstioSettings, chosen: str | None) -> str:
    """Return the revision that a namespace has which chose a tag, a revision, or nothing (None: the tag stable)."""
    if not settings.revisions:
        return DEFAULT_REVISION
    wanted = chosen or STABLE_TAG
    return effective_tags(settings).get(wanted, wanted)


def stable_control_plane(settings: IstioSettings) -> ControlPlane:
    """Return the control plane of the tag stable, which the gateways, ztunnel and unlabelled objects have."""
    stable = revision_of(settings, None)
    return next(each for each in control_planes(settings) if each.revision == stable)


def version_key(version: str) -> tuple[int, ...]:
    """Return a version in an order: 1.9.0 before 1.30.3."""
    return tuple(int(part) for part in version.split("."))


def newest(lock: str, settings: IstioSettings) -> str | None:
    """Return the version of the CRDs where a revision is newer than the lock's version; None where the lock's is.

    Istio wants its CRDs upgraded first: a control plane may not find what it was built for in older ones, while older
    control planes read newer ones.
    """
    highest = max(settings.revisions.values(), key=version_key, default=lock)
    return highest if version_key(highest) > version_key(lock) else None


def within_one_minor(version: str, lock: str) -> bool:
    """Tell whether two versions are of the same minor or of neighbouring ones, which Istio supports together."""
    (major, minor, *_), (lock_major, lock_minor, *_) = version_key(version), version_key(lock)
    return major == lock_major and abs(minor - lock_minor) <= 1
