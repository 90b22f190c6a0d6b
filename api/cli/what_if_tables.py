"""What ``fairlead whatif`` prints: tables to read, or a CSV row a scenario."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from rich.markup import escape

from api.cli.tables import MAX_ROWS, new_console, new_table, number_column, say_more
from solver.explanation import money, rep_labels
from solver.models import Window
from solver.plan_files import csv_bytes, csv_text, decimal_money
from solver.what_ifs import Comparison, Difference, Figures, Mover, ScenarioResult

_BASE = "as it is"
#: Figures that are one number, in the order of the CSV columns.
_NUMBERS = ("value", "value_kept", "objective", "gap", "leads", "owned", "worth_held",
            "load_spread", "lowest_price", "highest_price")
_MONEY = ("value", "value_kept", "objective", "gap", "worth_held", "lowest_price", "highest_price")
#: What the columns of the figures are.
_WORDS = (
    "The objective decides: every plan makes it as large as it can be. It is the value now, less "
    "the floors of the slots used, plus the policy's reserve for each routed lead without an "
    "owner, less what moves and distance from limits and fair shares cost; by the scenario's own "
    "policy, so that one that edits the reserve changes it by that alone.",
    "Value now: what the owned leads are worth with their owners. Kept for later: the floors of "
    "the slots left free. With floors a slot more or fewer also brings or takes its floor, which "
    "the objective does not count and `fairlead capacity` does.",
    "Leads are those that are routed. Held also counts leads that are sorted out before that "
    "(NEEDS_DATA, TOO_OLD, LEGAL_HOLD, set aside by preparing), worth held does not.",
    "Load spread: standard deviation of the share of their slots that reps use. Prices: the "
    "lowest and the highest price of a rep's slot, what one more is worth beyond its floor (of a "
    "MIP: at the prices of the bound).")


def print_what_if(window: Window, found: Comparison) -> None:
    """Print the figures of all scenarios, why leads are held, and who moved."""
    _print_figures(found)
    _print_held(found)
    if any(result.moves for result in found.results):
        _print_moves(window, found.results)
    for result in found.results:
        if result.no_plan is not None:
            new_console().print(f"[bold]{escape(result.scenario.name)}[/bold] has no plan: "
                                f"{escape(result.no_plan)}\n")
        for note in result.notes:
            new_console().print(f"[bold]{escape(result.scenario.name)}[/bold] {escape(note)}\n")


def print_comparison_csv(found: Comparison) -> None:
    """Print a row for the base and one a scenario: figures, and their differences to the base."""
    header = ["scenario", "currency", *_NUMBERS, "held",
              *(f"{name}_difference" for name in _NUMBERS), "held_difference", "moved", "cascades",
              "no_plan"]
    rows = [[_BASE, found.currency, *_numbers(found.base), _num_held(found.base),
             *[None] * (len(_NUMBERS) + 4)]]
    rows += [[csv_text(one.scenario.name), found.currency, *_numbers(one.figures),
              _num_held(one.figures), *_numbers(one.difference), _num_held(one.difference),
              len(one.moves), _cascades(one.moves), csv_text(one.no_plan or "")]
             for one in found.results]
    sys.stdout.write(csv_bytes(header, rows).decode())


def _numbers(figures: Figures | Difference | None) -> list[int | float | str | None]:
    """Return the figures in the order of the columns, money in whole units."""
    return [None if figures is None else
            decimal_money(getattr(figures, name)) if name in _MONEY else getattr(figures, name)
            for name in _NUMBERS]


def _num_held(figures: Figures | Difference | None) -> int | None:
    return None if figures is None else sum(figures.held.values())


def _cascades(moves: Sequence[Mover]) -> int:
    return sum(move.cascade for move in moves)


def _print_figures(found: Comparison) -> None:
    table = new_table(f"Scenarios ({found.currency}): figures, and below them the difference to "
                      "the window as it is", "scenario")
    for name in ("objective", "value now", "kept for later", "leads", "owned", "held", "worth held",
                 "load spread", "prices"):
        number_column(table, name)
    table.add_row(_BASE, *_cells(found.base))
    for result in found.results[:MAX_ROWS]:
        table.add_row(escape(result.scenario.name), *(
            _cells(result.figures) if result.figures is not None else ["no plan"]))
        if result.difference is not None:
            table.add_row("", *_signed(result.difference))
    console = new_console()
    console.print(table)
    say_more(console, len(found.results), "scenarios: --format csv or json shows all")
    for sentence in _WORDS:
        console.print(sentence)
    console.print()


def _cells(one: Figures) -> list[str]:
    prices = ("" if one.lowest_price is None or one.highest_price is None else
              f"{money(one.lowest_price)} to {money(one.highest_price)}")
    return [money(one.objective), money(one.value), money(one.value_kept), f"{one.leads:,}",
            f"{one.owned:,}", f"{_num_held(one):,}", money(one.worth_held),
            f"{one.load_spread:.2f}", prices]


def _signed(one: Difference) -> list[str]:
    return [_plus(one.objective), _plus(one.value), _plus(one.value_kept), f"{one.leads:+,}",
            f"{one.owned:+,}", f"{_num_held(one):+,}", _plus(one.worth_held),
            f"{one.load_spread:+z.2f}",
            "" if one.highest_price is None else f"{_plus(one.highest_price)} the highest"]


def _plus(minor: int) -> str:
    return f"+{money(minor)}" if minor > 0 else money(minor)


def _print_held(found: Comparison) -> None:
    """Print how many leads are held for which first reason."""
    columns = [(_BASE, found.base), *((one.scenario.name, one.figures) for one in found.results
                                      if one.figures is not None)]
    total: Counter[str] = Counter()
    for _, figures in columns:
        total.update({code.value: count for code, count in figures.held.items()})
    if not total:
        return
    table = new_table("Held, by first reason", "scenario")
    for code in sorted(total):
        number_column(table, code)
    for name, figures in columns[:MAX_ROWS + 1]:
        held = {code.value: count for code, count in figures.held.items()}
        table.add_row(escape(name), *(f"{held.get(code, 0):,}" for code in sorted(total)))
    new_console().print(table)


def _print_moves(window: Window, results: Sequence[ScenarioResult]) -> None:
    """Print how many moved in each scenario, and of each some: edited first, then who follows."""
    moved = [result for result in results if result.moves]
    _print_num_moved(moved)
    each, labels = max(1, MAX_ROWS // len(moved)), rep_labels(window.reps)
    table = new_table("Who moved" if all(len(one.moves) <= each for one in moved) else
                      f"Who moved, the first {each:,} of each scenario; --format json lists all",
                      "scenario")
    for name in ("lead", "from", "to", "because"):
        table.add_column(name, overflow="fold")
    for result in moved[:MAX_ROWS]:
        rows = sorted(result.moves, key=lambda move: (move.cascade, move.lead_id))
        for move in rows[:each]:
            table.add_row(escape(result.scenario.name), escape(move.lead_id),
                          _who(move.before, labels), _who(move.after, labels),
                          "others moved" if move.cascade else "edited")
    new_console().print(table)


def _print_num_moved(moved: Sequence[ScenarioResult]) -> None:
    table = new_table("How many moved", "scenario")
    for name in ("moved", "because others did"):
        number_column(table, name)
    for result in moved[:MAX_ROWS]:
        table.add_row(escape(result.scenario.name), f"{len(result.moves):,}",
                      f"{_cascades(result.moves):,}")
    console = new_console()
    console.print(table)
    say_more(console, len(moved), "scenarios: --format csv or json shows all")


def _who(rep_id: str | None, labels: dict[str, str]) -> str:
    return "nobody" if rep_id is None else escape(labels.get(rep_id, rep_id))
