"""Shapes of windows: the usual one, and hard ones at rising severity.

Every window is drawn by one recipe of which a shape changes one thing. Only additions,
multiplications and divisions are used, which give the same numbers on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.window import ArrayWindow
from solver.matrix.money import MAX_SUM, engine_takes

_Ints = NDArray[np.int64]
#: Cents that a lead is worth where all leads are worth about the same.
_USUAL_CENTS = 100_000
#: Draws that are held at once.
_BLOCK_CELLS = 1 << 22
_NUM_TERRITORIES = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How to draw a window; the defaults are the usual window."""

    eligible: float = 0.19
    """Share of the pairs that are eligible."""
    slots_per_lead: float = 0.7
    spread: float | None = None
    """Largest value less least over the middle, where all leads are worth about the same."""
    distinct: int | None = None
    """How many different values there are."""
    star: int = 1
    """Factor on all values with one rep, with whom every lead is eligible from 2 on."""
    crowd: float | None = None
    """Share of the leads in one of five territories; pairs are eligible within a territory."""
    limit_share: float | None = None
    """Largest value over the largest that the range check takes."""

    def draw(self, num_leads: int, num_reps: int, seed: int = 1) -> ArrayWindow:
        """Draw a window; the same arguments give the same bytes."""
        draws = np.random.default_rng([seed, num_leads, num_reps])
        home = self._home(draws, num_leads)
        step = max(1, _BLOCK_CELLS // num_reps)
        parts = [self._block(draws, home[first:first + step], num_reps)
                 for first in range(0, num_leads, step)]
        counts, rep, cents = (np.concatenate(column) for column in zip(*parts, strict=True))
        if self.limit_share is not None:
            cents = _stretched(cents, self.limit_share, num_leads, num_reps)
        return ArrayWindow(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), rep, cents,
                           self._capacity(draws, num_leads, num_reps))

    def _home(self, draws: np.random.Generator, num_leads: int) -> _Ints:
        """Return (L,) territories; 0 is the crowded one."""
        elsewhere = draws.integers(1, _NUM_TERRITORIES, num_leads)
        return np.where(draws.random(num_leads) < (self.crowd or 0.0), 0, elsewhere)

    def _block(self, draws: np.random.Generator, home: _Ints, num_reps: int
               ) -> tuple[_Ints, NDArray[np.int32], _Ints]:
        """Draw some leads: counts of their pairs, reps, cents."""
        size = (len(home), num_reps)
        if self.crowd is not None:
            eligible = home[:, None] == np.arange(num_reps) % _NUM_TERRITORIES
        elif self.eligible < 1:
            eligible = draws.random(size, dtype=np.float32) < self.eligible
        else:
            eligible = np.ones(size, dtype=np.bool_)
        if self.star > 1:
            eligible[:, 0] = True
        lead, rep = np.nonzero(eligible)
        cents = self._cents(draws, lead, len(home))
        if self.star > 1:
            cents = np.where(rep == 0, self.star * cents, cents)
        return eligible.sum(axis=1), rep.astype(np.int32), cents

    def _cents(self, draws: np.random.Generator, lead: _Ints, num_leads: int) -> _Ints:
        """Return the values of pairs, by the leads of these."""
        if self.distinct is not None:
            steps = draws.integers(1, self.distinct + 1, len(lead))
            return steps * _USUAL_CENTS
        shift = draws.random(len(lead))
        if self.spread is not None:
            return np.rint(_USUAL_CENTS * (1 + self.spread * (shift - 0.5))).astype(np.int64)
        # Few leads are worth twenty times the least one, as deals are.
        worth = 50_000 / (0.05 + draws.random(num_leads))
        return np.rint(worth[lead] * (0.2 + 0.8 * shift)).astype(np.int64)

    def _capacity(self, draws: np.random.Generator, num_leads: int, num_reps: int) -> _Ints:
        """Deal out exactly so many slots, at random."""
        slots = round(self.slots_per_lead * num_leads)
        capacity = np.bincount(draws.integers(0, num_reps, slots), minlength=num_reps)
        return np.minimum(capacity, num_leads + 1).astype(np.int64)


def largest_cents(num_leads: int, num_reps: int) -> int:
    """Return the largest value that the range checks of a window take."""
    nodes = num_leads + num_reps + 1
    largest = min(MAX_SUM // num_leads, (2**63 - 1) // (5 * nodes + 10))
    return largest if engine_takes(largest, nodes) else largest - 1


def _stretched(cents: _Ints, share: float, num_leads: int, num_reps: int) -> _Ints:
    """Stretch values so that the largest is a share of the largest that is taken."""
    if not len(cents):
        return cents
    wanted = int(largest_cents(num_leads, num_reps) * share)
    factor = max(1, wanted // int(cents.max(initial=1)))
    # What a factor leaves to be had goes to the largest, so that it stands at the limit itself.
    stretched = cents * factor
    stretched[cents.argmax()] = wanted
    return stretched


USUAL = Shape()

#: By name; within a kind the severity rises.
HARD: dict[str, Shape] = {
    **{f"eligible-{percent}": replace(USUAL, eligible=percent / 100) for percent in (50, 75, 100)},
    **{f"spread-{text}": replace(USUAL, spread=spread)
       for text, spread in (("10%", 0.1), ("1%", 0.01), ("0.01%", 0.0001))},
    **{f"ties-{distinct}": replace(USUAL, distinct=distinct) for distinct in (1_000, 10, 1)},
    **{f"star-{factor}": replace(USUAL, star=factor) for factor in (2, 10, 100)},
    **{f"full-{text}": replace(USUAL, slots_per_lead=1.0, eligible=eligible)
       for text, eligible in (("19%", 0.19), ("5%", 0.05), ("2%", 0.02))},
    **{f"scarce-{percent}%": replace(USUAL, slots_per_lead=percent / 100)
       for percent in (20, 5, 1)},
    **{f"crowd-{percent}%": replace(USUAL, crowd=percent / 100) for percent in (50, 70, 90)},
    **{f"range-{text}": replace(USUAL, limit_share=share)
       for text, share in (("1/10000", 1e-4), ("1/100", 1e-2), ("1", 1.0))},
}

SHAPES: dict[str, Shape] = {"usual": USUAL, **HARD}
