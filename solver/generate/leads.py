"""Draws of leads: what they are worth, what they need, when they came and who has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from solver.generate.companies import (
    Companies,
    company_columns,
    draw_companies,
    language_column,
    person_columns,
    place_columns,
)
from solver.generate.draws import Columns, Ints, indices, pick, records, some, where
from solver.generate.industries import INDUSTRIES, PRODUCT_LINES, SOURCES
from solver.generate.markets import MEDIAN_EMPLOYEES, Market
from solver.generate.policy import MAX_AGE_HOURS, QUEUE_OWNER
from solver.models import Lead

_MEDIAN_DEAL = 9_000.0
_MIN_DEAL, _MAX_DEAL = 200.0, 5_000_000.0
_MEAN_AGE_HOURS = 30.0
#: Part of the leads without a deal value, and of those without a score.
_BLANK_SHARE = 0.015


def draw_leads(
    rng: np.random.Generator,
    num_leads: int,
    at: datetime,
    markets: tuple[Market, ...],
    rep_ids: Sequence[str],
) -> tuple[Lead, ...]:
    """Draw leads; ids rise with ``created_at``. Owners and excluded reps are of the given ids."""
    companies = draw_companies(rng, num_leads, markets)
    columns: Columns = {"lead_id": lead_ids(num_leads)}
    columns |= describe(rng, companies, blank_share=_BLANK_SHARE)
    columns |= {"created_at": _created(rng, num_leads, at)}
    columns |= {"territory": _territories(rng, companies)}
    columns |= _owner_columns(rng, num_leads, rep_ids)
    return tuple(Lead.model_validate(record) for record in records(columns))


def lead_ids(num_leads: int, prefix: str = "L") -> list[str]:
    """Return the ids ``L-0001``, ``L-0002``, ... all of one width."""
    width = max(4, len(str(num_leads)))
    return [f"{prefix}-{number:0{width}}" for number in range(1, num_leads + 1)]


def describe(rng: np.random.Generator, companies: Companies, blank_share: float) -> Columns:
    """Draw who the leads are, what they need and what they are worth, but not when they came.

    Deal value and score are each blank for that share of the leads.
    """
    columns = company_columns(rng, companies) | place_columns(rng, companies)
    columns |= person_columns(rng, list(columns["domain"])) | language_column(rng, companies)
    columns |= _interest_columns(rng, companies)
    return columns | _worth_columns(rng, companies, blank_share)


def _interest_columns(rng: np.random.Generator, companies: Companies) -> Columns:
    """Draw one product line per lead by industry, and one to three needs from it."""
    num_leads = len(companies.places)
    lines = np.zeros(num_leads, dtype=np.int64)
    for idx, industry in enumerate(INDUSTRIES):
        here = np.flatnonzero(companies.industries == idx)
        lines[here] = indices(rng, here.size, industry.line_weights)
    first = rng.integers(3, size=num_leads)
    known = ~some(rng, num_leads, 0.08)
    second, third = some(rng, num_leads, 0.6), some(rng, num_leads, 0.5)
    needs: list[dict[str, float]] = []
    mains: list[str] = []
    draws = (lines, first, companies.industries, known, second, third)
    for line, main, industry, names_needs, more, own_field in zip(
        *(draw.tolist() for draw in draws), strict=True
    ):
        skills = PRODUCT_LINES[line].skills
        asks = {skills[main]: 1.0}
        asks |= {skills[(main + 1) % 3]: 0.5} if more else {}
        asks |= {INDUSTRIES[industry].skill: 0.4} if own_field else {}
        needs.append(asks if names_needs else {})
        mains.append(skills[main])
    minimums = pick(rng, num_leads, (0.4, 0.5, 0.5, 0.6))
    required = [{skill: minimum} for skill, minimum in zip(mains, minimums, strict=True)]
    return {
        "products": [(PRODUCT_LINES[line].name,) for line in lines.tolist()],
        "needs": needs,
        "required_skills": where(some(rng, num_leads, 0.14), required, {}),
    }


def _worth_columns(rng: np.random.Generator, companies: Companies, blank_share: float) -> Columns:
    """Draw log-normal deals that grow with company size, and scores that follow deal and source."""
    num_leads = len(companies.places)
    sources = indices(rng, num_leads, [source.share for source in SOURCES])
    factors = np.array([industry.deal_factor for industry in INDUSTRIES])[companies.industries]
    noise = np.exp(rng.normal(0.0, 0.55, num_leads))
    deals = _MEDIAN_DEAL * factors * (companies.employees / MEDIAN_EMPLOYEES) ** 0.35 * noise
    deals = np.clip(np.rint(deals), _MIN_DEAL, _MAX_DEAL)
    points = np.array([source.score_points for source in SOURCES])[sources]
    scores = 48 + points + 5 * np.log(deals / _MEDIAN_DEAL) + rng.normal(0.0, 15.0, num_leads)
    return {
        "deal_value": where(~some(rng, num_leads, blank_share), deals.tolist()),
        "score": where(~some(rng, num_leads, blank_share),
                       np.clip(np.rint(scores), 2, 98).tolist()),
        "source": [SOURCES[idx].name for idx in sources.tolist()],
        "attributes": _attributes(rng, sources),
    }


def _attributes(rng: np.random.Generator, sources: Ints) -> list[dict[str, str]]:
    pages = pick(rng, sources.size, ("/pricing", "/demo", "/guide", "/contact"))
    attributes = []
    for source_idx, page in zip(sources.tolist(), pages, strict=True):
        source = SOURCES[source_idx]
        known = {"campaign": source.campaign} if source.campaign else {}
        known |= {"landing_page": page} if source.name in ("Website", "Paid search") else {}
        attributes.append(known)
    return attributes


def _created(rng: np.random.Generator, num_leads: int, at: datetime) -> list[datetime]:
    """Draw instants of the last days, and a few from before the policy's maximum age."""
    hours = np.minimum(rng.exponential(_MEAN_AGE_HOURS, num_leads), MAX_AGE_HOURS - 1)
    old = some(rng, num_leads, 0.015)
    hours[old] = MAX_AGE_HOURS + rng.uniform(24, 600, int(old.sum()))
    seconds = np.sort(np.rint(hours * 3600))[::-1].astype(np.int64)
    start = at.replace(microsecond=0)
    return [start - timedelta(seconds=age) for age in seconds.tolist()]


def _territories(rng: np.random.Generator, companies: Companies) -> list[str | None]:
    """Name the territory of a few leads, as an export with a territory field does."""
    named = some(rng, len(companies.places), 0.03)
    return where(named, [market.name if market else None for market in companies.markets])


def _owner_columns(rng: np.random.Generator, num_leads: int, rep_ids: Sequence[str]) -> Columns:
    """Draw owners (reps, or the queue) and reps whom a lead excludes."""
    owned = some(rng, num_leads, 0.08)
    queued = some(rng, num_leads, 0.08) & ~owned
    owners = where(owned, pick(rng, num_leads, rep_ids))
    excluded = [(rep_id,) for rep_id in pick(rng, num_leads, rep_ids)]
    return {
        "owner_id": [QUEUE_OWNER if waits else owner
                     for waits, owner in zip(queued.tolist(), owners, strict=True)],
        "excluded_rep_ids": where(some(rng, num_leads, 0.03), excluded, ()),
    }
