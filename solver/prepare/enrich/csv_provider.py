"""A provider that looks leads up in a table, by e-mail address or web domain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from solver.errors import UsageError
from solver.models.lead import Lead

_KEYS = ("email", "domain")


class CsvProvider:
    """Knows leads by a table with a row per person or per company.

    A row with an e-mail address tells of that person; one without, of all leads of its domain (the
    lead's, else that of its e-mail address). What a lead's person row says goes before what its
    company row says. Blank cells say nothing.

    Parameters
    ----------
    rows
        Column to cell: ``email`` or ``domain``, and fields of a lead.
    name
        Name that stands in the record of every change.

    Raises
    ------
    UsageError
        If a row has neither e-mail address nor domain, or two rows have the same.
    """

    def __init__(self, rows: Iterable[Mapping[str, str | None]], name: str = "csv") -> None:
        self.name = name
        self._rows: dict[str, dict[str, dict[str, str]]] = {key: {} for key in _KEYS}
        for number, row in enumerate(rows, 1):
            cells = {column: cell.strip() for column, cell in row.items()
                     if isinstance(cell, str) and cell.strip()}
            self._keep(number, cells)

    @classmethod
    def from_text(cls, text: str, name: str = "csv") -> CsvProvider:
        """Read a CSV file with a header; its other parameters and errors are those of the class.

        Parameters
        ----------
        text
            Content of the file.
        name
            Name that stands in the record of every change.
        """
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        reader.fieldnames = [column.strip() for column in reader.fieldnames or ()]
        try:
            return cls(reader, name)
        except csv.Error as error:
            raise UsageError(f"provider {name!r}, line {reader.line_num}: {error}; save the table "
                             "as CSV again") from error

    def enrich(self, leads: Sequence[Lead]) -> dict[str, dict[str, str]]:
        """Return what the table says of these leads; nothing of those it does not know."""
        found = ((lead.lead_id, self._look_up(lead)) for lead in leads)
        return {lead_id: cells for lead_id, cells in found if cells}

    def _keep(self, number: int, cells: dict[str, str]) -> None:
        key = next((key for key in _KEYS if key in cells), None)
        if key is None:
            raise UsageError(f"provider {self.name!r}, record {number}: it has neither email nor "
                             "domain to find leads by; fill one in")
        identity = cells.pop(key).casefold()
        if identity in self._rows[key]:
            raise UsageError(f"provider {self.name!r}, record {number}: the {key} {identity!r} "
                             "stands twice; keep one of the rows")
        self._rows[key][identity] = cells

    def _look_up(self, lead: Lead) -> dict[str, str]:
        email = (lead.email or "").casefold()
        domain = (lead.domain or email.rpartition("@")[2]).casefold()
        of_company = self._rows["domain"].get(domain, {})
        return {**of_company, **self._rows["email"].get(email, {})}
