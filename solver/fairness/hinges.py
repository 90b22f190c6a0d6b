"""Convex costs of distance as hinges at integer places with integer slopes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.models.ledger import SHARE_SCALE

_Ints = NDArray[np.int64]
#: No sum of the costs of all reps may pass this, minor units; as the program's.
MAX_COST = 2**61
#: Units of distance over which a cost goes on rising; beyond them its slope stays.
RISING = 64
_STEEP_RISING = (8, 4, 2, 1)


@dataclass(frozen=True, slots=True)
class Hinges:
    """H hinges: ``slope`` for each unit of a rep's y above ``at`` where ``over``, else below."""

    rep: _Ints
    """(H,) ascending."""
    at: _Ints
    """(H,) where it bends."""
    slope: _Ints
    """(H,) minor units, above 0."""
    over: NDArray[np.bool_]
    """(H,)"""

    def costs(self, amounts: _Ints) -> tuple[int, ...]:
        """Return (R,) what (R,) amounts cost, exactly, in minor units."""
        total = [0] * len(amounts)
        for rep, at, slope, over in zip(self.rep.tolist(), self.at.tolist(), self.slope.tolist(),
                                        self.over.tolist(), strict=True):
            beyond = int(amounts[rep]) - at
            total[rep] += slope * max(0, beyond if over else -beyond)
        return tuple(total)


#: Hinges as (rep, at, slope, over).
Parts = list[tuple[int, int, int, bool]]


def price_hinges(rep: int, aim: int, price: int, unit: int, most: int) -> Parts:
    """Return the hinges of ``price x (distance / unit)^2`` on a grid of units.

    Between places of the grid, which are 0, unit, 2 unit, ..., the cost is a straight line;
    its slope is rounded half up to whole minor units for each unit of the measure, which keeps the
    slopes in order and so the cost convex. Beyond ``RISING`` units from the aim the slope stays.

    Parameters
    ----------
    rep
        Position.
    aim
        In 1/``SHARE_SCALE`` of a unit of the measure.
    price
        Minor units for one unit of distance.
    unit
        Units of the measure that are one unit of distance.
    most
        End of what the rep can get.
    """
    centre = aim // (SHARE_SCALE * unit)
    blocks = range(max(0, centre - RISING), min(-(-most // unit), centre + RISING + 1))
    if not blocks:
        blocks = range(1)
    slopes = [_half_up(price * ((2 * k + 1) * unit * SHARE_SCALE - 2 * aim),
                       unit * unit * SHARE_SCALE) for k in blocks]
    parts: Parts = []
    for n, k in enumerate(blocks):
        rises = max(0, slopes[n]) - (max(0, slopes[n - 1]) if n else 0)
        falls = max(0, -slopes[n]) - (max(0, -slopes[n + 1]) if n + 1 < len(slopes) else 0)
        start = 0 if n == 0 else k * unit
        stop = max(most, unit) if n + 1 == len(slopes) else (k + 1) * unit
        parts += [(rep, start, rises, True)] * (rises > 0)
        parts += [(rep, stop, falls, False)] * (falls > 0)
    return parts


def steep_hinges(lower: _Ints, upper: _Ints, outweigh: int, unit: int, ends: _Ints) -> list[Parts]:
    """Return hinges by which one unit beyond lower or upper costs more than any value brings.

    The k-th unit beyond costs k times as much, up to eight where 64 bits hold it, so that what
    cannot be kept is shared out rather than heaped on one rep.

    Parameters
    ----------
    lower, upper
        (R,) between them nothing is paid.
    outweigh
        Minor units that no choice can win or lose otherwise.
    unit
        Units of the measure that are one unit of distance.
    ends
        (R,) the most that each rep's columns add up to.

    Raises
    ------
    ValueError
        If not even constant slopes fit 64 bits.
    """
    slope = outweigh // unit + 1
    for rising in _STEEP_RISING:
        parts = [_steep(at, (low, high), slope, unit, (rising, end)) for at, (low, high, end)
                 in enumerate(zip(lower.tolist(), upper.tolist(), ends.tolist(), strict=True))]
        worst = sum(max(sum(s * a for _, a, s, over in own if not over),
                        sum(s * max(0, end - a) for _, a, s, over in own if over))
                    for own, end in zip(parts, ends.tolist(), strict=True))
        if worst <= MAX_COST:
            return parts
    raise ValueError(f"fairness that outweighs {outweigh} minor units of value does not fit 64 "
                     "bits; state a price for distance, or take fewer leads in a window")


def joined(parts: Iterable[Parts]) -> Hinges:
    """Return the hinges of all reps as arrays."""
    rows = [row for own in parts for row in own]
    rep, at, slope = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    return Hinges(rep, at, slope, np.array([row[3] for row in rows], dtype=np.bool_))


def _steep(rep: int, ends: tuple[int, int], slope: int, unit: int, rest: tuple[int, int]) -> Parts:
    (low, high), (rising, most) = ends, rest
    return [
        *((rep, low - n * unit, slope, False) for n in range(rising) if low - n * unit > 0),
        *((rep, high + n * unit, slope, True) for n in range(rising) if high + n * unit < most)]


def _half_up(number: int, by: int) -> int:
    return (2 * number + by) // (2 * by)

