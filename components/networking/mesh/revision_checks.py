"""What is wrong, or worth knowing, about Istio's control planes side by side."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.charts import Charts
from components.networking.mesh.istio_settings import STABLE_TAG, IstioSettings
from components.networking.mesh.membership import is_ambient
from components.networking.mesh.revisions import effective_tags, revision_of, within_one_minor
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

REVISIONS = ("mesh", "istio", "revisions")
TAGS = ("mesh", "istio", "tags")


def _istio(settings: "StackSettings") -> IstioSettings | None:
    return settings.mesh.istio if settings.mesh.kind == "istio" else None


def tagged_revisions(settings: "StackSettings") -> Iterator[Problem]:
    """A tag stands for a revision that there is, and is no revision's name itself."""
    istio = _istio(settings)
    if istio is None:
        return
    if istio.tags and not istio.revisions:
        yield Problem(
            TAGS,
            "tags name control planes by revision, and there are no revisions",
            ", ".join(sorted(istio.tags)),
            f"revisions: {{default: {_lock()}}} beside them, which is the control plane that runs now; or no tags",
        )
        return
    for tag, revision in sorted(istio.tags.items()):
        if tag in istio.revisions:
            yield Problem(
                (*TAGS, tag),
                "a revision has this name, and pods labelled with it would get a proxy of both",
                tag,
                "a name that is no revision's, such as stable or canary",
                STABLE_TAG,
            )
        if revision not in istio.revisions:
            yield unknown_word((*TAGS, tag), "revision", revision, istio.revisions)


def stable_tag(settings: "StackSettings") -> Iterator[Problem]:
    """Of several revisions one is stable: that of namespaces that choose nothing, and of the gateways."""
    istio = _istio(settings)
    if istio is not None and len(istio.revisions) > 1 and STABLE_TAG not in {*istio.tags, *istio.revisions}:
        yield Problem(
            (*TAGS, STABLE_TAG),
            "several control planes, and none is stable, which the gateways have and namespaces that choose nothing",
            "nothing",
            f"tags: {{stable: REVISION}}, with one of {', '.join(sorted(istio.revisions))}",
            min(istio.revisions),
        )


def version_skew(settings: "StackSettings") -> Iterator[Problem]:
    """Istio supports one minor version between a control plane and its node agents, which have the lock's version."""
    istio = _istio(settings)
    for revision, version in sorted(istio.revisions.items()) if istio else ():
        if not within_one_minor(version, _lock()):
            major, minor, _ = _lock().split(".")
            yield Problem(
                (*REVISIONS, revision),
                f"more than one minor version from the node agents', {_lock()}, which Istio does not support",
                version,
                f"{major}.{int(minor) - 1}.x to {major}.{int(minor) + 1}.x; further away, one minor at a time",
                _lock(),
            )


def chosen_revisions(settings: "StackSettings") -> Iterator[Problem]:
    """A namespace chooses a tag or a revision that there is: no webhook answers to any other, and no proxy comes."""
    istio = _istio(settings)
    for name, namespace in settings.namespaces.items():
        chosen = namespace.mesh_revision
        if chosen is None or istio is None or not namespace.mesh:
            continue
        path = ("namespaces", name, "meshRevision")
        if not istio.revisions:
            yield Problem(
                path,
                "there are no revisions to choose from: mesh.istio.revisions is not set",
                chosen,
                "no meshRevision, or the revisions of the control planes in mesh.istio.revisions",
            )
        elif chosen not in {*istio.revisions, *effective_tags(istio)}:
            yield unknown_word(path, "tag or revision", chosen, {*istio.revisions, *effective_tags(istio)})


def idle_revisions(settings: "StackSettings") -> Iterator[Advice]:
    """A control plane that nobody chose costs two pods, and upgrades nothing."""
    istio = _istio(settings)
    if istio is None:
        return
    chosen = [each.mesh_revision for each in settings.namespaces.values() if each.mesh]
    # The gateways have the stable one; a canary that waits behind its tag is meant to be idle.
    used = {revision_of(istio, each) for each in (None, *chosen)} | set(istio.tags.values())
    for revision in sorted(set(istio.revisions) - used):
        yield Advice(
            (*REVISIONS, revision),
            "no tag names this control plane and no namespace has it: tag it (tags: {canary: "
            f"{revision}}}) to try it, or drop it once no pod has a proxy of it (istioctl proxy-status)",
        )


def ineffective_choice(settings: "StackSettings") -> Iterator[Advice]:
    """Only Istio's control planes are chosen by namespace, and in ambient mode only for the waypoint."""
    ambient = is_ambient(settings.mesh)
    for name, namespace in settings.namespaces.items():
        path = ("namespaces", name, "meshRevision")
        if namespace.mesh_revision is None:
            continue
        if settings.mesh.kind != "istio" or not namespace.mesh:
            yield Advice(path, "has no effect: this namespace's pods are not in Istio")
        elif ambient:
            yield Advice(
                path,
                "moves the namespace's waypoint only: ztunnel serves all pods of a node, and has the revision stable",
            )


def _lock() -> str:
    return Charts.read_lock().charts["istio-cni"].version


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    tagged_revisions,
    stable_tag,
    version_skew,
    chosen_revisions,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (idle_revisions, ineffective_choice)
