"""The JSON of events, and what a CRM is told to write."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.delivery.crm import crm_ids, write_back
from api.delivery.payload import (
    Contact,
    Deadlines,
    LeadData,
    Owner,
    build_payload,
    envelope,
)
from api.delivery.webhooks import Message

AT = datetime(2026, 11, 20, 10, 5, tzinfo=timezone(timedelta(hours=1)))
ANA = Owner(rep_id="ana", name="Ana", email="ana@us.example",
            crm_ids={"salesforce": "005A0000001AAAA", "hubspot": "41629779"})
LEAD = LeadData(
    lead_id="L7", external_ids={"salesforce": "00QA0000001AAAA", "dynamics": "d-1", "own": "x"},
    company="Acme", state="assigned", why="Ana: 3,220.00 net.", owner=ANA,
    previous_owner=Owner(rep_id="ben"), value=412000, currency="EUR", policy_version="3",
    window_id="w1", deadlines=Deadlines(accept_by=AT),
    contact=Contact(first_name="Jane", email="jane@acme.example", phone="+49 30 1234"))


def test_the_payload_says_what_happened() -> None:
    """The envelope is that of Standard Webhooks; instants are UTC."""
    payload = build_payload("lead.assigned", "evt_1", AT, LEAD)
    assert {name: payload[name] for name in ("schema_version", "id", "type", "timestamp")} == {
        "schema_version": "1.0", "id": "evt_1", "type": "lead.assigned",
        "timestamp": "2026-11-20T09:05:00Z"}
    data = payload["data"]
    assert (data["lead_id"], data["state"], data["value"]) == ("L7", "assigned", 412000)
    assert data["owner"]["rep_id"] == "ana"
    assert data["previous_owner"]["rep_id"] == "ben"
    assert data["deadlines"]["accept_by"] == "2026-11-20T09:05:00Z"
    assert data["queue"] is None


def test_the_person_is_left_out_unless_asked_for() -> None:
    """No name, address or phone of the lead leaves the house by default."""
    body = Message.of(build_payload("lead.assigned", "evt_1", AT, LEAD)).body
    assert not any(text in body for text in ("Jane", "jane@", "+49", "contact\""))
    asked = build_payload("lead.assigned", "evt_1", AT, LEAD, include_contact=True)
    assert asked["data"]["contact"]["email"] == "jane@acme.example"


def test_each_crm_is_told_what_it_needs() -> None:
    """Only systems that know both lead and owner; Salesforce must not assign again by itself."""
    assert build_payload("lead.assigned", "evt_1", AT, LEAD)["data"]["crm"] == {
        "salesforce": {"Id": "00QA0000001AAAA", "OwnerId": "005A0000001AAAA",
                       "headers": {"Sforce-Auto-Assign": "FALSE"}}}
    assert write_back({"hubspot": "7", "dynamics": "g-1"}, {"hubspot": "41", "dynamics": "u-2"}) \
        == {"hubspot": {"id": "7", "properties": {"hubspot_owner_id": "41"}},
            "dynamics": {"leadid": "g-1", "ownerid@odata.bind": "/systemusers(u-2)"}}


def test_a_lead_without_owner_changes_no_crm() -> None:
    """A queue of ours is none of theirs."""
    held = LEAD.model_copy(update={"owner": None, "state": "waiting", "queue": "review"})
    assert build_payload("lead.queued", "evt_2", AT, held)["data"]["crm"] == {}


def test_ids_in_crms_come_from_the_attributes_of_a_rep() -> None:
    """HubSpot's is the id of the owner, not that of the user."""
    assert crm_ids({"Salesforce_Id": " 005A ", "hubspot_owner_id": "41", "hubspot_user_id": "9",
                    "dynamics_id": ""}) == {"salesforce": "005A", "hubspot": "41"}


@pytest.mark.parametrize("kind", ["assigned", "lead.", "Lead.assigned", "lead.assigned ", "a.b.c"])
def test_a_kind_has_a_noun_and_a_verb(kind: str) -> None:
    """Receivers choose by it."""
    with pytest.raises(ValueError, match=r"noun\.verb"):
        envelope(kind, "evt_1", AT, {})


def test_a_message_is_json_of_any_text() -> None:
    """Also of text that is no valid Unicode, and it keeps the event's id."""
    message = Message.of(envelope("rate.alert", "evt_3", datetime.now(UTC), {"rate": "a\ud800ü"}))
    assert message.message_id == "evt_3"
    assert json.loads(message.body.encode())["data"] == {"rate": "a\ud800ü"}
