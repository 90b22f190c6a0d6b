"""From the stored inputs of a window to its plan, and to what a commit needs of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from api.solving.packing import digest, pack, unpack
from solver.fairness.periods import limit_names
from solver.models import (
    Assignment,
    Floors,
    GroupMode,
    HeldLead,
    Measure,
    Period,
    Plan,
    Window,
)
from solver.models.base import Record
from solver.models.ledger import Entry, Ledger
from solver.plan_files import parse_plan
from solver.sales_floor.ledger import next_ledger, posted, used_in_periods
from solver.solving import solve

_SIZE = 8


class WindowInputs(Record):
    """What a window is solved from; stored, so that it can be solved again byte for byte."""

    floors: Floors | None
    time_limit: float | None
    """Seconds, of a window that is no flow."""
    window: Window


class Planned(NamedTuple):
    """One assignment as a commit needs it."""

    lead_id: str
    rep_id: str
    slots: int
    worth: int
    """Whole units."""
    limits: list[str]
    """Limits of longer periods that it counts for."""
    value: int
    net_value: int
    group: str | None
    """Of leads that go together or not at all."""
    why: str
    assignment: str
    """JSON of the plan's Assignment."""


class LimitRoom(NamedTuple):
    """How much a limit leaves."""

    units: int
    measure: Measure


class HeldBack(NamedTuple):
    """One held lead as a commit needs it."""

    lead_id: str
    queue: str
    code: str
    """Of the first reason."""
    reasons: str
    """JSON of them all."""


class Stays(NamedTuple):
    """A lead that stays with the owner that the CRM names."""

    lead_id: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A solved window."""

    plan: bytes
    """plan.json, packed."""
    plan_sha256: str
    outcome: str
    stopped_by: str
    certificate: dict[str, Any]
    planned: tuple[Planned, ...]
    held: tuple[HeldBack, ...]
    kept: tuple[Stays, ...]
    ledger: str | None
    """JSON of the ledger after the whole plan, where the policy keeps one."""

    def to_bytes(self) -> bytes:
        """Return all of it as bytes."""
        facts = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "plan"}
        head = json.dumps(facts).encode()
        return len(head).to_bytes(_SIZE, "big") + head + self.plan

    @classmethod
    def from_bytes(cls, data: bytes) -> Decided:
        """Return what :meth:`to_bytes` wrote."""
        end = _SIZE + int.from_bytes(data[:_SIZE], "big")
        facts = json.loads(data[_SIZE:end])
        return cls(plan=data[end:], plan_sha256=facts["plan_sha256"], outcome=facts["outcome"],
                   stopped_by=facts["stopped_by"], certificate=facts["certificate"],
                   planned=tuple(Planned(*one) for one in facts["planned"]),
                   held=tuple(HeldBack(*one) for one in facts["held"]),
                   kept=tuple(Stays(*one) for one in facts["kept"]), ledger=facts["ledger"])


def decide(packed: bytes) -> bytes:
    """Solve packed inputs; return a :class:`Decided` as bytes.

    Errors are those of :func:`solver.solve`.
    """
    inputs = WindowInputs.model_validate_json(unpack(packed))
    plan = solve(inputs.window, floors=inputs.floors, time_limit=inputs.time_limit)
    rendered = plan.model_dump_json(indent=2).encode() + b"\n"
    ledger, given = (posted(inputs.window, plan) if inputs.window.policy.keeps_ledger
                     else (None, []))
    return Decided(
        plan=pack(rendered), plan_sha256=digest(rendered), outcome=plan.outcome.value,
        stopped_by=plan.stopped_by.value, certificate=plan.certificate.model_dump(mode="json"),
        planned=tuple(_planned(plan, given)), held=tuple(map(_held, plan.held)),
        kept=tuple(Stays(one.lead_id, one.owner_id) for one in plan.kept),
        ledger=None if ledger is None else ledger.model_dump_json()).to_bytes()


def ledger_without(packed: bytes, plan: bytes, dropped: Sequence[str]) -> Ledger:
    """Return the ledger after a plan some of whose leads were not given out after all.

    Parameters
    ----------
    packed
        The inputs.
    plan
        plan.json, packed.
    dropped
        Leads that were not given to their reps.
    """
    gone = frozenset(dropped)
    inputs, whole = WindowInputs.model_validate_json(unpack(packed)), parse_plan(unpack(plan))
    return next_ledger(inputs.window, whole.model_copy(update={
        "assignments": tuple(one for one in whole.assignments if one.lead_id not in gone)}))


def room_after(window: Window, ledger: Ledger, at: datetime) -> dict[str, LimitRoom]:
    """Return what hard limits over periods leave, by the names under which leads count for them.

    Parameters
    ----------
    window
        A window that was solved.
    ledger
        With what was given since it closed.
    at
        Instant after all that is in it.
    """
    used = used_in_periods(window.model_copy(update={"ledger": ledger, "at": at}))
    found = {}
    for limit in window.policy.limits:
        if limit.period is Period.WINDOW or not isinstance(limit.upper, int) or limit.price:
            continue
        for name in limit_names(limit, window):
            found[name] = LimitRoom(limit.upper - used.get(name, 0), limit.measure)
    return found


def _planned(plan: Plan, given: Sequence[Entry]) -> list[Planned]:
    limits = {entry.lead_id: list(entry.limits) for entry in given}
    together = plan.policy.groups.mode is GroupMode.ALL_OR_NONE
    return [Planned(one.lead_id, one.rep_id, one.use, _whole_worth(one),
                    limits.get(one.lead_id, []), one.value, one.net_value,
                    one.group if together else None, one.why, one.model_dump_json())
            for one in plan.assignments]


def _whole_worth(one: Assignment) -> int:
    """Return the worth as the ledger counts it, ties to even."""
    return round(one.factors.worth)


def _held(one: HeldLead) -> HeldBack:
    reasons = json.dumps([reason.model_dump(mode="json") for reason in one.reasons],
                         ensure_ascii=False)
    return HeldBack(one.lead_id, one.queue.value, one.reasons[0].code.value, reasons)
