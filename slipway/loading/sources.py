"""Where in a stack's files a problem stands."""

from dataclasses import dataclass

from components.problem import KeyPath, Problem
from slipway.loading.apps import AppFiles
from slipway.loading.config import NAMESPACE
from slipway.loading.document import Document, key_text
from slipway.loading.errors import Mistake
from slipway.loading.stack_file import StackFile
from slipway.loading.validate import Place


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a stack's settings come from."""

    stack: StackFile
    apps: AppFiles

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong with the files as such."""
        documents = [self.stack.document, *self.apps.documents.values()]
        return [*self.apps.mistakes, *(mistake for document in documents for mistake in document.mistakes)]

    @property
    def refused(self) -> frozenset[Place]:
        """The places of those mistakes, as paths of settings."""
        stack = {
            (None, (path[1].removeprefix(f"{NAMESPACE}:"), *path[2:]))
            for path in self.stack.document.refused
            if len(path) > 1 and isinstance(path[1], str)
        }
        return frozenset({*stack, *self.apps.refused})

    def place(self, problem: Problem) -> Mistake:
        """Return a problem with its file and line: of its path, or of the innermost one around it that is written."""
        document = self.apps.documents.get(problem.app) if problem.app is not None else None
        if document is None:
            document, path = self.stack.document, document_path(problem.path)
        else:
            path = problem.path
        return _mistake(document, path, written(problem.path, problem.app), problem)

    def place_key(self, problem: Problem) -> Mistake:
        """Return a problem of a whole configuration key, which is all its path, with its file and line."""
        key = str(problem.path[0])
        return _mistake(self.stack.document, ("config", key), key, problem)


def _mistake(document: Document, path: KeyPath, key: str, problem: Problem) -> Mistake:
    line = document.line(path)
    return Mistake(document.file, line, None, key, problem.message, problem.found, problem.allowed, problem.nearest)


def document_path(path: KeyPath) -> KeyPath:
    """Return where in a stack file a path stands that starts with a room."""
    return ("config", f"{NAMESPACE}:{path[0]}", *path[1:]) if path else ("config",)


def written(path: KeyPath, app: str | None) -> str:
    """Return a path as its author writes it: in the stack file with the namespace, in an app's file without."""
    return key_text(path) if app is not None or not path else f"{NAMESPACE}:{key_text(path)}"
