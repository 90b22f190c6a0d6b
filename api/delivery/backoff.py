"""When to try again: the schedule that Standard Webhooks recommends, with jitter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

_STANDARD_SECONDS = (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))


@dataclass(frozen=True)
class Backoff:
    """How long to wait after each failed attempt, and when to give up."""

    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=wait) for wait in _STANDARD_SECONDS)
    """Wait after the first failed attempt, after the second, and so on."""
    jitter: float = 0.1
    """Share by which a wait is lengthened at random, so that messages that failed together do not
    come back together."""
    longest: timedelta = timedelta(days=5)
    """A message is not tried later than this after it was made."""


#: The schedule of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec.
STANDARD = Backoff()


def next_attempt(attempts: int, now: datetime, rng: Random, *, created_at: datetime,
                 backoff: Backoff = STANDARD, not_before: datetime | None = None,
                 ) -> datetime | None:
    """Return when to try again, or None where the message is a dead letter.

    Parameters
    ----------
    attempts
        Attempts that failed, the last one included; 1 or more.
    now
        When the last one failed.
    rng
        Draws the jitter.
    created_at
        When the message was made.
    backoff
        The schedule.
    not_before
        The receiver asked to be left alone until then.

    Raises
    ------
    ValueError
        If no attempt was made.
    """
    if attempts < 1:
        raise ValueError(f"attempts is {attempts}; it must be 1 or more, the failed one included")
    if attempts > len(backoff.waits):
        return None
    wait = backoff.waits[attempts - 1]
    then = now + wait * (1 + backoff.jitter * rng.random())
    if not_before is not None:
        then = max(then, not_before)
    return then if then <= created_at + backoff.longest else None
