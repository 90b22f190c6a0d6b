"""Leads as they are posted: as people write them, or exactly as the library has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError

from api.http.bodies.base import LEAD_ID, Answer, Body, Moment
from api.http.bodies.records import strictly
from api.http.problems import counted, problems_of
from api.http.strict_json import parse_strictly
from api.service.errors import Problem
from api.service.intake.results import RowProblem
from api.service.intake.sent import FIELDS, Posted, Raw
from api.service.lead_facts import HeldFor
from solver.hand_off import LeadState
from solver.models import Lead, Queue
from solver.names import name_key

_GOOD_ID = re.compile(LEAD_ID)
_NUL = "\x00"
#: No database takes the character.
NO_NUL = r"^[^\x00]*$"


@strictly(Lead, without=("lead_id", "assumed"))
class LeadFields(Body):
    """A lead as the library has it, without its id: nothing is read from text."""


class DoneActivity(Body):
    """One thing that a lead did."""

    kind: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
    """Such as `visit`, `form`, `webinar`; the policy's scoring names those that count."""
    at: Moment | None = None
    """When; now, if it is not said."""
    detail: Annotated[str, Field(max_length=2000, pattern=NO_NUL)] = ""
    """What exactly: the page, the campaign, the file."""


class ListedLead(Answer):
    """Where a lead stands; who it is says `GET /v1/leads/{lead_id}`."""

    lead_id: str
    state: LeadState
    queue: Queue | None
    """Of a waiting lead."""
    reasons: list[HeldFor]
    """Why it is held."""
    queued_at: Moment | None
    rep_id: str | None
    """Who owns it now."""
    hot: bool
    created_at: Moment | None
    received_at: Moment
    updated_at: Moment
    account_id: str | None
    source: str | None
    merged_into: str | None


_ALL: TypeAdapter[list[LeadFields]] = TypeAdapter(list[LeadFields])


def _value_schema(description: str | None) -> dict[str, Any]:
    return {"description": description or "",
            "type": ["string", "number", "boolean", "array", "object", "null"]}


#: What a posted lead may hold; preparing reads values as people write them.
LEAD_SCHEMA: dict[str, Any] = {
    "type": "object", "title": "PostedLead", "additionalProperties": False,
    "description": "A lead as people or systems write it: `1,5 Mio` and `11-50` are read as "
                   "`fairlead prepare` reads them, and what cannot be read counts as blank. Of a "
                   "known lead, fields that are absent stay and null clears.",
    "properties": {
        "lead_id": {"type": ["string", "null"], "pattern": LEAD_ID,
                    "description": "The caller's own id of the lead; without one it gets one."},
        "attributes": {"type": ["object", "null"],
                       "additionalProperties": {"type": [
                           "string", "number", "boolean", "array", "object", "null"]},
                       "description": "Whatever is none of the other fields, as text."},
        **{name: _value_schema(Lead.model_fields[name].description)
           for name in sorted(FIELDS - {"attributes"})}}}
#: Rows are refused one by one, in the answer.
ROWS_SCHEMA: dict[str, Any] = {"type": "array", "items": {"anyOf": [
    LEAD_SCHEMA, {"description": "Anything else is refused alone."}]}}


def request_body(schema: Mapping[str, Any], ndjson: bool = False) -> dict[str, Any]:
    """Return what a route declares for a body that it reads itself."""
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if ndjson:
        content["application/x-ndjson"] = {"schema": {
            "type": "string", "description": "One JSON object a line."}}
    return {"requestBody": {"required": True, "content": content}}


def parse_one(body: bytes, *, prepare: bool) -> Posted:
    """Return the posted lead that a body is.

    Raises
    ------
    RequestValidationError
        If it is no JSON.
    """
    return _posted([(0, _parsed(body))], prepare=prepare, nul=_may_have_nul(body))[0]


def parse_many(body: bytes, *, ndjson: bool, prepare: bool, most: int) -> list[Posted]:
    """Return the posted leads that a body is, each with what is wrong with it.

    Raises
    ------
    RequestValidationError
        If it is no JSON array; of NDJSON each line stands for itself.
    """
    if ndjson:
        rows: Sequence[tuple[int, Any]] = list(_lines(body, most))
    else:
        found = _parsed(body)
        if not isinstance(found, list):
            raise RequestValidationError([{
                "type": "list_type", "loc": ("body",), "msg": "must be an array of leads",
                "input": None}])
        rows = list(enumerate(found))
    if len(rows) > most:  # the service says so
        return [Posted(row, None) for row, _ in rows]
    return _posted(rows, prepare=prepare, nul=_may_have_nul(body))


def _parsed(body: bytes) -> Any:
    try:
        return parse_strictly(body)
    except json.JSONDecodeError as error:
        raise RequestValidationError([{
            "type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error",
            "input": {}, "ctx": {"error": error.msg}}]) from None


def _lines(body: bytes, most: int) -> Iterator[tuple[int, Any]]:
    """Yield each line that is not blank, parsed; one that is no JSON as its problem."""
    lines = [(row, line) for row, line in enumerate(body.split(b"\n")) if line.strip()]
    for row, line in lines:
        if len(lines) > most:
            yield row, None
            continue
        try:
            yield row, parse_strictly(line)
        except json.JSONDecodeError as error:
            yield row, RowProblem(code="not_json", detail=f"the line is no JSON: {error.msg}, at "
                                  f"character {error.pos}")


def _posted(rows: Sequence[tuple[int, Any]], *, prepare: bool, nul: bool) -> list[Posted]:
    found = [_shaped(row, item, nul) for row, item in rows]
    return found if prepare else _strict(found)


def _shaped(row: int, item: Any, nul: bool) -> Posted:
    """Return a row as an object with an id that can be one."""
    if isinstance(item, RowProblem):
        return Posted(row, None, problem=item)
    if not isinstance(item, dict):
        return Posted(row, None, problem=_problem(
            "", "dict_type", "must be an object with the fields of a lead"))
    lead_id = item.pop("lead_id", None)
    if lead_id is not None and not (isinstance(lead_id, str) and _GOOD_ID.fullmatch(lead_id)):
        return Posted(row, None, problem=_problem(
            "/lead_id", "string_pattern_mismatch", "must begin with a letter or digit and have "
            "100 letters, digits and . _ : - at most; leave it out to be given one", str(lead_id)))
    if nul and (where := _nul_in(item)) is not None:
        return Posted(row, lead_id, problem=_problem(
            f"/{where}", "nul", "must not hold NUL characters; leave them out"))
    return Posted(row, lead_id, item)


def _problem(pointer: str, code: str, detail: str, offending: str | None = None) -> RowProblem:
    return RowProblem(code="invalid", detail="1 problem of the lead", errors=(
        Problem(pointer=pointer, code=code, detail=detail,
                offending=None if offending is None else offending[:80]),))


def _may_have_nul(body: bytes) -> bool:
    return b"\\u0000" in body


def _nul_in(item: Mapping[str, Any]) -> str | None:
    """Return the name of a field that holds a NUL, at any depth."""
    return next((name.replace(_NUL, "") for name, value in item.items()
                 if "\\u0000" in json.dumps([name, value])), None)


def _strict(rows: Sequence[Posted]) -> list[Posted]:
    """Return rows with the leads that they are, exactly as the library has them."""
    good = [one for one in rows if one.problem is None]
    try:
        read = dict(zip((one.row for one in good),
                        _ALL.validate_python([one.fields for one in good]), strict=True))
    except ValidationError:
        read = {}
    return [one if one.problem is not None else _raw(one, read.get(one.row)) for one in rows]


def _raw(posted: Posted, fields: LeadFields | None) -> Posted:
    if fields is None:
        try:
            fields = LeadFields.model_validate(posted.fields)
        except ValidationError as error:
            errors = tuple(problems_of(error))
            return Posted(posted.row, posted.lead_id, problem=RowProblem(
                code="invalid", detail=f"{counted(error.error_count())} of the lead",
                errors=errors))
    values = vars(fields)
    territory = values["territory"]
    return Posted(posted.row, posted.lead_id, posted.fields, Raw(
        record=fields.model_dump_json(exclude_defaults=True), created_at=values["created_at"],
        deal_value=values["deal_value"], score=values["score"], owner_id=values["owner_id"],
        account_id=values["account_id"], source=values["source"],
        segment=None if territory is None else name_key(territory)))
