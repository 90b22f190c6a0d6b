"""Tables of what holds beyond the reps' slots: limits, and who moved since the plan before."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from api.cli.tables import MAX_ROWS, new_console, new_table, number_column, say_more
from solver.explanation import money
from solver.models import Engine, LimitUse, Plan


def print_floor_rules(plan: Plan, labels: dict[str, str]) -> None:
    """Print limits, dearest first, and moves; nothing where a plan has neither."""
    console = new_console()
    if plan.limits:
        console.print(_limits(plan.limits, exact=plan.engine is not Engine.MIP))
        say_more(console, len(plan.limits), "limits: --out DIR shows all in limits.csv")
    if plan.moves:
        console.print(_moves(plan, labels))
        say_more(console, len(plan.moves), "moves: --out DIR shows all in moves.csv")


def _limits(limits: tuple[LimitUse, ...], *, exact: bool) -> Table:
    title = ("what one unit more would bring; below 0: what one unit for its least costs" if exact
             else "at the prices of the bound; below 0 where a least or a fair share wants more")
    table = new_table(f"Limits, dearest first, {title}", "limit")
    for name in ("counts", "before", "used", "least", "most", "price", "penalty"):
        number_column(table, name)
    for one in sorted(limits, key=lambda one: (-abs(one.price), one.name))[:MAX_ROWS]:
        per = "" if one.period.value == "window" else f" a {one.period.value}"
        table.add_row(escape(one.name), f"{one.measure.value}{per}", f"{one.used_before:,}",
                      f"{one.used:,}", f"{one.lower:,}",
                      "" if one.upper is None else f"{one.upper:,}", money(one.price),
                      money(one.penalty))
    return table


def _moves(plan: Plan, labels: dict[str, str]) -> Table:
    cost = sum(one.price for one in plan.moves)
    table = new_table(f"Leads that changed hands since the plan before, at {money(cost)} in all",
                      "lead")
    table.add_column("from", overflow="fold")
    table.add_column("to", overflow="fold")
    for name in ("brings there", "brings now", "move costs"):
        number_column(table, name)
    for one in plan.moves[:MAX_ROWS]:
        table.add_row(escape(one.lead_id), escape(labels.get(one.from_rep_id, one.from_rep_id)),
                      "nobody" if one.to_rep_id is None else escape(labels[one.to_rep_id]),
                      "a rule refuses" if one.value_before is None else money(one.value_before),
                      money(one.value_after), money(one.price))
    return table
