"""Generated days: what they hold, what surprises change, and what views tell of the truth."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from solver.errors import UsageError
from solver.generate import DayOptions, Surprise, generate_world, held_constant
from solver.matrix.rows import ValueRows
from solver.matrix.territories import TerritoryFinder
from solver.models import Lead, Rep, Window
from solver.world import World

AT = datetime(2026, 11, 18, tzinfo=UTC)
DAY = timedelta(days=1)
SHORT = DayOptions(history_days=2)
OFFICES = DayOptions(calendars=True)
NO_HISTORY = DayOptions(history_days=0)


@pytest.fixture(scope="module")
def plain() -> World:
    """A day of 400 leads as the history lets expect it."""
    return generate_world(400, 30, seed=5, slots_per_lead=0.8, options=SHORT)


@pytest.fixture(scope="module")
def hidden() -> World:
    """The same day with a truth, half of each view being noise."""
    return generate_world(400, 30, seed=5, slots_per_lead=0.8, noise=0.5, options=SHORT)


@pytest.fixture(scope="module")
def offices() -> World:
    """A large day, and the week before it, by the clocks of many zones."""
    return generate_world(1000, 30, seed=2, slots_per_lead=0.8, options=OFFICES)


def surprised(surprise: Surprise, noise: float | None = None) -> World:
    """The day of the fixtures, but for one surprise."""
    return generate_world(400, 30, seed=5, slots_per_lead=0.8, surprise=surprise, noise=noise,
                          options=SHORT)


def created(lead: Lead) -> datetime:
    """When a lead came."""
    assert lead.created_at is not None
    return lead.created_at


def unnumbered(leads: Sequence[Lead]) -> list[Lead]:
    """Leads without their ids, which a surprise gives anew."""
    return [lead.model_copy(update={"lead_id": "?"}) for lead in leads]


def timeless(leads: Sequence[Lead]) -> list[str]:
    """Leads without ids and instants, in an order of their own."""
    return sorted(str(lead.model_copy(update={"lead_id": "?", "created_at": None}))
                  for lead in leads)


def without(reps: Sequence[Rep], **fields: Any) -> list[Rep]:
    """Reps with some fields set alike."""
    return [rep.model_copy(update=fields) for rep in reps]


def win(world: World) -> np.ndarray[Any, np.dtype[np.float64]]:
    """True chances of winning."""
    assert world.truth is not None
    return world.truth.win


def rows_of(world: World) -> ValueRows:
    """The matrix of a world's records, all at its start."""
    return ValueRows(Window(at=world.start, leads=world.arrivals, reps=world.reps,
                            policy=world.policy))


# ------------------------------------------------------------------------------ what a day holds

def test_counts_and_span() -> None:
    """Each day brings exactly the leads asked for, arrivals in the span, the history before it."""
    world = generate_world(120, 7, seed=1, slots_per_lead=0.5,
                           options=DayOptions(days=3, history_days=4))
    assert (world.start, world.end, len(world.reps)) == (AT, AT + 3 * DAY, 7)
    arrivals, history = (Counter((created(lead) - AT) // DAY for lead in leads)
                         for leads in (world.arrivals, world.history))
    assert arrivals == dict.fromkeys(range(3), 120)
    assert history == dict.fromkeys(range(-4, 0), 120)


@pytest.mark.parametrize("surprise", Surprise)
def test_ids_rise_with_time(surprise: Surprise) -> None:
    """Leads stand in the order in which they came, and so do their ids; none stands twice."""
    world = surprised(surprise)
    for leads in (world.history, world.arrivals):
        ids, instants = [lead.lead_id for lead in leads], [created(lead) for lead in leads]
        assert ids == sorted(set(ids))
        assert instants == sorted(instants)
    assert world.history[-1].lead_id < world.arrivals[0].lead_id
    assert all(world.start <= created(lead) < world.end for lead in world.arrivals)


def test_leads_are_complete_and_free(plain: World) -> None:
    """No lead lacks what a value needs, has an owner or excludes a rep."""
    for lead in (*plain.arrivals, *plain.history):
        assert None not in (lead.deal_value, lead.score)
        assert lead.owner_id is None
        assert lead.excluded_rep_ids == ()


def test_leads_come_at_all_hours(plain: World) -> None:
    """Without calendars each quarter of the day brings about a quarter of the leads."""
    quarters = Counter(created(lead).hour // 6 for lead in (*plain.arrivals, *plain.history))
    # 300 each; four standard deviations are 60.
    assert all(240 < quarters[quarter] < 360 for quarter in range(4))


def test_around_the_clock(plain: World) -> None:
    """Without calendars a rep's value does not depend on the time of day."""
    assert all((rep.timezone, rep.working_hours, rep.time_off, rep.holidays) == (None, (), (), ())
               for rep in plain.reps)
    noon = ValueRows(Window(at=AT + DAY / 2, leads=plain.arrivals, reps=plain.reps,
                            policy=plain.policy))
    block = slice(0, 50)
    assert np.array_equal(rows_of(plain).rows(block).value, noon.rows(block).value)
    assert noon.rows(block).value.any()


@pytest.mark.parametrize(("num_leads", "num_reps", "slots_per_lead"),
                         [(1000, 50, 0.5), (1000, 50, 1.2), (37, 6, 0.8), (1, 3, 0.4), (5, 1, 2.5)])
def test_slots_are_exact(num_leads: int, num_reps: int, slots_per_lead: float) -> None:
    """Daily caps sum to the slots asked for, each within a slot of half to one and a half mean."""
    world = generate_world(num_leads, num_reps, seed=3, slots_per_lead=slots_per_lead,
                           options=NO_HISTORY)
    total = round(num_leads * slots_per_lead)
    caps = [rep.free_slots for rep in world.reps]
    assert sum(caps) == total
    mean = total / num_reps
    assert all(0.5 * mean - 1 <= cap <= 1.5 * mean + 1 for cap in caps)
    assert num_reps < 50 or max(caps) > 1.4 * mean > 0.6 * mean > min(caps)
    assert all(rep.active and rep.open_leads == rep.assigned_today == 0 for rep in world.reps)
    assert all(rep.capacity > 100 * total for rep in world.reps)


def test_policy_lasts_a_day(plain: World) -> None:
    """Age takes no worth, the horizon is a day, and the markets' territories are there."""
    assert plain.policy.freshness.half_life_hours is None
    assert plain.policy.freshness.max_age_hours is None
    assert plain.policy.horizon.horizon_hours == 24
    assert {rule.name for rule in plain.policy.territories} >= {"US East", "DACH"}


def test_offices_open_at_eight(offices: World) -> None:
    """With calendars nine in ten leads come from 8 to 18 in their own zone, Monday to Friday."""
    local = [created(lead).astimezone(ZoneInfo(lead.timezone or "UTC"))
             for lead in offices.arrivals]
    busy = sum(8 <= instant.hour < 18 for instant in local) / len(local)
    assert 0.9 < busy < 0.97
    assert len({lead.timezone for lead in offices.arrivals}) > 3
    assert all(rep.working_hours and rep.timezone for rep in offices.reps)
    assert any(rep.time_off for rep in offices.reps)


def test_weekends_are_quiet(offices: World) -> None:
    """With calendars a working day brings all leads, a Saturday or Sunday a ninth of them."""
    by_weekday = Counter(created(lead).date().isoformat() for lead in offices.history)
    assert by_weekday["2026-11-17"] == len(offices.arrivals) == 1000
    assert by_weekday["2026-11-14"] == by_weekday["2026-11-15"] == 112


# ------------------------------------------------------------ same arguments, same random numbers

@pytest.mark.parametrize("arguments", [
    {}, {"noise": 0.3}, {"surprise": Surprise.SEGMENT_DOUBLES, "noise": 0.3},
    {"surprise": Surprise.MORNING_RUSH}])
def test_same_arguments_same_bytes(arguments: dict[str, Any]) -> None:
    """The arguments alone decide, down to the byte; another seed gives another world."""
    def make(seed: int) -> bytes:
        return pickle.dumps(generate_world(60, 8, seed, slots_per_lead=0.8, options=SHORT,
                                           **arguments))

    first = make(4)
    np.random.seed(0)  # noqa: NPY002
    assert make(4) == first
    assert make(9) != first


def test_slots_change_alone(plain: World) -> None:
    """With other slots per lead, only the daily caps differ, and their order stays."""
    more = generate_world(400, 30, seed=5, slots_per_lead=1.2, options=SHORT)
    assert more.arrivals == plain.arrivals
    assert more.history == plain.history
    assert without(more.reps, daily_cap=None) == without(plain.reps, daily_cap=None)
    caps = [[rep.free_slots for rep in world.reps] for world in (plain, more)]
    assert np.corrcoef(*caps)[0, 1] > 0.99


def test_noise_changes_views_alone(plain: World, hidden: World) -> None:
    """Noise changes scores and levels; the truth, deals, needs and instants stay."""
    other = generate_world(400, 30, seed=5, slots_per_lead=0.8, noise=0.9, options=SHORT)
    assert np.array_equal(win(other), win(hidden))
    views = {"score": 0.0, "required_skills": {}}
    for leads in ("arrivals", "history"):
        assert ([lead.model_copy(update=views) for lead in getattr(plain, leads)]
                == [lead.model_copy(update=views) for lead in getattr(other, leads)])
    views = {"skills": {}, "performance": 1.0}
    assert without(other.reps, **views) == without(plain.reps, **views)
    assert [set(rep.skills) for rep in other.reps] == [set(rep.skills) for rep in plain.reps]
    assert other.arrivals != hidden.arrivals
    assert other.reps != hidden.reps


def test_longer_is_the_same_and_more() -> None:
    """More days and a longer history begin and end with the same leads."""
    short, long = (generate_world(50, 5, 1, slots_per_lead=1.0, options=options) for options in
                   (DayOptions(history_days=2), DayOptions(days=2, history_days=5)))
    assert long.arrivals[:50] == short.arrivals
    assert unnumbered(long.history[-100:]) == unnumbered(short.history)


def test_arrivals_are_not_the_history(plain: World) -> None:
    """No day repeats another one: deals and instants of all days differ."""
    days = [[lead.deal_value for lead in (*plain.history, *plain.arrivals)[n:n + 400]]
            for n in (0, 400, 800)]
    assert all(a != b for n, a in enumerate(days) for b in days[:n])


# -------------------------------------------------------------------------------------- surprises

@pytest.mark.parametrize("surprise", [each for each in Surprise if each != Surprise.NONE])
@pytest.mark.parametrize("noise", [None, 0.5])
def test_a_surprise_leaves_the_rest_alone(surprise: Surprise, noise: float | None) -> None:
    """History, reps and policy know nothing; another thing than those has changed."""
    before, after = surprised(Surprise.NONE, noise), surprised(surprise, noise)
    assert after.history == before.history
    assert after.reps == before.reps
    assert after.policy == before.policy
    assert after.arrivals != before.arrivals or after.illnesses
    assert noise is None or win(after).shape == (len(after.arrivals), len(after.reps))


@pytest.mark.parametrize("surprise", Surprise)
def test_the_truth_follows_its_lead(surprise: Surprise) -> None:
    """Whatever a surprise does to the arrivals, each row of the truth stays with its lead."""
    world = surprised(surprise, noise=0.0)
    rows = rows_of(world)
    expected = np.concatenate([rows.rows(block).match for block in rows.blocks()])
    expected *= np.array([lead.score for lead in world.arrivals])[:, None] / 100
    np.testing.assert_allclose(win(world), expected, atol=1e-6)
    assert not win(world).flags.writeable


def test_morning_rush(plain: World) -> None:
    """Half of the same leads come in the first three hours; the others when they would have."""
    rush = surprised(Surprise.MORNING_RUSH)
    early = [created(lead) < AT + timedelta(hours=3) for lead in rush.arrivals]
    assert sum(early) == 200
    assert sum(created(lead) < AT + timedelta(hours=3) for lead in plain.arrivals) < 80
    assert timeless(rush.arrivals) == timeless(plain.arrivals)
    assert {created(lead) for lead in rush.arrivals[200:]} <= {created(lead)
                                                              for lead in plain.arrivals}


def test_morning_rush_at_the_offices(offices: World) -> None:
    """With calendars the rush is from 8 to 11 in each lead's zone, in the same UTC day."""
    rush = generate_world(1000, 30, seed=2, slots_per_lead=0.8, options=OFFICES,
                          surprise=Surprise.MORNING_RUSH)
    local = [created(lead).astimezone(ZoneInfo(lead.timezone or "UTC")) for lead in rush.arrivals]
    assert sum(8 <= instant.hour < 11 for instant in local) == 500
    assert all(AT <= created(lead) < AT + DAY for lead in rush.arrivals)
    assert timeless(rush.arrivals) == timeless(offices.arrivals)


def test_morning_rush_every_day() -> None:
    """Each of several days has its rush."""
    world = generate_world(100, 5, 1, slots_per_lead=1.0, surprise=Surprise.MORNING_RUSH,
                           options=DayOptions(days=2, history_days=0))
    early = Counter((created(lead) - AT) // DAY for lead in world.arrivals
                    if created(lead).hour < 3)
    assert early == {0: 50, 1: 50}


def test_segment_doubles(plain: World) -> None:
    """The largest territory brings about twice its leads, the new ones being no copies."""
    finder = TerritoryFinder(plain.policy)
    before = Counter(map(finder.find, plain.arrivals))
    doubled = surprised(Surprise.SEGMENT_DOUBLES)
    after = Counter(map(finder.find, doubled.arrivals))
    largest = before.most_common(1)[0][0]
    assert 1.6 * before[largest] < after[largest] < 2.4 * before[largest]
    assert after - Counter({largest: after[largest]}) == before - Counter(
        {largest: before[largest]})
    new = Counter(timeless(doubled.arrivals)) - Counter(timeless(plain.arrivals))
    assert new.total() == len(doubled.arrivals) - len(plain.arrivals)
    assert len({(lead.company, lead.deal_value, lead.email) for lead in doubled.arrivals}) == len(
        doubled.arrivals)


def test_leads_of_a_doubled_segment_have_luck_of_their_own() -> None:
    """No lead that comes on top has the score of another one."""
    scores = [lead.score for lead in surprised(Surprise.SEGMENT_DOUBLES, noise=0.5).arrivals]
    assert len(set(scores)) > 0.99 * len(scores)


def test_illness() -> None:
    """The tenth of the reps with the most slots falls ill at noon; at least one does."""
    world = surprised(Surprise.ILLNESS)
    ill = {illness.rep_id for illness in world.illnesses}
    assert len(ill) == 3
    assert {illness.at for illness in world.illnesses} == {AT + timedelta(hours=12)}
    slots = {rep.rep_id: rep.free_slots for rep in world.reps}
    well = set(slots) - ill
    assert min(slots[rep_id] for rep_id in ill) >= max(slots[rep_id] for rep_id in well)
    alone = generate_world(5, 1, 1, slots_per_lead=1.0, surprise=Surprise.ILLNESS)
    assert [illness.rep_id for illness in alone.illnesses] == ["r-01"]


def test_quiet_days(plain: World) -> None:
    """Exactly 50 % and 30 % of the leads come, at their instants, the fewer among the more."""
    half, third = (unnumbered(surprised(surprise).arrivals)
                   for surprise in (Surprise.QUIET_50, Surprise.QUIET_30))
    assert (len(half), len(third)) == (200, 120)
    everyone = unnumbered(plain.arrivals)
    assert all(lead in everyone for lead in half)
    assert all(lead in half for lead in third)
    quarters = Counter(created(lead).hour // 6 for lead in half)
    assert all(25 < quarters[quarter] < 75 for quarter in range(4))


# -------------------------------------------------------------------------------- the hidden truth

def test_truth_has_a_realistic_spread() -> None:
    """Chances at best have a mean near 0.2, few above a half; no view tells required skills."""
    world = generate_world(4000, 5, seed=1, slots_per_lead=0.5, noise=0.0, options=NO_HISTORY)
    chances = np.array([lead.score for lead in world.arrivals]) / 100
    assert abs(chances.mean() - 0.2) < 0.01
    assert 0.02 < (chances > 0.5).mean() < 0.1
    assert np.quantile(chances, 0.05) < 0.03
    assert not any(lead.required_skills for lead in world.arrivals)
    assert {rep.performance for rep in world.reps} == {1.0}


@pytest.mark.parametrize("calibrated", [True, False])
def test_no_noise_no_error(calibrated: bool) -> None:
    """At noise 0 the policy's own value is the expected value: deal value x chance of winning."""
    world = generate_world(100, 12, seed=8, slots_per_lead=1.0, noise=0.0,
                           options=replace(SHORT, calibrated=calibrated))
    rows = rows_of(world)
    deals = np.array([lead.deal_value for lead in world.arrivals])
    for block in rows.blocks():
        seen = rows.rows(block)
        expected = 100 * deals[block, None] * win(world)[block]
        eligible = seen.refused == 0
        np.testing.assert_allclose(seen.value[eligible], expected[eligible], rtol=1e-9, atol=0.51)
        assert eligible.any()


def test_calibrated_views_hold_what_they_promise() -> None:
    """Leads of any view have that chance in the mean: by deciles, within the sampling error."""
    seen, true = (np.array([lead.score for lead in generate_world(
        5000, 3, seed=6, slots_per_lead=0.5, noise=noise, options=NO_HISTORY).arrivals])
        for noise in (0.5, 0.0))
    assert_calibrated(seen, true)
    slope = np.polyfit(seen, true, 1)[0]
    assert abs(slope - 1) < 0.06


def test_levels_are_calibrated_too() -> None:
    """Reps of any view of a skill have that level in the mean, and so has their value."""
    seen, true = (generate_world(40, 600, seed=6, slots_per_lead=5.0, noise=noise,
                                 options=NO_HISTORY) for noise in (0.5, 0.0))
    levels = [np.array([level for rep in world.reps for level in rep.skills.values()])
              for world in (seen, true)]
    assert_calibrated(*levels)


def assert_calibrated(
    seen: np.ndarray[Any, np.dtype[np.float64]], true: np.ndarray[Any, np.dtype[np.float64]]
) -> None:
    """Over all and by deciles of the view, its mean is the truth's within four standard errors."""
    for decile in (np.arange(seen.size), *np.array_split(np.argsort(seen), 10)):
        error = true[decile] - seen[decile]
        assert abs(error.mean()) < 4 * error.std() / np.sqrt(error.size)


def test_views_that_are_believed_are_as_spread_as_the_truth() -> None:
    """Not calibrated, views spread like the truth at any noise, and so promise too much."""
    believed = replace(NO_HISTORY, calibrated=False)
    true, half, blind = (np.array([lead.score for lead in generate_world(
        4000, 3, seed=6, slots_per_lead=0.5, noise=noise, options=believed).arrivals])
        for noise in (0.0, 0.5, 1.0))
    assert abs(half.std() / true.std() - 1) < 0.08
    assert abs(blind.std() / true.std() - 1) < 0.08
    assert np.polyfit(half, true, 1)[0] < 0.7
    assert abs(np.polyfit(blind, true, 1)[0]) < 0.07


@pytest.mark.parametrize("surprise", [Surprise.NONE, Surprise.SEGMENT_DOUBLES])
def test_pure_noise_tells_nothing(surprise: Surprise) -> None:
    """At noise 1 the records are exactly those where score and fit are held constant."""
    blind, clear = (surprised(surprise, noise=noise) for noise in (1.0, 0.2))
    constant = held_constant(clear)
    assert blind.arrivals == constant.arrivals
    assert blind.history == constant.history
    assert blind.reps == constant.reps
    assert constant.truth is clear.truth
    assert np.array_equal(win(blind), win(clear))
    assert len({lead.score for lead in (*blind.arrivals, *blind.history)}) == 1
    assert len({level for rep in blind.reps for level in rep.skills.values()}) == 1


def test_constants_are_the_means() -> None:
    """What score and level are held at is the mean of the truth."""
    world = generate_world(2000, 300, seed=1, slots_per_lead=1.0, noise=0.0, options=NO_HISTORY)
    constant = held_constant(world)
    scores, score = (np.array([lead.score for lead in leads])
                     for leads in (world.arrivals, constant.arrivals))
    assert abs(scores.mean() - score[0]) < 4 * scores.std() / np.sqrt(scores.size)
    levels, level = (np.array([level for rep in reps for level in rep.skills.values()])
                     for reps in (world.reps, constant.reps))
    assert abs(levels.mean() - level[0]) < 4 * levels.std() / np.sqrt(levels.size)


def test_history_has_views_of_its_own(hidden: World) -> None:
    """The history's scores are of the same process, and not those of the day."""
    ahead, past = (np.array([lead.score for lead in leads])
                   for leads in (hidden.arrivals, hidden.history))
    assert abs(ahead.mean() - past.mean()) < 4 * ahead.std() / np.sqrt(ahead.size)
    assert np.isin(past, ahead).mean() < 0.01


# ------------------------------------------------------------------------------------ bad arguments

@pytest.mark.parametrize(("arguments", "message"), [
    ({"num_leads": 0}, r"num_leads 0 must be 1 or more"),
    ({"num_reps": 0}, r"num_reps 0 must be 1 or more"),
    ({"seed": -1}, r"seed -1 must be 0 or more"),
    ({"slots_per_lead": 0.0}, r"slots_per_lead 0 must be above 0.*0\.8 means"),
    ({"slots_per_lead": float("nan")}, r"slots_per_lead nan must be above 0"),
    ({"slots_per_lead": 1e9}, r"at most 1,000"),
    ({"noise": 1.5}, r"noise 1\.5 must be from 0.*leave it out"),
    ({"noise": float("nan")}, r"noise nan must be"),
    ({"surprise": "flood"}, r"'flood' must be one of none, morning_rush"),
    ({"options": DayOptions(days=0)}, r"days 0 must be 1 or more"),
    ({"options": DayOptions(history_days=-1)}, r"history_days -1 must be 0 or more"),
    ({"options": DayOptions(at=AT + timedelta(hours=9))}, r"give 0:00 UTC, such as 2026-11-18"),
    ({"options": DayOptions(at=datetime(2026, 11, 18))}, r"no time zone"),
])
def test_impossible_arguments(arguments: dict[str, Any], message: str) -> None:
    """What cannot be made up is refused by name, value, rule and remedy."""
    given: dict[str, Any] = {"num_leads": 5, "num_reps": 2, "seed": 1, "slots_per_lead": 1.0}
    with pytest.raises(UsageError, match=message):
        generate_world(**given | arguments)


def test_constant_needs_a_truth(plain: World) -> None:
    """A world without a hidden truth has no mean to hold its scores at, and says so."""
    with pytest.raises(UsageError, match=r"no hidden truth.*generate it with noise"):
        held_constant(plain)


@pytest.mark.parametrize("num_leads", [1, 2])
@pytest.mark.parametrize("surprise", Surprise)
@pytest.mark.parametrize("options", [NO_HISTORY, OFFICES, DayOptions(
    at=datetime(2026, 11, 21, 1, tzinfo=timezone(timedelta(hours=1))), calendars=True)])
def test_any_size(num_leads: int, surprise: Surprise, options: DayOptions) -> None:
    """The smallest days, weekends and any offset of midnight UTC work with every surprise."""
    world = generate_world(num_leads, 1, seed=1, slots_per_lead=1.0, surprise=surprise, noise=0.5,
                           options=options)
    assert len(world.arrivals) <= 2 * num_leads
    assert win(world).shape == (len(world.arrivals), 1)
    assert world.start.tzinfo is UTC
