"""Hypothesis strategies for small windows: with every feature, and with massive ties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.models import Lead, Policy, Rep, Territory, Window
from solver.models.policy import Freshness, Match, Response, RouteWhen, TerritoryFit, Worth

#: A Wednesday; 15:00 in London, 10:00 in New York, 20:30 in Kolkata.
AT = datetime(2026, 11, 18, 15, tzinfo=UTC)

LEAD_IDS = ("L1", "L2", "L10", "007", "1e3", "NULL", "l1")
REP_IDS = ("ana", "Ben", "r-10", "r-2")
TERRITORIES = ("North", "South")
SKILLS = ("crm", "Straße", "payroll")
LANGUAGES = ("en", "de")

T = TypeVar("T")


def mostly(usual: T, *others: T, weight: int = 20) -> SearchStrategy[T]:
    """Draw the usual value most of the time; shrinks to it."""
    return st.sampled_from([usual] * weight + list(others))


def sometimes(usual: T, other: SearchStrategy[T], weight: int = 20) -> SearchStrategy[T]:
    """Draw the usual value most of the time, else from the other strategy."""
    return mostly(False, True, weight=weight).flatmap(
        lambda chosen: other if chosen else st.just(usual))


def _some(names: tuple[str, ...], max_size: int = 2) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=max_size, unique=True).map(tuple)


# --- policies ---------------------------------------------------------------------------------

_RULES = st.builds(
    Territory,
    name=mostly(*TERRITORIES, "*", weight=4),
    countries=mostly((), ("de",), ("GB", "US"), weight=8),
    regions=mostly((), ("bavaria",), weight=8),
    postal_prefixes=mostly((), ("sw1", "8 0"), weight=8),
    industries=mostly((), ("Retail",), weight=8),
    sources=mostly((), ("web",), weight=8),
    employees=mostly(None, (None, 100.0), (100.0, None), (None, None), weight=8),
    annual_revenue=mostly(None, (1e6, 5e6), weight=8),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy."""
    skill, territory = draw(mostly((0.6, 0.4), (1.0, 0.0), (0.0, 1.0), (0.3, 0.7), weight=2))
    return Policy(
        worth=Worth(deal_value=draw(mostly(1.0, 0.5, 0.0)), score=draw(mostly(1.0, 0.0, 1.7))),
        freshness=Freshness(half_life_hours=draw(mostly(None, 24.0, 36.5, weight=2)),
                            max_age_hours=draw(mostly(None, 48.0, weight=2))),
        match=Match(skill=skill, territory=territory, unknown=draw(mostly(0.5, 1.0, 0.33335, 0.0))),
        territory_fit=TerritoryFit(home=draw(mostly(1.0, 0.9, None, weight=12)),
                                   overlay=draw(mostly(0.6, None)),
                                   outside=draw(mostly(0.2, None, weight=2))),
        response=Response(half_life_minutes=draw(mostly(240.0, 45.0)),
                          longest_wait_minutes=draw(mostly(5760.0, 600.0, 1059.5, 0.0, weight=4)),
                          unknown_hours=draw(mostly("auto", "works", "away", weight=8))),
        reserve_value=draw(mostly(0.0, 40.0, 300.25, 1500.0, weight=10)),
        route_when=draw(mostly(RouteWhen.UNOWNED, RouteWhen.ALL, weight=2)),
        placeholder_owners=draw(mostly((), ("queue",), weight=1)),
    )


# --- leads and reps with every feature ----------------------------------------------------------

_INSTANTS = st.tuples(mostly(*range(0, 60, 4), -1, weight=1), mostly(0, 1, 61_000_003)).map(
    lambda age: AT - timedelta(hours=age[0], microseconds=age[1]))


def _leads(lead_id: str, geography: str) -> SearchStrategy[Lead]:
    weights = st.sampled_from([1.0, 0.5, 0.33335, 0.00001, 3.0])
    minimums = st.sampled_from([0.3, 0.70005, 1.0])
    return st.builds(
        Lead,
        lead_id=st.just(lead_id),
        created_at=_INSTANTS | _INSTANTS | sometimes(AT, st.none()),
        deal_value=mostly(1000.0, 250.5, 999.99, 5000.0, 12345.67, 0.0, None, weight=12),
        score=mostly(50.0, 80.0, 7.0, 33.3, 100.0, 0.0, None, weight=12),
        country=mostly("DE", "gb", None, weight=1),
        region=mostly("Bavaria", None, weight=1),
        postal_code=mostly("sw1a 1aa", "80331", None, weight=1),
        territory=(mostly("NORTH", "South", "Mars", None, weight=8) if geography == "columns"
                   else mostly(None, "North", weight=40)),
        industry=mostly("RETAIL", "Mining", None, weight=1),
        employees=mostly(100.0, 75.0, None, weight=1),
        annual_revenue=mostly(5e6, 1e6, None, weight=1),
        source=mostly("Web", "fair", None, weight=1),
        languages=mostly((), ("EN",), ("de", "en"), ("fr",)),
        needs=sometimes({}, st.dictionaries(st.sampled_from(SKILLS), weights, max_size=3), 1),
        required_skills=sometimes({}, st.dictionaries(st.sampled_from(SKILLS), minimums,
                                                      max_size=1)),
        owner_id=mostly(None, REP_IDS[0], "gone", "queue"),
        excluded_rep_ids=sometimes((), _some((*REP_IDS, "gone"))),
    )


_HOURS: tuple[dict[str, object], ...] = (
    {"timezone": "Europe/London", "working_hours": ("Mon-Fri 09:00-17:00",)},
    {"timezone": "America/Los_Angeles", "working_hours": ("Mon-Fri 08:30-12:00", "Wed 13:00-17:00"),
     "holidays": ("US",)},
    {"timezone": "Asia/Kolkata", "working_hours": ("Fri-Wed 22:00-06:00",)},
    {"timezone": "Europe/London", "working_hours": ("Mon-Fri 09:00-17:00",),
     "time_off": ("2026-11-18/2026-11-19",)},
    {},
)
_OFF: tuple[dict[str, object], ...] = (
    {"time_off": ("2026-11-18T14:00:00Z/2026-11-18T15:10:30Z",)},
    {"timezone": "UTC", "time_off": ("2026-11-17/2026-12-01",)},
)


@st.composite
def _reps(draw: st.DrawFn, rep_id: str, geography: str, hours: bool) -> Rep:
    levels = st.sampled_from([0.5, 0.0, 0.2999, 0.70005, 0.9, 1.0])
    low = draw(mostly(None, 0.0, 500.0, 1000.0))
    high = draw(mostly(None, 1000.0, 4000.0))
    return Rep.model_validate({
        "rep_id": rep_id,
        "capacity": draw(st.sampled_from([1, 2, 1, 2, 1, 3, 0])),
        "open_leads": draw(mostly(0, 1, 2, weight=8)),
        "daily_cap": draw(mostly(None, 2, 1, 3, 0, weight=8)),
        "assigned_today": draw(mostly(0, 1, 2, weight=4)),
        "territories": draw(mostly((), ("*",)) if geography == "none" else mostly(
            ("North", "south"), ("north",), ("South", "*"), ("*",), (), weight=2)),
        "skills": draw(st.dictionaries(st.sampled_from(("crm", "STRASSE", "payroll")), levels,
                                       max_size=3)),
        "languages": draw(mostly(("en", "DE"), ("en",), (), weight=4)),
        "min_deal": low,
        "max_deal": high,
        "performance": draw(mostly(1.0, 0.8, 1.25, 0.0, weight=6)),
        "active": draw(mostly(True, False, weight=16)),
        **draw(mostly(*_HOURS, weight=4) if hours else mostly({}, *_OFF, weight=8)),
    })


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Draw a window of at most 7 leads and 4 reps with any mix of features."""
    num_leads, num_reps = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    # Where a territory comes from: nowhere, the leads' own column, or the policy's rules.
    geography = draw(st.sampled_from(["none", "columns", "rules"]))
    hours, policy = draw(st.booleans()), draw(policies())
    if geography == "rules":
        rules = draw(st.lists(_RULES, min_size=1, max_size=3))
        policy = policy.model_copy(update={"territories": tuple(rules)})
    return Window(
        at=AT, policy=policy,
        leads=tuple(draw(_leads(name, geography)) for name in LEAD_IDS[:num_leads]),
        reps=tuple(draw(_reps(name, geography, hours)) for name in REP_IDS[:num_reps]))


# --- degenerate windows -------------------------------------------------------------------------

@st.composite
def _tied_leads(draw: st.DrawFn, lead_id: str) -> Lead:
    return Lead(
        lead_id=lead_id,
        created_at=AT - timedelta(hours=draw(st.integers(0, 2))),
        deal_value=draw(st.sampled_from([100.0, 200.0])),
        score=100.0,
        needs=draw(st.sampled_from([{"a": 1.0}, {"b": 1.0}, {"a": 1.0, "b": 1.0}])),
        excluded_rep_ids=draw(sometimes((), _some(REP_IDS, 3), weight=1)),
    )


@st.composite
def _tied_reps(draw: st.DrawFn, rep_id: str) -> Rep:
    levels = st.sampled_from([1.0, 0.5, 0.0])
    return Rep(rep_id=rep_id, capacity=draw(st.integers(0, 3)),
               skills=draw(mostly({"a": 1.0, "b": 1.0}, {"a": draw(levels), "b": draw(levels)},
                                  weight=1)),
               performance=draw(mostly(1.0, 2.0)), assigned_today=draw(mostly(0, 1, 2, weight=2)))


@st.composite
def degenerate_windows(draw: st.DrawFn) -> Window:
    """Draw a window whose values are few whole dollars, so that best plans tie."""
    num_leads, num_reps = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    policy = Policy(match=Match(skill=1.0, territory=0.0),
                    reserve_value=draw(mostly(0.0, 50.0, 100.0, weight=3)))
    return Window(at=AT, leads=tuple(draw(_tied_leads(name)) for name in LEAD_IDS[:num_leads]),
                  reps=tuple(draw(_tied_reps(name)) for name in REP_IDS[:num_reps]), policy=policy)


# --- floors ---------------------------------------------------------------------------------------

def floors(window: Window) -> SearchStrategy[dict[str, int]]:
    """Draw floors in minor units for some reps of a window, often none."""
    some = st.dictionaries(st.sampled_from([rep.rep_id for rep in window.reps]),
                           st.sampled_from([5000, 0, 1, 10000, 12345]))
    return st.one_of(st.just({}), some)


@st.composite
def windows_with_floors(draw: st.DrawFn) -> tuple[Window, dict[str, int]]:
    """Draw a window of either kind with floors."""
    kind = draw(st.sampled_from([degenerate_windows, windows, windows]))
    window = draw(kind())
    return window, draw(floors(window))
