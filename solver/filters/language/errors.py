"""What is wrong with the text of a filter, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from solver.names import name_key


class FilterError(ValueError):
    """The text is no filter.

    Parameters
    ----------
    text
        The whole text.
    position
        First character of what is wrong, from 0.
    problem
        What is wrong there, as a sentence without a full stop.
    expected
        What could stand there; empty where anything else would do.
    suggestion
        What was probably meant, as the reader would write it.
    """

    def __init__(self, text: str, position: int, problem: str, expected: tuple[str, ...] = (),
                 suggestion: str | None = None) -> None:
        self.text, self.position, self.problem = text, position, problem
        self.expected, self.suggestion = expected, suggestion
        maybe = "" if suggestion is None else f"; maybe {suggestion}"
        wanted = f"; here may stand {_listed(expected)}" if expected else ""
        super().__init__(f"character {position + 1}: {problem}{wanted}{maybe}")


def _listed(things: tuple[str, ...]) -> str:
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} or {things[-1]}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelt one probably is, or None.

    Up to a third of the letters may differ (optimal string alignment: letters put in, left out,
    changed, or swapped with a neighbour).
    """
    found = process.extractOne(name, list(known), processor=name_key, scorer=OSA.distance,
                               score_cutoff=max(1, len(name) // 3))
    return None if found is None else found[0]


def misspelt(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a name is one slip away from (two, from eight letters on)."""
    found = process.extractOne(name, list(known), processor=name_key, scorer=OSA.distance,
                               score_cutoff=1 if len(name) < 8 else 2)
    return None if found is None else found[0]


def quoted(text: str, most: int = 40) -> str:
    """Return a text in quotes for a message, cut where it is long."""
    return repr(text if len(text) <= most else f"{text[:most]}...")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text of a filter."""

    text: str
    position: int

    def error(self, problem: str, suggestion: str | None = None) -> FilterError:
        """Return what is wrong here as an exception."""
        return FilterError(self.text, self.position, problem, (), suggestion)
