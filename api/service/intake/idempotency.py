"""The same request twice is done once: answers kept under the key that the caller sends.

The key and all that the request does are written in one transaction, so that a crash leaves
neither. Requests that are refused leave no answer: mended, they may be sent under the same key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.service.context import Actor, Context
from api.service.errors import ConflictError, Problem, RefusedError
from api.service.intake.retrying import in_one
from api.store.database import Writing
from api.store.idempotency import (
    Kept,
    StillWorkingError,
    find_answer,
    forget,
    keep,
    kept_answer,
    reserve,
)

#: How long the second of two requests under one key waits for the first.
_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Once:
    """A request that its sender may send again."""

    key: str
    request: str
    """Method and path, with what of the query says what is done."""
    sha256: str
    """Of the body."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered."""

    status: int
    body: bytes
    """JSON."""
    replayed: bool = False
    """It was done before, and this is the answer of then."""
    kept: bytes | None = None
    """What is kept of the body, where that is not all of it."""


def once(key: str | None, request: str, body: bytes) -> Once | None:
    """Return what tells a request from others; None where it has no key."""
    return None if key is None else Once(key, request, hashlib.sha256(body).hexdigest())


def done_once(context: Context, actor: Actor, asked: Once | None,
              work: Callable[[Writing, int], Answered]) -> Answered:
    """Do what is asked in one transaction, or return the answer of the first time.

    Parameters
    ----------
    context
        The service.
    actor
        Whose keys these are; others may use the same ones.
    asked
        The request; None: do it in any case.
    work
        Called with the transaction and how often it was tried before.

    Raises
    ------
    RefusedError
        If the key stands for another request.
    ConflictError
        If the first request is still worked on.
    """
    if asked is None:
        return in_one(context, work)
    try:
        return in_one(context, lambda tx, tries: _keyed(context, actor, asked, tx,
                                                        lambda: work(tx, tries)))
    except StillWorkingError:
        raise ConflictError(
            f"the first request with the Idempotency-Key {asked.key[:80]!r} is still worked on; "
            "send it again in a moment", code="idempotency_in_progress") from None


def answered(context: Context, actor: Actor, asked: Once | None) -> Answered | None:
    """Return the answer of the first time where there is one already.

    For work that is prepared at length before it is done once: what was prepared then need not be
    what there is now.

    Raises
    ------
    RefusedError
        If the key stands for another request.
    """
    if asked is None:
        return None
    with context.database.read() as tx:
        before = find_answer(tx, actor.actor_id, asked.key, _expired(context))
    return None if before is None else _answer_again(asked, before)


def _expired(context: Context) -> datetime:
    return context.now - timedelta(hours=context.settings.idempotency_hours)


def _keyed(context: Context, actor: Actor, asked: Once, tx: Writing,
           work: Callable[[], Answered]) -> Answered:
    now = context.now
    row = Kept(asked.request, asked.sha256, 0, b"", now)
    if not reserve(tx, actor.actor_id, asked.key, row, _expired(context), _WAIT_SECONDS):
        return _answer_again(asked, kept_answer(tx, actor.actor_id, asked.key))
    found = work()
    keep(tx, actor.actor_id, asked.key, replace(row, status=found.status,
                                             body=found.body if found.kept is None else found.kept))
    return found


def forget_answers(context: Context) -> int:
    """Forget answers that were kept long enough; return how many."""
    with context.database.write() as tx:
        return forget(tx, _expired(context))


def _answer_again(asked: Once, before: Kept) -> Answered:
    if (asked.request, asked.sha256) != (before.request, before.sha256):
        raise RefusedError(
            f"the Idempotency-Key {asked.key[:80]!r} stands for another request ({before.request} "
            f"at {before.created_at.isoformat()}); send a new key with a new request",
            code="idempotency_mismatch", problems=[Problem(
                pointer="Idempotency-Key", code="idempotency_mismatch",
                detail="must be new for a new request", offending=asked.key[:80])])
    return Answered(before.status, before.body, replayed=True)
