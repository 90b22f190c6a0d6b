"""Who asks: the API key of a request, its scopes, and how often it may ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.http.state import context_of
from api.service.context import Actor, Scope
from api.service.errors import ForbiddenError, TooManyError
from api.service.keys import authenticate

_BEARER = HTTPBearer(auto_error=False, description="An API key of `fairlead keys create`.")


class RateLimit:
    """How many requests each key may make on this server."""

    def __init__(self, limit: str) -> None:
        self._item: RateLimitItem = parse(limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, actor: Actor) -> None:
        """Count one request.

        Raises
        ------
        TooManyError
            If the key has made too many.
        """
        if not self._limiter.hit(self._item, actor.actor_id):
            stats = self._limiter.get_window_stats(self._item, actor.actor_id)
            wait = max(1, round(stats.reset_time - time.time()))
            raise TooManyError(f"the key may make {self._item} on this server; try again in "
                               f"{wait} s", retry_after=wait)


async def let_in(request: Request) -> None:
    """Find out who sends the request, before its body is read: no key, no answer.

    Raises
    ------
    NoKeyError
        If it has no valid key.
    TooManyError
        If its key has made too many requests.
    """
    sent = await _BEARER(request)
    actor = await run_in_threadpool(authenticate, context_of(request),
                                    None if sent is None else sent.credentials)
    request.app.state.rate_limit.check(actor)
    request.state.actor = actor
    request.state.actor_id = actor.actor_id


async def actor_of(request: Request, _: Annotated[object, Depends(_BEARER)]) -> Actor:
    """Return who sends the request."""
    if not hasattr(request.state, "actor"):
        await let_in(request)
    actor: Actor = request.state.actor
    return actor


def needs(scope: Scope) -> Callable[[Actor], Coroutine[Any, Any, Actor]]:
    """Return a dependency: the actor, if its key has the scope."""
    async def check(actor: Annotated[Actor, Depends(actor_of)]) -> Actor:
        if not actor.may(scope):
            raise ForbiddenError(f"the key has the scopes {', '.join(sorted(actor.scopes))}; this "
                                 f"needs {scope.value}")
        return actor
    return check


async def manager(actor: Annotated[Actor, Depends(needs(Scope.OPERATE))]) -> Actor:
    """Return the actor, if it runs the floor: it operates, and is no rep's own key."""
    return _nobodys_own(actor, "runs the floor")


async def figures_reader(actor: Annotated[Actor, Depends(needs(Scope.READ))]) -> Actor:
    """Return the actor, if it reads, and sees the figures of all reps."""
    if not actor.is_manager:
        raise ForbiddenError("this has figures of all reps; it needs a key with the scopes read "
                             "and operate that is no rep's own. Ask for a lead's explanation "
                             "instead", code="not_a_manager")
    return actor


async def admin(actor: Annotated[Actor, Depends(needs(Scope.ADMIN))]) -> Actor:
    """Return the actor, if it is an admin, and no rep's own key."""
    return _nobodys_own(actor, "is for admins")


def _nobodys_own(actor: Actor, what: str) -> Actor:
    if actor.rep_id is not None:
        raise ForbiddenError(f"the key is rep {actor.rep_id!r}'s own, and this {what}; use a key "
                             "without rep_id", code="not_a_manager")
    return actor


Intake = Annotated[Actor, Depends(needs(Scope.INTAKE))]
Reader = Annotated[Actor, Depends(needs(Scope.READ))]
Operator = Annotated[Actor, Depends(needs(Scope.OPERATE))]
#: Runs the floor: a rep's own key, whatever its scopes, does not.
Manager = Annotated[Actor, Depends(manager)]
#: Sees the figures of all reps.
FiguresReader = Annotated[Actor, Depends(figures_reader)]
Admin = Annotated[Actor, Depends(admin)]
