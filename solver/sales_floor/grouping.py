"""Which leads of a window belong together: by account, family or domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solver.matrix.families import topmost
from solver.matrix.rows import ValueRows
from solver.models import Account, GroupBy, Lead
from solver.prepare.normalise.company_domain import CompanyDomains

#: Lead that stands alone.
ALONE = -1


def group_names(rows: ValueRows) -> tuple[str | None, ...]:
    """Return (L,) the name of each routed lead's group; None where it stands alone.

    A name is the account_id, the topmost ancestor's account_id, or the domain; leads whose group
    has no other lead of the window stand alone.
    """
    by = rows.policy.groups.by
    accounts = {account.account_id: account for account in rows.window.accounts}
    domains = CompanyDomains(rows.policy.matching.free_mail)
    names = [_name(lead, by, accounts, domains) for lead in rows.leads.leads]
    members = Counter(names)
    return tuple(name if name is not None and members[name] > 1 else None for name in names)


def group_codes(names: tuple[str | None, ...]) -> NDArray[np.int64]:
    """Return (L,) numbers of the groups in the order of their first lead, ``ALONE`` for others."""
    codes: dict[str, int] = {}
    return np.array([ALONE if name is None else codes.setdefault(name, len(codes))
                     for name in names], dtype=np.int64)


def _name(lead: Lead, by: GroupBy, accounts: Mapping[str, Account], domains: CompanyDomains
          ) -> str | None:
    match by:
        case GroupBy.ACCOUNT:
            return lead.account_id
        case GroupBy.FAMILY:
            return None if lead.account_id is None else topmost(lead.account_id, accounts)
        case GroupBy.DOMAIN:
            found = (domains.of(text) for text in (lead.domain, lead.email) if text)
            return next((domain for domain in found if domain is not None), None)
        case GroupBy.NONE:
            return None
