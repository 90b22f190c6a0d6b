"""Targets: who is told what happens."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.delivery.addresses import MAX_URL
from api.delivery.outcomes import Delivered, Failed
from api.delivery.templates import MAX_TEMPLATE
from api.http.bodies.base import Answer, Body, Moment, RepId
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Admin
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.targeting import TargetKind, is_rotating, kinds_of, shown_url
from api.service.targets import (
    Wish,
    change_target,
    create_target,
    find_target,
    finish_rotation,
    rotate_secret,
    send_test,
    targets_page,
)
from api.store.targets import TargetRow

router = APIRouter(prefix="/v1/targets", tags=["targets"], route_class=StrictRoute)

_TargetId = Annotated[str, Path(pattern=r"^tgt_[0-9a-f]{1,64}$", description="The target.")]
_Url = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f]+$", min_length=1, max_length=MAX_URL)]
_Kinds = Annotated[list[Annotated[str, Field(
    pattern=r"^(\*|[a-z]+(_[a-z]+)*\.(\*|[a-z]+(_[a-z]+)*))$", max_length=100)]],
    Field(min_length=1, max_length=100)]
_Template = Annotated[str, Field(max_length=MAX_TEMPLATE)]
_Templates = Annotated[dict[str, dict[Literal["title", "body"], _Template]], Field(max_length=50)]
_Note = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]


class NewTarget(Body):
    """Who is to be told."""

    kind: TargetKind
    """`webhook`: posted and signed; `people`: a chat or mail address, by Apprise; `owner`: mail to
    the rep whom it concerns."""
    url: _Url
    """Of a webhook its address; of people an Apprise URL; of `owner` the sender,
    `mailtos://user:password@server?from=leads@acme.example`, without recipient."""
    kinds: _Kinds
    """Kinds of events: `lead.assigned`, all of a noun as `lead.*`, or `*`."""
    include_contact: bool = False
    """Whether a webhook gets the person's names, title, e-mail address and phone."""
    templates: Annotated[_Templates, Field(default_factory=dict)]
    """Kind of text to its own title, body or both, for people."""
    note: _Note = ""
    """What it is for; stands in messages about it."""


class TargetChange(Body):
    """What is to change; what is absent or null stays."""

    url: _Url | None = None
    kinds: _Kinds | None = None
    include_contact: bool | None = None
    templates: _Templates | None = None
    note: _Note | None = None
    disabled: bool | None = None
    """`true` makes what waits for it dead letters; `false` lets new events go to it again."""


class Target(Answer):
    """A target, without its secret."""

    target_id: str
    kind: TargetKind
    url: str
    """Of people and owners only the scheme: the rest may be a password."""
    kinds: list[str]
    include_contact: bool
    templates: dict[str, dict[str, str]]
    note: str
    created_at: Moment
    disabled_at: Moment | None
    disabled_reason: str | None
    rotating_until: Moment | None
    """Until when the old secret signs too."""
    failures: int
    """Times in a row that it took nothing; it is tried with one message at a time meanwhile."""
    resting_until: Moment | None
    """When it is tried next, where it fails."""


class MadeTarget(Target):
    """A new target."""

    secret: str | None
    """What signs a webhook's messages; shown this once."""


class NewSecret(Answer):
    """A webhook's new secret."""

    secret: str
    """Shown this once."""
    rotating_until: Moment
    """Until when the old one signs too."""


class TestWish(Body):
    """Whom a test is for."""

    rep_id: RepId | None = None
    """The rep to write to; needed for a target of kind `owner`, and of no use for others."""


class TestOutcome(Answer):
    """What became of a test."""

    delivered: bool
    status: int | None
    """Of the receiver's answer, where there was one."""
    cause: str | None
    """Why it was not delivered."""


def _shown(row: TargetRow, context: InContext) -> dict[str, Any]:
    rotating = is_rotating(row, context.now)
    return {"target_id": row.target_id, "kind": row.kind, "url": shown_url(row),
            "kinds": kinds_of(row), "include_contact": row.include_contact,
            "templates": json.loads(row.templates or "{}"), "note": row.note,
            "created_at": row.created_at, "disabled_at": row.disabled_at,
            "disabled_reason": row.disabled_reason,
            "rotating_until": row.previous_until if rotating else None,
            "failures": row.failures, "resting_until": row.resting_until}


@router.post("", status_code=201, responses=responses(400, 413, 422))
def make_target(body: NewTarget, context: InContext, _: Admin) -> MadeTarget:
    """Make a target; the secret of a webhook is shown this once."""
    wish = Wish(**body.model_dump(exclude={"kind"}))
    row = create_target(context, body.kind, wish)
    return MadeTarget.model_validate({**_shown(row, context), "secret": row.secret})


@router.get("", responses=responses(422))
def list_targets(context: InContext, _: Admin, limit: Limit = 100, cursor: Cursor = None,
                 ) -> Page[Target]:
    """List targets, switched off ones too."""
    key = key_of(cursor, (str,))
    rows = targets_page(context, None if key is None else str(key[0]), limit + 1)
    return Page(items=[Target.model_validate(_shown(row, context)) for row in rows[:limit]],
                next_cursor=cursor_of(rows[limit - 1].target_id) if len(rows) > limit else None)


@router.get("/{target_id}", responses=responses(404, 422))
def get_one_target(target_id: _TargetId, context: InContext, _: Admin) -> Target:
    """Show a target."""
    return Target.model_validate(_shown(find_target(context, target_id), context))


@router.patch("/{target_id}", responses=responses(400, 404, 413, 422))
def change_one_target(target_id: _TargetId, body: TargetChange, context: InContext, actor: Admin,
                      ) -> Target:
    """Change a target, or switch it off or on."""
    row = change_target(context, actor, target_id, Wish(**body.model_dump()))
    return Target.model_validate(_shown(row, context))


@router.delete("/{target_id}", status_code=204, responses=responses(404, 422))
def switch_off_target(target_id: _TargetId, context: InContext, actor: Admin) -> Response:
    """Switch a target off; what waits for it becomes dead letters."""
    change_target(context, actor, target_id, Wish(disabled=True))
    return Response(status_code=204)


@router.post("/{target_id}/rotate-secret", responses=responses(404, 409, 422))
def rotate_target_secret(target_id: _TargetId, context: InContext, _: Admin) -> NewSecret:
    """Make a webhook's new secret; for 24 hours the old one signs too."""
    row = rotate_secret(context, target_id)
    return NewSecret.model_validate({"secret": row.secret, "rotating_until": row.previous_until})


@router.post("/{target_id}/finish-rotation", status_code=204, responses=responses(404, 422))
def finish_target_rotation(target_id: _TargetId, context: InContext, _: Admin) -> Response:
    """Let the old secret sign no more; fine where there is none."""
    finish_rotation(context, target_id)
    return Response(status_code=204)


@router.post("/{target_id}/test", responses=responses(400, 404, 413, 422))
def send_test_message(target_id: _TargetId, context: InContext, _: Admin,
                      body: TestWish | None = None) -> TestOutcome:
    """Send a `test.ping` now, once, and say what became of it."""
    outcome: Delivered | Failed = send_test(context, target_id, body.rep_id if body else None)
    return TestOutcome(delivered=isinstance(outcome, Delivered), status=outcome.status,
                       cause=outcome.cause if isinstance(outcome, Failed) else None)
