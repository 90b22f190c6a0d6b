"""``fairlead prepare``: from any export to leads that can be trusted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from api.cli.exits import say
from api.cli.instants import parse_at
from api.cli.prepared import print_report
from api.cli.reading_options import ReadingOptions
from api.enrichment_http import HttpProvider, load_providers
from api.out_folder import PREPARED_FOLDER, check_folder, write_folder
from solver.errors import UsageError
from solver.prepare.enrich.csv_provider import CsvProvider
from solver.prepare.enrich.provider import Provider
from solver.prepared_files import QUARANTINE_FILE, render_prepared
from solver.reading.formats import render_quarantine


def prepare(reading: ReadingOptions, out: Path | None, at: str | None, enrich: Sequence[str],
            output_format: str) -> None:
    """Read, prepare, write, print; arguments are those of the command."""
    if reading.raw:
        raise UsageError("--raw takes leads as they come; leave it out to prepare them")
    instant = parse_at(at)
    if out is not None:
        check_folder(out, PREPARED_FOLDER, reading.paths())
    read = reading.read_all(instant, providers=_providers(enrich))
    assert read.prepared is not None
    files = render_prepared(read.prepared, instant, read.activities)
    if read.prepared.quarantine:
        files[QUARANTINE_FILE] = render_quarantine(read.prepared.quarantine, read.header_cells)
    if out is not None:
        write_folder(out, files)
        say(f"wrote {', '.join(files)} to {out}")
    if output_format == "json":
        sys.stdout.write(files["report.json"].decode())
    elif output_format == "csv":
        sys.stdout.write(files["leads.csv"].decode())
    else:
        print_report(read.prepared)


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
