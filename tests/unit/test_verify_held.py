"""The chain of reasons of held leads in rich windows: each link by a window of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.models import Lead, Plan, Policy, Queue, Reason, ReasonCode, Rep, Window
from solver.solving import solve
from solver.verify import verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
Row = dict[str, Any]
#: Leads are worth their deal value with everybody.
DEAL_ONLY: Row = {"match": {"skill": 0.5, "territory": 0.5, "unknown": 1.0}}
WHOLE: Row = {"groups": {"by": "account"}}
PARTS: Row = {"groups": {"by": "account", "mode": "as_many_as_fit"}}
ONE_OF_WEST: Row = {"limits": [{"name": "west", "reps": 'team = "West"', "upper": 1}]}


def _window(policy: Row, leads: list[Row], reps: list[Row]) -> Window:
    return Window(
        at=AT, policy=Policy.model_validate(DEAL_ONLY | policy),
        leads=tuple(Lead.model_validate({
            "lead_id": f"L{n}", "created_at": AT - timedelta(hours=1), "score": 100.0, **fields})
            for n, fields in enumerate(leads, start=1)),
        reps=tuple(Rep.model_validate({"capacity": 5, **fields}) for fields in reps))


ANA: Row = {"rep_id": "ana", "name": "Ana", "team": "West"}
BEN: Row = {"rep_id": "ben", "name": "Ben", "team": "East"}
#: name: policy, leads, reps, floors, held lead and its code, queue, example
CHAIN: dict[str, tuple[Row, list[Row], list[Row], dict[str, int],
                       tuple[str, ReasonCode, Queue, str | None]]] = {
    "refused by rules": (
        ONE_OF_WEST | {"rules": [{"name": "no", "kind": "must_not", "leads": "lead_id = 'L1'"}]},
        [{"deal_value": 100}], [ANA, BEN], {},
        ("L1", ReasonCode.RULE, Queue.REVIEW, "ana")),
    "another rep owns the account, and is away": (
        ONE_OF_WEST | {"precedence": {"named_accounts": {"acme": "cy"}}},
        [{"deal_value": 100, "account_id": "acme"}],
        [ANA, {"rep_id": "cy", "timezone": "UTC", "time_off": ("2026-11-16/2026-12-01",)}], {},
        ("L1", ReasonCode.NAMED_ACCOUNT, Queue.NEXT_WINDOW, "ana")),
    "no rep for the whole group": (
        WHOLE, [{"deal_value": 100, "account_id": "acme", "excluded_rep_ids": ("ana",)},
                {"deal_value": 100, "account_id": "acme", "excluded_rep_ids": ("ben",)}],
        [ANA, BEN], {}, ("L1", ReasonCode.GROUP, Queue.REVIEW, None)),
    "group below the reserve": (
        WHOLE | {"reserve_value": 100},
        [{"deal_value": 130, "account_id": "acme"}, {"deal_value": 60, "account_id": "acme"}],
        [ANA], {}, ("L1", ReasonCode.BELOW_RESERVE, Queue.NURTURE, "ana")),
    "slots kept for later": (
        {"use": [{"slots": 2}]}, [{"deal_value": 100}], [ANA], {"ana": 6_000},
        ("L1", ReasonCode.SLOT_KEPT, Queue.NEXT_WINDOW, "ana")),
    "below the floor with no slot left": (
        {"use": [{"leads": "deal_value = 100", "slots": 2}]},
        [{"deal_value": 100}, {"deal_value": 200}], [{**ANA, "capacity": 2}], {"ana": 6_000},
        ("L1", ReasonCode.OUTBID, Queue.NEXT_WINDOW, "ana")),
    "group too large": (
        WHOLE, [{"deal_value": 100, "account_id": "acme", "effort": 3},
                {"deal_value": 100, "account_id": "acme", "effort": 3}],
        [ANA, BEN], {}, ("L2", ReasonCode.GROUP_TOO_LARGE, Queue.REVIEW, "ana")),
    "lead too large": (
        {}, [{"deal_value": 100, "effort": 6}], [ANA, BEN], {},
        ("L1", ReasonCode.GROUP_TOO_LARGE, Queue.REVIEW, "ana")),
    "limit at its end": (
        ONE_OF_WEST, [{"deal_value": 100}, {"deal_value": 90}], [ANA], {},
        ("L2", ReasonCode.LIMIT, Queue.NEXT_WINDOW, "ana")),
    "limit that costs more": (
        {"limits": [{"name": "few", "upper": 1, "price": 95}]},
        [{"deal_value": 100}, {"deal_value": 90}], [ANA], {},
        ("L2", ReasonCode.LIMIT, Queue.NEXT_WINDOW, "ana")),
    "limit against a whole group": (
        WHOLE | ONE_OF_WEST,
        [{"deal_value": 100, "account_id": "acme"}, {"deal_value": 90, "account_id": "acme"}],
        [ANA], {}, ("L1", ReasonCode.LIMIT, Queue.NEXT_WINDOW, "ana")),
    "the others of its group have another owner": (
        PARTS, [{"deal_value": 100, "account_id": "acme"}, {"deal_value": 90, "account_id": "acme"},
                {"deal_value": 50, "account_id": "acme"}],
        [{**ANA, "capacity": 2}, {**BEN, "capacity": 1}], {},
        ("L3", ReasonCode.GROUP, Queue.NEXT_WINDOW, "ana")),
    "outbid for two slots": (
        {}, [{"deal_value": 100, "effort": 2}, {"deal_value": 60}, {"deal_value": 60}],
        [{**ANA, "capacity": 2}], {}, ("L1", ReasonCode.OUTBID, Queue.NEXT_WINDOW, "ana")),
}


def _held(plan: Plan, lead_id: str) -> tuple[int, Reason, Queue]:
    at = next(n for n, one in enumerate(plan.held) if one.lead_id == lead_id)
    return at, plan.held[at].reasons[0], plan.held[at].queue


def _faults(window: Window, plan: Plan) -> list[str]:
    return [fault for check in verify_plan(window, plan) for fault in check.faults]


@pytest.mark.parametrize("name", CHAIN)
def test_each_link_of_the_chain_is_recomputed(name: str) -> None:
    """The plan states the expected reason and passes; with another code, queue or rep it fails."""
    policy, leads, reps, floors, (lead_id, code, queue, rep_id) = CHAIN[name]
    window = _window(policy, leads, reps)
    plan = solve(window, floors=floors)
    at, reason, stated_queue = _held(plan, lead_id)
    assert (reason.code, stated_queue, reason.rep_id) == (code, queue, rep_id)
    assert _faults(window, plan) == []
    other = ReasonCode.OUTBID if code is not ReasonCode.OUTBID else ReasonCode.LIMIT
    for changed, said in (({"code": other}, "in the plan and"),
                          ({"detail": "so it is"}, "detail must name"),
                          ({"rep_id": "dee"}, "'dee'")):
        held = list(plan.held)
        reasons = (reason.model_copy(update=changed), *held[at].reasons[1:])
        held[at] = held[at].model_copy(update={"reasons": reasons})
        faults = _faults(window, plan.model_copy(update={"held": tuple(held)}))
        assert any(f"lead {lead_id!r}: " in one and said in one for one in faults), faults


def test_a_refusal_names_the_rule_or_the_owner() -> None:
    """The detail of RULE has a rule's name, that of a layer the rep who comes first."""
    for name, part in (("refused by rules", "no"), ("another rep owns the account, and is away",
                                                    "cy")):
        policy, leads, reps, _, _ = CHAIN[name]
        window = _window(policy, leads, reps)
        plan = solve(window)
        reason, *others = plan.held[0].reasons
        detail = f"refuses {reason.count} of {len(reps)} active reps, as Ana"
        held = plan.held[0].model_copy(update={
            "reasons": (reason.model_copy(update={"detail": detail}), *others)})
        assert _faults(window, plan.model_copy(update={"held": (held,)})) == [
            f"lead 'L1': {reason.code.value}: detail must name {part!r}"]
