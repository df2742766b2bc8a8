"""GitHub and GitLab, as far as one comment needs them. Only the standard library is needed here."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

TIMEOUT_SECONDS = 30
_PAGE = 100
_MOST_PAGES = 50
"""5,000 comments: more than that is no review, but a loop."""
GITHUB_AUTHOR = "github-actions[bot]"
"""Who GitHub says has written what a workflow's own token writes."""


class ForgeError(Exception):
    """The forge said no. Its text has the request and the answer, never the token."""


class Forge(Protocol):
    """Where a comment is written: its own comments, oldest first, and how to write them."""

    def own(self) -> Iterator[tuple[int, str]]:
        """Yield the id and text of each comment of the same author."""

    def create(self, text: str) -> None:
        """Write a new comment."""

    def update(self, comment: int, text: str) -> None:
        """Replace the text of a comment."""


@dataclass(frozen=True, slots=True)
class Api:
    """A REST API in JSON: its URL without a slash at the end, and the header that lets one in."""

    url: str
    header: str
    token: str

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the answer. Raises ForgeError."""
        request = urllib.request.Request(  # noqa: S310 (the URL is the forge's own)
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={self.header: self.token, "Content-Type": "application/json", "User-Agent": "slipway"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            said = error.read(2000).decode(errors="replace").replace(self.token, "[secret]")
            raise ForgeError(f"{method} {path}: {error.code} {error.reason}: {said}") from None
        except (OSError, ValueError) as error:
            raise ForgeError(f"{method} {path}: {error}") from None

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the entries of a list, page by page."""
        for page in range(1, _MOST_PAGES + 1):
            found = self.call("GET", f"{path}{'&' if '?' in path else '?'}per_page={_PAGE}&page={page}")
            yield from found
            if len(found) < _PAGE:
                return


@dataclass(frozen=True, slots=True)
class GitHub:
    """A pull request. `repository` is OWNER/NAME. Needs the permission `pull-requests: write`."""

    api: Api
    repository: str
    number: int

    def own(self) -> Iterator[tuple[int, str]]:
        """Yield the comments that a workflow has written."""
        for each in self.api.pages(f"/repos/{self.repository}/issues/{self.number}/comments"):
            if (each.get("user") or {}).get("login") == GITHUB_AUTHOR:
                yield each["id"], each.get("body") or ""

    def create(self, text: str) -> None:
        """Write a new comment."""
        self.api.call("POST", f"/repos/{self.repository}/issues/{self.number}/comments", {"body": text})

    def update(self, comment: int, text: str) -> None:
        """Replace the text of a comment."""
        self.api.call("PATCH", f"/repos/{self.repository}/issues/comments/{comment}", {"body": text})


@dataclass(frozen=True, slots=True)
class GitLab:
    """A merge request. `project` is the project's id. The token needs the scope `api` and the role Reporter."""

    api: Api
    project: str
    number: int

    def own(self) -> Iterator[tuple[int, str]]:
        """Yield the comments that the token's user has written."""
        author = self.api.call("GET", "/user")["id"]
        for each in self.api.pages(f"{self._here}/notes?sort=asc&order_by=created_at"):
            if (each.get("author") or {}).get("id") == author:
                yield each["id"], each.get("body") or ""

    def create(self, text: str) -> None:
        """Write a new comment."""
        self.api.call("POST", f"{self._here}/notes", {"body": text})

    def update(self, comment: int, text: str) -> None:
        """Replace the text of a comment."""
        self.api.call("PUT", f"{self._here}/notes/{comment}", {"body": text})

    def drop_label(self, label: str) -> None:
        """Take a label off; nothing happens where it is not on."""
        self.api.call("PUT", self._here, {"remove_labels": label})

    @property
    def _here(self) -> str:
        return f"/projects/{urllib.parse.quote(self.project, safe='')}/merge_requests/{self.number}"
