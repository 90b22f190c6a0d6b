"""Rates learned from a small record: censoring, shrinkage, and no look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.marketstar_history import (
    history,
    learn_lead_rates,
    learn_rep_ratios,
)
from benchmarks.datasets.marketstar_raw import MarketStar, read_marketstar
from benchmarks.datasets.rates import (
    cumulative_hazard,
    prior_strength,
    shrunken_median,
    shrunken_ratios,
)

CUT = date(2021, 7, 1)


@pytest.fixture(scope="module")
def export() -> MarketStar:
    """The real export, or a skip that says what is missing."""
    try:
        return read_marketstar(data_folder("crm-marketstar"))
    except MissingDataError as error:
        pytest.skip(str(error))


def test_hazard_by_hand() -> None:
    """One of four converts on day 1, one of the three left on day 2, two are last seen on day 3."""
    hazard = cumulative_hazard(np.array([1, 2, 3, 3]), np.array([True, True, False, False]),
                               np.ones(4))
    assert hazard == pytest.approx([0, 1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3])


def test_hazard_of_records_that_end_before_the_event() -> None:
    """A record last seen before the event is not at risk of it."""
    hazard = cumulative_hazard(np.array([1, 2]), np.array([False, True]), np.ones(2))
    assert hazard[-1] == pytest.approx(1.0)


def test_alike_groups_are_drawn_together() -> None:
    """Groups that differ by less than chance get ratios of nearly 1."""
    assert shrunken_ratios(np.array([11.0, 9.0, 10.0]), np.full(3, 10.0)) == pytest.approx(
        np.ones(3), abs=0.01)


def test_large_differences_are_believed() -> None:
    """Groups with long and unequal records keep them; an empty group gets 1."""
    ratios = shrunken_ratios(np.array([400.0, 50.0, 0.0]), np.array([200.0, 200.0, 0.0]))
    assert ratios == pytest.approx([2.0, 0.25, 1.0], abs=0.05)


def test_more_spread_means_less_shrinkage() -> None:
    """The prior counts for less where groups differ more."""
    expected = np.full(4, 20.0)
    assert prior_strength(np.array([5.0, 40.0, 10.0, 25.0]), expected) < prior_strength(
        np.array([15.0, 25.0, 18.0, 22.0]), expected)


def test_median_of_few_values_is_drawn_to_the_overall() -> None:
    """Ten values against a strength of ten lie half-way; none gives the overall median."""
    assert shrunken_median(np.full(10, 200.0), 100.0, 10.0) == pytest.approx(150.0)
    assert shrunken_median(np.array([]), 100.0, 10.0) == 100.0


@pytest.mark.data
def test_history_does_not_look_ahead(export: MarketStar) -> None:
    """Deleting everything from a day on leaves the history before that day unchanged."""
    opportunities = export.opportunities.with_columns(
        accepted=pl.when(pl.col("decided") < CUT).then("accepted"))
    earlier = replace(export, leads=export.leads.filter(pl.col("created") < CUT),
                      opportunities=opportunities.filter(pl.col("created") < CUT))
    assert history(earlier, CUT).equals(history(export, CUT))


@pytest.mark.data
def test_expected_conversions_sum_to_those_seen(export: MarketStar) -> None:
    """The fit gives back the total: 315 opportunities, sources far apart, reps close together."""
    past = history(export, date(2022, 1, 3))
    rates = learn_lead_rates(past)
    assert past["converted"].sum() == 315
    source = rates.ratios["source"]
    assert source["Web Registration"] > 5 * source["Purchased List"]
    reps = learn_rep_ratios(past, export.rep_ids)
    assert all(0.8 < ratios.overall < 1.2 for ratios in reps.values())


@pytest.mark.data
def test_unknown_segments_are_not_rewarded(export: MarketStar) -> None:
    """A lead without size and industry scores as its source does, no better."""
    rates = learn_lead_rates(history(export, date(2022, 1, 3)))
    blank = {"source": "Web Registration", "size": None, "industry_group": None}
    assert rates.ratio(blank) == rates.ratios["source"]["Web Registration"]
    assert rates.worth_if_won(blank) == rates.deal_value


@pytest.mark.data
def test_no_conversion_is_known_on_the_busiest_day(export: MarketStar) -> None:
    """The morning after the busiest day has no conversion to learn from: priors only."""
    assert history(export, date(2021, 1, 6))["converted"].sum() == 0
