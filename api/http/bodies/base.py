"""What every body shares: closed to unknown fields, finite numbers, RFC 3339 instants, no coercion.

Bounds stand before validators, so that the OpenAPI schema shows them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core.core_schema import CoreSchema, no_info_before_validator_function

from solver.models.base import Instant

_Value = TypeVar("_Value")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6}\d*)?([Zz]|[+-]\d\d:\d\d)")


class Body(BaseModel):
    """A request body or a part of one."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Answer(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(use_attribute_docstrings=True)


def _rfc3339(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 instant with its offset, such as "
                         "2026-11-18T15:00:00Z")
    return value


#: An instant as RFC 3339 text; numbers are no instants.
Moment = Annotated[Instant, BeforeValidator(_rfc3339),
                   WithJsonSchema({"type": "string", "format": "date-time"})]
#: Ids that stand in paths, logs and messages; e-mail addresses are none, for ids outlive a person.
LEAD_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"
LeadId = Annotated[str, Field(pattern=LEAD_ID)]
RepId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$")]
AccountId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
#: A sentence or two by a person; PostgreSQL stores no NUL.
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class _NotNull:
    """Refuses null, and leaves it out of the schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler
                                     ) -> CoreSchema:
        return no_info_before_validator_function(_refuse_null, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler
                                     ) -> dict[str, Any]:
        found = handler(schema)
        first, null = found["anyOf"]
        assert null == {"type": "null"}
        return cast("dict[str, Any]", first)


def _refuse_null(value: Any) -> Any:
    if value is None:
        raise ValueError("must not be null; leave it out instead")
    return value


#: What may be left out, but not be null: the schema can count what is there.
LeftOut: TypeAlias = Annotated[_Value | None, _NotNull()]
