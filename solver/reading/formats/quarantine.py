"""Rows set aside as a file that can be mended and fed again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from solver.models.preparation import QuarantinedRow
from solver.reading.formats.assemble import OWN_COLUMNS


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
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*OWN_COLUMNS, *header])
    for row in rows:
        writer.writerow([row.file, row.row, row.code, row.rule, *row.cells])
    return text.getvalue().encode()
