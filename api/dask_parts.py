"""How the parts of a window come to the workers of a cluster: built there, or sent once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import Pairs
from solver.matrix.parts import even_parts, factors_of, stored_part
from solver.matrix.source import PairSource


class Part(NamedTuple):
    """How a worker gets the usable pairs of some leads."""

    make: Callable[..., PairSource]
    """A function that workers find by module and name; it is called again where a worker died."""
    arguments: tuple[Any, ...] = ()
    """What travels: the name of a file, say, a seed, or the factors of these leads."""


def parts_of(source: PairSource, num_parts: int) -> list[Part]:
    """Cut a window that is here into parts of equally many leads, each of which travels once.

    Factors travel as they are, a few bytes a lead, and workers make the pairs of them; stored pairs
    travel whole. All of it stays here, and in the scheduler, for as long as the parts are spread:
    this is for windows that fit here. Parts made from the name of a file or a seed weigh nothing.
    """
    leads = even_parts(source.num_leads, num_parts)
    if isinstance(source, FactoredPairs):
        return [Part(FactoredPairs, (factors_of(source.factors, some),)) for some in leads]
    return [Part(_as_sent, (stored_part(source, some),)) for some in leads]


def _as_sent(pairs: Pairs) -> Pairs:
    return pairs
