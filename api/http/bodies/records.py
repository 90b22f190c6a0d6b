"""Records of the library as bodies: the same fields, words and bounds, but nothing is converted.

The library's models take ``true`` for 1, ``"5"`` for 5 and a number for an instant, which a schema
forbids. :func:`strictly` derives fields that don't, once for all routes: text has no NUL (no
database takes it), numbers and flags are what they are, instants and dates are RFC 3339 text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from fastapi.exceptions import RequestValidationError
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    Strict,
    ValidationError,
    create_model,
)
from pydantic.fields import FieldInfo

from api.http.bodies.base import AccountId, Body, Moment, RepId
from solver.models import Account, Lead, Rep
from solver.models.base import Record

_ModelT = TypeVar("_ModelT", bound=BaseModel)
_RecordT = TypeVar("_RecordT", bound=Record)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _iso_date(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError("must be a date such as 2026-11-18")


#: Text without NUL.
PlainText = Annotated[str, Field(pattern=r"^[^\x00]*$")]
#: A date as RFC 3339 text.
Day = Annotated[date, BeforeValidator(_iso_date)]
_STRICT: Mapping[Any, Any] = {
    bool: Annotated[bool, Strict()], int: Annotated[int, Strict()],
    float: Annotated[float, Strict()], str: PlainText, date: Day, AwareDatetime: Moment}


def strict_type(kind: Any) -> Any:
    """Return a type that takes what a type takes, without conversion."""
    if kind in _STRICT:
        return _STRICT[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(inner[0], inner[1:])
    if origin in (Union, UnionType):
        return reduce(or_, map(strict_type, inner))
    if origin is dict:
        return origin[inner[0], strict_type(inner[1])]
    if origin is tuple:
        return origin[strict_type(inner[0]), ...]
    return kind


def _annotated(kind: Any, metadata: Collection[Any]) -> Any:
    if kind is AwareDatetime:
        return Moment
    has_pattern = any(getattr(one, "pattern", None) is not None for one in metadata)
    inner = kind if kind is str and has_pattern else strict_type(kind)
    return Annotated[(inner, *metadata)] if metadata else inner


def strictly(record: type[Record], *, without: Collection[str] = ()
             ) -> Callable[[type[_ModelT]], type[_ModelT]]:
    """Give a model the fields of a record, but those that it has itself.

    Parameters
    ----------
    record
        Whose fields, with their defaults and descriptions.
    without
        Fields that are left out.
    """
    def derive(model: type[_ModelT]) -> type[_ModelT]:
        fields: dict[str, Any] = {
            name: _field(field) for name, field in record.model_fields.items()
            if name not in without and name not in model.model_fields}
        made: type[_ModelT] = create_model(
            model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__,
            **fields)
        return made
    return derive


def _field(field: FieldInfo) -> tuple[Any, Any]:
    default = ... if field.is_required() else field.default
    return (_annotated(field.annotation, field.metadata),
            Field(default, description=field.description))


def as_record(record: type[_RecordT], body: BaseModel, **more: Any) -> _RecordT:
    """Return the record that a body is, as the library checks it.

    Raises
    ------
    ValidationError
        What no single field shows: a deal band that is reversed, hours without a zone.
    """
    return record.model_validate({**body.model_dump(exclude_unset=True), **more})


def record_of(record: type[_RecordT], body: BaseModel, **more: Any) -> _RecordT:
    """Return the record that the body of a request is.

    Raises
    ------
    RequestValidationError
        As of any other body that is wrong.
    """
    try:
        return as_record(record, body, **more)
    except ValidationError as error:
        raise RequestValidationError(in_body(error)) from None


def in_body(error: ValidationError, *where: str | int) -> list[Any]:
    """Return the problems of a part of a body, as of the whole."""
    return [{**one, "loc": ("body", *where, *one["loc"])}
            for one in error.errors(include_url=False)]


@strictly(Lead)
class LeadRecord(Body):
    """A lead as the library has it: normalised, nothing is read from text."""


@strictly(Rep)
class RepRecord(Body):
    """A rep as the library has it, with the loads of the moment."""


@strictly(Account)
class AccountRecord(Body):
    """An account as the library has it."""


@strictly(Rep, without=("rep_id", "assigned_today", "assumed"))
class RepFields(Body):
    """A rep as the CRM has it; what leads owned here take is counted by the service."""

    open_leads: Annotated[int, Strict(), Field(ge=0, le=1_000_000_000)] = 0
    """Open leads that only the CRM knows; those owned here come on top."""


class NamedRep(RepFields):
    """A rep with its id."""

    rep_id: RepId


@strictly(Account, without=("account_id", "assumed"))
class AccountFields(Body):
    """An account as the CRM has it."""


class NamedAccount(AccountFields):
    """An account with its id."""

    account_id: AccountId
