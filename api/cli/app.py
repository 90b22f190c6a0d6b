"""The commands and their help; the work is imported only when a command runs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import cannot_be_used, exits, say
from api.cli.reading_options import ReadingOptions, with_reading

app = typer.Typer(
    name="fairlead", no_args_is_help=True, rich_markup_mode="markdown", add_completion=False,
    pretty_exceptions_enable=False,
    help="Decides which sales rep owns which lead: one owner per lead, proven best, explained.\n\n"
         "Start with `fairlead demo`, then route your own files:\n\n"
         "`fairlead route --leads leads.csv --reps reps.csv --policy policy.yaml --out plan`\n\n"
         "stdout is data, stderr is progress and problems. Exit codes: 0 ok, 1 a check failed, "
         "2 usage, 3 invalid input.")


class Format(StrEnum):
    """How a result is printed on stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class SchemaName(StrEnum):
    """Records whose JSON Schema can be printed."""

    LEAD = "lead"
    REP = "rep"
    ACCOUNT = "account"
    TERRITORY = "territory"
    POLICY = "policy"
    WINDOW = "window"
    PLAN = "plan"


PlanFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")]
At = Annotated[str | None, typer.Option(
    metavar="RFC3339", help="Instant of the decision, with its offset; now if not given.")]
Out = Annotated[Path | None, typer.Option(
    metavar="DIR", help="Write plan.json and four CSV files there, all or none.")]


@app.command()
@exits
@with_reading
def route(reading: ReadingOptions, at: At = None, out: Out = None,
          compare: Annotated[bool, typer.Option(
              "--compare", help="Set today's routers beside the plan.")] = False,
          format: Annotated[Format, typer.Option(  # noqa: A002
              help="What stdout shows: a summary to read, the same as JSON, or assignments.csv."
          )] = Format.TABLE) -> None:
    """Route the leads of an export: one owner per lead, proven best, explained.

    `fairlead route --leads leads.csv --reps reps.csv --at 2026-11-18T15:00:00Z --out plan`

    Nothing is written unless every file is valid; every problem is reported at once.
    """
    from api.cli.route import route as run

    run(reading, at, out, compare, format.value)


@app.command()
@exits
@with_reading
def verify(directory: PlanFolder, reading: ReadingOptions) -> None:
    """Check a plan against its input files, without the optimiser.

    Recomputes owners, values, objective, bound, prices and reasons, and compares plan.json with
    the CSV files. Prints each check with pass or fail; exit 1 on a fail. The instant and the
    policy come from the plan; a `--policy` that differs from it is a fail.
    """
    from api.cli.plans import verify as run

    run(directory, reading)


@app.command()
@exits
@with_reading
def explain(directory: PlanFolder, reading: ReadingOptions,
            lead: Annotated[str, typer.Option(help="The lead's id.")],
            rep: Annotated[str | None, typer.Option(
                help="Why not this rep? Needs the input files.")] = None) -> None:
    """Say why a lead went where it went, why it is held, or why not to a rep.

    `fairlead explain plan --lead L-0042`

    `fairlead explain plan --lead L-0042 --rep r-07 --leads leads.csv --reps reps.csv`
    """
    from api.cli.plans import explain as run

    run(directory, reading, lead, rep)


@app.command()
@exits
@with_reading
def validate(reading: ReadingOptions, at: At = None) -> None:
    """Report every problem of the input files, and write nothing.

    One line each on stderr: file, row, column, value, rule, remedy. Exit 3 if there is an error.
    """
    from api.cli.inputs import validate as run

    run(reading, at)


@app.command()
@exits
def generate(leads: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many leads.")],
             reps: Annotated[int, typer.Option(min=1, max=20_000, help="How many reps.")],
             out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
             seed: Annotated[int, typer.Option(min=0, help="Same seed, same files.")] = 1,
             at: Annotated[str | None, typer.Option(
                 metavar="RFC3339",
                 help="Instant the ages of the leads count to; 2026-11-18T15:00:00Z if not given."
             )] = None) -> None:
    """Write made-up but realistic leads.csv, reps.csv and policy.yaml."""
    from api.cli.inputs import generate as run

    run(leads, reps, seed, out, at)


@app.command()
@exits
def schema(name: Annotated[SchemaName, typer.Argument(help="The record.")]) -> None:
    """Print the JSON Schema of a record."""
    from api.cli.inputs import schema as run

    run(name.value)


@app.command()
@exits
def versions() -> None:
    """Print the versions of Fairlead and of the libraries that answers rest on."""
    from api.cli.inputs import versions as run

    run()


@app.command()
@exits
def demo(out: Out = None) -> None:
    """Route the sample that comes with Fairlead: 200 leads, 25 reps, a Wednesday afternoon."""
    from api.cli.route import demo as run

    run(out)


def main() -> None:
    """Run the command line; what the parser refuses is one line on stderr."""
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="fairlead", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:  # typer's own panel would wrap it
        say(f"error: {error.format_message()}")
        code = error.exit_code
    except OSError as error:
        code = cannot_be_used(error)
    sys.exit(code)
