"""The ledger as a window finds it: balances and counters with what happened since by hand.

The bookkeeping is that of :mod:`solver.fairness.posting`, which defines what a ledger says; which
limits an entry counts for is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.errors import InvalidInputError
from solver.fairness.periods import period_limits
from solver.fairness.posting import settle, with_limits
from solver.fairness.shares import Shares, shares
from solver.models import Each, Issue, IssueCode, Limit, Period, UnknownHours, Window
from solver.models.ledger import Entry
from solver.verify.recompute.reps import RepColumns
from solver.verify.recompute.triage import asked_of


def window_shares(window: Window, reps: RepColumns) -> Shares:
    """Return the share of each rep: of those who can be given a lead now, and what is due."""
    present = reps.active & ~reps.away & ~reps.unknown_hours
    rule = window.policy.response.unknown_hours
    clock = rule is UnknownHours.WORKS or (
        rule is UnknownHours.AUTO and not any(rep.working_hours for rep in window.reps))
    return shares(window.reps, [bool(here) for here in present], window.policy.fairness, window.at,
                  around_the_clock=clock)


def with_settled_ledger(window: Window, reps: RepColumns) -> Window:
    """Return the window with the ledger as it finds it: what was given by hand since counts.

    Raises
    ------
    InvalidInputError
        If the ledger is not one from before the window.
    """
    if window.ledger is None:
        return window
    named = with_limits(window.ledger, _Counter(window, reps).names)
    try:
        ledger = settle(named, window.at, reps.ids, window_shares(window, reps),
                        period_limits(window))
    except ValueError as error:
        raise InvalidInputError([Issue(
            code=IssueCode.BAD_LEDGER, file="ledger", offending=window.ledger.at.isoformat(),
            rule=str(error), remedy="Give the ledger from before the window")]) from error
    return window.model_copy(update={"ledger": ledger})


class _Counter:
    """Tells which limits of longer periods a lead counts for that was given, or came back."""

    def __init__(self, window: Window, reps: RepColumns) -> None:
        self._window, self._reps = window, reps
        self._leads = {lead.lead_id: lead for lead in window.leads
                       if None not in (lead.created_at, lead.deal_value, lead.score)}
        self._asked = asked_of(window, tuple(self._leads.values()))

    def names(self, entry: Entry) -> Iterator[str]:
        """Yield the names of the limits; of a lead that is not known, those that look at none."""
        rep_idx = self._reps.idx.get(entry.rep_id)
        if rep_idx is None:
            return
        for limit in self._window.policy.limits:
            if limit.period is not Period.WINDOW and self._counts(limit, entry, rep_idx):
                rep = self._window.reps[rep_idx]
                if limit.each is None:
                    yield limit.name
                elif (name := rep.rep_id if limit.each is Each.REP else rep.team) is not None:
                    yield f"{limit.name}:{name}"

    def _counts(self, limit: Limit, entry: Entry, rep_idx: int) -> bool:
        alone = not self._asked.looks_at_leads(limit.reps)
        lead = self._leads.get(entry.lead_id)
        if lead is None:
            return (limit.leads is None and alone
                    and bool(self._asked.reps(limit.reps)[rep_idx]))
        named = self._asked.reps(limit.reps) if alone else self._asked.pairs(limit.reps, lead)
        return self._asked.lead(limit.leads, lead) and bool(named[rep_idx])
