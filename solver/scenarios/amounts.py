"""Whole numbers times factors, and the order in which leads come and go."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b
from itertools import count


def scaled(number: int, factor: float) -> int:
    """Return a number times a factor, on the factor's decimal digits, halves up.

    Parameters
    ----------
    number
        A whole number, 0 or more.
    factor
        0 or more.
    """
    product = Decimal(repr(float(factor))) * number
    return int(product.to_integral_value(ROUND_HALF_UP))


def in_order(lead_ids: Iterable[str], purpose: str) -> list[str]:
    """Return ids in an order that depends on each id and the purpose alone.

    Whatever else a scenario holds, the same leads come first: the leads that a factor of 1.2 adds
    are among those that 1.5 adds.

    Parameters
    ----------
    lead_ids
        Ids of leads.
    purpose
        What they are ordered for; another purpose gives another order.
    """
    return sorted(lead_ids, key=lambda lead_id: (_hash(lead_id, purpose), lead_id))


def shares(lead_ids: Iterable[str], total: int, purpose: str) -> dict[str, int]:
    """Spread a total over leads as evenly as it goes; those that come first get one more.

    Parameters
    ----------
    lead_ids
        Ids of leads, at least one where the total is above 0.
    total
        What is spread, 0 or more.
    purpose
        As of :func:`in_order`.
    """
    ordered = in_order(lead_ids, purpose)
    each, rest = divmod(total, max(1, len(ordered)))
    return {lead_id: each + (at < rest) for at, lead_id in enumerate(ordered)}


def free_id(stem: str, taken: set[str]) -> str:
    """Return ``stem+1``, or with the first number that is free, and take it.

    Parameters
    ----------
    stem
        What the id begins with.
    taken
        Ids that are there; the new one joins them.
    """
    found = next(free_ids(stem, taken))
    taken.add(found)
    return found


def free_ids(stem: str, taken: Container[str]) -> Iterator[str]:
    """Yield ``stem+1``, ``stem+2``, ..., without those that are taken; there is no end of them."""
    return (found for number in count(1) if (found := f"{stem}+{number}") not in taken)


def _hash(lead_id: str, purpose: str) -> bytes:
    return blake2b(f"{purpose}\0{lead_id}".encode(), digest_size=8).digest()
