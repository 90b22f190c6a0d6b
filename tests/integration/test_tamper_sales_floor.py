"""Plans of windows with every rule, solved and then tampered with, value by value."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.models import Account, Engine, Lead, Ledger, Plan, Policy, PreviousOwner, Rep, Window
from solver.plan_files import render_plan
from solver.solving import solve
from solver.verify import verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
Path = tuple[str | int, ...]
#: What no recomputation can know, or may be as well another: prose, versions, the floors that were
#: given, the example among several, what a MIP claims, exact marginal values beside their ends.
FREE = {"engine_reason", "versions", "detail", "floor", "reasons/rep_id", "why", "engine_bound",
        "gain", "loss"}


def _lead(number: int, **fields: Any) -> Lead:
    return Lead.model_validate({
        "lead_id": f"L{number}", "created_at": AT - timedelta(minutes=30 * number),
        "deal_value": 100.0 * (1 + number * 7 % 5) + number / 3, "score": 100 - 3 * number,
        "country": ("DE", "US")[number % 2], **fields})


_REPS = tuple(Rep.model_validate(fields) for fields in (
    {"rep_id": "ana", "name": "Ana", "team": "West", "capacity": 3, "skills": {"crm": 0.9}},
    {"rep_id": "ben", "name": "Ben", "team": "East", "capacity": 3, "performance": 1.1},
    {"rep_id": "cy", "team": "East", "capacity": 2, "skills": {"crm": 0.4},
     "attributes": {"country": "de"}},
    {"rep_id": "dee", "capacity": 1, "timezone": "UTC", "time_off": ("2026-11-16/2026-12-01",)}))
_LEDGER = Ledger.model_validate({
    "at": AT - timedelta(hours=3), "currency": "USD",
    "reps": [{"rep_id": "ana", "leads": 10**9, "last_assigned_at": AT - timedelta(hours=9)},
             {"rep_id": "ben", "leads": -10**9}],
    "periods": [{"limit": "day", "period": "day", "measure": "leads", "start": "2026-11-18",
                 "used": 2}]})


def _everything() -> Window:
    """Groups, use, crossing limits, shares, a lock, leads to place, layers, rules, relaxation."""
    policy = {
        "groups": {"by": "account"}, "reserve_value": 20,
        "use": [{"leads": "deal_value > 450", "reps": 'team = "East"', "slots": 2}],
        "rules": [{"name": "near", "kind": "should", "reps": "lead.country = rep.country",
                   "factor": 1.2},
                  {"name": "never", "kind": "must_not", "leads": "lead_id = 'L5'"}],
        "limits": [{"name": "us", "leads": 'country = "US"', "reps": 'team = "West"', "upper": 1},
                   {"name": "day", "each": None, "reps": 'team = "East"', "upper": 4,
                    "period": "day"},
                   {"name": "big", "measure": "worth", "lower": "60 %", "price": 0.125}],
        "fairness": {"method": "price", "price": 3}, "must_place": "lead_id = 'L7'",
        "stability": {"price": 12.5, "lock": "lead_id = 'L2'"},
        "relaxation": [{"after_minutes": 100, "minimums_fall": 0.5}],
        "precedence": {"owner_away": "nearest"}}
    return Window(
        at=AT, policy=Policy.model_validate(policy), reps=_REPS, ledger=_LEDGER,
        leads=(_lead(0), _lead(1, account_id="acme"), _lead(2), _lead(3, account_id="acme"),
               _lead(4, required_skills={"crm": 0.9}), _lead(5), _lead(6, account_id="far"),
               _lead(7), _lead(8, effort=3), _lead(9, score=None)),
        accounts=(Account(account_id="far", owner_id="dee"), Account(account_id="acme")),
        previous=(PreviousOwner(lead_id="L0", rep_id="ben"),
                  PreviousOwner(lead_id="L2", rep_id="cy"),
                  PreviousOwner(lead_id="L5", rep_id="ana"),
                  PreviousOwner(lead_id="L7", rep_id="gone")))


def _nested() -> Window:
    """A team's cap, a priced least of one rep and a band of shares: a flow."""
    policy = {"limits": [{"name": "west", "reps": 'team = "West"', "upper": 2},
                         {"name": "some", "reps": "rep_id = 'cy'", "lower": 2, "price": 7}],
              "stability": {"price": 5}}
    return Window(at=AT, policy=Policy.model_validate(policy), reps=_REPS,
                  leads=tuple(map(_lead, range(7))),
                  previous=tuple(PreviousOwner(lead_id=f"L{n}", rep_id=rep_id) for n, rep_id
                                 in enumerate(("cy", "ana", "ana", "ana", "ben", "dee"))))


WINDOWS = {Engine.MIP: _everything, Engine.MIN_COST_FLOW: _nested}


def _faults(window: Window, plan: Plan) -> list[str]:
    return [fault for check in verify_plan(window, plan) for fault in check.faults]


def _places(document: Any, path: Path = ()) -> Iterator[Path]:
    keys: Any = (document.keys() if isinstance(document, dict)
                 else range(len(document)) if isinstance(document, list) else ())
    for key in keys:
        yield (*path, key)
        yield from _places(document[key], (*path, key))


def _tampered(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, -value - 1, 2**63 - 1]
    if isinstance(value, float):
        return [value + 1e-9, 0.0]
    if isinstance(value, str):
        return [f"{value}x", "LIMIT"]
    if isinstance(value, list) and value:
        return [value[1:], [*value, value[0]]]
    return [0, 10**30, "x"] if value is None else []


def _names(path: Path) -> set[str]:
    names = [key for key in path if isinstance(key, str)]
    return {*names, "/".join(names[-2:])}


@pytest.mark.parametrize("engine", WINDOWS)
def test_whatever_is_changed_in_a_plan_is_found(engine: Engine) -> None:
    """Each value and each list of the plan, changed alone, fails a check and raises nothing."""
    window = WINDOWS[engine]()
    plan = solve(window)
    assert plan.engine is engine
    assert plan.limits
    assert plan.moves
    assert _faults(window, plan) == []
    original = json.loads(render_plan(plan)["plan.json"])
    found = 0
    for path in _places({key: one for key, one in original.items() if key != "policy"}):
        *parents, last = path
        document = copy.deepcopy(original)
        inner = document
        for key in parents:
            inner = inner[key]
        for value in _tampered(inner[last]):
            inner[last] = value
            try:
                tampered = Plan.model_validate_json(json.dumps(document))
            except ValueError:
                continue
            passed = all(check.passed for check in verify_plan(window, tampered))
            assert not passed or tampered == plan or FREE & _names(path), (path, value)
            found += not passed
    assert found > 500
