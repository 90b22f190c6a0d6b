"""The answer to "why?" for one lead, from the plan alone."""

from __future__ import annotations

from enum import StrEnum

from solver.errors import UsageError
from solver.explanation.sentences import money
from solver.models import Assignment, HeldLead, KeptLead, Merge, Plan, ReasonCode
from solver.models.base import Record
from solver.models.limited import LIMITS

_Row = Assignment | HeldLead | KeptLead


class Fate(StrEnum):
    """What became of a lead."""

    OWNED = "owned"
    HELD = "held"
    KEPT = "kept"
    MERGED = "merged"


class Explanation(Record):
    """Why a lead went where it went."""

    lead_id: str
    fate: Fate
    sentences: tuple[str, ...]
    """The main sentence first, then what it rests on."""


def explain(plan: Plan, lead_id: str) -> Explanation:
    """Say why a lead has its owner, is held, or is kept.

    Parameters
    ----------
    plan
        Any plan.
    lead_id
        The lead that is asked about.

    Raises
    ------
    UsageError
        If the lead is not in the plan.
    """
    rows: tuple[_Row, ...] = (*plan.assignments, *plan.held, *plan.kept)
    for row in rows:
        if row.lead_id == lead_id:
            found = explanation_of(row)
            return found.model_copy(update={"sentences": found.sentences + _unproven(plan)})
    for merge in plan.preparation.merged if plan.preparation else ():
        if merge.lead_id == lead_id:
            return _merged(merge)
    raise UsageError(f"lead {lead_id!r} is not in the plan")


def _unproven(plan: Plan) -> tuple[str, ...]:
    """Say of a plan that a limit ended what its prices do not say."""
    if plan.stopped_by not in LIMITS or not plan.certificate.gap:
        return ()
    return (f"The {plan.stopped_by.value.replace('_', ' ')} ended the search: the plan is not "
            f"proven to be the best, others may bring up to {money(plan.certificate.gap)} more, "
            "and a rep further down may have the higher net value.",)


def _merged(merge: Merge) -> Explanation:
    why = "; ".join(found.detail for found in merge.evidence)
    return Explanation(lead_id=merge.lead_id, fate=Fate.MERGED, sentences=(
        f"Lead {merge.lead_id} is one with lead {merge.into_lead_id} (confidence "
        f"{merge.confidence:.2f}): {why}.",))


def explanation_of(row: _Row) -> Explanation:
    """Say why a lead has its owner, is held, or is kept, from its row of a plan."""
    match row:
        case Assignment():
            fate, sentences = Fate.OWNED, _owned(row)
        case HeldLead():
            fate, sentences = Fate.HELD, _held(row)
        case KeptLead():
            fate = Fate.KEPT
            sentences = (f"Lead {row.lead_id} is kept by its owner {row.owner_id}.",)
    return Explanation(lead_id=row.lead_id, fate=fate, sentences=sentences)


def made_of(owned: Assignment) -> str:
    """Say what the value of an owned lead is made of."""
    factors = owned.factors
    return (f"Its value is worth {factors.worth:,.2f} x match {owned.match:.4f} (skill fit "
            f"{factors.skill_fit:.4f}, territory fit {factors.territory_fit:.4f}) x performance "
            f"{factors.performance:g} x response {factors.response:.4f} (wait "
            f"{owned.wait_minutes:,} minutes).")


def _owned(owned: Assignment) -> tuple[str, ...]:
    others = tuple(f"Further down: rep {other.rep_id}, value {money(other.value)}, slot "
                   f"{money(other.floor + other.price)}, net {money(other.net_value)}."
                   for other in owned.runners_up[1:])
    return owned.why, made_of(owned), *others, *_assumed(owned.assumed)


def _held(held: HeldLead) -> tuple[str, ...]:
    return (f"Lead {held.lead_id} is held in queue {held.queue.value}.",
            *(f"{reason.code.value}: {reason.detail}." for reason in held.reasons),
            *_before(held), *_assumed(held.assumed))


def _before(held: HeldLead) -> tuple[str, ...]:
    """Say what was passed over or opened before the lead was held all the same."""
    away = () if held.passed_over_rep_id is None else (
        f"Rep {held.passed_over_rep_id}, who comes first for its account, is away past the "
        "longest wait.",)
    waits = () if not _waits_for_owner(held) else (
        "It waits for the one rep whom its account names, who is away past the longest wait: "
        "precedence.owner_away says hold.",)
    relaxed = () if held.relaxed_from_minutes is None else (
        f"It has waited more than {held.relaxed_from_minutes:,.10g} minutes, so the policy's "
        "relaxation from there on applied.",)
    return away + waits + relaxed


def _waits_for_owner(held: HeldLead) -> bool:
    """Say whether a hard layer left the lead one rep, and that rep is away."""
    return held.decided_by is not None and any(
        reason.code in (ReasonCode.AWAY, ReasonCode.UNKNOWN_HOURS) for reason in held.reasons)


def _assumed(fields: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Assumed, not in the export: {', '.join(fields)}.",) if fields else ()
