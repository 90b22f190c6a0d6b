"""Route real windows with and without the rules of a sales floor, and print the measured tables.

Run ``python -m benchmarks.sales_floor_real`` from the project's root. ``--time-limit`` seconds for
each window that is no flow; ``--only TEXT`` for the windows whose source holds that text. A plan
that does not verify is shown with the checks that failed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from time import perf_counter

from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.real_floors import RealFloor, real_floors
from benchmarks.markdown import markdown_table
from solver.models import LimitUse, Plan
from solver.solving import solve
from solver.verify import verify_plan

_HEAD = ("rules", "engine", "seconds", "leads owned", "slots used", "value, USD", "of no rules",
         "gap", "proven by", "changed hands", "checks passed")
_LIMIT_HEAD = ("rules", "limits", "at their upper end", "below a priced lower end",
               "highest price of one unit, USD", "penalties, USD")


def main() -> None:
    """Print two tables for each source; fail where a plan does not verify."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sales_floor_real",
                                     description=__doc__)
    parser.add_argument("--time-limit", type=float, default=30.0, metavar="SECONDS",
                        help="of a solve; 30 by default")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="windows whose source holds this text; all by default")
    arguments = parser.parse_args()
    try:
        floors = [floor for floor in real_floors() if arguments.only in floor.source]
    except MissingDataError as error:
        parser.exit(2, f"{error}\n")
    failed: list[str] = []
    for source, group in groupby(floors, key=lambda floor: floor.source):
        print(f"\n### {source}\n")
        text, faults = report(list(group), arguments.time_limit)
        print(text)
        failed += faults
    if failed:
        parser.exit(1, "\n".join((f"{len(failed)} checks failed:", *failed, "")))


def report(floors: list[RealFloor], time_limit: float) -> tuple[str, list[str]]:
    """Solve the windows of one source; return their tables, and what failed to verify.

    Parameters
    ----------
    floors
        The first is the one without rules.
    time_limit
        Seconds for each that is no flow.
    """
    rows, limits, failed, plain = [], [], list[str](), 0
    for floor in floors:
        start = perf_counter()
        plan = solve(floor.window, time_limit=time_limit)
        seconds = perf_counter() - start
        plain = plain or plan.certificate.value
        checks = verify_plan(floor.window, plan)
        failed += [f"{floor.source}, {floor.rules}: {check.name}: {check.detail}"
                   for check in checks if not check.passed]
        rows.append((*_row(floor, plan, seconds, plain),
                     f"{sum(check.passed for check in checks)} of {len(checks)}"))
        if plan.limits:
            limits.append(_limit_row(floor.rules, plan))
    size = floors[0].window
    facts = (f"{len(size.leads):,} leads, {len(size.reps)} reps, "
             f"{sum(rep.free_slots for rep in size.reps):,} slots, {time_limit:g} s at most.")
    tables = [markdown_table(_HEAD, rows)]
    if limits:
        tables.append(markdown_table(_LIMIT_HEAD, limits))
    return "\n\n".join((facts, *tables)), failed


def _row(floor: RealFloor, plan: Plan, seconds: float, plain: int) -> tuple[str, ...]:
    certificate = plan.certificate
    owners = {one.lead_id: one.rep_id for one in plan.assignments}
    before = {lead.lead_id: lead.owner_id for lead in floor.window.leads if lead.owner_id}
    moved = sum(owners.get(lead_id) != owner for lead_id, owner in before.items())
    return (floor.rules, plan.engine.value, f"{seconds:.1f}", f"{len(owners):,}",
            f"{sum(slots.used for slots in plan.slots):,}", money(certificate.value),
            f"{certificate.value / max(1, plain):.4f}",
            f"{certificate.gap / max(1, abs(certificate.objective)):.4%}",
            certificate.proven_by.value, f"{moved:,} of {len(before):,}")


def _limit_row(rules: str, plan: Plan) -> tuple[str, ...]:
    short = [one for one in plan.limits if one.penalty and one.used < one.lower]
    return (rules, f"{len(plan.limits):,}", f"{sum(map(_is_full, plan.limits)):,}",
            f"{len(short):,}", money(max(one.price for one in plan.limits)),
            money(plan.certificate.penalties))


def _is_full(limit: LimitUse) -> bool:
    return limit.upper is not None and limit.used >= limit.upper


def money(minor_units: int) -> str:
    """Return minor units as money."""
    return f"{minor_units / 100:,.2f}"


if __name__ == "__main__":
    main()
