"""API keys: made, listed, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.http.bodies.base import Answer, Body, Moment, RepId
from api.http.problems import responses
from api.http.security import Admin
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.context import Scope
from api.service.errors import Problem, RefusedError
from api.service.keys import create_key, keys, revoke
from api.store.keys import KeyRow

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)


class NewKey(Body):
    """What a key is for."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)]
    expires_at: Moment | None = None
    rep_id: RepId | None = None
    """Of a rep's own key: colleagues' performance figures are not shown to it."""


class Key(Answer):
    """A key, without its secret."""

    key_id: str
    name: str
    scopes: list[Scope]
    rep_id: str | None
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None


class MadeKey(Key):
    """A new key."""

    key: str
    """What its holder sends; shown this once."""


def _shown(row: KeyRow) -> dict[str, object]:
    return {"key_id": row.key_id, "name": row.name, "scopes": row.scopes.split(),
            "rep_id": row.rep_id, "created_at": row.created_at, "expires_at": row.expires_at,
            "revoked_at": row.revoked_at}


@router.post("", status_code=201, responses=responses(400, 413, 422))
def make_key(body: NewKey, context: InContext, _: Admin) -> MadeKey:
    """Make a key; its text is shown this once."""
    if body.expires_at is not None and body.expires_at <= context.now:
        raise RefusedError(f"the key would be over since {body.expires_at.isoformat()}",
                           problems=[Problem(pointer="/expires_at", code="not_in_future",
                                             detail="must lie in the future")])
    row, text = create_key(context, body.name, body.scopes, expires_at=body.expires_at,
                           rep_id=body.rep_id)
    return MadeKey.model_validate({**_shown(row), "key": text})


@router.get("", responses=responses())
def list_all_keys(context: InContext, _: Admin) -> list[Key]:
    """List all keys, revoked ones too."""
    return [Key.model_validate(_shown(row)) for row in keys(context)]


@router.delete("/{key_id}", status_code=204, responses=responses(404, 422))
def revoke_one_key(key_id: str, context: InContext, _: Admin) -> Response:
    """Make a key void at once."""
    revoke(context, key_id)
    return Response(status_code=204)
