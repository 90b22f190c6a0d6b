"""A window as a body, in the library's own records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from api.http.bodies.base import Body, Moment
from api.http.bodies.documents import POLICY_NAME
from api.http.bodies.records import AccountRecord, LeadRecord, RepRecord, as_record, in_body
from solver.errors import InvalidInputError
from solver.models import Account, IssueCode, Lead, Policy, Rep, Window
from solver.reading.parsing.strict_yaml import plain_document
from solver.reading.validation import validate

Floor = Annotated[int, Field(strict=True, ge=0, le=2**62)]


class SolveBody(Body):
    """A window, in the library's own records."""

    at: Moment | None = None
    """Instant of the decision; none: now."""
    leads: list[LeadRecord]
    """Taken as they come: nothing is normalised, merged or scored."""
    reps: list[RepRecord]
    """With their loads."""
    accounts: list[AccountRecord] = Field(default_factory=list)
    policy: dict[str, Any] = Field(default_factory=dict)
    """Keys that differ from the defaults, as in the policy file."""
    floors: dict[str, Floor] | None = None
    """rep_id to what a slot is expected to bring later, minor units."""


def window_of(body: SolveBody, now: datetime, *within: str) -> Window:
    """Return the window of a body.

    Parameters
    ----------
    body
        The body, or a part of one.
    now
        The instant of the decision where the body names none.
    within
        Where in the whole body it stands.

    Raises
    ------
    InvalidInputError
        If the policy cannot be read.
    RequestValidationError
        If records contradict themselves or each other.
    """
    policy, issues = validate(Policy, plain_document(POLICY_NAME, body.policy),
                              IssueCode.BAD_POLICY)
    if policy is None:
        raise InvalidInputError(issues)
    reps = []
    for place, rep in enumerate(body.reps):
        try:
            reps.append(as_record(Rep, rep))
        except ValidationError as error:
            raise RequestValidationError(in_body(error, *within, "reps", place)) from None
    try:
        return Window(at=now if body.at is None else body.at,
                      leads=tuple(as_record(Lead, one) for one in body.leads), reps=tuple(reps),
                      policy=policy,
                      accounts=tuple(as_record(Account, one) for one in body.accounts))
    except ValidationError as error:
        raise RequestValidationError(in_body(error, *within)) from None
