"""What is right in settings that are wrong elsewhere, so that rules between settings can still be checked.

Three answers to what shall be in the place of something wrong. A check is tried with the first; where it stumbles, with
the other two, and only what it finds in both is true whatever was meant.
"""

from collections.abc import Set
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from slipway.loading import shape


class Wrong(Enum):
    """What stands in the place of a wrong value."""

    ABSENT = "nothing: asking the model for it raises AttributeError, and no default stands in for it"
    DROPPED = "nothing, and an entry of a map or list of models that holds one is left out"
    DEFAULT = "its default, or nothing where it has none"


_NOTHING = object()
_Model = TypeVar("_Model", bound=BaseModel)


def salvage(model: type[_Model], data: dict[str, Any], wrong: Wrong) -> _Model:
    """Return an instance of `model` with all of `data` that validates."""
    values: dict[str, Any] = {}
    given = {name for name, info in model.model_fields.items() if (info.alias or name) in data}
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in data:
            values[name] = _value(shape.annotation_of(info), data[key], wrong)
        if not info.is_required() and (key not in data or (values[name] is _NOTHING and wrong is Wrong.DEFAULT)):
            default = info.get_default(call_default_factory=True, validated_data={})
            values[name] = _value(shape.annotation_of(info), default, wrong)
    return _made_of(model, {name: value for name, value in values.items() if value is not _NOTHING}, given)


def _made_of(model: type[_Model], values: dict[str, Any], given: Set[str] = frozenset()) -> _Model:
    """Return an instance with these values; `given` are the fields that the file has, in `model_fields_set`."""
    instance = model.model_construct(set(given & values.keys()), **values)
    for name in set(model.model_fields) - set(values):
        instance.__dict__.pop(name, None)  # a default that model_construct filled in
    return instance


def _value(annotation: Any, data: Any, wrong: Wrong) -> Any:
    valid = _valid(annotation, data)
    if valid is not _NOTHING:
        return valid
    options = [shape.bare(choice) for choice in shape.choices(annotation)]
    models = [option for option in options if shape.is_model(option)]
    if isinstance(data, dict) and len(models) == 1:
        return salvage(models[0], data, wrong)
    if len(options) == 1 and isinstance(data, dict) and get_origin(options[0]) is dict:
        inner = get_args(options[0])[1]
        entries = {key: _entry(inner, value, wrong) for key, value in data.items() if not _drops(inner, value, wrong)}
        return _NOTHING if any(value is _NOTHING for value in entries.values()) else entries
    if len(options) == 1 and isinstance(data, list) and get_origin(options[0]) is tuple:
        inner = get_args(options[0])[0]
        items = tuple(_entry(inner, value, wrong) for value in data if not _drops(inner, value, wrong))
        return _NOTHING if any(value is _NOTHING for value in items) else items
    return _NOTHING


def _valid(annotation: Any, data: Any) -> Any:
    try:
        return TypeAdapter(annotation).validate_python(data, by_alias=True, by_name=False)
    except ValidationError:
        return _NOTHING


def _drops(annotation: Any, data: Any, wrong: Wrong) -> bool:
    return wrong is Wrong.DROPPED and shape.is_model(shape.bare(annotation)) and _valid(annotation, data) is _NOTHING


def _entry(annotation: Any, data: Any, wrong: Wrong) -> Any:
    """Return an entry of a map or list; a model keeps its place in it even when nothing of it is right."""
    value = _value(annotation, data, wrong)
    model = shape.bare(annotation)
    if value is not _NOTHING or not shape.is_model(model):
        return value
    return salvage(model, {}, wrong) if wrong is Wrong.DEFAULT else _made_of(model, {})
