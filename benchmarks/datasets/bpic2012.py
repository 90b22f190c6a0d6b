"""Loan applications of a Dutch bank (BPI Challenge 2012) as worlds of one day.

Observed: every application is a lead, created when it arrived; its deal value is the amount asked
for. The human who first worked on an application is its first handler; resource 112 is the
automatic system user and no rep. Applications that no human ever touched are leads like the others.

Derived, from what was known before the judged part begins (first touches by then):

* reps: handlers with ten days at work or more, the last of them within four weeks; a day at work is
  one with a first touch;
* ``working_hours``: the weekdays that hold a tenth or more of a handler's days at work, from the
  hour of the 5th percentile of the times of day of the first touches to the hour after the 95th;
* ``weight``, and by it the share of the slots of a day on which the handler works: median first
  touches of a day at work;
* skill levels: half of how often the handler's applications lay in a band of amounts (terciles of
  all applications) relative to all handlers, drawn to 1 by empirical Bayes; 0.5 is the mean, and
  ``performance`` 2 undoes the half. It says which amounts a handler used to take. That need not be
  skill: work was handed out by rules that the log does not show.

Stated, because nothing in the data says it: days, hours and the wall clock are Amsterdam's; the
score is 50 for all, for none is known before contact; a lead's need is its band; amounts are worth
as much as they are large. Judged are the days from Monday to Friday but for Dutch public holidays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.rates import shrunken_ratios
from benchmarks.datasets.timeline import (
    CAPACITY,
    RECENT,
    SCORE,
    Timeline,
    in_order,
    mean_day,
    midnight,
    part_days,
    policy_for,
)
from solver.calendar.public_holidays import is_public_holiday
from solver.calendar.zones import zone
from solver.models import Lead, Rep

PART = "replay-bpic2012-loans"
ZONE = "Europe/Amsterdam"
#: The automatic system user.
SYSTEM = "112"
BANDS = ("low", "middle", "high")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEAST_DAYS = 10
_LEAST_SHARE_OF_DAYS = 0.1
_EARLY, _LATE = 0.05, 0.95


def loans(folder: Path | None = None) -> Timeline:
    """Return the loan applications as a time line.

    Parameters
    ----------
    folder
        Folder of ``cases.csv``; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    cases = read_cases(folder or data_folder(PART))
    clock = zone(ZONE)
    arrivals = in_order([Lead(lead_id=case_id, created_at=arrival)
                         for case_id, arrival in cases.select("case_id", "arrival").iter_rows()])
    learnt, judged = part_days(arrivals, clock)
    known = cases.filter(pl.col("arrival") < midnight(judged[0], clock))
    bounds = [known["amount"].quantile(share) or 0.0 for share in (1 / 3, 2 / 3)]
    cases = cases.with_columns(band=_band(bounds))
    recent = [day for day in learnt if judged[0] - day <= RECENT]
    return Timeline(
        leads=in_order([_lead(row) for row in cases.iter_rows(named=True)]),
        reps=handlers(cases, judged[0]),
        policy=policy_for("EUR"),
        zone=clock,
        days=_working_days(judged),
        leads_per_day=mean_day(arrivals, _working_days(recent), clock),
    )


def read_cases(folder: Path) -> pl.DataFrame:
    """Read the applications.

    Parameters
    ----------
    folder
        Folder with ``cases.csv``.

    Returns
    -------
    DataFrame
        case_id, arrival (UTC), amount (EUR), handler and touched (in Amsterdam's time), both null
        where no human touched the case.
    """
    raw = pl.read_csv(folder / "cases.csv", infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None))
    touched = pl.col("first_human_start_ts").str.to_datetime(time_zone="UTC")
    human = pl.col("first_human_resource") != SYSTEM
    return raw.select(
        "case_id",
        arrival=pl.col("arrival").str.to_datetime(time_zone="UTC"),
        amount=pl.col("amount_req").cast(pl.Float64),
        handler=pl.when(human).then("first_human_resource"),
        touched=pl.when(human).then(touched.dt.convert_time_zone(ZONE)),
    )


def handlers(cases: pl.DataFrame, cut: date) -> tuple[Rep, ...]:
    """Learn the reps from first touches before a local date.

    Parameters
    ----------
    cases
        From :func:`read_cases`, with the ``band`` of each.
    cut
        First date that must not be looked at.

    Returns
    -------
    tuple of Rep
        Sorted by rep_id, without a daily cap.
    """
    touches = cases.drop_nulls("handler").filter(
        pl.col("touched").dt.date() < cut).with_columns(day=pl.col("touched").dt.date())
    seen = touches.group_by("handler").agg(days=pl.col("day").n_unique(), last=pl.col("day").max())
    staff = seen.filter((pl.col("days") >= _LEAST_DAYS) & (pl.col("last") >= cut - RECENT))
    rep_ids = sorted(staff["handler"])
    levels = _levels(touches, rep_ids)
    groups = touches.partition_by("handler", as_dict=True)
    return tuple(_rep(rep_id, groups[rep_id,], levels[rep_id]) for rep_id in rep_ids)


def _rep(rep_id: str, touches: pl.DataFrame, levels: Mapping[str, float]) -> Rep:
    per_day = touches.group_by("day").len()
    return Rep(rep_id=rep_id, capacity=CAPACITY, timezone=ZONE, working_hours=_hours(touches),
               skills=levels, performance=2.0, weight=float(np.median(per_day["len"])))


def _hours(touches: pl.DataFrame) -> tuple[str, ...]:
    """Return the hours in which a handler starts on applications."""
    clock = touches["touched"]
    hours = (clock.dt.hour().cast(pl.Float64) + clock.dt.minute() / 60).to_numpy()
    opens, closes = (int(hour) for hour in np.quantile(hours, [_EARLY, _LATE]))
    days = touches["day"].unique().dt.weekday()
    return tuple(f"{name} {opens:02}:00-{closes + 1:02}:00"
                 for number, name in enumerate(_WEEKDAYS, start=1)
                 if (days == number).sum() >= _LEAST_SHARE_OF_DAYS * len(days))


def _levels(touches: pl.DataFrame, rep_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the skill levels of each rep: half of the ratio by band."""
    counts = np.array([[touches.filter((pl.col("handler") == rep_id)
                                       & (pl.col("band") == band)).height for band in BANDS]
                       for rep_id in rep_ids], dtype=np.float64)
    shares = counts.sum(axis=0) / counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * shares
    ratios = np.stack([shrunken_ratios(*columns) for columns in zip(counts.T, expected.T,
                                                                   strict=True)], axis=1)
    return {rep_id: {_skill(band): round(min(1.0, ratio / 2), 4)
                     for band, ratio in zip(BANDS, row, strict=True)}
            for rep_id, row in zip(rep_ids, ratios.tolist(), strict=True)}


def _lead(row: Mapping[str, object]) -> Lead:
    return Lead.model_validate({
        "lead_id": row["case_id"], "created_at": row["arrival"], "deal_value": row["amount"],
        "score": SCORE, "needs": {_skill(str(row["band"])): 1.0}})


def _skill(band: str) -> str:
    return f"{band} amount"


def _band(bounds: Sequence[float]) -> pl.Expr:
    low, high = bounds
    amount = pl.col("amount")
    return pl.when(amount <= low).then(pl.lit(BANDS[0])).when(amount <= high).then(
        pl.lit(BANDS[1])).otherwise(pl.lit(BANDS[2]))


def _working_days(days: Sequence[date]) -> tuple[date, ...]:
    return tuple(day for day in days if day.weekday() < 5 and not is_public_holiday("NL", day))
