"""``fairlead simulate``: whole days by each method, on made-up worlds or on an own past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path

import numpy as np

from api.cli.exits import say
from api.cli.own_past import made_up_alone, own_world
from api.cli.plots import plot_suffix, share_plot
from api.cli.reading_options import ReadingOptions
from api.cli.simulated import SimulatedRow, print_simulated, simulated_rows
from api.out_file import check_out_file, write_out_file
from api.processes import Processes
from solver.calendar.zones import zone
from solver.errors import UsageError
from solver.generate import generate_world
from solver.simulate import Held, Method, Windows, bootstrap_arrivals, with_slots
from solver.simulate import simulate as play
from solver.simulate.arrivals import days_per_slot
from solver.world import World

_NUM_LEADS, _NUM_REPS, _SLOTS, _WINDOW = 1_000, 50, "0.5,0.8,1.2", 10
_MOST_SLOTS = 100.0
#: Hours of the past that come together: long enough for a rush, short enough for many mixtures.
_BLOCK_HOURS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's own options, as they were given."""

    num_leads: int | None
    num_reps: int | None
    history: Path | None
    days: int | None
    at: str | None
    slots: str | None
    seeds: int
    seed: int
    windows: int | None
    minutes: float | None
    held: str
    jobs: int
    plot: Path | None


def simulate(reading: ReadingOptions, asked: Asked, output_format: str) -> None:
    """Make the worlds, play them, print and draw."""
    windows = _windows(asked)
    suffix = None if asked.plot is None else _plot_suffix(asked.plot, reading, asked)
    rows: list[SimulatedRow] = []
    with _executor(asked.jobs) as executor:
        for level, worlds in _worlds(reading, asked):
            result = play(worlds, tuple(Method), windows=windows, held=Held(asked.held),
                          executor=executor)
            rows += simulated_rows(level, result)
            say(f"played {level:.2f} slots per lead, seeds {asked.seed} to "
                f"{asked.seed + asked.seeds - 1}")
    print_simulated(rows, asked.seeds, output_format)
    if asked.plot is not None and suffix is not None:
        write_out_file(asked.plot, "--plot", share_plot(rows, suffix))
        say(f"wrote {asked.plot}")


def _windows(asked: Asked) -> Windows:
    if asked.windows is not None and asked.minutes is not None:
        raise UsageError("--windows and --minutes say both when a window closes; give one of them")
    if asked.minutes is not None:
        return Windows(minutes=asked.minutes)
    return Windows(leads=asked.windows or _WINDOW)


def _plot_suffix(plot: Path, reading: ReadingOptions, asked: Asked) -> str:
    check_out_file(plot, "--plot", [*reading.paths(), *([asked.history] if asked.history else [])])
    return plot_suffix(plot)


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    if jobs == 1:
        yield None
        return
    with Processes(jobs) as executor:
        yield executor


def _worlds(reading: ReadingOptions, asked: Asked) -> Iterator[tuple[float, Sequence[World]]]:
    """Yield each level of slots per lead with its worlds, a seed each."""
    if asked.history is not None:
        yield from _own_worlds(reading, asked, asked.history)
        return
    _refuse(reading, asked)
    for level in _levels(asked.slots or _SLOTS):
        yield level, [generate_world(asked.num_leads or _NUM_LEADS, asked.num_reps or _NUM_REPS,
                                     asked.seed + n, slots_per_lead=level)
                      for n in range(asked.seeds)]


def _refuse(reading: ReadingOptions, asked: Asked) -> None:
    """Refuse what has no meaning without a history."""
    given = [f"--{name}" for name in ReadingOptions.__slots__ if getattr(reading, name)]
    given += [f"--{name}" for name in ("days", "at") if getattr(asked, name) is not None]
    if given:
        raise UsageError(f"{given[0]} needs --history FILE, the past leads; without it the days "
                         "are made up, as large as --num-leads and --num-reps")


def _own_worlds(reading: ReadingOptions, asked: Asked, history: Path
                ) -> Iterator[tuple[float, Sequence[World]]]:
    if asked.num_leads is not None or asked.num_reps is not None:
        raise made_up_alone("--num-leads and --num-reps")
    base = own_world(reading, history, asked.at, asked.days or 1, asked.seed)
    clock = UTC if reading.timezone is None else zone(reading.timezone)
    worlds = [_with_arrivals(base, asked.seed + n, clock) for n in range(asked.seeds)]
    if asked.slots is not None:
        for level in _levels(asked.slots):
            yield level, [with_slots(world, level) for world in worlds]
        return
    num_leads = np.mean([len(world.arrivals) for world in worlds]) / (asked.days or 1)
    slots = sum(rep.free_slots if rep.daily_cap is not None
                else rep.free_slots / days_per_slot(base) for rep in base.reps)
    yield slots / float(num_leads) if num_leads else 0.0, worlds


def _with_arrivals(base: World, seed: int, clock: tzinfo) -> World:
    rng = np.random.Generator(np.random.PCG64(seed))
    return replace(base, seed=seed, arrivals=bootstrap_arrivals(
        base.history, base.start, base.end, block_hours=_BLOCK_HOURS, rng=rng, clock=clock))


def _levels(text: str) -> list[float]:
    """Read ``--slots``: numbers above 0, ascending, each once."""
    rule = f"--slots {text!r} must be numbers above 0 and at most {_MOST_SLOTS:g}, separated by " \
           "commas, as in 0.5,0.8,1.2"
    try:
        levels = sorted({float(part) for part in text.split(",")})
    except ValueError:
        raise UsageError(rule) from None
    if not all(0 < level <= _MOST_SLOTS for level in levels):
        raise UsageError(rule)
    return levels
