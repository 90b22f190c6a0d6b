"""The engine for programs that are no flow: prices, a core, local search and a MIP side by side.

0. Columns that no choice can take are left out; prices that keep them out come at the end.
1. A greedy choice and the caller's, whichever is better and keeps all limits.
2. Prices: subgradients where the program is large, then the linear relaxation as far as time goes.
   Of very large programs only a core goes on, with the prices of the whole.
3. Columns that no better choice can hold are left out, exactly; of large programs only the columns
   near their unit's best stay, and then the MIP's bound speaks for itself alone and isn't kept.
4. On the core, a compiled local search in one thread and a MIP in the other, from the best choice.

With ``seconds`` None everything is counted in rounds and runs one after the other, so that it
repeats.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.program.bound import bound
from solver.program.clock import Clock
from solver.program.closed import (
    closed_by,
    closing_prices,
    impossible_columns,
    open_part,
    possible_part,
)
from solver.program.conflict import explain_infeasible
from solver.program.core import Core, restrict
from solver.program.core_run import WHOLE, Known, NoChoiceFoundError, Run
from solver.program.fixing import column_losses, columns_that_matter
from solver.program.program import (
    NONE,
    PRICE_SCALE,
    Choice,
    InfeasibleError,
    Ints,
    Program,
    SolveLimits,
    Stop,
)
from solver.program.warm_up import warm_up, warm_up_large

if TYPE_CHECKING:
    from solver.program.large import PricedCore

#: Columns above which only a core is looked at after the prices.
LARGE = 500_000
#: Share of the time for the prices of a large program.
_FOR_PRICES = 0.35


def solve_mip(program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
    """Solve a program that is no flow, as well as the limits allow.

    Parameters
    ----------
    program
        Units, columns and limits.
    limits
        When to stop with the best choice so far.
    start
        (U,) a choice to begin with, such as the plan of a flow without the rules that a flow
        cannot say; it may break limits.

    Raises
    ------
    InfeasibleError
        If it is proven that there is no choice.
    NoChoiceFoundError
        If none was found within the limits.
    """
    warm_up()
    if program.num_columns > LARGE:
        warm_up_large()
    try:
        return _solve_program(program, limits, Clock(limits.seconds), start)
    except NoChoiceFoundError as error:  # of a part of the run, with what it had of the limits
        raise NoChoiceFoundError(limits) from error


def _solve_program(program: Program, limits: SolveLimits, clock: Clock, start: Ints | None
                   ) -> Choice:
    if program.num_columns > LARGE:
        return _solve_large(program, limits, clock, start)
    possible = possible_part(program)
    closing = closed_by(possible.program)
    opened = open_part(possible.program, closing)
    try:
        choice = _solve(opened.program, limits,
                        None if start is None else opened.narrow(possible.narrow(start)))
    except InfeasibleError as error:  # what is left out may be to blame
        raise InfeasibleError(explain_infeasible(
            program, None if limits.seconds is None else clock.left)) from error
    prices = closing_prices(possible.program, choice.prices, closing)
    return replace(choice, column=possible.widen(opened.widen(choice.column)), prices=prices,
                   bound=bound(possible.program, prices))


def _solve(program: Program, limits: SolveLimits, start: Ints | None,
           known: Known | None = None) -> Choice:
    """Solve a program all of whose columns a choice may take."""
    run = Run(program, limits, known)
    run.prepare(start)
    if not run.incumbent.is_good_enough:
        run.improve()
    return run.choice()


def _solve_large(program: Program, limits: SolveLimits, clock: Clock, start: Ints | None
                 ) -> Choice:
    """Solve on a core; what no choice can take is left out beforehand, as of smaller programs."""
    closing = closed_by(program)
    opened = restrict(program, ~impossible_columns(program) & (closing == NONE))
    try:
        core, choice = _solve_core(replace(opened.program, limits=replace(
            opened.program.limits, upper=program.limits.upper)), limits, clock,
            None if start is None else opened.narrow(start))
    except InfeasibleError as error:
        raise InfeasibleError(explain_infeasible(
            program, None if limits.seconds is None else clock.left)) from error
    column = opened.widen(core.widen(choice.column))
    del opened, core
    possible = possible_part(program)
    prices = closing_prices(possible.program, choice.prices, closing[possible.columns])
    return replace(choice, column=column, prices=prices, bound=bound(possible.program, prices))


def _solve_core(program: Program, limits: SolveLimits, clock: Clock, start: Ints | None
                ) -> tuple[Core, Choice]:
    """Find prices and a core, and solve that; where it has no choice, the whole program."""
    from solver.program.large import priced_core  # noqa: PLC0415

    found = priced_core(program, Clock(clock.part(_FOR_PRICES)), start)
    core = found.core
    try:
        choice = _solve(core.program, _rest(limits, clock),
                        None if start is None else core.narrow(start),
                        Known(found.relaxation, found.spared))
    except (InfeasibleError, NoChoiceFoundError):
        if limits.seconds is not None and clock.left <= 0:
            raise
        core = restrict(program, np.ones(program.num_columns, dtype=np.bool_))
        choice = _solve(program, _rest(limits, clock), start)
    asked = _mip_columns(choice)
    exact = _exact_core(program, found, core.widen(choice.column), choice)
    if exact is not None and (limits.seconds is None or clock.left > 0):
        core, begin, known = exact[0], core.widen(choice.column), exact[1]
        choice = _solve(core.program, _rest(limits, clock), core.narrow(begin), known)
    return core, replace(choice, effort=replace(
        found.effort, mip_columns=max(asked, _mip_columns(choice))))


def _rest(limits: SolveLimits, clock: Clock) -> SolveLimits:
    return limits if limits.seconds is None else replace(limits, seconds=clock.left)


def _mip_columns(choice: Choice) -> int:
    return 0 if choice.effort is None else choice.effort.mip_columns


def _exact_core(program: Program, found: PricedCore, column: Ints, choice: Choice
                ) -> tuple[Core, Known] | None:
    """Return the core of all columns that a better choice may hold, where it is small.

    None where the first core has them all, or they are too many: then the choice stands with the
    gap that it has.
    """
    relaxation = found.relaxation
    still_to_win = relaxation.bound - choice.objective
    if choice.stop is Stop.PROOF or found.spared > still_to_win * PRICE_SCALE:
        return None
    losses = column_losses(program, relaxation.prices)
    kept = columns_that_matter(losses, relaxation.bound, choice.objective)
    kept[column[column != NONE]] = True
    if kept.sum() > WHOLE:
        return None
    share = np.zeros(program.num_columns)
    share[found.core.columns] = relaxation.share
    core, outside = restrict(program, kept), losses[~kept]
    spared = int(outside.min()) if len(outside) else found.spared + still_to_win * PRICE_SCALE + 1
    return core, Known(replace(relaxation, share=share[core.columns]), spared)
