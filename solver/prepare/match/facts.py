"""What matching compares: the facts of leads and accounts, column by column, each value once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import polars as pl

from solver.models import Account, Lead
from solver.names import postal_key
from solver.prepare.normalise.company import company_key
from solver.prepare.normalise.company_domain import CompanyDomains
from solver.prepare.normalise.domain import brand
from solver.prepare.normalise.phone import normalise_phone
from solver.prepare.normalise.plain_text import words

_T = TypeVar("_T")
_Texts = list[str | None]
#: The facts of one record by column; what is not in it is blank.
Facts = Mapping[str, str | None]
#: The facts of records, column by column, all of :data:`COLUMNS`.
FactColumns = dict[str, _Texts]
_E164 = re.compile(r"\+[1-9][0-9]{6,14}(?=;|$)")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_NAME_PARTS = re.compile(r"[._\-]+")
#: Mailboxes of an office rather than of a person.
_ROLES = frozenset((
    "accounts", "admin", "billing", "contact", "contacto", "enquiries", "hello", "help", "hr",
    "info", "inquiries", "jobs", "kontakt", "mail", "marketing", "office", "reception", "sales",
    "service", "support", "team", "ventas", "vertrieb", "webmaster"))
#: How the ends of street names are written, to one spelling.
_STREETS = {"street": "st", "strasse": "str", "avenue": "ave", "road": "rd", "boulevard": "blvd",
            "drive": "dr", "lane": "ln", "suite": "ste", "square": "sq", "place": "pl",
            "court": "ct", "highway": "hwy", "parkway": "pkwy"}
#: All columns of facts; what a kind of record does not have is blank.
COLUMNS = ("email", "own_email", "mailbox", "web", "mail", "brand", "name", "squeezed", "phone",
           "first", "last", "country", "postal", "city", "street")


class Identity(NamedTuple):
    """What two leads of one person have in common exactly."""

    email: str | None
    """The address, unless it is an office's."""
    phone: str | None
    """The number."""
    person: str | None
    """Both names; None unless both are known."""


def lead_facts(leads: Sequence[Lead], free_mail: Collection[str] = ()) -> pl.DataFrame:
    """Return what can be compared of leads.

    Parameters
    ----------
    leads
        Raw or normalised; phones that are not E.164 are read with the lead's country.
    free_mail
        Further domains that say nothing of a company.

    Returns
    -------
    DataFrame
        A row per lead, in order; texts or null. ``own_email`` is null for an office's mailbox such
        as ``info@``. ``web`` and ``mail`` are the registrable domains
        of site and address (null: of a mail provider), ``brand`` their name without suffix and
        signs, ``name`` the company's key and ``squeezed`` the same without blanks.
    """
    return frame_of(lead_columns(leads, free_mail))


def lead_columns(leads: Sequence[Lead], free_mail: Collection[str] = ()) -> FactColumns:
    """Return what can be compared of leads without a frame, which costs more than few leads do."""
    return _all_columns(_of_leads(leads, free_mail))


def frame_of(columns: FactColumns) -> pl.DataFrame:
    """Return facts as a frame."""
    return pl.DataFrame(columns, schema=dict.fromkeys(COLUMNS, pl.String))


def rows_of(columns: FactColumns) -> list[Facts]:
    """Return the facts of each record."""
    return [dict(zip(COLUMNS, row, strict=True))
            for row in zip(*(columns[name] for name in COLUMNS), strict=True)]


def facts_of_lead(lead: Lead, free_mail: Collection[str] = ()) -> Facts:
    """Return the facts of one lead; see :func:`lead_facts`."""
    return {name: values[0] for name, values in _of_leads([lead], free_mail).items()}


def _of_leads(leads: Sequence[Lead], free_mail: Collection[str]) -> dict[str, _Texts]:
    free = CompanyDomains(free_mail)
    emails = [_address(lead.email, lead.domain) for lead in leads]
    mailboxes = [email and email.rpartition("@")[0] for email in emails]
    people = [_person(lead, mailbox) for lead, mailbox in zip(leads, mailboxes, strict=True)]
    mail = _each(lambda email: free.of(email.rpartition("@")[2]), emails)
    web = _each(free.of, [lead.domain for lead in leads])
    return {
        "email": emails, "own_email": [None if box in _ROLES else email for email, box
                                       in zip(emails, mailboxes, strict=True)],
        "mailbox": mailboxes, "web": web, "mail": mail,
        "brand": _brands(site or address for site, address in zip(web, mail, strict=True)),
        "first": [first for first, _ in people], "last": [last for _, last in people],
        **_names([lead.company for lead in leads]), **_places(leads)}


def identity_of(lead: Lead) -> Identity:
    """Return what a normalised lead has in common with others of its person."""
    email = _address(lead.email, lead.domain)
    mailbox = email and email.rpartition("@")[0]
    number = lead.phone.partition(";")[0] if lead.phone else ""
    phone = number if _E164.fullmatch(number) else None
    first, last = _person(lead, mailbox) if phone else (None, None)
    return Identity(email if email and mailbox not in _ROLES else None, phone,
                    " ".join(sorted((first, last))) if first and last else None)


def account_facts(accounts: Sequence[Account], free_mail: Collection[str] = ()) -> pl.DataFrame:
    """Return what can be compared of accounts; see :func:`lead_facts`."""
    return frame_of(account_columns(accounts, free_mail))


def account_columns(accounts: Sequence[Account], free_mail: Collection[str] = ()) -> FactColumns:
    """Return what can be compared of accounts without a frame; see :func:`lead_columns`."""
    return _all_columns(_of_accounts(accounts, free_mail))


def facts_of_account(account: Account, free_mail: Collection[str] = ()) -> Facts:
    """Return the facts of one account; see :func:`lead_facts`."""
    return {name: values[0] for name, values in _of_accounts([account], free_mail).items()}


def _of_accounts(accounts: Sequence[Account], free_mail: Collection[str]) -> dict[str, _Texts]:
    web = _each(CompanyDomains(free_mail).of, [account.domain for account in accounts])
    return {"web": web, "brand": _brands(web),
            **_names([account.name for account in accounts]), **_places(accounts)}


def company_of(leads: Sequence[Lead], free_mail: Collection[str] = ()) -> _Texts:
    """Return ``domain:acme.com``, else ``company:acme``, else None, for each lead."""
    facts = lead_facts(leads, free_mail).select(domain=pl.coalesce("web", "mail"), name="name")
    return [f"domain:{domain}" if domain else f"company:{name}" if name else None
            for domain, name in facts.iter_rows()]


def _address(email: str | None, domain: str | None) -> str | None:
    """Return the address in small letters; also one that stands in the domain's column."""
    for text in (email, domain):
        if text and "@" in text[1:-1]:
            return text.strip().lower()
    return None


def _person(lead: Lead, mailbox: str | None) -> tuple[str | None, str | None]:
    """Return first and last name, folded; from the mailbox where the lead has neither."""
    first, last = _plain(lead.first_name), _plain(lead.last_name)
    if first and last:
        return first, last
    if whole := first or last:
        head, _, tail = whole.rpartition(" ")
        return head or None, tail
    parts = [part for part in _NAME_PARTS.split(mailbox or "") if _NO_LETTERS.sub("", part)]
    parts = [_NO_LETTERS.sub("", part) for part in parts]
    if len(parts) < 2 or _ROLES.intersection(parts):
        return None, None
    return " ".join(parts[:-1]), parts[-1]


def _plain(text: str | None) -> str | None:
    return " ".join(words(text)) or None if text else None


def _brands(domains: Iterable[str | None]) -> _Texts:
    return _each(lambda domain: _squeeze(brand(domain) or ""), list(domains))


def _squeeze(text: str) -> str:
    return "".join(words(text))


def _names(companies: _Texts) -> dict[str, _Texts]:
    keys = _each(company_key, companies)
    return {"name": keys, "squeezed": _each(lambda key: key.replace(" ", ""), keys)}


def _places(records: Sequence[Lead | Account]) -> dict[str, _Texts]:
    countries = _each(str.upper, [record.country for record in records])
    numbers = _each(_phone, [record.phone and (record.phone, country) for record, country
                             in zip(records, countries, strict=True)])
    return {"country": countries, "phone": numbers,
            "postal": _each(postal_key, [record.postal_code for record in records]),
            "city": _each(_squeeze, [record.city for record in records]),
            "street": _each(_street, [record.street for record in records])}


def _phone(number_and_country: tuple[str, str | None]) -> str | None:
    """Return a number that can be dialled from anywhere, without extension, else None."""
    number, country = number_and_country
    if not _E164.match(number):
        number = normalise_phone(number, country).value or ""
    number = number.partition(";")[0]
    return number if _E164.fullmatch(number) else None


def _street(text: str) -> str:
    return " ".join(_STREETS.get(word, word) for word in words(text))


def _each(read: Callable[[Any], str | None], values: Sequence[_T | None]) -> _Texts:
    """Read each distinct value once; what is empty is None."""
    known = {value: read(value) or None for value in dict.fromkeys(values) if value}
    return [known[value] if value else None for value in values]


def _all_columns(columns: dict[str, _Texts]) -> FactColumns:
    height = len(columns["name"])
    return {name: columns.get(name) or [None] * height for name in COLUMNS}
