"""A day of small windows under a team's cap or quota of the day: with and without its floor.

Run ``python -m benchmarks.limit_floors`` from the project's root. Reps have slots to spare; what is
scarce is what the day's limits leave. Floors come from other days' leads, refreshed ten times a
day. Every window is proven optimal for itself; the last column says what share of the optimum in
hindsight came of it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown import markdown_table
from solver.horizon.ahead import AheadPairs
from solver.horizon.limited import LimitAhead, limited_worth
from solver.horizon.slots import SlotsAhead
from solver.program.flow import solve_as_flow
from solver.program.program import NONE, Limits, Program

_Ints = NDArray[np.int64]
_TEAMS = 5
_SAMPLES = 4
_REFRESHES = 10


@dataclass(frozen=True)
class Day:
    """Leads in the order in which they come."""

    lead: _Ints
    """(P,) ascending."""
    rep: _Ints
    """(P,) ascending within a lead."""
    value: _Ints
    """(P,) minor units, above 0."""
    num_leads: int

    def between(self, first: int, last: int) -> Day:
        """Return some of the leads."""
        start, stop = np.searchsorted(self.lead, (first, last))
        return Day(self.lead[start:stop] - first, self.rep[start:stop], self.value[start:stop],
                   last - first)


@dataclass(frozen=True)
class Teams:
    """Reps in teams of one size, and what each team may and must get in the day."""

    num_reps: int
    lower: _Ints
    """(T,)"""
    upper: _Ints
    """(T,)"""
    slope: float
    """Minor units for each lead short of lower; at the end of the day it is paid."""

    @property
    def team(self) -> _Ints:
        """(R,) team of each rep."""
        teams: _Ints = np.arange(self.num_reps) * len(self.upper) // self.num_reps
        return teams


def make_day(rng: np.random.Generator, num_leads: int, num_reps: int, home: float) -> Day:
    """Draw leads: lognormal worth, one pair in five open; `home` is a factor for the first team."""
    may = rng.random((num_leads, num_reps)) < 0.2
    lead, rep = np.nonzero(may)
    match = rng.uniform(0.3, 1, len(lead)) * np.where(rep * _TEAMS // num_reps == 0, home, 1.0)
    value = 1 + (rng.lognormal(11, 1, num_leads)[lead] * match).astype(np.int64)
    return Day(lead.astype(np.int64), rep.astype(np.int64), value, num_leads)


def team_floors(teams: Teams, waiting: Day, later: list[Day]) -> _Ints:
    """Return (T,) floors of the teams' limits: means over leads waiting now and some of later."""
    one = np.arange(teams.num_reps)
    slots = SlotsAhead(np.arange(teams.num_reps + 1), np.zeros_like(one),
                       np.full_like(one, 2**31), np.full_like(one, 2**31))
    found = []
    for expected in later:
        pairs = AheadPairs(
            waiting.num_leads + expected.num_leads,
            np.concatenate([waiting.lead, expected.lead + waiting.num_leads]),
            np.concatenate([waiting.rep, expected.rep]),
            np.concatenate([waiting.value, expected.value]))
        limits = []
        for team, (low, high) in enumerate(zip(teams.lower, teams.upper, strict=True)):
            own = np.flatnonzero(teams.team[pairs.column] == team)
            limits.append(LimitAhead(own, np.ones_like(own), float(low), float(high),
                                     teams.slope if low else np.inf))
        found.append(limited_worth(slots, pairs, limits).limit)
    mean: _Ints = np.rint(np.mean(found, axis=0)).astype(np.int64)
    return mean - (mean > 0)


def best_owners(day: Day, gain: _Ints, teams: Teams, short: _Ints) -> _Ints:
    """Return the positions of the pairs taken, where some of the teams pay if short of lower."""
    members = [*(np.flatnonzero(day.rep == at) for at in range(teams.num_reps)),
               *(np.flatnonzero(teams.team[day.rep] == team) for team in range(len(teams.upper)))]
    size = np.array([len(own) for own in members])
    upper = size.copy()
    upper[teams.num_reps:] = np.minimum(size[teams.num_reps:], teams.upper)
    program = Program(
        indptr=np.searchsorted(day.lead, np.arange(day.num_leads + 1)),
        rep=day.rep.astype(np.int32), gain=gain, must=np.zeros(day.num_leads, np.bool_),
        group=np.full(day.num_leads, NONE, np.int32), num_reps=teams.num_reps,
        limits=Limits(
            indptr=np.concatenate([[0], np.cumsum(size)]), column=np.concatenate(members),
            use=np.ones(int(size.sum()), np.int64), lower=np.zeros_like(size), upper=upper,
            hinge_limit=teams.num_reps + short, hinge_at=teams.lower[short],
            hinge_slope=np.full(len(short), int(teams.slope)),
            hinge_over=np.zeros(len(short), np.bool_)))
    column: _Ints = solve_as_flow(program).column
    taken: _Ints = column[column != NONE]
    return taken


def play(day: Day, others: list[Day], teams: Teams, size: int, *, floors: bool) -> int:
    """Return what a day of windows brings, less what is short of lower ends."""
    left, total, floor = teams, 0, np.zeros(len(teams.upper), np.int64)
    every = max(1, day.num_leads // size // _REFRESHES)
    for nth, first in enumerate(range(0, day.num_leads, size)):
        window = day.between(first, min(first + size, day.num_leads))
        if floors and nth % every == 0:
            floor = team_floors(left, window, [other.between(first + size, other.num_leads)
                                               for other in others])
        taken = best_owners(window, window.value - floor[teams.team[window.rep]], left,
                            np.empty(0, np.int64))
        got = np.bincount(teams.team[window.rep[taken]], minlength=len(teams.upper))
        left = replace(left, lower=np.maximum(left.lower - got, 0), upper=left.upper - got)
        total += int(window.value[taken].sum())
    return total - int(left.lower.sum()) * int(teams.slope)


def hindsight(day: Day, teams: Teams) -> int:
    """Return the most that the whole day could bring."""
    taken = best_owners(day, day.value, teams, np.flatnonzero(teams.lower > 0))
    got = np.bincount(teams.team[day.rep[taken]], minlength=len(teams.upper))
    short = np.maximum(teams.lower - got, 0)
    return int(day.value[taken].sum()) - int(short.sum()) * int(teams.slope)


def shares(num_leads: int, num_reps: int, size: int, seed: int) -> list[tuple[str, str, str]]:
    """Play each case without and with floors; shares of the optimum in hindsight."""
    zero = np.zeros(_TEAMS, np.int64)
    full = np.full(_TEAMS, num_leads)
    cases = {f"caps of {part:.0%} of the leads": (Teams(
        num_reps, zero, np.full(_TEAMS, int(part * num_leads / _TEAMS)), 0.0), 1.0)
        for part in (0.3, 0.5, 0.8)}
    quota = zero.copy()
    quota[0] = num_leads // 5
    cases["a quota of 20 % for a team of half the match"] = (
        Teams(num_reps, quota, full, 200_000.0), 0.5)
    rows = []
    for name, (teams, home) in cases.items():
        rng = np.random.default_rng(seed)
        day, *others = (make_day(rng, num_leads, num_reps, home) for _ in range(1 + _SAMPLES))
        best = hindsight(day, teams)
        found = [play(day, others, teams, size, floors=floors) / best for floors in (False, True)]
        rows.append((name, f"{found[0]:.3f}", f"{found[1]:.3f}"))
    return rows


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limit_floors", description=__doc__)
    parser.add_argument("--leads", type=int, default=1000, metavar="L", help="1000 by default")
    parser.add_argument("--reps", type=int, default=50, metavar="R", help="50 by default")
    parser.add_argument("--window", type=int, default=10, metavar="N", help="10 leads by default")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="1 by default")
    arguments = parser.parse_args()
    print(markdown_table(("limits of the day", "optimal windows", "with floors of limits"), shares(
        arguments.leads, arguments.reps, arguments.window, arguments.seed)))


if __name__ == "__main__":
    main()
