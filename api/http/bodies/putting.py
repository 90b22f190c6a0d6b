"""Records that are put: what became of each row of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from api.http.bodies.base import Answer
from api.http.bodies.records import as_record
from api.http.problems import problems_of
from api.service.errors import Problem, RefusedError
from api.service.putting import Outcome, Put
from solver.models.base import Record

#: Rows of one request.
MAX_ROWS = 5_000
_RecordT = TypeVar("_RecordT", bound=Record)
#: Each row is checked by itself, so that one bad row does not keep out the others.
Rows = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_ROWS)]


class PutRow(Answer):
    """What became of one row."""

    row: int
    """Its place in the list, from 0."""
    record_id: str | None
    """Its id; None: it has none that can be read."""
    outcome: Outcome
    problems: list[Problem]
    """Why it was refused."""


class PutRows(Answer):
    """What became of all rows, in their order."""

    created: int
    updated: int
    unchanged: int
    refused: int
    rows: list[PutRow]


def put_rows(rows: Sequence[Mapping[str, Any]], body: type[BaseModel], record: type[_RecordT],
             put: Callable[[Sequence[_RecordT]], Sequence[Put]]) -> PutRows:
    """Check each row, put those that are right, and say what became of each.

    Parameters
    ----------
    rows
        As they came.
    body
        What a row must look like.
    record
        What it is to the library; its first field is its id.
    put
        Stores the records.
    """
    key = next(iter(record.model_fields))
    good: dict[int, _RecordT] = {}
    found: dict[int, PutRow] = {}
    seen: dict[str, int] = {}
    for at, row in enumerate(rows):
        try:
            one = as_record(record, body.model_validate(row))
        except ValidationError as error:
            said = row.get(key)
            found[at] = PutRow(row=at, record_id=said[:100] if isinstance(said, str) else None,
                               outcome=Outcome.REFUSED, problems=problems_of(error))
            continue
        record_id = str(getattr(one, key))
        if (first := seen.setdefault(record_id, at)) != at:
            found[at] = _refused(at, record_id, Problem(
                pointer=f"/{key}", code="twice", offending=record_id,
                detail=f"row {first} has this id too, and counts; leave one of them out"))
        else:
            good[at] = one
    done = put(list(good.values())) if good else []
    for at, one_put in zip(good, done, strict=True):
        found[at] = PutRow(row=at, record_id=one_put.record_id, outcome=one_put.outcome,
                           problems=[one_put.problem] if one_put.problem else [])
    return _summed([found[at] for at in range(len(rows))])


def check_put(put: Put) -> None:
    """Raise what kept the one record of a request out.

    Raises
    ------
    RefusedError
        If it was refused.
    """
    if put.problem is not None:
        raise RefusedError(put.problem.detail, problems=[put.problem])


def _refused(at: int, record_id: str, problem: Problem) -> PutRow:
    return PutRow(row=at, record_id=record_id, outcome=Outcome.REFUSED, problems=[problem])


def _summed(rows: list[PutRow]) -> PutRows:
    count = {one: sum(row.outcome is one for row in rows) for one in Outcome}
    return PutRows(created=count[Outcome.CREATED], updated=count[Outcome.UPDATED],
                   unchanged=count[Outcome.UNCHANGED], refused=count[Outcome.REFUSED], rows=rows)
