"""What a settings model accepts at a place: a walk along its annotations, in the YAML spelling of keys."""

import types
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, Field, SecretStr
from pydantic.fields import FieldInfo

from components.names import NOT_SHOWN
from components.problem import KeyPath


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Tell whether an annotation is a settings model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def bare(annotation: Any) -> Any:
    """Return an annotation without what `Annotated` adds to it."""
    return bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def choices(annotation: Any) -> list[Any]:
    """Return what a value may be: the members of a union without None, or the annotation itself."""
    inner = bare(annotation)
    if get_origin(inner) in {Union, types.UnionType}:
        return [choice for member in get_args(inner) if member is not type(None) for choice in choices(member)]
    return [annotation]


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by the key that YAML has for them."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def annotation_of(info: FieldInfo) -> Any:
    """Return a field's type together with its constraints."""
    extras = [*info.metadata, *([Field(examples=info.examples)] if info.examples else [])]
    return Annotated[info.annotation, *extras] if extras else info.annotation


def below(annotation: Any, step: str | int) -> Any:
    """Return what is accepted under a key or at an index; None where nothing is, or where it is not one type."""
    options = choices(annotation)
    tp = bare(options[0]) if len(options) == 1 else None
    if is_model(tp):
        info = fields(tp).get(str(step))
        return annotation_of(info) if info else None
    arguments = get_args(tp)
    if get_origin(tp) is dict:
        return arguments[1]
    if get_origin(tp) is tuple and arguments[-1] is not Ellipsis:
        return arguments[step] if isinstance(step, int) and step < len(arguments) else None
    if get_origin(tp) in {tuple, list, set, frozenset}:
        return arguments[0]
    return None


def at(annotation: Any, path: KeyPath) -> Any:
    """Return what is accepted at a path, None where nothing is; in a union, by the first member that has the key."""
    for step in path:
        found = [inner for choice in choices(annotation) if (inner := below(choice, step)) is not None]
        if not found:
            return None
        annotation = found[0]
    return annotation


def keys(annotation: Any) -> list[str]:
    """Return the keys of the models that a value may be, in the order of their declaration."""
    models = (bare(choice) for choice in choices(annotation))
    return list(dict.fromkeys(key for model in models if is_model(model) for key in fields(model)))


def description(annotation: Any, key: str) -> str:
    """Return what a key of a model is for; nothing where it says nothing."""
    models = [model for model in (bare(choice) for choice in choices(annotation)) if is_model(model)]
    return next((fields(model)[key].description or "" for model in models if key in fields(model)), "")


def words(annotation: Any) -> list[str]:
    """Return the words that a value may be, where it is one of a few."""
    literals = (get_args(bare(choice)) for choice in choices(annotation) if get_origin(bare(choice)) is Literal)
    return [str(word) for literal in literals for word in literal]


def is_secret(annotation: Any) -> bool:
    """Tell whether a value of this type is a secret."""
    return any(bare(choice) is SecretStr for choice in choices(annotation))


def holds_secret(annotation: Any) -> bool:
    """Tell whether a secret may stand anywhere in a value of this type."""
    return _holds(annotation, lambda choice: bare(choice) is SecretStr)


def holds_unshown(annotation: Any) -> bool:
    """Tell whether a secret, or the name of one, may stand anywhere in a value of this type."""
    return _holds(annotation, lambda choice: bare(choice) is SecretStr or NOT_SHOWN in _metadata(choice))


def unshown_at(annotation: Any, path: KeyPath) -> bool:
    """Tell whether what stands at a path may be a secret, as far as the path leads to anything that is known."""
    while path and at(annotation, path) is None:
        path = path[:-1]
    return holds_unshown(at(annotation, path))


def _holds(annotation: Any, wanted: Callable[[Any], bool]) -> bool:
    for choice in choices(annotation):
        tp = bare(choice)
        inner = [annotation_of(info) for info in fields(tp).values()] if is_model(tp) else list(get_args(tp))
        if wanted(choice) or any(_holds(each, wanted) for each in inner if each is not tp):
            return True
    return False


def _metadata(annotation: Any) -> tuple[Any, ...]:
    """Return what `Annotated` adds to a type, at every level of it."""
    if get_origin(annotation) is not Annotated:
        return ()
    inner, *added = get_args(annotation)
    return (*_metadata(inner), *added)
