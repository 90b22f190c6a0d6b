"""Commands that look at a plan: is it right, why, and what would it take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import Format, PlanFolder
from api.cli.reading_options import ReadingOptions, with_reading


@exits
@with_reading("ledger", "previous")
def verify(directory: PlanFolder, reading: ReadingOptions) -> None:
    """Check a plan against its input files, without the optimiser.

    Recomputes owners, values, objective, bound, prices and reasons, and compares plan.json with
    the CSV files. Prints each check with pass or fail; exit 1 on a fail. The instant and the
    policy come from the plan; a `--policy` that differs from it is a fail.
    """
    from api.cli.plans import verify as run

    run(directory, reading)


@exits
@with_reading("ledger", "previous")
def explain(directory: PlanFolder, reading: ReadingOptions,
            lead: Annotated[str, typer.Option(help="The lead's id.")],
            rep: Annotated[str | None, typer.Option(
                help="Why not this rep? Needs the input files.")] = None,
            time_limit: Annotated[float, typer.Option(
                min=0.1, metavar="SECONDS",
                help="With --rep, in a window that is no flow: when to stop with the least cost "
                     "so far.")] = 30.0) -> None:
    """Say why a lead went where it went, why it is held, or why not to a rep.

    `fairlead explain plan --lead L-0042`

    `fairlead explain plan --lead L-0042 --rep r-07 --leads leads.csv --reps reps.csv`
    """
    from api.cli.plans import explain as run

    run(directory, reading, lead, rep, time_limit)


@exits
@with_reading("ledger", "previous")
def relax(directory: PlanFolder, reading: ReadingOptions, *,
          cost: Annotated[list[str] | None, typer.Option(
              metavar="KIND=NUMBER", help="What one change of a kind costs, as in skill=2, or "
                                          "KIND=never; slot:REP=NUMBER for the slots of one rep; "
                                          "may stand several times.")] = None,
          slot_cost: Annotated[str | None, typer.Option(
              metavar="NUMBER", help="What one slot more costs: a number, or `price`: what the "
                                     "rep's slots are worth in the plan, in money.")] = None,
          move: Annotated[bool, typer.Option(
              "--move", help="Leads that have an owner may move; else they stay.")] = False,
          time_limit: Annotated[float, typer.Option(
              min=0.1, metavar="SECONDS",
              help="When to stop with the cheapest changes so far.")] = 30.0,
          rounds: Annotated[int | None, typer.Option(
              min=1, help="The same, counted in rounds: with it only rounds count, and the answer "
                          "repeats.")] = None,
          out: Annotated[Path | None, typer.Option(
              metavar="DIR", help="Write relax.json and three CSV files there, all or none.")
          ] = None,
          format: Annotated[Format, typer.Option(  # noqa: A002
              help="What stdout shows: tables to read, the same as relax.json, or changes.csv."
          )] = Format.TABLE) -> None:
    """Find the cheapest changes that give every held lead an owner.

    `fairlead relax plan --leads leads.csv --reps reps.csv`

    `fairlead relax plan --leads leads.csv --reps reps.csv --cost skill=2 --cost language=never`

    Changes are slots, skills, languages, territories, deal bands, a longer wait, and rules relaxed
    for one lead or for all. Each kind has a cost; the table in `api/README.md` lists them.
    """
    from api.cli.relax import RelaxOptions
    from api.cli.relax import relax as run

    run(directory, reading, RelaxOptions(tuple(cost or ()), slot_cost, move, time_limit, rounds,
                                         out), format.value)
