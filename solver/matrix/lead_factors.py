"""Leads as arrays: factors per lead, and codes of what many leads share.

Leads with the same needs, the same required skills, the same languages or the same territory
share a code, so that a rule is evaluated once per code and rep instead of once per pair.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.matrix.money import value_range_error
from solver.matrix.rules import Rules, Weights
from solver.matrix.triage import Triage
from solver.models import Lead, Policy
from solver.models.names import name_key, ten_thousandths

Codes = NDArray[np.int32]


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

    def take(self, lead_idx: NDArray[np.int64]) -> LeadFactors:
        """Return some of the leads, in the order given; repeats are allowed."""
        first, last = (np.searchsorted(self.excluded_lead, lead_idx, side)
                       for side in ("left", "right"))
        counts = last - first
        ends = np.cumsum(counts)
        pairs = np.arange(counts.sum()) + np.repeat(first - ends + counts, counts)
        return replace(
            self, leads=tuple(self.leads[i] for i in lead_idx.tolist()),
            worth=self.worth[lead_idx], deal_value=self.deal_value[lead_idx],
            needs=self.needs[lead_idx], required=self.required[lead_idx],
            languages=self.languages[lead_idx], territory=self.territory[lead_idx],
            excluded_lead=np.repeat(np.arange(len(lead_idx)), counts),
            excluded_rep=self.excluded_rep[pairs])


_Raw = TypeVar("_Raw", bound=Hashable)
_Thing = TypeVar("_Thing", bound=Hashable)


class _Coder(dict[_Raw, int], Generic[_Raw, _Thing]):
    """Codes by the form in which leads hold a thing; equal things share one, in order of sight."""

    def __init__(self, read: Callable[[_Raw], _Thing]) -> None:
        super().__init__()
        self._read = read
        self._codes: dict[_Thing, int] = {}

    def __missing__(self, raw: _Raw) -> int:
        code = self[raw] = self._codes.setdefault(self._read(raw), len(self._codes))
        return code

    def encode(self, raws: Iterable[_Raw]) -> Codes:
        return np.array([self[raw] for raw in raws], dtype=np.int32)

    def things(self) -> tuple[_Thing, ...]:
        return tuple(self._codes)


def lead_factors(triage: Triage, policy: Policy, rules: Rules, rep_index: Mapping[str, int]
                 ) -> LeadFactors:
    """Encode the routed leads of a window."""
    leads = triage.routed
    needs, required = _Coder(_read_weights), _Coder(_read_weights)
    languages, territory = _Coder(_read_languages), _Coder(_as_it_is)
    excluded = [(i, rep_index[rep_id]) for i, lead in enumerate(leads)
                for rep_id in lead.excluded_rep_ids if rep_id in rep_index]
    excluded_pairs = np.array(excluded, dtype=np.int64).reshape(-1, 2)
    return LeadFactors(
        leads=leads,
        worth=_worths(triage, policy),
        deal_value=np.array([lead.deal_value for lead in leads], dtype=np.float64),
        needs=needs.encode(tuple(lead.needs.items()) for lead in leads),
        required=required.encode(tuple(lead.required_skills.items()) for lead in leads),
        languages=languages.encode(lead.languages for lead in leads),
        territory=territory.encode(map(rules.finder.find, leads)),
        needs_sets=needs.things(),
        required_sets=required.things(),
        language_sets=languages.things(),
        territory_keys=territory.things(),
        excluded_lead=excluded_pairs[:, 0],
        excluded_rep=excluded_pairs[:, 1],
    )


def _read_weights(weights: tuple[tuple[str, float], ...]) -> Weights:
    return tuple(sorted([(name_key(name), ten_thousandths(number)) for name, number in weights]))


def _read_languages(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(name_key, names))


def _worths(triage: Triage, policy: Policy) -> NDArray[np.float64]:
    """What winning each lead would bring, scaled by its score and freshness, in major units.

    Powers are taken lead by lead with the C library's ``pow``: vectorised powers may differ in
    the last bit from machine to machine, and plans must repeat.
    """
    b, a = policy.worth.deal_value, policy.worth.score
    half_life = policy.freshness.half_life_hours
    worths: list[float] = []
    for lead, age in zip(triage.routed, triage.age_hours, strict=True):
        deal_value, score = lead.deal_value, lead.score
        assert deal_value is not None
        assert score is not None
        try:
            worth = deal_value ** b * (score / 100) ** a
        except OverflowError:
            raise value_range_error(math.inf, f"the worth of lead {lead.lead_id!r}") from None
        if half_life is not None:
            worth *= 0.5 ** (age / half_life)
        worths.append(worth)
    return np.array(worths, dtype=np.float64)


def _as_it_is(key: str | None) -> str | None:
    return key
