"""Horizon prices: the floor of every rep from plans over the leads waiting and those expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import UNREACHABLE
from solver.errors import UsageError
from solver.filters import RepTable
from solver.horizon.ahead import AheadPairs, AheadPlan, plan_pairs
from solver.horizon.forecast import Forecast
from solver.horizon.history import EPOCH, instant_micros
from solver.horizon.limited import limited_worth
from solver.horizon.pairs import ahead_pairs, join_pairs, lead_rows
from solver.horizon.period_limits import Members, PeriodEnds, limits_ahead, period_ends
from solver.horizon.slots import SlotsAhead, slots_ahead
from solver.matrix.moments import WorkPlan
from solver.matrix.rep_factors import rep_factors
from solver.matrix.rep_side import RepSide
from solver.matrix.rows import ValueRows
from solver.matrix.rules import Rules
from solver.models import (
    Floors,
    ForecastBasis,
    Lead,
    LimitFloor,
    Policy,
    Rep,
    RepFloor,
    RouteWhen,
)

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
#: (R,) worth of a slot now in one plan ahead, minor units.
SlotWorth = Callable[[AheadPlan], _Floats]
#: Levels of the day that differ less from the forecast are not worth a note.
_NOTABLE = 1.25
#: Minor units by which a lead now goes before one that is expected to bring as much: else leads
#: of one value that wait for one slot would keep it from each other for ever.
_PREFER_NOW = 1
#: A history that ended longer ago than this may say little of what comes now.
_OLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Sample:
    """One plan ahead, seen from now."""

    floor: _Floats
    """(R,) midpoint of loss and gain, or gain where the rep has no slot; minor units."""
    last: _Ints
    """(R,) when the last lead that takes a slot of the rep comes, microseconds after now; 0: none
    does, or nobody knows."""
    limit: _Floats
    """(K,) midpoints of what one unit of each limit more and fewer is worth, minor units."""


class Planner:
    """Makes floors for the same reps again and again as the day goes on.

    What does not change is encoded once: the rules of the reps, the past leads, the calendars.

    Parameters
    ----------
    reps
        Whose slots are priced; their loads are given with each call.
    forecast
        Its history is encoded; calls may bring the same forecast scaled.
    policy
        Values, reserve, horizon.
    worth
        What one sample says a slot of each rep is worth; :func:`slot_worth` if not given.
    """

    def __init__(self, reps: Sequence[Rep], forecast: Forecast, policy: Policy,
                 worth: SlotWorth | None = None) -> None:
        self._policy, self._worth = policy, worth or slot_worth
        self._rules, self._table = Rules(reps, policy), RepTable(reps)
        self._pool = self._encode(reps, forecast)
        self._members = Members(self._pool)
        self._span: tuple[datetime, datetime] | None = None

    def floors(self, reps: Sequence[Rep], waiting: Sequence[Lead], forecast: Forecast,
               now: datetime, *, free_slots: Mapping[str, int] | None = None,
               used: Mapping[str, int] | None = None, seed: int = 0) -> Floors:
        """Make the floors of reps and limits; arguments are those of :func:`horizon_prices`."""
        until = now + timedelta(hours=self._policy.horizon.horizon_hours)
        slots = slots_ahead(reps, free_slots, now, until, self._policy)
        expected = forecast.expected(now, until)
        ends = period_ends(self._members.limits, used or {}, forecast, now, until, self._policy)
        samples = (self._samples(reps, waiting, forecast, (slots, ends), (now, until), seed)
                   if expected else [])
        return Floors(
            at=now, until=until, basis=forecast.basis, seed=seed, samples=len(samples),
            refresh_at=now + timedelta(minutes=self._policy.horizon.refresh_minutes),
            history_leads=len(forecast.history.leads), history_days=forecast.history.days,
            scale=forecast.scale, currency=self._policy.currency, expected_leads=expected,
            notes=_notes(forecast, expected, now),
            floors=_rep_floors(reps, samples, now),
            limits=_limit_floors([one.name for one in ends], samples))

    def _samples(self, reps: Sequence[Rep], waiting: Sequence[Lead], forecast: Forecast,
                 what: tuple[SlotsAhead, Sequence[PeriodEnds]], span: tuple[datetime, datetime],
                 seed: int) -> list[_Sample]:
        """Plan ahead for each of the policy's samples of the forecast."""
        (slots, ends), (now, until) = what, span
        factors = rep_factors(reps, self._policy, now)
        here = lead_rows(waiting, reps, self._policy, now,
                         RepSide(factors, self._rules, self._table))
        first = ahead_pairs(here, slots, np.zeros(here.num_leads, dtype=np.int64))
        waiting_members = Members(here)
        work, begin = self._work_plan(reps, now, until), instant_micros(now)
        recurrences = forecast.recurrences(now, until)
        samples = []
        for spawned in np.random.SeedSequence(seed).spawn(self._policy.horizon.samples):
            rng = np.random.Generator(np.random.PCG64(spawned))
            lead, at = forecast.draw(rng, recurrences)
            rows = self._pool.take(lead, work.moments(reps, at - instant_micros(work.begin)),
                                   factors)
            then = ahead_pairs(rows, slots, at - begin)
            pairs = join_pairs(first, then)
            if not ends:
                samples.append(self._without_limits(slots, pairs, np.concatenate(
                    [np.zeros(here.num_leads, dtype=np.int64), at - begin])))
                continue
            limits, running = limits_ahead(ends, (
                (waiting_members, first.lead, slots.rep_of(first.column),
                 np.zeros(len(first.lead), dtype=np.int64)),
                (self._members, lead[then.lead], slots.rep_of(then.column),
                 (at - begin)[then.lead])))
            worth = limited_worth(slots, pairs, limits)
            # a lead beyond a soft end pays in the window, and takes nothing from those to come
            used_up = np.array([one.stretches[0].upper <= 0 for one in ends])
            samples.append(_Sample(
                worth.slot, np.zeros(len(reps), dtype=np.int64),
                np.where(used_up, np.minimum(worth.limit[running], 0.0), worth.limit[running])))
        return samples

    def _without_limits(self, slots: SlotsAhead, pairs: AheadPairs, come: _Ints) -> _Sample:
        plan = plan_pairs(slots, pairs)
        taken = plan.pair_of_lead >= 0
        rep = slots.rep_of(pairs.column[plan.pair_of_lead[taken]])
        return _Sample(self._worth(plan), _last_taken(rep, come[taken], len(slots.first) - 1),
                       np.empty(0))

    def _encode(self, reps: Sequence[Rep], forecast: Forecast) -> ValueRows:
        """Encode the past leads as if each had just come in."""
        leads = forecast.history.leads
        at = min((lead.created_at for lead in leads if lead.created_at is not None),
                 default=forecast.made_at)
        policy = self._policy.model_copy(update={"route_when": RouteWhen.ALL})
        return lead_rows(leads, reps, policy, at,
                         RepSide(rep_factors(reps, policy, at), self._rules, self._table))

    def _work_plan(self, reps: Sequence[Rep], now: datetime, until: datetime) -> WorkPlan:
        """Return a work plan that covers the horizon; one serves for a horizon's length."""
        if self._span is None or now < self._span[0] or until > self._span[1]:
            self._span = now, until + (until - now)
            self._work = WorkPlan(reps, self._policy, *self._span)
        return self._work


def horizon_prices(  # noqa: PLR0913 - one argument for each input of a run
        reps: Sequence[Rep], free_slots: Mapping[str, int] | None, waiting: Sequence[Lead],
        forecast: Forecast, now: datetime, policy: Policy, *,
        used: Mapping[str, int] | None = None, seed: int = 0) -> Floors:
    """Return what a slot of each rep is expected to bring later if it is not used now.

    So for each unit of the policy's limits that span more than a window.

    Parameters
    ----------
    reps
        As they are loaded now.
    free_slots
        rep_id to slots free now where that differs from what the loads say; None: as they say.
    waiting
        Leads that wait now; they compete for the slots with those expected.
    forecast
        Leads to come.
    now
        The instant of the decision.
    policy
        ``horizon``: how far ahead, how many samples, when leads close.
    used
        Limits of longer periods, by name as in the ledger, to what they have used of theirs;
        0 for those that are not named.
    seed
        Of the samples.

    Returns
    -------
    Floors
        ``rint(mean over the samples of (loss + gain) / 2)``, or of ``gain`` where the rep has no
        slot, less one minor unit, so that a lead now goes before an equal one later, and not below
        0; with the standard error of the mean. All 0 where nothing is expected.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    UsageError
        If free_slots names an unknown rep or a negative number, or ``now`` has no time zone.

    Notes
    -----
    Bid prices of network revenue management (Talluri and van Ryzin 1998), made anew as the day
    goes on (Jasin and Kumar 2012); DESIGN section 1. ``loss`` alone keeps a rep's last slot from
    the very lead that would take it, because that lead's own value is what the slot would lose;
    ``gain`` alone gives it away to a lead that only some of the samples would let in. Every
    midpoint is an optimal dual, and on small teams it does best (benchmarks/RESULTS.md).
    """
    if now.tzinfo is None:
        raise UsageError(f"now {now.isoformat()} has no time zone; add Z or an offset")
    known = {rep.rep_id for rep in reps}
    for rep_id, slots in (free_slots or {}).items():
        if rep_id not in known:
            raise UsageError(f"free_slots name rep {rep_id!r}, who is not among the reps; leave it "
                             "out")
        if slots < 0:
            raise UsageError(f"the free slots of rep {rep_id!r} are {slots}; give 0 or more")
    reps = sorted(reps, key=lambda rep: rep.rep_id)
    return Planner(reps, forecast, policy).floors(
        reps, waiting, forecast, now, free_slots=free_slots, used=used, seed=seed)


def _last_taken(rep: _Ints, come: _Ints, num_reps: int) -> _Ints:
    last = np.zeros(num_reps, dtype=np.int64)
    np.maximum.at(last, rep, come)
    return last


def slot_worth(plan: AheadPlan) -> _Floats:
    """Return (R,) the midpoint of loss and gain, or gain where the rep has no slot now."""
    return np.where(plan.loss < UNREACHABLE, (plan.loss + plan.gain) / 2, plan.gain)


def _rep_floors(reps: Sequence[Rep], samples: Sequence[_Sample], now: datetime
                ) -> tuple[RepFloor, ...]:
    """Average the samples."""
    if not samples:
        return tuple(RepFloor(rep_id=rep.rep_id, floor=0) for rep in reps)
    floors = np.array([sample.floor for sample in samples])
    mean = np.maximum(np.rint(floors.mean(axis=0)).astype(np.int64) - _PREFER_NOW, 0)
    error = floors.std(axis=0, ddof=1) / len(samples) ** 0.5
    last = np.max([sample.last for sample in samples], axis=0)
    return tuple(
        RepFloor(rep_id=rep.rep_id, floor=floor, standard_error=round(spread, 1), by=(
            EPOCH + timedelta(microseconds=instant_micros(now) + by) if floor and by else None))
        for rep, floor, spread, by in zip(reps, mean.tolist(), error.tolist(), last.tolist(),
                                          strict=True))


def _limit_floors(names: Sequence[str], samples: Sequence[_Sample]) -> tuple[LimitFloor, ...]:
    """Average the samples; as of slots, a lead now goes before an equal one later."""
    if not samples:
        return tuple(LimitFloor(limit=name, floor=0) for name in names)
    floors = np.array([sample.limit for sample in samples]).reshape(len(samples), len(names))
    mean = np.rint(floors.mean(axis=0)).astype(np.int64)
    mean -= np.where(mean > 0, _PREFER_NOW, 0)
    error = floors.std(axis=0, ddof=1) / len(samples) ** 0.5
    return tuple(LimitFloor(limit=name, floor=floor, standard_error=round(spread, 1))
                 for name, floor, spread in zip(names, mean.tolist(), error.tolist(), strict=True))


def _notes(forecast: Forecast, expected: float, now: datetime) -> tuple[str, ...]:
    """Say what the user should know of the forecast."""
    history = forecast.history
    what = f"{len(history.leads):,} usable past leads over {history.days:.1f} days"
    notes = {
        ForecastBasis.NONE: (f"little history: {what}; no floors",),
        ForecastBasis.STEADY: (f"little history: {what}; leads are taken to come at a steady "
                               "rate",),
        ForecastBasis.HOUR_OF_DAY: (f"short history: {what}; every working day, and every day of "
                                    "a weekend, is taken for alike",),
        ForecastBasis.HOUR_OF_WEEK: (),
    }[forecast.basis]
    if history.leads and now - history.last > _OLD:
        notes += (f"the history ends {(now - history.last).days:,} days before this instant: its "
                  f"last lead came at {history.last:%Y-%m-%d %H:%M} UTC",)
    if not 1 / _NOTABLE < forecast.scale < _NOTABLE:
        notes += (f"{forecast.num_arrived:,} leads came where {forecast.foreseen:,.0f} were "
                  f"expected: the forecast is scaled by {forecast.scale:.2f}",)
    if not expected and forecast.basis is not ForecastBasis.NONE:
        notes += ("nothing is expected within the horizon; no floors",)
    return notes
