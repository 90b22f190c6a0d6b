"""Ninety days of daily windows with absences: how far each method drifts from the shares.

Run ``python -m benchmarks.fair_shares`` from the project's root. Every method sees the same leads,
values and absences, and is measured by a ledger of its own, whether it looks at it or not. For
methods of band the stated bound is asserted for every rep and window (``solver/fairness``).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.fair_days import START, Day, Floor, make_floor
from benchmarks.markdown import markdown_table
from solver.fairness.aims import deviations
from solver.fairness.ends import FairLimits, Standing, band_widths
from solver.fairness.limits import fair_limits
from solver.fairness.offer import Offer
from solver.fairness.posting import post
from solver.fairness.shares import Shares, shares
from solver.models.fairness import Fairness
from solver.models.ledger import SHARE_SCALE, Entry, Ledger
from solver.models.rep import Rep
from solver.program.flow import solve_as_flow
from solver.program.program import NONE, Limits, Program

_Ints = NDArray[np.int64]
#: Owner of a lead that nobody owns.
_NOBODY = -1


#: Owners of a day's leads, given the day and where the reps stand.
Route = Callable[[Day, Standing], _Ints]


@dataclass
class Drift:
    """What came of one method."""

    name: str
    value: int = 0
    """Minor units in all."""
    owned: int = 0
    ahead: list[tuple[float, ...]] = field(default_factory=list)
    """(R,) after each window."""
    inside: int = 0
    """Reps and windows for which the condition of the bound held."""
    windows: int = 0
    """Reps and windows with a share."""

    @property
    def largest(self) -> float:
        """Largest distance of any rep after any window, in leads."""
        return max(abs(one) for row in self.ahead for one in row)

    @property
    def at_the_end(self) -> float:
        """Largest distance after the last window, in leads."""
        return max(map(abs, self.ahead[-1]))


def fair_owners(policy: Fairness) -> Route:
    """Return the plan of the largest value that keeps the policy's fairness."""
    def route(day: Day, standing: Standing) -> _Ints:
        limits = fair_limits(policy, standing, day.offer, outweigh=int(day.gain.sum()),
                             alone=True)
        return best_owners(day.offer, day.gain, limits)

    return route


def best_owners(offer: Offer, gain: _Ints, limits: FairLimits) -> _Ints:
    """Return (U,) owners of the largest gain less cost within limits, proven.

    Raises
    ------
    InfeasibleError
        If no choice keeps the limits.
    RuntimeError
        If the bound does not prove the choice.
    """
    program = fair_program(offer, gain, limits)
    choice = solve_as_flow(program)
    if choice.bound != choice.objective:
        raise RuntimeError(f"the bound is {choice.bound - choice.objective} above the objective")
    owner = np.full(program.num_units, _NOBODY, np.int64)
    owned = choice.column != NONE
    owner[owned] = offer.rep[choice.column[owned]]
    return owner


def fair_program(offer: Offer, gain: _Ints, limits: FairLimits) -> Program:
    """Return the program of one day: capacities and one limit of fairness for each rep."""
    num_reps = len(offer.capacity)
    by_rep = np.argsort(offer.rep, kind="stable")
    counts = np.bincount(offer.rep, minlength=num_reps)
    use = np.concatenate([offer.slots[by_rep], offer.amount[by_rep]])
    column = np.concatenate([by_rep, by_rep])
    size = np.concatenate([counts, counts])
    capacity = np.minimum(offer.capacity, np.bincount(
        offer.rep, offer.slots, num_reps).astype(np.int64))
    counted = use > 0
    kept = np.add.reduceat(np.append(counted, False), np.cumsum(size) - size) * (size > 0)
    return Program(
        indptr=offer.indptr, rep=offer.rep, gain=gain, num_reps=num_reps,
        must=np.zeros(len(offer.indptr) - 1, np.bool_),
        group=np.full(len(offer.indptr) - 1, NONE, np.int32),
        limits=Limits(
            indptr=np.concatenate([[0], np.cumsum(kept)]).astype(np.int64),
            column=column[counted], use=use[counted],
            lower=np.concatenate([np.zeros_like(capacity), limits.lower]),
            upper=np.concatenate([capacity, limits.upper]),
            hinge_limit=limits.hinges.rep + num_reps, hinge_at=limits.hinges.at,
            hinge_slope=limits.hinges.slope, hinge_over=limits.hinges.over))


def one_by_one(pick: Callable[[_Ints, _Ints], int]) -> Route:
    """Return a router that gives leads in their order; `pick` sees open reps and counts."""
    def route(day: Day, _: Standing) -> _Ints:
        counts = np.zeros(len(day.offer.capacity), np.int64)
        owner = np.full(len(day.offer.indptr) - 1, _NOBODY, np.int64)
        for lead in range(len(owner)):
            reps = day.offer.rep[day.offer.indptr[lead]:day.offer.indptr[lead + 1]]
            free = reps[counts[reps] < day.offer.capacity[reps]].astype(np.int64)
            if len(free):
                owner[lead] = pick(free, counts)
                counts[owner[lead]] += 1
        return owner

    return route


def round_robin(*, carried: bool) -> Route:
    """Return round robin whose pointer starts each day at the first rep, or where it stopped."""
    pointer = 0

    def pick(free: _Ints, _: _Ints) -> int:
        nonlocal pointer
        chosen = int(free[np.searchsorted(free, pointer) % len(free)])
        pointer = chosen + 1
        return chosen

    def route(day: Day, standing: Standing) -> _Ints:
        nonlocal pointer
        pointer = pointer if carried else 0
        return one_by_one(pick)(day, standing)

    return route


def weighted_round_robin(reps: Sequence[Rep]) -> Route:
    """Return the baseline: least ``(assigned today + 1) / weight``."""
    weights = np.array([rep.weight for rep in reps])
    return one_by_one(lambda free, counts: int(
        free[((counts[free] + 1) / weights[free]).argmin()]))


def play(name: str, floor: Floor, policy: Fairness, route: Route, *, bounded: bool = False
         ) -> Drift:
    """Play all days; the ledger of the policy measures the drift of whatever routes.

    Raises
    ------
    RuntimeError
        If a bounded method leaves a rep farther from its share than the bound says.
    """
    ledger = Ledger(at=START, currency="USD")
    drift = Drift(name)
    ids = [rep.rep_id for rep in floor.reps]
    for day in floor.days:
        share = shares(floor.reps, day.present, policy, day.at, around_the_clock=False)
        standing = standing_of(ledger, ids, share)
        owner = route(day, standing)
        ledger = post(ledger, day.at, ids, share, given(day, owner, ids))
        after = standing_of(ledger, ids, share)
        ahead = deviations(share.now, after.balances)
        drift.ahead.append(tuple(one / SHARE_SCALE for one in ahead))
        drift.owned += int((owner >= 0).sum())
        drift.value += value_of(day, owner)
        drift.windows += sum(map(bool, share.now))
        if bounded:
            drift.inside += check_bound(policy, day, standing, owner, ahead)
    return drift


def check_bound(policy: Fairness, day: Day, standing: Standing, owner: _Ints,
                ahead: Sequence[int]) -> int:
    """Assert the bound on drift; return for how many reps its condition held.

    Raises
    ------
    RuntimeError
        If a rep ended farther from its share than band + 1, or than the fairest plan leaves it
        where that is more, plus its share of the leads that could have gone out and did not.
    """
    limits = fair_limits(policy, standing, day.offer, outweigh=int(day.gain.sum()), alone=True)
    width = band_widths(policy, standing.shares, limits.expected)
    short = limits.expected - int((owner >= 0).sum())
    held, fairest = 0, limits.amounts
    assert fairest is not None  # a band looks at them
    for at, share in enumerate(standing.shares):
        if not share:
            continue
        least = abs(int(fairest[at]) * SHARE_SCALE - limits.aim[at])
        held += least < SHARE_SCALE
        if abs(ahead[at]) > max(width[at] + SHARE_SCALE, least) + share * short:
            raise RuntimeError(f"{day.at:%F}, rep {at}: {ahead[at] / SHARE_SCALE:.3f} leads from "
                               "its share, beyond the bound")
    return held


def standing_of(ledger: Ledger, ids: Sequence[str], share: Shares) -> Standing:
    """Return where the reps stand by the ledger, in leads."""
    entries = [ledger.by_rep().get(rep_id) for rep_id in ids]
    return Standing(share.now, tuple(one.leads if one else 0 for one in entries),
                    tuple(one.last_assigned_at if one else None for one in entries))


def given(day: Day, owner: _Ints, ids: Sequence[str]) -> Iterator[Entry]:
    """Yield the day's owned leads as the ledger takes them."""
    for lead, rep in enumerate(owner.tolist()):
        if rep != _NOBODY:
            yield Entry(lead_id=f"{day.at:%F}-{lead}", rep_id=ids[rep], at=day.at)


def value_of(day: Day, owner: _Ints) -> int:
    """Return what the owned leads bring."""
    lead = np.repeat(np.arange(len(owner)), np.diff(day.offer.indptr))
    return int(day.gain[owner[lead] == day.offer.rep].sum())


def compare(floor: Floor, band: int = 1) -> list[Drift]:
    """Play every method on one floor."""
    ramp = {"ramp": [{"weeks": 0, "share": 0.25}, {"weeks": 8, "share": 1.0}],
            "ramp_form": "linear"}
    plain = Fairness.model_validate(ramp)
    banded = Fairness.model_validate({**ramp, "method": "band", "band": band})
    priced = Fairness.model_validate({**ramp, "method": "price", "price": 200})
    rotated = Fairness.model_validate({**ramp, "method": "rotation"})
    return [
        play("most value, no fairness", floor, plain, fair_owners(plain)),
        play("round robin, from the first rep each day", floor, plain, round_robin(carried=False)),
        play("round robin, where it stopped", floor, plain, round_robin(carried=True)),
        play("weighted round robin, by the day", floor, plain, weighted_round_robin(floor.reps)),
        play(f"band {band}, ledger", floor, banded, fair_owners(banded), bounded=True),
        play("price 200, ledger", floor, priced, fair_owners(priced)),
        play("rotation, ledger", floor, rotated, fair_owners(rotated)),
    ]


def render(drifts: Sequence[Drift]) -> str:
    """Return the table."""
    best = max(drift.value for drift in drifts)
    return markdown_table(
        ("method", "largest distance", "after the last day", "leads owned", "value"),
        [(d.name, f"{d.largest:.2f}", f"{d.at_the_end:.2f}", f"{d.owned:,}",
          f"{d.value / best:.3f}") for d in drifts])


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fair_shares", description=__doc__)
    parser.add_argument("--days", type=int, default=90, metavar="N", help="90 by default")
    parser.add_argument("--reps", type=int, default=12, metavar="R", help="12 by default")
    parser.add_argument("--leads", type=float, default=60, metavar="L", help="a day; 60 by default")
    parser.add_argument("--seed", type=int, default=7, metavar="S", help="7 by default")
    parser.add_argument("--equal", action="store_true", help="all reps have the same weight")
    arguments = parser.parse_args()
    floor = make_floor(arguments.days, arguments.reps, arguments.leads, arguments.seed,
                       equal=arguments.equal)
    drifts = compare(floor)
    print(render(drifts))
    for drift in drifts:
        if drift.inside:
            print(f"\n{drift.name}: nobody ended beyond the bound; in {drift.inside:,} of "
                  f"{drift.windows:,} reps and windows the rep could reach its share")


if __name__ == "__main__":
    main()
