"""The reps of a window as columns: slots, deal bands, skills, languages and waits."""

from __future__ import annotations

import numpy as np

from solver.models import Rep, Window
from solver.names import name_key, ten_thousandths
from solver.verify.recompute.arrays import BoolArray, FloatArray, IntArray
from solver.verify.recompute.waits import Availability, availability


class RepColumns:
    """What the rules ask of reps, as arrays of shape (reps,) in the window's order.

    Parameters
    ----------
    window
        The inputs; waits are counted from its instant.
    """

    def __init__(self, window: Window) -> None:
        reps = window.reps
        self.ids = tuple(rep.rep_id for rep in reps)
        self.idx = {rep_id: rep_idx for rep_idx, rep_id in enumerate(self.ids)}
        self.active: BoolArray = np.array([rep.active for rep in reps], dtype=bool)
        self.free_slots: IntArray = np.array([_free_slots(rep) for rep in reps], dtype=np.int64)
        self.performance: FloatArray = np.array([rep.performance for rep in reps], dtype=float)
        self.least_deal: FloatArray = np.array(
            [-np.inf if rep.min_deal is None else rep.min_deal for rep in reps], dtype=float)
        self.most_deal: FloatArray = np.array(
            [np.inf if rep.max_deal is None else rep.max_deal for rep in reps], dtype=float)
        self.at_work: tuple[Availability, ...] = availability(window)
        half_life = window.policy.response.half_life_minutes
        self.response: FloatArray = np.array(
            [0.0 if a.wait_minutes is None else 0.5 ** (a.wait_minutes / half_life)
             for a in self.at_work], dtype=float)
        self.away: BoolArray = np.array([a.away for a in self.at_work], dtype=bool)
        self.unknown_hours: BoolArray = np.array([a.unknown_hours for a in self.at_work],
                                                 dtype=bool)
        self._no_level: IntArray = np.zeros(len(reps), dtype=np.int64)
        self._levels = self._level_columns(reps)
        self._nobody: BoolArray = np.zeros(len(reps), dtype=bool)
        self._speakers = self._speaker_columns(reps)

    def levels(self, skill: str) -> IntArray:
        """Return every rep's level of a skill in units of 1/10,000, 0 where it is missing."""
        return self._levels.get(name_key(skill), self._no_level)

    def speakers(self, language: str) -> BoolArray:
        """Return who sells in a language."""
        return self._speakers.get(name_key(language), self._nobody)

    def among(self, rep_ids: tuple[str, ...]) -> BoolArray:
        """Return who is one of ``rep_ids``."""
        found = self._nobody.copy()
        found[[self.idx[rep_id] for rep_id in rep_ids if rep_id in self.idx]] = True
        return found

    def _level_columns(self, reps: tuple[Rep, ...]) -> dict[str, IntArray]:
        columns: dict[str, IntArray] = {}
        for rep_idx, rep in enumerate(reps):
            for skill, level in rep.skills.items():
                column = columns.setdefault(name_key(skill), self._no_level.copy())
                column[rep_idx] = ten_thousandths(level)
        return columns

    def _speaker_columns(self, reps: tuple[Rep, ...]) -> dict[str, BoolArray]:
        columns: dict[str, BoolArray] = {}
        for rep_idx, rep in enumerate(reps):
            for language in rep.languages:
                column = columns.setdefault(name_key(language), self._nobody.copy())
                column[rep_idx] = True
        return columns


def _free_slots(rep: Rep) -> int:
    if not rep.active:
        return 0
    room = [rep.capacity - rep.open_leads]
    if rep.daily_cap is not None:
        room.append(rep.daily_cap - rep.assigned_today)
    return max(0, min(room))
