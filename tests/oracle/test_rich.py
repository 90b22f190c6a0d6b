"""The oracle of rich windows against windows solved by hand, one rule each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from solver.models import ReasonCode, Window
from tests.oracle.rich_bound import PARTS, rich_bound
from tests.oracle.rich_optimum import best_owners, broken, rich_best, rich_objective
from tests.oracle.rich_pairs import place
from tests.oracle.rich_problem import RichProblem, rich_problem
from tests.property.rich_strategies import rich_windows_with_floors

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
AWAY = {"timezone": "UTC", "time_off": ("2026-11-17/2026-12-01",)}
Row = dict[str, Any]


def window(leads: list[Row], reps: list[Row], *, accounts: tuple[Row, ...] = (),
           previous: tuple[Row, ...] = (), ledger: Row | None = None, **policy: Any) -> Window:
    """Make a window in which a lead is worth its deal value with everybody."""
    leads = [{"lead_id": f"L{at}", "created_at": AT, "score": 100, "deal_value": 100, **lead}
             for at, lead in enumerate(leads, 1)]
    reps = [{"rep_id": name, "capacity": 9, **rep} for name, rep in zip("abcd", reps, strict=False)]
    match = {"skill": 1, "territory": 0, "unknown": 1}
    return Window.model_validate({
        "at": AT, "leads": leads, "reps": reps, "accounts": accounts, "previous": previous,
        "ledger": ledger, "policy": {"match": match, **policy}})


def solved(given: Window) -> tuple[int | None, list[dict[str, str | None]]]:
    """Return the best objective in major units and every best plan."""
    numbers = rich_problem(given)
    best = rich_best(numbers)
    return best and best // 100, best_owners(numbers)


def may(given: Window, lead: str = "L1") -> dict[str, set[str]]:
    """Return rep to the codes that refuse."""
    pairs = rich_problem(given).lead[lead].pairs
    return {rep: {code.value for code in pair.reasons} for rep, pair in pairs.items()}


def test_legal_hold_comes_before_too_old() -> None:
    """A lead that matches is no lead of the certificate, however old."""
    given = window([{"source": "court", "created_at": AT - timedelta(days=9)}, {}], [{}],
                   freshness={"max_age_hours": 24},
                   precedence={"legal_hold": "source = 'court'"})
    assert [place(lead, given) for lead in given.leads] == ["LEGAL_HOLD", "window"]


def test_the_account_owner_decides_and_needs_no_skill() -> None:
    """Others get the layer's code; the owner loses skill, language, band and territory."""
    lead = {"account_id": "A", "required_skills": {"x": 1}, "languages": ["de"],
            "territory": "North"}
    given = window([lead], [{"min_deal": 500, "territories": ["South"]}, {"skills": {"x": 1}}],
                   accounts=({"account_id": "A", "owner_id": "a"},))
    assert may(given) == {"a": set(), "b": {"ACCOUNT_OWNER", "NO_LANGUAGE", "NO_TERRITORY"}}
    assert rich_problem(given).lead["L1"].pairs["a"].territory_fit == 1.0


def test_an_owner_who_is_away_holds_the_lead_or_sends_it_on() -> None:
    """With ``hold`` nobody may have it; with ``nearest`` the others may."""
    def of(owner_away: str) -> Window:
        return window([{"account_id": "A"}], [AWAY, {}],
                      accounts=({"account_id": "A", "owner_id": "a"},),
                      precedence={"owner_away": owner_away})
    assert may(of("hold")) == {"a": {"AWAY"}, "b": {"ACCOUNT_OWNER"}}
    assert may(of("nearest")) == {"a": {"AWAY"}, "b": set()}
    assert rich_problem(of("nearest")).lead["L1"].passed_over == "a"


@pytest.mark.parametrize(("update", "decided", "owner"), [
    ({}, "named_account", "a"),
    ({"named_accounts": {"A": "b"}}, "named_account", "b"),
    ({"named_account": "off"}, "open_opportunity", "b"),
    ({"named_accounts": {"A": "gone"}}, "open_opportunity", "b"),
    ({"named_account": "off", "open_opportunity": "off"}, "account_owner", "c"),
])
def test_layers_are_asked_in_order(update: Row, decided: str, owner: str) -> None:
    """The policy's named account comes first, then the file's, opportunity, owner."""
    account = {"account_id": "A", "named_rep_id": "a", "open_opportunity_owner_id": "b",
               "owner_id": "c"}
    given = window([{"account_id": "A"}], [{}, {}, {}], accounts=(account,), precedence=update)
    assert rich_problem(given).lead["L1"].decided_by == decided
    assert [rep for rep, codes in may(given).items() if not codes] == [owner]


@pytest.mark.parametrize(("accounts", "owner"), [
    ([("A", "P", "a"), ("P", "Q", None), ("Q", None, "b")], "b"),
    ([("A", "P", "a"), ("P", "Q", "c"), ("Q", None, "b")], "c"),
    ([("A", "P", "a"), ("P", None, None), ("C", "P", "c"), ("B", "C", "b")], "b"),
    ([("A", "P", "a"), ("P", None, None)], None),
])
def test_the_nearest_ancestor_then_the_first_of_the_family_owns(
        accounts: list[tuple[str, str | None, str | None]], owner: str | None) -> None:
    """The lead's own account does not count."""
    rows = tuple({"account_id": name, "parent_id": parent, "owner_id": rep}
                 for name, parent, rep in accounts)
    given = window([{"account_id": "A"}], [{}, {}, {}], accounts=rows,
                   precedence={"account_owner": "off", "family_owner": "hard"})
    refused = may(given)
    assert rich_problem(given).lead["L1"].decided_by == (owner and "family_owner")
    assert {rep for rep, codes in refused.items() if not codes} == ({owner} if owner else {*"abc"})


def test_rules_refuse_and_factors_multiply() -> None:
    """Rep a is refused by a must, b by a must_not; c gets 2 x 1.5 of a preferred layer."""
    given = window(
        [{"country": "DE", "account_id": "A"}],
        [{}, {"attributes": {"country": "DE", "new": "yes"}}, {"attributes": {"country": "DE"}}],
        accounts=({"account_id": "A", "owner_id": "c", "named_rep_id": "c"},),
        precedence={"named_account": "preferred", "account_owner": "preferred"},
        rules=[{"name": "home", "kind": "must", "leads": "country = 'DE'",
                "reps": "country = lead.country"},
               {"name": "new", "kind": "must_not", "reps": "new = 'yes'"},
               {"name": "more", "kind": "should", "reps": "lead.deal_value >= 100", "factor": 2}])
    assert may(given) == {"a": {"RULE"}, "b": {"RULE"}, "c": set()}
    assert solved(given) == (300, [{"L1": "c"}])


def test_relaxation_lowers_minimums_and_opens_other_territories() -> None:
    """The last step reached applies: at 15 minutes the skill, at 120 also who sells elsewhere."""
    steps = [{"after_minutes": 15, "minimums_fall": 0.3},
             {"after_minutes": 120, "minimums_fall": 0.2, "outside_fit": 0.5}]

    def refused(minutes: int, level: float) -> set[str]:
        lead = {"created_at": AT - timedelta(minutes=minutes), "required_skills": {"x": 0.8},
                "territory": "North"}
        return may(window([lead], [{"territories": ["South"], "skills": {"x": level}}],
                          relaxation=steps))["a"]

    assert refused(14, 0.5) == {"NO_SKILL", "NO_TERRITORY"}
    assert refused(15, 0.5) == {"NO_TERRITORY"}
    assert refused(120, 0.5) == {"NO_SKILL"}
    assert refused(120, 0.6) == set()


@pytest.mark.parametrize(("mode", "best", "owned"), [
    ("all_or_none", 250, {"L3"}), ("as_many_as_fit", 450, {"L2", "L3"})])
def test_groups_are_whole_or_as_many_as_fit(mode: str, best: int, owned: set[str]) -> None:
    """Two leads of one account and one slot per rep: none of them, or the better one."""
    given = window([{"account_id": "A"}, {"account_id": "A", "deal_value": 200},
                    {"deal_value": 250}], [{"capacity": 1}, {"capacity": 1}],
                   groups={"by": "account", "mode": mode})
    found, plans = solved(given)
    assert found == best
    assert {frozenset(lead for lead, rep in plan.items() if rep) for plan in plans} == {
        frozenset(owned)}


def test_groups_go_by_family_and_company_domain() -> None:
    """A subsidiary joins its parent; mail providers' addresses join nobody."""
    accounts = ({"account_id": "A"}, {"account_id": "B", "parent_id": "A"})
    family = window([{"account_id": "A"}, {"account_id": "B"}, {"account_id": "X"}], [{}],
                    accounts=accounts, groups={"by": "family"})
    domain = window([{"domain": "gmail.com", "email": "x@Shop.Acme.com"}, {"domain": "acme.com"},
                     {"email": "y@gmail.com"}, {"email": "z@gmail.com"},
                     {"email": "a@mail.example"}, {"email": "b@mail.example"}], [{}],
                    groups={"by": "domain"}, matching={"free_mail": ["mail.example"]})
    assert rich_problem(family).groups == rich_problem(domain).groups == (("L1", "L2"),)


def test_the_first_use_rule_counts_then_the_effort() -> None:
    """Slots per pair, what they cost in floors, and how many fit."""
    given = window([{"effort": 2}, {}], [{"capacity": 2}, {"capacity": 3, "team": "West"}],
                   use=[{"leads": "effort > 1", "reps": "team = 'West'", "slots": 3},
                        {"reps": "team = 'West'", "slots": 1}])
    numbers = rich_problem(given, {"a": 1000})
    assert numbers.use == {("L1", "a"): 2, ("L1", "b"): 3, ("L2", "a"): 1, ("L2", "b"): 1}
    assert numbers.brings("L1", "a") == 8000
    assert rich_best(numbers) == 19000
    assert broken(numbers, {"L1": "b", "L2": "b"}) == ["capacity:b"]


@pytest.mark.parametrize(("limit", "best"), [
    ({"upper": 1}, 200),
    ({"upper": "67 %"}, 300),
    ({"upper": "60 %"}, 200),
    ({"leads": "deal_value > 150", "upper": 0}, 200),
    ({"measure": "worth", "upper": "50 %"}, 200),
    ({"measure": "slots", "upper": 2}, 300),
    ({"reps": "rep_id = 'b'", "lower": 1}, 301),
    ({"reps": "rep_id = 'b'", "lower": "34 %"}, 202),
    ({"reps": "rep_id = 'b'", "lower": 1, "price": 50}, 350),
    ({"reps": "rep_id = 'b'", "lower": 1, "price": 120}, 301),
    ({"each": "rep", "upper": 1}, 201),
    ({"each": "team", "upper": 1}, 200),
    ({"upper": 1, "price": 30}, 340),
    ({"lower": 4}, None),
    ({"lower": "50 %", "upper": "50 %"}, 300),
    ({"lower": "51 %", "upper": "50 %"}, None),
    ({"lower": "34 %", "upper": 1, "price": 10}, 380),
])
def test_limits_between_their_ends(limit: Row, best: int | None) -> None:
    """Three leads of 100, 100 and 200; b sells one of the first two for 1 and no other."""
    given = window([{}, {}, {"deal_value": 200, "required_skills": {"all": 1}}],
                   [{"team": "West", "skills": {"all": 1}},
                    {"performance": 0.01, "team": "West"}],
                   limits=[{"name": "n", **limit}])
    assert solved(given)[0] == best


def test_longer_periods_take_off_what_was_used() -> None:
    """Counter and entries of the day count, yesterday's do not; a lower end does not bind."""
    ledger = {
        "at": AT - timedelta(hours=1), "currency": "USD",
        "periods": [{"limit": "n", "period": "day", "measure": "leads", "start": "2026-11-18",
                     "used": 1}],
        "entries": [{"kind": "manual", "at": AT - timedelta(minutes=5), "lead_id": "M1",
                     "rep_id": "a", "limits": ["n"]},
                    {"kind": "returned", "at": AT - timedelta(minutes=4), "lead_id": "M0",
                     "rep_id": "a", "limits": ["n"], "assigned_at": AT - timedelta(days=1)}]}
    limit = {"name": "n", "period": "day", "lower": 3, "upper": 3}
    assert solved(window([{}, {}], [{}], limits=[limit], ledger=ledger))[0] == 100


def test_leads_that_must_be_placed_are_placed_at_a_loss() -> None:
    """Below the reserve and below the floor; without a rep who may there is no plan."""
    given = window([{"deal_value": 10}], [{}], reserve_value=50, must_place="true")
    assert rich_best(rich_problem(given, {"a": 3000})) == -2000
    nobody = window([{"required_skills": {"x": 1}}], [{}], must_place="true")
    assert solved(nobody) == (None, [])


def test_moves_cost_and_locks_hold() -> None:
    """Moving brings 100 and costs 150; a locked lead has its former owner or there is no plan."""
    def of(**stability: Any) -> Window:
        return window([{}], [{}, {"performance": 2}, {"active": False}],
                      previous=({"lead_id": "L1", "rep_id": "a"},), stability=stability)
    assert solved(of(price=150)) == (100, [{"L1": "a"}])
    assert solved(of(price=30)) == (170, [{"L1": "b"}])
    assert solved(of(lock="true")) == (100, [{"L1": "a"}])
    gone = of(lock="true").model_copy(update={"previous": ()})
    assert solved(gone) == (200, [{"L1": "b"}])


def test_the_bound_adds_prices_and_best_nets() -> None:
    """Two leads of 100, one slot priced at 40: 40 + 60 + 60."""
    numbers = rich_problem(window([{}, {}], [{"capacity": 1}]))
    assert rich_bound(numbers, {"a": 4000 * PARTS}, {}) == 16000
    assert rich_bound(numbers, {"a": 10000 * PARTS}, {}) == rich_best(numbers) == 10000


def _one_by_one(numbers: RichProblem) -> int | None:
    best = None
    for names in product((*numbers.reps, None), repeat=len(numbers.leads)):
        owners = dict(zip(numbers.leads, names, strict=True))
        if not broken(numbers, owners):
            found = rich_objective(numbers, owners)
            best = found if best is None else max(best, found)
    return best


@settings(max_examples=60)
@given(rich_windows_with_floors())
def test_all_plans_at_once_are_all_plans_one_by_one(case: tuple[Window, dict[str, int]]) -> None:
    """The arrays find the best that plain Python finds."""
    numbers = rich_problem(*case)
    if (len(numbers.reps) + 1) ** len(numbers.leads) <= 700:
        assert rich_best(numbers) == _one_by_one(numbers)


def test_codes_are_those_of_the_library() -> None:
    """Each layer's code is one of a held lead's reasons."""
    assert {"RULE", "NAMED_ACCOUNT", "OPEN_OPPORTUNITY", "ACCOUNT_OWNER", "FAMILY_OWNER"} <= {
        code.value for code in ReasonCode}
