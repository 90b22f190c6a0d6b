"""Simulate the judged days of real arrivals with every method and print the measured tables.

Run ``python -m benchmarks.simulate_real`` from the project's root. Windows close after five leads;
a lead that its window holds waits for the next one until the day is over, or, in a second table, is
lost.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence

from benchmarks.datasets.bpic2012 import loans
from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.maven import opportunities
from benchmarks.datasets.timeline import Timeline, spread
from benchmarks.markdown import markdown_table
from solver.simulate import Estimate, Held, Method, MethodResult, Windows, simulate
from solver.world import World

SOURCES: Mapping[str, Callable[[], Timeline]] = {"Loan applications": loans,
                                                 "Maven": opportunities}
METHODS = (Method.FIRST_MATCH, Method.ROUND_ROBIN, Method.GREEDY, Method.OPTIMAL,
           Method.OPTIMAL_YESTERDAY, Method.OPTIMAL_REFRESHED, Method.INSTANT)
WINDOWS = Windows(leads=5)
_HELD = {Held.RETURN: "held leads wait for the next window", Held.LOST: "held leads are lost"}


def main() -> None:
    """Print a table per source, slots per lead and fate of held leads."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate_real", description=__doc__)
    parser.add_argument("--slots", type=_above_zero, nargs="+", default=[0.5, 0.8, 1.2],
                        metavar="S", help="slots per lead of the learning part's mean day")
    parser.add_argument("--days", type=_whole, default=35, metavar="N",
                        help="judged days of each source, evenly spread; all where it has no more")
    arguments = parser.parse_args()
    try:
        timelines = {name: make() for name, make in SOURCES.items()}
    except MissingDataError as error:
        parser.exit(2, f"{error}\n")
    for name, timeline in timelines.items():
        days = spread(timeline.days, arguments.days)
        print(f"### {name}\n")
        for slots in arguments.slots:
            worlds = [timeline.world(day, slots) for day in days]
            for held in Held:
                print(f"{_facts(worlds, slots)}; {_HELD[held]}.\n")
                print(_table(worlds, timeline.policy.currency, held) + "\n", flush=True)


def _above_zero(text: str) -> float:
    if not 0 < (number := float(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} slots per lead must be above 0")
    return number


def _whole(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} days must be 1 or more")
    return number


def _facts(worlds: Sequence[World], slots_per_lead: float) -> str:
    leads = sum(len(world.arrivals) for world in worlds) / len(worlds)
    slots = sum(rep.daily_cap or 0 for world in worlds for rep in world.reps) / len(worlds)
    return (f"{slots_per_lead:g} slots per lead of the learning part: {len(worlds)} days, in the "
            f"mean {leads:.1f} leads and {slots:.1f} slots ({slots / leads:.2f} per lead)")


def _table(worlds: Sequence[World], currency: str, held: Held) -> str:
    simulation = simulate(worlds, METHODS, windows=WINDOWS, held=held)
    head = ("method", "share of hindsight", "worst day",
            f"more than {simulation.base.value}, {currency} a day", "leads owned a day",
            "wait, minutes")
    return markdown_table(head, [_row(result) for result in simulation.results])


def _row(result: MethodResult) -> tuple[str, ...]:
    worst = "" if result.worst_share is None else f"{result.worst_share:.3f}"
    return (result.method.value, _shown(result.share, 3), worst, _shown(result.difference, 0, 100),
            _shown(result.owned, 1), _shown(result.mean_wait_minutes, 1))


def _shown(estimate: Estimate | None, digits: int, unit: int = 1) -> str:
    """Write a mean and the half width of its 95 % interval, in units."""
    if estimate is None:
        return ""
    mean = f"{estimate.mean / unit:,.{digits}f}"
    if not estimate.half_width:
        return mean
    return f"{mean} ± {estimate.half_width / unit:,.{digits}f}"


if __name__ == "__main__":
    main()
