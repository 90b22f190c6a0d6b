"""Rows set aside as a file that can be mended and fed again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

from solver.models.preparation import QuarantinedRow
from solver.reading.formats.assemble import OWN_COLUMNS


def quarantine_file(source: str | None = None) -> str:
    """Return the name of the file for rows set aside; of one of several sources, with its name."""
    return "quarantine.csv" if source is None else f"quarantine-{source}.csv"


def render_quarantine(rows: Iterable[QuarantinedRow], header: Sequence[str] = ()) -> bytes:
    """Return a CSV file of the rows of one file that were set aside.

    Its first columns, ``_file``, ``_row``, ``_code`` and ``_rule``, say where each row stood and
    why it was set aside; tolerant reading leaves them out. The cells stand under the file's own
    header, as many as there were: a row that nobody mended is too short or too long again, and
    is set aside again.

    Parameters
    ----------
    rows
        Rows set aside.
    header
        ``header_cells`` of the table that they come from.
    """
    text = io.StringIO(newline="")
    QuarantineWriter(text, header).add(rows)
    return text.getvalue().encode()


class QuarantineWriter:
    """Writes rows that were set aside, a few at a time; see :func:`render_quarantine`.

    Parameters
    ----------
    file
        Where the text goes.
    header
        ``header_cells`` of the table that the rows come from.
    """

    def __init__(self, file: TextIO, header: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow([*OWN_COLUMNS, *header])

    def add(self, rows: Iterable[QuarantinedRow]) -> None:
        """Write rows."""
        for row in rows:
            self._writer.writerow([row.file, row.row, row.code, row.rule, *row.cells])
