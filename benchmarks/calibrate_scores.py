"""Score real leads, calibrate the scores and judge them on leads held back; print the tables.

Run ``python -m benchmarks.calibrate_scores`` from the project's root. A model of what was known
before contact gives the score; its calibration is learned from scores of leads that the model was
not learned from; both are judged on leads that neither has seen. X Education has no time: three
leads in ten are held back by a hash of their id. MarketStar has: the last three leads in ten are
held back, and nothing is learned that was not known when the first of them came in.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.marketstar import PART as MARKETSTAR
from benchmarks.datasets.marketstar_raw import MarketStar, read_marketstar
from benchmarks.datasets.xeducation import XEducation, is_held_back, read_xeducation
from benchmarks.hand_made_points import AT, POINTS
from benchmarks.markdown import markdown_table
from benchmarks.plots import reliability_plot
from benchmarks.probability_model import Columns, learn_probability, left_out_chances
from solver.errors import UsageError
from solver.models.calibration import Calibration, ReliabilityBin
from solver.prepare.scoring.calibration import calibrate, probabilities
from solver.prepare.scoring.measures import (
    Flags,
    Floats,
    auc_interval,
    brier,
    calibration_error,
    reliability,
)
from solver.prepare.scoring.points import score_leads

SEED = 7
#: A MarketStar lead is won if it becomes an opportunity within so many days.
OUTCOME_DAYS = 90
_LAST = 0.3
_KNOWN = ("source", "size", "industry_group", "zone", "title")


@dataclass(frozen=True)
class Trial:
    """Scores of leads, some to learn the calibration from and some held back to judge it."""

    name: str
    learnt_scores: Floats
    """0 to 100, shape (leads,); of a model learned without the lead."""
    learnt_won: Flags
    judged_scores: Floats
    judged_won: Flags


@dataclass(frozen=True)
class Judged:
    """How a calibration does on the leads held back."""

    calibration: Calibration
    auc: tuple[float, float, float]
    brier: float
    base_brier: float
    """Of always saying the base rate of the leads learnt from."""
    bins: tuple[ReliabilityBin, ...]


def main() -> None:
    """Print what was found on both data sets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate_scores",
                                     description=__doc__)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the reliability there")
    arguments = parser.parse_args()
    try:
        trials = [*xeducation_trials(), *marketstar_trials()]
    except MissingDataError as error:
        raise SystemExit(str(error)) from None
    rows: list[tuple[str, ...]] = []
    tables: list[str] = []
    drawn: dict[str, Sequence[ReliabilityBin]] = {}
    for trial in trials:
        try:
            judged = judge(trial)
        except UsageError as error:
            rows.append((trial.name, _counts(trial.learnt_won), "", _counts(trial.judged_won),
                         f"refused: {error}", "", "", "", "", ""))
            continue
        rows.append(_row(trial, judged))
        drawn[trial.name] = judged.bins
        tables.append(f"{trial.name}:\n\n{_table(judged.bins)}")
    head = ("score", "learnt from (won)", "AUC there", "held back (won)", "curve", "AUC", "95 %",
            "Brier", "Brier of the base rate", "ECE")
    print(markdown_table(head, rows), *tables, sep="\n\n")
    if arguments.plot:
        reliability_plot(arguments.plot, drawn)


def judge(trial: Trial) -> Judged:
    """Calibrate on the leads learnt from and measure on those held back.

    Raises
    ------
    UsageError
        If the leads learnt from are too few, or the score does not rank them.
    """
    found = calibrate(trial.learnt_scores, trial.learnt_won, seed=SEED)
    chances, won = probabilities(found, trial.judged_scores), trial.judged_won
    base = np.full(won.size, trial.learnt_won.mean())
    return Judged(found, auc_interval(trial.judged_scores, won), brier(chances, won),
                  brier(base, won), reliability(chances, won))


def xeducation_trials() -> Iterator[Trial]:
    """Yield the model without and with ``Last Activity``, and points by hand."""
    for last_activity in (False, True):
        data = read_xeducation(last_activity=last_activity)
        learnt, judged = ~data.held_back, data.held_back
        name = f"X Education, {'with' if last_activity else 'without'} Last Activity"
        yield _model_trial(name, _chosen(data.records, learnt), data.won[learnt],
                           _chosen(data.records, judged), data.won[judged])
    yield hand_made_trial(read_xeducation())


def hand_made_trial(data: XEducation) -> Trial:
    """Score by declared points, none of them fitted."""
    scores = np.array([score.points for score in score_leads(data.leads(), {}, POINTS, AT)])
    return Trial("X Education, points by hand", scores[~data.held_back],
                 data.won[~data.held_back], scores[data.held_back], data.won[data.held_back])


def marketstar_trials() -> Iterator[Trial]:
    """Yield the last leads, by their outcome within 90 days and by that of the export.

    The third is no forecast: leads held back by a hash of their id lie between those learnt from,
    and show how much a score seems to rank if time is left out of the judgement.
    """
    export = read_marketstar(data_folder(MARKETSTAR))
    leads = _marketstar_leads(export)
    first = leads["created"][int((1 - _LAST) * leads.height)]
    last_seen, span = export.opportunities["created"].max(), timedelta(days=OUTCOME_DAYS)
    learnt = leads.filter(pl.col("created") + span <= first)
    late = leads.filter(pl.col("created") >= first)
    seen = late.filter(pl.col("created") + span <= last_seen)
    yield _frame_trial(f"MarketStar, within {OUTCOME_DAYS} days", learnt, seen, _within(seen))
    yield _frame_trial("MarketStar, by the end of the export", learnt, late,
                       late["days"].is_not_null().to_numpy())
    old = leads.filter(pl.col("created") + span <= last_seen)
    aside = pl.Series([is_held_back(lead_id) for lead_id in old["lead_id"]])
    yield _frame_trial("MarketStar, mixed in time (no forecast)", old.filter(~aside),
                       old.filter(aside), _within(old.filter(aside)))


def _marketstar_leads(export: MarketStar) -> pl.DataFrame:
    """Return what was known of each lead, when it came in, and its days to an opportunity."""
    made = export.opportunities.select("opportunity_id", converted="created")
    return export.leads.drop_nulls("created").join(made, on="opportunity_id", how="left").select(
        "lead_id", "created", "employees", *_KNOWN,
        days=(pl.col("converted") - pl.col("created")).dt.total_days()).sort(
            "created", maintain_order=True)


def _within(leads: pl.DataFrame) -> Flags:
    return (leads["days"] <= OUTCOME_DAYS).fill_null(value=False).to_numpy()


def _frame_trial(name: str, learnt: pl.DataFrame, judged: pl.DataFrame, won: Flags) -> Trial:
    return _model_trial(name, _records(learnt), _within(learnt), _records(judged), won)


def _records(leads: pl.DataFrame) -> list[Columns]:
    return list(leads.select("employees", *_KNOWN).iter_rows(named=True))


def _model_trial(name: str, learnt: Sequence[Columns], learnt_won: Flags,
                 judged: Sequence[Columns], judged_won: Flags) -> Trial:
    return Trial(name, 100 * left_out_chances(learnt, learnt_won, SEED), learnt_won,
                 100 * learn_probability(learnt, learnt_won, SEED).predict(judged), judged_won)


def _chosen(records: Sequence[Columns], which: Flags) -> list[Columns]:
    return [records[idx] for idx in np.flatnonzero(which).tolist()]


def _counts(won: Flags) -> str:
    return f"{won.size:,} ({int(won.sum()):,})"


def _row(trial: Trial, judged: Judged) -> tuple[str, ...]:
    auc, low, high = judged.auc
    there = auc_interval(trial.learnt_scores, trial.learnt_won)[0]
    return (trial.name, _counts(trial.learnt_won), f"{there:.3f}", _counts(trial.judged_won),
            judged.calibration.method.value, f"{auc:.3f}", f"{low:.3f} to {high:.3f}",
            f"{judged.brier:.4f}", f"{judged.base_brier:.4f}",
            f"{calibration_error(judged.bins):.4f}")


def _table(bins: Sequence[ReliabilityBin]) -> str:
    return markdown_table(("leads", "predicted", "won"), [
        (f"{one.count:,}", f"{one.predicted:.4f}", f"{one.observed:.4f}") for one in bins])


if __name__ == "__main__":
    main()
