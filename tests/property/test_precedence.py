"""Who may have a lead and what pairs are worth, block by block, against the rules one by one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from solver.matrix.precedence import LAYERS, NO_REP
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.matrix.rows import Rows, ValueRows
from solver.models import Window
from tests.oracle.rich_pairs import Asked, RichPair, place, rich_lead, routed
from tests.property.rich_strategies import who_may_windows
from tests.property.strategies import AT


def _pair(rows: Rows, at: tuple[int, int], *, active: bool) -> RichPair:
    bits = int(rows.refused[at])
    assert bool(bits & Refusal.INACTIVE) != active
    reasons = frozenset(code for bit, code in REASON_RULES if bits & bit)
    if bits:
        return RichPair(reasons, eligible=False)
    numbers: dict[str, Any] = {name: float(getattr(rows, name)[at])
                               for name in ("skill_fit", "territory_fit", "match")}
    preference = 1.0 if rows.preference is None else float(rows.preference[at])
    return RichPair(reasons, eligible=True, preference=preference, value=int(rows.value[at]),
                    **numbers)


@settings(max_examples=250)
@given(who_may_windows())
def test_bits_and_values_are_those_of_the_rules_one_by_one(window: Window) -> None:
    """Every refusal, fit, factor and value of every pair is the oracle's, bit by bit."""
    rows, leads = ValueRows(window), routed(window)
    asked = Asked(window, leads)
    assert [lead.lead_id for lead in rows.leads.leads] == [lead.lead_id for lead in leads]
    for block in rows.blocks():
        found = rows.rows(block)
        for row, lead in enumerate(leads[block]):
            expected = rich_lead(lead, window, asked)
            for column, rep in enumerate(window.reps):
                pair = expected.pairs[rep.rep_id]
                blind = {"wait": None, "worth": None, "response": None}
                assert _pair(found, (row, column), active=rep.active) == RichPair(
                    **{**vars(pair), **blind})


@settings(max_examples=100)
@given(who_may_windows())
def test_layers_decide_and_pass_over_as_asked_one_by_one(window: Window) -> None:
    """The deciding layer and the absent rep who was passed over are the oracle's."""
    _check(window)


def _check(window: Window) -> None:
    rows, leads = ValueRows(window), routed(window)
    asked = Asked(window, leads)
    for block in rows.blocks():
        found = rows.rows(block)
        decisions = found.decisions
        for row, lead in enumerate(leads[block]):
            expected = rich_lead(lead, window, asked)
            assert found.value[row].tolist() == [
                expected.pairs[rep.rep_id].value or 0 for rep in window.reps]
            if decisions is None:
                assert (expected.decided_by, expected.passed_over) == (None, None)
                continue
            layer, gone = int(decisions.layer[row]), int(decisions.passed_over[row])
            assert (LAYERS[layer][0] if layer >= 0 else None) == expected.decided_by
            assert (None if gone == NO_REP else window.reps[gone].rep_id) == expected.passed_over


@settings(max_examples=100)
@given(who_may_windows())
def test_leads_are_sorted_out_by_the_rules_one_by_one(window: Window) -> None:
    """Each lead waits, stays or is routed where the oracle says."""
    triage = ValueRows(window).triage
    found = {lead.lead_id: where for where, leads in (
        ("kept", triage.kept), ("on_hold", triage.on_hold), ("NEEDS_DATA", triage.needs_data),
        ("LEGAL_HOLD", triage.legal_hold), ("TOO_OLD", triage.too_old), ("window", triage.routed))
        for lead in leads}
    assert found == {lead.lead_id: place(lead, window) for lead in window.leads}


def _family(kinds: tuple[str, ...], owner_away: str, away: tuple[bool, ...]) -> Window:
    """Return a window of one lead for which each layer names another rep."""
    off = {"timezone": "UTC", "time_off": ["2026-11-17/2026-12-01"]}
    names = ("named", "opportunity", "owner", "sister")
    return Window.model_validate({
        "at": AT, "leads": [{"lead_id": "L1", "created_at": AT, "deal_value": 100, "score": 100,
                             "account_id": "A", "required_skills": {"x": 1}}],
        "reps": [{"rep_id": name, "capacity": 1, **(off if gone else {})}
                 for name, gone in zip((*names, "other"), (*away, False), strict=True)],
        "accounts": [
            {"account_id": "A", "parent_id": "P", "named_rep_id": "named", "owner_id": "owner",
             "open_opportunity_owner_id": "opportunity"},
            {"account_id": "P"}, {"account_id": "C", "parent_id": "P", "owner_id": "other"},
            {"account_id": "B", "parent_id": "P", "owner_id": "sister"}],
        "policy": {"precedence": {"owner_away": owner_away, **dict(zip(
            (name for name, _ in LAYERS), kinds, strict=True))}}})


@pytest.mark.parametrize("owner_away", ["hold", "nearest"])
def test_layers_of_every_kind_with_anybody_away(owner_away: str) -> None:
    """All 81 kinds of four layers, with each set of the reps whom they name away."""
    for kinds in product(("hard", "preferred", "off"), repeat=len(LAYERS)):
        for away in product((False, True), repeat=len(LAYERS)):
            _check(_family(kinds, owner_away, away))
