"""What MarketStar's past says about its leads and reps, learned without looking ahead.

A *history* is the owned leads with their opportunities as they were known before one day: later
conversions and decisions are blank. Three things are learned from it, all relative to the hazard of
a lead to become an opportunity on the n-th day of its life, so that young leads count for the days
they were seen (the export's last months are right-censored):

* *segment ratios*: how much faster leads of a source, a size and an industry convert than the rest,
  one after the other, each on top of the ones before;
* *rep ratios*: how much faster a rep converts than expected of the same leads, overall and then in
  each segment on top of it;
* *deal values*: the median accepted amount by size.

Every ratio is drawn towards 1, every median towards the overall one, by empirical Bayes or a stated
number of records: with about 300 conversions most groups have few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from benchmarks.datasets.marketstar_raw import MarketStar
from benchmarks.datasets.rates import (
    Floats,
    cumulative_hazard,
    shrunken_median,
    shrunken_ratios,
)

#: The columns that place a lead in segments; a blank one places it in none.
DIMENSIONS = ("source", "size", "industry_group")
#: A lead's score is its chance to become an accepted opportunity within this many days.
HORIZON_DAYS = 180
#: Accepted amounts that the overall median counts for beside a size's own.
AMOUNT_STRENGTH = 20.0
#: The fit settles to nine digits in ten rounds.
_ROUNDS = 10
Ratios = dict[str, dict[str, float]]


@dataclass(frozen=True)
class LeadRates:
    """How leads convert, whoever owns them."""

    chance: float
    """Chance of a lead with all ratios 1 to convert within the horizon."""
    accepted: float
    """Share of decided opportunities that were accepted."""
    ratios: Ratios
    """Dimension to segment to ratio."""
    deal_value: float
    """Overall median of accepted amounts, USD."""
    deal_values: dict[str, float]
    """Size to median accepted amount, USD."""

    def ratio(self, lead: Mapping[str, object]) -> float:
        """Return how much faster than a lead of ratio 1 this lead converts."""
        return float(np.prod([self.ratios[d].get(str(lead[d]), 1.0) for d in DIMENSIONS]))

    def score(self, lead: Mapping[str, object]) -> float:
        """Return the chance of an accepted opportunity within the horizon, 0 to 100."""
        hazard = -np.log1p(-self.chance) * self.ratio(lead)
        return float(-np.expm1(-hazard) * self.accepted * 100)

    def worth_if_won(self, lead: Mapping[str, object]) -> float:
        """Return the deal value of a lead, USD."""
        return self.deal_values.get(str(lead["size"]), self.deal_value)


@dataclass(frozen=True)
class RepRatios:
    """How fast one rep converts, relative to the team on the same leads."""

    overall: float
    segments: Ratios = field(default_factory=dict)

    def ratio(self, dimension: str, segment: str) -> float:
        """Return the ratio in one segment; the overall one where the rep has no record there."""
        return self.segments.get(dimension, {}).get(segment, self.overall)


def history(export: MarketStar, before: date) -> pl.DataFrame:
    """Return the owned leads created before a day, with what was known of them that morning.

    Parameters
    ----------
    export
        The typed export.
    before
        First day that is not known.

    Returns
    -------
    DataFrame
        lead_id, created, owner_id, source, size, industry_group; ``days`` from creation to
        conversion or to ``before``; ``converted``; ``accepted`` (blank while undecided); amount.
    """
    opportunities = export.opportunities.filter(pl.col("created") < before).select(
        "opportunity_id", "amount", converted_on="created",
        accepted=pl.when(pl.col("decided") < before).then("accepted"))
    known = export.leads.filter((pl.col("created") < before) & pl.col("owner_id").is_not_null())
    return known.join(opportunities, on="opportunity_id", how="left").select(
        "lead_id", "created", "owner_id", *DIMENSIONS, "accepted", "amount",
        converted=pl.col("converted_on").is_not_null(),
        days=(pl.col("converted_on").fill_null(before) - pl.col("created")).dt.total_days())


def learn_lead_rates(past: pl.DataFrame) -> LeadRates:
    """Learn how leads convert and what they bring.

    Parameters
    ----------
    past
        A :func:`history` with at least one accepted opportunity.
    """
    hazard, _rate, ratios = _fit(past)
    amounts = past.filter(pl.col("accepted") & (pl.col("amount") > 0))
    overall = float(np.median(amounts["amount"].to_numpy()))
    decided = past["accepted"].drop_nulls()
    sizes = {str(size): shrunken_median(group["amount"].to_numpy(), overall, AMOUNT_STRENGTH)
             for (size,), group in amounts.drop_nulls("size").group_by("size")}
    chance = -np.expm1(-hazard[min(HORIZON_DAYS, hazard.size - 1)])
    return LeadRates(float(chance), float(decided.to_numpy().mean()), ratios, overall, sizes)


def learn_rep_ratios(past: pl.DataFrame, rep_ids: tuple[str, ...]) -> dict[str, RepRatios]:
    """Learn how fast each rep converts relative to the team, overall and by segment.

    Parameters
    ----------
    past
        A :func:`history`.
    rep_ids
        The reps; one without leads gets the ratio 1.
    """
    hazard, rate, _ratios = _fit(past)
    frame = past.select("owner_id", *DIMENSIONS, "converted").with_columns(
        expected=pl.Series(rate * hazard[past["days"].to_numpy()]))
    overall = _group_ratios(frame, ("owner_id",))
    own = pl.col("owner_id").replace_strict({key[0]: r for key, r in overall.items()}, default=1.0,
                                            return_dtype=pl.Float64)
    frame = frame.with_columns(expected=pl.col("expected") * own)
    reps = {rep_id: RepRatios(overall.get((rep_id,), 1.0), {d: {} for d in DIMENSIONS})
            for rep_id in rep_ids}
    for dimension in DIMENSIONS:
        for (rep_id, segment), ratio in _group_ratios(frame, ("owner_id", dimension)).items():
            if rep_id in reps:
                reps[rep_id].segments[dimension][segment] = ratio * reps[rep_id].overall
    return reps


def _fit(past: pl.DataFrame) -> tuple[Floats, Floats, Ratios]:
    """Return the hazard by day, each lead's rate and the ratios that fit each other."""
    days, converted = past["days"].to_numpy(), past["converted"].to_numpy()
    rate, ratios = np.ones(past.height), Ratios()
    for _ in range(_ROUNDS):
        # Only rates relative to each other are known: the hazard carries the scale.
        rate, ratios = _segment_ratios(past, cumulative_hazard(days, converted, rate / rate.mean()))
    return cumulative_hazard(days, converted, rate), rate, ratios


def _segment_ratios(past: pl.DataFrame, hazard: Floats) -> tuple[Floats, Ratios]:
    """Return each lead's product of ratios, shape (leads,), and the ratios by dimension."""
    frame = past.select(*DIMENSIONS, "converted").with_columns(
        expected=pl.Series(hazard[past["days"].to_numpy()]), rate=pl.lit(1.0))
    ratios: Ratios = {}
    for dimension in DIMENSIONS:
        found = {key[0]: ratio for key, ratio in _group_ratios(frame, (dimension,)).items()}
        factor = pl.col(dimension).replace_strict(found, default=1.0, return_dtype=pl.Float64)
        frame = frame.with_columns(expected=pl.col("expected") * factor,
                                   rate=pl.col("rate") * factor)
        ratios[dimension] = found
    return frame["rate"].to_numpy(), ratios


def _group_ratios(frame: pl.DataFrame, by: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """Return the shrunken ratio of each group without a blank key, in order of the keys."""
    groups = frame.drop_nulls(by).group_by(by).agg(
        pl.col("converted").sum().cast(pl.Float64), pl.col("expected").sum()).sort(by)
    if not groups.height:
        return {}
    ratios = shrunken_ratios(groups["converted"].to_numpy(), groups["expected"].to_numpy())
    return dict(zip(groups.select(by).iter_rows(), ratios.tolist(), strict=True))
