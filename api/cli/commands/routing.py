"""Commands that decide: who owns which lead now, what slots are worth, whole days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import At, Format, HeldChoice, Out
from api.cli.reading_options import ReadingOptions, with_reading


@exits
@with_reading("ledger", "previous")
def route(reading: ReadingOptions, *, at: At = None, out: Out = None,
          floors: Annotated[Path | None, typer.Option(
              metavar="FILE", help="What slots are expected to bring later, as `fairlead floors` "
                                   "wrote it: leads worth less wait.")] = None,
          calls: Annotated[Path | None, typer.Option(
              metavar="FILE", help="Write there, as CSV, whom each rep calls first on each day, "
                                   "with phone and e-mail.")] = None,
          compare: Annotated[bool, typer.Option(
              "--compare", help="Set today's routers beside the plan.")] = False,
          time_limit: Annotated[float | None, typer.Option(
              min=0.1, metavar="SECONDS",
              help="When a window that is large or no flow stops with the best plan so far."
          )] = 30.0,
          rounds: Annotated[int | None, typer.Option(
              min=1, help="The same, counted in rounds: with it only rounds count, and the plan "
                          "repeats.")] = None,
          last_prices: Annotated[Path | None, typer.Option(
              metavar="FILE", help="The slots.csv of the window before: its prices let a large "
                                   "window be solved faster, and change no proven plan.")] = None,
          format: Annotated[Format, typer.Option(  # noqa: A002
              help="What stdout shows: a summary to read, the same as JSON, or assignments.csv."
          )] = Format.TABLE) -> None:
    """Route the leads of an export: one owner per lead, proven best, explained.

    `fairlead route --leads leads.csv --reps reps.csv --at 2026-11-18T15:00:00Z --out plan`

    Nothing is written unless every file is valid; every problem is reported at once.
    """
    from api.cli.route import RouteFiles, Stops
    from api.cli.route import route as run

    stops = Stops(time_limit if rounds is None else None, rounds)
    run(reading, at, RouteFiles(out, calls, floors, last_prices), compare, format.value, stops)


@exits
@with_reading("ledger")
def floors(reading: ReadingOptions,
           history: Annotated[Path, typer.Option(
               metavar="FILE", help="Past leads of some weeks, CSV, read as --leads are.")],
           out: Annotated[Path, typer.Option(
               metavar="FILE", help="The floors file to write, JSON.")],
           at: At = None,
           seed: Annotated[int, typer.Option(
               min=0, help="Of the samples of the forecast; same seed, same floors.")] = 0,
           format: Annotated[Format, typer.Option(  # noqa: A002
               help="What stdout shows: a table to read, the file that is written, or CSV."
           )] = Format.TABLE) -> None:
    """Learn from past leads what each rep's slot is expected to bring later.

    `fairlead floors --leads leads.csv --reps reps.csv --history past.csv --out floors.json`

    `fairlead route --leads leads.csv --reps reps.csv --floors floors.json --out plan`

    --leads are those that wait now: they compete for the slots with those to come. The policy's
    `horizon` says how far ahead to look and when to make the floors anew.
    """
    from api.cli.floors import floors as run

    run(reading, history, out, at, seed, format.value)


@exits
@with_reading(leads=False)
def simulate(
        reading: ReadingOptions,
        *,
        num_leads: Annotated[int | None, typer.Option(
            min=1, max=100_000, help="Made-up days: leads a day; 1000 if not given.")] = None,
        num_reps: Annotated[int | None, typer.Option(
            min=1, max=5_000, help="Made-up days: reps; 50 if not given.")] = None,
        history: Annotated[Path | None, typer.Option(
            metavar="FILE", help="Past leads, CSV: play days with leads drawn from them, for the "
                                 "reps of --reps, in place of made-up days.")] = None,
        days: Annotated[int | None, typer.Option(
            min=1, max=60, help="With --history: days to play; 1 if not given.")] = None,
        at: Annotated[str | None, typer.Option(
            metavar="RFC3339", help="With --history: begin of the days; now if not given.")] = None,
        slots: Annotated[str | None, typer.Option(
            metavar="LIST", help="Slots per lead and day, as in 0.5,0.8,1.2, which made-up days "
                                 "have if not given; with --history the reps' own.")] = None,
        seeds: Annotated[int, typer.Option(
            min=1, max=1_000, help="Worlds at each level of slots.")] = 8,
        seed: Annotated[int, typer.Option(min=0, help="Seed of the first; same seed, same "
                                                      "figures.")] = 1,
        windows: Annotated[int | None, typer.Option(
            min=1, max=100_000, help="A window closes after that many leads; 10 if neither is "
                                     "given.")] = None,
        minutes: Annotated[float | None, typer.Option(
            min=0.1, max=1_440, help="A window closes after that many minutes.")] = None,
        held: Annotated[HeldChoice, typer.Option(
            help="A held lead is lost with its window, or waits for the next.")] = HeldChoice.LOST,
        jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes to use.")] = 1,
        plot: Annotated[Path | None, typer.Option(
            metavar="FILE", help="Draw the share of hindsight over slots per lead there, PNG or "
                                 "SVG.")] = None,
        format: Annotated[Format, typer.Option(  # noqa: A002
            help="What stdout shows: a table to read, JSON, or CSV.")] = Format.TABLE) -> None:
    """Play whole days by each method, beside the best that hindsight could have done.

    `fairlead simulate --slots 0.5,0.8,1.2 --seeds 8 --plot day.png`

    `fairlead simulate --history past.csv --reps reps.csv --policy policy.yaml --days 5`

    Every method meets the same leads and the same luck, so that their differences are paired.
    """
    from api.cli.simulate import Asked
    from api.cli.simulate import simulate as run

    run(reading, Asked(
        num_leads=num_leads, num_reps=num_reps, history=history, days=days, at=at, slots=slots,
        seeds=seeds, seed=seed, windows=windows, minutes=minutes, held=held.value, jobs=jobs,
        plot=plot), format.value)


@exits
def demo(out: Out = None) -> None:
    """Route the sample that comes with Fairlead: 200 leads, 25 reps, a Wednesday afternoon."""
    from api.cli.route import demo as run

    run(out)
