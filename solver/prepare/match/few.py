"""Pairs among few records, by the keys of blocking: too few for any key to be crowded.

Frames cost some milliseconds however few the rows are, which is long for a lead that somebody
waits for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np

from solver.prepare.match.blocking import RARE_TOKENS, WEAK_CAP, Candidates
from solver.prepare.match.facts import Facts
from solver.prepare.match.keys import company_keys, person_keys, words_of

#: As many records share any key without crowding it.
FEW = WEAK_CAP
_Keys = Sequence[Iterable[Hashable]]


def pairs_of_few(facts: Sequence[Facts], groups: Sequence[int] | None = None) -> Candidates:
    """Return the pairs of leads that share a key, the smaller row left.

    Parameters
    ----------
    facts
        Of :data:`FEW` leads at most.
    groups
        Number of each lead's group, where only leads of one group are compared.
    """
    keys = [list(person_keys(one)) for one in facts]
    if groups is not None:
        keys = [[(f"{group} {kind}", value) for kind, value in of_lead]
                for of_lead, group in zip(keys, groups, strict=True)]
    return _candidates((left, right) for left, right in _sharing(keys, keys) if left < right)


def pairs_between_few(leads: Sequence[Facts], accounts: Sequence[Facts],
                      most_words: int = RARE_TOKENS) -> Candidates:
    """Return the pairs of a lead and an account that share a key, of few of both.

    Of the words of each name so many are keys, the rarest.
    """
    counts = Counter(word for one in accounts for word in words_of(one))
    left, right = (
        [[*company_keys(one), *(("word", word) for word in _rarest(one, counts)[:most_words])]
         for one in facts] for facts in (leads, accounts))
    return _candidates(_sharing(left, right))


def _rarest(facts: Facts, counts: Mapping[str, int]) -> list[str]:
    known = (word for word in words_of(facts) if word in counts)
    return sorted(known, key=lambda word: (counts[word], word))


def _sharing(left: _Keys, right: _Keys) -> set[tuple[int, int]]:
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, keys in enumerate(right):
        for key in keys:
            rows[key].append(row)
    return {(row, other) for row, keys in enumerate(left) for key in keys
            for other in rows.get(key, ())}


def _candidates(pairs: Iterable[tuple[int, int]]) -> Candidates:
    left, right = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    return Candidates(left, right, 0)
