"""What happens to one lead's data between two forms: one corruption each, as CRMs show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import phonenumbers

from solver.generate.firms import draw_phone
from solver.generate.industries import SOURCES
from solver.generate.names import email, mailbox
from solver.models import Lead

Change = dict[str, Any]
Corruption = Callable[[Lead, np.random.Generator], Change]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FREE = ("gmail.com", "yahoo.com", "outlook.com", "gmx.de", "hotmail.com")
_SHORT = {"Software": "SW", "Systems": "Sys", "Insurance": "Ins", "Logistics": "Log",
          "Manufacturing": "Mfg", "Academy": "Acad", "Hospitals": "Hosp", "Market": "Mkt",
          "Capital": "Cap", "Shipping": "Shpg", "Learning": "Lrn", "Stores": "Sts"}
_FORMS = ("Inc", "LLC", "Ltd", "GmbH", "Corporation", "Co.", "Limited", "AG")


def typo(text: str, rng: np.random.Generator) -> str:
    """Return a text with two letters swapped, or one lost, doubled or mistaken."""
    places = [at for at, sign in enumerate(text) if sign.isalpha()][1:]
    if len(places) < 3:
        return text
    at = places[int(rng.integers(len(places) - 1))]
    other = _LETTERS[int(rng.integers(26))]
    return (text[:at] + text[at + 1] + text[at] + text[at + 2:], text[:at] + text[at + 1:],
            text[:at] + text[at] + text[at:], text[:at] + other + text[at + 1:]
            )[int(rng.integers(4))]


def plain(text: str) -> str:
    """Return a text without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def other_form(name: str, rng: np.random.Generator) -> str:
    """Return a company's name with another legal form, or none."""
    bare = name.partition(",")[0]
    form = _FORMS[int(rng.integers(len(_FORMS)))]
    return bare if rng.random() < 0.5 else f"{bare}, {form}"


def short_word(name: str) -> str:
    """Return a name with its usual words abbreviated."""
    return " ".join(_SHORT.get(word, word) for word in name.split())


def _name_typo(lead: Lead, rng: np.random.Generator) -> Change:
    field = "last_name" if rng.random() < 0.6 else "first_name"
    text = getattr(lead, field)
    return {field: typo(text, rng)} if text else {}


def _company_typo(lead: Lead, rng: np.random.Generator) -> Change:
    return {"company": typo(lead.company, rng)} if lead.company else {}


def _email_typo(lead: Lead, rng: np.random.Generator) -> Change:
    if not lead.email:
        return {}
    name, _, domain = lead.email.partition("@")
    return {"email": f"{typo(name, rng)}@{domain}"}


def _case(lead: Lead, rng: np.random.Generator) -> Change:
    turn = str.upper if rng.random() < 0.5 else str.lower
    return {field: turn(text) for field in ("company", "first_name", "last_name", "email")
            if (text := getattr(lead, field))}


def _legal_form(lead: Lead, rng: np.random.Generator) -> Change:
    return {"company": other_form(lead.company, rng)} if lead.company else {}


def _swapped(lead: Lead, _: np.random.Generator) -> Change:
    return {"first_name": lead.last_name, "last_name": lead.first_name}


def _moved(lead: Lead, rng: np.random.Generator) -> Change:
    """The whole name in one column, or the address in the domain's."""
    if rng.random() < 0.3 and lead.email:
        return {"email": None, "domain": lead.email}
    return {"first_name": None, "last_name": f"{lead.first_name} {lead.last_name}"}


def _free_mail(lead: Lead, rng: np.random.Generator) -> Change:
    first, last = lead.first_name or "", lead.last_name or ""
    domain = _FREE[int(rng.integers(len(_FREE)))]
    addresses = (email(first, last, domain), f"{mailbox(first)[:1]}{mailbox(last)}@{domain}",
                 f"{mailbox(last)}{int(rng.integers(60, 99))}@{domain}")
    return {"email": addresses[int(rng.integers(3))], "domain": None}


def _subdomain(lead: Lead, rng: np.random.Generator) -> Change:
    if not lead.domain:
        return {}
    return {"domain": (f"www.{lead.domain}", f"https://{lead.domain}/contact",
                       f"eu.{lead.domain}")[int(rng.integers(3))]}


def _phone_format(lead: Lead, rng: np.random.Generator) -> Change:
    if not lead.phone:
        return {}
    number = phonenumbers.parse(lead.phone, None)
    styles = phonenumbers.PhoneNumberFormat
    if rng.random() < 0.5 and lead.country:
        return {"phone": phonenumbers.format_number(number, styles.NATIONAL)}
    text = phonenumbers.format_number(number, styles.INTERNATIONAL)
    return {"phone": text if rng.random() < 0.5 else text.replace(" ", ".").replace("+", "00")}


def _other_phone(lead: Lead, rng: np.random.Generator) -> Change:
    return {"phone": None if rng.random() < 0.5 else draw_phone(rng, lead.country or "US")}


def _abbreviated(lead: Lead, rng: np.random.Generator) -> Change:
    if rng.random() < 0.5 and lead.first_name:
        return {"first_name": f"{lead.first_name[0]}."}
    return {"company": short_word(lead.company)} if lead.company else {}


def _accents_lost(lead: Lead, _: np.random.Generator) -> Change:
    return {field: plain(text) for field in ("company", "first_name", "last_name", "city")
            if (text := getattr(lead, field))}


def _blanks(lead: Lead, rng: np.random.Generator) -> Change:
    fields = ("company", "domain", "phone", "street", "postal_code", "country", "title", "email")
    lost = [fields[at] for at in rng.permutation(len(fields))[:2].tolist()]
    # Somebody left a way to be reached.
    return {field: None for field in lost if field != "email" or lead.phone}


def _other_source(lead: Lead, rng: np.random.Generator) -> Change:
    names = [source.name for source in SOURCES if source.name != lead.source]
    return {"source": names[int(rng.integers(len(names)))], "attributes": {}}


#: Name to corruption.
CORRUPTIONS: dict[str, Corruption] = {
    "name typo": _name_typo, "company typo": _company_typo, "e-mail typo": _email_typo,
    "case": _case, "legal form": _legal_form, "swapped names": _swapped, "moved column": _moved,
    "free mail": _free_mail, "subdomain": _subdomain, "phone format": _phone_format,
    "other phone": _other_phone, "abbreviation": _abbreviated, "accents lost": _accents_lost,
    "blanks": _blanks, "other source": _other_source}
