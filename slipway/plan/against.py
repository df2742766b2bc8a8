"""What a preview compares with, by its options and by where it runs."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from slipway.plan.base import Base, base_of_file, base_of_ref
from slipway.plan.commits import ci_target, merge_base
from slipway.plan.errors import AgainstError

NONE = "none"
"""What `--against` takes for no plan, where CI would make one."""


@contextlib.contextmanager
def against_of(
    root: Path,
    stack: str,
    ref: str | None,
    baseline: Path | None,
    environ: Mapping[str, str],
    *,
    warn: Callable[[str], None],
) -> Iterator[Base | None]:
    """Yield the other side: of the ref, of the file, in CI of a pull request of its merge base; None for no plan.

    A merge base that nobody asked for and that cannot be had, as in a shallow clone, is a warning and no plan. Raises
    AgainstError for what was asked for, and RefFailedError.
    """
    if ref is not None and baseline is not None:
        raise AgainstError("--against and --baseline exclude each other: one plan has one other side")
    target = ci_target(environ)
    if baseline is not None:
        with base_of_file(baseline, stack) as base:
            yield base
        return
    if ref is None and target is not None:
        try:
            ref = merge_base(root, target)
        except AgainstError as error:
            warn(f"Warning: no plan against the merge base: {error}")
    if ref is None or ref == NONE:
        yield None
    else:
        with base_of_ref(root, stack, ref) as base:
            yield base
