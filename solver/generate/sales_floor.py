"""A window of a whole sales floor from a seed: accounts, rules, limits, a ledger, a plan before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from solver.generate.accounts import with_accounts
from solver.generate.features import Feature, FloorOptions
from solver.generate.floor_leads import with_effort, with_legal_holds, with_locks, with_vips
from solver.generate.floor_ledger import with_ledger
from solver.generate.floor_limits import period_limits_of, window_limits
from solver.generate.floor_policy import with_sections
from solver.generate.floor_reps import with_more_slots, with_tenure
from solver.generate.window import generate_window
from solver.generate.yesterday import owners_of, plan_of_yesterday
from solver.matrix.triage import triage
from solver.models import Plan, Window

_WHOLE = FloorOptions()


@dataclass(frozen=True, slots=True)
class GeneratedFloor:
    """A made-up window, and the plan before it."""

    window: Window
    """With accounts, ledger and previous owners where the features ask for them."""
    previous: Plan | None
    """Of a day before; None without stability."""


def generate_sales_floor(num_leads: int, num_reps: int, seed: int, at: datetime,
                         options: FloorOptions = _WHOLE) -> GeneratedFloor:
    """Make a realistic window with the rules of a sales floor.

    Leads and reps are those of :func:`generate_window` for the same arguments, and features add to
    them: each draws from random numbers of its own, so that one more leaves the others as they are.
    Upper ends are hard and quotas have a price; leads that are locked or must be placed have reps
    who may take them.

    Parameters
    ----------
    num_leads, num_reps, seed, at
        As of :func:`generate_window`.
    options
        Features, and the part of the leads in accounts of several.

    Raises
    ------
    UsageError
        As :func:`generate_window` does.
    """
    plain = generate_window(num_leads, num_reps, seed, at.astimezone(UTC) if at.tzinfo else at)
    window = with_tenure(plain, seed) if options.features else plain
    if options.has(Feature.ACCOUNTS):
        window = with_accounts(window, seed, options)
    previous = None
    if options.has(Feature.STABILITY):
        previous = plan_of_yesterday(window)
        window = window.model_copy(update={"previous": owners_of(previous)})
    if options.has(Feature.RULES):
        window = with_legal_holds(window, seed)
    if options.has(Feature.USE):
        window = _with_use(window, seed)
    window = _with_limits(with_sections(window, options), options)
    if options.has(Feature.STABILITY):
        window = with_locks(window, seed)
    if options.has(Feature.MUST_PLACE):
        window = with_vips(window, seed)
    if options.has(Feature.FAIRNESS, Feature.PERIODS):
        window = with_ledger(window, seed)
    # Validated as a whole: what was copied piece by piece has not been.
    return GeneratedFloor(Window.model_validate(dict(window)), previous)


def _with_use(window: Window, seed: int) -> Window:
    """Let leads take several slots, and give reps as many more."""
    window = with_effort(window, seed)
    efforts = [lead.effort or 1 for lead in triage(window).routed]
    return with_more_slots(window, sum(efforts) / max(1, len(efforts)))


def _with_limits(window: Window, options: FloorOptions) -> Window:
    routed = triage(window).routed
    limits = window_limits(window, routed) if options.has(Feature.LIMITS) else ()
    if options.has(Feature.PERIODS):
        limits += period_limits_of(window, len(routed))
    return window.model_copy(update={
        "policy": window.policy.model_copy(update={"limits": limits})})
