"""Which territory a lead belongs to, and how every rep fits it."""

from __future__ import annotations

import numpy as np

from solver.models import Lead, Policy, Rep, Territory
from solver.names import OVERLAY, name_key, postal_key
from solver.verify.recompute.arrays import BoolArray, FloatArray


class TerritoryRule:
    """Territory fit of leads with all reps of a window.

    Parameters
    ----------
    policy
        Its territories and fits.
    reps
        All reps, active or not, in the order of the arrays.
    """

    def __init__(self, policy: Policy, reps: tuple[Rep, ...]) -> None:
        self._fit = policy.territory_fit
        self._matchers = tuple(map(_Matcher, policy.territories))
        self._nowhere = np.zeros(len(reps), dtype=bool)
        self._sellers: dict[str, BoolArray] = {}
        for rep_idx, rep in enumerate(reps):
            for name in rep.territories:
                sellers = self._sellers.setdefault(name_key(name), self._nowhere.copy())
                sellers[rep_idx] = True
        self._overlay = self._sellers.get(OVERLAY, self._nowhere)
        named = {*self._sellers, *(name_key(t.name) for t in policy.territories)}
        self._any_named = bool(named - {OVERLAY})

    def name_of(self, lead: Lead) -> str | None:
        """Return the territory that a lead lies in, its own or the first that matches."""
        return lead.territory or next((m.name for m in self._matchers if m.matches(lead)), None)

    def fits(self, lead: Lead, relaxed: float | None = None) -> tuple[FloatArray, BoolArray]:
        """Return the fit with each rep, 0 where refused, and who is refused; shape (reps,).

        ``relaxed`` takes the place of the fit of reps who sell elsewhere.
        """
        territory = self.name_of(lead)
        if territory is not None:
            home = self._sellers.get(name_key(territory), self._nowhere)
            outside = self._fit.outside if relaxed is None else relaxed
        else:
            home = self._nowhere if self._any_named else ~self._nowhere
            outside = None
        fit = np.where(home, _nan_if_none(self._fit.home),
                       np.where(self._overlay, _nan_if_none(self._fit.overlay),
                                _nan_if_none(outside)))
        refused = np.isnan(fit)
        return np.where(refused, 0.0, fit), refused


class _Matcher:
    """One territory of the policy, its names in the form in which they compare."""

    def __init__(self, territory: Territory) -> None:
        self.name = territory.name
        self._names = tuple(
            (field, frozenset(map(name_key, given)))
            for field, given in (("country", territory.countries), ("region", territory.regions),
                                 ("industry", territory.industries),
                                 ("sector", territory.sectors),
                                 ("source", territory.sources))
            if given)
        self._prefixes = tuple(map(postal_key, territory.postal_prefixes))
        self._codes = tuple(tuple(map(postal_key, text.split("-", 1)))
                            for text in territory.postal_ranges)
        self._ranges = tuple(
            (field, given)
            for field, given in (("employees", territory.employees),
                                 ("annual_revenue", territory.annual_revenue))
            if given is not None)

    def matches(self, lead: Lead) -> bool:
        """Say whether every given key matches; a given key never matches a blank field."""
        return (all(_is_among(getattr(lead, field), keys) for field, keys in self._names)
                and (not self._prefixes or _begins(lead.postal_code, self._prefixes))
                and (not self._codes or _lies_between(lead.postal_code, self._codes))
                and all(_lies_in(getattr(lead, field), given) for field, given in self._ranges))


def _is_among(cell: str | None, keys: frozenset[str]) -> bool:
    return bool(cell) and name_key(str(cell)) in keys


def _begins(cell: str | None, prefixes: tuple[str, ...]) -> bool:
    return bool(cell) and postal_key(str(cell)).startswith(prefixes)


def _lies_between(cell: str | None, ends: tuple[tuple[str, ...], ...]) -> bool:
    """Compare a code with ranges by as many characters as their ends have."""
    if not cell:
        return False
    begins = ((postal_key(cell)[:len(low)], low, high) for low, high in ends)
    return any(len(begin) == len(low) and low <= begin <= high for begin, low, high in begins)


def _lies_in(cell: float | None, given: tuple[float | None, float | None]) -> bool:
    low, high = given
    return cell is not None and (low is None or low <= cell) and (high is None or cell <= high)


def _nan_if_none(fit: float | None) -> float:
    return float("nan") if fit is None else fit
