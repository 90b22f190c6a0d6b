"""Policies: immutable versions, drafted, previewed, activated, rolled back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.http.bodies.base import Answer, Body, Moment
from api.http.bodies.documents import DOCUMENT_BODY, PolicyDocument
from api.http.bodies.records import LeadRecord
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import problem_of, responses
from api.http.security import Admin, FiguresReader, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.errors import Problem
from api.service.policies import (
    Activated,
    activate,
    differences,
    draft,
    list_policies,
    roll_back,
    the_policy,
)
from api.service.previewing import Change, Decision, Preview, Side, preview
from api.store.policies import PolicyRow, PolicyStatus

router = APIRouter(prefix="/v1/policies", tags=["policies"], route_class=StrictRoute)
_MOST_VERSIONS = 2**31 - 1
#: More leads that change are counted, not listed.
_MOST_CHANGES = 1_000
Version = Annotated[int, Path(ge=1, le=_MOST_VERSIONS)]


class PolicyInList(Answer):
    """One version, without its document."""

    version: int
    status: PolicyStatus
    note: str
    created_at: Moment
    created_by: str
    """Id of the API key."""
    activated_at: Moment | None
    """When it last became the active one."""


class PolicyAnswer(PolicyInList):
    """One version."""

    document: dict[str, Any]
    """All keys, defaults too; it can be posted back as it is."""


class ActivatedAnswer(PolicyInList):
    """The version that is active now."""

    warnings: list[Problem]
    """What it says in vain, with the reps, accounts and waiting leads of now."""


class DifferenceAnswer(Answer):
    """One key that differs."""

    key: str
    before: Any
    after: Any


class Leaving(Body):
    """Which version a rollback leaves."""

    active: Annotated[int, Field(strict=True, ge=1, le=_MOST_VERSIONS)] | None = None
    """The version that is thought to be active: a request sent twice rolls back once."""


class Previewed(Body):
    """What is looked at."""

    lead: LeadRecord | None = None
    """One lead: fields of a known one that would be different, or a new one; none: the queue."""


class DecisionAnswer(Answer):
    """What a policy does with a lead."""

    rep_id: str | None
    queue: str | None
    value: int | None
    """With its owner, minor units."""
    why: str


class ChangeAnswer(Answer):
    """A lead, by both policies."""

    lead_id: str
    active: DecisionAnswer
    draft: DecisionAnswer


class SideAnswer(Answer):
    """What one policy does with all leads."""

    version: int
    """0: the defaults, before any version was activated."""
    assigned: int
    held: int
    value: int
    """Of all owned leads, minor units."""


class PreviewAnswer(Answer):
    """Both policies beside each other."""

    at: Moment
    num_leads: int
    active: SideAnswer
    draft: SideAnswer
    num_changes: int
    changes: list[ChangeAnswer]
    """Leads whose owner or queue differs, by id; the first thousand."""
    lead: ChangeAnswer | None
    """The one lead that was asked for, whether it differs or not."""


@router.post("", status_code=201, responses=responses(400, 413, 415, 422),
             openapi_extra=DOCUMENT_BODY)
def draft_policy(
        document: PolicyDocument, context: InContext, actor: Admin,
        note: Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$",
                                   description="For the change log: why.")] = ""
        ) -> PolicyAnswer:
    """Store a new version, which nothing uses yet: JSON, or the YAML of a policy file.

    Its number is the next one; a `version` in the document is replaced.
    """
    return _whole(draft(context, actor, document, note))


@router.get("", responses=responses(422))
def list_all_policies(context: InContext, _: Reader, cursor: Cursor = None, limit: Limit = 100
                      ) -> Page[PolicyInList]:
    """List versions, the newest first: the change log."""
    key = key_of(cursor, (int,))
    before = None if key is None else max(0, min(int(key[0]), _MOST_VERSIONS))
    rows = list_policies(context, before, limit + 1)
    return Page(items=[PolicyInList.model_validate(_short(row)) for row in rows[:limit]],
                next_cursor=cursor_of(rows[limit - 1].version) if len(rows) > limit else None)


@router.get("/{version}", responses=responses(404, 422))
def get_one_policy(version: Version, context: InContext, _: Reader) -> PolicyAnswer:
    """Return a version with its document."""
    return _whole(the_policy(context, version))


@router.get("/{version}/diff", responses=responses(404, 422))
def diff_policies(
        version: Version, context: InContext, _: Reader,
        against: Annotated[int | None, Query(
            ge=0, le=_MOST_VERSIONS,
            description="Another version; 0: the defaults; none: the active one.")] = None
        ) -> list[DifferenceAnswer]:
    """List the keys in which a version differs from another."""
    return [DifferenceAnswer(key=one.key, before=one.before, after=one.after)
            for one in differences(context, version, against)]


@router.post("/{version}/preview", responses=responses(400, 404, 410, 413, 422))
def preview_policy(version: Version, body: Previewed, context: InContext, _: FiguresReader
                   ) -> PreviewAnswer:
    """Decide on the waiting leads, or on one lead, by the active policy and by this version.

    Nothing changes. Above `FAIRLEAD_SOLVE_MAX_PAIRS` leads times reps the answer is 413.
    """
    edited = None if body.lead is None else body.lead.model_dump(exclude_unset=True)
    return _preview(preview(context, version, edited))


@router.post("/{version}/activate", responses=responses(404, 422))
def activate_policy(version: Version, context: InContext, actor: Admin) -> ActivatedAnswer:
    """Let a version decide from now on, unless its rules cannot hold."""
    return _activated(activate(context, actor, version))


@router.post("/rollback", responses=responses(400, 409, 413, 422))
def roll_back_policy(context: InContext, actor: Admin, body: Leaving | None = None
                     ) -> ActivatedAnswer:
    """Let the version decide again that was active before; its rules are not checked anew."""
    return _activated(roll_back(context, actor, None if body is None else body.active))


def _short(row: PolicyRow) -> dict[str, Any]:
    return {"version": row.version, "status": row.status, "note": row.note,
            "created_at": row.created_at, "created_by": row.created_by,
            "activated_at": row.activated_at}


def _whole(row: PolicyRow) -> PolicyAnswer:
    return PolicyAnswer.model_validate({**_short(row),
                                        "document": row.policy.model_dump(mode="json")})


def _activated(done: Activated) -> ActivatedAnswer:
    return ActivatedAnswer.model_validate({**_short(done.row),
                                           "warnings": [problem_of(one) for one in done.warnings]})


def _preview(found: Preview) -> PreviewAnswer:
    return PreviewAnswer(
        at=found.at, num_leads=found.num_leads, active=_side(found.active),
        draft=_side(found.draft), num_changes=len(found.changes),
        changes=[_change(one) for one in found.changes[:_MOST_CHANGES]],
        lead=None if found.lead is None else _change(found.lead))


def _side(one: Side) -> SideAnswer:
    return SideAnswer(version=one.version, assigned=one.assigned, held=one.held, value=one.value)


def _change(one: Change) -> ChangeAnswer:
    return ChangeAnswer(lead_id=one.lead_id, active=_decision(one.active),
                        draft=_decision(one.draft))


def _decision(one: Decision) -> DecisionAnswer:
    return DecisionAnswer(rep_id=one.rep_id, queue=one.queue, value=one.value, why=one.why)
