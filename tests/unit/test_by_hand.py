"""Leads given by hand count for the limits of longer periods that filters find for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from solver.matrix.rows import ValueRows
from solver.models import Lead, Policy, Rep, Window
from solver.models.ledger import Entry, EntryKind, Ledger
from solver.sales_floor.by_hand import ledger_with_limits
from solver.sales_floor.ledger import settled

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _window(limit: dict[str, object], **entry: object) -> Window:
    """One lead of a web form that Ana owns, one that waits; and an entry of the first."""
    leads = tuple(Lead(lead_id=name, created_at=_AT - timedelta(hours=1), deal_value=900, score=50,
                       source="web", owner_id=owner)
                  for name, owner in (("owned", "ana"), ("waits", None)))
    entries = (Entry.model_validate({
        "kind": EntryKind.MANUAL, "lead_id": "owned", "rep_id": "ana", "at": _AT, **entry}),)
    return Window(
        at=_AT, leads=leads, ledger=Ledger(at=_AT, currency="USD", entries=entries),
        reps=(Rep(rep_id="ana", capacity=9, team="West"), Rep(rep_id="ben", capacity=9)),
        policy=Policy.model_validate({"limits": [
            {"name": "cap", "period": "day", "upper": 5, **limit},
            {"name": "window's own", "upper": 5}]}))


@pytest.mark.parametrize(("limit", "names"), [
    ({}, ("cap",)),
    ({"leads": "source = 'web'"}, ("cap",)),
    ({"leads": "source = 'fair'"}, ()),
    ({"reps": "team = 'West'"}, ("cap",)),
    ({"reps": "team = 'East'"}, ()),
    ({"each": "rep"}, ("cap:ana",)),
    ({"each": "team"}, ("cap:West",)),
    ({"each": "rep", "leads": "source = 'fair'"}, ()),
])
def test_filters_are_asked_of_a_lead_of_the_window(limit: dict[str, object],
                                                   names: tuple[str, ...]) -> None:
    """Its owner does not keep it from being looked at."""
    ledger = ledger_with_limits(_window(limit))
    assert ledger is not None
    assert ledger.entries[0].limits == names


@pytest.mark.parametrize(("limit", "names"), [
    ({}, ("cap",)),
    ({"reps": "team = 'West'"}, ("cap",)),
    ({"leads": "source = 'web'"}, ()),
])
def test_of_an_unknown_lead_only_the_rep_is_looked_at(limit: dict[str, object],
                                                      names: tuple[str, ...]) -> None:
    """A limit that looks at leads counts it only if its row says so."""
    ledger = ledger_with_limits(_window(limit, lead_id="elsewhere"))
    assert ledger is not None
    assert ledger.entries[0].limits == names
    named = ledger_with_limits(_window(limit, lead_id="elsewhere", limits=("cap",)))
    assert named is not None
    assert named.entries[0].limits == ("cap",)


def test_a_window_finds_what_was_used_by_hand() -> None:
    """And nothing of a rep whom nobody knows."""
    found = settled(ValueRows(_window({"measure": "slots"}, slots=3)))
    assert found is not None
    assert [(use.limit, use.used) for use in found.periods] == [("cap", 3)]
    stranger = settled(ValueRows(_window({}, rep_id="zoe")))
    assert stranger is not None
    assert not stranger.periods
