"""Several parts in this process: what a cluster does, without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from solver.matrix.source import PairSource
from solver.prices_first.shards import Kept


class _KeptHere:
    """An answer of each part."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers


class LocalParts:
    """Parts of a window in this process, asked one after the other.

    Parameters
    ----------
    sources
        The usable pairs of each part, in the order of leads.
    """

    def __init__(self, sources: Sequence[PairSource]) -> None:
        self._sources = sources
        ends = [*accumulate(source.num_leads for source in sources)]
        self._firsts, self._num_leads = (0, *ends[:-1]), ends[-1]

    @property
    def num_leads(self) -> int:
        """Leads of all parts, L."""
        return self._num_leads

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self._sources[0].num_reps

    @property
    def firsts(self) -> Sequence[int]:
        """The first lead of each part."""
        return self._firsts

    def keep(self, question: Callable[..., Any], *arguments: Any) -> Kept:
        """Ask every part; nothing is copied."""
        return _KeptHere(self.ask(question, *arguments))

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Ask every part; return the answers in the order of leads."""
        return [question(source, *(one.answers[at] if isinstance(one, _KeptHere) else one
                                   for one in arguments))
                for at, source in enumerate(self._sources)]
