"""Scenarios of a world: what they change, and that all else keeps its times and its luck."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from solver.errors import UsageError
from solver.models import Lead, Rep
from solver.quarter.makers import drawn_again
from solver.scenarios import (
    AddReps,
    Campaign,
    ChangeCapacity,
    ChangePolicy,
    RampUpStep,
    RemoveReps,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
)
from solver.scenarios.edits import Edit
from solver.scenarios.worlds import apply_to_world
from solver.simulate import Held, Method, Windows, run
from solver.simulate.luck import Luck
from solver.world import Behaviour, Illness, RepChange, World
from tests.quarter_worlds import east_and_west
from tests.simulated import HOUR, MINUTE, START, lead, world

WEEK = 168
BUSY = Behaviour(reject=0.2, time_out=0.1, open_hours=30)


def flow(number: int = 400, hours: float = 4 * WEEK) -> list[Lead]:
    """Make leads spread evenly over some weeks, every second one from the web."""
    return [lead(f"L{n:04d}", hours * n / number, source="Web" if n % 2 else "Fair")
            for n in range(number)]


def weeks(number: int = 400, **more: Any) -> World:
    """Make four weeks with two reps."""
    reps = [Rep(rep_id="ana", capacity=30, open_leads=5, daily_cap=8, team="East"),
            Rep(rep_id="ben", capacity=30, open_leads=3, daily_cap=8, team="West")]
    return world(flow(number), reps, hours=4 * WEEK, **{"behaviour": BUSY, **more})


def edited(base: World, *edits: Edit) -> World:
    """Apply edits; drawn again, its leads come minutes later, every other time with other ids."""
    def again(time: int) -> World:
        return replace(base, arrivals=tuple(
            own.model_copy(update={"lead_id": f"{own.lead_id}{'x' * (time % 2)}",
                                   "created_at": own.created_at + time * MINUTE})
            for own in base.arrivals if own.created_at is not None))
    return apply_to_world(base, Scenario(name="what if", edits=edits), again)


def arrivals(one: World) -> dict[str, Lead]:
    """Return arrivals by id."""
    return {own.lead_id: own for own in one.arrivals}


def luck_of(one: World) -> dict[str, list[Any]]:
    """Return all that is drawn of each lead."""
    luck = Luck(one)
    return {own.lead_id: [luck.answer(at, 0), luck.answer(at, 1), luck.answer(at, 5),
                          luck.open_time(at), luck.win[at]]
            for at, own in enumerate(one.arrivals)}


def closings_of(one: World) -> dict[str, list[timedelta]]:
    """Return when the leads close that are open at the start, by rep."""
    closings: dict[str, list[timedelta]] = {rep.rep_id: [] for rep in one.reps}
    for at, after in Luck(one).closings:
        closings[one.reps[at].rep_id].append(after)
    return closings


@pytest.mark.parametrize("edit", [
    AddReps(like="ana", count=2), RemoveReps(rep_ids=("ana",)),
    ChangeCapacity(rep_ids=("ana",), add=3), ScaleLeads(factor=1.5), ScaleLeads(factor=0.5),
    ShiftLeads(share=0.5, days=2.0), ShiftLeads(where='source = "Web"', set={"score": 10.0}),
    Campaign(name="expo", like="true", from_=date(2026, 11, 20), to=date(2026, 11, 25),
             leads_per_day=9)])
def test_an_edit_leaves_the_luck_of_all_else_as_it_is(edit: Edit) -> None:
    """Whoever is in both worlds meets the same answers and open times, leads and reps alike."""
    base = weeks()
    other = edited(base, edit)
    before, after = luck_of(base), luck_of(other)
    shared = before.keys() & after.keys()
    assert len(shared) > 100
    assert all(before[lead_id] == after[lead_id] for lead_id in shared)
    closings = closings_of(other)
    assert closings["ben"] == closings_of(base)["ben"]
    assert len(set(map(str, before.values()))) == len(before)


@pytest.mark.parametrize("edit", [
    RemoveReps(rep_ids=("ana",)),
    ScaleLeads(where='source = "Web"', factor=3.0),
    Campaign(name="expo", like='source = "Web"', from_=date(2026, 11, 18), to=date(2026, 11, 30),
             leads_per_day=5)])
def test_what_an_edit_cannot_reach_is_played_the_same(edit: Edit) -> None:
    """Ben alone may have leads of the fair: every offer of them is the same, to the microsecond."""
    base = weeks()
    own = [one.model_copy(update={"excluded_rep_ids":
                                  ("ben",) if one.source == "Web" else ("ana",)})
           for one in base.arrivals]
    base = world(own, base.reps, hours=4 * WEEK, behaviour=BUSY)
    offers = []
    for played in (base, edited(base, edit)):
        done = run(played, Method.OPTIMAL, windows=Windows(minutes=360), held=Held.RETURN)
        fair = {one.lead_id for one in played.arrivals if one.source == "Fair"}
        offers.append([offer for offer in done.offers if offer.lead_id in fair])
    assert len(offers[0]) > 100
    assert offers[0] == offers[1]


def test_the_world_itself_does_not_change() -> None:
    """Nor does a scenario without edits change anything."""
    base, again = weeks(), weeks()
    edited(base, ScaleLeads(factor=2.0), RemoveReps(rep_ids=("ana",)))
    assert base == again
    assert edited(base) is base


def test_larger_factors_bring_the_same_leads_and_more() -> None:
    """0.3 within 0.6 within the world within 1.4 within 2.5; on average as many as they say."""
    base = weeks()
    flows = [arrivals(edited(base, ScaleLeads(factor=factor))) for factor in (0.3, 0.6, 1.4, 2.5)]
    flows.insert(2, arrivals(base))
    for fewer, more in pairwise(flows):
        assert fewer.items() <= more.items()
    assert [len(one) for one in flows] == pytest.approx([120, 240, 400, 560, 1000], rel=0.15)


def test_other_seeds_choose_other_leads() -> None:
    """Replications are independent in what they thin, too."""
    kept = [set(arrivals(edited(weeks(seed=seed), ScaleLeads(factor=0.5)))) for seed in (1, 2)]
    assert 0.15 < len(kept[0] & kept[1]) / 400 < 0.35


def test_what_comes_on_top_is_the_world_drawn_again() -> None:
    """Each time once, at the times of that draw; ids are those of no other lead."""
    other = arrivals(edited(weeks(), ScaleLeads(where='source = "Web"', factor=3.0)))
    assert len(other) == 200 + 3 * 200
    assert other["L0001x+1"].created_at == other["L0001"].created_at + MINUTE  # type: ignore[operator]
    assert other["L0001+2"].created_at == other["L0001"].created_at + 2 * MINUTE  # type: ignore[operator]


def test_ids_that_are_taken_stay_free_of_others() -> None:
    """Of copies, and of two campaigns of one name, whose leads and luck are their own."""
    base = weeks()
    names = {"L0000": "A", "L0002": "A+1", "L0004": "A+2", "L0006": "expo+2026-11-20+1"}
    base = replace(base, arrivals=tuple(
        own.model_copy(update={"lead_id": names.get(own.lead_id, own.lead_id)})
        for own in base.arrivals))
    first, second = (Campaign(name="expo", like="true", from_=date(2026, 11, 20),
                              to=date(2026, 11, 22), leads_per_day=rate) for rate in (9, 8))
    other = edited(base, ScaleLeads(factor=3.0), first, second)
    assert len(arrivals(other)) == len(other.arrivals)
    assert {"A+4", "Ax+1", "expo+2026-11-20+2", "expo+2+2026-11-20+1"} <= arrivals(other).keys()
    run(other, Method.OPTIMAL, windows=Windows(minutes=1_440), held=Held.LOST)
    alone = arrivals(edited(base, first))
    assert alone.items() <= arrivals(edited(base, ChangeCapacity(rep_ids=("ana",), add=1), first,
                                            second)).items()
    both = [[arrivals(other)[f"{stem}{nth + more}"].created_at for nth in range(1, 4)]
            for stem, more in (("expo+2026-11-20+", 1), ("expo+2+2026-11-20+", 0))]
    assert both[0] != both[1]


@pytest.mark.parametrize("factor", [0.5, 1.5, 2.0, 2.5])
def test_a_poisson_flow_times_a_factor_is_one(factor: float) -> None:
    """As many leads as the factor says, and counts vary as Poisson counts do, also by hour."""
    make_world = east_and_west(rate_per_hour=2.0, hours=10)
    scenario = Scenario(name="growth", edits=(ScaleLeads(factor=factor),))
    counts = np.array([np.bincount(
        [(own.created_at - START) // HOUR for own in apply_to_world(
            make_world(nth), scenario, partial(drawn_again, make_world, nth)).arrivals
         if own.created_at is not None], minlength=10) for nth in range(300)])
    whole = counts.sum(axis=1)
    assert whole.mean() == pytest.approx(20 * factor, rel=0.05)
    assert whole.var() / whole.mean() == pytest.approx(1, abs=0.3)
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.15)
    assert abs(np.corrcoef(counts[:, 0], counts[:, 1])[0, 1]) < 0.2


def test_leads_shift_to_another_segment_and_another_day() -> None:
    """Half of the web's leads come two days later from the fair; those past the end do not."""
    base = weeks()
    other = arrivals(edited(base, ShiftLeads(where='source = "Web"', share=0.5, days=2.0,
                                             set={"source": "Fair", "deal_value": 900.0})))
    moved = [own for own in other.values() if own.deal_value == 900.0]
    assert len(moved) == pytest.approx(100 * 26 / 28, rel=0.25)
    for own in moved:
        before = arrivals(base)[own.lead_id]
        assert before.source == "Web"
        assert own.created_at == before.created_at + timedelta(days=2)  # type: ignore[operator]
    gone = arrivals(base).keys() - other.keys()
    assert gone
    assert all(arrivals(base)[one].created_at >= START + timedelta(days=26)  # type: ignore[operator]
               for one in gone)


def test_a_campaign_brings_its_leads_on_its_days() -> None:
    """Poisson with its mean, like the leads that it names; more a day adds to them."""
    base = weeks()
    days = {"from_": date(2026, 11, 20), "to": date(2026, 12, 9)}
    few, many = (arrivals(edited(base, Campaign(
        name="expo", like='source = "Web"', leads_per_day=rate, set={"score": 50.0}, **days)))
        for rate in (10, 30))
    new = {name: own for name, own in many.items() if name not in arrivals(base)}
    per_day = Counter(own.created_at.date() for own in new.values() if own.created_at is not None)
    assert min(per_day) == days["from_"]
    assert max(per_day) == days["to"]
    assert len(new) == pytest.approx(600, rel=0.12)
    assert np.var(list(per_day.values())) == pytest.approx(30, rel=0.7)
    assert {(own.source, own.score, own.owner_id) for own in new.values()} == {("Web", 50.0, None)}
    assert few.items() < many.items()


def test_a_campaign_like_nobody_is_refused() -> None:
    """Neither the world nor its history has such a lead."""
    with pytest.raises(UsageError, match="'expo' is like"):
        edited(weeks(), Campaign(name="expo", like='source = "Radio"', from_=date(2026, 11, 20),
                                 to=date(2026, 11, 20), leads_per_day=1))


def test_a_hire_begins_and_rises_at_the_midnights_of_its_zone() -> None:
    """A first day in a week, half of the slots at first, all of them ten days later."""
    other = edited(weeks(), AddReps(
        like="ana", starts_on=date(2026, 11, 25), changes={"timezone": "America/New_York"},
        ramp=(RampUpStep(after_days=0, share=0.5), RampUpStep(after_days=10, share=1.0))))
    assert [(rep.rep_id, rep.active, rep.open_leads) for rep in other.reps] == [
        ("ana", True, 5), ("ana+1", False, 0), ("ben", True, 3)]
    assert [(one.at, one.capacity, one.daily_cap, one.active) for one in other.changes] == [
        (datetime(2026, 11, 25, 5, tzinfo=UTC), 15, 4, True),
        (datetime(2026, 12, 5, 5, tzinfo=UTC), 30, 8, True)]


def test_a_hire_takes_no_lead_before_its_first_day_and_no_more_than_its_ramp() -> None:
    """Played: nothing in the first week, then up to half of the cap, then up to all of it."""
    alone = world(flow(2000), [Rep(rep_id="ana", capacity=10_000, daily_cap=8)], hours=4 * WEEK)
    other = edited(alone, AddReps(
        like="ana", starts_on=date(2026, 11, 25),
        ramp=(RampUpStep(after_days=0, share=0.5), RampUpStep(after_days=7, share=1.0))))
    played = run(other, Method.OPTIMAL, windows=Windows(minutes=240), held=Held.LOST)
    per_day = Counter(offer.at.date() for offer in played.offers if offer.rep_id == "ana+1")
    assert {day: per_day[day] for day in (date(2026, 11, 24), date(2026, 11, 25),
                                          date(2026, 12, 1), date(2026, 12, 2))} == {
        date(2026, 11, 24): 0, date(2026, 11, 25): 4, date(2026, 12, 1): 4, date(2026, 12, 2): 8}


def test_a_hire_without_a_date_is_there_from_the_start() -> None:
    """And nothing changes later."""
    other = edited(weeks(), AddReps(like="ana", count=2))
    assert [rep.rep_id for rep in other.reps if rep.active] == ["ana", "ana+1", "ana+2", "ben"]
    assert other.changes == ()


def test_a_worlds_own_changes_do_not_undo_an_edit() -> None:
    """Numbers that the world itself sets later are edited as those of the start are."""
    base = weeks(changes=(RepChange("ana", START + HOUR, capacity=20),
                          RepChange("ben", START + HOUR, capacity=20, daily_cap=4, active=True)))
    other = edited(base, ChangeCapacity(rep_ids=("ana", "ben"), factor=0.5),
                   ChangeCapacity(rep_ids=("ben",), of="daily_cap", add=3))
    assert other.changes == (RepChange("ana", START + HOUR, capacity=10),
                             RepChange("ben", START + HOUR, 10, 7, active=True))
    assert edited(base, RemoveReps(rep_ids=("ana",))).changes == base.changes[1:]
    with pytest.raises(UsageError, match=r"'ana' changes to 20 at 2026-11-18T01.* make it -5"):
        edited(base, ChangeCapacity(rep_ids=("ana",), add=-25))


def test_edits_of_reps_and_policy_hold_from_the_start() -> None:
    """Time off on its days; the rest at once."""
    other = edited(weeks(), TakeTimeOff(rep_ids=("ana",), from_=date(2026, 11, 20),
                                        to=date(2026, 11, 21)),
                   ChangeCapacity(where='team = "West"', of="daily_cap", factor=0.5),
                   ChangePolicy(set={"reserve_value": 7.0}))
    ana, ben = other.reps
    assert ana.time_off == ("2026-11-20T00:00:00Z/2026-11-22T00:00:00Z",)
    assert (ben.daily_cap, other.policy.reserve_value) == (4, 7.0)


def test_illness_stays_and_the_truth_goes() -> None:
    """Nobody knows the truth of leads and reps that are not there."""
    base = weeks(illnesses=(Illness("ana", START + HOUR),))
    other = edited(base, ScaleLeads(factor=0.5))
    assert other.illnesses == base.illnesses
    assert other.truth is None
