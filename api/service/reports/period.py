"""The period that a report covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.service.errors import Problem, RefusedError

DEFAULT_DAYS = 30
MAX_DAYS = 400
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """Instants from `begin` on, before `end`."""

    begin: datetime
    end: datetime


def period_of(begin: datetime | None, end: datetime | None, now: datetime) -> Period:
    """Return a period; what is not said is now, and 30 days before the end.

    Raises
    ------
    RefusedError
        If it is none, is longer than 400 days, or lies in another age.
    """
    end = now if end is None else end
    if not _EARLIEST < end <= _LATEST:
        raise _refused("to", end, "must lie between the years 2000 and 9000")
    begin = end - timedelta(days=DEFAULT_DAYS) if begin is None else begin
    if begin >= end:
        raise _refused("from", begin, f"must be before to, which is {end.isoformat()}")
    if end - begin > timedelta(days=MAX_DAYS):
        raise _refused("from", begin, f"must be at most {MAX_DAYS} days before to, which is "
                       f"{end.isoformat()}; ask for several periods")
    return Period(begin, end)


def _refused(name: str, found: datetime, rule: str) -> RefusedError:
    return RefusedError(f"the period has no report: {name} {found.isoformat()} {rule}", problems=[
        Problem(pointer=name, code="period", detail=rule, offending=found.isoformat())])
