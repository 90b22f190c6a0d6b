"""Contacts: the leads of one account in the order in which to call them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from solver.models import Lead
from solver.prepare.match.facts import company_of
from solver.prepare.normalise.title import SENIORITY_RANK, read_title

_LATEST = datetime.max.replace(tzinfo=UTC)
#: Functions that run the firm or hold its purse, before those that only use what is bought.
DECIDING = ("general_management", "procurement", "finance", "operations", "it")


def contact_order(leads: Sequence[Lead], functions: Sequence[str] = DECIDING,
                  free_mail: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return the leads of each account by their power to decide, whom to call first.

    Parameters
    ----------
    leads
        With their accounts, in any order. Leads without one are grouped by their company's
        domain, else by its name; those without any of these stand nowhere.
    functions
        Functions whose people decide, the most relevant first; all others after them.
    free_mail
        Further mail domains that say nothing of a company.

    Returns
    -------
    dict
        ``account:ID``, ``domain:acme.com`` or ``company:acme`` to lead_ids: by seniority, function,
        score (the highest first), the oldest, lead_id. Sorted by key.
    """
    grouped: dict[str, list[Lead]] = defaultdict(list)
    for lead, company in zip(leads, company_of(leads, free_mail), strict=True):
        key = f"account:{lead.account_id}" if lead.account_id is not None else company
        if key is not None:
            grouped[key].append(lead)
    places = {name: place for place, name in enumerate(functions)}
    return {key: tuple(lead.lead_id for lead in sorted(
        grouped[key], key=lambda lead: _power(lead, places))) for key in sorted(grouped)}


def _power(lead: Lead, places: dict[str, int]) -> tuple[float | datetime | str, ...]:
    """Return the key to sort by; the smallest decides."""
    seniority, function = lead.seniority, lead.function
    if lead.title and (seniority is None or function is None):
        title = read_title(lead.title)
        seniority, function = seniority or title.seniority, function or title.function
    rank = SENIORITY_RANK.get(seniority or "", SENIORITY_RANK["staff"])
    return (rank, places.get(function or "", len(places)),
            -lead.score if lead.score is not None else 1.0, lead.created_at or _LATEST,
            lead.lead_id)
