"""Whatever happens in a small world, every method keeps every rule and stays below the ceiling."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.models import Lead, Policy, Rep
from solver.models.policy import Freshness, Horizon
from solver.simulate import Held, Method, Windows, ceiling, run
from solver.world import Behaviour, Illness, World
from tests.simulated import HOUR, MINUTE, START, check_run, flat_policy, world

_ZONES = (None, "UTC", "America/New_York", "Asia/Kolkata")
#: Enough past leads, two an hour, for a forecast at a steady rate.
_HISTORY = tuple(
    Lead(lead_id=f"H{n:02d}", created_at=START - (n + 1) * 30 * MINUTE,
         deal_value=100.0 + 37 * (n % 11), score=100.0) for n in range(30))


def _leads() -> SearchStrategy[tuple[Lead, ...]]:
    """Draw arrivals on a grid of ten minutes, so that some come at the same instant."""
    rows = st.tuples(st.integers(0, 200), st.sampled_from([100.0, 130.0, 400.0]),
                     st.sampled_from([(), (), ("ana",)]))
    return st.lists(rows, max_size=9).map(lambda drawn: tuple(
        Lead(lead_id=f"L{n}", created_at=START + tens * 10 * MINUTE, deal_value=deal, score=100.0,
             excluded_rep_ids=excluded)
        for n, (tens, deal, excluded) in enumerate(sorted(drawn))))


@st.composite
def _reps(draw: st.DrawFn) -> tuple[Rep, ...]:
    """Draw three reps with or without a cap, a load and working hours."""
    def rep(rep_id: str) -> Rep:
        zone = draw(st.sampled_from(_ZONES))
        hours = ("Mon-Sun 09:00-17:00",) if zone and draw(st.booleans()) else ()
        return Rep(rep_id=rep_id, capacity=draw(st.integers(0, 3)),
                   open_leads=draw(st.integers(0, 1)), assigned_today=draw(st.integers(0, 1)),
                   daily_cap=draw(st.sampled_from([None, 1, 2])), timezone=zone,
                   working_hours=hours, performance=draw(st.sampled_from([0.5, 1.0])))

    return tuple(rep(rep_id) for rep_id in ("ana", "ben", "cal"))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of a day and a half in which anything may happen."""
    policy: Policy = flat_policy().model_copy(update={
        "freshness": Freshness(half_life_hours=draw(st.sampled_from([None, 1.0, 24.0])),
                               max_age_hours=draw(st.sampled_from([None, 0.5, 10.0]))),
        "horizon": Horizon(refresh_minutes=300, horizon_hours=12),
        "reserve_value": draw(st.sampled_from([0.0, 60.0]))})
    reject = draw(st.sampled_from([0.0, 0.4]))
    behaviour = Behaviour(reject=reject, time_out=draw(st.sampled_from([0.0, 0.4])),
                          time_out_minutes=draw(st.sampled_from([30.0, 300.0])),
                          open_hours=draw(st.sampled_from([None, None, 5.0])))
    illnesses = tuple(Illness("ana", START + n * HOUR) for n in draw(
        st.lists(st.integers(0, 40), max_size=1)))
    reps = draw(_reps())
    if behaviour.open_hours is not None:  # the checker does not know when these would close
        reps = tuple(rep.model_copy(update={"open_leads": 0}) for rep in reps)
    return world(draw(_leads()), reps, hours=36, policy=policy, history=_HISTORY,
                 behaviour=behaviour, illnesses=illnesses, seed=draw(st.integers(0, 9)))


_WINDOWS = st.sampled_from([Windows(leads=1), Windows(leads=3), Windows(minutes=45),
                            Windows(minutes=600)])


@given(worlds(), st.sampled_from(Method), _WINDOWS, st.sampled_from(Held))
@settings(max_examples=150, deadline=None)
def test_a_run_keeps_every_rule_and_stays_below_the_ceiling(
        played: World, method: Method, windows: Windows, held: Held) -> None:
    """Slots, caps, illness, refusals, values, and that no arrival gets lost or owned twice."""
    once = run(played, method, windows=windows, held=held)
    check_run(played, once)
    assert once.value <= ceiling(played).value
    assert once == run(played, method, windows=windows, held=held)


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_a_slot_that_reopens_after_the_end_does_not_reopen(played: World) -> None:
    """The relaxation agrees with the flow where leads stay open for years."""
    behaviour = Behaviour(open_hours=1e7)
    idle = tuple(rep.model_copy(update={"open_leads": 0}) for rep in played.reps)
    exact = world(played.arrivals, idle, hours=36, policy=played.policy,
                  illnesses=played.illnesses)
    relaxed = world(played.arrivals, idle, hours=36, policy=played.policy,
                    illnesses=played.illnesses, behaviour=behaviour)
    assert abs(ceiling(relaxed).value - ceiling(exact).value) <= 1


@given(worlds(), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_a_slot_more_never_lowers_the_ceiling(played: World, more: int) -> None:
    """More capacity leaves every plan possible."""
    reps = tuple(rep.model_copy(update={"capacity": rep.capacity + more}) for rep in played.reps)
    wider = world(played.arrivals, reps, hours=36, policy=played.policy,
                  behaviour=played.behaviour, illnesses=played.illnesses, seed=played.seed)
    assert ceiling(wider).value >= ceiling(played).value - 1


def test_the_history_makes_floors() -> None:
    """The worlds above are no test of floors unless their history gives some."""
    reps = (Rep(rep_id="ana", capacity=1),)
    played = world([Lead(lead_id="L1", created_at=START + timedelta(hours=1), deal_value=100,
                         score=100)], reps, hours=36, history=_HISTORY)
    kept = run(played, Method.OPTIMAL_YESTERDAY, windows=Windows(leads=1), held=Held.LOST)
    assert (kept.owned, kept.lost, kept.num_floors_made) == (0, 1, 1)
