"""Tables of ``fairlead capacity``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from api.cli.tables import MAX_ROWS, new_console, new_table, number_column, say_more
from solver.capacity import (
    BestToAdd,
    BestToMove,
    Bought,
    SlotValue,
    ValueCurve,
    ValueOfHire,
    ValueOfTraining,
)
from solver.explanation import money, rep_labels
from solver.models import SlotLimit, Window

if TYPE_CHECKING:
    from api.cli.capacity import CapacityAnswer

#: What all figures of the tables are.
_WORDS = (
    "All figures are changes of what decides: the objective and the floors of all free slots. The "
    "objective is the value of the owned leads, less the floors of the slots used, plus the "
    "policy's reserve for each routed lead without an owner; so one slot more brings what its lead "
    "is worth beyond the reserve and beyond what it brought elsewhere.")
_LIMITS = {SlotLimit.CAPACITY: "capacity", SlotLimit.DAILY_CAP: "daily cap",
           SlotLimit.BOTH: "capacity and daily cap"}


def print_capacity(window: Window, answer: CapacityAnswer) -> None:
    """Print the rankings and every answer."""
    labels = rep_labels(window.reps)
    _print_ranking(f"Reps ({answer.currency}), by what one slot more would bring",
                   answer.ranking.reps, labels)
    for what, rows in (("Teams", answer.ranking.teams),
                       ("Territories", answer.ranking.territories)):
        if rows:
            _print_ranking(f"{what}, by what one slot more of the best of its reps would bring",
                           rows, {})
    new_console().print(_WORDS + "\n")
    if answer.add is not None:
        _print_added(answer.add, labels)
    if answer.move is not None:
        _print_moved(answer.move, labels)
    if answer.bought is not None:
        _print_bought(answer.bought, labels)
    for team, curve in answer.curves.items():
        _print_curve(team, curve, labels)
    for hire in answer.hires:
        _print_hire(hire)
    if answer.trainings:
        _print_trainings(answer.trainings, labels)


def _print_ranking(title: str, rows: Sequence[SlotValue], labels: dict[str, str]) -> None:
    console = new_console()
    table = new_table(title, "rep_id" if labels else "name")
    if labels:
        table.add_column("rep", overflow="fold")
    for name in ("slots", "one more", "one fewer"):
        number_column(table, name)
    table.add_column("limited by")
    if not labels:
        for name in ("more of", "fewer of"):
            table.add_column(name, overflow="fold")
    for row in rows[:MAX_ROWS]:
        figures = (f"{row.slots:,}", _money(row.more),
                   "" if row.fewer is None else money(-row.fewer),
                   "" if row.limited_by is None else _LIMITS[row.limited_by])
        table.add_row(*map(escape, (row.name, labels[row.name], *figures) if labels else (
            row.name, *figures, row.more_rep_id or "", row.fewer_rep_id or "")))
    console.print(table)
    say_more(console, len(rows), "rows: --format csv or json shows all")


def _print_added(best: BestToAdd, labels: dict[str, str]) -> None:
    table = new_table("The best slots to add: for each number the first of them, exactly", "slots")
    table.add_column("slot of", overflow="fold")
    for name in ("it brings", "together"):
        number_column(table, name)
    for nth, slot in enumerate(best.slots[:MAX_ROWS], 1):
        table.add_row(f"{nth:,}", escape(labels[slot.rep_id]), money(slot.step),
                      money(slot.change))
    new_console().print(table)
    say_more(new_console(), len(best.slots), "slots: --format json shows all")
    if len(best.slots) < best.asked:
        print(f"No more than {len(best.slots):,} slots bring anything.")


def _print_moved(best: BestToMove, labels: dict[str, str]) -> None:
    table = new_table("The best slots to move: for each number the first of them, exactly", "slots")
    for name in ("from", "to"):
        table.add_column(name, overflow="fold")
    for name in ("it brings", "together"):
        number_column(table, name)
    for nth, slot in enumerate(best.slots[:MAX_ROWS], 1):
        table.add_row(f"{nth:,}", escape(labels[slot.from_rep_id]),
                      escape(labels[slot.to_rep_id]), money(slot.step), money(slot.change))
    new_console().print(table)
    say_more(new_console(), len(best.slots), "slots: --format json shows all")
    if len(best.slots) < best.asked:
        print(f"No more than {len(best.slots):,} moves bring anything.")


def _print_bought(bought: Bought, labels: dict[str, str]) -> None:
    table = new_table(f"The best slots within {money(bought.budget)}", "rep_id")
    table.add_column("rep", overflow="fold")
    for name in ("slots", "cost"):
        number_column(table, name)
    for one in bought.slots:
        table.add_row(escape(one.rep_id), escape(labels[one.rep_id]), f"{one.slots:,}",
                      money(one.cost))
    new_console().print(table)
    proof = ("No slots within the budget bring more." if bought.gap == 0 else
             f"No slots within the budget bring more than {money(bought.bound)}: gap "
             f"{money(bought.gap)}.")
    print(f"They cost {money(bought.spent)} and bring {money(bought.change)}. {proof}")


def _print_curve(team: str, curve: ValueCurve, labels: dict[str, str]) -> None:
    table = new_table(f"Value against capacity of team {escape(team)}, exact at each step", "slots")
    for name in ("objective", "against now", "last step"):
        number_column(table, name)
    table.add_column("of", overflow="fold")
    for point in curve.points:
        table.add_row(f"{point.slots:,}", money(point.objective), money(point.change),
                      money(point.step),
                      "" if point.rep_id is None else escape(labels[point.rep_id]))
    new_console().print(table)


def _print_hire(hire: ValueOfHire) -> None:
    table = new_table(f"A hire, {escape(hire.rep_id)}, by slots", "slots")
    for name in ("together", "the last of them"):
        number_column(table, name)
    for point in hire.points:
        table.add_row(f"{point.slots:,}", money(point.change), money(point.step))
    new_console().print(table)


def _print_trainings(trainings: Sequence[ValueOfTraining], labels: dict[str, str]) -> None:
    table = new_table("Trainings", "rep")
    table.add_column("skill", overflow="fold")
    for name in ("from", "to", "would bring", "leads now", "leads then"):
        number_column(table, name)
    for one in trainings:
        table.add_row(escape(labels[one.rep_id]), escape(one.skill), f"{one.level_before:g}",
                      f"{one.level:g}", money(one.change), f"{one.leads_before:,}",
                      f"{one.leads:,}")
    new_console().print(table)


def _money(minor: int | None) -> str:
    return "" if minor is None else money(minor)
