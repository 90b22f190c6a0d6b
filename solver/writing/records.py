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
    columns = [name for name, field in _fields(records).items()
               if name in required or any(getattr(r, name) != field for r in records)]
    columns = columns or list(required)
    attributes = sorted({name for record in records for name in record.attributes})
    lines = [_line((*columns, *attributes))]
    for record in records:
        cells = [cell_text(getattr(record, name)) for name in columns]
        cells += [cell_text(record.attributes.get(name)) for name in attributes]
        lines.append(_line(cells))
    return "".join(lines)


def _fields(records: Sequence[Lead] | Sequence[Rep] | Sequence[Account]) -> dict[str, object]:
    """Return the columns of the records' model with the defaults of their fields."""
    if not records:
        return {}
    fields = type(records[0]).model_fields
    return {name: field.default for name, field in fields.items() if name not in _NO_COLUMN}


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    # csv.writer leaves a lone carriage return bare in Python 3.11 and quotes it in 3.13.
    if _NEEDS_QUOTES.isdisjoint(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
