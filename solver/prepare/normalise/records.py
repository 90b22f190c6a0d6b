"""Whole records: each field of leads, reps, accounts and the policy's territories, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from solver.models import Account, Change, Lead, Policy, Rep, Territory
from solver.names import name_key
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.company import normalise_company
from solver.prepare.normalise.conditions import (
    Places,
    normalise_scoring,
    normalised_places,
    place_changes,
)
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.country_doubts import (
    CountryDoubt,
    Place,
    doubt_country,
    may_be_state,
)
from solver.prepare.normalise.domain import normalise_domain
from solver.prepare.normalise.email import normalise_email
from solver.prepare.normalise.industry import Industries
from solver.prepare.normalise.language import normalise_language
from solver.prepare.normalise.phone import PhoneCell, normalise_phone
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.postal import normalise_postal
from solver.prepare.normalise.region import country_of_region, normalise_region
from solver.prepare.normalise.title import read_title
from solver.prepare.normalise.zone import zone_of
from solver.prepare.normalise.zone_rules import one_clock

_Record = TypeVar("_Record", Lead, Rep, Account)
#: Texts that hold no answer where a value stands, such as ``Select``.
#: Between languages in one item.
_LANGUAGE_MARKS = re.compile(r"\s*[,/|&]\s*")
_PERSON = ("first_name", "last_name")
#: People bear these names.
_SURNAMES = frozenset({"na", "null", "none", "blank", "void"})
_PLAIN = ("first_name", "last_name", "street", "city", "source", "territory", "industry", "title")
#: Names of people, places and sources come again and again.
_is_placeholder = lru_cache(maxsize=1 << 14)(is_placeholder)


class Normalised(NamedTuple):
    """What became of one record."""

    update: dict[str, Any]
    """Fields with their new values."""
    changes: list[Change]
    """In the order in which they were made."""
    unknown: list[tuple[str, str]]
    """(field, text) of what nobody knows."""
    doubts: list[CountryDoubt]
    """A country that the rest of the address contradicts: at most one."""


class _Draft:
    """One record while its fields are normalised, in order."""

    __slots__ = ("record_id", "result", "values")

    def __init__(self, record_id: str, record: Lead | Rep | Account) -> None:
        self.record_id, self.result = record_id, Normalised({}, [], [], [])
        self.values = vars(record).copy()
        """Every field as it is by now."""

    def put(self, name: str, cell: Cell) -> None:
        """Take a cell over."""
        before = self.values[name]
        if not cell.known and before is not None:
            self.result.unknown.append((name, before))
        if cell.value != before:
            self.fill(name, cell.value, cell.rule or "blanks")

    def fill(self, name: str, after: str | None, rule: str) -> None:
        """Set a field, and note the change if it is one."""
        before = self.values[name]
        if after != before:
            self.values[name] = self.result.update[name] = after
            self.result.changes.append(Change(self.record_id, name, before, after, rule))

    def put_each(self, name: str, normalise: Callable[[str], Cell], marks: re.Pattern[str]
                 ) -> None:
        """Normalise the items of a list, those that marks part too; the same stands once."""
        before: tuple[str, ...] = self.values[name]
        if not before:
            return
        items = [part for item in before for part in marks.split(item) if part]
        cells = [normalise(item) for item in items]
        self.result.unknown.extend((name, item) for item, cell in zip(items, cells, strict=True)
                                   if not cell.known)
        kept = {name_key(cell.value): cell.value for cell in reversed(cells) if cell.value}
        after = tuple(reversed(kept.values()))
        if after != before:
            rules = sorted({cell.rule for cell in cells if cell.rule})
            self.values[name] = self.result.update[name] = after
            self.result.changes.append(Change(
                self.record_id, name, ";".join(before), ";".join(after) or None,
                ", ".join(rules) or "same name twice"))


class LeadNormaliser:
    """Normalises leads under one policy; what one text becomes is worked out once.

    Parameters
    ----------
    policy
        Its own names of industries, and mail domains that say nothing of a company.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        policy = policy or Policy()
        self._sector = lru_cache(maxsize=1 << 14)(Industries(policy.industries).sector)
        self._free_mail = frozenset(map(str.casefold, policy.matching.free_mail))

    def normalise(self, lead: Lead) -> Normalised:
        """Return what changes in a lead, why, and what nobody knows."""
        draft = _Draft(lead.lead_id, lead)
        values = draft.values
        for name in _PLAIN:
            text = values[name]
            if text is not None and _is_placeholder(text) and not (
                    name in _PERSON and text.casefold() in _SURNAMES):
                draft.fill(name, None, "placeholder")
        _read_country(draft)
        phone = _read_place(draft, lead)
        self._contact(draft)
        self._company(draft)
        draft.put_each("languages", normalise_language, _LANGUAGE_MARKS)
        if values["timezone"] is None:
            _find_zone(draft, phone)
        return draft.result

    def _contact(self, draft: _Draft) -> None:
        if (text := draft.values["domain"]) is not None:
            draft.put("domain", normalise_domain(text))
        if (text := draft.values["email"]) is not None:
            email = normalise_email(text)
            draft.put("email", email)
            domain = email.domain
            if (draft.values["domain"] is None and domain is not None and not email.is_free
                    and domain not in self._free_mail):
                draft.fill("domain", domain, "domain of the e-mail address")

    def _company(self, draft: _Draft) -> None:
        values = draft.values
        if (text := values["company"]) is not None:
            draft.put("company", normalise_company(text))
        if (text := values["industry"]) is not None and values["sector"] is None:
            sector = self._sector(text)
            if sector.known:
                draft.fill("sector", sector.value, sector.rule or "industry name")
            else:
                draft.result.unknown.append(("industry", text))
        if (text := values["title"]) is not None:
            title = read_title(text)
            for name, read in (("function", title.function), ("seniority", title.seniority)):
                if read is not None and values[name] is None:
                    draft.fill(name, read, title.rule)
            if title.function is None and title.seniority is None:
                draft.result.unknown.append(("title", text))


def _read_country(draft: _Draft) -> None:
    """Normalise the country; where there is none, the region may tell it."""
    if (text := draft.values["country"]) is not None:
        draft.put("country", normalise_country(text))
    region = draft.values["region"]
    if (draft.values["country"] is None and region is not None
            and (found := country_of_region(region)) is not None):
        draft.fill("country", found, "country of the region")


def _read_place(draft: _Draft, lead: Lead) -> PhoneCell | None:
    """Normalise phone, region and postal code by the country, if nothing contradicts it.

    A phone number may tell the country where there is none; it is returned.
    """
    values, country = draft.values, draft.values["country"]
    if lead.country is not None and (doubt := _doubt(values, lead.country)) is not None:
        draft.result.doubts.append(doubt)
        if doubt.region is None:
            draft.result.unknown.append(("country", doubt.country))
            country = None  # what depends on it is read without it
        else:
            draft.fill("country", doubt.other, "region in the country column")
            draft.fill("region", values["region"] or doubt.region, "region in the country column")
            country = doubt.other
    phone = None
    if (text := values["phone"]) is not None:
        phone = normalise_phone(text, country)
        draft.put("phone", phone)
        if values["country"] is None and phone.country is not None:
            draft.fill("country", phone.country, "country of the phone number")
            country = phone.country
    if (text := values["region"]) is not None:
        draft.put("region", normalise_region(text, country))
    if (text := values["postal_code"]) is not None:
        draft.put("postal_code", normalise_postal(text, country))
    return phone


def _doubt(values: dict[str, Any], cell: str) -> CountryDoubt | None:
    """Look at all of the address where a part of it does not go with the country."""
    country, region, postal = values["country"], values["region"], values["postal_code"]
    phone = None if values["phone"] is None else normalise_phone(values["phone"], country).country
    if country is None or not (
            (phone is not None and phone != country)
            or (region is not None and not normalise_region(region, country).known)
            or (postal is not None and not normalise_postal(postal, country).known)
            or may_be_state(country, values["city"])):
        return None
    domain = values["domain"] or (values["email"] or "").rpartition("@")[2]
    return doubt_country(Place(cell, country, region, postal, values["city"], values["phone"],
                               phone, domain or None))


def _find_zone(draft: _Draft, phone: PhoneCell | None) -> None:
    """Fill in the time zone: the address's, else the phone's; what contradicts itself has none."""
    values, doubts = draft.values, draft.result.doubts
    zone = zone_of(values["country"], values["region"])
    if doubts and doubts[0].region is None and not _one_clock(
            zone, zone_of(doubts[0].other, values["region"])):
        return
    if zone is not None:
        draft.fill("timezone", zone, "zone of the address")
    elif phone is not None and phone.timezone is not None:
        draft.fill("timezone", phone.timezone, "zone of the phone number")


def _one_clock(zone: str | None, other: str | None) -> bool:
    return zone is not None and other is not None and one_clock((zone, other)) is not None


def normalise_rep(rep: Rep) -> Normalised:
    """Return what changes in a rep: languages, as those of leads."""
    draft = _Draft(rep.rep_id, rep)
    draft.put_each("languages", normalise_language, _LANGUAGE_MARKS)
    return draft.result


def normalise_account(account: Account) -> Normalised:
    """Return what changes in an account: address, phone, domain and name."""
    draft = _Draft(account.account_id, account)
    if account.country is not None:
        draft.put("country", normalise_country(account.country))
    country = draft.values["country"]
    for name, normalise in _ACCOUNT_FIELDS:
        if (text := getattr(account, name)) is not None:
            draft.put(name, normalise(text, country))
    return draft.result


_ACCOUNT_FIELDS: tuple[tuple[str, Callable[[str, str | None], Cell]], ...] = (
    ("postal_code", normalise_postal), ("phone", normalise_phone),
    ("domain", lambda text, _: normalise_domain(text)),
    ("name", lambda text, _: normalise_company(text)))


def normalise_policy(policy: Policy) -> tuple[Policy, list[Change]]:
    """Return the policy with its places as leads name them, and the changes.

    These are the places of territories, and of conditions of the scoring. A name that is not
    known, or would be another for one of several countries, stays.
    """
    rules: list[Territory] = []
    changes: list[Change] = []
    for rule in policy.territories:
        before = Places(rule.countries, rule.regions)
        after = normalised_places(before)
        changes += place_changes(rule.name, before, after)
        rules.append(rule.model_copy(update=after._asdict()))
    update: dict[str, object] = {"territories": tuple(rules)}
    if policy.scoring is not None:
        update["scoring"], scored = normalise_scoring(policy.scoring)
        changes += scored
    return policy.model_copy(update=update), changes


def apply(record: _Record, normalised: Normalised) -> _Record:
    """Return the record with its new values."""
    return record.model_copy(update=normalised.update) if normalised.update else record
