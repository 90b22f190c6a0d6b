"""What ``fairlead quarter`` prints: tables to read, or CSV."""

from __future__ import annotations

import csv
import sys

from rich.markup import escape

from api.cli.tables import new_console, new_table, number_column
from solver.explanation import money
from solver.plan_files import csv_text, decimal_money
from solver.quarter import Measure, Quarter, QuarterResult, Staffing, TeamStaffing
from solver.simulate import Estimate

_BASE = "as it is"
_HEADS = {Measure.VALUE: "value", Measure.OWNED: "owned", Measure.MEAN_WAIT: "wait min",
          Measure.P95_WAIT: "95 % wait min", Measure.HELD: "held at end", Measure.LOST: "lost",
          Measure.UTILISATION: "slots used", Measure.SERVICE_LEVEL: "in time"}
_SHARES = (Measure.UTILISATION, Measure.SERVICE_LEVEL)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def print_quarter(found: Quarter) -> None:
    """Print means with intervals, and below each scenario its differences to the base."""
    table = new_table(
        f"{found.num_replications:,} quarters ({found.currency}): means ± {found.confidence:.0%}, "
        "and below each scenario the paired difference to the floor as it is", "scenario")
    for head in _HEADS.values():
        number_column(table, head)
    for result in (found.base, *found.results):
        table.add_row(escape(_name(result)), *(
            _cell(measure, result.measures[measure].level) for measure in _HEADS))
        if result.scenario is not None:
            table.add_row("", *(_cell(measure, result.measures[measure].difference, signed=True)
                                for measure in _HEADS))
    new_console().print(table)
    print(f"{found.rule}. Windows close {found.windows}; in time means an owner within "
          f"{found.within_minutes:g} minutes in which anybody is at work.")


def print_quarter_csv(found: Quarter) -> None:
    """Print a row a scenario and measure; value in whole units of the currency."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["scenario", "measure", "currency", "mean", "half_width", "replications",
                     "difference", "difference_half_width"])
    for result in (found.base, *found.results):
        for measure, one in result.measures.items():
            change = None if result.scenario is None else one.difference
            writer.writerow([
                csv_text(_name(result)), measure.value,
                found.currency if measure is Measure.VALUE else None,
                *_units(measure, _numbers(one.level)),
                None if one.level is None else one.level.num, *_units(measure, _numbers(change))])


def print_staffing(found: Staffing) -> None:
    """Print the least capacity of each team by hour of the week, and what the check found."""
    for team in found.teams:
        table = new_table(
            f"Team {escape(team.team or 'without a name')}: leads to take in each hour of the week "
            f"({found.timezone}), so that {found.service_level:.0%} have an owner within "
            f"{found.within_minutes:g} minutes by the clock in {found.probability:.0%} of weeks",
            "hour")
        for day in _DAYS:
            number_column(table, day)
        for hour in range(24):
            row = [team.capacity[24 * day + hour] for day in range(7)]
            if any(row):
                table.add_row(f"{hour:02d}:00", *(f"{one:,}" if one else "" for one in row))
        new_console().print(table)
        print(f"{team.capacity_a_week:,} a week. {_checked(team, found.num_checked)}\n")
    print(f"All hours are those of {found.timezone}, of every team; --timezone names another zone. "
          "The share is asked of\neach hour of the week apart, by when leads come, in "
          f"{found.probability:.0%} of weeks: in the other weeks, and in hours in which\nleads "
          "come more rarely than that leaves open, they may wait, so that of all leads fewer may "
          "have an owner in time.\nA lead may be taken in a later hour within its time, so an hour "
          "without a number can be one whose leads wait too long.")


def print_staffing_csv(found: Staffing) -> None:
    """Print a row a team and hour of the week."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["team", "day", "hour", "capacity", "leads", "holds", "holds_low",
                     "holds_high"])
    for team in found.teams:
        for hour, capacity in enumerate(team.capacity):
            holds = team.holds[hour]
            writer.writerow([
                team.team, _DAYS[hour // 24], hour % 24, capacity, team.leads[hour],
                *((None, None, None) if holds is None else
                  (holds.estimate, holds.low, holds.high))])


def _checked(team: TeamStaffing, num_checked: int) -> str:
    share = ("no lead came" if team.in_time is None else
             f"{team.in_time.mean:.1%} of its leads had an owner in time"
             + ("" if team.in_time.half_width is None else f" (± {team.in_time.half_width:.1%})"))
    hours = [f"{_DAYS[hour // 24]} {hour % 24:02d}:00" for hour in team.short[:5]]
    short = ("no hour falls short of it" if not team.short else
             f"too often too late are leads that come {', '.join(hours)}"
             + (f" and {len(team.short) - 5} hours more" if len(team.short) > 5 else ""))
    return f"Checked on {num_checked:,} fresh quarters: {share}; {short}."


def _name(result: QuarterResult) -> str:
    return _BASE if result.scenario is None else result.scenario.name


def _numbers(one: Estimate | None) -> list[float | None]:
    return [None, None] if one is None else [one.mean, one.half_width]


def _units(measure: Measure, numbers: list[float | None]) -> list[float | str | None]:
    """Return money in whole units, and other numbers as they are."""
    return [number if number is None or measure is not Measure.VALUE else
            decimal_money(round(number)) for number in numbers]


def _cell(measure: Measure, one: Estimate | None, *, signed: bool = False) -> str:
    if one is None:
        return ""
    mean = _text(measure, one.mean)
    plus = "+" if signed and one.mean > 0 else ""
    spread = "" if one.half_width is None else f" ± {_text(measure, one.half_width)}"
    return f"{plus}{mean}{spread}"


def _text(measure: Measure, number: float) -> str:
    if measure is Measure.VALUE:
        return money(round(number))
    return f"{number:z.1%}" if measure in _SHARES else f"{number:z,.1f}"
