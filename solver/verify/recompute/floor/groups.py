"""Which routed leads belong together: by account, family or domain."""

from __future__ import annotations

from collections import Counter

from solver.models import GroupBy, Lead, Window
from solver.prepare.normalise.company_domain import CompanyDomains
from solver.verify.recompute.families import Families


def group_names(window: Window, routed: tuple[Lead, ...]) -> tuple[str | None, ...]:
    """Return the name of each lead's group; None where no other lead of the window shares it."""
    by = window.policy.groups.by
    families = Families(window.accounts)
    domains = CompanyDomains(window.policy.matching.free_mail)

    def name(lead: Lead) -> str | None:
        if by is GroupBy.DOMAIN:
            return _domain(lead, domains)
        if by is GroupBy.NONE or lead.account_id is None:
            return None
        return families.topmost(lead.account_id) if by is GroupBy.FAMILY else lead.account_id

    names = [name(lead) for lead in routed]
    times = Counter(names)
    return tuple(one if times[one] > 1 else None for one in names)


def _domain(lead: Lead, domains: CompanyDomains) -> str | None:
    """Return the company's domain of a lead: its own, or where that is none, its address's."""
    own = None if lead.domain is None else domains.of(lead.domain)
    if own is None and lead.email is not None:
        return domains.of(lead.email)
    return own
