"""``fairlead capacity``: what slots more, fewer, moved or bought are worth, hires and trainings."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import Field

from api.cli.capacity_tables import print_capacity
from api.cli.exits import say
from api.cli.given_floors import GivenFloors
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from solver.capacity import (
    BestToAdd,
    BestToMove,
    Bought,
    Ranking,
    SlotValue,
    ValueCurve,
    ValueOfHire,
    ValueOfTraining,
    best_slots_to_add,
    best_slots_to_move,
    best_slots_within,
    check_plain,
    check_ranking,
    rank_slots,
    value_curve,
    value_of_hire,
    value_of_training,
)
from solver.errors import UsageError
from solver.matrix.floors import floors_by_rep
from solver.models import Floors, Rep, Window
from solver.models.base import Record
from solver.plan_files import csv_bytes, csv_text, decimal_money
from solver.scenarios.amounts import free_id
from solver.solving import solve

_MINOR = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's own options, as they were given."""

    at: str | None = None
    floors: Path | None = None
    teams: tuple[str, ...] = ()
    add: int | None = None
    move: int | None = None
    budget: str | None = None
    costs: tuple[str, ...] = ()
    """``MONEY`` or ``REP=MONEY``."""
    curve: int | None = None
    hires: tuple[str, ...] = ()
    """``REP=SLOTS``."""
    trainings: tuple[str, ...] = ()
    """``REP:SKILL=LEVEL``."""

    @property
    def more_than_ranking(self) -> bool:
        """Whether anything is asked that only a window without further rules answers."""
        return (self.add, self.move, self.budget, self.curve) != (None,) * 4 or bool(
            self.hires or self.trainings)


class CapacityAnswer(Record):
    """Everything that was asked about slots; money in minor units."""

    currency: str
    ranking: Ranking
    """By what one slot more is worth."""
    add: BestToAdd | None = None
    move: BestToMove | None = None
    bought: Bought | None = None
    curves: dict[str, ValueCurve] = Field(default_factory=dict)
    """Team to value against capacity."""
    hires: tuple[ValueOfHire, ...] = ()
    trainings: tuple[ValueOfTraining, ...] = ()


def capacity(reading: ReadingOptions, asked: Asked, output_format: str) -> None:
    """Read, solve, answer, print; arguments are those of the command."""
    instant, given = parse_at(asked.at), GivenFloors(asked.floors)
    window = reading.read(instant)
    floors = given.fitting(window)
    costs = _costs(asked, window)
    if asked.more_than_ranking:
        check_plain(window)
    else:
        check_ranking(window, floors)
    say(f"read {len(window.leads):,} leads and {len(window.reps):,} reps; solving")
    answer = _answer(window, asked, floors, costs)
    if output_format == "json":
        print(answer.model_dump_json(indent=2))
    elif output_format == "csv":
        _print_csv(answer)
    else:
        print_capacity(window, answer)


def _answer(window: Window, asked: Asked, floors: Floors | None, costs: Mapping[str, int]
            ) -> CapacityAnswer:
    among = _members(window, asked.teams)
    plan = solve(window, floors=floors)
    return CapacityAnswer(
        currency=window.policy.currency, ranking=rank_slots(plan, window),
        add=None if asked.add is None else best_slots_to_add(
            window, asked.add, reps=among, floors=floors),
        move=None if asked.move is None else best_slots_to_move(
            window, asked.move, reps=among, floors=floors),
        bought=None if asked.budget is None else best_slots_within(
            window, _money("--budget", asked.budget), costs, floors=floors),
        curves=_curves(window, asked, floors),
        hires=tuple(_hire(window, text, floors) for text in asked.hires),
        trainings=tuple(_training(window, text, floors) for text in asked.trainings))


def _curves(window: Window, asked: Asked, floors: Floors | None) -> dict[str, ValueCurve]:
    if asked.curve is None:
        return {}
    teams = asked.teams or sorted({rep.team for rep in window.reps if rep.team is not None
                                   and rep.active})
    if not teams:
        raise UsageError("--curve draws a curve a team, and no rep of the file has a team; fill "
                         "the column team")
    return {team: value_curve(window, _members(window, (team,)) or (), fewer=asked.curve,
                              more=asked.curve, floors=floors) for team in teams}


def _members(window: Window, teams: Sequence[str]) -> tuple[str, ...] | None:
    """Return the active reps of some teams; None for no team: all reps."""
    if not teams:
        return None
    known = {rep.team for rep in window.reps if rep.active}
    for team in teams:
        if team not in known:
            raise UsageError(f"--team {team!r}: no active rep is in it; teams are "
                             f"{', '.join(sorted(filter(None, known))) or 'none'}")
    return tuple(rep.rep_id for rep in window.reps if rep.active and rep.team in teams)


def _costs(asked: Asked, window: Window) -> dict[str, int]:
    """Return rep_id to the cost of a slot, minor units; a rep's own cost wins."""
    if (asked.budget is None) is not (not asked.costs):
        raise UsageError("--budget and --cost belong together: what may be spent, and what a slot "
                         "costs")
    everyone = [text for text in asked.costs if "=" not in text]
    if len(everyone) > 1:
        raise UsageError(f"--cost {everyone[0]} and --cost {everyone[1]} both are of every rep; "
                         "give one of them, or REP=MONEY")
    found: dict[str, int] = {}
    for text in everyone:
        among = _members(window, asked.teams) or tuple(rep.rep_id for rep in window.reps
                                                       if rep.active)
        found = dict.fromkeys(among, _money(f"--cost {text}", text))
    for text in asked.costs:
        if "=" in text:
            rep_id, _, number = text.rpartition("=")
            found[_rep(window, f"--cost {text}", rep_id).rep_id] = _money(f"--cost {text}", number)
    return found


def _hire(window: Window, text: str, floors: Floors | None) -> ValueOfHire:
    like, _, number = text.rpartition("=")
    if not number.isdecimal() or int(number) < 1:
        raise UsageError(f"--hire {text} must be REP=SLOTS, as in r-07=5, with 1 slot or more")
    rep = _rep(window, f"--hire {text}", like)
    profile = rep.model_copy(update={
        "rep_id": free_id(rep.rep_id, {one.rep_id for one in window.reps})})
    return value_of_hire(window, profile, int(number), floors=floors,
                         floor=floors_by_rep(floors).get(rep.rep_id, 0))


def _training(window: Window, text: str, floors: Floors | None) -> ValueOfTraining:
    whom, _, number = text.rpartition("=")
    rep_id, colon, skill = whom.partition(":")
    try:
        level = float(number)
    except ValueError:
        level = -1.0
    if not colon or not skill or not 0 <= level <= 1:
        raise UsageError(f"--train {text} must be REP:SKILL=LEVEL, as in r-07:crm=0.8, with a "
                         "level from 0 to 1")
    return value_of_training(window, rep_id, skill, level, floors=floors)


def _rep(window: Window, option: str, rep_id: str) -> Rep:
    found = next((rep for rep in window.reps if rep.rep_id == rep_id), None)
    if found is None:
        raise UsageError(f"{option}: no rep of the window is called {rep_id!r}")
    return found


def _money(option: str, text: str) -> int:
    """Return money in minor units."""
    try:
        minor = Decimal(text.replace(",", "")) * _MINOR
    except InvalidOperation:
        minor = Decimal(-1)
    if not minor.is_finite() or minor < 0 or minor != minor.to_integral_value():
        raise UsageError(f"{option}: {text!r} must be money such as 900 or 1200.50")
    return int(minor)


def _print_csv(answer: CapacityAnswer) -> None:
    """Print the ranking, a row per rep, team and territory; money in whole units."""
    ranking = answer.ranking
    rows = [[kind, answer.currency, *(_cell(row, name) for name in SlotValue.model_fields)]
            for kind, listed in (("rep", ranking.reps), ("team", ranking.teams),
                                 ("territory", ranking.territories)) for row in listed]
    sys.stdout.write(csv_bytes(["kind", "currency", *SlotValue.model_fields], rows).decode())


def _cell(row: SlotValue, name: str) -> object:
    value = getattr(row, name)
    if name in ("more", "fewer"):
        return decimal_money(value)
    return csv_text(value) if isinstance(value, str) else value
