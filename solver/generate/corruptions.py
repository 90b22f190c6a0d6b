"""Leads and accounts with labels: which leads are one person, which account stands behind each.

Duplicates are made by one to four corruptions each (:mod:`solver.generate.misspellings`). Beside
them stand pairs that look alike and are not one: colleagues at one switchboard, namesakes at a
company of a like name in another country, accounts with such names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from solver.generate.draws import pick, some
from solver.generate.firms import Firm, draw_firms, draw_phone
from solver.generate.markets import MARKETS
from solver.generate.misspellings import CORRUPTIONS, other_form, plain, short_word, typo
from solver.generate.names import FAMILY_NAMES, FIRST_NAMES, TITLES, email, mailbox
from solver.models import Account, Lead

_ADDED_WORDS = ("Group", "Partners", "Holding", "", "", "")

#: Part of the leads who give the office's address, as their colleagues then do.
_OFFICE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Shares:
    """What is made of leads, as parts of their number."""

    copies: float = 0.25
    """Leads that come again, corrupted; one in five of them twice."""
    colleagues: float = 0.15
    """Leads of whose company another person comes, half of them by the same phone."""
    namesakes: float = 0.05
    """Leads whose name another person has, at a company of a like name in another country."""


@dataclass(frozen=True, slots=True)
class LabelledLeads:
    """Leads with what is true of them."""

    leads: tuple[Lead, ...]
    """In random order."""
    people: dict[str, str]
    """lead_id to a name of the person: duplicates share it."""
    firms: dict[str, Firm]
    """lead_id to the company, as it truly is."""

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs of lead_ids that are one, the smaller first."""
        by_person: dict[str, list[str]] = {}
        for lead_id, person in self.people.items():
            by_person.setdefault(person, []).append(lead_id)
        return frozenset((one, other) for ids in by_person.values() for one in ids
                         for other in ids if one < other)


@dataclass(frozen=True, slots=True)
class LabelledAccounts:
    """Accounts, and which of them stands behind each lead."""

    accounts: tuple[Account, ...]
    """In random order."""
    behind: dict[str, str]
    """lead_id to account_id; leads whose company has no account are not in it."""


def corrupt(leads: Sequence[Lead], rng: np.random.Generator, shares: Shares = Shares(),
            firms: Sequence[Firm] | None = None) -> LabelledLeads:
    """Make leads tell companies and people apart, then add duplicates and look-alikes.

    Parameters
    ----------
    leads
        Generated ones; each becomes the first lead of a person at a company of its own.
    rng
        Draws everything.
    shares
        How many of what is added.
    firms
        Companies of the leads, one each; drawn where not given.
    """
    firms = draw_firms(rng, len(leads), MARKETS) if firms is None else firms
    originals = [_introduce(lead, firm, rng) for lead, firm in zip(leads, firms, strict=True)]
    made = [(lead, lead.lead_id, firm) for lead, firm in zip(originals, firms, strict=True)]
    for place in np.flatnonzero(some(rng, len(leads), shares.copies)).tolist():
        for again in range(2 if rng.random() < 0.2 else 1):
            copy = _corrupted(originals[place], again, rng)
            made.append((copy, originals[place].lead_id, firms[place]))
    for place in np.flatnonzero(some(rng, len(leads), shares.colleagues)).tolist():
        colleague = _colleague(originals[place], firms[place], rng)
        made.append((colleague, colleague.lead_id, firms[place]))
    for place in np.flatnonzero(some(rng, len(leads), shares.namesakes)).tolist():
        double = _look_alike(firms[place], rng)
        namesake = _namesake(originals[place], double, rng)
        made.append((namesake, namesake.lead_id, double))
    order = [made[place] for place in rng.permutation(len(made)).tolist()]
    return LabelledLeads(tuple(lead for lead, _, _ in order),
                         {lead.lead_id: person for lead, person, _ in order},
                         {lead.lead_id: firm for lead, _, firm in order})


def accounts_behind(labelled: LabelledLeads, rng: np.random.Generator, others: Sequence[Firm] = (),
                    known: float = 0.8) -> LabelledAccounts:
    """Make the accounts of a CRM that has most of the leads' companies.

    Parameters
    ----------
    labelled
        Leads and their companies.
    rng
        Draws which companies are known and how they are written.
    others
        Companies that no lead is of.
    known
        Part of the leads' companies that have an account; beside one in ten of all stands an
        account of a like name in another country.
    """
    firms = list(dict.fromkeys(labelled.firms[lead_id] for lead_id in sorted(labelled.firms)))
    is_known = some(rng, len(firms), known).tolist()
    rows = [(firm, has) for firm, has in zip(firms, is_known, strict=True) if has]
    doubles = np.flatnonzero(some(rng, len(firms), 0.1)).tolist()
    rows += [(_look_alike(firms[place], rng, _ADDED_WORDS), False) for place in doubles]
    rows += [(firm, False) for firm in others]
    ids = rng.permutation(len(rows)).tolist()
    accounts = [_account(f"A-{number:06}", firm, rng)
                for number, (firm, _) in zip(ids, rows, strict=True)]
    of_firm = {firm: account.account_id for account, (firm, is_leads)
               in zip(accounts, rows, strict=True) if is_leads}
    return LabelledAccounts(
        tuple(sorted(accounts, key=lambda account: account.account_id)),
        {lead_id: of_firm[firm] for lead_id, firm in labelled.firms.items() if firm in of_firm})


def _introduce(lead: Lead, firm: Firm, rng: np.random.Generator) -> Lead:
    """Give a lead a person and a company."""
    person = _person(firm, rng)
    if rng.random() < _OFFICE_SHARE:
        person["email"] = f"info@{firm.domain}"
    return lead.model_copy(update=person | _place(firm, rng))


def _person(firm: Firm, rng: np.random.Generator) -> dict[str, Any]:
    first, last = (pick(rng, 1, names)[0] for names in (FIRST_NAMES, FAMILY_NAMES))
    return {"first_name": first, "last_name": last, "email": email(first, last, firm.domain),
            "phone": firm.phone if rng.random() < 0.3 else draw_phone(rng, firm.country)
            if rng.random() < 0.7 else None}


def _place(firm: Firm, rng: np.random.Generator) -> dict[str, Any]:
    return {"company": f"{firm.name}, {firm.form}" if rng.random() < 0.6 else firm.name,
            "domain": firm.domain if rng.random() < 0.7 else None, "country": firm.country,
            "region": firm.region, "postal_code": firm.postal_code, "city": firm.city,
            "street": firm.street if rng.random() < 0.4 else None, "industry": firm.industry,
            "timezone": None, "territory": None, "owner_id": None}


def _corrupted(lead: Lead, again: int, rng: np.random.Generator) -> Lead:
    """Return a lead that came again, a while later, with one to four corruptions."""
    names = list(CORRUPTIONS)
    for place in rng.permutation(len(names))[:1 + int(rng.integers(4))].tolist():
        lead = lead.model_copy(update=CORRUPTIONS[names[place]](lead, rng))
    later = timedelta(minutes=int(rng.integers(1, 40_000)))
    return lead.model_copy(update={
        "lead_id": f"{lead.lead_id}-{'bc'[again]}",
        "created_at": lead.created_at + later if lead.created_at else None})


def _colleague(lead: Lead, firm: Firm, rng: np.random.Generator) -> Lead:
    """Return another person of the company, a first or a last name in common now and then."""
    while True:
        person = _person(firm, rng)
        if rng.random() < 0.1:
            person["last_name"] = lead.last_name
            person["email"] = email(person["first_name"], lead.last_name or "", firm.domain)
        if (lead.email or "").startswith("info@"):
            person["email"] = lead.email
        if person["first_name"] != lead.first_name:
            break
    phone = lead.phone if rng.random() < 0.5 else person["phone"]
    return lead.model_copy(update=person | {"lead_id": f"{lead.lead_id}-m", "phone": phone,
                                            "title": pick(rng, 1, TITLES)[0]})


def _namesake(lead: Lead, firm: Firm, rng: np.random.Generator) -> Lead:
    """Return another person of the same name at another company."""
    name = {"first_name": lead.first_name, "last_name": lead.last_name,
            "email": email(lead.first_name or "", lead.last_name or "", firm.domain)}
    return lead.model_copy(update=_person(firm, rng) | _place(firm, rng) | name
                           | {"lead_id": f"{lead.lead_id}-n"})


def _look_alike(firm: Firm, rng: np.random.Generator, more: Sequence[str] = ()) -> Firm:
    """Return another company, in another country, of nearly the same name.

    One of `more` is added, an empty one leaves the same name; without `more`, the last word is
    another one.
    """
    while True:
        (other,) = draw_firms(rng, 1, MARKETS)
        if other.country != firm.country:
            break
    begin, _, last = firm.name.rpartition(" ")
    word = other.name.rpartition(" ")[2]
    name = f"{firm.name} {pick(rng, 1, more)[0]}".strip() if more else \
        f"{begin} {word if word != last else 'Studio'}"
    site = mailbox(name if name != firm.name else f"{begin} {other.country}")
    return replace(other, name=name, domain=f"{site}.example.org")


def _account(account_id: str, firm: Firm, rng: np.random.Generator) -> Account:
    """Return the account of a company, its name written in one of many ways."""
    ways = (f"{firm.name}, {firm.form}", firm.name, plain(firm.name).upper(),
            other_form(firm.name, rng), short_word(firm.name), f"The {firm.name}",
            typo(firm.name, rng))
    name = ways[int(rng.choice(len(ways), p=(0.4, 0.2, 0.1, 0.15, 0.05, 0.05, 0.05)))]
    rolls = (rng.random(6) < (0.7, 0.5, 0.7, 0.8, 0.95, 0.1)).tolist()
    values = (firm.domain, firm.phone, firm.street, firm.postal_code, firm.country)
    domain, phone, street, postal_code, country = (
        value if known else None for value, known in zip(values, rolls, strict=False))
    return Account(account_id=account_id, name=name, domain=domain, phone=phone, street=street,
                   city=firm.city, postal_code=postal_code, country=country, customer=rolls[5])
