"""Seconds of a solve by what they go to: questions to the parts, and work on the core."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from unittest.mock import patch

from solver.prices_first import loop, start
from solver.prices_first.core import Exchange
from solver.prices_first.shards import Kept, Shards


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds by name, and times each was called."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter)

    def run(self, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run a piece of work, and count its time."""
        begun = perf_counter()
        try:
            return work(*arguments)
        finally:
            self.seconds[name] += perf_counter() - begun
            self.calls[name] += 1

    def of(self, *names: str) -> float:
        """Return the seconds of some names together."""
        return sum(self.seconds[name] for name in names)


class Clocked:
    """Parts whose questions are timed by name."""

    def __init__(self, shards: Shards, clocks: Clocks) -> None:
        self._shards, self._clocks = shards, clocks

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return self._shards.num_leads

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self._shards.num_reps

    @property
    def firsts(self) -> Sequence[int]:
        """The first lead of each part."""
        return self._shards.firsts

    def keep(self, question: Callable[..., Any], *arguments: Any) -> Kept:
        """Ask, and count the time."""
        kept: Kept = self._clocks.run(question.__name__, self._shards.keep, question, *arguments)
        return kept

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Ask, and count the time."""
        answers: list[Any] = self._clocks.run(question.__name__, self._shards.ask, question,
                                              *arguments)
        return answers


@contextmanager
def clocked_core() -> Iterator[Clocks]:
    """Time what the engine does with the core while the block lasts."""
    clocks = Clocks()

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: clocks.run(name, work, *arguments)

    with ExitStack() as patches:
        for owner, name in ((loop, "best_plan"), (loop, "core_of_parts"),
                            (loop, "canonical_choice"), (Exchange, "gains"),
                            (Exchange, "losses"), (start, "fine_auction")):
            patches.enter_context(patch.object(owner, name, timed(name, getattr(owner, name))))
        yield clocks
