"""The ledger before and after a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from solver.errors import InvalidInputError
from solver.fairness.periods import period_limits
from solver.fairness.posting import post, settle, used_so_far
from solver.fairness.shares import Shares
from solver.matrix.rows import ValueRows
from solver.models import Issue, IssueCode, Ledger, Period, Plan, Window
from solver.models.ledger import Entry
from solver.sales_floor.by_hand import ledger_with_limits
from solver.sales_floor.fair import window_shares
from solver.sales_floor.limits import policy_limits
from solver.sales_floor.open_pairs import OpenPairs


def settled(rows: ValueRows, shares: Shares | None = None) -> Ledger | None:
    """Return the ledger as the window finds it: with what happened since by hand.

    Parameters
    ----------
    rows
        The window.
    shares
        Its :func:`window_shares`, where they are known already.

    Raises
    ------
    InvalidInputError
        If the ledger is not one from before the window, or gives a lead twice.
    """
    ledger = ledger_with_limits(rows.window)
    if ledger is None:
        return None
    with _of_earlier(ledger):
        return settle(ledger, rows.window.at, rows.reps.rep_ids, shares or window_shares(rows),
                      period_limits(rows.window))


def used_in_periods(window: Window) -> dict[str, int]:
    """Return what limits that span more than a window have used so far, by name.

    Errors are those of :func:`settled`.
    """
    ledger = settled(ValueRows(window))
    if ledger is None:
        return {}
    return {one.name: used_so_far(ledger, one.name, one.period, window.at, measure=one.measure)
            for one in period_limits(window)}


def keeps_ledger(window: Window) -> bool:
    """Say whether what a plan gives out matters later: for shares, or limits of longer periods."""
    return window.ledger is not None or window.policy.keeps_ledger


def next_ledger(window: Window, plan: Plan) -> Ledger:
    """Return the ledger after a plan of the window; arguments and errors as :func:`posted`."""
    return posted(window, plan)[0]


def posted(window: Window, plan: Plan) -> tuple[Ledger, list[Entry]]:
    """Return the ledger after a plan of the window, and what the plan gave, as it counts there.

    Parameters
    ----------
    window
        With the ledger as it was before; without one a new ledger begins.
    plan
        A plan of that window.

    Raises
    ------
    InvalidInputError
        If the ledger is not one from before the window, or a lead is given twice.
    """
    rows = ValueRows(window)
    ledger = ledger_with_limits(window) or Ledger(
        at=window.at, currency=window.policy.currency, timezone=window.policy.fairness.timezone)
    given = _given(rows, plan)
    with _of_earlier(ledger):
        return post(ledger, window.at, rows.reps.rep_ids, window_shares(rows), given,
                    period_limits(window)), given


@contextmanager
def _of_earlier(ledger: Ledger) -> Iterator[None]:
    """Say which ledger it is that cannot be posted to."""
    try:
        yield
    except ValueError as error:
        raise InvalidInputError([Issue(
            code=IssueCode.BAD_LEDGER, file="ledger", column="at",
            offending=ledger.at.isoformat(), rule=str(error),
            remedy="Give the ledger from before the window")]) from error


def _given(rows: ValueRows, plan: Plan) -> list[Entry]:
    """Return the plan's assignments with the limits of longer periods that they count for."""
    at_of = {lead.lead_id: at for at, lead in enumerate(rows.leads.leads)}
    owned = sorted((at_of[one.lead_id], rows.reps.index[one.rep_id], one.use)
                   for one in plan.assignments)
    lead, rep, use = np.array(owned, dtype=np.int64).reshape(-1, 3).T
    nothing = np.zeros_like(lead)
    pairs = OpenPairs(np.searchsorted(lead, np.arange(rows.num_leads + 1)), lead.astype(np.int32),
                      rep.astype(np.int32), nothing, use, nothing, nothing, len(lead))
    counted: list[list[str]] = [[] for _ in owned]
    for limit in policy_limits(rows, rows.filtered, pairs, None):
        if limit.period is not Period.WINDOW:
            for pair in limit.pairs.tolist():
                counted[pair].append(limit.name)
    worth = rows.leads.whole_worth()
    return [Entry(at=rows.window.at, lead_id=rows.leads.leads[i].lead_id,
                  rep_id=rows.reps.rep_ids[j], slots=slots, worth=int(worth[i]),
                  limits=tuple(sorted(names)))
            for (i, j, slots), names in zip(owned, counted, strict=True)]
