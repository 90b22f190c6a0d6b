"""X Education's leads: no column that leaks the outcome is read, and what is left ranks them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.calibrate_scores import Judged, hand_made_trial, judge, xeducation_trials
from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.xeducation import (
    FILE,
    LAST_ACTIVITY,
    LEAKS,
    PART,
    XEducation,
    is_held_back,
    read_xeducation,
)

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where the export lies, or a skip that says what is missing."""
    try:
        return data_folder(PART)
    except MissingDataError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def data(folder: Path) -> XEducation:
    """The leads without what leaks."""
    return read_xeducation(folder)


@pytest.fixture(scope="module")
def judged(folder: Path) -> Judged:  # noqa: ARG001 - skips with the data folder
    """The model without what leaks, on the leads held back."""
    return judge(next(xeducation_trials()))


def test_the_leads_are_those_of_the_export(data: XEducation) -> None:
    """6,902 leads, 2,689 won; about three in ten are held back, by their ids alone."""
    assert (len(data.records), int(data.won.sum())) == (6_902, 2_689)
    assert len(set(data.lead_ids)) == 6_902
    assert 0.28 < data.held_back.mean() < 0.32
    assert data.held_back.tolist() == [is_held_back(lead_id) for lead_id in data.lead_ids]


def test_leaks_are_dropped(folder: Path, data: XEducation) -> None:
    """The eight columns are in the file, in no record, and in no lead of the library."""
    header = set(pl.read_csv(folder / FILE, infer_schema=False).columns)
    assert {*LEAKS, LAST_ACTIVITY, "Converted"} <= header
    for record, lead in zip(data.records, data.leads(), strict=True):
        assert not {*LEAKS, LAST_ACTIVITY, "Converted", "Prospect ID", "Lead Number"} & {
            *record, *lead.attributes}
    assert LAST_ACTIVITY in read_xeducation(folder, last_activity=True).records[0]


def test_leaks_change_nothing(folder: Path, data: XEducation, tmp_path: Path) -> None:
    """A file whose leaking columns hold other values gives the same records."""
    raw = pl.read_csv(folder / FILE, infer_schema=False)
    raw.with_columns(pl.lit("x").alias(name) for name in LEAKS).write_csv(tmp_path / FILE)
    assert read_xeducation(tmp_path).records == data.records


def test_select_is_blank_and_spellings_are_one(data: XEducation) -> None:
    """``Select`` stands nowhere, ``google`` is ``Google``, numbers are numbers."""
    values = {value for record in data.records for value in record.values()}
    assert "Select" not in values
    sources = [record["Lead Source"] for record in data.records]
    assert sources.count("Google") >= 2_112
    assert "google" not in sources
    assert sum(record["City"] is None for record in data.records) == 1_704 + 1_063
    assert {type(record["TotalVisits"]) for record in data.records} == {float, type(None)}


def test_the_score_ranks_without_leaks(judged: Judged) -> None:
    """Better than chance by far, and not so good that something must have leaked."""
    auc, low, _ = judged.auc
    assert 0.6 < low < auc < 0.95


def test_the_chances_can_be_trusted(judged: Judged) -> None:
    """On leads held back: a better Brier score than the base rate's, and small errors."""
    assert judged.brier < 0.7 * judged.base_brier
    assert sum(one.count * abs(one.predicted - one.observed) for one in judged.bins) < (
        0.04 * sum(one.count for one in judged.bins))


def test_points_by_hand_rank_less_and_are_calibrated(data: XEducation, judged: Judged) -> None:
    """A declared scoring goes the whole way: points, curve, chances of leads held back."""
    by_hand = judge(hand_made_trial(data))
    assert 0.6 < by_hand.auc[0] < judged.auc[0]
    assert by_hand.brier < by_hand.base_brier
