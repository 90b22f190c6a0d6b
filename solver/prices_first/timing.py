"""The time that a solve may take."""

from __future__ import annotations

from typing import Protocol


class Timer(Protocol):
    """What says that the time is up."""

    @property
    def left(self) -> float:
        """Seconds left."""
        ...


def is_up(clock: Timer | None) -> bool:
    """Look at the clock; without one there is time for ever."""
    return clock is not None and clock.left <= 0
