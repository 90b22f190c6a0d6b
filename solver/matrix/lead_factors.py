"""Leads as arrays: factors per lead, and codes of what many leads share.

Leads with the same needs, the same required skills, the same languages or the same territory
share a code, so that a rule is evaluated once per code and rep instead of once per pair.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.territories import TerritoryFinder
from solver.matrix.triage import age_hours
from solver.models import Lead, Policy, Window
from solver.models.names import name_key, ten_thousandths

Codes = NDArray[np.int32]
_ANY: frozenset[str] = frozenset()
Weights = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class LeadFactors:
    """What the value and the eligibility of a pair take from the lead; L entries each."""

    leads: tuple[Lead, ...]
    worth: NDArray[np.float64]
    """deal_value**b * (score/100)**a * freshness, major units."""
    deal_value: NDArray[np.float64]
    needs: Codes
    required: Codes
    languages: Codes
    territory: Codes
    needs_sets: tuple[Weights, ...]
    """By code: skill key and weight in 1/10,000."""
    required_sets: tuple[Weights, ...]
    """By code: skill key and minimum level in 1/10,000."""
    language_sets: tuple[frozenset[str], ...]
    """By code: language keys; empty means any."""
    territory_keys: tuple[str | None, ...]
    """By code: the territory's key, None for no territory."""
    excluded_lead: NDArray[np.int64]
    """Excluded pairs: lead positions, ascending."""
    excluded_rep: NDArray[np.int64]
    """Excluded pairs: rep positions."""


class _Coder:
    """Gives equal things the same code, in the order of first sight."""

    def __init__(self) -> None:
        self._codes: dict[Hashable, int] = {}

    def code(self, thing: Hashable) -> int:
        return self._codes.setdefault(thing, len(self._codes))

    def things(self) -> Iterable[Hashable]:
        return self._codes


def lead_factors(leads: Sequence[Lead], window: Window, rep_index: Mapping[str, int]
                 ) -> LeadFactors:
    """Encode the routed leads of a window."""
    finder = TerritoryFinder(window.policy)
    needs, required, languages, territory = _Coder(), _Coder(), _Coder(), _Coder()
    weights = _WeightReader()
    excluded = [(i, rep_index[rep_id]) for i, lead in enumerate(leads)
                for rep_id in lead.excluded_rep_ids if rep_id in rep_index]
    excluded_pairs = np.array(excluded, dtype=np.int64).reshape(-1, 2)
    return LeadFactors(
        leads=tuple(leads),
        worth=np.array([worth(lead, window) for lead in leads], dtype=np.float64),
        deal_value=np.array([lead.deal_value for lead in leads], dtype=np.float64),
        needs=_codes(needs.code(weights.read(lead.needs)) for lead in leads),
        required=_codes(required.code(weights.read(lead.required_skills)) for lead in leads),
        languages=_codes(languages.code(
            frozenset(map(name_key, lead.languages)) if lead.languages else _ANY)
            for lead in leads),
        territory=_codes(territory.code(finder.find(lead)) for lead in leads),
        needs_sets=tuple(needs.things()),  # type: ignore[arg-type]
        required_sets=tuple(required.things()),  # type: ignore[arg-type]
        language_sets=tuple(languages.things()),  # type: ignore[arg-type]
        territory_keys=tuple(territory.things()),  # type: ignore[arg-type]
        excluded_lead=excluded_pairs[:, 0],
        excluded_rep=excluded_pairs[:, 1],
    )


def worth(lead: Lead, window: Window) -> float:
    """What winning the lead would bring, scaled by its score and freshness, in major units.

    Powers are taken lead by lead with the C library's ``pow``: vectorised powers may differ in
    the last bit from machine to machine, and plans must repeat.
    """
    policy: Policy = window.policy
    assert lead.deal_value is not None
    assert lead.score is not None
    amount: float = (lead.deal_value ** policy.worth.deal_value
                     * (lead.score / 100) ** policy.worth.score)
    half_life = policy.freshness.half_life_hours
    if half_life is not None:
        amount *= 0.5 ** (age_hours(lead, window.at) / half_life)
    return amount


class _WeightReader:
    """Turns name-to-weight dicts into sorted keys and integers, each distinct number once."""

    def __init__(self) -> None:
        self._numbers: dict[float, int] = {}
        self._names: dict[str, str] = {}

    def read(self, weights: Mapping[str, float]) -> Weights:
        if not weights:
            return ()
        names, numbers = self._names, self._numbers
        return tuple(sorted([
            (names.get(name) or self._learn_name(name),
             known if (known := numbers.get(number)) is not None else self._learn(number))
            for name, number in weights.items()]))

    def _learn_name(self, name: str) -> str:
        key = self._names[name] = name_key(name)
        return key

    def _learn(self, number: float) -> int:
        rounded = self._numbers[number] = ten_thousandths(number)
        return rounded


def _codes(codes: Iterable[int]) -> Codes:
    return np.fromiter(codes, dtype=np.int32)
