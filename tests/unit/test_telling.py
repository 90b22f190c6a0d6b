"""Which events are told to people, and to whom of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from api.delivery.texts import TEXTS
from api.service.telling import KINDS, is_known, matches, notices, text_kind
from api.store.outbox import OutboxRow
from solver.hand_off import Step
from solver.models import Queue
from tests.command_line import ROOT

_CONTACTS = {Queue.REVIEW: "eva", Queue.MANAGER: "max"}


def _event(kind: str, **told: Any) -> OutboxRow:
    return OutboxRow(1, "msg_1", kind, "L1", json.dumps(told), datetime(2026, 11, 18, tzinfo=UTC))


@pytest.mark.parametrize(("kind", "told", "previous", "expected"), [
    ("lead.assigned", {"rep_id": "ana", "state": "assigned"}, None, {"ana": "assigned"}),
    ("lead.reassigned", {"rep_id": "ana", "state": "assigned"}, "ben",
     {"ben": "taken", "ana": "assigned"}),
    ("lead.updated", {"rep_id": "ana", "state": "contacted"}, None, {"ana": "updated"}),
    ("lead.updated", {"rep_id": "ana", "state": "won"}, None, {}),
    ("lead.updated", {"state": "waiting", "queue": "review"}, None, {}),
    ("lead.received", {"state": "waiting", "queue": "review"}, None, {"eva": "queued"}),
    ("lead.received", {"state": "waiting", "queue": "next_window"}, None, {}),
    ("lead.queued", {"rep_id": "ana", "queue": "next_window"}, None, {"ana": "taken"}),
    ("lead.returned", {"rep_id": "ana", "queue": "next_window"}, None, {"ana": "returned"}),
    ("lead.returned", {"rep_id": "ana", "queue": "manager"}, None,
     {"max": "given_up", "ana": "returned"}),
    ("lead.rejected", {"rep_id": "ana", "queue": "manager"}, None,
     {"max": "given_up", "ana": "excluded"}),
    ("lead.aged", {"queue": "manager"}, None, {"max": "aged"}),
    ("lead.accepted", {"rep_id": "ana", "state": "accepted"}, None, {}),
])
def test_who_is_told_in_person(kind: str, told: dict[str, str], previous: str | None,
                               expected: dict[str, str]) -> None:
    """The owner, the former one, and the contact of the queue, each with a text of their own."""
    found = notices(_event(kind, **told), _CONTACTS, previous)
    assert found == expected
    assert set(found.values()) <= TEXTS.keys()


def test_what_a_channel_reads() -> None:
    """A lead that came back too often needs the manager; most events have no text."""
    assert text_kind(_event("lead.returned", queue="next_window")) == "returned"
    assert text_kind(_event("lead.returned", queue="manager")) == "given_up"
    assert text_kind(_event("lead.won")) is None


def test_kinds_that_can_be_asked_for() -> None:
    """Every step of a lead, a noun as a whole, everything; nothing misspelt."""
    assert all(is_known(f"lead.{step}") for step in Step)
    assert is_known("*")
    assert is_known("rep.*")
    assert not is_known("lead.asigned")
    assert is_known("lead.shadow_decision")
    assert not is_known("leads.*")
    assert not is_known("rep.puased")
    assert not is_known("rep")


def test_every_kind_that_is_told_can_be_asked_for() -> None:
    """The list is closed, so that an event that is missing there could not be had."""
    written = {found for path in (ROOT / "api").rglob("*.py") for found in re.findall(
        r'Happening\(\s*"([a-z]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert "rep.resumed" in written
    assert written <= KINDS
    readme = (ROOT / "api/README.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in readme for kind in KINDS if not kind.startswith("lead."))


def test_a_target_gets_what_it_asked_for() -> None:
    """By name, by noun, or everything."""
    assert matches(["lead.assigned"], "lead.assigned")
    assert matches(["lead.*"], "lead.assigned")
    assert matches(["*"], "lead.assigned")
    assert not matches(["lead.won", "rep.*"], "lead.assigned")
