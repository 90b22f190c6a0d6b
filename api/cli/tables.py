"""Tables for people, by rich, on stdout."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.comparison import ComparisonRow
from solver.explanation import free_slot_reasons, money, rep_labels
from solver.explanation.passed_over import PassedOver
from solver.models import Certificate, Engine, Floors, Plan, ProvenBy, Window

if TYPE_CHECKING:
    from api.cli.simulated import SimulatedRow

#: Rows shown of a long table.
MAX_ROWS = 25
#: Columns of a terminal below which the less important ones are left out.
_NARROW = 110
#: Columns assumed where stdout is not a terminal.
_PIPE_WIDTH = 160


def print_plan(window: Window, plan: Plan) -> None:
    """Print owners, what was held and why, the reps' slots and the certificate."""
    console = new_console()
    labels = rep_labels(window.reps)
    console.print(_owners(plan, labels, narrow=console.width < _NARROW))
    say_more(console, len(plan.assignments), "owned leads: --format csv or --out DIR show all")
    if plan.held:
        console.print(_held(plan))
    console.print(_slots(plan, labels))
    say_more(console, len(plan.slots), "reps: --out DIR shows all in slots.csv")
    if plan.held and (reasons := free_slot_reasons(window, plan)):
        console.print(_free(reasons, labels))
        say_more(console, len(reasons), "reps with slots left")
    console.print(_certificate(plan))


def print_passed_over(passed: PassedOver) -> None:
    """Say what a plan with floors leaves for better leads expected."""
    if passed.example is None:
        return
    sentence = f"{passed.example.lead_id}: {passed.example.reasons[0].detail}"
    new_console().print(
        f"[bold]Passed over[/bold] for better leads expected: {passed.num_leads:,}, worth "
        f"{money(passed.value)} now. The most valuable is {escape(sentence)}.\n")


def print_floors(window: Window, floors: Floors) -> None:
    """Print what each rep's slot is expected to bring later, dearest first."""
    console, labels = new_console(), rep_labels(window.reps)
    table = new_table(f"Floors ({window.policy.currency}), highest first: what a slot is expected "
                      "to bring later", "rep_id")
    table.add_column("rep", overflow="fold")
    for name in ("floor", "standard error"):
        number_column(table, name)
    table.add_column("by", no_wrap=True)
    for one in sorted(floors.floors, key=lambda one: (-one.floor, one.rep_id))[:MAX_ROWS]:
        table.add_row(escape(one.rep_id), escape(labels[one.rep_id]), money(one.floor),
                      money(round(one.standard_error)),
                      "" if one.by is None else f"{one.by:%Y-%m-%d %H:%MZ}")
    console.print(table)
    say_more(console, len(floors.floors), "reps: --format csv shows all")


def print_comparison(rows: Sequence[ComparisonRow]) -> None:
    """Print the methods side by side and how much better the optimum is than round robin."""
    table = new_table("Beside today's routers", "method")
    console = new_console()
    names = ("value owned", "objective", "share", "owned", "load spread", "violations")
    for name in names[:4] if console.width < _NARROW else names:
        number_column(table, name)
    for row in rows:
        share = "" if row.share is None else f"{row.share:.1%}"
        cells = (row.method, money(row.value), money(row.objective), share, f"{row.owned:,}",
                 f"{row.load_spread:.2f}", f"{row.violations:,}")
        table.add_row(*cells[:len(table.columns)])
    console.print(table)
    robin = next((row for row in rows if row.method == "round_robin"), None)
    if robin is not None and robin.objective > 0:
        won = rows[0].objective - robin.objective
        best = "optimal plan" if rows[0].method == "optimal" else "best plan so far"
        console.print(f"The {best} is worth {money(won)} more than round robin "
                      f"(+{won / robin.objective:.1%} of its objective, which counts the reserve "
                      "of held leads).\n")


def print_current(current: Plan) -> None:
    """List what the owners in the export break, or say that they say nothing of this window."""
    console = new_console()
    if current.violations:
        table = new_table("Rules that the export's owners break; these leads count as held", "lead")
        for name in ("owner", "rule", "detail"):
            table.add_column(name, overflow="fold")
        for violation in current.violations[:MAX_ROWS]:
            table.add_row(escape(violation.lead_id), escape(violation.rep_id), violation.code,
                          escape(violation.detail))
        console.print(table)
        say_more(console, len(current.violations), "violations: --format json lists all")
    elif not current.assignments:
        console.print("No lead of the window has an owner in the export, so `current` owns nothing "
                      "(route_when: unowned keeps the leads that have one).\n")


def print_simulated_level(rows: Sequence[SimulatedRow], num_worlds: int) -> None:
    """Print the methods at one level of slots beside hindsight and optimal windows."""
    worlds = "1 world" if num_worlds == 1 else f"means of {num_worlds:,} worlds ± 95 %"
    first = rows[0]
    table = new_table(f"{first.slots_per_lead:.2f} slots per lead, {worlds}; hindsight "
                   f"{money(round(first.hindsight))} ({first.hindsight_method})", "method")
    for name in ("value", "of hindsight", "worst", "more than optimal", "owned", "wait min"):
        number_column(table, name)
    for row in rows:
        table.add_row(
            row.method, _spread(row.value, row.value_interval), _share(row.share),
            _share(row.share_worst), _spread(row.difference, row.difference_interval),
            f"{row.owned:,.1f}", "" if row.wait_minutes is None else f"{row.wait_minutes:,.1f}")
    new_console().print(table)


def _spread(mean: float | None, interval: float | None) -> str:
    if mean is None:
        return ""
    return money(round(mean)) + ("" if interval is None else f" ± {money(round(interval))}")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


class _Console(Console):
    """A console that leaves a closed pipe to the command."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise again what rich has caught."""
        raise BrokenPipeError


def new_console() -> Console:
    """Return a console on stdout, wide where that is no terminal."""
    console = _Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def new_table(title: str, first: str) -> Table:
    """Return a table with a title and its first column."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.add_column(first, no_wrap=True)
    return table


def number_column(table: Table, name: str) -> None:
    """Add a column of numbers."""
    table.add_column(name, justify="right", no_wrap=True)


def say_more(console: Console, total: int, what: str) -> None:
    """Say how many rows of a long table are not shown."""
    if total > MAX_ROWS:
        console.print(f"... and {total - MAX_ROWS:,} more {what}.\n")


def _owners(plan: Plan, labels: dict[str, str], *, narrow: bool) -> Table:
    table = new_table("Owners, highest value first", "lead")
    table.add_column("owner", overflow="fold")
    for name in ("value", "slot and limits cost" if plan.limits else "slot costs", "net"):
        number_column(table, name)
    if not narrow:
        for name in ("match", "wait min"):
            number_column(table, name)
        table.add_column("next best", overflow="fold")
        number_column(table, "net there")
    for a in sorted(plan.assignments, key=lambda a: (-a.value, a.lead_id))[:MAX_ROWS]:
        other = a.runner_up_rep_id
        cells = [escape(a.lead_id), escape(labels[a.rep_id]), money(a.value),
                 money(a.floor + a.price + a.limit_price), money(a.net_value), f"{a.match:.2f}",
                 f"{a.wait_minutes:,}", "" if other is None else escape(labels[other]),
                 "" if a.runner_up_net_value is None else money(a.runner_up_net_value)]
        table.add_row(*cells[:len(table.columns)])
    return table


def _held(plan: Plan) -> Table:
    table = new_table("Held, by queue and reason", "queue")
    table.add_column("reason")
    number_column(table, "leads")
    table.add_column("example", overflow="fold")
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = defaultdict(str)
    for lead in plan.held:
        for reason in lead.reasons:
            kind = (lead.queue.value, reason.code.value)
            counts[kind] += 1
            examples[kind] = examples[kind] or f"{lead.lead_id}: {reason.detail}"
    for kind, count in sorted(counts.items()):
        table.add_row(*kind, f"{count:,}", escape(examples[kind]))
    return table


def _slots(plan: Plan, labels: dict[str, str]) -> Table:
    exact = plan.engine is not Engine.MIP
    table = new_table("Reps' slots, dearest first: one slot more would bring the gain, one fewer "
                      "cost the loss" if exact else
                      "Reps' slots, dearest first, at the prices of the bound", "rep_id")
    table.add_column("rep", overflow="fold")
    for name in ("free", "used", "floor", "price = gain" if exact else "price",
                 *(["loss"] if exact else [])):
        number_column(table, name)
    for slot in sorted(plan.slots, key=lambda slot: (-slot.price, slot.rep_id))[:MAX_ROWS]:
        cells = (escape(slot.rep_id), escape(labels[slot.rep_id]), f"{slot.free_slots:,}",
                 f"{slot.used:,}", money(slot.floor), money(slot.price),
                 "" if slot.loss is None else money(slot.loss))
        table.add_row(*cells[:len(table.columns)])
    return table


def _free(reasons: dict[str, str], labels: dict[str, str]) -> Table:
    table = new_table("Why slots stay free", "rep_id")
    table.add_column("rep", overflow="fold")
    table.add_column("who", overflow="fold")
    for rep_id, reason in list(reasons.items())[:MAX_ROWS]:
        table.add_row(escape(rep_id), escape(labels[rep_id]), escape(reason))
    return table


def _certificate(plan: Plan) -> str:
    proof = plan.certificate
    verdict = ("No plan can be worth more: the slot prices prove it."
               if proof.gap == 0 and proof.proven_by is ProvenBy.PRICES else
               "No plan can be worth more: the MIP says so." if proof.gap == 0 else
               f"Not proven to be the best plan; no plan is worth more than the bound, by "
               f"{proof.proven_by.value}.")
    return (f"[bold]Certificate[/bold] ({plan.policy.currency}, at {plan.at:%Y-%m-%d %H:%M:%SZ}): "
            f"objective {money(proof.objective)}, bound {money(proof.bound)}, gap "
            f"{money(proof.gap)}. {verdict}\n"
            f"Value of owned leads {money(proof.value)}, kept for later "
            f"{money(proof.value_kept)}{_further(proof)}. Of {plan.inputs.leads.count:,} leads "
            f"{len(plan.assignments):,} owned, {len(plan.held):,} held, {len(plan.kept):,} kept.\n")


def _further(proof: Certificate) -> str:
    """Say what moves and distance from limits and shares take off the objective."""
    moves = f", moves cost {money(proof.moves)}" if proof.moves else ""
    return moves + (f", distance from limits and fair shares {money(proof.penalties)}"
                    if proof.penalties else "")
