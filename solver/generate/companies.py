"""Draws of the companies and people behind the leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.generate.draws import Columns, Floats, Ints, indices, pick, some, where
from solver.generate.industries import INDUSTRIES
from solver.generate.markets import ELSEWHERE, MEDIAN_EMPLOYEES, Market, Place
from solver.generate.names import (
    COMPANY_PREFIXES,
    FAMILY_NAMES,
    FIRST_NAMES,
    TITLES,
    email,
    mailbox,
)

#: Part of the leads that come from countries where nobody sells.
_ELSEWHERE_SHARE = 0.02


@dataclass(frozen=True)
class Companies:
    """The companies behind the leads, one of each per lead."""

    markets: list[Market | None]
    """``None``: a country where nobody sells."""
    places: list[Place]
    industries: Ints
    """Index into INDUSTRIES."""
    employees: Floats
    """Whole people, at least 1."""


def draw_companies(
    rng: np.random.Generator, num_leads: int, markets: tuple[Market, ...]
) -> Companies:
    """Draw where each lead's company sits, its industry and its size (log-normal)."""
    shares = [market.share for market in markets]
    shares.append(_ELSEWHERE_SHARE * sum(shares))
    market_idx = indices(rng, num_leads, shares)
    industry_idx = np.zeros(num_leads, dtype=np.int64)
    place_roll = rng.random(num_leads)
    places: list[Place] = [ELSEWHERE[0]] * num_leads
    medians = np.full(num_leads, MEDIAN_EMPLOYEES)
    for idx, market in enumerate((*markets, None)):
        here = np.flatnonzero(market_idx == idx)
        industry_idx[here] = indices(rng, here.size, _industry_weights(market))
        if market is not None:
            medians[here] = market.employees
        options = ELSEWHERE if market is None else market.places
        for lead_idx in here.tolist():
            places[lead_idx] = options[int(place_roll[lead_idx] * len(options))]
    factors = np.array([industry.size_factor for industry in INDUSTRIES])[industry_idx]
    sizes = np.rint(medians * factors * np.exp(rng.normal(0.0, 1.2, num_leads)))
    return Companies(
        markets=[(*markets, None)[idx] for idx in market_idx.tolist()],
        places=places,
        industries=industry_idx,
        employees=np.clip(sizes, 1, 250_000),
    )


def _industry_weights(market: Market | None) -> list[float]:
    only = market.industries if market is not None else ()
    return [0.0 if only and industry.name not in only else industry.share
            for industry in INDUSTRIES]


def company_columns(rng: np.random.Generator, companies: Companies) -> Columns:
    """Draw what the CRM knows about each company; some cells stay blank."""
    num_leads = len(companies.places)
    prefixes = pick(rng, num_leads, COMPANY_PREFIXES)
    words = [INDUSTRIES[idx].company_words for idx in companies.industries.tolist()]
    rolls = rng.random(num_leads).tolist()
    names = [f"{prefix} {options[int(roll * len(options))]}"
             for prefix, options, roll in zip(prefixes, words, rolls, strict=True)]
    ends = pick(rng, num_leads, ("com", "com", "org", "net"))
    revenue = companies.employees * 160_000 * np.exp(rng.normal(0.0, 0.4, num_leads))
    return {
        "company": names,
        "domain": [f"{mailbox(name)}.example.{end}"
                   for name, end in zip(names, ends, strict=True)],
        "industry": [INDUSTRIES[idx].name for idx in companies.industries.tolist()],
        "employees": where(~some(rng, num_leads, 0.05), companies.employees.tolist()),
        "annual_revenue": where(~some(rng, num_leads, 0.35),
                                (np.rint(revenue / 10_000) * 10_000).tolist()),
    }


def place_columns(rng: np.random.Generator, companies: Companies) -> Columns:
    """Draw the address of each company; some regions stay blank, the postal code tells."""
    num_leads = len(companies.places)
    digits = rng.integers(100, 1000, size=num_leads).tolist()
    return {
        "country": [place.country for place in companies.places],
        "region": where(~some(rng, num_leads, 0.06), [place.region for place in companies.places]),
        "postal_code": [_postal(place.postal, digit)
                        for place, digit in zip(companies.places, digits, strict=True)],
        "timezone": [place.timezone for place in companies.places],
    }


def _postal(pattern: str, number: int) -> str:
    for digit in str(number):
        pattern = pattern.replace("#", digit, 1)
    return pattern


def person_columns(rng: np.random.Generator, domains: list[str]) -> Columns:
    """Draw the person at each company."""
    num_leads = len(domains)
    firsts, families = pick(rng, num_leads, FIRST_NAMES), pick(rng, num_leads, FAMILY_NAMES)
    lines = rng.integers(100, 200, size=num_leads).tolist()
    phones = [f"555-0{line}" for line in lines]
    return {
        "title": where(~some(rng, num_leads, 0.08), pick(rng, num_leads, TITLES)),
        "email": [email(*person) for person in zip(firsts, families, domains, strict=True)],
        "phone": where(some(rng, num_leads, 0.6), phones),
    }


def language_column(rng: np.random.Generator, companies: Companies) -> Columns:
    """Draw the languages that leads insist on: mostly those of places without English."""
    num_leads = len(companies.places)
    insists = rng.random(num_leads)
    also_english = (rng.random(num_leads) < 0.4).tolist()
    languages: list[tuple[str, ...]] = []
    for place, roll, both in zip(companies.places, insists.tolist(), also_english, strict=True):
        if place.language != "English" and roll < 0.55:
            languages.append((place.language, "English") if both else (place.language,))
        elif place.country == "US" and roll < 0.06:
            languages.append(("Spanish",))
        else:
            languages.append(())
    return {"languages": languages}
