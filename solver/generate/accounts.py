"""Accounts behind the leads of a window: companies, their families, and whose they are.

Every account is a company of its own name, domain and switchboard; its leads tell of it. Accounts
with several leads have two to six; parents of families are holdings without a lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.generate.draws import Ints, indices, some
from solver.generate.features import Feature, FloorOptions, feature_stream
from solver.generate.firms import Firm, draw_firms, draw_phone
from solver.generate.markets import open_markets
from solver.generate.serving import NOBODY, draw_serving
from solver.matrix.rows import ValueRows
from solver.models import Account, Lead, Window

_SIZES = (2, 3, 4, 5, 6)
_SIZE_WEIGHTS = (0.45, 0.25, 0.15, 0.1, 0.05)
#: Part of the other leads that are the only one of their account.
_ALONE_SHARE = 0.35
#: Parts of the accounts with leads.
_OWNED, _NAMED, _OPEN, _WITH_PARENT = 0.25, 0.05, 0.08, 0.3
#: Families of that many accounts with leads, on average.
_FAMILY_SIZE = 3
#: What leads of one account have in common; the domain is the account's own.
_SHARED = ("country", "region", "postal_code", "timezone", "territory", "industry", "employees",
           "annual_revenue", "languages")


@dataclass(frozen=True, slots=True)
class _Members:
    """Which routed leads are of which account."""

    of_account: list[list[int]]
    """Positions of routed leads, ascending; one list for each account."""

    @property
    def first(self) -> Ints:
        """(A,) the first lead of each account."""
        return np.array([leads[0] for leads in self.of_account], dtype=np.int64)


def with_accounts(window: Window, seed: int, options: FloorOptions) -> Window:
    """Return the window with accounts, whose leads tell of them.

    Parameters
    ----------
    window
        As :func:`solver.generate.generate_window` makes it.
    seed
        Seed of everything.
    options
        Owners, named reps, open opportunities and parents are drawn where it has the feature.
    """
    rng = feature_stream(seed, Feature.ACCOUNTS)
    rows = ValueRows(window)
    routed = rows.leads.leads
    members = _members(rng, len(routed), options.group_share)
    firms = _firms(rng, [routed[at] for at in members.first.tolist()])
    ids = [f"A-{number:05}" for number in range(1, len(firms) + 1)]
    leads = {lead.lead_id: lead for lead in window.leads}
    for account_id, firm, places in zip(ids, firms, members.of_account, strict=True):
        for at in places:
            leads[routed[at].lead_id] = _of_firm(routed[at], routed[places[0]], firm, account_id)
    accounts = [_account(account_id, firm) for account_id, firm in zip(ids, firms, strict=True)]
    accounts = _with_reps(accounts, rows, members, seed, options)
    if options.has(Feature.FAMILIES):
        accounts = _with_parents(accounts, seed, window)
    return window.model_copy(update={
        "leads": tuple(leads[lead.lead_id] for lead in window.leads),
        "accounts": tuple(sorted(accounts, key=lambda account: account.account_id))})


def _members(rng: np.random.Generator, num_leads: int, group_share: float) -> _Members:
    """Draw accounts of several leads until the share is reached, then accounts of one."""
    order = rng.permutation(num_leads).tolist()
    grouped = round(group_share * num_leads)
    sizes = [_SIZES[at] for at in indices(rng, grouped, _SIZE_WEIGHTS).tolist()]
    accounts, begin = [], 0
    for drawn in sizes:
        size = min(drawn, grouped - begin)
        if size < _SIZES[0]:
            break
        accounts.append(sorted(order[begin:begin + size]))
        begin += size
    alone = begin + round(_ALONE_SHARE * (num_leads - begin))
    accounts += [[at] for at in order[begin:alone]]
    return _Members(sorted(accounts))


def _firms(rng: np.random.Generator, leads: Sequence[Lead]) -> list[Firm]:
    """Draw companies whose names and domains differ, where their leads are."""
    drawn = draw_firms(rng, len(leads), open_markets(1))
    return [Firm(name=firm.name, form=firm.form, domain=firm.domain,
                 phone=draw_phone(rng, lead.country or "US"), street=firm.street, city=firm.city,
                 postal_code=lead.postal_code or "", region=lead.region,
                 country=lead.country or "US", industry=lead.industry or "")
            for firm, lead in zip(drawn, leads, strict=True)]


def _of_firm(lead: Lead, first: Lead, firm: Firm, account_id: str) -> Lead:
    """Return a lead as one of its account: the company of the first, its own person and deal."""
    mailbox = (lead.email or "info@").split("@")[0]
    return lead.model_copy(update={
        "account_id": account_id, "company": firm.name, "domain": firm.domain,
        "email": f"{mailbox}@{firm.domain}", **{name: getattr(first, name) for name in _SHARED}})


def _account(account_id: str, firm: Firm) -> Account:
    return Account(account_id=account_id, name=firm.name, domain=firm.domain, phone=firm.phone,
                   street=firm.street, city=firm.city, postal_code=firm.postal_code or None,
                   country=firm.country)


def _with_reps(accounts: list[Account], rows: ValueRows, members: _Members, seed: int,
               options: FloorOptions) -> list[Account]:
    """Give some accounts owners, named reps and owners of open opportunities who could sell."""
    fields = ((Feature.ACCOUNTS, "owner_id", _OWNED), (Feature.NAMED, "named_rep_id", _NAMED),
              (Feature.OPPORTUNITIES, "open_opportunity_owner_id", _OPEN))
    for feature, field, share in fields:
        if not options.has(feature):
            continue
        # A child: accounts themselves are drawn from the stream of the first feature.
        rng = feature_stream(seed, feature).spawn(1)[0]
        chosen = some(rng, len(accounts), share)
        reps = draw_serving(rng, rows, absent_too=True)[members.first]
        accounts = [account.model_copy(update={field: rows.reps.rep_ids[rep]})
                    if has and rep != NOBODY else account
                    for account, has, rep in zip(accounts, chosen.tolist(), reps.tolist(),
                                                 strict=True)]
    return accounts


def _with_parents(accounts: list[Account], seed: int, window: Window) -> list[Account]:
    """Put some accounts under holdings, half of which have an owner."""
    rng = feature_stream(seed, Feature.FAMILIES)
    children = np.flatnonzero(some(rng, len(accounts), _WITH_PARENT)).tolist()
    num_parents = -(-len(children) // _FAMILY_SIZE)
    parents = rng.integers(max(1, num_parents), size=len(children)).tolist()
    owners = rng.integers(len(window.reps), size=num_parents).tolist()
    owned = some(rng, num_parents, 0.5).tolist()
    holdings = [Account(account_id=f"H-{number:05}", name=f"{firm.name} Holding",
                        domain=firm.domain, country=firm.country,
                        owner_id=window.reps[owner].rep_id if has else None)
                for number, (firm, owner, has) in enumerate(zip(
                    draw_firms(rng, num_parents, open_markets(1)), owners, owned, strict=True), 1)]
    under = dict(zip(children, parents, strict=True))
    return [account if at not in under else account.model_copy(
        update={"parent_id": holdings[under[at]].account_id})
        for at, account in enumerate(accounts)] + holdings
