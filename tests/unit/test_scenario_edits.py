"""What each edit makes of a window; the window itself stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest

from solver.models import Lead, Rep, Territory, Window
from solver.scenarios import (
    AddReps,
    AddSkill,
    Campaign,
    CapacityOf,
    ChangeCapacity,
    ChangePolicy,
    CloseDay,
    Edit,
    MoveTerritory,
    OpenLeads,
    OpenTerritory,
    RampUpStep,
    RemoveReps,
    RepChanges,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
    apply,
)
from tests.scenario_windows import AT, floor, with_rules

_TODAY = date(2026, 11, 18)


def _after(*edits: Edit, window: Window | None = None) -> Window:
    return apply(window or floor(), Scenario(name="try", edits=edits))


def _reps(window: Window) -> dict[str, Rep]:
    return {rep.rep_id: rep for rep in window.reps}


def _leads(window: Window) -> dict[str, Lead]:
    return {lead.lead_id: lead for lead in window.leads}


def _changed(window: Window) -> dict[str, Rep]:
    """Return the reps who are not as they were."""
    before = _reps(floor())
    return {rep_id: rep for rep_id, rep in _reps(window).items() if before.get(rep_id) != rep}


_EVERY_KIND: tuple[Edit, ...] = (
    AddReps(like="ana", count=2), RemoveReps(rep_ids=("cleo",)),
    ChangeCapacity(where='team = "West"', add=2),
    TakeTimeOff(rep_ids=("ben",), from_=date(2026, 11, 19), to=date(2026, 11, 20)),
    CloseDay(date=date(2026, 12, 25)), AddSkill(rep_ids=("ben",), skill="crm", level=0.7),
    MoveTerritory(territory="South", from_=("ana",)),
    OpenTerritory(territory=Territory(name="Fairs", sources=("fair",)), reps=("ben",),
                  before="North"),
    ScaleLeads(where='country = "GB"', factor=1.6),
    ShiftLeads(where='source = "web"', share=0.5, set={"country": "ES"}),
    Campaign(name="spring", like='source = "fair"', from_=_TODAY, to=_TODAY, leads_per_day=3),
    ChangePolicy(set={"reserve_value": 50}))


def test_nothing_is_mutated_and_no_edit_is_the_window_itself() -> None:
    """With every kind of edit at once."""
    window, same = floor(), floor()
    after = _after(*_EVERY_KIND, window=window)
    assert window == same
    assert after != window
    assert _after(window=window) == window


def test_an_edited_window_is_one_that_could_be_read() -> None:
    """Sorted, each id once, every record valid."""
    after = _after(*_EVERY_KIND)
    assert Window.model_validate_json(after.model_dump_json()) == after


@pytest.mark.parametrize("number", [0, 4, 8])
def test_the_order_of_edits_plays_no_part(number: int) -> None:
    """Each looks at the window as it is."""
    some = _EVERY_KIND[number:number + 4]
    assert len({_after(*order).model_dump_json() for order in permutations(some)}) == 1


# --- reps ----------------------------------------------------------------------------------------


def test_hires_are_like_the_rep_with_nothing_on_hand() -> None:
    """A record of their own: no leads, no address, in the file from the day of the window."""
    reps = _changed(_after(AddReps(like="ana", count=2)))
    ana = _reps(floor())["ana"]
    assert list(reps) == ["ana+1", "ana+2"]
    assert reps["ana+1"] == ana.model_copy(update={
        "rep_id": "ana+1", "name": "Ana +1", "email": None, "open_leads": 0,
        "started_on": _TODAY})
    assert reps["ana+1"].free_slots == 3


def test_hires_differ_in_what_is_named() -> None:
    """Skills and attributes are added, lists and values replaced; null is a value."""
    (rep,) = _changed(_after(AddReps(like="ben", capacity=9, changes=RepChanges(
        team="East", skills={"CRM": 0.7, "law": 1.0}, attributes={"grade": "new"},
        territories=("South",), daily_cap=None)))).values()
    assert (rep.capacity, rep.team, rep.territories, rep.daily_cap) == (9, "East", ("South",), None)
    assert rep.skills == {"crm": 0.7, "law": 1.0}
    assert rep.attributes == {"grade": "new"}


def test_ids_of_hires_pass_over_those_that_are_taken() -> None:
    """By reps who are there, and by other edits."""
    window = floor()
    taken = window.model_copy(update={"reps": (*window.reps, window.reps[0].model_copy(
        update={"rep_id": "ana+1"}))})
    after = _after(AddReps(like="ana"), AddReps(like="ana"), window=taken)
    assert [rep for rep in _reps(after) if rep.startswith("ana")] == [
        "ana", "ana+1", "ana+2", "ana+3"]


@pytest.mark.parametrize(("starts_on", "active", "capacity", "cap"), [
    (_TODAY + timedelta(days=1), False, 10, 5),
    (_TODAY, True, 0, 0),
    (_TODAY - timedelta(days=7), True, 3, 1),  # a quarter of 10 is 2.5, of 5 1.25: halves go up
    (_TODAY - timedelta(days=29), True, 3, 1),
    (_TODAY - timedelta(days=30), True, 10, 5),
])
def test_a_ramp_opens_part_of_the_capacity(starts_on: date, active: bool, capacity: int, cap: int
                                           ) -> None:
    """By days since the first, of the daily cap too; before the first day the rep is not there."""
    ramp = (RampUpStep(after_days=7, share=0.25), RampUpStep(after_days=30, share=1.0))
    (rep,) = _changed(_after(AddReps(like="ben", capacity=10, starts_on=starts_on, ramp=ramp,
                                     changes=RepChanges(daily_cap=5)))).values()
    assert (rep.active, rep.capacity, rep.daily_cap) == (active, capacity, cap)
    assert rep.started_on == starts_on


def test_the_first_day_is_that_of_the_reps_zone() -> None:
    """At 15:00 UTC it is tomorrow in Auckland."""
    hire = AddReps(like="ana", starts_on=_TODAY + timedelta(days=1),
                   changes=RepChanges(timezone="Pacific/Auckland"))
    assert _reps(_after(hire))["ana+1"].active
    assert not _reps(_after(hire.model_copy(update={"changes": RepChanges()})))["ana+1"].active


def test_reps_who_leave_stay_in_the_file() -> None:
    """Not active; the leads that they own stay theirs."""
    after = _after(RemoveReps(rep_ids=("ana",)))
    assert _changed(after) == {"ana": _reps(floor())["ana"].model_copy(update={"active": False})}
    assert after.leads == floor().leads


def test_leads_of_reps_who_leave_can_be_routed() -> None:
    """They lose their owner."""
    after = _after(RemoveReps(where='rep_id = "ana"', leads=OpenLeads.ROUTE))
    assert _leads(after)["kept"].owner_id is None
    assert _leads(after)["L1"] == _leads(floor())["L1"]


@pytest.mark.parametrize(("change", "capacities"), [
    ({"set": 7}, {"ana": 7, "ben": 7}), ({"add": -2}, {"ana": 1, "ben": 0}),
    ({"factor": 1.5}, {"ana": 5, "ben": 3}), ({"factor": 0.0}, {"ana": 0, "ben": 0}),
])
def test_capacity_is_set_raised_or_scaled(change: dict[str, float], capacities: dict[str, int]
                                          ) -> None:
    """Products are rounded, halves up."""
    edit = ChangeCapacity.model_validate({"where": 'team = "West"', **change})
    assert {rep_id: rep.capacity for rep_id, rep in _changed(_after(edit)).items()} == capacities


def test_a_daily_cap_is_changed_alone() -> None:
    """The capacity stays."""
    (ben,) = _changed(_after(ChangeCapacity(rep_ids=("ben",), of=CapacityOf.DAILY_CAP, add=3))
                      ).values()
    assert (ben.daily_cap, ben.capacity) == (7, 2)


def test_time_off_is_added_in_the_reps_zone() -> None:
    """Local days where there is a zone, else those of UTC, both ends included."""
    reps = _changed(_after(TakeTimeOff(rep_ids=("ana", "cleo"), from_=date(2026, 12, 24),
                                       to=date(2026, 12, 31))))
    assert reps["ana"].time_off == ("2026-12-24/2026-12-31",)
    assert reps["cleo"].time_off == ("2026-12-24T00:00:00Z/2027-01-01T00:00:00Z",)


def test_a_closed_day_is_everybodys() -> None:
    """Of new reps too, but not of who is not active."""
    reps = _changed(_after(CloseDay(date=_TODAY), AddReps(like="ana")))
    assert list(reps) == ["ana", "ana+1", "ben", "cleo"]
    assert reps["ana+1"].time_off == ("2026-11-18/2026-11-18",)


def test_a_closed_day_of_some_is_not_that_of_others() -> None:
    """Who is named, or matches."""
    assert list(_changed(_after(CloseDay(date=_TODAY, where='team = "East"')))) == ["cleo"]


def test_a_skill_keeps_its_spelling() -> None:
    """Names compare by case folding, and one rep has one level of it."""
    (ana,) = _changed(_after(AddSkill(rep_ids=("ana",), skill="CRM", level=0.2))).values()
    assert ana.skills == {"crm": 0.2}


def test_a_territory_changes_hands() -> None:
    """Names compare; others keep theirs."""
    reps = _changed(_after(MoveTerritory(territory="NORTH", from_=("ana",), to=("cleo",))))
    assert {rep_id: rep.territories for rep_id, rep in reps.items()} == {
        "ana": ("South",), "cleo": ("South", "NORTH")}


# --- leads ---------------------------------------------------------------------------------------


def _scaled(factor: float) -> set[str]:
    return set(_leads(_after(ScaleLeads(where='country = "GB"', factor=factor))))


@pytest.mark.parametrize(("factor", "number"), [
    (0.0, 0), (0.1, 0), (0.25, 1), (0.5, 2), (1.0, 4), (1.1, 4), (1.125, 5), (2.0, 8), (2.5, 10)])
def test_leads_are_scaled_to_the_nearest_number(factor: float, number: int) -> None:
    """Four leads are from GB and routed; kept and held ones stay."""
    scaled = _scaled(factor)
    assert len(scaled) == number + 4
    assert {"L4", "L5", "kept", "blank"} <= scaled


def test_a_larger_factor_holds_the_leads_of_a_smaller_one() -> None:
    """So differences between scenarios are not noise."""
    factors = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.25, 3.0]
    for fewer, more in pairwise(factors):
        assert _scaled(fewer) < _scaled(more)


def test_a_copy_is_like_its_model_and_nobodys() -> None:
    """Its id is the model's with a number, the next one where that is taken."""
    window = floor(route_when="all")
    after = _after(ScaleLeads(where='lead_id = "kept"', factor=2), window=window)
    assert _leads(after)["kept+1"] == _leads(window)["kept"].model_copy(
        update={"lead_id": "kept+1", "owner_id": None})


def test_leads_shift_to_another_segment() -> None:
    """A share of them; attributes are added, the one source takes the place of several."""
    after = _after(ShiftLeads(share=0.5, set={
        "source": "fair", "attributes": {"why": "plan"}, "country": "ES"}))
    before = _leads(floor())
    changed = [lead for lead_id, lead in _leads(after).items() if before[lead_id] != lead]
    assert len(changed) == 3
    assert all((lead.source, lead.sources, lead.country, lead.attributes)
               == ("fair", (), "ES", {"why": "plan"}) for lead in changed)


def test_copies_shift_like_other_leads() -> None:
    """Half of eight are four, whichever they are."""
    after = _after(ScaleLeads(where='country = "GB"', factor=2),
                   ShiftLeads(where='country = "GB"', share=0.5, set={"country": "FR"}))
    assert [lead.country for lead in after.leads].count("FR") == 4


def test_leads_that_come_later_have_not_come() -> None:
    """Earlier ones are older."""
    later = _after(ShiftLeads(where='lead_id = "L1"', days=0.5))
    assert "L1" not in _leads(later)
    soon = _after(ShiftLeads(where='lead_id = "L1"', days=1 / 24))
    assert _leads(soon)["L1"].created_at == AT - timedelta(hours=1)
    earlier = _after(ShiftLeads(where='lead_id = "L1"', days=-1))
    assert _leads(earlier)["L1"].created_at == AT - timedelta(hours=26)


@pytest.mark.parametrize(("first", "last", "number"), [
    (_TODAY, _TODAY, 5), (_TODAY - timedelta(days=9), _TODAY + timedelta(days=9), 5),
    (_TODAY + timedelta(days=1), _TODAY + timedelta(days=9), 0),
    (_TODAY - timedelta(days=9), _TODAY - timedelta(days=1), 0)])
def test_a_campaign_brings_its_leads_of_the_day(first: date, last: date, number: int) -> None:
    """Copies of those that match, in turn, with what is set."""
    after = _after(Campaign(name="spring", like='source = "fair"', from_=first, to=last,
                            leads_per_day=4.5, set={"source": "mail"}))
    before, now = _leads(floor()), _leads(after)
    added = {lead_id: lead for lead_id, lead in now.items() if lead_id not in before}
    assert list(added) == [f"spring+{n + 1}" for n in range(number)]
    assert {lead.source for lead in added.values()} <= {"mail"}
    deals = sorted(lead.deal_value or 0 for lead in added.values())
    assert deals in ([], [700, 700, 700, 800, 800], [700, 700, 800, 800, 800])


def test_a_larger_campaign_holds_the_smaller() -> None:
    """The same leads come first."""
    def deals(per_day: float) -> list[tuple[str, float | None]]:
        after = _after(Campaign(name="c", like="true", from_=_TODAY, to=_TODAY,
                                leads_per_day=per_day))
        return [(lead.lead_id, lead.deal_value) for lead in after.leads
                if lead.lead_id.startswith("c+")]
    assert set(deals(2)) < set(deals(4))


# --- policy --------------------------------------------------------------------------------------


def _policy(change: dict[str, object], read: Callable[[Window], object]) -> object:
    return read(_after(ChangePolicy.model_validate({"set": change}), window=with_rules()))


def test_keys_of_the_policy_are_set_one_by_one() -> None:
    """What is not named stays."""
    assert _policy({"match": {"unknown": 0.3}}, lambda window: window.policy.match) == (
        with_rules().policy.match.model_copy(update={"unknown": 0.3}))
    assert _policy({"territory_fit": {"home": None}},
                   lambda window: window.policy.territory_fit.home) is None


def test_entries_with_names_change_by_name() -> None:
    """Null takes one out, a new name adds one at the end; a list stands for the whole list."""
    def limits(window: Window) -> list[tuple[str, object, object]]:
        return [(one.name, one.upper, one.price) for one in window.policy.limits]
    assert _policy({"limits": {"West": {"price": 5}, "All": {"upper": 9}}}, limits) == [
        ("West", 2, 5.0), ("East", 1, None), ("All", 9, None)]
    assert _policy({"limits": {"West": None}}, limits) == [("East", 1, None)]
    assert _policy({"limits": [{"name": "One", "lower": 1}]}, limits) == [("One", None, None)]
    assert _policy({"rules": {"fairs to seniors": {"kind": "must"}}},
                   lambda window: [rule.kind.value for rule in window.policy.rules]) == ["must"]


def test_null_takes_an_entry_out_of_a_mapping() -> None:
    """Of named accounts, whose keys are the organisation's own."""
    assert _policy({"precedence": {"named_accounts": {"A-1": None, "A-3": "cleo"}}},
                   lambda window: window.policy.precedence.named_accounts) == {
        "A-2": "ben", "A-3": "cleo"}


def test_a_territory_opens_where_it_should() -> None:
    """Before the first rule of a name, or behind all; several in the order of the edits."""
    after = _after(OpenTerritory(territory=Territory(name="Alps"), reps=("ana",), before="south"),
                   OpenTerritory(territory=Territory(name="Coast"), reps=("ana", "ben"),
                                 before="South"),
                   OpenTerritory(territory=Territory(name="Rest"), reps=("cleo",)))
    assert [rule.name for rule in after.policy.territories] == [
        "North", "Alps", "Coast", "South", "Rest"]
    assert {rep_id: rep.territories for rep_id, rep in _changed(after).items()} == {
        "ana": ("North", "South", "Alps", "Coast"), "ben": ("North", "South", "Coast"),
        "cleo": ("South", "Rest")}
