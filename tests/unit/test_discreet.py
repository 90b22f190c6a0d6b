"""Explanations without figures of others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver import solve, why_not
from solver.explanation import (
    WhyNot,
    discreet_explanation,
    discreet_why_not,
    tells_nothing_of_others,
)
from solver.models import (
    Account,
    HeldLead,
    KeptLead,
    Lead,
    Policy,
    Queue,
    Reason,
    ReasonCode,
    Rep,
    Window,
)
from solver.models.policy import Match

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _window() -> Window:
    """Ana brings 100.00, Ben 80.00, Cid speaks another language; Dee's account is Ben's."""
    levels = {"ana": 1.0, "ben": 0.8}
    return Window(
        at=AT, policy=Policy(match=Match(skill=1.0, territory=0.0)),
        leads=(_lead("L1"), _lead("L2", account_id="acme")),
        accounts=(Account(account_id="acme", owner_id="ben"),),
        reps=(*(Rep(rep_id=rep_id, capacity=1, skills={"a": level}, languages=("en",),
                    territories=("*",)) for rep_id, level in levels.items()),
              Rep(rep_id="cid", capacity=1, languages=("fr",), territories=("*",))))


def _lead(lead_id: str, account_id: str | None = None) -> Lead:
    return Lead(lead_id=lead_id, created_at=AT, deal_value=100.0, score=100.0, needs={"a": 1.0},
                languages=("en",), account_id=account_id)


def test_an_owner_sees_the_own_figures_alone() -> None:
    """Others see who owns the lead, and which layer decided."""
    first, second = solve(_window()).assignments
    own = discreet_explanation(first, "ana").sentences
    assert own[0] == ("Lead L1 went to rep ana: value 100.00, the slot costs 0.00 (floor 0.00 + "
                      "price 0.00).")
    assert "performance 1" in own[1]
    for rep_id in ("ben", None):
        assert discreet_explanation(first, rep_id).sentences == ("Lead L1 went to rep ana.",)
    assert discreet_explanation(second, None).sentences == (
        "Lead L2 went to rep ben.",
        "The account owner decided: nobody else may have the lead.")


@pytest.mark.parametrize(("code", "rep_id", "told", "shown"), [
    (ReasonCode.OUTBID, "ana", "ana", False),
    (ReasonCode.OUTBID, "ana", None, False),
    (ReasonCode.NO_SKILL, "ana", "ana", True),
    (ReasonCode.NO_SKILL, "ana", "ben", False),
    (ReasonCode.NO_SKILL, None, None, False),
    (ReasonCode.TOO_OLD, None, "ben", True),
    (ReasonCode.POSSIBLE_DUPLICATE, None, None, True),
    (ReasonCode.POSSIBLE_DUPLICATE, None, "ben", False),
])
def test_details_of_reasons(code: ReasonCode, rep_id: str | None, told: str | None,
                            shown: bool) -> None:
    """Of the lead, or of the rep who is told; a person's data are not for reps without the lead."""
    reason = Reason(code=code, rep_id=rep_id, count=2, detail="the detail")
    assert tells_nothing_of_others(reason, told) is shown
    held = HeldLead(lead_id="L1", queue=Queue.NEXT_WINDOW, reasons=(reason,))
    assert discreet_explanation(held, told).sentences == (
        "Lead L1 is held in queue next_window.",
        f"{code.value}: the detail." if shown else f"{code.value} (2 reps).")


def test_a_kept_lead_has_no_figures() -> None:
    """Its sentence is the same for all."""
    kept = KeptLead(lead_id="L1", owner_id="crm-7")
    assert discreet_explanation(kept, None).sentences == ("Lead L1 is kept by its owner crm-7.",)


def test_why_not_without_costs_and_moves() -> None:
    """What forcing would cost tells what others bring."""
    window = _window()
    plan = solve(window)
    whole = why_not(window, plan, "L1", "ben")
    assert whole.cost is not None
    told = discreet_why_not(whole, "ben")
    assert (told.cost, told.cost_at_least, told.moves) == (None, None, ())
    assert told.sentence == ("Rep ben may have lead L1, but all leads together bring at least as "
                             "much without.")
    refused = why_not(window, plan, "L1", "cid")
    assert discreet_why_not(refused, "cid") == refused
    assert discreet_why_not(refused, "ben").sentence == (
        "Lead L1 may not go to rep cid: NO_LANGUAGE.")
    own = why_not(window, plan, "L1", "ana")
    assert discreet_why_not(own, None) == own
    nothing = WhyNot(lead_id="L1", rep_id="dee", sentence="Dee has no slot in this window.")
    assert discreet_why_not(nothing, None) == nothing
