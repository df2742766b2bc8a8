"""The whole comment: the parts of its stacks, and where the rest is. Only the standard library is needed here."""

from collections.abc import Mapping, Sequence

MARKER = "<!-- slipway -->"
"""What the comment starts with, by which it is found again."""
MOST = 65_000
"""Bytes: GitHub takes 65,536 characters, and no text has more characters than bytes."""


def compose(parts: Mapping[str, str], *, stacks: Sequence[str], gone: Sequence[str], run: str, commit: str) -> str:
    """Return the comment. `parts` are the Markdown of the stacks by name; one that has none did not come to an end.

    `gone` are the stacks whose file is deleted, `run` is the URL of the pipeline, `commit` the id that was previewed.
    """
    footer = f"[Pages, manifests and logs]({run}) · {commit[:9]}" if stacks else f"{commit[:9]}"
    said = [_gone(stack) for stack in gone]
    if not stacks:
        said.append("This change touches no stack.")
    for stack in stacks:
        part = parts.get(stack, "").strip()
        said.append(part or _unfinished(stack, "the preview did not come to an end"))
    text = _joined(said, footer)
    # A part is as long as its preview was told to make it. One that is not comes from code that is being reviewed.
    if len(text.encode()) > MOST:
        text = _joined([*said[: len(said) - len(stacks)], *(_unfinished(each, "too long") for each in stacks)], footer)
    return text


def _joined(said: Sequence[str], footer: str) -> str:
    return "\n\n".join((MARKER, *said, "---", footer)) + "\n"


def _unfinished(stack: str, why: str) -> str:
    return f"### {stack}: {why}\n\nThe log has the reason."


def _gone(stack: str) -> str:
    return (
        f"> [!WARNING]\n> `Pulumi.{stack}.yaml` is deleted. Nothing destroys what the stack {stack} has deployed:"
        f" run `pulumi destroy --stack {stack}` while there still is a program for it."
    )
