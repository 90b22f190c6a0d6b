"""The one way from a window to a plan; command line, service and notebooks all call it."""

from __future__ import annotations

from collections.abc import Mapping

from solver.baselines import BASELINES, baseline_plan
from solver.certify.exchange import slot_prices, slot_prices_of
from solver.errors import EngineError, UsageError
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import Problem, build_problem, may_be_factored
from solver.matrix.rows import ValueRows
from solver.models import Engine, Plan, StoppedBy, Window
from solver.models.limited import PRICES_FIRST_PAIRS
from solver.optimise.canonical import canonical_owners
from solver.optimise.flow import optimal_owners
from solver.planning import Solution, make_plan
from solver.program.clock import Clock
from solver.sales_floor.plain import is_plain
from solver.warm_up import warm_up_factored, warm_up_prices_first

_FLOW_REASON = ("every lead takes one slot and every rep has one capacity: a transportation "
                "problem, which a min-cost flow solves exactly")
_PRICES_REASON = ("every lead takes one slot and every rep has one capacity: a transportation "
                  "problem, which a min-cost flow solves exactly; of {pairs:,} usable pairs an "
                  "auction of slots told which can matter, and no other pair beats its prices")
_LIMIT_REASON = ("every lead takes one slot and every rep has one capacity: a transportation "
                 "problem, which a min-cost flow solves exactly; of {pairs:,} usable pairs an "
                 "auction of slots told which can matter, and a limit ended the search for others "
                 "that beat its prices")
_LIMIT_DETAIL = "no slot was left for it when a limit ended the run"
_NOT_PLAIN = ("this window has groups, use, limits, shares, leads that must be placed or a plan "
              "before it; today's routers, simulated days and routing one lead at once know "
              "only capacities: leave out --compare, or these rules")
_NONE_REASON = "no lead of the window has a usable rep with a free slot"


def solve(window: Window, *, floors: AnyFloors = None, time_limit: float | None = 30.0,
          rounds: int | None = None, last_prices: Mapping[str, int] | None = None) -> Plan:
    """Give every lead of a window at most one owner, at the largest objective, with a proof.

    Parameters
    ----------
    window
        Leads, reps and policy at one instant.
    floors
        What a slot of each rep is expected to bring later: made by
        :func:`solver.horizon.horizon_prices`, or rep_id to minor units, 0 or more; reps that are
        not named have floor 0.
    time_limit
        Seconds for the whole call: the MIP stops with the best plan so far, and the search for the
        smallest set of rules that conflict with the set so far, early enough for the words. At
        least half of it is the engine's. In a large window of capacities alone, the search ends
        with the best plan so far and its gap. Compiling or loading compiled code is not counted
        there. None: only `rounds` count.
    rounds
        Nodes of the MIP and rounds of the local search; with ``time_limit=None`` the plan
        repeats. None: no such limit.
    last_prices
        rep_id to minor units: prices of the window before, from which those of a large window are
        found faster. They never change a plan that is proven. Reps who are not named begin at 0.

    Returns
    -------
    Plan
        Owners, held leads with reasons, prices of all slots; with gap 0 wherever a flow was
        enough. The same inputs give the same plan, in whatever order they come, unless the time
        limit ended the run.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    PolicyConflictError
        If no plan keeps all rules; a smallest set of those that conflict is named.
    UsageError
        If a floor is not an integer from 0 to 2**62 or names a rep that is not in the window.
    NoPlanInTimeError
        If no plan that keeps all rules was found in time, and none is proven impossible.
    EngineError
        If an engine gave an answer that cannot be.

    Notes
    -----
    Maximises ``sum (value - floor) + sum of the reserve over held leads`` (DESIGN section 1).
    """
    clock = Clock(time_limit)
    check_floors(window.reps, floors)
    rows = ValueRows(window)
    if is_plain(window, rows.leads.leads):
        clock, problem = _in_integers(rows, floors, clock)
        return optimal_plan(_solution(problem, clock, rounds, last_prices))
    from solver.sales_floor.solving import solve_rules  # noqa: PLC0415 - engines are slow to load

    return solve_rules(rows, floors, clock, rounds)


def compare(window: Window, *, floors: AnyFloors = None, time_limit: float | None = 30.0,
            rounds: int | None = None, last_prices: Mapping[str, int] | None = None
            ) -> tuple[Plan, dict[Engine, Plan]]:
    """Return the best plan and the plan of every baseline for the same window.

    Parameters and errors are those of :func:`solve`; the time is that of the best plan, which says
    whether it is proven.
    """
    solution = solve_within(window, floors=floors, time_limit=time_limit, rounds=rounds,
                            last_prices=last_prices)
    return (optimal_plan(solution),
            {engine: baseline_plan(solution, engine) for engine in BASELINES})


def solve_within(window: Window, *, floors: AnyFloors = None, time_limit: float | None,
                 rounds: int | None = None,
                 last_prices: Mapping[str, int] | None = None) -> Solution:
    """Find the owners and prices of a plain window, without words, as far as the time goes.

    Parameters and errors are those of :func:`solve`.
    """
    clock, problem = _in_integers(_plain_rows(window, floors), floors, Clock(time_limit))
    return _solution(problem, clock, rounds, last_prices)


def solve_exactly(window: Window, *, floors: AnyFloors = None) -> Solution:
    """Find the canonical optimal owners and the exact slot prices, without words.

    Parameters and errors are those of :func:`solve` and :func:`optimise`.
    """
    return optimise(prepare(window, floors=floors))


def _solution(problem: Problem, clock: Clock | None = None, rounds: int | None = None,
              last_prices: Mapping[str, int] | None = None) -> Solution:
    """Solve a window the way that its size asks for."""
    if not runs_prices_first(problem):
        prices = slot_prices(problem, optimal_owners(problem))
        return Solution(problem, canonical_owners(problem, prices.gain), prices,
                        StoppedBy.PROOF)
    # Compiled code takes long to load: only large windows need it.
    from solver.prices_first.problem import solve_problem  # noqa: PLC0415

    clock = (clock or Clock(None)).without(warm_up_prices_first).at_least_half()
    found = solve_problem(problem, clock=clock, rounds=rounds, last_prices=last_prices)
    return Solution(problem, found.owner, slot_prices_of(problem, found.gain, found.loss),
                    found.stopped_by)


def runs_prices_first(problem: Problem) -> bool:
    """Say whether a window is so large that prices are found first: always the same for it."""
    return len(problem.source) >= PRICES_FIRST_PAIRS


def prepare(window: Window, *, floors: AnyFloors = None) -> Problem:
    """Put a window into integers: everything that can be wrong with it shows here.

    Parameters and errors are those of :func:`solve`.
    """
    return build_problem(_plain_rows(window, floors), floors)


def _plain_rows(window: Window, floors: AnyFloors) -> ValueRows:
    check_floors(window.reps, floors)
    rows = ValueRows(window)
    if not is_plain(window, rows.leads.leads):
        raise UsageError(_NOT_PLAIN)
    return rows


def _in_integers(rows: ValueRows, floors: AnyFloors, clock: Clock) -> tuple[Clock, Problem]:
    """Return the window in integers, and the clock less what loading compiled code takes."""
    if may_be_factored(rows):
        clock = clock.without(warm_up_factored)
    return clock, build_problem(rows, floors)


def check(window: Window, *, time_limit: float | None = 30.0) -> None:
    """Value everything, put every rule into integers and look for rules that conflict.

    Parameters
    ----------
    window
        The inputs.
    time_limit
        Seconds for finding a smallest set of rules that conflict; None: as long as it takes.

    Errors are those of :func:`solve`, but that of no plan in time: nothing is solved. That no rules
    conflict is proven where they are nested; else it may show only in a solve
    (:func:`solver.program.conflict.find_conflict`).
    """
    rows = ValueRows(window)
    if is_plain(window, rows.leads.leads):
        build_problem(rows)
        return
    from solver.sales_floor.solving import check_rules  # noqa: PLC0415 - engines are slow to load

    check_rules(rows, Clock(time_limit))


def optimise(problem: Problem) -> Solution:
    """Find the canonical optimal owners and the exact slot prices, however long it takes.

    Raises
    ------
    EngineError
        If the search gave up before the proof: nothing that asks for an optimum gets less.
    """
    solution = _solution(problem)
    if solution.stopped_by is not StoppedBy.PROOF:
        said = solution.stopped_by.value.replace("_", " ")
        raise EngineError(f"the {said} of the search ended it before the optimum was proven; only "
                          "a plan of the window itself may be less than that")
    return solution


def optimal_plan(solution: Solution) -> Plan:
    """Put an optimum into words, or the best plan that a limit left.

    Raises
    ------
    EngineError
        If the prices do not prove what is said to be proven: then it is not, by a fault of ours.
    """
    problem, proven = solution.problem, solution.stopped_by is StoppedBy.PROOF
    reason = _FLOW_REASON
    if runs_prices_first(problem):
        reason = (_PRICES_REASON if proven else _LIMIT_REASON).format(pairs=len(problem.source))
    flow_needed = _is_flow_needed(problem)
    plan = make_plan(
        solution, solution.owner, stopped_by=solution.stopped_by,
        engine=Engine.MIN_COST_FLOW if flow_needed else Engine.NONE_NEEDED,
        engine_reason=reason if flow_needed else _NONE_REASON,
        outbid=None if proven else _LIMIT_DETAIL)
    if proven and plan.certificate.gap != 0:
        raise EngineError(f"the optimum's gap is {plan.certificate.gap} minor units, not 0")
    return plan


def _is_flow_needed(problem: Problem) -> bool:
    """Say whether a lead has a usable rep with a slot."""
    is_open, source = problem.capacity > 0, problem.source
    for span in source.spans():
        piece = source.piece(span)
        if is_open[piece.rep[piece.indptr[0]:piece.indptr[-1]]].any():
            return True
    return False
