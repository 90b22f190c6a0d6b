"""Route MarketStar's backlog and busiest day and print the measured tables.

Run ``python -m benchmarks.route_marketstar`` from the project's root; ``--inputs DIR`` also writes
the windows' canonical files, to be routed with ``fairlead route``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.datasets.canonical import write_inputs
from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.marketstar import (
    PART,
    Knowledge,
    backlog_window,
    busiest_day_window,
)
from benchmarks.datasets.marketstar_raw import read_marketstar
from benchmarks.markdown import markdown_table
from solver.models import Engine, Plan, Window
from solver.solving import compare
from solver.verify import verify_plan

WINDOWS: dict[str, Callable[[], Window]] = {
    "backlog": backlog_window,
    "busiest-day-prior": busiest_day_window,
    "busiest-day-hindsight": lambda: busiest_day_window(Knowledge.HINDSIGHT),
}


def main() -> None:
    """Print every table; refuse to report a plan that is not proven or does not verify."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.route_marketstar",
                                     description=__doc__)
    parser.add_argument("--inputs", type=Path, metavar="DIR",
                        help="also write the canonical files of each window into DIR")
    arguments = parser.parse_args()
    try:
        export = read_marketstar(data_folder(PART))
    except MissingDataError as error:
        parser.exit(2, f"{error}\n")
    print(markdown_table(("oddity reported", "rows"),
                 sorted(Counter(quirk.code.value for quirk in export.quirks).items())))
    for name, make in WINDOWS.items():
        print(f"\n### {name}\n")
        window = make()
        if arguments.inputs is not None:
            write_inputs(window, arguments.inputs / name)
        print(_report(window))


def _report(window: Window) -> str:
    start = perf_counter()
    plan, baselines = compare(window)
    seconds = perf_counter() - start
    failed = [check for check in verify_plan(window, plan) if not check.passed]
    if plan.certificate.gap or failed:
        raise SystemExit(f"the plan is not proven: gap {plan.certificate.gap}, failed {failed}")
    facts = (f"At {window.at:%Y-%m-%d %H:%M} UTC: {len(window.leads):,} leads, "
             f"{len(window.reps)} reps, {sum(rep.free_slots for rep in window.reps):,} slots, "
             f"{plan.inputs.usable_pairs:,} usable pairs; optimum and all baselines in "
             f"{seconds:.2f} s; gap 0, verified. {_moved(window, plan):,} owned leads would change "
             "hands.")
    return "\n\n".join((facts, _plans(plan, baselines), _slots(plan)))


def _moved(window: Window, plan: Plan) -> int:
    now = {lead.lead_id: lead.owner_id for lead in window.leads if lead.owner_id}
    owners = {assignment.lead_id: assignment.rep_id for assignment in plan.assignments}
    return sum(owners.get(lead_id) != owner_id for lead_id, owner_id in now.items())


def _plans(plan: Plan, baselines: dict[Engine, Plan]) -> str:
    rows = []
    for name, each in (("optimum", plan), *((e.value, b) for e, b in baselines.items())):
        loads = [slots.assigned for slots in each.slots]
        rows.append((name, f"{len(each.assignments):,}", _money(each.certificate.value),
                     f"{each.certificate.objective / max(plan.certificate.objective, 1):.4f}",
                     f"{min(loads):,} to {max(loads):,}", f"{len(each.violations):,}"))
    return markdown_table(("plan", "leads owned", "value, USD", "share of the optimum",
                           "leads per rep", "violations"), rows)


def _slots(plan: Plan) -> str:
    return markdown_table(
        ("rep", "slots", "assigned", "one slot more brings, USD", "one fewer costs, USD"),
        [(s.rep_id, f"{s.free_slots:,}", f"{s.assigned:,}", _money(s.price),
          "" if s.loss is None else _money(s.loss)) for s in plan.slots])


def _money(minor_units: int) -> str:
    return f"{minor_units / 100:,.2f}"


if __name__ == "__main__":
    main()
