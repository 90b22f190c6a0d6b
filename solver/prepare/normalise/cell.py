"""One cell after normalising."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in the form that rules compare, and what brought it there."""

    value: str | None
    """Normalised text; as it came, trimmed, where it is not known; None: as good as blank."""
    rule: str | None = None
    """What changed it, in two or three words such as ``country name``; None: unchanged."""
    known: bool = True
    """Whether the value was recognised; unknown ones are counted in the report."""
