"""``fairlead whatif``: scenarios beside the window as it is, on one machine or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import TypeAdapter

from api.cli.exits import ExitCode, say
from api.cli.given_floors import GivenFloors
from api.cli.instants import parse_at
from api.cli.progress import progress_of
from api.cli.reading_options import ReadingOptions
from api.cli.what_if_tables import print_comparison_csv, print_what_if
from api.executors import Places
from api.kept_results import Remembered, kept_in
from api.out_file import check_out_file
from api.processes import num_processors
from solver.models import Floors, Window
from solver.scenarios import Scenario, read_scenarios
from solver.what_ifs import Comparison, ScenarioResult
from solver.what_ifs import what_if as compare

#: A process of its own is worth its start from so many scenarios on.
_WORTH_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's own options, as they were given."""

    scenarios: Path
    at: str | None = None
    floors: Path | None = None
    time_limit: float = 30.0
    keep: Path | None = None
    jobs: int | None = None
    dask: str | None = None


def what_if(reading: ReadingOptions, asked: Asked, output_format: str) -> None:
    """Read, check, compare, print; arguments are those of the command."""
    if asked.keep is not None:
        check_out_file(asked.keep, "--keep", [
            *reading.paths(), asked.scenarios, *([asked.floors] if asked.floors else [])])
    given = GivenFloors(asked.floors)
    window = reading.read(parse_at(asked.at))
    floors = given.fitting(window)
    scenarios = read_scenarios(asked.scenarios, window)
    say(f"read {len(window.leads):,} leads, {len(window.reps):,} reps and {len(scenarios):,} "
        "scenarios; solving")
    found = _compare(window, scenarios, floors, asked)
    _print(window, found, output_format)
    if len(found.results) < len(scenarios):
        say(f"interrupted: {len(found.results):,} of {len(scenarios):,} scenarios are done"
            + (f"; they are in {asked.keep}, and the same command goes on from there"
               if asked.keep else "; with --keep FILE the next run would go on from there"))
        raise typer.Exit(ExitCode.STOPPED if found.results else ExitCode.NO_RESULT)


def _compare(window: Window, scenarios: Sequence[Scenario], floors: Floors | None, asked: Asked
             ) -> Comparison:
    """Compare all scenarios; where it is interrupted, those that are done."""
    inputs = {"window": window.model_dump(mode="json"), "time_limit": asked.time_limit,
              "floors": None if floors is None else floors.model_dump(mode="json")}
    with kept_in(asked.keep, inputs, Scenario.model_dump_json, TypeAdapter(ScenarioResult)
                 ) as kept:
        try:
            with progress_of("scenarios") as progress, kept.at(
                    _places(asked, len(scenarios)), progress) as runner:
                return compare(window, scenarios, floors=floors, time_limit=asked.time_limit,
                               runner=runner)
        except KeyboardInterrupt:
            return _done(window, scenarios, floors, asked, kept)


def _done(window: Window, scenarios: Sequence[Scenario], floors: Floors | None, asked: Asked,
          kept: Remembered) -> Comparison:
    """Return the comparison with those scenarios whose results are there; none of them runs."""
    return compare(window, [one for one in scenarios if one in kept], floors=floors,
                   time_limit=asked.time_limit, runner=kept)


def _places(asked: Asked, num_scenarios: int) -> Places:
    if asked.jobs is None and asked.dask is None:
        return Places(jobs=max(1, min(num_processors(), num_scenarios // _WORTH_A_PROCESS)))
    return Places(asked.jobs, asked.dask)


def _print(window: Window, found: Comparison, output_format: str) -> None:
    if output_format == "json":
        print(found.model_dump_json(indent=2))
    elif output_format == "csv":
        print_comparison_csv(found)
    else:
        print_what_if(window, found)
