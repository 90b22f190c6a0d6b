"""``fairlead relax``: what it would take to give every held lead of a plan an owner."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from api.cli.exits import end_stopped, say
from api.cli.plans import plan_and_window
from api.cli.reading_options import ReadingOptions
from api.cli.relaxed import print_relaxation
from api.out_folder import RELAX_FOLDER, check_folder, write_folder
from solver.errors import UsageError
from solver.models import Outcome, Plan
from solver.relax import Relaxation, RelaxCosts, render_relaxation
from solver.relax import relax as find_relaxation
from solver.relax.kinds import ChangeKind

_SLOT_OF = "slot:"
_NEVER = "never"
#: What a slot costs whose price is 0: a cost is above 0.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class RelaxOptions:
    """What the command asks besides the plan and its inputs."""

    costs: tuple[str, ...] = ()
    """``KIND=NUMBER``, ``KIND=never``, ``slot:REP=NUMBER``."""
    slot_cost: str | None = None
    """A number, or ``price``."""
    move: bool = False
    time_limit: float | None = 30.0
    rounds: int | None = None
    out: Path | None = None


def relax(directory: Path, reading: ReadingOptions, options: RelaxOptions, output_format: str
          ) -> None:
    """Read, find the cheapest changes, write, print; arguments are those of the command."""
    if options.out is not None:
        check_folder(options.out, RELAX_FOLDER, reading.paths())
    plan, window = plan_and_window(directory, reading, "relax asks about another window")
    costs = relax_costs(plan, options)
    found = find_relaxation(window, plan, costs, move=options.move,
                            time_limit=None if options.rounds else options.time_limit,
                            rounds=options.rounds)
    _say_found(found)
    files = render_relaxation(found)
    if options.out is not None:
        write_folder(options.out, files)
        say(f"wrote {', '.join(files)} to {options.out}")
    if output_format == "table":
        print_relaxation(window, found)
    else:
        name = "relax.json" if output_format == "json" else "changes.csv"
        sys.stdout.write(files[name].decode())
    end_stopped(found.stopped_by)


def relax_costs(plan: Plan, options: RelaxOptions) -> RelaxCosts:
    """Read the costs of the command line.

    Raises
    ------
    UsageError
        If a kind is unknown, a rep is not in the plan, or a cost is no number above 0.
    """
    given: dict[str, object] = {}
    slots = {}
    if options.slot_cost == "price":
        slots = {slot.rep_id: max(_LEAST, (slot.floor + slot.price) / 100) for slot in plan.slots}
    elif options.slot_cost is not None:
        given["slot"] = _number("--slot-cost", options.slot_cost)
    known = {slot.rep_id for slot in plan.slots}
    for text in options.costs:
        key, equals, number = text.rpartition("=")
        cost = _number(f"--cost {text}", number) if equals else None
        if key.startswith(_SLOT_OF) and cost is not None:
            rep_id = key.removeprefix(_SLOT_OF)
            if rep_id not in known:
                raise UsageError(f"--cost {text}: no rep of the plan is called {rep_id!r}")
            slots[rep_id] = cost
        elif key in set(ChangeKind):
            given[key] = cost
        else:
            raise UsageError(f"--cost {text} must be KIND=NUMBER, KIND=never or slot:REP=NUMBER; "
                             f"kinds are {', '.join(ChangeKind)}")
    try:
        return RelaxCosts.model_validate({**given, "slots": slots})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"the cost of {where}: {first['msg']}, not {first['input']!r}") from error


def _number(option: str, text: str) -> float | None:
    if text == _NEVER:
        return None
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} must be a number above 0 or {_NEVER!r}") from None


def _say_found(found: Relaxation) -> None:
    proof = ("nothing is cheaper" if found.outcome is Outcome.OPTIMAL
             else f"at least {found.bound:,.2f} is needed; stopped by {found.stopped_by.value}")
    say(f"found: {len(found.changes):,} changes for {found.held:,} held leads, cost "
        f"{found.cost:,.2f}, {proof}")
    for note in found.notes:
        say(f"note: {note}")
