"""`python3 -m slipway.review.comment`: write the comment of a pull or merge request, or bring it up to date.

It runs in the pipeline's job that may comment, in which nothing is installed: only the standard library is needed.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from slipway.review.compose import MARKER, compose
from slipway.review.forges import Api, Forge, ForgeError, GitHub, GitLab

_GITLAB_TOKEN = "SLIPWAY_GITLAB_TOKEN"  # noqa: S105 (the name of the variable)


def post(forge: Forge, text: str, *, needed: bool) -> str:
    """Write the comment, and return what was done in words. One that says nothing is not begun unless `needed`."""
    for comment, old in forge.own():
        if old.startswith(MARKER):
            if old.strip() == text.strip():
                return "the comment is up to date"
            forge.update(comment, text)
            return "updated the comment"
    if not needed:
        return "nothing to say"
    forge.create(text)
    return "wrote the comment"


def forge_of(environ: Mapping[str, str]) -> GitHub | GitLab | None:
    """Return the forge of the pipeline that runs, None where it gives no right to comment.

    Raises KeyError with the name of a variable that is missing.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        api = Api(environ["GITHUB_API_URL"], "Authorization", f"Bearer {environ['GITHUB_TOKEN']}")
        return GitHub(api, environ["GITHUB_REPOSITORY"], int(environ["PULL_REQUEST"]))
    if not environ.get(_GITLAB_TOKEN):
        return None
    api = Api(environ["CI_API_V4_URL"], "PRIVATE-TOKEN", environ[_GITLAB_TOKEN])
    return GitLab(api, environ["CI_PROJECT_ID"], int(environ["CI_MERGE_REQUEST_IID"]))


def parts(folder: Path, stacks: Sequence[str]) -> dict[str, str]:
    """Return the Markdown of the stacks that have some: `STACK.md` in the folder."""
    files = {stack: folder / f"{stack}.md" for stack in stacks}
    return {stack: file.read_text(errors="replace") for stack, file in files.items() if file.is_file()}


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    line = argparse.ArgumentParser(prog="python3 -m slipway.review.comment", description=__doc__)
    line.add_argument("folder", type=Path, help="where the stacks' parts are: STACK.md")
    line.add_argument("--stacks", type=json.loads, default=[], help="the stacks that are touched, a JSON list")
    line.add_argument("--gone", type=json.loads, default=[], help="the stacks whose file is deleted, a JSON list")
    line.add_argument("--run", required=True, help="the URL of the pipeline")
    line.add_argument("--commit", required=True, help="the commit that was previewed")
    line.add_argument("--drop-label", metavar="LABEL", help="take the label off (GitLab)")
    return line


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run, and return the exit code: 0 done, 1 the forge said no, 2 something is missing."""
    given = parser().parse_args(arguments)
    found = parts(given.folder, given.stacks)
    text = compose(found, stacks=given.stacks, gone=given.gone, run=given.run, commit=given.commit)
    try:
        forge = forge_of(environ)
        if forge is None:
            sys.stderr.write(f"{_GITLAB_TOKEN} is not set: no comment\n")
            return 0
        sys.stdout.write(f"{post(forge, text, needed=bool(given.stacks or given.gone))}\n")
        if given.drop_label and isinstance(forge, GitLab):
            forge.drop_label(given.drop_label)
    except ForgeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyError as error:
        sys.stderr.write(f"the variable {error.args[0]} is not set\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
