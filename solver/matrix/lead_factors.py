"""Leads as arrays: factors per lead, and codes of what many leads share.

Leads with the same needs, the same required skills, the same languages or the same territory
share a code, so that a rule is evaluated once per code and rep instead of once per pair.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.matrix.money import MAX_SUM, value_range_error
from solver.matrix.rules import Rules, Weights
from solver.matrix.triage import Triage
from solver.matrix.worths import lead_worths
from solver.models import Lead, Policy, RelaxationStep
from solver.names import name_key, ten_thousandths

Codes = NDArray[np.int32]


class LiesIn(NamedTuple):
    """Where a lead lies, and for whom that is relaxed."""

    territory: str | None
    """Key of the territory; None: in no territory."""
    outside_fit: float | None
    """Fit of reps who sell elsewhere, where relaxation changes it."""


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
    territories: tuple[LiesIn, ...]
    """By code: the lead's territory, and what relaxation opens."""
    excluded_lead: NDArray[np.int64]
    """Excluded pairs: lead positions, ascending."""
    excluded_rep: NDArray[np.int64]
    """Excluded pairs: rep positions."""

    def whole_worth(self) -> NDArray[np.int64]:
        """Return (L,) worth in whole units of the currency, ties to even.

        Raises
        ------
        InvalidInputError
            If the sum over all leads could pass 2**62; the lead that is worth the most is named.
        """
        whole = np.rint(self.worth)
        if not whole.max(initial=0.0) <= MAX_SUM // max(1, len(self.leads)):
            at = int(whole.argmax())
            raise value_range_error(float(whole[at]),
                                    f"the worth of lead {self.leads[at].lead_id!r}")
        return whole.astype(np.int64)

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

    def among(self, rep_index: Mapping[str, int]) -> LeadFactors:
        """Return the same leads among other reps, by rep_id to position."""
        excluded_lead, excluded_rep = _excluded(self.leads, rep_index)
        return replace(self, excluded_lead=excluded_lead, excluded_rep=excluded_rep)


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
    steps = relaxation_steps(triage, policy)
    needs, required = _Coder(_read_weights), _Coder(_read_minimums)
    languages, territory = _Coder(_read_languages), _Coder(_as_it_is)
    excluded_lead, excluded_rep = _excluded(leads, rep_index)
    return LeadFactors(
        leads=leads,
        worth=np.array(lead_worths(leads, triage.age_hours, policy), dtype=np.float64),
        deal_value=np.array([lead.deal_value for lead in leads], dtype=np.float64),
        needs=needs.encode(tuple(lead.needs.items()) for lead in leads),
        required=required.encode(
            (tuple(lead.required_skills.items()), 0.0 if step is None else step.minimums_fall)
            for lead, step in zip(leads, steps, strict=True)),
        languages=languages.encode(lead.languages for lead in leads),
        territory=territory.encode(
            LiesIn(rules.finder.find(lead), None if step is None else step.outside_fit)
            for lead, step in zip(leads, steps, strict=True)),
        needs_sets=needs.things(),
        required_sets=required.things(),
        language_sets=languages.things(),
        territories=territory.things(),
        excluded_lead=excluded_lead,
        excluded_rep=excluded_rep,
    )


def _excluded(leads: Sequence[Lead], rep_index: Mapping[str, int]
              ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return positions of lead and rep of the excluded pairs."""
    excluded = [(i, rep_index[rep_id]) for i, lead in enumerate(leads)
                for rep_id in lead.excluded_rep_ids if rep_id in rep_index]
    pairs = np.array(excluded, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _read_weights(weights: tuple[tuple[str, float], ...]) -> Weights:
    return tuple(sorted([(name_key(name), ten_thousandths(number)) for name, number in weights]))


def _read_minimums(required: tuple[tuple[tuple[str, float], ...], float]) -> Weights:
    """Return the minimums, lowered where the lead has waited long."""
    minimums, fall = required
    return tuple((name, max(0, minimum - ten_thousandths(fall)))
                 for name, minimum in _read_weights(minimums))


def _read_languages(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(name_key, names))


def _as_it_is(lies_in: LiesIn) -> LiesIn:
    return lies_in


def relaxation_steps(triage: Triage, policy: Policy) -> list[RelaxationStep | None]:
    """Return, for each routed lead, the last step of the relaxation that its age has reached."""
    if not policy.relaxation:
        return [None] * len(triage.routed)
    starts = [step.after_minutes for step in policy.relaxation]
    reached = [bisect_right(starts, 60 * age) for age in triage.age_hours]
    return [policy.relaxation[at - 1] if at else None for at in reached]
