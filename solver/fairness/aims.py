"""What each rep should get in a window: its share, less what it is ahead, plus what it is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from solver.fairness.shares import apportion, exact
from solver.models.ledger import SHARE_SCALE

#: Blocks in the queues of all reps together, beyond which blocks grow with what is offered.
MAX_BLOCKS = 100_000


def deviations(shares: Sequence[int], balances: Sequence[int]) -> tuple[int, ...]:
    """Return how far each rep is ahead among those who have a share now.

    Parameters
    ----------
    shares
        (R,) shares in 1/``SHARE_SCALE``; 0 for reps who have none now.
    balances
        (R,) from the ledger, in 1/``SHARE_SCALE`` of a unit.

    Returns
    -------
    tuple of int
        (R,) balance less the rep's share of the sum of balances of those who have one; sums to 0
        over them. What those who are absent are ahead or behind is nobody's here. 0 for reps
        without a share.
    """
    if not any(shares):
        return (0,) * len(shares)
    together = sum(balance for share, balance in zip(shares, balances, strict=True) if share)
    parts = apportion(together, shares)
    return tuple(balance - part if share else 0
                 for share, balance, part in zip(shares, balances, parts, strict=True))


def forgiven(shares: Sequence[int], ahead: Sequence[int], expected: int,
             catch_up: float | None) -> tuple[int, ...]:
    """Return how far ahead each rep counts in this window, where catching up has an end.

    Parameters
    ----------
    shares
        (R,) shares in 1/``SHARE_SCALE``.
    ahead
        (R,) as :func:`deviations` gives it.
    expected
        Units that the window is expected to hand out.
    catch_up
        The most that a rep who is owed something is aimed at, as a multiple of what is due to it;
        None: no such end.

    Returns
    -------
    tuple of int
        (R,) sums to 0; the rest is owed still.
    """
    if catch_up is None:
        return tuple(ahead)
    beyond = exact(catch_up) - 1
    counted = [max(one, _floor(-beyond * share * expected)) if share else 0
               for share, one in zip(shares, ahead, strict=True)]
    return deviations(shares, counted)


def aims(shares: Sequence[int], ahead: Sequence[int], expected: int) -> tuple[int, ...]:
    """Return what each rep should get so that nobody is ahead or behind after the window.

    Parameters
    ----------
    shares
        (R,) shares in 1/``SHARE_SCALE``.
    ahead
        (R,) as :func:`forgiven` gives it.
    expected
        Units that the window is expected to hand out.

    Returns
    -------
    tuple of int
        (R,) in 1/``SHARE_SCALE`` of a unit; sums to `expected` units where anybody has a share;
        below 0 for a rep who is ahead by more than is due to it. 0 for reps without a share.
    """
    return tuple(share * expected - one if share else 0
                 for share, one in zip(shares, ahead, strict=True))


def in_turn(last_assigned: Sequence[datetime | None]) -> tuple[int, ...]:
    """Return (R,) places in the order of least recently assigned; never comes first.

    Ties, and so a window's leads among equals, go in the order of the reps.
    """
    order = sorted(range(len(last_assigned)), key=lambda at: (
        (last := last_assigned[at]) is not None, last.timestamp() if last else 0.0, at))
    places = [0] * len(order)
    for place, at in enumerate(order):
        places[at] = place
    return tuple(places)


def queue_block(unit: int, mean: int, most: Sequence[int]) -> int:
    """Return the units of the measure that are one place in the queue.

    The unit of distance, or the least multiple of it with which all reps together have at most
    ``MAX_BLOCKS`` places and one for each rep; but never more than the mean lead, beside which a
    finer queue says nothing.

    Parameters
    ----------
    unit
        Units of the measure that are one unit of distance.
    mean
        What a lead counts on average, 1 or more.
    most
        (R,) ends of what each rep can get.
    """
    blocks = sum(-(-one // unit) for one in most)
    return unit * max(1, min(-(-blocks // MAX_BLOCKS), mean // unit))


def rotation_places(shares: Sequence[int], ahead: Sequence[int], blocks: Sequence[int],
                    block: int) -> list[list[int]]:
    """Return the places in the queue of each rep's blocks by weighted round robin, rising.

    The k-th unit stands at ``(ahead + k) / share``: the rule of the highest average (Jefferson,
    d'Hondt), which is weighted round robin unit by unit; a block stands where its last unit does.
    A rep without a share stands behind all others.
    """
    mean = max(1, sum(1 for share in shares if share))
    last = 1 + max((_place((one + end * block * SHARE_SCALE) * SHARE_SCALE, share * mean)
                    for share, one, end in zip(shares, ahead, blocks, strict=True) if share),
                   default=0)
    return [[_place((one + (k + 1) * block * SHARE_SCALE) * SHARE_SCALE, share * mean)
             if share else last + k for k in range(end)]
            for share, one, end in zip(shares, ahead, blocks, strict=True)]


def distance_places(aim: Sequence[int], blocks: Sequence[int], block: int) -> list[list[int]]:
    """Return the places in the queue of each rep's blocks by distance from its aim, rising.

    A block from y to z stands at ``(y + z) / 2 - aim``: half of what it adds to the squared
    distance for each of its units. The least sum of squares is the method of largest remainders.
    """
    return [[_place((2 * k + 1) * block * SHARE_SCALE - 2 * one, 2) for k in range(end)]
            for one, end in zip(aim, blocks, strict=True)]


def _place(number: int, by: int) -> int:
    """Return a quotient in thousandths of a unit: reps nearer than that are equals.

    Shares are rounded to billionths, so that thirds are never quite equal. The bounds between
    thousandths are shifted off the simple fractions, where equals lie.
    """
    return (number * 10_000_000 // (by * SHARE_SCALE) + 3_819) // 10_000


def _floor(number: Fraction) -> int:
    return number.numerator // number.denominator
