"""For which limits of longer periods counts what people gave out since the ledger was written."""

from __future__ import annotations

from collections.abc import Iterator

from solver.fairness.posting import with_limits
from solver.models import Each, Lead, Ledger, Limit, Period, Rep, Window
from solver.models.ledger import Entry
from solver.verify.recompute.filters.asked import Asked
from solver.verify.recompute.triage import asked_of


def ledger_with_limits(window: Window) -> Ledger | None:
    """Return the window's ledger, whose entries name the limits that filters find for them.

    Leads that are not in the window, or lack what values need, count for limits that look at no
    lead; what entries name themselves stays.
    """
    if window.ledger is None or not window.ledger.entries:
        return window.ledger
    known = [lead for lead in window.leads
             if None not in (lead.created_at, lead.deal_value, lead.score)]
    return with_limits(window.ledger, _Counted(window, known).names_of)


class _Counted:
    """Asks the limits of longer periods about single entries."""

    def __init__(self, window: Window, known: list[Lead]) -> None:
        self._asked: Asked = asked_of(window, known)
        self._leads = {lead.lead_id: lead for lead in known}
        self._reps = {rep.rep_id: rep_idx for rep_idx, rep in enumerate(window.reps)}
        self._window = window
        self._limits = [one for one in window.policy.limits if one.period is not Period.WINDOW]

    def names_of(self, entry: Entry) -> Iterator[str]:
        """Yield the limits that an entry counts for, by the names under which they count."""
        if (rep_idx := self._reps.get(entry.rep_id)) is None:
            return
        rep = self._window.reps[rep_idx]
        for limit in self._limits:
            name = _name(limit, rep)
            if name is not None and self._counts(limit, self._leads.get(entry.lead_id), rep_idx):
                yield name

    def _counts(self, limit: Limit, lead: Lead | None, rep_idx: int) -> bool:
        looks = self._asked.looks_at_leads(limit.reps)
        if lead is None:
            return limit.leads is None and not looks and bool(
                self._asked.reps(limit.reps)[rep_idx])
        reps = self._asked.pairs(limit.reps, lead) if looks else self._asked.reps(limit.reps)
        return self._asked.lead(limit.leads, lead) and bool(reps[rep_idx])


def _name(limit: Limit, rep: Rep) -> str | None:
    if limit.each is None:
        return limit.name
    part = rep.rep_id if limit.each is Each.REP else rep.team
    return f"{limit.name}:{part}" if part else None
