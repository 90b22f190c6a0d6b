"""Hot leads: routed the moment they come, by the floors of now and the slots that are free now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from api.service.context import Actor, Context
from api.service.happenings import Happening
from api.service.kept_reps import KeptReps, kept_reps
from api.service.lone_leads import Asked, asked, lone_window
from api.service.owning import Grant, Source, grant
from api.service.windows.leaving import keep_owned, leave_waiting
from api.solving.deciding import HeldBack, Stays
from api.store.control import Control, read_control
from api.store.database import Writing
from api.store.leads import LeadRow
from api.store.loads import Loads, take_turn
from api.store.reps import RepRow, all_reps, lock_reps
from solver.errors import FairleadError, InvalidInputError
from solver.explanation import Fate, discreet_explanation, explanation_of
from solver.instant import Decision
from solver.models import Assignment, HeldLead, Lead
from solver.sales_floor.ledger import posted
from solver.sales_floor.plain import rules_beyond_capacity
from solver.solving import solve

#: Tries against slots that others may take first; then all reps are locked before the decision.
_TRIES = 2
#: A window of one lead needs less; nobody else writes meanwhile on SQLite.
_SOLVE_SECONDS = 5.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HotResult:
    """What became of a hot lead."""

    happenings: tuple[Happening, ...] = ()
    """To be told by the caller, in the same transaction."""
    decision: Decision | None = None
    """None: there is none, and the lead waits for the next window."""
    rep_id: str | None = None
    """Its owner now; None: it waits, as the decision or `problem` says."""
    assignment: str | None = None
    """JSON of the assignment, without the lead's other columns."""
    problem: str | None = None
    """Why there is no decision."""
    is_shadow: bool = False
    """It was decided and not carried out."""

    def sentences(self, actor: Actor) -> tuple[str, ...]:
        """Return the explanation; figures of reps only as far as somebody may see them."""
        if self.decision is None:
            return (self.problem or "",)
        row = self.decision.assignment or self.decision.held or self.decision.kept
        assert row is not None
        told = (explanation_of(row) if actor.is_manager
                else discreet_explanation(row, actor.rep_id)).sentences
        return ("Shadow mode: this was decided, and not carried out.", *told) if self.is_shadow \
            else told


@dataclass(frozen=True, slots=True)
class _Choice:
    """A decision, what it rests on, and limits of longer periods that it counts for."""

    decision: Decision
    revisions: Mapping[str, int]
    """Of the reps that it rests on."""
    limits: tuple[str, ...] = ()


def lock_all_reps(tx: Writing, held: Control) -> dict[str, RepRow]:
    """Lock all reps in order, after the turn where the policy needs one.

    Several leads of a request would lock reps in the order of the leads, and others in another.
    """
    if held.policy.keeps_ledger:
        take_turn(tx)
    return lock_reps(tx, [row.rep_id for row in all_reps(tx)])


def route_hot(tx: Writing, context: Context, row: LeadRow, lead: Lead, held: Control,
              now: datetime, actor_id: str) -> HotResult:
    """Route one lead at once, by itself.

    Its value, owner and words are those of a window with this lead alone. Where the policy has
    rules beyond capacity, or the lead takes several slots, that window is solved.

    Parameters
    ----------
    tx
        The transaction; the lead is locked, waits, and is stored as it is given.
    context
        The service.
    row, lead
        The lead as it is stored, and its record.
    held
        What holds now.
    now
        The instant.
    actor_id
        Who posted it.

    Returns
    -------
    HotResult
        An owner; or the queue where the lead waits by its reasons, which are stored. In shadow mode
        the decision is recorded and nothing changes.
    """
    if held.policy.keeps_ledger:  # what one hot lead takes matters to the next
        take_turn(tx)
        held = read_control(tx)
    hot = _Hot(tx, context, row, lead, held, now, actor_id)
    try:
        return hot.shadowed() if held.shadow else hot.routed()
    except FairleadError as error:
        _log.warning("hot_lead.not_decided", lead_id=row.lead_id, code=error.code)
        return HotResult(problem=f"Lead {row.lead_id} waits for the next window; it could not be "
                                 f"routed at once: {_in_words(error)}")


@dataclass(frozen=True, slots=True)
class _Hot:
    """One hot lead on its way."""

    tx: Writing
    context: Context
    row: LeadRow
    lead: Lead
    held: Control
    now: datetime
    actor_id: str

    def shadowed(self) -> HotResult:
        """Decide, and change nothing."""
        decision = self._choose(self._asked(), None).decision
        happening = Happening(
            "lead.shadow_decision", self.now, self.actor_id, lead_id=self.row.lead_id,
            state=self.row.state, queue=self.row.queue,
            detail={"fate": decision.fate.value, "to_rep_id": decision.rep_id,
                    "why": decision.sentences[0]})
        return HotResult((happening,), decision, is_shadow=True)

    def routed(self) -> HotResult:
        """Decide and give; where a slot was taken or a rep changed meanwhile, decide anew."""
        one = self._asked()
        for _ in range(_TRIES):
            choice = self._choose(one, None)
            found = self._carry_out(choice)
            if found is not None:
                return found
        reps = lock_all_reps(self.tx, self.held)
        found = self._carry_out(self._choose(one, list(reps.values())))
        assert found is not None  # nobody else can have taken a slot since
        return found

    def _asked(self) -> Asked:
        return asked(self.tx, self.row, self.lead, self.held.policy)

    def _choose(self, one: Asked, locked: list[RepRow] | None) -> _Choice:
        """Decide on the reps as they are, or as they were locked."""
        if one.hold is not None or one.lead.effort not in (None, 1) or rules_beyond_capacity(
                self.held.policy):
            return self._solved(one, locked)
        if locked is None:
            kept, loads = kept_reps(self.tx, self.context.database, self.held, self.now)
        else:
            kept, loads = KeptReps(locked, self.held, self.now), Loads.of(locked)
        return _Choice(kept.decide(self.tx, one, loads, self.now), kept.revisions)

    def _solved(self, one: Asked, locked: list[RepRow] | None) -> _Choice:
        """Solve the window of this lead; hot leads before it are in the ledger that it reads."""
        rows = locked or all_reps(self.tx)
        inputs = lone_window(self.tx, one, rows, self.held, self.now)
        plan = solve(inputs.window, floors=inputs.floors, time_limit=_SOLVE_SECONDS)
        given = posted(inputs.window, plan)[1] if self.held.policy.keeps_ledger else []
        decision = Decision(
            lead_id=one.lead.lead_id, at=plan.at,
            fate=Fate.OWNED if plan.assignments else Fate.HELD if plan.held else Fate.KEPT,
            assignment=next(iter(plan.assignments), None), held=next(iter(plan.held), None),
            kept=next(iter(plan.kept), None))
        return _Choice(decision, {row.rep_id: row.revision for row in rows},
                       tuple(given[0].limits) if given else ())

    def _carry_out(self, choice: _Choice) -> HotResult | None:
        """Do as was decided; None: the slot is gone, or the rep is not as it was."""
        decision, policy = choice.decision, self.held.policy
        if decision.assignment is not None:
            return self._given(choice, decision.assignment)
        if decision.kept is not None:
            told = keep_owned(self.tx, None, [(self.row, Stays(self.row.lead_id,
                                                              decision.kept.owner_id))],
                              self.now, self.actor_id)
        else:
            assert decision.held is not None
            told = leave_waiting(self.tx, None, [(self.row, _held_back(decision.held))], policy,
                                 self.now, self.actor_id)
        return HotResult(tuple(told), decision)

    def _given(self, choice: _Choice, one: Assignment) -> HotResult | None:
        text = one.model_copy(update={"attributes": {}}).model_dump_json()
        wanted = Grant(self.row, one.rep_id, Source.HOT, one.why, slots=one.use,
                       worth=round(one.factors.worth), limits=choice.limits, value=one.value,
                       assignment=text)
        # A refused try leaves no lock behind: reps are locked in the order of their ids.
        with self.tx.connection.begin_nested() as savepoint:
            told, refused = grant(self.tx, [wanted], self.held, self.now, self.actor_id,
                                  choice.revisions)
            if refused:
                savepoint.rollback()
                return None
        return HotResult(tuple(told), choice.decision, one.rep_id, text)


def _held_back(held: HeldLead) -> HeldBack:
    reasons = json.dumps([reason.model_dump(mode="json") for reason in held.reasons],
                         ensure_ascii=False)
    return HeldBack(held.lead_id, held.queue.value, held.reasons[0].code.value, reasons)


def _in_words(error: FairleadError) -> str:
    return error.issues[0].message if isinstance(error, InvalidInputError) else str(error)
