"""Commands that ask what if: scenarios of one window, slots more or fewer, whole quarters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import (
    At,
    DaskAddress,
    Format,
    HeldChoice,
    Jobs,
    KeepFile,
    MeasureChoice,
    MethodChoice,
)
from api.cli.reading_options import ReadingOptions, with_reading

_FloorsFile = Annotated[Path | None, typer.Option(
    metavar="FILE", help="What slots are expected to bring later, as `fairlead floors` wrote it.")]


def _load_early(jobs: int | None, dask: str | None) -> None:
    """Let processes load the library while this one does."""
    from api.processes import load_early, num_processors

    if dask is None and (num_processors() if jobs is None else jobs) > 1:
        load_early()


@exits
@with_reading("ledger", "previous")
def whatif(reading: ReadingOptions, *,
           scenarios: Annotated[Path, typer.Option(
               metavar="FILE", help="The scenarios, YAML or JSON: each a name and its edits.")],
           at: At = None, floors: _FloorsFile = None,
           time_limit: Annotated[float, typer.Option(
               min=0.1, metavar="SECONDS",
               help="Of each scenario in a window that is no flow: when to stop with the best plan "
                    "so far.")] = 30.0,
           keep: KeepFile = None, jobs: Jobs = None, dask: DaskAddress = None,
           format: Annotated[Format, typer.Option(  # noqa: A002
               help="What stdout shows: tables to read, everything as JSON, or a CSV row a "
                    "scenario.")] = Format.TABLE) -> None:
    """Compare scenarios with the window as it is: hire, leave, shift, re-weight.

    `fairlead whatif --leads leads.csv --reps reps.csv --scenarios scenarios.yaml`

    Wrong edits are named before anything runs. Ctrl-C shows what is done so far; with `--keep`
    the same command goes on from there.
    """
    _load_early(jobs, dask)
    from api.cli.what_if import Asked
    from api.cli.what_if import what_if as run

    run(reading, Asked(scenarios, at, floors, time_limit, keep, jobs, dask), format.value)


@exits
@with_reading("ledger", "previous")
def capacity(reading: ReadingOptions, *, at: At = None, floors: _FloorsFile = None,
             team: Annotated[list[str] | None, typer.Option(
                 metavar="NAME", help="Add, move and buy slots among the reps of this team, and "
                                      "draw its curve alone; may stand several times.")] = None,
             add: Annotated[int | None, typer.Option(
                 min=1, max=10_000, metavar="K", help="The best 1 to K slots to add.")] = None,
             move: Annotated[int | None, typer.Option(
                 min=1, max=10_000, metavar="K",
                 help="The best 1 to K slots to move from one rep to another.")] = None,
             budget: Annotated[str | None, typer.Option(
                 metavar="MONEY", help="The best slots to buy within it; needs --cost.")] = None,
             cost: Annotated[list[str] | None, typer.Option(
                 metavar="MONEY|REP=MONEY", help="What one slot costs, of every rep or of one; may "
                                                 "stand several times.")] = None,
             curve: Annotated[int | None, typer.Option(
                 min=1, max=10_000, metavar="N",
                 help="Value against capacity of each team, up to N slots fewer and more.")] = None,
             hire: Annotated[list[str] | None, typer.Option(
                 metavar="REP=SLOTS", help="What a hire like this rep would bring with 1 to SLOTS "
                                           "slots; may stand several times.")] = None,
             train: Annotated[list[str] | None, typer.Option(
                 metavar="REP:SKILL=LEVEL", help="What it would bring if the rep had the skill at "
                                                 "this level, 0 to 1; may stand several times.")
             ] = None,
             format: Annotated[Format, typer.Option(  # noqa: A002
                 help="What stdout shows: tables to read, everything as JSON, or the ranking as "
                      "CSV.")] = Format.TABLE) -> None:
    """Rank reps, teams and territories by what one slot more or fewer is worth, exactly.

    `fairlead capacity --leads leads.csv --reps reps.csv --add 5`

    `fairlead capacity --leads leads.csv --reps reps.csv --budget 5000 --cost 900 --cost r-07=1200`
    """
    from api.cli.capacity import Asked
    from api.cli.capacity import capacity as run

    run(reading, Asked(at=at, floors=floors, teams=tuple(team or ()), add=add, move=move,
                       budget=budget, costs=tuple(cost or ()), curve=curve,
                       hires=tuple(hire or ()), trainings=tuple(train or ())), format.value)


@exits
@with_reading(leads=False)
def quarter(reading: ReadingOptions, *,
            scenarios: Annotated[Path | None, typer.Option(
                metavar="FILE", help="Scenarios, YAML or JSON, played beside the floor as it is.")
            ] = None,
            num_leads: Annotated[int | None, typer.Option(
                min=1, max=100_000, help="Made-up quarters: leads a working day; 100 if not given.")
            ] = None,
            num_reps: Annotated[int | None, typer.Option(
                min=1, max=5_000, help="Made-up quarters: reps; 10 if not given.")] = None,
            slots: Annotated[float | None, typer.Option(
                min=0.01, max=100, help="Made-up quarters: slots per lead and day; 0.8 if not "
                                        "given.")] = None,
            history: Annotated[Path | None, typer.Option(
                metavar="FILE", help="Past leads, CSV: quarters with leads drawn from them, for "
                                     "the reps of --reps, in place of made-up ones.")] = None,
            at: Annotated[str | None, typer.Option(
                metavar="RFC3339", help="Begin of the days; with --history now if not given, else "
                                        "a Monday.")] = None,
            days: Annotated[int, typer.Option(min=1, max=366, help="Days to play.")] = 91,
            seed: Annotated[int, typer.Option(min=0, help="Same seed, same figures.")] = 1,
            replications: Annotated[int | None, typer.Option(
                min=2, max=100_000, help="How many quarters; 20 if neither this nor --half-width "
                                         "is given.")] = None,
            half_width: Annotated[float | None, typer.Option(
                metavar="NUMBER", help="As many quarters as it takes for an interval no wider than "
                                       "this on either side; money for value.")] = None,
            measure: Annotated[MeasureChoice, typer.Option(
                help="What --half-width is of.")] = MeasureChoice.VALUE,
            confidence: Annotated[float, typer.Option(
                min=0.5, max=0.999, help="Of the intervals.")] = 0.95,
            method: Annotated[MethodChoice, typer.Option(
                help="How leads get their owners; floors are made anew every two hours.")]
            = MethodChoice.OPTIMAL_REFRESHED,
            minutes: Annotated[float, typer.Option(
                min=0.1, max=1_440, help="A window closes after that many minutes.")] = 30.0,
            held: Annotated[HeldChoice, typer.Option(
                help="A held lead is lost with its window, or waits for the next.")
            ] = HeldChoice.RETURN,
            within: Annotated[float, typer.Option(
                min=0, max=100_000, metavar="MINUTES",
                help="Of the service level: an owner within so many minutes. Played, minutes in "
                     "which the floor is open count, those when anybody is at work; with "
                     "--staffing all do, day and night.")] = 60.0,
            staffing: Annotated[float | None, typer.Option(
                metavar="SHARE", help="The least capacity per team and hour of the week that "
                                      "gives this share of leads an owner --within time by the "
                                      "clock on the wall, instead of playing.")] = None,
            probability: Annotated[float, typer.Option(
                metavar="SHARE", help="With --staffing: in this share of weeks.")] = 0.95,
            keep: KeepFile = None, jobs: Jobs = None, dask: DaskAddress = None,
            format: Annotated[Format, typer.Option(  # noqa: A002
                help="What stdout shows: tables to read, everything as JSON, or CSV.")
            ] = Format.TABLE) -> None:
    """Play scenarios through whole quarters: value, wait, service level, with intervals.

    `fairlead quarter --history past.csv --reps reps.csv --scenarios scenarios.yaml`

    `fairlead quarter --history past.csv --reps reps.csv --staffing 0.9 --within 60`

    Every scenario meets the same leads and the same luck, but for what it edits.
    """
    _load_early(jobs, dask)
    from api.cli.quarter import Asked, Made, Rules
    from api.cli.quarter import quarter as run

    run(reading, Asked(
        scenarios=scenarios, history=history, at=at, days=days, seed=seed,
        made=Made(num_leads, num_reps, slots), replications=replications, half_width=half_width,
        measure=measure.value, confidence=confidence,
        rules=Rules(method.value, minutes, held.value, within), staffing=staffing,
        probability=probability, keep=keep, jobs=jobs, dask=dask), format.value)
