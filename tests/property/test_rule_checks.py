"""What rules leave nobody, and when nobody is at work, against asking one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from solver.calendar.working import next_working_instant, schedule_from
from solver.calendar.zones import zone
from solver.filters import About, parse_filter
from solver.matrix.rows import ValueRows
from solver.models import CustomRule, Lead, Policy, Rep, RuleKind, Window
from solver.rule_checks.contradictions import contradictions
from solver.rule_checks.cover import uncovered
from solver.rule_checks.looked_at import LookedAt
from solver.rule_checks.serving import Hours
from tests.oracle.filters import World, matches
from tests.property.strategies import AT

_COUNTRIES, _TEAMS = ("DE", "US", None), ("West", "East", None)
_LEADS = st.lists(st.sampled_from(_COUNTRIES), min_size=1, max_size=4).map(lambda drawn: tuple(
    Lead(lead_id=f"L{at}", created_at=AT, deal_value=10, score=50, country=country)
    for at, country in enumerate(drawn)))
_REPS = st.lists(st.tuples(st.sampled_from(_TEAMS), st.sampled_from(_COUNTRIES), st.booleans()),
                 min_size=1, max_size=4).map(lambda drawn: tuple(
    Rep(rep_id=f"r{at}", capacity=1, team=team, active=active,
        attributes={} if country is None else {"country": country})
    for at, (team, country, active) in enumerate(drawn))).filter(
    lambda people: any(rep.active for rep in people))
_RULE = st.tuples(
    st.sampled_from((RuleKind.MUST, RuleKind.MUST_NOT)),
    st.sampled_from((None, 'country = "DE"', 'country != "DE"')),
    st.sampled_from((None, 'team = "West"', 'team = "East"', "team is blank",
                     "country = lead.country", 'country = "US" or team = "West"', 'rep_id = "r0"')))


@given(_LEADS, _REPS, st.lists(_RULE, min_size=1, max_size=4))
def test_leads_without_a_rep_are_found_with_a_smallest_set_of_rules(
        leads: tuple[Lead, ...], people: tuple[Rep, ...],
        drawn: list[tuple[RuleKind, str | None, str | None]]) -> None:
    """Exactly those whom rules leave nobody; with any one of the set fewer, somebody is left."""
    rules = tuple(CustomRule(name=f"r{at}", kind=kind, leads=of_leads, reps=of_reps)
                  for at, (kind, of_leads, of_reps) in enumerate(drawn))
    window = Window(at=AT, leads=leads, reps=people, policy=Policy(rules=rules))
    active = [rep for rep in people if rep.active]

    def left(lead: Lead, chosen: tuple[CustomRule, ...]) -> bool:
        return any(all(_lets(rule, lead, rep) for rule in chosen) for rep in active)

    found = contradictions(LookedAt(window, ValueRows(window), None), frozenset())
    assert found.leads == {at for at, lead in enumerate(leads) if not left(lead, rules)}
    for issue in found.issues:
        lead = next(one for one in leads if one.lead_id == issue.record_id)
        named = tuple(rule for rule in rules if f"'{rule.name}'" in issue.rule)
        assert not left(lead, named)
        assert all(left(lead, fewer) for fewer in combinations(named, len(named) - 1))


def _lets(rule: CustomRule, lead: Lead, rep: Rep) -> bool:
    world = World((lead,), at=AT)
    if not matches(parse_filter(rule.leads or "true").root, world, lead, None):
        return True
    there = matches(parse_filter(rule.reps or "true", About.REP).root, world, lead, rep)
    return there is (rule.kind is RuleKind.MUST)


_SHIFT = st.sampled_from((
    "Mon-Fri 09:00-17:00", "Mon-Sun 00:00-24:00", "Sat 22:00-06:00", "Sun 20:00-04:00",
    "Mon-Thu 17:00-09:00", "Wed 12:30-13:15"))
_HOURS = st.builds(Hours, st.sampled_from(("UTC", "Asia/Kolkata", "America/New_York")),
                   st.lists(_SHIFT, min_size=1, max_size=2, unique=True).map(tuple))


@given(st.lists(_HOURS, min_size=1, max_size=3),
       st.sampled_from(("UTC", "Europe/Madrid", "America/New_York")),
       st.integers(0, 400).map(lambda days: datetime(2026, 1, 1, 5, tzinfo=UTC)
                               + timedelta(days=days)))
def test_hours_without_cover_are_those_in_which_nobody_is_at_work(
        hours: list[Hours], clock: str, at: datetime) -> None:
    """Each quarter of an hour of a week from the first end of work on, asked of each calendar."""
    schedules = [schedule_from(one.timezone, one.shifts, (), (), around_the_clock=False)
                 for one in hours]

    def covered(instant: datetime) -> bool:
        return any(next_working_instant(schedule, instant, instant) for schedule in schedules)

    gaps = uncovered(hours, clock, at)
    local = at.astimezone(zone(clock))
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0)
    first = next(instant for quarter in range(4 * 24 * 8) if covered(
        instant := monday.astimezone(UTC) + timedelta(minutes=15 * quarter)))
    for quarter in range(4 * 24 * 6):
        instant = first + timedelta(minutes=15 * quarter)
        assert covered(instant) is not any(start <= instant < stop for start, stop in gaps)
