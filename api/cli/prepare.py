"""``fairlead prepare``: from any export to leads that can be trusted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from api.cli.exits import say, say_issues
from api.cli.instants import parse_at
from api.cli.prepared import print_report
from api.cli.reading_options import ReadingOptions
from api.cli.stream import stream
from api.enrichment_http import HttpProvider, load_providers
from api.out_folder import PREPARED_FOLDER, check_folder, write_folder
from solver.errors import InvalidInputError, UsageError
from solver.prepare.enrich.csv_provider import CsvProvider
from solver.prepare.enrich.provider import Provider
from solver.prepared_files import render_prepared
from solver.reading import Reading, read_sources
from solver.reading.formats import quarantine_file, render_quarantine
from solver.reading.sources_file import files_named

#: Options of READING that a sources file takes the place of.
_BY_SOURCE = ("leads", "preset", "columns")


def prepare(reading: ReadingOptions, sources: Path | None, out: Path | None, at: str | None,
            enrich: Sequence[str], output_format: str) -> None:
    """Read, prepare, write, print; arguments are those of the command."""
    _refuse_raw(reading)
    instant = parse_at(at)
    if out is not None:
        check_folder(out, PREPARED_FOLDER,
                     [*reading.paths(), *(files_named(sources) if sources else ())])
    providers = _providers(enrich)
    read = (reading.read_all(instant, providers=providers) if sources is None
            else _read_sources(reading, sources, instant, providers))
    assert read.prepared is not None
    files = render_prepared(read.prepared, instant, read.activities) | _quarantine(read)
    if out is not None:
        write_folder(out, files)
        say(f"wrote {', '.join(files)} to {out}")
    if output_format == "json":
        sys.stdout.write(files["report.json"].decode())
    elif output_format == "csv":
        sys.stdout.write(files["leads.csv"].decode())
    else:
        print_report(read.prepared)


def prepare_in_parts(reading: ReadingOptions, sources: Path | None, out: Path | None,
                     at: str | None, enrich: Sequence[str]) -> None:
    """Prepare a file past memory; arguments are those of the command."""
    _refuse_raw(reading)
    if sources is not None:
        raise UsageError("--stream reads one file; leave out --sources")
    stream(reading, out, at, enrich)


def _refuse_raw(reading: ReadingOptions) -> None:
    if reading.raw:
        raise UsageError("--raw takes leads as they come; leave it out to prepare them")


def _read_sources(reading: ReadingOptions, sources: Path, at: datetime,
                  providers: Sequence[Provider]) -> Reading:
    """Read all sources, print their problems on stderr and return what was read."""
    for name in _BY_SOURCE:
        if getattr(reading, name) is not None:
            raise UsageError(f"--sources names files of leads, each with its mapping; leave out "
                             f"--{name}")
    if reading.reps is None:
        raise UsageError("name the reps with --reps FILE")
    read = read_sources(
        sources, reading.reps, at=at, accounts=reading.accounts, policy=reading.policy,
        timezone=reading.timezone, activities=reading.activities, providers=providers)
    say_issues(read.issues)
    if read.window is None:
        raise InvalidInputError([])
    return read


def _quarantine(read: Reading) -> dict[str, bytes]:
    """Return the files of rows set aside, one for each file that has such rows."""
    assert read.prepared is not None
    done = read.activities_aside
    parts = [] if done is None else [
        (quarantine_file("activities"), done.quarantine, done.header_cells)]
    if read.set_aside:
        parts += [(quarantine_file(one.source), one.quarantine, one.header_cells)
                  for one in read.set_aside]
    else:
        parts.append((quarantine_file(), read.prepared.quarantine, read.header_cells))
    return {name: render_quarantine(rows, header) for name, rows, header in parts if rows}


def _providers(names: Sequence[str]) -> list[Provider]:
    """Return who is asked: a CSV file, an address, or a plug-in by its name."""
    installed = {provider.name: provider for provider in load_providers()}
    providers: list[Provider] = []
    for name in names:
        if name.startswith(("http://", "https://")):
            providers.append(HttpProvider(name))
        elif name in installed:
            providers.append(installed[name])
        else:
            providers.append(_table(Path(name), sorted(installed)))
    return providers


def _table(path: Path, installed: Sequence[str]) -> Provider:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        known = f"; installed plug-ins: {', '.join(installed)}" if installed else ""
        raise UsageError(f"--enrich {path} is no CSV file that can be read ({error}), no http "
                         f"address and no plug-in{known}") from error
    return CsvProvider.from_text(text, path.name)
