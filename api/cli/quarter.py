"""``fairlead quarter``: scenarios through simulated quarters, and the staffing question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path

import typer
from pydantic import TypeAdapter

from api.cli.exits import ExitCode, say
from api.cli.instants import parse_at
from api.cli.own_past import made_up_alone, no_leads, own_world
from api.cli.progress import progress_of
from api.cli.quarter_tables import (
    print_quarter,
    print_quarter_csv,
    print_staffing,
    print_staffing_csv,
)
from api.cli.reading_options import ReadingOptions
from api.executors import Places, runner_at
from api.kept_results import Remembered, kept_in
from api.out_file import check_out_file
from solver.calendar.zones import zone
from solver.digests import digest
from solver.errors import UsageError
from solver.quarter import (
    BootstrapWorlds,
    Fixed,
    GeneratedWorlds,
    HouseRules,
    Measure,
    Quarter,
    Replications,
    Samples,
    Sequential,
    Staffing,
    WorldMaker,
    play_quarter,
)
from solver.quarter import staffing as find_staffing
from solver.quarter.makers import QUARTER_DAYS
from solver.scenarios import Scenario, read_scenarios
from solver.scenarios.present import window_of
from solver.simulate import Held, Method, Windows

_NUM_LEADS, _NUM_REPS, _SLOTS, _REPLICATIONS = 100, 10, 0.8, 20
_MINOR = 100
_MEASURED = TypeAdapter(dict[Measure, float | None])


@dataclass(frozen=True, slots=True)
class Made:
    """Size of made-up quarters, as it was given."""

    num_leads: int | None = None
    num_reps: int | None = None
    slots: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """House rules, as they were given."""

    method: str
    minutes: float
    held: str
    within: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's own options, as they were given."""

    scenarios: Path | None
    history: Path | None
    at: str | None
    days: int
    seed: int
    made: Made
    replications: int | None
    half_width: float | None
    measure: str
    confidence: float
    rules: Rules
    staffing: float | None
    probability: float
    keep: Path | None
    jobs: int | None
    dask: str | None

    @property
    def places(self) -> Places:
        """Where to run."""
        return Places(self.jobs, self.dask)


def quarter(reading: ReadingOptions, asked: Asked, output_format: str) -> None:
    """Make worlds, play them or staff for them, print; arguments are those of the command."""
    clock = UTC if reading.timezone is None else zone(reading.timezone)
    if asked.staffing is not None:
        _staff(reading, asked, clock, output_format)
        return
    rule = _rule(asked)
    if asked.keep is not None:
        check_out_file(asked.keep, "--keep", [
            *reading.paths(), *filter(None, (asked.scenarios, asked.history))])
    worlds = _worlds(reading, asked, clock)
    scenarios = () if asked.scenarios is None else read_scenarios(
        asked.scenarios, window_of(worlds(0)))
    found, interrupted = _play(worlds, scenarios, rule, asked)
    if found is None:
        say("interrupted before two quarters were done")
        raise typer.Exit(ExitCode.NO_RESULT)
    if output_format == "json":
        print(found.model_dump_json(indent=2))
    elif output_format == "csv":
        print_quarter_csv(found)
    else:
        print_quarter(found)
    if interrupted:
        say(f"interrupted: {found.num_replications:,} of {rule.number:,} quarters are done"
            if isinstance(rule, Fixed) else
            f"interrupted: {found.num_replications:,} quarters are done, too few for intervals as "
            "narrow as asked")
    elif not found.precise:
        say("the intervals are wider than asked: the most quarters were played")
    if interrupted or not found.precise:
        raise typer.Exit(ExitCode.STOPPED)


def _play(make_world: WorldMaker, scenarios: Sequence[Scenario], rule: Replications, asked: Asked
          ) -> tuple[Quarter | None, bool]:
    """Return the quarters and whether they were interrupted; None: before enough were done."""
    inputs = _inputs(make_world, scenarios, asked)
    rules = HouseRules(
        Method(asked.rules.method), windows=Windows(minutes=asked.rules.minutes),
        held=Held(asked.rules.held), within_minutes=asked.rules.within)
    with kept_in(asked.keep, inputs, str, _MEASURED) as kept:
        try:
            with progress_of("quarters") as progress, kept.at(asked.places, progress) as runner:
                return play_quarter(make_world, scenarios, replications=rule, rules=rules,
                                    runner=runner), False
        except KeyboardInterrupt:
            done = _num_done(kept, len(scenarios))
            if done < 2:
                return None, True
            found = play_quarter(
                make_world, scenarios, replications=Fixed(done, asked.confidence), rules=rules,
                runner=kept)
            if isinstance(rule, Fixed):
                return found, done < rule.number
            return found.model_copy(update={"precise": False}), True


def _num_done(kept: Remembered, num_scenarios: int) -> int:
    """Return how many quarters, from the first, are done in all scenarios and the base."""
    done = 0
    while all((scenario, done) in kept for scenario in range(num_scenarios + 1)):
        done += 1
    return done


def _inputs(make_world: WorldMaker, scenarios: Sequence[Scenario], asked: Asked
            ) -> dict[str, object]:
    """Return what results depend on, as plain JSON."""
    first = make_world(0)
    return {
        "reps": digest(first.reps).sha256, "policy": first.policy.model_dump(mode="json"),
        "history": digest(first.history).sha256, "arrivals": digest(first.arrivals).sha256,
        "days": asked.days,
        "seed": asked.seed, "rules": [asked.rules.method, asked.rules.minutes, asked.rules.held,
                                      asked.rules.within],
        "scenarios": [one.model_dump(mode="json") for one in scenarios]}


def _rule(asked: Asked) -> Replications:
    if asked.half_width is None:
        return Fixed(asked.replications or _REPLICATIONS, asked.confidence)
    if asked.replications is not None:
        raise UsageError("--replications and --half-width both say how many quarters to play; "
                         "give one of them")
    measure = Measure(asked.measure)
    unit = _MINOR if measure is Measure.VALUE else 1
    return Sequential(asked.half_width * unit, measure, confidence=asked.confidence)


def _worlds(reading: ReadingOptions, asked: Asked, clock: tzinfo) -> WorldMaker:
    made = asked.made
    if asked.history is not None:
        if made != Made():
            raise made_up_alone("--num-leads, --num-reps and --slots")
        return BootstrapWorlds(own_world(reading, asked.history, asked.at, asked.days, asked.seed),
                               asked.seed, clock=clock)
    if reading.leads is not None:
        raise no_leads()
    given = [f"--{name}" for name in ReadingOptions.__slots__ if getattr(reading, name)]
    if given:
        raise UsageError(f"{given[0]} needs --history FILE, the past leads; without it the "
                         "quarters are made up")
    begin = QUARTER_DAYS.at if asked.at is None else parse_at(asked.at)
    options = replace(QUARTER_DAYS, days=asked.days, at=begin)
    return GeneratedWorlds(made.num_leads or _NUM_LEADS, made.num_reps or _NUM_REPS, asked.seed,
                           made.slots or _SLOTS, options)


def _staff(reading: ReadingOptions, asked: Asked, clock: tzinfo, output_format: str) -> None:
    assert asked.staffing is not None
    if asked.scenarios is not None or asked.keep is not None:
        raise UsageError("--staffing plays no scenarios and keeps no results; leave out "
                         "--scenarios and --keep")
    samples = Samples()
    if asked.replications is not None or asked.half_width is not None:
        raise UsageError(f"--staffing plans from {samples.dimension} quarters and checks on "
                         f"{samples.check}, whatever else is asked; leave out --replications and "
                         "--half-width")
    worlds = _worlds(reading, asked, clock)
    with progress_of(partial(_round, samples)) as progress, runner_at(
            asked.places, progress=progress) as runner:
        found: Staffing = find_staffing(
            worlds, service_level=asked.staffing, within_minutes=asked.rules.within,
            probability=asked.probability, samples=samples, clock=clock, runner=runner)
    if output_format == "json":
        print(found.model_dump_json(indent=2))
    elif output_format == "csv":
        print_staffing_csv(found)
    else:
        print_staffing(found)


def _round(samples: Samples, nth: int, total: int) -> str:
    """Say what the nth quarters that staffing plays are for."""
    if nth == 0:
        return "quarters to plan from"
    if nth > samples.most_rounds or total == samples.check:
        return "quarters to check the plan on"
    return f"quarters to raise short hours by, round {nth} of {samples.most_rounds} at most"
