"""One method, played through one world, event by event."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import pairwise

from solver.errors import UsageError
from solver.matrix.triage import hours_between
from solver.models import Lead
from solver.simulate.desk import Desk
from solver.simulate.events import Agenda, Kind
from solver.simulate.foresight import Foresight, Scene
from solver.simulate.luck import Luck
from solver.simulate.methods import Held, Method, Windows
from solver.simulate.records import Answer, Offer, Run
from solver.simulate.routers import Choice, Router, make_routers
from solver.simulate.scores import Counts, score
from solver.world import Behaviour, World


def run(world: World, method: Method, *, windows: Windows, held: Held,
        foresight: Foresight | None = None) -> Run:
    """Play one method through one world.

    Parameters
    ----------
    world
        What happens; luck included, so that every method meets the same.
    method
        How leads get their owners.
    windows
        When windows close.
    held
        What becomes of a lead that its window leaves without an offer.
    foresight
        What the world's history lets expect, where it has been learnt already.

    Returns
    -------
    Run
        The same world gives the same run, whatever other methods were played.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    UsageError
        As of :func:`check_world`.

    Notes
    -----
    An offer takes a slot as long as it stands. One that is rejected or times out gives it back, and
    that of the daily cap too if the rep's day is still the same. An owned lead keeps its slot until
    it closes; the cap's is used up. Who falls ill stays so. At one instant days begin first, then
    what reps may take changes, leads close and offers time out, leads arrive, windows close.
    """
    check_world(world)
    return _Play(world, method, windows, held, foresight or Foresight(world)).play()


def check_world(world: World) -> None:
    """Refuse a world that cannot be played.

    Raises
    ------
    UsageError
        If arrivals are not in order and within the world, two share an id, reps are not in order,
        a rate of the behaviour is none, or an illness or a change names an unknown rep.
    """
    for lead in world.arrivals:
        if lead.created_at is None or not world.start <= lead.created_at < world.end:
            raise UsageError(f"arrival {lead.lead_id!r} was created at {lead.created_at}, outside "
                             f"the world from {world.start} to {world.end}; leave it out")
    for one, other in pairwise(world.arrivals):
        if (one.created_at, one.lead_id) > (other.created_at, other.lead_id):
            raise UsageError(f"arrival {other.lead_id!r} stands behind {one.lead_id!r}, which came "
                             "later; sort the arrivals by created_at and lead_id")
    if len({lead.lead_id for lead in world.arrivals}) < len(world.arrivals):
        raise UsageError("two arrivals share a lead_id; give every arrival its own")
    for rep, next_rep in pairwise(world.reps):
        if rep.rep_id >= next_rep.rep_id:
            raise UsageError(f"rep {next_rep.rep_id!r} stands behind {rep.rep_id!r}; sort the reps "
                             "by rep_id, each once")
    _check_behaviour(world.behaviour)
    known = {rep.rep_id for rep in world.reps}
    for what, rep_id in (*(("an illness", one.rep_id) for one in world.illnesses),
                         *(("a change", one.rep_id) for one in world.changes)):
        if rep_id not in known:
            raise UsageError(f"{what} names rep {rep_id!r}, who is not among the reps; leave it "
                             "out")


def _check_behaviour(behaviour: Behaviour) -> None:
    for name in ("reject", "time_out"):
        share = getattr(behaviour, name)
        if not 0 <= share <= 1:
            raise UsageError(f"behaviour.{name} is {share:g}; give a share from 0 to 1")
    if behaviour.reject + behaviour.time_out > 1:
        raise UsageError(f"behaviour.reject {behaviour.reject:g} and time_out "
                         f"{behaviour.time_out:g} sum to more than 1; lower one of them")
    for name, hours in (("open_hours", behaviour.open_hours),
                        ("time_out_minutes", behaviour.time_out_minutes)):
        if hours is not None and not 0 < hours < math.inf:
            raise UsageError(f"behaviour.{name} is {hours:g}; give a number above 0")


class _Play:
    """The state of a run; leads and reps by their positions in the world."""

    def __init__(self, world: World, method: Method, windows: Windows, held: Held,
                 foresight: Foresight) -> None:
        self._world, self._method, self._windows, self._held = world, method, windows, held
        self._routers = make_routers(world, method, foresight)
        self._luck = Luck(world)
        self._agenda = Agenda(world, windows, self._luck)
        self._desk = Desk(world.reps, world.start)
        self._position = {lead.lead_id: at for at, lead in enumerate(world.arrivals)}
        self._rep_position = {rep.rep_id: at for at, rep in enumerate(world.reps)}
        self._waiting: dict[int, Lead] = {}
        self._standing: dict[int, tuple[Lead, int, datetime]] = {}
        self._offers: list[Offer] = []
        self._num_offers = [0] * len(world.arrivals)
        self._num_arrived = self._in_window = self._lost = self._idle = 0
        self._now = world.start

    def play(self) -> Run:
        """Let everything happen, and count what came of it."""
        handlers = {Kind.MIDNIGHT: self._begin_day, Kind.CHANGE: self._change,
                    Kind.ILLNESS: self._desk.fall_ill, Kind.CLOSING: self._desk.close,
                    Kind.TIME_OUT: self._time_out, Kind.ARRIVAL: self._arrive,
                    Kind.WINDOW: self._close_window}
        for event in self._agenda:
            self._now = event.at
            handlers[event.kind](event.subject)
        floors = self._routers.floors
        counts = Counts(
            held_at_end=len(self._waiting) + len(self._standing), lost=self._lost,
            idle=self._idle + sum(rep.free_slots for rep in self._desk.reps),
            num_floors_made=0 if floors is None else floors.num_made)
        return score(self._world, self._method, tuple(self._offers), counts, self._luck.win)

    def _begin_day(self, rep_idx: int) -> None:
        rep = self._desk.reps[rep_idx]
        if rep.daily_cap is not None:
            self._idle += rep.free_slots
        self._desk.begin_day(rep_idx, self._now)

    def _change(self, change_idx: int) -> None:
        change = self._world.changes[change_idx]
        self._desk.change(self._rep_position[change.rep_id], change)

    def _arrive(self, lead_idx: int) -> None:
        self._waiting[lead_idx] = self._world.arrivals[lead_idx]
        self._num_arrived += 1
        if self._routers.arrival is not None:
            self._decide(self._routers.arrival, [lead_idx])
        self._in_window += 1
        if self._in_window == self._windows.leads:
            self._close_window()

    def _close_window(self, _: int = 0) -> None:
        """Route all leads that wait and are not too old."""
        self._in_window = 0
        max_age = self._world.policy.freshness.max_age_hours
        if max_age is not None:
            for lead_idx, lead in list(self._waiting.items()):
                if lead.created_at and hours_between(lead.created_at, self._now) > max_age:
                    self._lose(lead_idx)
        if self._waiting:
            self._decide(self._routers.window, list(self._waiting))

    def _decide(self, router: Router, lead_idx: list[int]) -> None:
        """Let a router decide on leads that wait, and make its offers."""
        scene = Scene(self._now, self._desk.reps, tuple(self._waiting.values()),
                      self._num_arrived)
        choices = router.route([self._waiting[idx] for idx in lead_idx], scene)
        for choice in choices:
            self._offer(self._position[choice.lead_id], choice)
        if self._held is Held.LOST:
            chosen = {choice.lead_id for choice in choices}
            for idx in lead_idx:
                if self._world.arrivals[idx].lead_id not in chosen:
                    self._lose(idx)

    def _offer(self, lead_idx: int, choice: Choice) -> None:
        """Offer a lead to a rep, who answers as drawn."""
        answer = self._luck.answer(lead_idx, self._num_offers[lead_idx])
        self._num_offers[lead_idx] += 1
        lead, until = self._waiting.pop(lead_idx), None
        self._desk.offer(choice.rep_idx)
        match answer:
            case Answer.ACCEPTED:
                until = self._free_at(self._luck.open_time(lead_idx), Kind.CLOSING, choice.rep_idx)
            case Answer.REJECTED:
                until = self._now
                self._return(lead_idx, lead, choice.rep_idx, self._now)
            case Answer.TIMED_OUT:
                self._standing[lead_idx] = lead, choice.rep_idx, self._now
                minutes = timedelta(minutes=self._world.behaviour.time_out_minutes)
                until = self._free_at(minutes, Kind.TIME_OUT, lead_idx)
        self._offers.append(Offer(
            at=self._now, lead_id=choice.lead_id, rep_id=self._world.reps[choice.rep_idx].rep_id,
            value=choice.value, response=choice.response, answer=answer, until=until))

    def _free_at(self, after: timedelta | None, kind: Kind, subject: int) -> datetime | None:
        """Put it on the agenda when a slot comes free; None: not in this world."""
        if after is None or after > self._world.end - self._now:
            return None
        self._agenda.add(self._now + after, kind, subject)
        return self._now + after

    def _time_out(self, lead_idx: int) -> None:
        lead, rep_idx, offered_at = self._standing.pop(lead_idx)
        self._return(lead_idx, lead, rep_idx, offered_at)

    def _return(self, lead_idx: int, lead: Lead, rep_idx: int, offered_at: datetime) -> None:
        """Put a lead back among those that wait, without a rep who does not take it."""
        self._desk.take_back(rep_idx, offered_at)
        refused = (*lead.excluded_rep_ids, self._world.reps[rep_idx].rep_id)
        self._waiting[lead_idx] = lead.model_copy(update={"excluded_rep_ids": refused})

    def _lose(self, lead_idx: int) -> None:
        del self._waiting[lead_idx]
        self._lost += 1
