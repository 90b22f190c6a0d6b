"""Limits that span more than a window, by the names under which a ledger counts for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from solver.errors import InvalidInputError
from solver.fairness.posting import PeriodLimit
from solver.models.issue import Issue, IssueCode
from solver.models.limit import Each, Limit, Period
from solver.models.window import Window


def period_limits(window: Window) -> tuple[PeriodLimit, ...]:
    """Return the limits of longer periods, one for each rep or team that one can name.

    Raises
    ------
    InvalidInputError
        If two of them have one name: then a ledger could not tell them apart.
    """
    found = tuple(PeriodLimit(name, limit.period, limit.measure)
                  for limit in window.policy.limits if limit.period is not Period.WINDOW
                  for name in limit_names(limit, window))
    check_names_once(limit.name for limit in found)
    return found


def check_names_once(names: Iterable[str]) -> None:
    """Refuse limits of one name: with ``each``, ``NAME:rep_id`` may be that of another limit.

    Raises
    ------
    InvalidInputError
        Naming each name that stands for more than one limit.
    """
    issues = [Issue(code=IssueCode.BAD_POLICY, file="policy", column="limits", offending=name,
                    rule=f"{times} limits have this name, with the rep_id or the team that each "
                         "adds to it", remedy="Give one of them another name")
              for name, times in Counter(names).items() if times > 1]
    if issues:
        raise InvalidInputError(issues)


def limit_names(limit: Limit, window: Window) -> Iterator[str]:
    """Return the names under which a ledger counts for a limit: its own, or one for each."""
    if limit.each is None:
        yield limit.name
    elif limit.each is Each.REP:
        yield from (f"{limit.name}:{rep.rep_id}" for rep in window.reps)
    else:
        yield from (f"{limit.name}:{team}" for team in sorted({rep.team for rep in window.reps
                                                               if rep.team}))
