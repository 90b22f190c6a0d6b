"""The prices that a plan's ``slots.csv`` names, for the window after it."""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation
from pathlib import Path

from solver.errors import UsageError
from solver.models.floors import MAX_FLOOR
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
        If the file cannot be read, lacks a column or has a price that is none.
    """
    name = Path(path).name
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = {"rep_id", "price"}.difference(rows.fieldnames or ())
            if missing:
                raise UsageError(f"{name} has no column {', '.join(sorted(missing))}: give the "
                                 "slots.csv of the last plan")
            return {plain_text(row["rep_id"] or ""): _minor(row["price"], name, at)
                    for at, row in enumerate(rows, start=2)}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no UTF-8 text: give the slots.csv of the last plan"
                         ) from error


def _minor(text: str | None, name: str, row: int) -> int:
    try:
        minor = Decimal(text or "") * 100
    except InvalidOperation:
        minor = Decimal(-1)
    if not minor.is_finite() or not 0 <= minor <= MAX_FLOOR:
        raise UsageError(f"{name} row {row}: price {text!r} must be an amount of 0 or more; give "
                         "the slots.csv of the last plan as it was written")
    return int(minor)
