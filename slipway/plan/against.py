"""What a preview compares with, by its options and by where it runs."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from slipway.plan.base import Base, base_of_file, base_of_ref
from slipway.plan.commits import ci_target, merge_base
from slipway.plan.errors import AgainstError

NONE = "none"
"""What `--against` takes for no plan, where CI would make one."""


@contextlib.contextmanager
def against_of(
    root: Path, stack: str, ref: str | None, baseline: Path | None, environ: Mapping[str, str]
) -> Iterator[Base | None]:
    """Yield the other side: of the ref, of the file, in CI of a pull request of its merge base; None for no plan.

    Raises AgainstError and RefFailedError.
    """
    if ref is not None and baseline is not None:
        raise AgainstError("--against and --baseline exclude each other: one plan has one other side")
    target = ci_target(environ)
    if baseline is not None:
        with base_of_file(baseline, stack) as base:
            yield base
    elif ref is None and target is not None:
        with base_of_ref(root, stack, merge_base(root, target)) as base:
            yield base
    elif ref is None or ref == NONE:
        yield None
    else:
        with base_of_ref(root, stack, ref) as base:
            yield base
