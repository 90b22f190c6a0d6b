"""One event after the other: what becomes of leads, slots and days in worlds made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from solver.errors import UsageError
from solver.generate import Surprise, generate_world
from solver.models import Rep
from solver.simulate import Answer, Held, Method, Run, Windows, run
from solver.world import Behaviour, Illness, RepChange, World
from tests.simulated import HOUR, START, check_run, flat_policy, lead, world

ONE = Windows(leads=1)
REJECT_ALL = Behaviour(reject=1.0)
TIME_OUT_ALL = Behaviour(time_out=1.0, time_out_minutes=60)


def play(played: World, method: Method = Method.OPTIMAL, windows: Windows = ONE,
         held: Held = Held.RETURN) -> Run:
    """Play a world and let the checker look at it."""
    played_run = run(played, method, windows=windows, held=held)
    check_run(played, played_run)
    return played_run


def owners(played: Run) -> dict[str, str]:
    """Return who owns which lead."""
    return {offer.lead_id: offer.rep_id for offer in played.offers
            if offer.answer is Answer.ACCEPTED}


def hours_of(played: Run) -> list[float]:
    """Return when offers were made, hours after the start, to the second."""
    return [round((offer.at - START) / HOUR, 4) for offer in played.offers]


def test_a_window_closes_at_the_arrival_of_its_last_lead() -> None:
    """Windows of two: at the second and the fourth lead, and at the end for what is left."""
    leads = [lead(f"L{n}", hours=n) for n in range(1, 6)]
    played = play(world(leads, [Rep(rep_id="ana", capacity=9)]), windows=Windows(leads=2))
    assert hours_of(played) == [2, 2, 4, 4, 24]
    assert played.mean_wait_minutes == pytest.approx(60 * (1 + 0 + 1 + 0 + 19) / 5)
    assert played.p95_wait_minutes == pytest.approx(60 * (1 + 0.8 * 18))


def test_a_window_of_minutes_takes_what_has_come() -> None:
    """Windows of 90 minutes; a lead that comes as one closes is in it."""
    leads = [lead("L1", 0.5), lead("L2", 1.5), lead("L3", 1.6)]
    played = play(world(leads, [Rep(rep_id="ana", capacity=9)], hours=4),
                  windows=Windows(minutes=90))
    assert hours_of(played) == [1.5, 1.5, 3]


def test_the_last_window_closes_at_the_end_within_the_last_day() -> None:
    """Midnight at the end brings no new slots."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    played = play(world([lead("L1", 1), lead("L2", 2)], reps))
    assert (played.owned, played.held_at_end, played.lost) == (1, 1, 0)


def test_a_held_lead_waits_for_the_next_window() -> None:
    """With a slot a day, the second lead gets the slot of the second day, when a window closes."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    leads = [lead("L1", 1), lead("L2", 2), lead("L3", 30)]
    played = play(world(leads, reps, hours=40))
    assert owners(played) == {"L1": "ana", "L2": "ana"}
    assert hours_of(played) == [1, 30]
    assert played.held_at_end == 1


def test_a_held_lead_is_lost_where_it_does_not_return() -> None:
    """The window that leaves it without an owner is its last."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    played = play(world([lead("L1", 1), lead("L2", 2), lead("L3", 30)], reps, hours=40),
                  held=Held.LOST)
    assert owners(played) == {"L1": "ana", "L3": "ana"}
    assert (played.held_at_end, played.lost) == (0, 1)


def test_windows_of_leads_count_new_arrivals_only() -> None:
    """A lead that returns does not close a window."""
    leads = [lead(f"L{n}", n) for n in range(1, 5)]
    played = play(world(leads, [Rep(rep_id="ana", capacity=9, daily_cap=1)], hours=30),
                  windows=Windows(leads=2))
    assert hours_of(played) == [2, 30]


def test_a_lead_past_its_age_is_lost() -> None:
    """After six hours it is for the manager; at six hours exactly it is not."""
    policy = flat_policy(freshness={"max_age_hours": 6})
    # Midnight, and new slots, at 10:00 UTC.
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=2, assigned_today=2, timezone="Etc/GMT-14")]
    leads = [lead("L1", 3.9), lead("L2", 4), lead("L3", 4.1),
             lead("L4", 10, excluded_rep_ids=("ana",))]
    played = play(world(leads, reps, hours=11, policy=policy))
    assert owners(played) == {"L2": "ana", "L3": "ana"}
    assert (played.lost, played.held_at_end) == (1, 1)


@pytest.mark.parametrize(("zone", "midnight"), [
    (None, 24), ("UTC", 24), ("America/New_York", 5), ("Asia/Kolkata", 18.5)])
def test_the_daily_cap_comes_anew_at_the_reps_midnight(zone: str | None, midnight: float) -> None:
    """By the rep's clock, or UTC where it has none; at midnight it is the new day."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1, assigned_today=1, timezone=zone)]
    leads = [lead("L1", midnight - 0.1), lead("L2", midnight), lead("L3", midnight + 0.1)]
    played = play(world(leads, reps, hours=30), held=Held.LOST)
    assert owners(played) == {"L2": "ana"}


def test_a_closed_lead_reopens_the_slot_but_not_the_cap() -> None:
    """Leads that stay open for seconds: capacity 1 serves all, a cap of two serves two."""
    behaviour = Behaviour(open_hours=0.001)
    leads = [lead(f"L{n}", n) for n in range(1, 5)]
    free = play(world(leads, [Rep(rep_id="ana", capacity=1)], behaviour=behaviour))
    capped = play(world(leads, [Rep(rep_id="ana", capacity=1, daily_cap=2)], behaviour=behaviour))
    assert (free.owned, capped.owned) == (4, 2)


def test_leads_that_were_open_at_the_start_close_too() -> None:
    """A rep who begins the day full is free again before long."""
    full = [Rep(rep_id="ana", capacity=2, open_leads=2)]
    leads = [lead("L1", 20)]
    assert play(world(leads, full)).owned == 0
    assert run(world(leads, full, behaviour=Behaviour(open_hours=0.5)), Method.GREEDY,
               windows=ONE, held=Held.RETURN).owned == 1


def test_rejected_leads_go_back_without_that_rep() -> None:
    """Each window asks another rep; at last nobody is left, and no slot is taken."""
    reps = [Rep(rep_id="ana", capacity=1, daily_cap=1), Rep(rep_id="ben", capacity=1)]
    leads = [lead(f"L{n}", n) for n in range(1, 4)]
    played = play(world(leads, reps, behaviour=REJECT_ALL))
    assert [offer.answer for offer in played.offers] == [Answer.REJECTED] * 6
    assert (played.owned, played.held_at_end, played.utilisation) == (0, 3, 0)


def test_a_rejected_lead_has_another_window_even_where_held_leads_are_lost() -> None:
    """It was offered; what a window leaves without an offer is lost."""
    reps = [Rep(rep_id="ana", capacity=1), Rep(rep_id="ben", capacity=1)]
    played = play(world([lead("L1", 1), lead("L2", 2), lead("L3", 3)], reps,
                        behaviour=REJECT_ALL), held=Held.LOST)
    assert [offer.lead_id for offer in played.offers].count("L1") == 2
    assert (played.lost, played.held_at_end) == (2, 1)


def test_an_offer_takes_the_slot_until_it_times_out() -> None:
    """For an hour nobody else gets the slot; then slot and cap are free for the next lead."""
    reps = [Rep(rep_id="ana", capacity=1, daily_cap=1)]
    leads = [lead("L1", 1), lead("L2", 1.9), lead("L3", 2)]
    played = play(world(leads, reps, behaviour=TIME_OUT_ALL), held=Held.LOST)
    assert [(offer.lead_id, offer.until) for offer in played.offers] == [
        ("L1", START + 2 * HOUR), ("L3", START + 3 * HOUR)]
    assert (played.owned, played.lost) == (0, 3)


def test_a_cap_of_yesterday_is_not_given_back_today() -> None:
    """An offer before midnight that times out after it leaves the new day's cap as it is."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    leads = [lead("L1", 23.5), lead("L2", 24.2), lead("L3", 24.8)]
    played = play(world(leads, reps, hours=26, behaviour=TIME_OUT_ALL), held=Held.LOST)
    assert [offer.lead_id for offer in played.offers] == ["L1", "L2"]


def test_an_offer_that_stands_at_the_end_is_held() -> None:
    """Nobody owns the lead yet."""
    played = play(world([lead("L1", 23.9)], [Rep(rep_id="ana", capacity=1)],
                        behaviour=TIME_OUT_ALL))
    assert (played.held_at_end, played.offers[0].until, played.utilisation) == (1, None, None)


def test_the_same_offer_of_a_lead_meets_the_same_luck() -> None:
    """What the k-th offer of a lead gets does not depend on the rep or on other leads."""
    behaviour = Behaviour(reject=0.3, time_out=0.3)
    leads = [lead(f"L{n:02d}", n / 4) for n in range(1, 60)]
    reps = [Rep(rep_id=name, capacity=99) for name in ("ana", "ben", "cal")]
    answers = []
    for method in (Method.FIRST_MATCH, Method.ROUND_ROBIN, Method.INSTANT):
        of_lead: dict[str, list[Answer]] = {}
        for offer in play(world(leads, reps, behaviour=behaviour), method).offers:
            of_lead.setdefault(offer.lead_id, []).append(offer.answer)
        answers.append(of_lead)
    assert answers[0] == answers[1] == answers[2]
    assert set().union(*answers[0].values()) == set(Answer)


def test_who_falls_ill_takes_no_lead_from_then_on() -> None:
    """Not even one that comes at the same instant."""
    reps = [Rep(rep_id="ana", capacity=9)]
    ill = (Illness("ana", START + 2 * HOUR),)
    played = play(world([lead("L1", 1), lead("L2", 2), lead("L3", 3)], reps, illnesses=ill))
    assert owners(played) == {"L1": "ana"}
    assert played.utilisation == 1


@pytest.mark.parametrize("method", [Method.OPTIMAL, Method.INSTANT])
def test_what_a_rep_may_take_changes_from_its_instant_on(method: Method) -> None:
    """Inactive until hour 2, one slot then, three from hour 4; a lead of that instant meets it."""
    reps = [Rep(rep_id="ana", capacity=1, active=False)]
    changes = (RepChange("ana", START + 4 * HOUR, capacity=3),
               RepChange("ana", START + 2 * HOUR, active=True))
    played = play_changed(world([lead(f"L{n}", n) for n in range(1, 8)], reps, changes=changes),
                          method)
    assert owners(played) == {"L2": "ana", "L4": "ana", "L5": "ana"}


def play_changed(changed: World, method: Method) -> Run:
    """Play a world whose reps change; the checker knows only reps who do not."""
    return run(changed, method, windows=ONE, held=Held.LOST)


def test_who_fell_ill_is_not_made_active_by_a_change() -> None:
    """The cap changes, but nobody comes back."""
    reps = [Rep(rep_id="ana", capacity=9)]
    played = play(world([lead("L1", 1), lead("L3", 3)], reps, illnesses=(
        Illness("ana", START + HOUR),), changes=(
        RepChange("ana", START + 2 * HOUR, daily_cap=5, active=True),)))
    assert played.owned == 0


def test_a_daily_cap_changes_within_the_day() -> None:
    """From two a day to three at noon: leads of the morning count."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=2)]
    changes = (RepChange("ana", START + 12 * HOUR, daily_cap=3),)
    played = play_changed(world([lead(f"L{n}", 2 * n) for n in range(1, 10)], reps,
                                changes=changes), Method.OPTIMAL)
    assert owners(played) == {"L1": "ana", "L2": "ana", "L6": "ana"}


def test_round_robin_goes_on_where_it_stopped() -> None:
    """Windows of one lead take turns, instead of each beginning with the first rep."""
    reps = [Rep(rep_id=name, capacity=9) for name in ("ana", "ben", "cal")]
    played = play(world([lead(f"L{n}", n) for n in range(1, 7)], reps), Method.ROUND_ROBIN)
    assert played.owned_by_rep == (2, 2, 2)


def test_instant_routing_makes_no_lead_wait() -> None:
    """Owners are found at arrival, whatever the windows."""
    leads = [lead("L1", 1), lead("L2", 2)]
    played = play(world(leads, [Rep(rep_id="ana", capacity=9)]), Method.INSTANT,
                  Windows(minutes=600))
    assert (hours_of(played), played.mean_wait_minutes) == ([1, 2], 0)


def test_instant_routing_takes_held_leads_to_the_next_window() -> None:
    """A slot that comes at midnight goes to the lead that waits, when the window closes."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    leads = [lead("L1", 1), lead("L2", 2)]
    played = play(world(leads, reps, hours=30), Method.INSTANT, Windows(minutes=25 * 60))
    assert hours_of(played) == [1, 25]


def test_floors_are_made_anew_when_that_is_due() -> None:
    """Every half hour at most, and only when there is something to decide."""
    policy = flat_policy(horizon={"refresh_minutes": 30})
    leads = [lead(f"L{n}", hours) for n, hours in enumerate((1, 1.2, 1.5, 3, 3.4))]
    reps = [Rep(rep_id="ana", capacity=9)]
    made = {method: play(world(leads, reps, policy=policy), method).num_floors_made
            for method in (Method.OPTIMAL, Method.OPTIMAL_YESTERDAY, Method.OPTIMAL_REFRESHED,
                           Method.INSTANT)}
    assert list(made.values()) == [0, 1, 3, 3]


def test_a_pair_counts_at_its_value_when_it_is_assigned() -> None:
    """After a half-life of waiting the lead brings half; the hidden truth fades likewise."""
    policy = flat_policy(freshness={"half_life_hours": 3})
    played = play(world([lead("L1", 1), lead("L2", 4)], [Rep(rep_id="ana", capacity=9)],
                        policy=policy), windows=Windows(leads=2))
    assert [offer.value for offer in played.offers] == [5_000, 10_000]
    assert (played.true_value, played.won) == (None, None)


def test_utilisation_counts_slots_that_lapse() -> None:
    """Of three slots a day, two are used on the first and one on the second: 3 of 6."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=3)]
    played = play(world([lead("L1", 1), lead("L2", 2), lead("L3", 30)], reps, hours=48))
    assert played.utilisation == pytest.approx(0.5)


def test_an_empty_world_is_played() -> None:
    """No leads, no reps: nothing happens, and nothing is made up."""
    for method in Method:
        for played in (world([], []), world([lead("L1", 1)], []),
                       world([], [Rep(rep_id="ana", capacity=1)])):
            nothing = play(played, method)
            assert (nothing.value, nothing.owned, nothing.mean_wait_minutes) == (0, 0, None)


def test_a_lead_that_cannot_be_routed_is_never_owned() -> None:
    """One that has an owner or lacks its deal value stays where it is."""
    leads = [lead("L1", 1, owner_id="eve"), lead("L2", 2).model_copy(update={"deal_value": None})]
    for method in Method:
        played = play(world(leads, [Rep(rep_id="ana", capacity=9)]), method)
        assert (played.owned, played.held_at_end) == (0, 2)


@pytest.mark.parametrize("held", Held)
@pytest.mark.parametrize("method", Method)
def test_every_method_plays_a_generated_day(method: Method, held: Held) -> None:
    """With refusals, an illness and a hidden truth; the checker replays it."""
    day = generate_world(60, 6, 3, slots_per_lead=0.8, surprise=Surprise.ILLNESS, noise=0.5)
    behaviour = Behaviour(reject=0.1, time_out=0.1, open_hours=8)
    played = play(world(day.arrivals, day.reps, policy=day.policy, history=day.history,
                        illnesses=day.illnesses, truth=day.truth, behaviour=behaviour),
                  method, Windows(leads=7), held)
    assert played.owned > 10
    assert played.true_value is not None
    assert played.won is not None


def test_floors_bring_more_on_a_generated_day() -> None:
    """With few slots, keeping them for better leads is worth a third more at least."""
    day = generate_world(300, 15, 1, slots_per_lead=0.5)
    value = {method: run(day, method, windows=Windows(leads=10), held=Held.LOST).value
             for method in (Method.OPTIMAL, Method.OPTIMAL_YESTERDAY, Method.OPTIMAL_REFRESHED,
                            Method.INSTANT)}
    assert value[Method.OPTIMAL_YESTERDAY] > 1.33 * value[Method.OPTIMAL]
    assert value[Method.OPTIMAL_REFRESHED] > 1.33 * value[Method.OPTIMAL]
    assert value[Method.INSTANT] > 0.98 * value[Method.OPTIMAL_REFRESHED]


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda w: world([lead("L1", 25)], w.reps), "'L1' was created at .* outside the world"),
    (lambda w: world([lead("L2", 2), lead("L1", 1)], w.reps), "sort the arrivals"),
    (lambda w: world([lead("L1", 1), lead("L1", 2)], w.reps), "share a lead_id"),
    (lambda w: world((), w.reps, illnesses=(Illness("eve", START),)), "names rep 'eve'"),
    (lambda w: world((), w.reps, changes=(RepChange("eve", START),)), "a change names rep 'eve'"),
    (lambda w: world([lead("L1", 1)], w.reps, history=[lead("L0", 1)]), "leads created after"),
])
def test_a_world_that_cannot_be_is_refused(spoil: Callable[[World], World], message: str) -> None:
    """The message names what is wrong and what to do."""
    spoiled = spoil(world([], [Rep(rep_id="ana", capacity=1)]))
    with pytest.raises(UsageError, match=message):
        run(spoiled, Method.OPTIMAL_YESTERDAY, windows=ONE, held=Held.LOST)


@pytest.mark.parametrize(("leads", "minutes", "message"), [
    (None, None, "exactly one"), (1, 1.0, "exactly one"), (0, None, "1 or more"),
    (None, 0.0, "above 0"), (None, float("inf"), "above 0")])
def test_windows_that_cannot_close_are_refused(leads: int | None, minutes: float | None,
                                               message: str) -> None:
    """One of the two numbers, and above 0."""
    with pytest.raises(UsageError, match=message):
        Windows(leads=leads, minutes=minutes)


def test_minutes_may_be_fractions() -> None:
    """Windows of half a minute close twice a minute."""
    leads = [lead("L1", 0), lead("L2", 45 / 3600)]
    played = play(world(leads, [Rep(rep_id="ana", capacity=9)], hours=0.1),
                  windows=Windows(minutes=0.5))
    assert [offer.at - START for offer in played.offers] == [
        timedelta(seconds=30), timedelta(seconds=60)]


@pytest.mark.parametrize(("change", "message"), [
    ({"reps": (Rep(rep_id="z", capacity=1), Rep(rep_id="a", capacity=1))}, "sort the reps"),
    ({"reps": (Rep(rep_id="a", capacity=1),) * 2}, "each once"),
    ({"behaviour": Behaviour(reject=-0.1)}, "behaviour.reject is -0.1"),
    ({"behaviour": Behaviour(reject=0.6, time_out=0.6)}, "sum to more than 1"),
    ({"behaviour": Behaviour(open_hours=-1.0)}, "behaviour.open_hours is -1"),
    ({"behaviour": Behaviour(time_out_minutes=0.0)}, "behaviour.time_out_minutes is 0")])
def test_worlds_that_cannot_be_are_named(change: dict[str, Any], message: str) -> None:
    """Reps out of order or twice, and rates that are none."""
    one = replace(world([lead("L1", 1)], [Rep(rep_id="a", capacity=1)]), **change)
    with pytest.raises(UsageError, match=message):
        run(one, Method.GREEDY, windows=Windows(leads=1), held=Held.LOST)


def test_a_day_of_equal_leads_loses_nothing_to_floors() -> None:
    """Leads of one value that wait for the same slots do not keep them from each other."""
    leads = [lead(f"L{n:03d}", n / 5) for n in range(100)]
    history = [own.model_copy(update={"lead_id": f"H{day}{own.lead_id}",
                                      "created_at": own.created_at - timedelta(days=day + 1)})
               for day in range(3) for own in leads if own.created_at is not None]
    one = replace(world(leads, [Rep(rep_id=f"r{n}", capacity=10) for n in range(3)]),
                  history=tuple(sorted(history, key=lambda own: (own.created_at, own.lead_id))))
    for method in (Method.OPTIMAL, Method.OPTIMAL_REFRESHED, Method.INSTANT):
        for held in Held:
            got = run(one, method, windows=Windows(leads=5), held=held)
            assert got.owned == 30
