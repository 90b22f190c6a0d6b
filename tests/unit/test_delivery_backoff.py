"""When a message is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from api.delivery.backoff import STANDARD, Backoff, next_attempt

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _rng(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - jitter is no secret


def test_the_standard_schedule_is_kept() -> None:
    """5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, each up to a tenth longer; then no more."""
    rng = _rng(7)
    waits = []
    for attempts in range(1, 10):
        then = next_attempt(attempts, NOW, rng, created_at=NOW)
        assert then is not None
        waits.append((then - NOW).total_seconds())
    planned = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert all(plan <= wait <= 1.1 * plan for wait, plan in zip(waits, planned, strict=True))
    assert waits != planned
    assert next_attempt(10, NOW, rng, created_at=NOW) is None


def test_a_message_that_is_too_old_is_not_tried_again() -> None:
    """Whatever the schedule says."""
    made = NOW - STANDARD.longest
    assert next_attempt(1, NOW, _rng(1), created_at=made) is None
    assert next_attempt(1, NOW, _rng(1), created_at=made + timedelta(minutes=1)) is not None


def test_the_receiver_may_ask_for_more_rest_not_for_less() -> None:
    """Retry-After moves an attempt back; it never brings it forward."""
    late, early = NOW + timedelta(hours=3), NOW + timedelta(seconds=1)
    assert next_attempt(1, NOW, _rng(1), created_at=NOW, not_before=late) == late
    assert next_attempt(1, NOW, _rng(1), created_at=NOW, not_before=early) \
        == next_attempt(1, NOW, _rng(1), created_at=NOW)


def test_the_schedule_is_data() -> None:
    """Settings can shorten it."""
    short = Backoff(waits=(timedelta(seconds=1),), jitter=0)
    assert next_attempt(1, NOW, _rng(1), created_at=NOW, backoff=short) \
        == NOW + timedelta(seconds=1)
    assert next_attempt(2, NOW, _rng(1), created_at=NOW, backoff=short) is None


def test_there_is_no_schedule_before_the_first_attempt() -> None:
    """Zero attempts is a fault of the caller."""
    with pytest.raises(ValueError, match="attempts is 0"):
        next_attempt(0, NOW, _rng(1), created_at=NOW)
