"""Tables of ``fairlead relax``."""

from __future__ import annotations

from collections import Counter

from rich.markup import escape

from api.cli.tables import MAX_ROWS, new_console, new_table, number_column, say_more
from solver.explanation import money, rep_labels
from solver.models import Outcome, Window
from solver.relax import Relaxation


def print_relaxation(window: Window, found: Relaxation) -> None:
    """Print the changes, who would own which lead, and what no rule about reps holds."""
    console = new_console()
    if found.changes:
        table = new_table("What it would take, by kind, dearest first", "change")
        table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
        number_column(table, "cost")
        number_column(table, "leads")
        for change in found.changes[:MAX_ROWS]:
            table.add_row(escape(change.sentence), f"{change.cost:,.2f}",
                          f"{len(change.lead_ids):,}")
        console.print(table)
        say_more(console, len(found.changes), "changes: --format csv or --out DIR show all")
    if found.owners:
        _print_owners(window, found)
    _print_verdict(found)


def _print_owners(window: Window, found: Relaxation) -> None:
    console, labels = new_console(), rep_labels(window.reps)
    table = new_table(f"Who would own them ({window.policy.currency})", "lead")
    table.add_column("owner", overflow="fold")
    table.add_column("now with", overflow="fold")
    number_column(table, "value")
    for one in found.owners[:MAX_ROWS]:
        before = "" if one.from_rep_id is None else labels[one.from_rep_id]
        table.add_row(escape(one.lead_id), escape(labels[one.rep_id]), escape(before),
                      money(one.value))
    console.print(table)
    say_more(console, len(found.owners), "leads: --out DIR shows all in owners.csv")


def _print_verdict(found: Relaxation) -> None:
    proof = ("Nothing is cheaper." if found.outcome is Outcome.OPTIMAL
             else f"No set costs less than {found.bound:,.2f}.")
    if found.held:
        print(f"{found.held:,} held leads in question: {found.held - len(found.impossible):,} "
              f"would have an owner, at a cost of {found.cost:,.2f}. {proof}")
    else:
        print("No lead is held for a matter of rules or room.")
    if found.impossible:
        shown = ", ".join(found.impossible[:5])
        more = f" and {len(found.impossible) - 5:,} more" if len(found.impossible) > 5 else ""
        print(f"Without an owner whatever is changed: {shown}{more}: {found.impossible_because}.")
    if found.objective_after is not None and found.changes:
        won = found.objective_after - found.objective_before
        print(f"The best plan is then worth {money(won)} more.")
    counts = Counter(one.held.reasons[0].code.value for one in found.beyond_rules)
    if counts:
        print("Held, and not a matter of rules: "
              + ", ".join(f"{count:,} {code}" for code, count in sorted(counts.items()))
              + "; --out DIR says in beyond_rules.csv what they lack.")

