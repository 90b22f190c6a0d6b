"""One window, solved in this process; ``python -m benchmarks.growth.one LEADS REPS SOURCE``.

A small window is solved first, so that compiled code is there. Memory is told in three steps: with
imports and compiled code alone, with the window as well, and at the peak of the solve.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from benchmarks.arguments import at_least
from benchmarks.array_windows.factored import FactoredWindow, draw_factored
from benchmarks.array_windows.solving import solved
from benchmarks.array_windows.window import surplus_of
from benchmarks.processes import Parent, resident_bytes, timed_often
from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import Pairs

STORED, FACTORED = "stored", "factored"
#: Large enough to go through every kernel.
_SMALL = (2_000, 50)


def main() -> None:
    """Solve the window that the command line names, and tell the parent."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth.one", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("num_leads", type=at_least(1), metavar="LEADS", help="leads")
    parser.add_argument("num_reps", type=at_least(1), metavar="REPS", help="reps")
    parser.add_argument("source", choices=(STORED, FACTORED), help="how pairs are held")
    asked = parser.parse_args()
    parent = Parent()
    small = draw_factored(*_SMALL)
    solved(source_of(small, asked.source), small.capacity)
    imports = resident_bytes("self", "VmRSS")
    window = draw_factored(asked.num_leads, asked.num_reps)
    source = source_of(window, asked.source)
    optimum, taken, runs = timed_often(lambda: solved(source, window.capacity), parent.turn)
    parent.tell({
        **asdict(taken), "imports_bytes": imports, "runs": runs,
        "num_leads": asked.num_leads, "num_reps": asked.num_reps, "source": asked.source,
        "num_usable": len(source), "surplus": surplus_of(source, window.capacity, optimum.owner),
        "objective": optimum.objective, "bound": optimum.bound,
        "stopped_by": str(optimum.stopped_by), "counted": asdict(optimum.effort)})


def source_of(window: FactoredWindow, source: str) -> Pairs | FactoredPairs:
    """Return the usable pairs, stored or worked out."""
    return window.stored().pairs() if source == STORED else window.source()


if __name__ == "__main__":
    main()
