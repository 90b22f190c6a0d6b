"""Shares of the reps: weight x ramp x working time, as integers that add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from solver.calendar.working import schedule_from, working_intervals
from solver.calendar.zones import zone
from solver.models.fairness import Fairness, RampForm, Returning
from solver.models.ledger import SHARE_SCALE
from solver.models.rep import Rep

#: Working time is that of the coming week: every window sees each weekly shift once, so that the
#: share of a part-timer does not depend on the hour or the day of the window.
_SPAN = timedelta(days=7)
_MINUTE = timedelta(minutes=1)
_ROUND_THE_CLOCK = _SPAN // _MINUTE


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of R reps in 1/``SHARE_SCALE``."""

    now: tuple[int, ...]
    """(R,) of the leads of this window; sums to ``SHARE_SCALE``, or all 0 where nobody has one."""
    due: tuple[int, ...]
    """(R,) what counts as due in the ledger: as ``now``, with what absences are owed."""


def shares(reps: Sequence[Rep], present: Sequence[bool], policy: Fairness, at: datetime, *,
           around_the_clock: bool) -> Shares:
    """Return the share of each rep.

    A share is proportional to ``weight x ramp x working minutes of the coming week``, taken exactly
    and apportioned to integers by the largest remainder. Reps who are not present have none now.

    Parameters
    ----------
    reps
        R reps.
    present
        (R,) whether the rep can be given a lead now: active, and at work within the policy's
        longest wait.
    policy
        Measure of working time, ramp and what absences are owed.
    at
        Aware instant of the window.
    around_the_clock
        Whether reps without hours work around the clock, as the policy and the file have it.
        Beside reps with hours they count like the one of those who works the most.

    Returns
    -------
    Shares
        ``due`` differs from ``now`` only where absences are owed: time off then counts for
        the policy's part of the working minutes that it takes. An inactive rep is owed nothing.
    """
    minutes, usual = _working_minutes(reps, policy, at, around_the_clock)
    part = {Returning.NONE: Fraction(0), Returning.FULL: Fraction(1),
            Returning.PRO_RATA: exact(policy.returning_part)}[policy.returning]
    full = [exact(rep.weight) * ramp_share(rep, policy, at) * rep.active for rep in reps]
    now = [size * here * worked for size, here, worked in zip(full, present, minutes, strict=True)]
    due = [there + part * (size * most - there)
           for there, size, most in zip(now, full, usual, strict=True)]
    return Shares(now=_normed(now), due=_normed(due))


def ramp_share(rep: Rep, policy: Fairness, at: datetime) -> Fraction:
    """Return the part of a full share that a rep has, exactly.

    Whole days since ``started_on``, by the calendar of the rep's zone (UTC where it has none),
    make weeks. Before the first day the part is 0; before the first step, that step's.
    """
    if not policy.ramp or rep.started_on is None:
        return Fraction(1)
    today = at.astimezone(zone(rep.timezone or "UTC")).date()
    weeks = Fraction((today - rep.started_on).days, 7)
    if weeks < 0:
        return Fraction(0)
    steps = [(exact(step.weeks), exact(step.share)) for step in policy.ramp]
    done = [step for step in steps if step[0] <= weeks]
    if not done or len(done) == len(steps) or policy.ramp_form is RampForm.STEPS:
        return done[-1][1] if done else steps[0][1]
    (begin, low), (end, high) = done[-1], steps[len(done)]
    return low + (high - low) * (weeks - begin) / (end - begin)


def exact(number: float) -> Fraction:
    """Return a number as its shortest decimal says, exactly: 0.1 is a tenth."""
    return Fraction(Decimal(repr(number)))


def apportion(total: int, sizes: Sequence[Fraction] | Sequence[int]) -> tuple[int, ...]:
    """Divide an integer by sizes: the largest remainders are rounded up, ties the earlier first.

    Parameters
    ----------
    total
        What is divided; may be negative.
    sizes
        0 or more, not all 0.

    Returns
    -------
    tuple of int
        Sums to `total`; each less than 1 from its exact part. Method of largest remainders
        (Hamilton, Vinton), Balinski and Young 1982.
    """
    whole = sum(sizes)
    quotas = [Fraction(total) * size / whole for size in sizes]
    floors = [quota.numerator // quota.denominator for quota in quotas]
    left = total - sum(floors)
    order = sorted(range(len(sizes)), key=lambda at: (floors[at] - quotas[at], at))
    for at in order[:left]:
        floors[at] += 1
    return tuple(floors)


def _normed(sizes: Sequence[Fraction]) -> tuple[int, ...]:
    return apportion(SHARE_SCALE, sizes) if any(sizes) else (0,) * len(sizes)


def _working_minutes(reps: Sequence[Rep], policy: Fairness, at: datetime, around_the_clock: bool
                     ) -> tuple[list[Fraction], list[Fraction]]:
    """Return minutes of the coming week, and what they would be without time off."""
    if not policy.working_time:
        ones = [Fraction(1)] * len(reps)
        return ones, ones
    known: dict[object, Fraction] = {}
    with_time_off: list[Fraction] = []
    without: list[Fraction] = []
    for rep in reps:
        for time_off, minutes in ((rep.time_off, with_time_off), ((), without)):
            calendar = rep.timezone, rep.working_hours, time_off, rep.holidays
            if calendar not in known:
                known[calendar] = _minutes(rep, time_off, at, around_the_clock)
            minutes.append(known[calendar])
    longest = max((minutes for rep, minutes in zip(reps, without, strict=True)
                   if rep.working_hours), default=Fraction(_ROUND_THE_CLOCK))
    scale = [1 if rep.working_hours else longest / _ROUND_THE_CLOCK for rep in reps]
    return ([minutes * by for minutes, by in zip(with_time_off, scale, strict=True)],
            [minutes * by for minutes, by in zip(without, scale, strict=True)])


def _minutes(rep: Rep, time_off: Sequence[str], at: datetime, around_the_clock: bool) -> Fraction:
    schedule = schedule_from(rep.timezone, rep.working_hours, time_off, rep.holidays,
                             around_the_clock)
    ticks = sum(((stop - start) // timedelta.resolution
                 for start, stop in working_intervals(schedule, at, at + _SPAN)), 0)
    return Fraction(ticks, _MINUTE // timedelta.resolution)
