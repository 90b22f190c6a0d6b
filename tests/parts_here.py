"""Parts of a window in this process: what a cluster does, without any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from solver.matrix.parts import even_parts, stored_part
from solver.matrix.source import PairSource


class KeptHere:
    """An answer of each part."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers


class PartsHere:
    """Sources that together are a window, asked one after the other."""

    def __init__(self, sources: Sequence[PairSource]) -> None:
        self._sources = sources
        self.num_leads = sum(source.num_leads for source in sources)
        self.num_reps = sources[0].num_reps
        self.firsts = (0, *accumulate(source.num_leads for source in sources[:-1]))

    def keep(self, question: Callable[..., Any], *arguments: Any) -> KeptHere:
        """Ask, and keep."""
        return KeptHere(self.ask(question, *arguments))

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Ask."""
        return [question(source, *(one.answers[at] if isinstance(one, KeptHere) else one
                                   for one in arguments))
                for at, source in enumerate(self._sources)]


def parts_here(source: PairSource, num_parts: int) -> PartsHere:
    """Cut a window into parts of this process."""
    return PartsHere([stored_part(source, leads)
                      for leads in even_parts(source.num_leads, num_parts)])
