"""What is known already that arriving leads may have to do with: few of all leads and accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.service.intake.kit import Kit
from api.store.accounts import AccountRow, get_accounts
from api.store.activities import activities_of
from api.store.database import Reading, Writing
from api.store.keyed import (
    Keyed,
    accounts_under,
    children_of,
    leads_under,
    locked_leads_under,
    oldest_under,
)
from api.store.leads import LeadRow, get_leads
from solver.hand_off import OCCUPYING, LeadState
from solver.models import Account, Lead
from solver.prepare.arriving import Around
from solver.prepare.match import lead_account_keys, lead_keys, most_of_key

#: More leads than any kind of key lets be compared.
_MOST = 200
_EMAIL, _PHONE = "email:", "phone:"
#: Leads that a new one may be one with: whoever comes again after an end is a lead anew.
_OPEN = frozenset({LeadState.WAITING, LeadState.KEPT, *OCCUPYING})
_MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class Found:
    """What arriving leads are prepared against, and the rows of the known leads among it."""

    around: Around
    rows: dict[str, LeadRow]
    accounts: dict[str, Account]


#: lead_id to the keys under which the lead is compared with others.
LeadKeys = Mapping[str, Sequence[str]]


def keys_of(leads: Iterable[Lead], kit: Kit) -> dict[str, tuple[str, ...]]:
    """Return the keys under which normalised leads are compared with others."""
    return {lead.lead_id: lead_keys(lead, kit.policy.matching) for lead in leads}


def leads_with(tx: Writing, keys: LeadKeys, *, locked: bool) -> Keyed:
    """Return known leads by the keys that they share with arriving ones.

    Parameters
    ----------
    tx
        The transaction.
    keys
        Of arriving leads.
    locked
        Wait for other intakes of leads with the same e-mail address or phone: two posts of one
        contact under two ids would else not see each other.
    """
    own = {key for of_lead in keys.values() for key in of_lead}
    if not locked:
        return leads_under(tx, own, _MOST)
    contacts = [key for key in own if key.startswith((_EMAIL, _PHONE))]
    return locked_leads_under(tx, contacts, own, _MOST)


def around(tx: Reading, leads: Sequence[Lead], under: Keyed, kit: Kit) -> Found:
    """Return what normalised leads that arrive may have to do with.

    Parameters
    ----------
    tx
        The transaction.
    leads
        Normalised.
    under
        Known leads by the keys that they share with these.
    kit
        The policy.
    """
    ours = {lead.lead_id for lead in leads}
    wanted: set[str] = set()
    crowded: set[str] = set()
    for key, ids in under.items():
        if len(ids) <= most_of_key(key):
            wanted.update(ids)
        elif key.startswith(_PHONE):
            crowded.add(key.removeprefix(_PHONE))
        elif key.startswith(_EMAIL) and (oldest := oldest_under(tx, key, _OPEN)) is not None:
            wanted.add(oldest)
    rows = {lead_id: row for lead_id, row in get_leads(tx, wanted - ours).items()
            if LeadState(row.state) in _OPEN and row.record is not None}
    known = [Lead.model_validate_json(row.record or "") for row in rows.values()]
    accounts = _accounts(tx, leads, known, kit)
    did = activities_of(tx, ours | rows.keys()) if kit.policy.scoring is not None else ()
    return Found(Around(known, tuple(accounts.values()), did, crowded), rows, accounts)


def _accounts(tx: Reading, leads: Sequence[Lead], known: Sequence[Lead], kit: Kit
              ) -> dict[str, Account]:
    named = {lead.account_id for lead in (*leads, *known) if lead.account_id is not None}
    if kit.has_accounts:
        keys = {key for lead in leads for key in lead_account_keys(lead, kit.policy.matching)}
        for key, ids in accounts_under(tx, keys, _MOST).items():
            if len(ids) <= most_of_key(key):
                named.update(ids)
    found = _families(tx, named) if named else {}
    return {account_id: row.stored for account_id, row in sorted(found.items())}


def _families(tx: Reading, account_ids: Collection[str]) -> dict[str, AccountRow]:
    """Return accounts with all that they are parents of, or children of, at any distance."""
    found: dict[str, AccountRow] = {}
    wanted = set(account_ids)
    for _ in range(_MOST_LEVELS):
        got = get_accounts(tx, wanted)
        found |= got
        wanted = {row.parent_id for row in got.values() if row.parent_id is not None}
        wanted |= children_of(tx, got)
        wanted -= found.keys()
        if not wanted:
            break
    return found
