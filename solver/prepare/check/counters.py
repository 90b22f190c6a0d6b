"""Counting the most frequent of many values in bounded memory.

The counter is that of Misra and Gries ("Finding repeated elements", 1982), pruned in steps: above
twice the cap, the count at place cap + 1 is taken off all counts, and what reaches 0 goes. Each
step takes it off more than cap values, so that a count falls short by at most `total / (cap + 1)`.
"""

from __future__ import annotations

#: A value is cut to this many characters: memory stays bounded whatever a cell holds.
MAX_KEY = 200


class TopCounter:
    """Counts of values; exact as long as no more than `cap` distinct ones were seen.

    Parameters
    ----------
    cap
        How many values are surely kept apart.
    """

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._counts: dict[str, int] = {}
        self.total = 0
        """What was added, listed or not."""
        self.shortfall = 0
        """What any count may lack; 0: all counts are exact."""

    def add(self, value: str, times: int = 1) -> None:
        """Count a value."""
        key = value[:MAX_KEY]
        self._counts[key] = self._counts.get(key, 0) + times
        self.total += times
        if len(self._counts) > 2 * self._cap:
            self._prune()

    def top(self, num_values: int) -> list[tuple[str, int]]:
        """Return the most frequent values with their counts; of equal ones the first by name."""
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return ranked[:num_values]

    def __getitem__(self, value: str) -> int:
        return self._counts.get(value[:MAX_KEY], 0)

    def _prune(self) -> None:
        cut = sorted(self._counts.values(), reverse=True)[self._cap]
        self.shortfall += cut
        self._counts = {key: times - cut for key, times in self._counts.items() if times > cut}
