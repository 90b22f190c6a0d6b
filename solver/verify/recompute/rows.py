"""One lead against all reps: who is eligible, who refuses it and why, and every value."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from solver.models import CustomRule, Factors, Lead, ReasonCode, RelaxationStep, RuleKind, Window
from solver.names import LEVEL_SCALE, ten_thousandths
from solver.verify.recompute.ages import age_hours
from solver.verify.recompute.arrays import BoolArray, FloatArray, IntArray
from solver.verify.recompute.filters.asked import Asked
from solver.verify.recompute.layers import REFUSES, Decision, Layers
from solver.verify.recompute.reps import RepColumns
from solver.verify.recompute.territories import TerritoryRule
from solver.verify.recompute.triage import asked_of
from solver.verify.recompute.worth import MAX_TOTAL, out_of_range, worth_of

#: What the rep of a deciding layer is let off.
_WAIVED = (ReasonCode.NO_TERRITORY, ReasonCode.NO_SKILL, ReasonCode.NO_LANGUAGE,
           ReasonCode.DEAL_BAND)


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
    preference: FloatArray
    """What rules and a preferred layer multiply the match by."""
    worth: float
    decision: Decision
    """What the layers of the precedence made of the lead."""
    step: RelaxationStep | None
    """The step of the relaxation that applies."""


class Rows:
    """The matrix of a window, computed a row at a time.

    Parameters
    ----------
    window
        The inputs.
    routed
        The leads of the certificate; they bound the values that may occur.
    """

    def __init__(self, window: Window, routed: tuple[Lead, ...]) -> None:
        self.reps = RepColumns(window)
        self.asked: Asked = asked_of(window, routed)
        self._at = window.at
        self._policy = window.policy
        self._territories = TerritoryRule(window.policy, window.reps)
        self._layers = Layers(window, self.reps)
        self._largest = MAX_TOTAL // max(1, len(routed))
        self._unknown_fit = ten_thousandths(window.policy.match.unknown) / LEVEL_SCALE

    def row(self, lead: Lead) -> Row:
        """Compute one routed lead.

        Raises
        ------
        InvalidInputError
            If a value is so large that sums over the window would not be exact.
        """
        reps, policy, step = self.reps, self._policy, self.step(lead)
        territory_fit, outside = self._territories.fits(
            lead, None if step is None else step.outside_fit)
        refused = self._refused(lead, outside, step)
        decision = self.decision(lead)
        self._apply(decision, refused, territory_fit)
        eligible = reps.active & ~np.logical_or.reduce(list(refused.values()))
        skill_fit = self._skill_fit(lead)
        match = policy.match.skill * skill_fit + policy.match.territory * territory_fit
        preference = self._preference(lead, decision)
        match = match * preference
        worth = worth_of(lead, policy, self._at)
        amounts = np.rint(worth * match * reps.performance * reps.response * 100)
        amounts = np.where(eligible, amounts, 0.0)
        self._check_range(lead, amounts)
        return Row(refused=refused, eligible=eligible, value=amounts.astype(np.int64),
                   match=match, skill_fit=skill_fit, territory_fit=territory_fit,
                   preference=preference, worth=worth, decision=decision, step=step)

    def factors(self, row: Row, rep_idx: int) -> Factors:
        """Return what the value of one pair of a row is made of."""
        return Factors(worth=row.worth, skill_fit=float(row.skill_fit[rep_idx]),
                       territory_fit=float(row.territory_fit[rep_idx]),
                       performance=float(self.reps.performance[rep_idx]),
                       response=float(self.reps.response[rep_idx]),
                       preference=float(row.preference[rep_idx]))

    def decision(self, lead: Lead) -> Decision:
        """Return what the layers of the precedence make of a lead."""
        if not self._layers.name_any(lead):
            return Decision()
        return self._layers.decide(
            lead, self.reps.among(lead.excluded_rep_ids) | self._ruled_out(lead))

    def step(self, lead: Lead) -> RelaxationStep | None:
        """Return the last step of the relaxation that a lead's age has reached."""
        steps = self._policy.relaxation
        if not steps or lead.created_at is None:
            return None
        minutes = 60 * age_hours(lead.created_at, self._at)
        reached = bisect_right([step.after_minutes for step in steps], minutes)
        return steps[reached - 1] if reached else None

    def _refused(self, lead: Lead, outside: BoolArray, step: RelaxationStep | None
                 ) -> dict[ReasonCode, BoolArray]:
        reps = self.reps
        fall = 0 if step is None else ten_thousandths(step.minimums_fall)
        unskilled = np.zeros_like(reps.active)
        for skill, least in lead.required_skills.items():
            unskilled |= reps.levels(skill) < max(0, ten_thousandths(least) - fall)
        mute = np.zeros_like(reps.active)
        if lead.languages:
            mute = ~np.logical_or.reduce([reps.speakers(name) for name in lead.languages])
        deal = lead.deal_value or 0.0
        return {
            ReasonCode.EXCLUDED: reps.among(lead.excluded_rep_ids),
            ReasonCode.RULE: self._ruled_out(lead),
            **{code: np.zeros_like(reps.active) for code in REFUSES.values()},
            ReasonCode.NO_SKILL: unskilled,
            ReasonCode.NO_LANGUAGE: mute,
            ReasonCode.DEAL_BAND: (deal < reps.least_deal) | (deal > reps.most_deal),
            ReasonCode.NO_TERRITORY: outside,
            ReasonCode.AWAY: reps.away,
            ReasonCode.UNKNOWN_HOURS: reps.unknown_hours,
        }

    def rules_against(self, lead: Lead, rep_idx: int) -> tuple[str, ...]:
        """Return the names of the rules of the organisation that keep a lead from a rep."""
        return tuple(rule.name for rule in self._policy.rules
                     if self._refuses(rule, lead)[rep_idx])

    def _ruled_out(self, lead: Lead) -> BoolArray:
        """Return whom a rule ``must`` or ``must_not`` of the organisation refuses."""
        refused = np.zeros_like(self.reps.active)
        for rule in self._policy.rules:
            refused |= self._refuses(rule, lead)
        return refused

    def _refuses(self, rule: CustomRule, lead: Lead) -> BoolArray:
        if rule.kind is RuleKind.SHOULD or not self.asked.lead(rule.leads, lead):
            return np.zeros_like(self.reps.active)
        named = self.asked.pairs(rule.reps, lead)
        return ~named if rule.kind is RuleKind.MUST else named

    def _apply(self, decision: Decision, refused: dict[ReasonCode, BoolArray],
               territory_fit: FloatArray) -> None:
        """Refuse all but the rep of a deciding layer, and let that one off, in place."""
        if decision.decided_by is None or decision.owner is None:
            return
        home = self._policy.territory_fit.home
        if refused[ReasonCode.NO_TERRITORY][decision.owner]:
            territory_fit[decision.owner] = 1.0 if home is None else home
        for code in _WAIVED:
            refused[code] = refused[code].copy()
            refused[code][decision.owner] = False
        others = np.ones_like(self.reps.active)
        others[decision.owner] = False
        refused[REFUSES[decision.decided_by]] = others

    def _preference(self, lead: Lead, decision: Decision) -> FloatArray:
        """Return the product of what rules (``should``) and a preferred layer multiply by."""
        product = np.ones(len(self.reps.ids))
        for rule in self._policy.rules:
            if rule.kind is RuleKind.SHOULD and self.asked.lead(rule.leads, lead):
                product[self.asked.pairs(rule.reps, lead)] *= rule.factor
        if decision.preferred is not None:
            product[decision.preferred] *= self._policy.precedence.preferred_factor
        return product

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

    def _check_range(self, lead: Lead, amounts: FloatArray) -> None:
        largest = float(amounts.max(initial=0.0))
        if not largest <= self._largest:
            raise out_of_range(lead, largest)
