"""Reps who could have a lead, by the rules of the policy: from whom owners are drawn."""

from __future__ import annotations

import numpy as np

from solver.generate.draws import Ints
from solver.matrix.refusals import Refusal
from solver.matrix.rows import ValueRows

#: Nobody.
NOBODY = -1
_ABSENT = np.uint16(Refusal.AWAY | Refusal.UNKNOWN_HOURS)


def draw_serving(rng: np.random.Generator, rows: ValueRows, *, absent_too: bool) -> Ints:
    """Draw a rep for each routed lead among those who may have it.

    Parameters
    ----------
    rng
        One number is drawn per pair.
    rows
        The window.
    absent_too
        Whether reps who are away count.

    Returns
    -------
    ndarray
        (L,) positions of reps, ``NOBODY`` where none may have the lead.
    """
    drawn = [np.empty(0, dtype=np.int64)]
    for block in rows.blocks():
        refused = rows.refused(block)
        if absent_too:
            refused &= ~_ABSENT
        lots = np.where(refused == 0, rng.random(refused.shape), -1.0)
        best = lots.argmax(axis=1)
        found = lots[np.arange(len(best)), best] >= 0
        drawn.append(np.where(found, best, NOBODY))
    return np.concatenate(drawn)


def num_serving(rows: ValueRows) -> Ints:
    """Return (L,) how many reps with a free slot may have each routed lead."""
    free = rows.reps.free_slots > 0
    return np.concatenate([np.empty(0, dtype=np.int64), *(
        ((rows.refused(block) == 0) & free).sum(axis=1) for block in rows.blocks())])
