"""Invented companies that all differ, as a CRM's accounts do: name, domain, address, switchboard.

The names of generated leads come from a short list, so that many leads share one; matching needs
companies that can be told apart. One name in eight is made of the words of
:mod:`solver.generate.names`, so that words are shared; the others of syllables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.generate.companies import company_columns, draw_companies, place_columns
from solver.generate.draws import pick
from solver.generate.markets import Market
from solver.generate.names import COMPANY_PREFIXES, mailbox

_SYLLABLES = tuple(f"{onset}{vowel}{coda}" for onset in "bdfgklmnprstvz" for vowel in "aeiou"
                   for coda in ("", "n", "r", "x"))
_WORDS_IN = 8
_FORMS = {"US": ("Inc.", "LLC", "Corp."), "GB": ("Ltd", "PLC"), "IE": ("Ltd",),
          "DE": ("GmbH", "AG", "GmbH & Co. KG"), "AT": ("GmbH",), "CH": ("AG",), "FR": ("SAS",),
          "BE": ("SA",), "NL": ("B.V.",), "SE": ("AB",), "NO": ("AS",), "DK": ("A/S",),
          "CA": ("Inc.",), "AU": ("Pty Ltd",), "NZ": ("Ltd",), "IN": ("Pvt. Ltd.",),
          "BR": ("Ltda.",), "JP": ("K.K.",), "ZA": ("(Pty) Ltd",)}
_STREETS = ("Mill", "Station", "Church", "Garden", "Harbour", "Market", "Park", "King", "Bridge",
            "Orchard", "Quarry", "Forge")
_STREET_KINDS = ("Street", "Road", "Avenue", "Lane", "Square")
_CITIES = ("Aldermoor", "Brackwater", "Cornvale", "Dunmere", "Eastholm", "Fenwick Bay", "Graystead",
           "Hollowford")
#: Area codes and their like; six more digits make a number of the country.
_PHONES = {"US": ("+1415", "+1212", "+1312", "+1617", "+1206", "+1713", "+1305", "+1404"),
           "CA": ("+1416", "+1604"), "GB": ("+442079", "+441315"), "IE": ("+35316",),
           "DE": ("+4930", "+4989"), "AT": ("+431",), "CH": ("+41442",), "FR": ("+33142",),
           "BE": ("+3225",), "NL": ("+31205",), "SE": ("+4685",), "NO": ("+4722",),
           "DK": ("+4533",), "AU": ("+6129",), "NZ": ("+6493",), "IN": ("+9180",),
           "BR": ("+551130",), "JP": ("+8133",), "ZA": ("+27113",)}
_PHONE_LENGTHS = {"US": 12, "CA": 12, "GB": 13, "IE": 12, "DE": 12, "AT": 11, "CH": 12, "FR": 12,
                  "BE": 11, "NL": 12, "SE": 11, "NO": 11, "DK": 11, "AU": 12, "NZ": 11, "IN": 13,
                  "BR": 13, "JP": 12, "ZA": 12}


@dataclass(frozen=True, slots=True)
class Firm:
    """A company: what a lead or an account of it says."""

    name: str
    """Without legal form."""
    form: str
    domain: str
    phone: str
    """E.164."""
    street: str
    city: str
    postal_code: str
    region: str | None
    country: str
    industry: str


def draw_firms(rng: np.random.Generator, num_firms: int, markets: tuple[Market, ...]
               ) -> list[Firm]:
    """Draw companies whose names and domains differ."""
    companies = draw_companies(rng, num_firms, markets)
    places, drawn = place_columns(rng, companies), company_columns(rng, companies)
    words = [name.split()[-1] for name in drawn["company"]]
    names = _names(rng, words)
    ends = pick(rng, num_firms, ("com", "com", "org", "net"))
    kinds = [pick(rng, num_firms, options) for options in (_STREETS, _STREET_KINDS, _CITIES)]
    digits = rng.integers(1, 1000, size=(num_firms, 2)).tolist()
    return [Firm(
        name=names[i], form=_one(_FORMS.get(country, ("Ltd",)), digits[i][0]),
        domain=f"{mailbox(names[i])}.example.{ends[i]}",
        phone=draw_phone(rng, country), street=f"{digits[i][1]} {kinds[0][i]} {kinds[1][i]}",
        city=kinds[2][i], postal_code=places["postal_code"][i], region=places["region"][i],
        country=country, industry=drawn["industry"][i])
        for i, country in enumerate(places["country"])]


def draw_phone(rng: np.random.Generator, country: str) -> str:
    """Draw a number of the country, in E.164."""
    starts = _PHONES.get(country, _PHONES["US"])
    start = starts[int(rng.integers(len(starts)))]
    missing = _PHONE_LENGTHS.get(country, 12) - len(start)
    first = int(rng.integers(2, 10))
    return f"{start}{first}{int(rng.integers(10 ** (missing - 1))):0{missing - 1}}"


def _names(rng: np.random.Generator, words: list[str]) -> list[str]:
    """Draw names until all differ, each ending with its word."""
    taken: set[str] = set()
    names: list[str] = []
    for word in words:
        name = f"{_begin(rng)} {word}"
        while mailbox(name) in taken:
            name = f"{_begin(rng)} {word}"
        taken.add(mailbox(name))
        names.append(name)
    return names


def _begin(rng: np.random.Generator) -> str:
    draws = rng.integers(1 << 30, size=5).tolist()
    if draws[0] % _WORDS_IN:
        return "".join(_one(_SYLLABLES, draw) for draw in draws[2:]).capitalize()
    return " ".join(_one(COMPANY_PREFIXES, draw) for draw in draws[2:4])


def _one(options: tuple[str, ...], draw: int) -> str:
    return options[draw % len(options)]
