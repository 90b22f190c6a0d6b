"""What a decision needs to know of the reps, kept up to date in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.errors import UsageError
from solver.explanation import rep_labels
from solver.filters import RepTable
from solver.instant.owner import owner_of_one
from solver.matrix.families import Families
from solver.matrix.floors import AnyFloors, check_floors, floor_array
from solver.matrix.pairs import Problem, problem_of
from solver.matrix.refusals import Refusal
from solver.matrix.rep_factors import rep_factors
from solver.matrix.rep_side import RepSide
from solver.matrix.rows import Rows, ValueRows
from solver.matrix.rules import Rules
from solver.models import Account, Floors, Lead, Policy, Rep, Window
from solver.sales_floor.plain import rules_beyond_capacity

#: More slots than any capacity: no daily cap.
_UNCAPPED = 2**31
_Counts = Sequence[int] | NDArray[np.int64]


class RoutingState:
    """The reps of one policy at one instant: built once, changed as slots are taken.

    One decision costs no calendars and reads no rep record. The state is not thread-safe: give
    each thread its own, or hold a lock from a decision to the ``take`` that follows it.

    Parameters
    ----------
    reps
        All reps, in any order, as they are loaded at ``at``.
    at
        The instant of the decisions, with a time zone.
    policy
        Rules and weights.
    accounts
        The companies behind the leads, for the policy's precedence.
    floors
        What a slot of each rep is expected to bring later: of a forecast, or rep_id to minor
        units; reps that are not named have floor 0.

    Raises
    ------
    UsageError
        If the policy has rules that look at more than one lead (groups, limits, shares), ``at``
        has no time zone, a rep is there twice, or a floor is not an integer from 0 to
        2**62 or names an unknown rep.
    """

    def __init__(self, reps: Sequence[Rep], *, at: datetime, policy: Policy,
                 accounts: Sequence[Account] = (), floors: AnyFloors = None) -> None:
        if beyond := rules_beyond_capacity(policy):
            raise UsageError(f"one lead at once cannot be routed under {', '.join(beyond)}: they "
                             "look at a whole window; call solve with one")
        self._at, self._policy = _utc(at), policy
        self._families = Families(accounts)
        self._reps = _sorted(reps)
        self.labels = rep_labels(self._reps)
        self._rules, self._table = Rules(self._reps, policy), RepTable(self._reps)
        self._lower = np.zeros(len(self._reps), dtype=np.int64)
        self._factors = rep_factors(self._reps, policy, self._at)
        self.set_loads(self._reps)
        self.set_floors(floors)

    @property
    def at(self) -> datetime:
        """The instant of the decisions (UTC)."""
        return self._at

    @property
    def rep_ids(self) -> tuple[str, ...]:
        """All reps, sorted."""
        return self._factors.rep_ids

    @property
    def free_slots(self) -> dict[str, int]:
        """rep_id to slots free now."""
        return dict(zip(self._factors.rep_ids, self._free.tolist(), strict=True))

    def take(self, rep_id: str) -> None:
        """Give the rep one lead: one open lead and one of today more.

        Raises
        ------
        UsageError
            If the rep is unknown or has no free slot.
        """
        at = self._position(rep_id)
        if not self._free[at]:
            raise UsageError(f"rep {rep_id!r} has 0 free slots; take needs 1. Release a slot, or "
                             "ask for another owner")
        self._open_leads[at] += 1
        self._assigned_today[at] += 1
        self._count_free(at)

    def release(self, rep_id: str, *, refused: bool = False) -> None:
        """Take one open lead off the rep.

        Parameters
        ----------
        rep_id
            The rep.
        refused
            The rep never took the lead: it does not count against today's cap either. A lead that
            closes does.

        Raises
        ------
        UsageError
            If the rep is unknown, has no open lead, or none of today to refuse.
        """
        at = self._position(rep_id)
        if not self._open_leads[at]:
            raise UsageError(f"rep {rep_id!r} has 0 open leads; release needs 1. Set the loads "
                             "from the rep records again")
        if refused and not self._assigned_today[at]:
            raise UsageError(f"rep {rep_id!r} was assigned 0 leads today; a refusal needs 1. "
                             "Release a lead of an earlier day without refused")
        self._open_leads[at] -= 1
        self._assigned_today[at] -= refused
        self._count_free(at)

    def set_floors(self, floors: AnyFloors) -> None:
        """Take the floors anew; those of reps that are not named become 0.

        Raises
        ------
        UsageError
            If a floor is not an integer from 0 to 2**62 or names an unknown rep.
        """
        check_floors(self._reps, floors)
        self._floors = floor_array(self._factors.rep_ids, floors)
        self._given = floors if isinstance(floors, Floors) else None

    def set_loads(self, reps: Sequence[Rep]) -> None:
        """Take the loads of the same reps anew, after midnight or a change of the records.

        Parameters
        ----------
        reps
            Their capacity, open leads, daily cap, leads of today and whether they are active are
            read; for any other change build a new state.

        Raises
        ------
        UsageError
            If a rep is missing, unknown or there twice.
        """
        reps = _sorted(reps)
        self._check_same(reps)
        self._capacity = _ints([rep.capacity for rep in reps])
        self._open_leads = _ints([rep.open_leads for rep in reps])
        self._daily_cap = _ints([_UNCAPPED if rep.daily_cap is None else rep.daily_cap
                                 for rep in reps])
        self._assigned_today = _ints([rep.assigned_today for rep in reps])
        self._active = np.array([rep.active for rep in reps], dtype=np.bool_)
        self._free = np.empty_like(self._capacity)
        self._count_free(slice(None))
        self._encode_loads()

    def set_counts(self, open_leads: _Counts, assigned_today: _Counts,
                   active: Sequence[bool]) -> None:
        """Take what changes from lead to lead anew; capacities and daily caps stay as they are.

        Parameters
        ----------
        open_leads, assigned_today
            (R,) slots taken, in the order of ``rep_ids``.
        active
            (R,) whether the rep takes leads.

        Raises
        ------
        UsageError
            If one of them does not name a number for each rep.
        """
        for given in (open_leads, assigned_today, active):
            if len(given) != len(self.rep_ids):
                raise UsageError(f"{len(given)} loads are given for {len(self.rep_ids)} reps; give "
                                 "one for each, in the order of rep_ids")
        self._open_leads, self._assigned_today = _ints(open_leads), _ints(assigned_today)
        self._active = np.array(active, dtype=np.bool_)
        self._count_free(slice(None))
        self._encode_loads()

    def move_to(self, at: datetime) -> None:
        """Run the calendars for another instant, earlier or later; loads stay as they are.

        Raises
        ------
        UsageError
            If ``at`` has no time zone.
        """
        self._at = _utc(at)
        self._factors = rep_factors(self._reps, self._policy, self._at)
        self._encode_loads()

    def choose(self, lead: Lead) -> str | None:
        """Return the owner that :func:`route_one` names, without words; None for none.

        Raises
        ------
        InvalidInputError
            If a value is too large for exact sums.
        """
        _, owner = self.decide(lead)
        return None if owner == NOBODY else self._factors.rep_ids[owner]

    def decide(self, lead: Lead, accounts: Sequence[Account] | None = None
               ) -> tuple[Problem, int]:
        """Return the window of one lead in integers and the owner's position, or ``NOBODY``.

        Parameters
        ----------
        lead
            The lead.
        accounts
            Its account and the family of that; None: as the state knows them.

        Raises
        ------
        InvalidInputError
            If a value is too large for exact sums.
        """
        if accounts is None:
            accounts = self._families.of(lead.account_id)
        window = Window.model_construct(at=self._at, leads=(lead,), reps=self._reps,
                                        accounts=tuple(accounts), policy=self._policy)
        problem = problem_of(_OneLead(window, self._side), self._floors, lower=self._lower,
                             upper=self._free, given=self._given)
        return problem, owner_of_one(problem, self._assigned_today)

    def _position(self, rep_id: str) -> int:
        at = self._factors.index.get(rep_id)
        if at is None:
            raise UsageError(f"rep {rep_id!r} is not in the state; build it with all reps")
        return at

    def _check_same(self, reps: Sequence[Rep]) -> None:
        given = {rep.rep_id for rep in reps}
        for rep_id in sorted(given.symmetric_difference(self._factors.index)):
            what = "is not in the state" if rep_id in given else "is missing"
            raise UsageError(f"rep {rep_id!r} {what}; loads are set for the same reps: build a new "
                             "state for others")

    def _count_free(self, which: int | slice) -> None:
        """Count free slots as ``Rep.free_slots`` does."""
        room = np.minimum(self._capacity[which] - self._open_leads[which],
                          self._daily_cap[which] - self._assigned_today[which])
        self._free[which] = np.maximum(room, 0) * self._active[which]

    def _encode_loads(self) -> None:
        """Bring the encoded reps in line with the loads."""
        known = self._factors.availability & ~np.uint16(Refusal.INACTIVE)
        inactive = np.where(self._active, 0, Refusal.INACTIVE).astype(np.uint16)
        self._factors = replace(self._factors, active=self._active, free_slots=self._free,
                                availability=known | inactive)
        self._side = RepSide(self._factors, self._rules, self._table)


class _OneLead(ValueRows):
    """One lead against all reps: its row is worked out once and read by all who need it."""

    _row: Rows | None = None

    def rows(self, block: slice) -> Rows:
        """Return the only row; ``block`` can be no other."""
        if self._row is None:
            self._row = super().rows(block)
        return self._row


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise UsageError(f"at {at.isoformat()} has no time zone. Add Z or an offset.")
    return at.astimezone(UTC)


def _sorted(reps: Sequence[Rep]) -> tuple[Rep, ...]:
    reps = tuple(sorted(reps, key=lambda rep: rep.rep_id))
    for one, other in pairwise(rep.rep_id for rep in reps):
        if one == other:
            raise UsageError(f"rep {one!r} stands twice; give each rep once")
    return reps


def _ints(numbers: _Counts) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)
