"""Records of one kind as a CSV table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from solver.models import Account, Lead, Rep
from solver.writing.cells import cell_text

#: Fields that are no column of their own.
_NO_COLUMN = frozenset({"attributes", "assumed"})
_NEEDS_QUOTES = frozenset(',"\r\n')


def records_csv(
    records: Sequence[Lead] | Sequence[Rep] | Sequence[Account], required: Collection[str]
) -> str:
    """Return a table with the required columns, those that some record uses, and attributes.

    Columns stand in the order of the model's fields, then attributes by name. A column is used
    where some record differs from the field's default.
    """
    fields = default_cells(type(records[0])) if records else {}
    columns = [name for name, default in fields.items()
               if name in required or any(getattr(r, name) != default for r in records)]
    columns = columns or list(required)
    attributes = sorted({name for record in records for name in record.attributes})
    return header_line(columns, attributes) + "".join(
        record_line(record, columns, attributes) for record in records)


def default_cells(model: type[Lead] | type[Rep] | type[Account]) -> dict[str, object]:
    """Return the columns of a model, in order, with the defaults of their fields."""
    return {name: field.default for name, field in model.model_fields.items()
            if name not in _NO_COLUMN}


def header_line(columns: Sequence[str], attributes: Sequence[str]) -> str:
    """Return the first line of a table."""
    return table_line((*columns, *attributes))


def record_line(record: Lead | Rep | Account, columns: Sequence[str], attributes: Sequence[str]
                ) -> str:
    """Return the line of one record."""
    values, others = vars(record), record.attributes
    cells = [cell_text(values[name]) for name in columns]
    cells += [cell_text(others.get(name)) for name in attributes]
    return table_line(cells)


def table_line(cells: Iterable[str]) -> str:
    """Return cells as one line of a CSV table."""
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    # csv.writer leaves a lone carriage return bare in Python 3.11 and quotes it in 3.13.
    if _NEEDS_QUOTES.isdisjoint(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
