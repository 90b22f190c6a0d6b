"""The reps as they stand while a run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from solver.models import Rep
from solver.world import RepChange


class Desk:
    """Loads of reps, kept up to date; rep positions are those of the world."""

    def __init__(self, reps: Sequence[Rep], start: datetime) -> None:
        self._reps = list(reps)
        self._midnight = [start] * len(reps)
        self._ill: set[int] = set()

    @property
    def reps(self) -> tuple[Rep, ...]:
        """The records as they stand now."""
        return tuple(self._reps)

    def offer(self, rep_idx: int) -> None:
        """Let an offer, or the lead that becomes of it, take a slot."""
        self._add(rep_idx, open_leads=1, assigned_today=1)

    def take_back(self, rep_idx: int, offered_at: datetime) -> None:
        """Give the slot of an offer back, and with it the one of the daily cap, if of today."""
        of_today = offered_at >= self._midnight[rep_idx]
        self._add(rep_idx, open_leads=-1, assigned_today=-int(of_today))

    def close(self, rep_idx: int) -> None:
        """Let an owned lead close: its slot reopens, today's cap does not."""
        self._add(rep_idx, open_leads=-1)

    def begin_day(self, rep_idx: int, midnight: datetime) -> None:
        """Begin the rep's next day."""
        self._midnight[rep_idx] = midnight
        self._set(rep_idx, assigned_today=0)

    def fall_ill(self, rep_idx: int) -> None:
        """Let a rep take no lead from now on."""
        self._ill.add(rep_idx)
        self._set(rep_idx, active=False)

    def change(self, rep_idx: int, change: RepChange) -> None:
        """Let what a rep may take be another from now on."""
        fields = {"capacity": change.capacity, "daily_cap": change.daily_cap,
                  "active": None if rep_idx in self._ill else change.active}
        self._set(rep_idx, **{name: to for name, to in fields.items() if to is not None})

    def _add(self, rep_idx: int, **changes: int) -> None:
        rep = self._reps[rep_idx]
        self._set(rep_idx, **{name: getattr(rep, name) + by for name, by in changes.items()})

    def _set(self, rep_idx: int, **fields: int) -> None:
        self._reps[rep_idx] = self._reps[rep_idx].model_copy(update=fields)
