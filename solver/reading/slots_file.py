"""The prices that a plan's ``slots.csv`` names, for the window after it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from solver.errors import UsageError
from solver.models.money import MAX_SUM, MINOR_PER_UNIT
from solver.plan_files import plain_text


def read_last_prices(path: str | Path) -> dict[str, int]:
    """Return rep_id to the price of its slots, minor units.

    Parameters
    ----------
    path
        ``slots.csv`` of a plan; other columns than ``rep_id`` and ``price`` are not looked at.

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column, names a rep twice or has a price that is none.
    """
    name = Path(path).name
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = {"rep_id", "price"}.difference(rows.fieldnames or ())
            if missing:
                raise UsageError(f"{name} has no column {', '.join(sorted(missing))}: give the "
                                 "slots.csv of the last plan")
            return _prices(rows, name)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except csv.Error as error:
        raise UsageError(f"{name} is no CSV file that can be read ({error}): give the slots.csv of "
                         "the last plan as it was written") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no UTF-8 text: give the slots.csv of the last plan"
                         ) from error


def _prices(rows: csv.DictReader[str], name: str) -> dict[str, int]:
    prices: dict[str, int] = {}
    for at, row in enumerate(rows, start=2):
        rep_id = plain_text(row["rep_id"] or "")
        if rep_id in prices:
            raise UsageError(f"{name} row {at}: rep {rep_id!r} stands there twice; give the "
                             "slots.csv of the last plan as it was written")
        prices[rep_id] = _minor(row["price"], name, at)
    return prices


def _minor(text: str | None, name: str, row: int) -> int:
    try:
        minor = Decimal(text or "") * MINOR_PER_UNIT
    except ArithmeticError:  # no number, or one of a million digits
        minor = Decimal(-1)
    if not minor.is_finite() or not 0 <= minor <= MAX_SUM or minor != int(minor):
        raise UsageError(f"{name} row {row}: price {text!r} must be an amount of 0 or more with at "
                         "most two decimals; give the slots.csv of the last plan as it was "
                         "written")
    return int(minor)
