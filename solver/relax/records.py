"""The answer: changes, new owners, cost and bound."""

from __future__ import annotations

from typing import Literal

from solver.models import HeldLead, Outcome, StoppedBy
from solver.models.base import Instant, MinorUnits, Record
from solver.relax.costs import RelaxCosts
from solver.relax.kinds import ChangeKind


class Change(Record):
    """One change of the inputs; what it is about stands in the fields that it needs."""

    kind: ChangeKind
    sentence: str
    """The change in words."""
    cost: float
    """In the unit of the costs."""
    lead_ids: tuple[str, ...] = ()
    """Leads whose owner could not have them without it; of slots those of the rep, who share
    its slots."""
    rep_id: str | None = None
    """The rep who changes."""
    lead_id: str | None = None
    """The one lead that it is for."""
    name: str | None = None
    """Skill, language, territory, end of the deal band, rule, layer or limit."""
    amount: float | None = None
    """Slots more; else the new level, end, longest wait in minutes, or reserve."""


class NewOwner(Record):
    """A lead that has an owner after the changes, and had none or another before."""

    lead_id: str
    rep_id: str
    from_rep_id: str | None = None
    """The owner of the plan, where one moves."""
    value: MinorUnits
    """What it is worth with the rep then."""
    use: int
    """Slots that it takes."""


class BeyondRules(Record):
    """A held lead that no rule about reps holds."""

    lead_id: str
    held: HeldLead
    """Why, as the plan has it."""
    lacks: str
    """What it would take, in words."""


class Relaxation(Record):
    """What it would take to give every held lead an owner."""

    schema_version: Literal["1.0"] = "1.0"
    at: Instant
    """The instant of the plan."""
    costs: RelaxCosts
    move: bool
    """Whether leads that have an owner were free to move."""
    held: int
    """Held leads in question: routed, and without an owner in the plan."""
    changes: tuple[Change, ...]
    """Dearest first within each kind."""
    owners: tuple[NewOwner, ...]
    """Sorted by lead_id."""
    impossible: tuple[str, ...]
    """Leads that no change gives an owner."""
    impossible_because: str | None = None
    """Why, where there are any."""
    beyond_rules: tuple[BeyondRules, ...]
    """Held leads that were not in question."""
    cost: float
    """Sum over the changes."""
    bound: float
    """No set of changes that places as many leads costs less."""
    gap: float
    """cost - bound; 0 proves that nothing is cheaper."""
    outcome: Outcome
    stopped_by: StoppedBy
    objective_before: MinorUnits
    """Of the plan."""
    objective_after: MinorUnits | None
    """Of the best plan after the changes; None where none was needed, or it was not checked."""
    checked: bool
    """Whether the window was solved again with the changes, every lead in question owned."""
    notes: tuple[str, ...] = ()
    """What the answer does not cover."""
