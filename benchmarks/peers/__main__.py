"""Peers side by side on the same windows: time, memory, objective, proof.

Every run is a process of its own; the peers run in turn, round after round. Objectives of exact
peers are asserted equal to the cent. ``--shapes hard`` are all hard shapes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.arguments import above_zero, at_least
from benchmarks.array_windows.shapes import HARD
from benchmarks.array_windows.windows import SHAPE_NAMES, drawn, read_size
from benchmarks.peers.registry import FAIRLEAD, FLOW, PEERS, Size
from benchmarks.peers.report import Played, render_json, render_shapes, render_tables
from benchmarks.peers.running import Asked, run_all
from benchmarks.processes import Limits

_BRIEF = (FLOW, FAIRLEAD)
_SIZES = ("1000x100", "10000x500", "100000x1000")


def main() -> None:
    """Run what the command line asks for and print the tables."""
    parser = _parser()
    asked = parser.parse_args()
    missing = [name for name in _BRIEF if name not in (asked.peers or _BRIEF)]
    if asked.brief and missing:
        parser.error("--brief sets Fairlead beside the flow: --peers lacks "
                     + " and ".join(missing))
    peers = asked.peers or (_BRIEF if asked.brief else PEERS)
    limits = Limits(asked.seconds, int(asked.memory * 1e9))
    played = []
    for size in asked.sizes:
        for shape in _shapes(asked.shapes):
            window = drawn(shape, *size)
            one = Played(shape, Size.of(window), [], size[0])
            print(one.title, file=sys.stderr)
            with TemporaryDirectory() as folder:
                rows = run_all(window, Path(folder), [PEERS[name] for name in peers],
                               Asked(asked.repeats, limits, asked.once_after))
            played.append(replace(one, rows=rows))
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            asked.json.write_text(render_json(played), encoding="utf-8")
    print(render_shapes(played) if asked.brief else render_tables(played))


def _shapes(names: list[str]) -> list[str]:
    return [shape for name in names for shape in (HARD if name == "hard" else [name])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=read_size, metavar="LxR",
                        default=[read_size(size) for size in _SIZES],
                        help=f"leads x reps; by default {' '.join(_SIZES)}")
    parser.add_argument("--shapes", nargs="+", default=["usual", "generator"], metavar="SHAPE",
                        choices=[*SHAPE_NAMES, "hard"],
                        help=f"hard, or which of {', '.join(SHAPE_NAMES)}".replace("%", "%%")
                             + "; usual and generator by default")
    parser.add_argument("--peers", nargs="+", choices=PEERS, metavar="PEER",
                        help=f"which of {', '.join(PEERS)}; all by default, with --brief "
                             f"{' and '.join(_BRIEF)}")
    parser.add_argument("--repeats", type=at_least(1), default=3, metavar="N",
                        help="rounds over all peers; 3 by default")
    parser.add_argument("--seconds", type=above_zero, default=900.0, metavar="S",
                        help="of a solve, without imports, a first small window and repeats, "
                             "after which a run is ended; 900 by default")
    parser.add_argument("--memory", type=above_zero, default=20.0, metavar="GB",
                        help="at which a run is ended, or not begun; 20 by default")
    parser.add_argument("--once-after", type=above_zero, default=120.0, metavar="S",
                        help="what took longer is not repeated; 120 by default")
    parser.add_argument("--brief", action="store_true",
                        help="one table with a row per window: Fairlead beside the flow, which "
                             "alone are run unless --peers names more")
    parser.add_argument("--json", type=Path, default=Path("out/peers.json"), metavar="FILE",
                        help="where every run goes; out/peers.json by default")
    return parser


if __name__ == "__main__":
    main()
