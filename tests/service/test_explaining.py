"""Why a lead is where it is, why not another rep, and whose figures who is shown."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.service.context import Scope
from api.service.owning import Source
from api.solving.deciding import WindowInputs
from api.solving.packing import unpack
from api.store.leads import update_lead
from api.store.schema import windows
from api.store.windows import read_inputs
from solver import solve, why_not
from solver.models import Limit, Policy, Reason, ReasonCode
from solver.models.policy import Match
from tests.service.builders import add_lead, add_rep, give, lead_of, put_rep, set_policy
from tests.service.deciding import route, run_window
from tests.service.serving import Service

BY_SKILL = Policy(match=Match(skill=1.0, territory=0.0))
#: Figures of Ben and of the comparison with him, as they stand in sentences and in JSON.
_OF_BEN = ("450.00", "45000", "427.50", "42750", "2.50", "250", "0.9")


def _desk(service: Service, policy: Policy = BY_SKILL) -> None:
    """Ana would bring 500.00, Ben 450.00, and the third lead finds no slot."""
    context = service.context
    set_policy(context, policy)
    any_lead: dict[str, Any] = {"capacity": 1, "territories": ("*",), "languages": ("en",)}
    add_rep(context, "ana", skills={"a": 1.0}, **any_lead)
    add_rep(context, "ben", skills={"a": 0.9}, **any_lead)
    add_rep(context, "cid", capacity=1, territories=("*",), languages=("fr",))
    add_rep(context, "dee", skills={"a": 0.0}, **any_lead)
    for at, worth in enumerate((1000.0, 950.0, 400.0), start=1):
        add_lead(context, f"L{at}", needs={"a": 1.0}, deal_value=worth, languages=("en",),
                 created_at=service.clock.now - timedelta(minutes=10 - at))


def _explained(service: Service, lead_id: str = "L1", rep: str | None = None,
               key: dict[str, str] | None = None) -> dict[str, Any]:
    found = service.client.get(f"/v1/leads/{lead_id}/explanation",
                               params={} if rep is None else {"rep": rep}, headers=key)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


def test_the_window_that_gave_the_lead_explains_it(service: Service) -> None:
    """The sentences of the plan, with all figures for a manager."""
    _desk(service)
    window_id = run_window(service)
    found = _explained(service)
    assert (found["fate"], found["rep_id"], found["source"], found["window_id"]) == (
        "owned", "ana", "window", window_id)
    assert found["sentences"][0].startswith("Lead L1 went to ana: value 500.00")
    assert found["assignment"]["factors"]["performance"] == 1.0
    held = _explained(service, "L3")
    assert (held["fate"], held["window_id"]) == ("held", window_id)
    assert held["sentences"][0] == "Lead L3 is held in queue next_window."
    assert held["sentences"][1].startswith("OUTBID:")


@pytest.mark.parametrize("policy", [
    BY_SKILL, BY_SKILL.model_copy(update={"limits": (Limit(name="all", upper=2),)})],
    ids=["plain", "limits"])
def test_why_not_is_asked_of_the_stored_window(service: Service, policy: Policy) -> None:
    """Exact: what the stored plan of the stored inputs says, whatever happened since."""
    _desk(service, policy)
    run_window(service)
    put_rep(service.context, "ben", skills={"a": 0.1})
    found = _explained(service, "L1", "ben")["why_not"]
    assert (found["asked_of"], found["rep_id"], found["refused_by"]) == ("window", "ben", [])
    with service.context.database.read() as tx:
        packed = read_inputs(tx, lead_of(service.context).window_id or "")
    window = WindowInputs.model_validate_json(unpack(packed or b"")).window
    expected = why_not(window, solve(window), "L1", "ben")
    assert found["sentence"] == expected.sentence
    assert found["cost"] == expected.cost
    refused = _explained(service, "L1", "cid")["why_not"]
    assert refused["refused_by"] == ["NO_LANGUAGE"]
    assert "speaks fr" in refused["sentence"]
    held = _explained(service, "L3", "ana")["why_not"]
    assert held["cost"] > 0


def test_a_hot_lead_is_asked_about_as_things_are_now(service: Service) -> None:
    """A window of its own, in which its slot is free: Ben would bring 50.00 less."""
    _desk(service)
    route(service, "L1")
    found = _explained(service, "L1", "ben")
    assert (found["source"], found["window_id"]) == ("hot", None)
    answer = found["why_not"]
    assert (answer["asked_of"], answer["cost"]) == ("now", 5000)
    assert _explained(service, "L1", "ana")["why_not"]["cost"] == 0
    put_rep(service.context, "ben", skills={"a": 0.8})
    assert _explained(service, "L1", "ben")["why_not"]["cost"] == 10_000


def test_by_hand_waiting_kept_and_merged(service: Service) -> None:
    """Every lead has its sentence."""
    _desk(service)
    context = service.context
    assert _explained(service, "L1")["sentences"] == ["Lead L1 waits for the next window."]
    assert _explained(service, "L1", "dee")["why_not"]["asked_of"] == "now"
    give(context, "L1", "ben", source=Source.MANUAL)
    assert _explained(service, "L1")["sentences"] == ["Lead L1 went to ben."]
    with context.database.write() as tx:
        update_lead(tx, "L2", state="merged", queue=None, merged_into="L1")
        update_lead(tx, "L3", state="kept", queue=None, kept_by="crm-7")
    assert _explained(service, "L2")["sentences"] == ["Lead L2 is one with lead L1."]
    assert _explained(service, "L3")["sentences"] == ["Lead L3 is kept by its owner crm-7."]
    asked = service.client.get("/v1/leads/L2/explanation?rep=ana")
    assert (asked.status_code, asked.json()["code"]) == (409, "merged")


def test_a_queue_chosen_by_hand_is_not_laid_to_a_window(service: Service) -> None:
    """A window looked at the lead before; the reason is a person's."""
    _desk(service)
    run_window(service)
    reason = Reason(code=ReasonCode.BY_HAND, detail="called junk by hand")
    with service.context.database.write() as tx:
        update_lead(tx, "L3", queue="junk", reasons=f"[{reason.model_dump_json()}]")
    found = _explained(service, "L3", "ana")
    assert found["window_id"] is None
    assert found["why_not"]["asked_of"] == "now"


def test_a_window_that_is_not_stored_any_more(service: Service) -> None:
    """The sentences stay; why not another rep needs the inputs, and the answer says so."""
    _desk(service)
    run_window(service)
    with service.context.database.write() as tx:
        tx.connection.execute(update(windows).values(inputs=None, plan=None))
    assert _explained(service, "L1")["sentences"][0].startswith("Lead L1 went to ana")
    asked = service.client.get("/v1/leads/L1/explanation?rep=ben")
    assert (asked.status_code, asked.json()["code"]) == (409, "window_not_stored")
    unknown = service.client.get("/v1/leads/L1/explanation?rep=nobody")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown")


def test_a_rep_who_came_after_the_window(service: Service) -> None:
    """The stored window does not know the rep."""
    _desk(service)
    run_window(service)
    add_rep(service.context, "new")
    asked = service.client.get("/v1/leads/L1/explanation?rep=new")
    assert (asked.status_code, asked.json()["code"]) == (409, "no_answer")
    assert "'new'" in asked.json()["detail"]


@pytest.mark.parametrize(("scopes", "rep_id"), [
    ((Scope.READ,), "ana"), ((Scope.READ,), "cid"), ((Scope.READ,), None),
    ((Scope.READ, Scope.OPERATE), "ana")], ids=["owner", "colleague", "reader", "operating rep"])
def test_no_figure_of_a_colleague_leaks(service: Service, scopes: tuple[Scope, ...],
                                        rep_id: str | None) -> None:
    """Not in sentences, figures, reasons, the history or the answer to why not."""
    _desk(service)
    run_window(service)
    key = service.key(*scopes, rep_id=rep_id)
    texts = [json.dumps(_explained(service, lead_id, "ben", key)) for lead_id in ("L1", "L3")]
    texts.append(json.dumps(_explained(service, "L2", None, key)))
    for lead_id in ("L1", "L2", "L3"):
        texts += [service.client.get(f"/v1/leads/{lead_id}{path}", headers=key).text
                  for path in ("", "/history")]
    found = [figure for figure in _OF_BEN for text in texts
             if f" {figure}" in text or f":{figure}," in text.replace(" ", "")]
    assert not found
    own = _explained(service, "L1", None, key)["sentences"]
    assert (len(own) > 1) is (rep_id == "ana")
    manager = service.key(Scope.READ, Scope.OPERATE)
    assert "450.00" in json.dumps(_explained(service, "L1", None, manager))


def test_a_rep_is_told_what_refuses_the_own_hands(service: Service) -> None:
    """The rule and its words, where the question is about the rep itself."""
    _desk(service)
    run_window(service)
    own = _explained(service, "L1", "cid", service.key(Scope.READ, rep_id="cid"))["why_not"]
    assert "speaks fr" in own["sentence"]
    other = _explained(service, "L1", "cid", service.key(Scope.READ, rep_id="ana"))["why_not"]
    assert other["sentence"] == "Lead L1 may not go to rep cid: NO_LANGUAGE."
