"""Lists name each thing once: many a list becomes resources that are named after its elements."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from components.model import Settings
from components.problem import KeyPath, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


class MayRepeat:
    """Marks the type of a list in which a word may stand more than once, such as a program's arguments."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of a list that says so; that of every other list asks for unique items."""
        return {**handler(core), "uniqueItems": False}


MAY_REPEAT = MayRepeat()


def each_once(settings: "StackSettings") -> Iterator[Problem]:
    """Refuse what stands in a list a second time. Apps of one name have a check of their own."""
    for field, info in type(settings).model_fields.items():
        if field != "apps" and field in settings.__dict__:
            yield from _repeated(settings.__dict__[field], (_key(field, info),), app=None)
    for app in settings.apps:
        if "name" in app.__dict__:
            yield from _repeated(app, (), app.name)


def _repeated(value: Any, path: KeyPath, app: str | None, *, may_repeat: bool = False) -> Iterator[Problem]:
    if isinstance(value, Settings):
        for field, info in type(value).model_fields.items():
            # What is wrong in itself is absent, and no default is asked for in its place.
            inner, key = value.__dict__.get(field), (*path, _key(field, info))
            yield from _repeated(inner, key, app, may_repeat=MAY_REPEAT in info.metadata)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _repeated(each, (*path, name), app)
    elif isinstance(value, tuple):
        if not may_repeat:
            yield from _second(value, path, app)
        for index, each in enumerate(value):
            yield from _repeated(each, (*path, index), app)


def _second(values: tuple[Any, ...], path: KeyPath, app: str | None) -> Iterator[Problem]:
    for index, value in enumerate(values):
        if value in values[:index]:
            first = f"the same as number {values.index(value) + 1} of the list"
            found = first if isinstance(value, Settings) else str(value)
            yield Problem((*path, index), "stands in this list twice", found, "each once", app=app)


def _key(field: str, info: FieldInfo) -> str:
    return info.alias or field


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (each_once,)
