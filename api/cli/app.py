"""The commands and their help; the work is imported only when a command runs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.collecting import collect_rarely
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


class HeldChoice(StrEnum):
    """What becomes of a lead that its window holds."""

    LOST = "lost"
    RETURN = "return"


class SchemaName(StrEnum):
    """Records whose JSON Schema can be printed."""

    LEAD = "lead"
    REP = "rep"
    ACCOUNT = "account"
    ACTIVITY = "activity"
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
          floors: Annotated[Path | None, typer.Option(
              metavar="FILE", help="What slots are expected to bring later, as `fairlead floors` "
                                   "wrote it: leads worth less wait.")] = None,
          calls: Annotated[Path | None, typer.Option(
              metavar="FILE", help="Write there, as CSV, whom each rep calls first on each day, "
                                   "with phone and e-mail.")] = None,
          compare: Annotated[bool, typer.Option(
              "--compare", help="Set today's routers beside the plan.")] = False,
          format: Annotated[Format, typer.Option(  # noqa: A002
              help="What stdout shows: a summary to read, the same as JSON, or assignments.csv."
          )] = Format.TABLE) -> None:
    """Route the leads of an export: one owner per lead, proven best, explained.

    `fairlead route --leads leads.csv --reps reps.csv --at 2026-11-18T15:00:00Z --out plan`

    Nothing is written unless every file is valid; every problem is reported at once.
    """
    from api.cli.route import RouteFiles
    from api.cli.route import route as run

    run(reading, at, RouteFiles(out, calls, floors), compare, format.value)


@app.command()
@exits
@with_reading
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


@app.command()
@exits
@with_reading
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
@with_reading
def prepare(reading: ReadingOptions, at: At = None,
            sources: Annotated[Path | None, typer.Option(
                metavar="FILE", help="Several files of leads, each with its own mapping, YAML; in "
                                     "place of --leads, --preset and --columns.")] = None,
            out: Annotated[Path | None, typer.Option(
                metavar="DIR", help="Write leads.csv, report.json and eight more files there, all "
                                    "or none.")] = None,
            enrich: Annotated[list[str] | None, typer.Option(
                metavar="SOURCE", help="Who fills in what leads lack: a CSV file with email or "
                                       "domain, an http address, or an installed plug-in; may "
                                       "stand several times, and is asked in this order.")] = None,
            stream: Annotated[bool, typer.Option(
                "--stream", help="For files past memory: batch by batch, without reps; merges what "
                                 "shares an id, an e-mail, or a phone number and a name; no "
                                 "accounts, scores or enrichment.")] = False,
            format: Annotated[Format, typer.Option(  # noqa: A002
                help="What stdout shows: the report to read, the same as JSON, or leads.csv."
            )] = Format.TABLE) -> None:
    """Make leads that can be trusted: normalised, merged, matched, scored, checked.

    `fairlead prepare --leads export.csv --preset hubspot --reps reps.csv --out prepared`

    `fairlead prepare --sources sources.yaml --reps reps.csv --out prepared`

    Nothing is lost: every row is a lead, merged into one, or in quarantine.csv with the reason,
    which can be mended and read again. Every other command prepares leads in the same way.
    """
    from api.cli.prepare import prepare as run
    from api.cli.prepare import prepare_in_parts

    if stream:
        prepare_in_parts(reading, sources, out, at, enrich or [])
    else:
        run(reading, sources, out, at, enrich or [], format.value)


@app.command()
@exits
def generate(leads: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many leads.")],
             reps: Annotated[int, typer.Option(min=1, max=20_000, help="How many reps.")],
             out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
             seed: Annotated[int, typer.Option(min=0, help="Same seed, same files.")] = 1,
             at: Annotated[str | None, typer.Option(
                 metavar="RFC3339",
                 help="Instant the ages of the leads count to; 2026-11-18T15:00:00Z if not given."
             )] = None,
             history_days: Annotated[int, typer.Option(
                 min=0, max=400, help="Also write history.csv: leads of so many days before, as "
                                      "many a day as --leads, for `fairlead floors`.")] = 0
             ) -> None:
    """Write made-up but realistic leads.csv, reps.csv and policy.yaml."""
    from api.cli.inputs import generate as run

    run(leads, reps, seed, out, at, history_days)


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
    collect_rarely()
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="fairlead", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:  # typer's own panel would wrap it
        say(f"error: {error.format_message()}")
        code = error.exit_code
    except OSError as error:
        code = cannot_be_used(error)
    sys.exit(code)
