"""The three outcomes that all normalisers share."""

from __future__ import annotations

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.placeholders import is_placeholder

#: Distinct values that each normaliser remembers.
CACHED = 16_384


def recognised(text: str, rule: str, value: str) -> Cell:
    """Return the cell of a recognised text; trimming alone is no change."""
    return Cell(value, None if value == text.strip() else rule)


def unrecognised(text: str) -> Cell:
    """Return the cell of a text that no rule knows."""
    return Cell(text.strip() or None, known=not text.strip())


def as_blank(text: str) -> Cell | None:
    """Return the cell of a blank text or a placeholder; None: it says something."""
    if not text.strip():
        return Cell(None)
    return Cell(None, "placeholder") if is_placeholder(text) else None
