"""Draws of reps: where they sell, what they know, when they work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

import numpy as np

from solver.generate.draws import Columns, Floats, Ints, allocate, indices, some, where
from solver.generate.industries import INDUSTRIES, PRODUCT_LINES
from solver.generate.markets import Market
from solver.generate.names import FAMILY_NAMES, FIRST_NAMES, email
from solver.names import OVERLAY

_HOURS = (
    ("Mon-Fri 09:00-17:00",),
    ("Mon-Fri 09:00-18:00",),
    ("Mon-Fri 08:00-16:30",),
    ("Mon-Thu 08:00-17:30", "Fri 08:00-14:00"),
)
_HOURS_WEIGHTS = (0.45, 0.25, 0.2, 0.1)
#: Part of the reps who sell everywhere at the overlay fit.
_OVERLAY_SHARE = 0.08
#: Chance, twice per rep, to sell in one more market if it is of the rep's area.
_SECOND_MARKET_CHANCE = 0.65
#: Ends of the deal bands of the reps who have one.
_SMALL_DEALS, _LARGE_DEALS = 25_000.0, 10_000.0


def rep_ids(num_reps: int) -> list[str]:
    """Return the ids ``r-01``, ``r-02``, ... all of one width."""
    width = max(2, len(str(num_reps)))
    return [f"r-{number:0{width}}" for number in range(1, num_reps + 1)]


def draw_reps(
    rng: np.random.Generator, num_reps: int, at: datetime, markets: tuple[Market, ...]
) -> Columns:
    """Draw the fields of reps but for capacity and load."""
    market_idx = _market_of_each(rng, num_reps, markets)
    homes = [markets[idx] for idx in market_idx.tolist()]
    seniority = rng.random(num_reps)
    columns = _person_columns(rng, rep_ids(num_reps), homes)
    columns |= {"territories": _territories(rng, market_idx, markets)}
    columns |= {"skills": _skills(rng, seniority), "languages": _languages(rng, homes)}
    columns |= _calendar_columns(rng, at, homes)
    columns |= _deal_band_columns(rng, homes)
    performance = np.clip(0.8 + 0.4 * seniority + rng.normal(0.0, 0.08, num_reps), 0.5, 1.5)
    columns |= {
        "performance": np.round(performance, 2).tolist(),
        "weight": where(~some(rng, num_reps, 0.1), [1.0] * num_reps, 0.5),
        "active": (~some(rng, num_reps, 0.04)).tolist(),
    }
    return columns


def _market_of_each(
    rng: np.random.Generator, num_reps: int, markets: tuple[Market, ...]
) -> Ints:
    """Give each market a rep and the rest by share, in a random order."""
    spread = 1 + allocate(num_reps - len(markets), [market.share for market in markets])
    return rng.permutation(np.repeat(np.arange(len(markets)), spread))


def _person_columns(
    rng: np.random.Generator, ids: Sequence[str], homes: Sequence[Market]
) -> Columns:
    pairs = rng.permutation(len(FIRST_NAMES) * len(FAMILY_NAMES)).tolist()
    people = [(FIRST_NAMES[pair % len(FIRST_NAMES)], FAMILY_NAMES[pair // len(FIRST_NAMES)])
              for pair, _ in zip(cycle(pairs), ids, strict=False)]
    return {
        "rep_id": ids,
        "name": [f"{first} {family}" for first, family in people],
        "email": [email(first, family, "example.com") for first, family in people],
        "team": [home.name for home in homes],
        "manager_id": [f"m-{home.office.lower().replace(' ', '-')}" for home in homes],
        "attributes": [{"office": home.office} for home in homes],
    }


def _territories(
    rng: np.random.Generator, market_idx: Ints, markets: tuple[Market, ...]
) -> list[tuple[str, ...]]:
    """Name each rep's own market and now and then more of its area; overlay reps have ``*``.

    The first rep of each market is never an overlay, so that every market is served.
    """
    shares = [market.share for market in markets]
    others = np.stack([indices(rng, market_idx.size, shares) for _ in range(2)], axis=1)
    adds = rng.random(others.shape) < _SECOND_MARKET_CHANCE
    first_of_market = np.unique(market_idx, return_index=True)[1]
    candidates = np.setdiff1d(np.arange(market_idx.size), first_of_market)
    num_overlay = round(_OVERLAY_SHARE * market_idx.size)
    overlay = set(rng.permutation(candidates)[:num_overlay].tolist())
    territories: list[tuple[str, ...]] = []
    for idx, home in enumerate(market_idx.tolist()):
        more = [markets[other] for other in others[idx][adds[idx]].tolist()]
        names = [market.name for market in (markets[home], *more)
                 if market.area == markets[home].area]
        territories.append((OVERLAY,) if idx in overlay else tuple(dict.fromkeys(names)))
    return territories


def _skills(rng: np.random.Generator, seniority: Floats) -> list[dict[str, float]]:
    """Draw specialists: one strong product line, one weaker one, two industries."""
    num_reps = seniority.size
    lines = indices(rng, num_reps, (0.22, 0.18, 0.24, 0.21, 0.15))
    others = (lines + rng.integers(1, len(PRODUCT_LINES), num_reps)) % len(PRODUCT_LINES)
    fields = np.stack([indices(rng, num_reps, [industry.share for industry in INDUSTRIES])
                       for _ in range(2)], axis=1)
    base = np.stack([0.5 + 0.35 * seniority, 0.25 + 0.3 * seniority, 0.4 + 0.4 * seniority], axis=1)
    noise = rng.normal(0.0, 0.1, (num_reps, 8))
    levels = np.round(np.clip(base[:, [0, 0, 0, 1, 1, 1, 2, 2]] + noise, 0.05, 1.0), 2)
    skills = []
    for line, other, industries, row in zip(lines.tolist(), others.tolist(), fields.tolist(),
                                            levels.tolist(), strict=True):
        names = (*PRODUCT_LINES[line].skills, *PRODUCT_LINES[other].skills,
                 *(INDUSTRIES[idx].skill for idx in industries))
        skills.append(dict(zip(names, row, strict=True)))
    return skills


def _languages(rng: np.random.Generator, homes: Sequence[Market]) -> list[tuple[str, ...]]:
    spanish = (rng.random(len(homes)) < 0.15).tolist()
    return [(*home.languages, "Spanish") if speaks and home.area == "AMER" else home.languages
            for home, speaks in zip(homes, spanish, strict=True)]


def _calendar_columns(
    rng: np.random.Generator, at: datetime, homes: Sequence[Market]
) -> Columns:
    num_reps = len(homes)
    hours = [_HOURS[idx] for idx in indices(rng, num_reps, _HOURS_WEIGHTS).tolist()]
    rolls = rng.random(num_reps).tolist()
    kinds = indices(rng, num_reps, (0.5, 0.25, 0.25)).tolist()
    absences = [_absence(kind, at) for kind in kinds]
    return {
        "timezone": [home.timezone for home in homes],
        "working_hours": hours,
        "time_off": where(some(rng, num_reps, 0.1), absences, ()),
        "holidays": [(home.holidays[int(roll * len(home.holidays))],)
                     for home, roll in zip(homes, rolls, strict=True)],
    }


def _absence(kind: int, at: datetime) -> tuple[str, ...]:
    """Return a week off, a day off or three hours at the dentist."""
    today = at.date()
    if kind == 0:
        return (f"{today - timedelta(days=2)}/{today + timedelta(days=6)}",)
    if kind == 1:
        return (f"{today}/{today}",)
    start = at.replace(minute=0, second=0, microsecond=0)
    ends = (instant.strftime("%Y-%m-%dT%H:%M:%SZ")
            for instant in (start - timedelta(hours=1), start + timedelta(hours=2)))
    return ("/".join(ends),)


def _deal_band_columns(rng: np.random.Generator, homes: Sequence[Market]) -> Columns:
    """Keep some reps to small deals, and some of those who sell to large companies to large."""
    banded = rng.random(len(homes)) < 0.25
    enterprise = np.array([home.is_enterprise for home in homes])
    return {"min_deal": where(banded & enterprise, [_LARGE_DEALS] * len(homes)),
            "max_deal": where(banded & ~enterprise, [_SMALL_DEALS] * len(homes))}
