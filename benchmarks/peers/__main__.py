"""Peers side by side on the same windows: time, memory, objective, proof.

    python -m benchmarks.peers [--sizes 1000x100 10000x500 100000x1000] [--shapes usual generator]
                               [--peers NAME ...] [--repeats 3] [--seconds 900] [--memory 20]

Every run is a process of its own; the peers run in turn, round after round. Objectives of exact
peers are asserted equal to the cent. ``--shapes hard`` are all hard shapes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.array_windows.shapes import HARD
from benchmarks.array_windows.windows import SHAPE_NAMES, drawn, read_size
from benchmarks.peers.registry import PEERS, Size
from benchmarks.peers.report import Played, render_json, render_shapes, render_tables
from benchmarks.peers.running import Asked, run_all
from benchmarks.processes import Limits

_SIZES = ("1000x100", "10000x500", "100000x1000")


def main() -> None:
    """Run what the command line asks for and print the tables."""
    asked = _parser().parse_args()
    limits = Limits(asked.seconds, int(asked.memory * 1e9))
    played = []
    for size in asked.sizes:
        for shape in _shapes(asked.shapes):
            window = drawn(shape, *size)
            print(f"{shape} {size[0]}x{size[1]}: {window.num_pairs:,} pairs", file=sys.stderr)
            with TemporaryDirectory() as folder:
                rows = run_all(window, Path(folder), [PEERS[name] for name in asked.peers],
                               Asked(asked.repeats, limits, asked.once_after))
            played.append(Played(shape, Size.of(window), rows))
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            asked.json.write_text(render_json(played), encoding="utf-8")
    print(render_shapes(played) if asked.brief else render_tables(played))


def _shapes(names: list[str]) -> list[str]:
    return [shape for name in names for shape in (HARD if name == "hard" else [name])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=read_size, metavar="LxR",
                        default=[read_size(size) for size in _SIZES])
    parser.add_argument("--shapes", nargs="+", default=["usual", "generator"], metavar="SHAPE",
                        choices=[*SHAPE_NAMES, "hard"],
                        help=f"hard, or which of {', '.join(SHAPE_NAMES)}".replace("%", "%%"))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER",
                        help=f"which of {', '.join(PEERS)}; all by default")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--seconds", type=float, default=900.0, metavar="S",
                        help="after which a run is ended; 900 by default")
    parser.add_argument("--memory", type=float, default=20.0, metavar="GB",
                        help="at which a run is ended, or not begun; 20 by default")
    parser.add_argument("--once-after", type=float, default=120.0, metavar="S",
                        help="what took longer is not repeated; 120 by default")
    parser.add_argument("--brief", action="store_true",
                        help="one table with a row per window: Fairlead beside the flow")
    parser.add_argument("--json", type=Path, default=Path("out/peers.json"), metavar="FILE")
    return parser


if __name__ == "__main__":
    main()
