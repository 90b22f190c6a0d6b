"""The rules of one policy with one set of reps, as lookups by what a lead asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.matrix.territories import TerritoryFinder
from solver.models import Policy, Rep
from solver.names import LEVEL_SCALE, OVERLAY, name_key, ten_thousandths

#: A skill key and a weight or minimum level in 1/10,000, sorted.
Weights = tuple[tuple[str, int], ...]
_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]


class Rules:
    """What reps have and know, by name; loads, calendars and the instant play no part.

    Build it once and ask it as often as leads come.
    """

    def __init__(self, reps: Sequence[Rep], policy: Policy) -> None:
        self._reps, self._policy = reps, policy
        self.num_reps = len(reps)
        self.unknown_fit = ten_thousandths(policy.match.unknown) / LEVEL_SCALE
        self._unskilled = np.zeros(self.num_reps, dtype=np.int64)
        self._levels: dict[str, NDArray[np.int64]] = {}
        for at, rep in enumerate(reps):
            for name, level in rep.skills.items():
                key = name_key(name)
                if key not in self._levels:
                    self._levels[key] = self._unskilled.copy()
                self._levels[key][at] = ten_thousandths(level)

    @cached_property
    def finder(self) -> TerritoryFinder:
        """Finds the territory of leads."""
        return TerritoryFinder(self._policy)

    def levels(self, skill: str) -> NDArray[np.int64]:
        """Return (R,) levels in a skill, by its key, in 1/10,000; 0 where it is missing."""
        return self._levels.get(skill, self._unskilled)

    def lacks_skill(self, minimums: Weights) -> _Bools:
        """Return (R,) whether a required skill is below its minimum."""
        lacks = np.zeros(self.num_reps, dtype=np.bool_)
        for name, minimum in minimums:
            lacks |= self.levels(name) < minimum
        return lacks

    def lacks_language(self, names: frozenset[str]) -> _Bools:
        """Return (R,) whether the lead names languages and the rep has none of them."""
        if not names:
            return np.zeros(self.num_reps, dtype=np.bool_)
        lacks = np.ones(self.num_reps, dtype=np.bool_)
        for name in names:
            if name in self._speakers:
                lacks &= ~self._speakers[name]
        return lacks

    def territory_fit(self, key: str | None, relaxed: float | None = None) -> _Floats:
        """Return (R,) the fit of a territory, by its key, or of no territory; NaN: not eligible.

        ``relaxed`` takes the place of the fit of reps who sell elsewhere.
        """
        policy = self._policy.territory_fit
        home, overlay, outside = (
            np.nan if fit is None else fit
            for fit in (policy.home, policy.overlay,
                        policy.outside if relaxed is None else relaxed))
        if key is not None:
            at_home = self._at_home.get(key, np.zeros(self.num_reps, dtype=np.bool_))
            return np.where(at_home, home, np.where(self._sells_everywhere, overlay, outside))
        if self._anything_named:
            return np.where(self._sells_everywhere, overlay, np.nan)
        return np.full(self.num_reps, home)

    @property
    def owned_territory_fit(self) -> float:
        """The territory fit of a rep whose account it is, wherever the rep sells."""
        home = self._policy.territory_fit.home
        return 1.0 if home is None else home

    @cached_property
    def _speakers(self) -> dict[str, _Bools]:
        return _holders(rep.languages for rep in self._reps)

    @cached_property
    def _at_home(self) -> dict[str, _Bools]:
        return _holders(rep.territories for rep in self._reps)

    @cached_property
    def _sells_everywhere(self) -> _Bools:
        return self._at_home.get(OVERLAY, np.zeros(self.num_reps, dtype=np.bool_))

    @cached_property
    def _anything_named(self) -> bool:
        rules = {name_key(rule.name) for rule in self._policy.territories}
        return bool(rules.union(self._at_home) - {OVERLAY})


def _holders(names_by_rep: Iterable[Iterable[str]]) -> dict[str, _Bools]:
    """Return, by name, which reps hold it."""
    held = [set(map(name_key, names)) for names in names_by_rep]
    holders = {name: np.zeros(len(held), dtype=np.bool_) for name in set().union(*held)}
    for at, names in enumerate(held):
        for name in names:
            holders[name][at] = True
    return holders
