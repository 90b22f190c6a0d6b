"""Reps, teams and territories by what one slot more or fewer is worth; nothing is solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from solver.capacity.records import Ranking, SlotValue
from solver.capacity.solved import rules_named
from solver.digests import digest
from solver.errors import UsageError
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.rows import ValueRows
from solver.models import Plan, Rep, Slots, Window
from solver.names import OVERLAY, name_key
from solver.sales_floor.building import sales_floor
from solver.sales_floor.engine import is_flow
from solver.sales_floor.plain import is_plain


def rank_slots(plan: Plan, window: Window) -> Ranking:
    """Rank reps, teams and territories by the value of one slot more and of one fewer.

    One slot more of a rep is worth floor + gain, one fewer costs floor + loss, both from the plan
    and exact. Which number of the rep must be raised for a slot more, capacity or daily cap,
    stands beside it. A team's or a territory's next slot is worth that of the member with whom it
    brings the most; its cheapest is that of the member with whom it costs the least.

    Parameters
    ----------
    plan
        The optimal plan of the window.
    window
        The window: teams and territories of its reps. A rep who sells everywhere is at home in no
        territory.

    Raises
    ------
    UsageError
        If the plan is not of these reps, or a MIP made it, which knows no exact gains.
    """
    if plan.inputs.reps != digest(window.reps) or plan.at != window.at:
        raise UsageError("the plan was made from other reps or for another instant than those of "
                         "the window; route the window again")
    if any(slot.gain is None for slot in plan.slots):
        raise UsageError(_not_ranked(window))
    values = [_of_rep(rep, slot) for rep, slot in zip(window.reps, plan.slots, strict=True)]
    return Ranking(
        reps=_ranked(values),
        teams=_ranked(_together(values, _by_team(window.reps))),
        territories=_ranked(_together(values, _by_territory(window.reps))))


def check_ranking(window: Window, floors: AnyFloors = None) -> None:
    """Refuse a window whose plan a MIP would make, before it is solved.

    Parameters
    ----------
    window
        The window.
    floors
        As for :func:`solver.solve`.

    Raises
    ------
    UsageError
        Naming its rules.
    InvalidInputError, PolicyConflictError
        As :func:`solver.solve`, of what shows before any solve.
    """
    check_floors(window.reps, floors)
    rows = ValueRows(window)
    if not is_plain(window, rows.leads.leads) and not is_flow(sales_floor(rows, floors)):
        raise UsageError(_not_ranked(window))


def _not_ranked(window: Window) -> str:
    return (f"this window has {rules_named(window)}; with these no flow but a MIP makes its plan, "
            "which has no exact value of one slot more: compare scenarios with other capacities "
            "instead, or leave these rules out")


def _of_rep(rep: Rep, slot: Slots) -> SlotValue:
    more = slot.floor + slot.gain if rep.active and slot.gain is not None else None
    fewer = None if slot.loss is None else slot.floor + slot.loss
    return SlotValue(
        name=rep.rep_id, reps=int(rep.active), slots=slot.free_slots,
        more=more, more_rep_id=None if more is None else rep.rep_id, limited_by=rep.slot_limit,
        fewer=fewer, fewer_rep_id=None if fewer is None else rep.rep_id)


def _together(values: Sequence[SlotValue], members: Mapping[str, Sequence[int]]
              ) -> Iterable[SlotValue]:
    for name, positions in members.items():
        some = [values[at] for at in positions]
        most = max((one for one in some if one.more is not None),
                   key=lambda one: one.more or 0, default=None)
        least = min((one for one in some if one.fewer is not None),
                    key=lambda one: one.fewer or 0, default=None)
        yield SlotValue(
            name=name, reps=sum(one.reps for one in some), slots=sum(one.slots for one in some),
            more=None if most is None else most.more,
            more_rep_id=None if most is None else most.name,
            limited_by=None if most is None else most.limited_by,
            fewer=None if least is None else least.fewer,
            fewer_rep_id=None if least is None else least.name)


def _by_team(reps: Sequence[Rep]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for at, rep in enumerate(reps):
        if rep.team is not None:
            members.setdefault(rep.team, []).append(at)
    return members


def _by_territory(reps: Sequence[Rep]) -> dict[str, list[int]]:
    """Return the reps at home in each territory, by the name as it is spelt first."""
    spelt: dict[str, str] = {}
    members: dict[str, list[int]] = {}
    for at, rep in enumerate(reps):
        for name in rep.territories:
            if name != OVERLAY:
                first = spelt.setdefault(name_key(name), name)
                members.setdefault(first, []).append(at)
    return members


def _ranked(values: Iterable[SlotValue]) -> tuple[SlotValue, ...]:
    """Sort by what a slot more wins, then by what one fewer costs; those without any last."""
    return tuple(sorted(values, key=lambda one: (
        one.more is None, -(one.more or 0), one.fewer is None, -(one.fewer or 0), one.name)))
