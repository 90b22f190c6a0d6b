"""Leads of a window as filters see them: with account, age, territory and worth."""

from __future__ import annotations

from collections.abc import Sequence

from solver.filters import LeadContext, LeadTable
from solver.matrix.territories import TerritoryFinder
from solver.matrix.worths import lead_worths
from solver.models import Lead, Window


def lead_table(leads: Sequence[Lead], age_hours: Sequence[float], window: Window) -> LeadTable:
    """Return leads as a table whose columns are read when a filter names them.

    Parameters
    ----------
    leads
        Leads with a deal value and a score.
    age_hours
        (L,) hours since each came in.
    window
        Instant, accounts and policy.
    """
    def territory() -> list[str | None]:
        finder = TerritoryFinder(window.policy)
        return [finder.find(lead) for lead in leads]

    return LeadTable(leads, LeadContext(
        at=window.at, accounts=lambda: {account.account_id: account for account in window.accounts},
        territory=territory, worth=lambda: lead_worths(leads, age_hours, window.policy)))
