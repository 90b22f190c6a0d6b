"""One lead against all reps: who is eligible, who refuses it and why, and every value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from solver.errors import InvalidInputError
from solver.models import Factors, Issue, IssueCode, Lead, ReasonCode, Window
from solver.models.names import LEVEL_SCALE, ten_thousandths
from solver.verify.recompute.arrays import BoolArray, FloatArray, IntArray
from solver.verify.recompute.reps import RepColumns
from solver.verify.recompute.territories import TerritoryRule
from solver.verify.recompute.triage import age_hours

#: Leads times the largest value must stay below this, so that every sum is exact.
MAX_TOTAL = 2 ** 62


@dataclass(frozen=True)
class Row:
    """One routed lead with every rep; arrays of shape (reps,)."""

    refused: dict[ReasonCode, BoolArray]
    """By rule, in the order in which held reasons are listed, who is refused."""
    eligible: BoolArray
    """Active and refused by no rule."""
    value: IntArray
    """Minor units of money; 0 where not eligible."""
    match: FloatArray
    skill_fit: FloatArray
    territory_fit: FloatArray
    worth: float


class Rows:
    """The matrix of a window, computed a row at a time.

    Parameters
    ----------
    window
        The inputs.
    num_routed
        Leads of the certificate; bounds the values that may occur.
    """

    def __init__(self, window: Window, num_routed: int) -> None:
        self.reps = RepColumns(window)
        self._at = window.at
        self._policy = window.policy
        self._territories = TerritoryRule(window.policy, window.reps)
        self._largest = MAX_TOTAL // max(1, num_routed)
        self._unknown_fit = ten_thousandths(window.policy.match.unknown) / LEVEL_SCALE

    def row(self, lead: Lead) -> Row:
        """Compute one routed lead.

        Raises
        ------
        InvalidInputError
            If a value is so large that sums over the window would not be exact.
        """
        reps, policy = self.reps, self._policy
        territory_fit, outside = self._territories.fits(lead)
        refused = self._refused(lead, outside)
        eligible = reps.active & ~np.logical_or.reduce(list(refused.values()))
        skill_fit = self._skill_fit(lead)
        match = policy.match.skill * skill_fit + policy.match.territory * territory_fit
        worth = self._worth(lead)
        amounts = np.rint(worth * match * reps.performance * reps.response * 100)
        amounts = np.where(eligible, amounts, 0.0)
        self._check_range(lead, amounts)
        return Row(refused=refused, eligible=eligible, value=amounts.astype(np.int64),
                   match=match, skill_fit=skill_fit, territory_fit=territory_fit, worth=worth)

    def factors(self, row: Row, rep_idx: int) -> Factors:
        """Return what the value of one pair of a row is made of."""
        return Factors(worth=row.worth, skill_fit=float(row.skill_fit[rep_idx]),
                       territory_fit=float(row.territory_fit[rep_idx]),
                       performance=float(self.reps.performance[rep_idx]),
                       response=float(self.reps.response[rep_idx]))

    def _refused(self, lead: Lead, outside: BoolArray) -> dict[ReasonCode, BoolArray]:
        reps = self.reps
        unskilled = np.zeros_like(reps.active)
        for skill, least in lead.required_skills.items():
            unskilled |= reps.levels(skill) < ten_thousandths(least)
        mute = np.zeros_like(reps.active)
        if lead.languages:
            mute = ~np.logical_or.reduce([reps.speakers(name) for name in lead.languages])
        deal = lead.deal_value or 0.0
        return {
            ReasonCode.EXCLUDED: reps.among(lead.excluded_rep_ids),
            ReasonCode.NO_SKILL: unskilled,
            ReasonCode.NO_LANGUAGE: mute,
            ReasonCode.DEAL_BAND: (deal < reps.least_deal) | (deal > reps.most_deal),
            ReasonCode.NO_TERRITORY: outside,
            ReasonCode.AWAY: reps.away,
            ReasonCode.UNKNOWN_HOURS: reps.unknown_hours,
        }

    def _skill_fit(self, lead: Lead) -> FloatArray:
        total = np.zeros(len(self.reps.ids), dtype=np.int64)
        weights = 0
        for skill, weight in lead.needs.items():
            integer_weight = ten_thousandths(weight)
            weights += integer_weight
            total += integer_weight * self.reps.levels(skill)
        if weights == 0:
            return np.full(total.shape, self._unknown_fit)
        return total / (LEVEL_SCALE * weights)

    def _worth(self, lead: Lead) -> float:
        exponents, half_life = self._policy.worth, self._policy.freshness.half_life_hours
        deal_value, score = float(lead.deal_value or 0.0), float(lead.score or 0.0)
        try:
            worth: float = deal_value ** exponents.deal_value * (score / 100) ** exponents.score
        except OverflowError:
            raise self._out_of_range(lead, math.inf) from None
        if half_life is not None and lead.created_at is not None:
            worth = worth * 0.5 ** (age_hours(lead.created_at, self._at) / half_life)
        return worth

    def _check_range(self, lead: Lead, amounts: FloatArray) -> None:
        largest = float(amounts.max(initial=0.0))
        if not largest <= self._largest:
            raise self._out_of_range(lead, largest)

    def _out_of_range(self, lead: Lead, largest: float) -> InvalidInputError:
        return InvalidInputError([Issue(
            code=IssueCode.VALUE_RANGE, record_id=lead.lead_id, offending=f"{largest:.6g}",
            rule=f"leads times the largest value must stay below {MAX_TOTAL} minor units",
            remedy="Check the deal value, the exponents of worth and the performance of reps")])
