"""The checker's own reading of the rules, one rule at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from solver.models import Lead, Policy, ReasonCode, Rep, Window
from solver.verify.recompute.rows import Row, Rows
from solver.verify.recompute.triage import triage

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
NORTH_BY_COUNTRY = {"name": "North", "countries": ["gb"]}


def _lead(**fields: object) -> Lead:
    return Lead.model_validate({"lead_id": "L1", "created_at": AT, "deal_value": 1000.0,
                                "score": 100.0, **fields})


def _window(lead: dict[str, object], reps: list[dict[str, object]],
            policy: dict[str, object] | None = None) -> Window:
    return Window(
        at=AT, policy=Policy.model_validate(policy or {}), leads=(_lead(**lead),),
        reps=tuple(Rep.model_validate({"rep_id": f"r{n}", "capacity": 1, **fields})
                   for n, fields in enumerate(reps, start=1)))


def _row(lead: dict[str, object], rep: dict[str, object],
         policy: dict[str, object] | None = None, *others: dict[str, object]) -> Row:
    window = _window(lead, [rep, *others], policy)
    return Rows(window, window.leads).row(window.leads[0])


def _refused_by(row: Row) -> list[ReasonCode]:
    return [code for code, refused in row.refused.items() if refused[0]]


REFUSALS: dict[str, tuple[dict[str, object], dict[str, object], list[ReasonCode]]] = {
    "nothing asked": ({}, {}, []),
    "excluded": ({"excluded_rep_ids": ("r1", "gone")}, {}, [ReasonCode.EXCLUDED]),
    "excluded in capitals": ({"excluded_rep_ids": ("R1",)}, {}, []),
    "skill missing": ({"required_skills": {"crm": 0.1}}, {}, [ReasonCode.NO_SKILL]),
    "skill missing, minimum 0": ({"required_skills": {"crm": 0.0}}, {}, []),
    "skill at its minimum": ({"required_skills": {"CRM": 0.5}}, {"skills": {"crm": 0.5}}, []),
    "skill at its minimum, rounded": ({"required_skills": {"crm": 0.50004}},
                                      {"skills": {"crm": 0.49996}}, []),
    "skill below": ({"required_skills": {"crm": 0.5}}, {"skills": {"crm": 0.4999}},
                    [ReasonCode.NO_SKILL]),
    "language": ({"languages": ("fr", "EN")}, {"languages": ("en",)}, []),
    "other language": ({"languages": ("fr",)}, {"languages": ("en",)}, [ReasonCode.NO_LANGUAGE]),
    "no language on file": ({"languages": ("fr",)}, {}, [ReasonCode.NO_LANGUAGE]),
    "deal at the ends": ({}, {"min_deal": 1000.0, "max_deal": 1000.0}, []),
    "deal too small": ({}, {"min_deal": 1000.01}, [ReasonCode.DEAL_BAND]),
    "deal too large": ({}, {"max_deal": 999.99}, [ReasonCode.DEAL_BAND]),
    "outside": ({"territory": "South"}, {"territories": ("North",)}, [ReasonCode.NO_TERRITORY]),
    "on leave": ({}, {"timezone": "UTC", "time_off": ("2026-11-18/2026-11-30",)},
                 [ReasonCode.AWAY]),
    "all at once": ({"excluded_rep_ids": ("r1",), "languages": ("fr",)}, {"max_deal": 1.0},
                    [ReasonCode.EXCLUDED, ReasonCode.NO_LANGUAGE, ReasonCode.DEAL_BAND]),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_rule_refuses_exactly_what_it_says(name: str) -> None:
    """A refused pair knows all its reasons, and a pair with none is eligible."""
    lead, rep, expected = REFUSALS[name]
    row = _row(lead, rep)
    assert _refused_by(row) == expected
    assert bool(row.eligible[0]) is not bool(expected)


def test_an_inactive_rep_is_not_eligible() -> None:
    """An inactive rep is refused although no rule names a reason."""
    row = _row({}, {"active": False})
    assert _refused_by(row) == []
    assert not row.eligible[0]


TERRITORIES: dict[str, tuple[dict[str, object], dict[str, object], list[object], float | None]] = {
    "named nowhere": ({}, {}, [], 1.0),
    "only overlays named": ({}, {"territories": ("*",)}, [], 1.0),
    "lead matches no rule": ({"country": "FR"}, {}, [NORTH_BY_COUNTRY], None),
    "lead matches no rule, overlay": ({"country": "FR"}, {"territories": ("*",)},
                                      [NORTH_BY_COUNTRY], 0.6),
    "home by rule, any case": ({"country": "GB"}, {"territories": ("NORTH",)},
                               [NORTH_BY_COUNTRY], 1.0),
    "column before rule": ({"country": "GB", "territory": "South"}, {"territories": ("North",)},
                           [NORTH_BY_COUNTRY], None),
    "home before overlay": ({"territory": "North"}, {"territories": ("*", "North")}, [], 1.0),
    "blank never matches": ({}, {"territories": ("T",)},
                            [{"name": "T", "employees": [None, None]}], None),
    "both ends included": ({"employees": 50.0}, {"territories": ("T",)},
                           [{"name": "T", "employees": [50, 50]}], 1.0),
    "postal prefix": ({"postal_code": "sw1a 1aa"}, {"territories": ("T",)},
                      [{"name": "T", "postal_prefixes": ["SW 1"]}], 1.0),
    "every given key": ({"country": "GB", "region": "Kent"}, {"territories": ("T",)},
                        [{"name": "T", "countries": ["GB"], "regions": ["Devon"]}], None),
    "first that matches": ({"country": "GB", "source": "web"}, {"territories": ("W",)},
                           [{"name": "W", "sources": ["Web"]}, NORTH_BY_COUNTRY], 1.0),
}


@pytest.mark.parametrize("name", TERRITORIES)
def test_territory_fit_follows_the_lead_then_the_policy(name: str) -> None:
    """Home, overlay or refused, by the lead's column or the first rule that matches."""
    lead, rep, territories, expected = TERRITORIES[name]
    row = _row(lead, rep, {"territories": territories})
    refused = bool(row.refused[ReasonCode.NO_TERRITORY][0])
    assert (None if refused else row.territory_fit[0]) == expected


def test_the_rep_file_alone_names_territories() -> None:
    """A lead without territory is nobody's home as soon as any rep, even inactive, names one."""
    row = _row({}, {}, None, {"territories": ("North",), "active": False})
    assert row.refused[ReasonCode.NO_TERRITORY].tolist() == [True, True]


def test_value_is_the_formula_factor_by_factor() -> None:
    """Worth 800 x 0.5, match 0.7 x 0.55 + 0.3 x 0.6, performance 1.5, response 0.5."""
    row = _row({"created_at": AT - timedelta(hours=48), "score": 80.0, "territory": "North",
                "needs": {"crm": 3.0, "erp": 1.0}},
               {"skills": {"CRM": 0.6, "erp": 0.4}, "territories": ("*",), "performance": 1.5,
                "timezone": "UTC", "working_hours": ("Wed 16:00-17:00",)},
               {"freshness": {"half_life_hours": 48}, "match": {"skill": 0.7, "territory": 0.3},
                "response": {"half_life_minutes": 60}})
    assert (row.worth, row.skill_fit[0], row.territory_fit[0]) == (400.0, 0.55, 0.6)
    assert row.match[0] == 0.7 * 0.55 + 0.3 * 0.6
    assert row.value[0] == 16_950


@pytest.mark.parametrize(("deal_value", "expected"), [(0.125, 12), (0.375, 38), (0.0, 0)])
def test_money_rounds_ties_to_even(deal_value: float, expected: int) -> None:
    """Half a minor unit goes to the even neighbour."""
    row = _row({"deal_value": deal_value, "needs": {"x": 1.0}}, {"skills": {"x": 1.0}},
               {"match": {"skill": 1.0, "territory": 0.0}})
    assert row.value[0] == expected


@pytest.mark.parametrize("needs", [{}, {"crm": 0.0}, {"crm": 0.00004}])
def test_a_lead_without_needs_gets_the_neutral_fit(needs: dict[str, float]) -> None:
    """No needs, and weights that sum to 0 in ten-thousandths, score match.unknown."""
    assert _row({"needs": needs}, {"skills": {"crm": 1.0}}).skill_fit[0] == 0.5


@pytest.mark.parametrize(("mode", "other_has_hours", "unknown"), [
    ("auto", False, False), ("auto", True, True), ("works", True, False), ("away", False, True)])
def test_missing_hours_are_taken_as_the_policy_says(mode: str, other_has_hours: bool,
                                                    unknown: bool) -> None:
    """`auto` takes a rep without hours for away only where some rep has hours."""
    other: dict[str, object] = {}
    if other_has_hours:
        other = {"timezone": "UTC", "working_hours": ("Mon-Sun 00:00-24:00",)}
    row = _row({}, {}, {"response": {"unknown_hours": mode}}, other)
    assert _refused_by(row) == ([ReasonCode.UNKNOWN_HOURS] if unknown else [])


@pytest.mark.parametrize(("longest", "away"), [(60, False), (59.9, True)])
def test_the_longest_wait_is_included(longest: float, away: bool) -> None:
    """A rep at work in exactly the longest wait is not away."""
    row = _row({}, {"timezone": "UTC", "working_hours": ("Wed 16:00-17:00",)},
               {"response": {"longest_wait_minutes": longest}})
    assert bool(row.refused[ReasonCode.AWAY][0]) is away


def test_free_slots_are_the_least_room_and_never_negative() -> None:
    """Capacity less open leads, the daily cap less today's, 0 for an inactive rep."""
    window = _window({}, [{"capacity": 5, "open_leads": 2}, {"capacity": 1, "open_leads": 2},
                          {"capacity": 5, "daily_cap": 3, "assigned_today": 1},
                          {"capacity": 5, "active": False}])
    assert Rows(window, ()).reps.free_slots.tolist() == [3, 0, 2, 0]


TRIAGE: dict[str, tuple[dict[str, object], dict[str, object], str]] = {
    "routed": ({}, {}, "routed"),
    "owner": ({"owner_id": "r9"}, {}, "kept"),
    "owner before blank cells": ({"owner_id": "r9", "score": None}, {}, "kept"),
    "placeholder": ({"owner_id": "queue"}, {"placeholder_owners": ["queue"]}, "routed"),
    "route all": ({"owner_id": "r9"}, {"route_when": "all"}, "routed"),
    "no date": ({"created_at": None}, {}, "NEEDS_DATA"),
    "no value before too old": ({"deal_value": None, "created_at": AT - timedelta(days=9)},
                                {"freshness": {"max_age_hours": 1}}, "NEEDS_DATA"),
    "too old": ({"created_at": AT - timedelta(hours=1, seconds=1)},
                {"freshness": {"max_age_hours": 1}}, "TOO_OLD"),
    "just not too old": ({"created_at": AT - timedelta(hours=1)},
                         {"freshness": {"max_age_hours": 1}}, "routed"),
    "from the future": ({"created_at": AT + timedelta(hours=1)},
                        {"freshness": {"max_age_hours": 0}}, "routed"),
}


@pytest.mark.parametrize("name", TRIAGE)
def test_leads_are_sorted_out_in_order(name: str) -> None:
    """Kept comes before NEEDS_DATA, NEEDS_DATA before TOO_OLD."""
    lead, policy, expected = TRIAGE[name]
    places = triage(_window(lead, [], policy))
    found = {"kept": bool(places.kept), "routed": bool(places.routed),
             **{code.value: True for code in places.held.values()}}
    assert [place for place, here in found.items() if here] == [expected]
