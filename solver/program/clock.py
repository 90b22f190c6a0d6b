"""The time an engine has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic


@dataclass(frozen=True, slots=True)
class Clock:
    """Counts down from ``seconds``; None never runs out."""

    seconds: float | None
    _start: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        """Seconds, 0 or more, or infinity."""
        if self.seconds is None:
            return float("inf")
        return max(0.0, self.seconds - self.passed)

    def without(self, call: Callable[[], object]) -> Clock:
        """Call, and return the clock as it were had the call taken no time."""
        begun = monotonic()
        call()
        return replace(self, _start=self._start + monotonic() - begun)

    def at_least_half(self) -> Clock:
        """Return the clock, or one of half the seconds that starts now, if that ends later."""
        if self.seconds is None or self.left >= self.seconds / 2:
            return self
        return Clock(self.seconds / 2)

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._start

    def part(self, share: float) -> float | None:
        """Return a share of the whole time, but not more than is left; None: without end."""
        return None if self.seconds is None else min(self.left, share * self.seconds)
