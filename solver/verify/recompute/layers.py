"""The precedence: which rep a lead's account names, and whether that decides."""

from __future__ import annotations

from dataclasses import dataclass

from solver.models import DecidedBy, Layer, Lead, OwnerAway, ReasonCode, Window
from solver.verify.recompute.arrays import BoolArray
from solver.verify.recompute.families import Families
from solver.verify.recompute.reps import RepColumns

#: The layers in their order, each with the code of the reps whom it refuses.
REFUSES = {
    DecidedBy.NAMED_ACCOUNT: ReasonCode.NAMED_ACCOUNT,
    DecidedBy.OPEN_OPPORTUNITY: ReasonCode.OPEN_OPPORTUNITY,
    DecidedBy.ACCOUNT_OWNER: ReasonCode.ACCOUNT_OWNER,
    DecidedBy.FAMILY_OWNER: ReasonCode.FAMILY_OWNER,
}


@dataclass(frozen=True)
class Decision:
    """What the layers make of one lead; positions of reps."""

    decided_by: DecidedBy | None = None
    owner: int | None = None
    """Whom the deciding layer names."""
    preferred: int | None = None
    """Whom the first preferred layer that counts names."""
    passed_over: int | None = None
    """Whom the first hard layer names that was passed over for an absence."""


class Layers:
    """The layers of a window's policy.

    Parameters
    ----------
    window
        Policy and accounts.
    reps
        Its reps.
    """

    def __init__(self, window: Window, reps: RepColumns) -> None:
        self._rule, self._reps = window.policy.precedence, reps
        self._families = Families(window.accounts)

    def name_any(self, lead: Lead) -> bool:
        """Say whether any layer could name a rep for a lead."""
        return lead.account_id is not None

    def decide(self, lead: Lead, barred: BoolArray) -> Decision:
        """Ask the layers one after the other.

        Parameters
        ----------
        lead
            A routed lead.
        barred
            Shape (reps,), whom EXCLUDED or RULE refuses.
        """
        reps = self._reps
        preferred = passed_over = None
        for layer in REFUSES:
            strength: Layer = getattr(self._rule, layer.value)
            rep_idx = reps.idx.get(self._names(layer, lead) or "")
            if (strength is Layer.OFF or rep_idx is None or not reps.active[rep_idx]
                    or barred[rep_idx]):
                continue
            if strength is Layer.PREFERRED:
                preferred = rep_idx if preferred is None else preferred
            elif (self._rule.owner_away is OwnerAway.NEAREST
                  and (reps.away[rep_idx] or reps.unknown_hours[rep_idx])):
                passed_over = rep_idx if passed_over is None else passed_over
            else:
                return Decision(layer, rep_idx, preferred, passed_over)
        return Decision(preferred=preferred, passed_over=passed_over)

    def _names(self, layer: DecidedBy, lead: Lead) -> str | None:
        if lead.account_id is None:
            return None
        account = self._families.account(lead.account_id)
        if layer is DecidedBy.NAMED_ACCOUNT:
            own = None if account is None else account.named_rep_id
            return self._rule.named_accounts.get(lead.account_id, own)
        if layer is DecidedBy.FAMILY_OWNER:
            return self._families.owner(lead.account_id)
        if account is None:
            return None
        return (account.owner_id if layer is DecidedBy.ACCOUNT_OWNER
                else account.open_opportunity_owner_id)
