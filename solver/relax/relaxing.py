"""From a window and its plan to the cheapest changes after which every held lead has an owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from solver.errors import EngineError, NoPlanInTimeError, PolicyConflictError
from solver.matrix.rows import ValueRows
from solver.models import Floors, Outcome, Plan, StoppedBy, Window
from solver.program.clock import Clock
from solver.program.program import SolveLimits
from solver.relax.applying import edited
from solver.relax.asked import Asked, Ints, asked_of, beyond_rules, check_plan
from solver.relax.candidates import candidates_of
from solver.relax.capacity import Room, room_of
from solver.relax.catalogue import Catalogue, Key, Own
from solver.relax.changes import Given, Named
from solver.relax.classes import UnitClass, classes_of
from solver.relax.costs import COST_SCALE, RelaxCosts
from solver.relax.dominance import reps_that_matter
from solver.relax.model import Chosen, cheapest
from solver.relax.offered import offered_of
from solver.relax.records import Change, NewOwner, Relaxation
from solver.relax.words import Words
from solver.relax.worthless import without_worthless
from solver.sales_floor.building import sales_floor
from solver.sales_floor.engine import solve_floor
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.previous import NOBODY
from solver.sales_floor.start import choice_of

_UNCHECKED = ("with the changes made, the window has no plan in which every one of these leads has "
              "an owner: a rule looks at what was changed; make the changes and route again to see")
_NOT_IN_TIME = ("the time was over before a plan with the changes made was found, so that they "
                "stand as the search chose them, unchecked; raise the time limit, or make the "
                "changes and route again to see")
_NO_ACTIVE = "none of the reps is active"
_NOT_ALLOWED = ("no active rep may have them by changes of the kinds that have a cost; give more "
                "kinds a cost")

#: Share of the time for the search; the check has what is left.
_FOR_SEARCH = 0.75
#: Nodes of the MIP and rounds of the local search in the check, whose flow needs none.
_CHECK_ROUNDS = 2_000


def relax(window: Window, plan: Plan, costs: RelaxCosts | None = None, *, move: bool = False,
          time_limit: float | None = 30.0, rounds: int | None = None) -> Relaxation:
    """Find the cheapest changes after which every routed lead has an owner.

    Parameters
    ----------
    window
        The inputs that the plan was made from.
    plan
        A plan of that window; its floors count.
    costs
        What each kind of change costs; None: the defaults.
    move
        Whether leads that have an owner may move; else they stay where the plan has them.
    time_limit
        Seconds for all: three quarters for the search, which then stops with the cheapest set so
        far, and what is left for the check; None: only `rounds`.
    rounds
        Deterministic seconds of CP-SAT in the search; with ``time_limit=None`` the answer repeats.
        None: no such limit. Whatever it is, the check takes 2,000 nodes and rounds at most.

    Returns
    -------
    Relaxation
        Changes, who would own which lead then, cost and bound.

    Raises
    ------
    UsageError
        If the plan is not of this window.
    NoPlanInTimeError
        If no changes were found in time; changes that the time left unchecked are returned, with
        a note.
    """
    clock = Clock(time_limit)
    check_plan(window, plan)
    costs = RelaxCosts() if costs is None else costs
    question = _question(window, plan, costs, move=move)
    limits = SolveLimits(seconds=clock.part(_FOR_SEARCH), rounds=rounds)
    chosen = (cheapest(question.classes, question.catalogue, question.room, limits)
              if question.classes else _NOTHING_NEEDED)
    return _answer(question, chosen, clock)


_NOTHING_NEEDED = Chosen((), {}, {}, False, (), 0, 0, True)


@dataclass(frozen=True)
class _Question:
    """The window, the leads in question and what could be changed."""

    plan: Plan
    floors: Floors | dict[str, int]
    floor: SalesFloor
    asked: Asked
    catalogue: Catalogue
    room: Room
    classes: list[UnitClass]
    """Those that some rep could have."""
    impossible: list[int]
    """Leads that none could."""
    move: bool


def _question(window: Window, plan: Plan, costs: RelaxCosts, *, move: bool) -> _Question:
    floors = plan.floors or {slot.rep_id: slot.floor for slot in plan.slots}
    floor = sales_floor(ValueRows(window), floors)
    asked = asked_of(floor, plan, move=move)
    candidates = candidates_of(floor, asked.leads)
    catalogue = Catalogue(floor.rows, candidates, costs, offered_of(floor.rows, candidates))
    room = room_of(floor, candidates, asked, move=move)
    classes = [] if not asked.units else classes_of(
        asked, catalogue, room, reps_that_matter(catalogue, asked, room.free))
    return _Question(
        plan=plan, floors=floors, floor=floor, asked=asked, catalogue=catalogue, room=room,
        classes=without_worthless([one for one in classes if one.options], catalogue, room),
        impossible=[lead for one in classes if not one.options for unit in one.units
                    for lead in unit], move=move)


def _answer(question: _Question, chosen: Chosen, clock: Clock) -> Relaxation:
    rows = question.floor.rows
    owner, left = _owners(question, chosen)
    impossible = sorted(rows.leads.leads[at].lead_id for at in (*question.impossible, *left))
    given = [(at, int(owner[lead])) for at, lead
             in enumerate(question.catalogue.candidates.lead.tolist()) if owner[lead] != NOBODY]
    named = Named(question.catalogue, question.room, chosen, given, Words(rows.window))
    after = edited(rows.window, named.all(), impossible)
    owner, objective, note = _solved(question, after, owner, clock)
    changes = tuple(_with_leads(question, named, owner))
    cost, bound = chosen.cost / COST_SCALE, chosen.bound / COST_SCALE
    return Relaxation(
        at=rows.window.at, costs=question.catalogue.costs, move=question.move,
        held=int((question.asked.owner == NOBODY).sum()), changes=changes,
        owners=_new_owners(question, ValueRows(after), owner), impossible=tuple(impossible),
        impossible_because=_why(question, impossible),
        beyond_rules=beyond_rules(rows, question.plan), cost=cost, bound=bound,
        gap=(chosen.cost - chosen.bound) / COST_SCALE,
        outcome=Outcome.OPTIMAL if chosen.proven else Outcome.FEASIBLE,
        stopped_by=StoppedBy.PROOF if chosen.proven else
        (StoppedBy.TIME_LIMIT if clock.seconds is not None else StoppedBy.ROUND_LIMIT),
        objective_before=question.plan.certificate.objective, objective_after=objective,
        checked=objective is not None, notes=() if note is None else (note,))


def _owners(question: _Question, chosen: Chosen) -> tuple[Ints, list[int]]:
    """Return (L,) owners after the changes as the program has them, and the leads left out."""
    owner = np.full_like(question.asked.owner, NOBODY) if question.move else \
        question.asked.owner.copy()
    left: list[int] = []
    for one, reps in zip(question.classes, chosen.given, strict=False):
        for unit, rep in zip(one.units, reps, strict=True):
            owner[list(unit)] = rep
            left += unit if rep == NOBODY else ()
    return owner, left


def _solved(question: _Question, after: Window, owner: Ints, clock: Clock
            ) -> tuple[Ints, int | None, str | None]:
    """Solve the window with the changes made; return owners, objective, and a note for none.

    The owners are as they were if the window has no plan, or none was found in the time left.
    """
    stay = {} if question.move else {
        int(lead): int(question.asked.owner[lead])
        for lead in np.flatnonzero(question.asked.owner != NOBODY)}
    try:
        floor = sales_floor(ValueRows(after), question.floors, fixed=stay)
        choice, _ = solve_floor(floor, SolveLimits(
            seconds=None if clock.seconds is None else clock.left, rounds=_CHECK_ROUNDS),
            start=choice_of(floor, owner))
    except NoPlanInTimeError:
        return owner, None, _NOT_IN_TIME
    except (PolicyConflictError, EngineError):
        return owner, None, _UNCHECKED
    found = floor.owners(choice.column)
    if ((found == NOBODY) & (owner != NOBODY)).any():
        return owner, None, _UNCHECKED
    return found, floor.base + choice.objective, None


def _new_owners(question: _Question, rows: ValueRows, owner: Ints) -> tuple[NewOwner, ...]:
    rep_ids, before = rows.reps.rep_ids, question.asked.owner
    found = []
    use = question.catalogue.candidates.use
    for at, lead in enumerate(question.catalogue.candidates.lead.tolist()):
        rep = int(owner[lead])
        if rep == before[lead] or rep == NOBODY:
            continue
        value = int(rows.rows(slice(lead, lead + 1)).value[0, rep])
        had = None if before[lead] == NOBODY else rep_ids[before[lead]]
        found.append(NewOwner(lead_id=rows.leads.leads[lead].lead_id, rep_id=rep_ids[rep],
                              from_rep_id=had, value=value, use=int(use[at, rep])))
    return tuple(found)


def _with_leads(question: _Question, named: Named, owner: Ints) -> Iterator[Change]:
    """Yield the changes with the leads that depend on each, dearest first within each kind."""
    depend = _dependents(question, named, owner)
    changes = [change.model_copy(update={"lead_ids": tuple(depend.get(id(change), ()))})
               for change in named.all()]
    yield from sorted(changes, key=_rank)


def _rank(change: Change) -> tuple[int, float, str, str, str]:
    return (list(type(change.kind)).index(change.kind), -change.cost, change.rep_id or "",
            change.lead_id or "", change.name or "")


def _dependents(question: _Question, named: Named, owner: Ints) -> dict[int, list[str]]:
    """Return the leads of each change, by the identity of the change."""
    catalogue, leads = question.catalogue, question.floor.rows.leads.leads
    found: dict[int, list[str]] = {}
    for at, lead in enumerate(catalogue.candidates.lead.tolist()):
        rep = int(owner[lead])
        if rep == NOBODY:
            continue
        for change in _used(named, catalogue, question.room, (at, rep)):
            found.setdefault(id(change), []).append(leads[lead].lead_id)
    return found


def _used(named: Named, catalogue: Catalogue, room: Room, pair: Given) -> list[Change]:
    at, rep = pair
    keys: list[Key | Own] = [key for need in catalogue.needs(at, rep) or ()
                             for key in named.covering(need)]
    changes = [named.shared[key] if isinstance(key, Key) else named.own[key]
               for key in dict.fromkeys(keys)]
    if rep in named.slots:
        changes.append(named.slots[rep])
    flat = at * catalogue.candidates.num_reps + rep
    for part, limit in zip(room.limits, catalogue.candidates.limits, strict=True):
        if part.limit in named.limits and _has(limit.pairs, flat):
            changes.append(named.limits[part.limit])
    if named.fairness is not None:
        changes.append(named.fairness)
    return list({id(change): change for change in changes}.values())


def _has(sorted_positions: Ints, wanted: int) -> bool:
    at = int(np.searchsorted(sorted_positions, wanted))
    return at < len(sorted_positions) and int(sorted_positions[at]) == wanted


def _why(question: _Question, impossible: Sequence[str]) -> str | None:
    if not impossible:
        return None
    return _NOT_ALLOWED if question.floor.rows.reps.active.any() else _NO_ACTIVE
