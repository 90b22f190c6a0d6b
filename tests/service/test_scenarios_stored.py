"""Scenarios beside a stored window: what it does not hold is refused, never taken for blank."""

from __future__ import annotations

from typing import Any

import pytest

from solver import what_if
from solver.models import Policy, Window
from solver.scenarios import Scenario
from tests.service.comparing import ask, fill, inputs_of, work
from tests.service.queueing import activate, lead, put_leads, put_rep, run
from tests.service.serving import START, Service


@pytest.fixture
def floor(service: Service) -> Service:
    """Two reps, and leads of bosses that wait."""
    fill(service)
    put_rep(service, "cy", capacity=1, email="cy@x.example")
    put_leads(service, *(lead(f"B{number}", title="Boss", email=f"b{number}@acme.com",
                              attributes={"Tier": "gold"}) for number in range(3)))
    return service


def _scale(where: str) -> list[dict[str, Any]]:
    return [{"name": "plain", "edits": []}, {"name": "scaled", "edits": [
        {"edit": "capacity", "rep_ids": ["ana"], "set": 1},
        {"edit": "scale_leads", "where": where, "factor": 2}]}]


def _refused(service: Service, scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    window_id = run(service).window_id
    answer = service.client.post("/v1/scenarios", json={
        "scenarios": scenarios, "window_id": window_id})
    assert answer.status_code == 422, answer.text
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


@pytest.mark.parametrize(("where", "named"), [
    ("lead.title is empty", "lead.title"), ("lead.title != 'Boss'", "lead.title"),
    ("not (lead.title = 'Boss')", "lead.title"), ("lead.email = 'b1@acme.com'", "lead.email"),
    ("lead.Tier = 'gold'", "lead.Tier")])
def test_a_filter_on_what_is_not_stored_is_refused(floor: Service, where: str, named: str) -> None:
    """With the field, the place and what to do; of all scenarios at once."""
    (problem,) = _refused(floor, _scale(where))
    assert problem["pointer"] == "/scenarios/1/edits/1/where"
    assert problem["offending"] == named
    assert "the stored window" in problem["detail"]


@pytest.mark.parametrize(("edit", "named", "field"), [
    ({"edit": "remove_reps", "where": "rep.email is empty"}, "rep.email", "where"),
    ({"edit": "policy", "set": {"must_place": "lead.title = 'Boss'"}}, "lead.title", "set"),
    ({"edit": "policy", "set": {"groups": {"by": "domain"}}}, "lead.domain", "set"),
    ({"edit": "policy", "set": {"groups": {"by": "family", "mode": "as_many_as_fit"}}},
     "account.parent_id", "set"),
    ({"edit": "campaign", "name": "c", "like": "lead.title = 'Boss'", "from": "2026-11-18",
      "to": "2026-11-18", "leads_per_day": 1}, "lead.title", "like")])
def test_so_is_every_edit_that_looks_at_it(floor: Service, edit: dict[str, Any], named: str,
                                           field: str) -> None:
    """Of reps, of campaigns, of the policy."""
    (problem,) = _refused(floor, [{"name": "x", "edits": [edit]}])
    assert (problem["pointer"], problem["offending"]) == (f"/scenarios/0/edits/0/{field}", named)


def test_what_the_policy_of_its_day_looked_at_is_there(floor: Service) -> None:
    """And what every window holds, with what is worked out of it."""
    activate(floor, Policy.model_validate({"must_place": "lead.title = 'Boss'"}))
    window_id = run(floor).window_id
    ask(floor, [*_scale("lead.title = 'Boss'"), {"name": "old", "edits": [
        {"edit": "remove_reps", "where": "rep.free_slots > 0 and rep.rep_id = 'ana'"},
        {"edit": "scale_leads", "where": "lead.age_hours > 0 and lead.worth > 0", "factor": 2}]}],
        window_id=window_id)
    work(floor)


def test_the_queue_is_read_for_the_policies_of_scenarios(floor: Service) -> None:
    """Leads are grouped by domains that the policy of now does not look at."""
    together = {"name": "together", "edits": [
        {"edit": "policy", "set": {"groups": {"by": "domain", "mode": "as_many_as_fit"}}}]}
    ask(floor, [together])
    inputs = inputs_of(floor.context)
    assert {one.email for one in inputs.window.leads} == {None}
    whole = inputs.window.model_copy(update={"leads": tuple(
        one.model_copy(update={"email": "b@acme.com", "domain": None})
        if one.lead_id.startswith("B") else one for one in inputs.window.leads)})
    scenario = Scenario.model_validate(together)
    assert (what_if(inputs.window, [scenario]).results[0].figures
            == what_if(Window.model_validate(whole.model_dump()), [scenario]).results[0].figures)
    assert {one.domain for one in inputs.window.leads} == {None, "acme.com"}
    assert inputs.window.at >= START
