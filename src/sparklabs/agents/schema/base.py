"""What every section of the agent file has in common; the sections themselves stand in the modules beside this one."""

from typing import Annotated, Any, ClassVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

LATER = "Stored; acted on from a later version."


class Section(BaseModel):
    """A part of the agent file: unknown keys are refused and nothing changes after reading.

    A section with a `shorthand` may be written as one piece of text, which then stands for that field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, protected_namespaces=())

    shorthand: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, value: Any) -> Any:
        if isinstance(value, str) and cls.shorthand:
            return {cls.shorthand: value}
        if isinstance(value, dict):  # a key with nothing after it counts as left out
            return {key: item for key, item in cast("dict[str, Any]", value).items() if not cls._is_blank(key, item)}
        return value

    @classmethod
    def _is_blank(cls, key: str, item: Any) -> bool:
        field = cls.model_fields.get(key)
        return item is None and field is not None and not field.is_required()

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        if cls.shorthand is None:
            return schema
        body = handler.resolve_ref_schema(schema)
        whole = dict(body)
        body.clear()
        body["anyOf"] = [{"type": "string", "description": f"Short for `{cls.shorthand}`."}, whole]
        return schema


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A list of texts; one text may stand without the list."""
