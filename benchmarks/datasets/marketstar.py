"""MarketStar's SDR team as canonical windows: its backlog, and its busiest day.

Observed, as the export says it:

* leads: id, day of creation, title, industry, employees (mid-points of bins), time zone, source
  and owner (as of the export, not of the window);
* reps: the five sales development reps; the leads that each had in work at the export; how many
  leads each owns by the day they were created.

Derived, from what was known before the window's day (``marketstar_history`` says how):

* ``score``: chance of an accepted opportunity within 180 days, by source, size and industry;
* ``deal_value``: median accepted amount by size, USD;
* ``needs``: source, size and industry group, each with weight 1; a blank one is no need;
* skill levels: half of how fast the rep converts such leads relative to the team, so that 0.5 is
  the team's average; ``performance`` 2 undoes the half, so that an average rep's value is the
  lead's expected revenue;
* ``daily_cap`` in the backlog: the 90th percentile of the leads a rep took a day.

Stated, because nothing in the data says it: days begin and reps work Monday to Friday 08:00-17:00
in Denver's time (MarketStar sits in Utah; every opportunity was created from Monday to Friday) but
for US public holidays; a rep's ``capacity`` is what is in work plus a day's intake; every rep sells
in all four time zones, as each did; a territory is a time zone and weighs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import polars as pl

from benchmarks.datasets.canonical import through_files
from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.marketstar_history import (
    DIMENSIONS,
    LeadRates,
    RepRatios,
    history,
    learn_lead_rates,
    learn_rep_ratios,
)
from benchmarks.datasets.marketstar_raw import MarketStar, read_marketstar
from solver.models import Lead, Policy, Rep, RouteWhen, Window
from solver.models.policy import Match
from solver.names import OVERLAY

PART = "crm-marketstar"
#: MarketStar's seat; not in the data.
ZONE = "America/Denver"
TERRITORIES = {"America/Los_Angeles": "Pacific", "America/Denver": "Mountain",
               "America/Chicago": "Central", "America/New_York": "Eastern"}
_OPENS, _HOURS = time(8), "Mon-Fri 08:00-17:00"
_IN_WORK = ("Working", "Gatekeeper", "Decision Maker")
_NEED = {"source": "source", "size": "size", "industry_group": "industry"}
_FULL_DAY = 0.9
#: Neither changes an owner while all leads share it; the chance is a round guess.
_PRIOR_CHANCE = 0.01


class Knowledge(StrEnum):
    """What the busiest day's values rest on."""

    PRIOR = "prior"
    """What was known that morning: the plan's quota, and no conversion at all."""
    HINDSIGHT = "hindsight"
    """The whole year: lead rates of all leads, rep ratios of the other days' leads. After the
    fact: nobody could have had it."""


def backlog_window(folder: Path | None = None) -> Window:
    """Return the leads that nobody owns, at the first working moment after the last of them.

    Parameters
    ----------
    folder
        Folder of the export; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    export = read_marketstar(folder or data_folder(PART))
    waiting = export.leads.filter((pl.col("stage") == "New") & pl.col("owner_id").is_null()
                                  & pl.col("created").is_not_null())
    at = _first_working_moment(_last_day(waiting))
    past = history(export, _local_day(at))
    caps = _full_days(past)
    in_work = _count(export.leads.filter(pl.col("stage").is_in(_IN_WORK)))
    slots = {rep_id: {"capacity": in_work.get(rep_id, 0) + caps[rep_id],
                      "open_leads": in_work.get(rep_id, 0), "daily_cap": caps[rep_id]}
             for rep_id in export.rep_ids}
    reps = _reps(export, learn_rep_ratios(past, export.rep_ids), slots)
    return _window(at, _leads(waiting, learn_lead_rates(past)), reps, RouteWhen.UNOWNED)


def busiest_day_window(knowledge: Knowledge = Knowledge.PRIOR,
                       folder: Path | None = None) -> Window:
    """Return the leads of the day with the most, at the first working moment after it.

    Each rep's capacity is the number of that day's leads the rep owns in the export, so that a plan
    can be set beside the owners as they are.

    Parameters
    ----------
    knowledge
        What scores, deal values and skill levels rest on.
    folder
        Folder of the export; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    export = read_marketstar(folder or data_folder(PART))
    day = _busiest(export.leads)
    leads = export.leads.filter(pl.col("created") == day)
    rates, ratios = _prior(export) if knowledge is Knowledge.PRIOR else _hindsight(export, day)
    taken = _count(leads)
    slots = {rep_id: {"capacity": taken.get(rep_id, 0)} for rep_id in export.rep_ids}
    return _window(_first_working_moment(day), _leads(leads, rates),
                   _reps(export, ratios, slots), RouteWhen.ALL)


def _prior(export: MarketStar) -> tuple[LeadRates, dict[str, RepRatios]]:
    """Rates before any lead converted: the first quota's amount per lead, and no differences."""
    quota = export.quotas.drop_nulls().sort("year", "quarter").row(0, named=True)
    rates = LeadRates(chance=_PRIOR_CHANCE, accepted=1.0, ratios={d: {} for d in DIMENSIONS},
                      deal_value=quota["amount"] / quota["converted_leads"], deal_values={})
    return rates, {rep_id: RepRatios(1.0) for rep_id in export.rep_ids}


def _hindsight(export: MarketStar, day: date) -> tuple[LeadRates, dict[str, RepRatios]]:
    """Rates after the fact; the day's own conversions, which its owners made, judge no rep."""
    past = history(export, _local_day(_first_working_moment(_last_day(export.leads))))
    others = past.filter(pl.col("created") != day)
    return learn_lead_rates(past), learn_rep_ratios(others, export.rep_ids)


def _window(at: datetime, leads: list[Lead], reps: list[Rep], route_when: RouteWhen) -> Window:
    policy = Policy(match=Match(skill=1.0, territory=0.0), route_when=route_when)
    return through_files(Window(at=at, leads=tuple(leads), reps=tuple(reps), policy=policy))


def _leads(rows: pl.DataFrame, rates: LeadRates) -> list[Lead]:
    return [Lead(lead_id=row["lead_id"], created_at=_midnight(row["created"]),
                 deal_value=round(rates.worth_if_won(row), 2), score=round(rates.score(row), 4),
                 timezone=row["zone"], territory=TERRITORIES.get(row["zone"]),
                 industry=row["industry"], employees=row["employees"], title=row["title"],
                 source=row["source"], needs=_needs(row), owner_id=row["owner_id"])
            for row in rows.iter_rows(named=True)]


def _needs(row: Mapping[str, str | None]) -> dict[str, float]:
    return {_skill(dimension, segment): 1.0 for dimension in DIMENSIONS
            if (segment := row[dimension]) is not None}


def _skill(dimension: str, segment: str) -> str:
    return f"{_NEED[dimension]} {segment.lower()}"


def _reps(export: MarketStar, ratios: Mapping[str, RepRatios],
          slots: Mapping[str, Mapping[str, int]]) -> list[Rep]:
    segments = [(dimension, segment) for dimension in DIMENSIONS
                for segment in export.leads[dimension].drop_nulls().unique().sort()]
    return [
        Rep(rep_id=rep_id, name=f"SDR {rep_id}", team="SDR",
            territories=(*TERRITORIES.values(), OVERLAY), timezone=ZONE, working_hours=(_HOURS,),
            holidays=("US",), performance=2.0, **slots[rep_id],
            skills={_skill(dimension, segment): _level(ratios[rep_id].ratio(dimension, segment))
                    for dimension, segment in segments})
        for rep_id in export.rep_ids
    ]


def _level(ratio: float) -> float:
    return round(min(1.0, ratio / 2), 4)


def _count(leads: pl.DataFrame) -> dict[str, int]:
    """Return the number of leads of each owner."""
    return dict(leads.drop_nulls("owner_id").group_by("owner_id").len().iter_rows())


def _full_days(past: pl.DataFrame) -> dict[str, int]:
    """Return the leads that each rep took on a full day, but for the import of the busiest day."""
    daily = past.filter(pl.col("created") != _busiest(past)).group_by("owner_id", "created").len()
    full = daily.group_by("owner_id").agg(
        pl.col("len").quantile(_FULL_DAY, interpolation="lower").cast(pl.Int64))
    return dict(full.iter_rows())


def _busiest(leads: pl.DataFrame) -> date:
    """Return the day on which most leads were created, the first of equals."""
    days = leads.drop_nulls("created").group_by("created").len()
    first: date = min(days.filter(pl.col("len") == pl.col("len").max())["created"])
    return first


def _last_day(leads: pl.DataFrame) -> date:
    last: date = max(leads["created"].drop_nulls())
    return last


def _first_working_moment(after: date) -> datetime:
    """Return when the team opens on the first working day after a day (UTC)."""
    closed = holidays.country_holidays("US")
    day = after + timedelta(days=1)
    while day.weekday() >= 5 or day in closed:
        day += timedelta(days=1)
    return datetime.combine(day, _OPENS, ZoneInfo(ZONE)).astimezone(UTC)


def _local_day(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(ZONE)).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE)).astimezone(UTC)
