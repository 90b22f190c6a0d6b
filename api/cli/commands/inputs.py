"""Commands about what goes in: checked, prepared, made up, described."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import At, Format, SchemaName
from api.cli.reading_options import ReadingOptions, with_reading


@exits
@with_reading("ledger", "previous")
def validate(reading: ReadingOptions, at: At = None) -> None:
    """Report every problem of the input files, and write nothing.

    One line each on stderr: file, row, column, value, rule, remedy. Exit 3 if there is an error,
    4 if rules cannot all hold.
    """
    from api.cli.inputs import validate as run

    run(reading, at)


@exits
@with_reading()
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


@exits
def generate(leads: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many leads.")],
             reps: Annotated[int, typer.Option(min=1, max=20_000, help="How many reps.")],
             *, out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
             seed: Annotated[int, typer.Option(min=0, help="Same seed, same files.")] = 1,
             at: Annotated[str | None, typer.Option(
                 metavar="RFC3339",
                 help="Instant the ages of the leads count to; 2026-11-18T15:00:00Z if not given."
             )] = None,
             history_days: Annotated[int, typer.Option(
                 min=0, max=400, help="Also write history.csv: leads of so many days before, as "
                                      "many a day as --leads, for `fairlead floors`.")] = 0,
             features: Annotated[str | None, typer.Option(
                 metavar="LIST", help="Rules of a sales floor, with their files: accounts, named, "
                                      "opportunities, families, rules, groups, use, limits, "
                                      "periods, must_place, fairness, stability, relaxation; "
                                      "several by commas, or all.")] = None,
             group_share: Annotated[float | None, typer.Option(
                 min=0, max=1, help="With accounts: part of the leads whose account has two to "
                                    "six of them; 0.15 if not given.")] = None) -> None:
    """Write made-up but realistic leads.csv, reps.csv and policy.yaml.

    `fairlead generate --leads 200 --reps 25 --features all --out floor`

    Features add accounts.csv, ledger.csv and the folder of the plan before.
    """
    from api.cli.generated import Asked
    from api.cli.generated import generate as run

    run(Asked(num_leads=leads, num_reps=reps, seed=seed, at=at, history_days=history_days,
              features=features, group_share=group_share), out)


@exits
def schema(name: Annotated[SchemaName, typer.Argument(help="The record.")]) -> None:
    """Print the JSON Schema of a record."""
    from api.cli.inputs import schema as run

    run(name.value)


@exits
def versions() -> None:
    """Print the versions of Fairlead and of the libraries that answers rest on."""
    from api.cli.inputs import versions as run

    run()
