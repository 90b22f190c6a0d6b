"""A small sales floor for tests of scenarios: two teams, two territories, six leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solver.models import Lead, Policy, Rep, Territory, Window
from solver.models.limit import Limit
from solver.models.policy import Match, Response, UnknownHours
from solver.models.precedence import CustomRule, Precedence, RuleKind

#: A Wednesday, 15:00 in London and 10:00 in New York.
AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def lead(lead_id: str, deal_value: float, **fields: object) -> Lead:
    """Return a lead of two hours ago that wants CRM in the North."""
    return Lead.model_validate({
        "lead_id": lead_id, "created_at": AT - timedelta(hours=2), "deal_value": deal_value,
        "score": 50, "country": "GB", "source": "web", "needs": {"crm": 1.0}, **fields})


def rep(rep_id: str, **fields: object) -> Rep:
    """Return a rep of team West with one slot, at work."""
    return Rep.model_validate({
        "rep_id": rep_id, "capacity": 1, "team": "West", "territories": ("North", "South"),
        "skills": {"crm": 0.5}, "timezone": "Europe/London",
        "working_hours": ("Mon-Fri 09:00-17:00",), **fields})


def policy(**keys: object) -> Policy:
    """Return a policy in which the North is GB and the South is ES."""
    return Policy.model_validate({
        "match": Match(skill=0.5, territory=0.5),
        "response": Response(unknown_hours=UnknownHours.WORKS),
        "territories": (Territory(name="North", countries=("GB",)),
                        Territory(name="South", countries=("ES",))), **keys})


def floor(**keys: object) -> Window:
    """Return the window: ana and ben of West, cleo of East, zed who is not active.

    ``keys`` are of the policy.
    """
    return Window(
        at=AT, policy=policy(**keys),
        leads=(lead("L1", 1000), lead("L2", 900), lead("L3", 800, source="fair"),
               lead("L4", 700, country="ES", source="fair"), lead("L5", 600, country="ES"),
               lead("L6", 500), lead("kept", 400, owner_id="ana"), lead("blank", 300, score=None)),
        reps=(rep("ana", skills={"crm": 0.9}, name="Ana", email="ana@example.com", open_leads=2,
                  capacity=3, attributes={"grade": "senior"}),
              rep("ben", daily_cap=4, assigned_today=1, capacity=2),
              rep("cleo", team="East", territories=("South",), timezone=None, working_hours=()),
              rep("zed", active=False)))


def with_rules() -> Window:
    """Return the window with a rule, two limits and a named account."""
    return floor(
        rules=(CustomRule(name="fairs to seniors", kind=RuleKind.SHOULD, leads='source = "fair"',
                          reps='grade = "senior"'),),
        limits=(Limit(name="West", reps='team = "West"', upper=2),
                Limit(name="East", reps='team = "East"', upper=1)),
        precedence=Precedence(named_accounts={"A-1": "ana", "A-2": "ben"}))
