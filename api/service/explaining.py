"""Why a lead is where it is, and why not with another rep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from api.service.context import Actor, Context
from api.service.errors import ConflictError, TooLargeError, UnknownError
from api.service.lone_leads import asked, lone_window
from api.service.showing import shown_lead
from api.solving.errors import WorkError, WorkFailedError, WorkLateError
from api.solving.packing import pack
from api.solving.process import shared
from api.solving.questioning import question
from api.store.control import read_control
from api.store.database import Reading
from api.store.leads import LeadRow
from api.store.ownerships import OwnershipRow, history_of
from api.store.reps import all_reps, get_rep
from api.store.windows import read_inputs, read_plan
from solver.explanation import WhyNot, discreet_explanation, discreet_why_not, explanation_of
from solver.hand_off import LeadState
from solver.models import Assignment, HeldLead, KeptLead, Lead, Queue, Reason, ReasonCode
from solver.models.base import Instant, Record

#: Reasons that no window gives: people, owners and preparing do.
_NOT_OF_WINDOWS = frozenset((
    ReasonCode.POSSIBLE_DUPLICATE, ReasonCode.EXISTING_CUSTOMER, ReasonCode.DISQUALIFIED,
    ReasonCode.NEEDS_DATA, ReasonCode.RETURNED, ReasonCode.RECYCLED, ReasonCode.UNREACHABLE,
    ReasonCode.BY_HAND))
#: Reading inputs and plan of a large window, on top of the time of a solve.
_MARGIN_SECONDS = 60.0


class Standing(StrEnum):
    """What an explanation is about."""

    OWNED = "owned"
    """Its owner now, or the one who had it when it ended."""
    HELD = "held"
    WAITING = "waiting"
    """For a window; none has looked at it since it came or came back."""
    KEPT = "kept"
    MERGED = "merged"


class AskedOf(StrEnum):
    """Which window "why not?" was asked of."""

    WINDOW = "window"
    """The one that decided, with the inputs and the plan of then."""
    NOW = "now"
    """A window with this lead alone, with reps and slots as they are now; its own slot is free."""


class WhyNotRep(WhyNot):
    """Why a lead did not go to a rep."""

    asked_of: AskedOf


class Explained(Record):
    """Why a lead is where it is."""

    lead_id: str
    state: LeadState
    fate: Standing
    sentences: tuple[str, ...]
    """The main sentence first, then what it rests on."""
    rep_id: str | None = None
    """The owner that it is about."""
    source: str | None = None
    """How it came to its owner: ``window``, ``hot``, ``manual`` or ``referred``."""
    window_id: str | None = None
    """The window that decided."""
    decided_at: Instant | None = None
    """When it got its owner."""
    assignment: Assignment | None = None
    """All figures; null where the key may not see them, or no plan decided."""
    why_not: WhyNotRep | None = None
    """The answer for the rep that was asked about."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What the child process is asked."""

    asked_of: AskedOf
    data: bytes


def explain_lead(context: Context, actor: Actor, lead_id: str, rep_id: str | None = None
                 ) -> Explained:
    """Say why a lead is where it is, and why not with a rep.

    Parameters
    ----------
    context
        The service.
    actor
        Who asks: figures of reps other than the own are for managers.
    lead_id
        The lead.
    rep_id
        The rep who is asked about; None: nobody.

    Raises
    ------
    UnknownError
        There is no such lead or rep.
    GoneError
        The lead was erased.
    ConflictError
        The window that decided is not stored any more, or cannot tell of this rep.
    TooLargeError
        The window is too large to answer in time.
    """
    with context.database.read() as tx:
        row = shown_lead(tx, lead_id)
        owned = history_of(tx, lead_id)
        found = _explained(row, owned, actor)
        question = None if rep_id is None else _question(context, tx, found, row, owned, rep_id)
    if question is None:
        return found
    answer = _ask(context, found, question)
    shown = answer if actor.is_manager else discreet_why_not(answer, actor.rep_id)
    return found.model_copy(update={"why_not": WhyNotRep(
        **shown.model_dump(), asked_of=question.asked_of)})


def _explained(row: LeadRow, owned: list[OwnershipRow], actor: Actor) -> Explained:
    state = LeadState(row.state)
    match state:
        case LeadState.WAITING:
            return _waiting(row, actor)
        case LeadState.MERGED:
            return Explained(lead_id=row.lead_id, state=state, fate=Standing.MERGED, sentences=(
                f"Lead {row.lead_id} is one with lead {row.merged_into}.",))
        case LeadState.KEPT:
            kept = KeptLead(lead_id=row.lead_id, owner_id=row.kept_by or "")
            return Explained(lead_id=row.lead_id, state=state, fate=Standing.KEPT,
                             rep_id=row.kept_by, sentences=explanation_of(kept).sentences)
        case _:
            return _owned(row, owned[-1], actor)


def _waiting(row: LeadRow, actor: Actor) -> Explained:
    reasons = [Reason.model_validate(one) for one in json.loads(row.reasons or "[]")]
    state = LeadState(row.state)
    if not reasons:
        return Explained(lead_id=row.lead_id, state=state, fate=Standing.WAITING, sentences=(
            f"Lead {row.lead_id} waits for the next window.",))
    held = HeldLead(lead_id=row.lead_id, queue=Queue(row.queue or ""), reasons=tuple(reasons))
    told = (explanation_of(held) if actor.is_manager
            else discreet_explanation(held, actor.rep_id))
    return Explained(lead_id=row.lead_id, state=state, fate=Standing.HELD,
                     sentences=told.sentences,
                     window_id=None if reasons[0].code in _NOT_OF_WINDOWS else row.window_id)


def _owned(row: LeadRow, one: OwnershipRow, actor: Actor) -> Explained:
    assignment = None if one.assignment is None else Assignment.model_validate_json(one.assignment)
    sentences: tuple[str, ...] = (one.why,)
    if assignment is not None:
        told = (explanation_of(assignment) if actor.is_manager
                else discreet_explanation(assignment, actor.rep_id))
        sentences = told.sentences
    return Explained(
        lead_id=row.lead_id, state=LeadState(row.state), fate=Standing.OWNED, rep_id=one.rep_id,
        sentences=sentences, source=one.source, window_id=one.window_id,
        decided_at=one.started_at, assignment=assignment if actor.is_manager else None)


def _question(context: Context, tx: Reading, found: Explained, row: LeadRow,
              owned: list[OwnershipRow], rep_id: str) -> _Question:
    """Return what to ask: the window that decided, or one of this lead alone as things are now."""
    if get_rep(tx, rep_id) is None:
        raise UnknownError(f"there is no rep {rep_id!r}")
    if found.fate is Standing.MERGED or row.record is None:
        raise ConflictError(f"lead {row.lead_id!r} is one with lead {row.merged_into!r}; ask about "
                            "that one", code="merged")
    if found.window_id is not None:
        inputs, plan = read_inputs(tx, found.window_id), read_plan(tx, found.window_id)
        if inputs is None or plan is None:
            raise ConflictError(
                f"window {found.window_id!r}, which decided on lead {row.lead_id!r}, is not stored "
                "any more, so that why not another rep cannot be said; ask without rep",
                code="window_not_stored")
        return _Question(AskedOf.WINDOW, question(row.lead_id, rep_id, inputs, plan))
    held, now = read_control(tx), context.now
    one = asked(tx, row, Lead.model_validate_json(row.record), held.policy)
    window = lone_window(tx, one, all_reps(tx), held, now, freed=owned[-1] if owned else None)
    timed = window.model_copy(update={"time_limit": context.settings.solve_seconds})
    return _Question(AskedOf.NOW, question(
        row.lead_id, rep_id, pack(timed.model_dump_json().encode()), None))


def _ask(context: Context, found: Explained, asked: _Question) -> WhyNot:
    seconds = context.settings.solve_seconds + _MARGIN_SECONDS
    try:
        return WhyNot.model_validate_json(shared().run("why_not", asked.data, seconds=seconds))
    except WorkFailedError as error:
        raise ConflictError(f"why not another rep cannot be said of lead {found.lead_id!r}: "
                            f"{error}", code="no_answer") from None
    except WorkLateError:
        raise TooLargeError(
            f"why not another rep for lead {found.lead_id!r} took longer than {seconds:g} s "
            "(FAIRLEAD_SOLVE_SECONDS and a minute); ask without rep, or set it higher",
            code="too_late") from None
    except WorkError as error:
        raise ConflictError(f"the process that looks into lead {found.lead_id!r} ended: {error}; "
                            "ask again", code="no_answer") from None
