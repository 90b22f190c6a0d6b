"""Small windows in which one reads off what it would take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from solver.errors import UsageError
from solver.models import (
    Account,
    CustomRule,
    Groups,
    Lead,
    Limit,
    Outcome,
    Policy,
    ReasonCode,
    Rep,
    Territory,
    UseRule,
    Window,
)
from solver.relax import ChangeKind, RelaxCosts, apply, relax, render_relaxation
from solver.solving import solve

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _lead(lead_id: str, **fields: object) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": AT - timedelta(hours=1),
                                "deal_value": 1000.0, "score": 100.0, **fields})


def _rep(rep_id: str, capacity: int = 0, **fields: object) -> Rep:
    return Rep.model_validate({"rep_id": rep_id, "capacity": capacity, **fields})


def _window(leads: list[Lead], reps: list[Rep], **fields: object) -> Window:
    return Window(at=AT, leads=tuple(leads), reps=tuple(reps), **fields)  # type: ignore[arg-type]


def _said(window: Window, costs: RelaxCosts | None = None, *, move: bool = False) -> list[str]:
    found = relax(window, solve(window), costs, move=move)
    assert found.outcome is Outcome.OPTIMAL
    assert found.checked
    assert found.cost == pytest.approx(sum(one.cost for one in found.changes))
    assert {one.lead_id for one in solve(apply(window, found)).held} == set(found.impossible)
    return [f"{change.cost:g} {change.sentence} ({', '.join(change.lead_ids)})"
            for change in found.changes]


def test_slots_where_they_cost_least() -> None:
    """Two leads too many take two slots of the rep whose slots are cheap."""
    window = _window([_lead("L1"), _lead("L2")], [_rep("ana", name="Ana"), _rep("ben")])
    assert _said(window, RelaxCosts(slots={"ben": 5.0})) == ["2 2 more slots for Ana (L1, L2)"]


def test_one_language_opens_many_leads() -> None:
    """A change that serves all its leads is paid once, though each alone would do otherwise."""
    leads = [_lead(f"L{n}", languages=("de",), excluded_rep_ids=("ana",)) for n in range(3)]
    reps = [_rep("ana", 9, languages=("de",)), _rep("ben", 9)]
    assert _said(_window(leads, reps)) == ["8 ben learns the language de (L0, L1, L2)"]
    assert _said(_window(leads[:1], reps)) == [
        "4 lead L0 may go to ana, whom it excludes (L0)"]


def test_a_level_serves_every_lead_that_asks_for_less() -> None:
    """The rise to the highest minimum is charged by started tenths from the present level."""
    leads = [_lead("L1", required_skills={"CRM": 0.5}), _lead("L2", required_skills={"crm": 0.75})]
    window = _window(leads, [_rep("ana", 2, skills={"crm": 0.4})])
    assert _said(window) == ["2 ana raises CRM from 0.4 to 0.75 (L1, L2)"]


def test_a_territory_or_everywhere() -> None:
    """Three territories cost as much as selling everywhere; a lead in none needs that anyway."""
    policy = Policy(territories=(Territory(name="North", countries=("GB",)),))
    lead = _lead("L1", territory="North")
    nowhere = _lead("L2")
    reps = [_rep("ana", 2, territories=("South",))]
    assert _said(_window([lead], reps, policy=policy)) == ["2 ana sells in North as well (L1)"]
    assert _said(_window([lead, nowhere], reps, policy=policy)) == [
        "6 ana sells everywhere (territory *) (L1, L2)"]


def test_the_first_territory_named_would_shut_others_out() -> None:
    """Where no territory is named, one more makes leads of none refused: it is not offered."""
    window = _window([_lead("L1", territory="North"), _lead("L2")], [_rep("ana", 2)])
    assert _said(window) == ["6 ana sells everywhere (territory *) (L1)"]


def test_deal_band_wait_and_hours() -> None:
    """Ends, waits and hours say how far they go."""
    assert _said(_window([_lead("L1")], [_rep("ana", 1, max_deal=10.0)])) == [
        "1 ana takes deals up to 1,000.00, not only up to 10.00 (L1)"]
    away = _rep("ana", 1, working_hours=("Sat 09:00-17:00",), timezone="UTC")
    policy = Policy.model_validate({"response": {"longest_wait_minutes": 1440,
                                                 "half_life_minutes": 10_000}})
    assert _said(_window([_lead("L1")], [away], policy=policy)) == [
        "4 the longest wait grows from 1 to 2.75 days (L1)"]
    unknown = Policy.model_validate({"response": {"unknown_hours": "away"}})
    assert _said(_window([_lead("L1")], [_rep("ana", 1)], policy=unknown)) == [
        "4 reps without working hours count as at work (L1)"]


def test_rules_are_waived_for_few_leads_and_dropped_for_many() -> None:
    """Five waivers cost more than the rule."""
    rule = CustomRule(name="no bots", kind="must_not", leads='source = "bot"')
    policy = Policy(rules=(rule,))
    leads = [_lead(f"L{n}", source="bot") for n in range(5)]
    reps = [_rep("ana", 9)]
    assert _said(_window(leads[:1], reps, policy=policy)) == [
        "2 the rule no bots is waived for lead L0 (L0)"]
    assert _said(_window(leads, reps, policy=policy)) == [
        "8 the rule no bots is dropped (L0, L1, L2, L3, L4)"]


def test_an_account_owner_who_may_not_be_crowded_out() -> None:
    """The lead leaves its account's owner where a slot of the owner costs more."""
    window = _window([_lead("L1", account_id="A")], [_rep("ana"), _rep("ben", 1)],
                     accounts=(Account(account_id="A", owner_id="ana"),))
    assert _said(window) == ["1 1 more slot for ana (L1)"]
    assert _said(window, RelaxCosts(slot=None)) == [
        "2 lead L1 may leave the rep whom its account names (precedence.account_owner) (L1)"]


def test_below_the_reserve() -> None:
    """One lead is placed; the reserve falls where that is cheaper for many."""
    policy = Policy(reserve_value=2000.0)
    leads = [_lead(f"L{n}") for n in range(6)]
    assert _said(_window(leads[:1], [_rep("ana", 9)], policy=policy)) == [
        "1 lead L0 is placed although it brings no more than left to nurture (L0)"]
    found = _said(_window(leads, [_rep("ana", 9)], policy=policy))
    assert found == ["5 the reserve falls from 2,000.00 to 699.99 (L0, L1, L2, L3, L4, L5)"]


def test_use_groups_and_limits() -> None:
    """A group of two leads of three slots each goes to one rep, past the cap of one lead."""
    policy = Policy(groups=Groups.model_validate({"by": "account"}), use=(UseRule(slots=3),),
                    limits=(Limit(name="cap", upper=1),))
    leads = [_lead("L1", account_id="A"), _lead("L2", account_id="A")]
    window = _window(leads, [_rep("ana", 4), _rep("ben", 3)], policy=policy)
    assert _said(window) == ["2 2 more slots for ana (L1, L2)",
                             "1 the upper end of cap rises from 1 to 2 (L1, L2)"]


def test_a_limit_of_each_rep_rises_for_all() -> None:
    """One raise serves every part of the limit."""
    policy = Policy(limits=(Limit(name="cap", upper=1, each="rep"),))
    window = _window([_lead(f"L{n}") for n in range(4)], [_rep("ana", 9), _rep("ben", 9)],
                     policy=policy)
    [said] = _said(window)
    assert said.startswith("1 the upper end of cap rises from 1 to 2")


def test_owners_may_move_to_make_room() -> None:
    """The generalist takes the specialist's lead: no change is needed but the move."""
    leads = [_lead("L1", deal_value=5000.0), _lead("L2", languages=("de",))]
    reps = [_rep("ana", 1, languages=("de",)), _rep("ben", 1, performance=0.5, max_deal=9000.0)]
    window = _window(leads, reps)
    assert [one.lead_id for one in solve(window).held] == ["L2"]
    assert _said(window) == ["1 1 more slot for ana (L2)"]
    assert _said(window, move=True) == []


def test_nobody_active_and_nothing_allowed() -> None:
    """Leads that nothing helps are named, with why."""
    window = _window([_lead("L1")], [_rep("ana", 1, active=False)])
    found = relax(window, solve(window))
    assert (found.impossible, found.changes) == (("L1",), ())
    assert found.impossible_because == "none of the reps is active"
    window = _window([_lead("L1"), _lead("L2", languages=("de",))], [_rep("ana", 0)])
    found = relax(window, solve(window), RelaxCosts(language=None))
    assert found.impossible == ("L2",)
    assert [one.kind for one in found.changes] == [ChangeKind.SLOT]


def test_slots_that_nobody_may_add_place_as_many_as_fit() -> None:
    """Without slots for sale the free ones are filled at the least cost."""
    window = _window([_lead("L1", languages=("de",)), _lead("L2", languages=("de",))],
                     [_rep("ana", 1)])
    found = relax(window, solve(window), RelaxCosts(slot=None))
    assert (len(found.owners), len(found.impossible), found.cost) == (1, 1, 8.0)
    assert found.gap == 0


def test_leads_beyond_rules_say_what_they_lack() -> None:
    """Missing cells are no matter of rules about reps."""
    window = _window([_lead("L1", score=None)], [_rep("ana", 1)])
    found = relax(window, solve(window))
    assert (found.held, found.changes) == (0, ())
    [one] = found.beyond_rules
    assert one.held.reasons[0].code is ReasonCode.NEEDS_DATA
    assert one.lacks == "needs the missing cells (blank: score)"


def test_a_plan_of_another_window_is_refused() -> None:
    """The answer would be about other leads."""
    window = _window([_lead("L1")], [_rep("ana", 1)])
    other = window.model_copy(update={"leads": (_lead("L2"),)})
    with pytest.raises(UsageError, match="other leads"):
        relax(other, solve(window))


def test_the_same_rounds_give_the_same_bytes() -> None:
    """Counted in rounds, an answer repeats."""
    leads = [_lead(f"L{n}", languages=("de",), required_skills={"crm": 0.5}) for n in range(6)]
    window = _window(leads, [_rep(f"r{n}", n) for n in range(4)])
    plan = solve(window)
    one, two = (render_relaxation(relax(window, plan, time_limit=None, rounds=5))
                for _ in range(2))
    assert one == two
    assert set(one) == {"relax.json", "changes.csv", "owners.csv", "beyond_rules.csv"}
