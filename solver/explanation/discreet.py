"""The same answers without figures of others: for one rep, or for somebody who is none.

Values, performance and skills of colleagues follow from sentences that compare; what is left says
who owns the lead and which rules decided, and keeps the figures of the rep who is told.
"""

from __future__ import annotations

from solver.explanation.answer import Explanation, explanation_of, made_of
from solver.explanation.sentences import money
from solver.explanation.why_not import WhyNot
from solver.models import Assignment, HeldLead, KeptLead, Reason, ReasonCode

#: Reasons that are about the lead alone; their details name no rep's figures.
_OF_LEAD = frozenset((
    ReasonCode.POSSIBLE_DUPLICATE, ReasonCode.EXISTING_CUSTOMER, ReasonCode.DISQUALIFIED,
    ReasonCode.NEEDS_DATA, ReasonCode.TOO_OLD, ReasonCode.LEGAL_HOLD, ReasonCode.NO_REPS,
    ReasonCode.RETURNED, ReasonCode.RECYCLED, ReasonCode.UNREACHABLE, ReasonCode.BY_HAND))
#: Those of them whose details can quote what is known of the person.
_OF_PERSON = frozenset((
    ReasonCode.POSSIBLE_DUPLICATE, ReasonCode.EXISTING_CUSTOMER, ReasonCode.DISQUALIFIED))
#: Reasons whose details say what a slot brings with other leads, or later.
_COMPARING = frozenset((ReasonCode.OUTBID, ReasonCode.SLOT_KEPT, ReasonCode.GROUP,
                        ReasonCode.LIMIT))


def tells_nothing_of_others(reason: Reason, rep_id: str | None) -> bool:
    """Say whether the detail of a reason has neither figures of others nor data of a person.

    Parameters
    ----------
    reason
        Why a lead is held; it has no owner.
    rep_id
        The rep who is told, to whom no held lead belongs; None: somebody who is no rep, and may
        know who the lead is.
    """
    if reason.code in _OF_PERSON:
        return rep_id is None
    if reason.code in _OF_LEAD:
        return True
    return reason.rep_id is not None and reason.rep_id == rep_id and reason.code not in _COMPARING


def discreet_explanation(row: Assignment | HeldLead | KeptLead, rep_id: str | None) -> Explanation:
    """Say why a lead has its owner, is held, or is kept, without figures of others.

    Parameters
    ----------
    row
        The lead's row of a plan.
    rep_id
        The rep who is told, and sees the own figures; None: nobody's are shown.
    """
    whole = explanation_of(row)
    match row:
        case Assignment():
            sentences = _owned(row, rep_id)
        case HeldLead():
            sentences = (f"Lead {row.lead_id} is held in queue {row.queue.value}.",
                         *(_in_words(reason, rep_id) for reason in row.reasons))
        case KeptLead():
            sentences = whole.sentences
    return whole.model_copy(update={"sentences": sentences})


def _in_words(reason: Reason, rep_id: str | None) -> str:
    if tells_nothing_of_others(reason, rep_id):
        return f"{reason.code.value}: {reason.detail}."
    if reason.count is None:
        return f"{reason.code.value}."
    return f"{reason.code.value} ({reason.count} {'rep' if reason.count == 1 else 'reps'})."


def discreet_why_not(answer: WhyNot, rep_id: str | None) -> WhyNot:
    """Return the answer to "why not X?" without what it would cost and who would move.

    Parameters
    ----------
    answer
        The whole answer.
    rep_id
        The rep who is told; None: nobody in particular.
    """
    if answer.refused_by:
        if answer.rep_id == rep_id:
            return answer
        codes = ", ".join(code.value for code in answer.refused_by)
        sentence = f"Lead {answer.lead_id} may not go to rep {answer.rep_id}: {codes}."
    elif answer.cost is None and answer.cost_at_least is None:
        return answer.model_copy(update={"moves": ()})
    elif answer.cost == 0 and not answer.moves:
        return answer
    else:
        sentence = (f"Rep {answer.rep_id} may have lead {answer.lead_id}, but all leads together "
                    "bring at least as much without.")
    return answer.model_copy(update={"cost": None, "cost_at_least": None, "moves": (),
                                     "sentence": sentence})


def _owned(owned: Assignment, rep_id: str | None) -> tuple[str, ...]:
    went = f"Lead {owned.lead_id} went to rep {owned.rep_id}"
    decided = () if owned.decided_by is None else (
        f"The {owned.decided_by.value.replace('_', ' ')} decided: nobody else may have the lead.",)
    if owned.rep_id != rep_id:
        return f"{went}.", *decided
    return (f"{went}: value {money(owned.value)}, the slot costs "
            f"{money(owned.floor + owned.price)} (floor {money(owned.floor)} + price "
            f"{money(owned.price)}).", made_of(owned), *decided)

