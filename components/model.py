"""The base of every settings model: frozen, camelCase in YAML, and closed to unknown keys."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Settings(BaseModel):
    """A room's settings.

    Python code names the fields in snake_case; a YAML file names them in camelCase, and only so, because
    the loader validates by alias. A key that no field declares is an error, never ignored.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        validate_default=True,
        protected_namespaces=(),
    )
