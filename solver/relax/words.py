"""Changes in words for a sales manager."""

from __future__ import annotations

from solver.explanation.sentences import rep_labels
from solver.models import Rep, Window
from solver.names import name_key
from solver.relax.kinds import ChangeKind
from solver.relax.records import Change

_MINUTES_A_DAY = 1_440


class Words:
    """Writes changes of one window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._labels = rep_labels(window.reps)
        self._reps = {rep.rep_id: rep for rep in window.reps}

    def sentence(self, change: Change) -> str:
        """Return the change as one clause without a full stop."""
        if change.rep_id is not None and change.lead_id is None:
            return self._of_rep(change, self._reps[change.rep_id], self._labels[change.rep_id])
        if change.lead_id is not None:
            return self._of_lead(change)
        return self._of_all(change)

    def _of_rep(self, change: Change, rep: Rep, who: str) -> str:
        name, amount = change.name, change.amount or 0.0
        match change.kind:
            case ChangeKind.SLOT:
                return (f"1 more slot for {who}" if amount == 1
                        else f"{amount:,.0f} more slots for {who}")
            case ChangeKind.SKILL:
                levels = {name_key(skill): level for skill, level in rep.skills.items()}
                now = levels.get(name_key(name or ""), 0.0)
                return (f"{who} raises {name} from {now:g} to {amount:g}" if now
                        else f"{who} learns {name} to level {amount:g}")
            case ChangeKind.LANGUAGE:
                return f"{who} learns the language {name}"
            case ChangeKind.TERRITORY:
                return f"{who} sells in {name} as well"
            case ChangeKind.OVERLAY:
                return f"{who} sells everywhere (territory *)"
            case _:
                if name == "min":
                    return (f"{who} takes deals from {amount:,.2f} on, not only from "
                            f"{rep.min_deal or 0:,.2f}")
                return (f"{who} takes deals up to {amount:,.2f}, not only up to "
                        f"{rep.max_deal or 0:,.2f}")

    def _of_lead(self, change: Change) -> str:
        lead = f"lead {change.lead_id}"
        match change.kind:
            case ChangeKind.EXCLUSION:
                return f"{lead} may go to {self._labels[change.rep_id or '']}, whom it excludes"
            case ChangeKind.RULE_FOR_LEAD:
                return f"the rule {change.name} is waived for {lead}"
            case ChangeKind.LAYER_FOR_LEAD:
                return (f"{lead} may leave the rep whom its account names "
                        f"(precedence.{change.name})")
            case _:
                return f"{lead} is placed although it brings no more than left to nurture"

    def _of_all(self, change: Change) -> str:
        policy, amount = self._window.policy, change.amount or 0.0
        match change.kind:
            case ChangeKind.WAIT:
                now = policy.response.longest_wait_minutes
                return (f"the longest wait grows from {now / _MINUTES_A_DAY:.3g} to "
                        f"{amount / _MINUTES_A_DAY:.3g} days")
            case ChangeKind.HOURS:
                return "reps without working hours count as at work"
            case ChangeKind.RULE:
                return f"the rule {change.name} is dropped"
            case ChangeKind.LAYER:
                return f"precedence.{change.name} is switched off"
            case ChangeKind.RESERVE:
                return f"the reserve falls from {policy.reserve_value:,.2f} to {amount:,.2f}"
            case ChangeKind.LIMIT:
                before = next(one.upper for one in policy.limits if one.name == change.name)
                return f"the upper end of {change.name} rises from {before} to {amount:,.0f}"
            case _:
                return "fairness is switched off for this window"
