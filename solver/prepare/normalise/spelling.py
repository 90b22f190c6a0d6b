"""Typing slips: the one known name that a misspelt one can only mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Shorter names differ by one letter too often to tell a slip from another name.
_SHORTEST, _LONGEST = 5, 60
#: From this length on two slips are forgiven.
_LONG = 9


def closest(name: str, known: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return what the names nearest to `name` stand for; empty: none is near.

    Parameters
    ----------
    name : str
        Folded.
    known : Mapping[str, Collection[str]]
        Folded name to what it stands for.

    Notes
    -----
    A slip is a letter too many, too few, wrong, or swapped with its neighbour (optimal string
    alignment distance). One is forgiven, in names of nine letters or more two; never the first
    letter, which people get right and other names differ in.
    """
    if not _SHORTEST <= len(name) <= _LONGEST:
        return frozenset()
    found = process.extract(name, [key for key in known if key.startswith(name[0])],
                            scorer=OSA.distance, score_cutoff=2 if len(name) >= _LONG else 1,
                            limit=None)
    nearest = takewhile(lambda match: match[1] == found[0][1], found)
    return frozenset(meaning for key, _, _ in nearest if len(key) >= _SHORTEST
                     for meaning in known[key])
