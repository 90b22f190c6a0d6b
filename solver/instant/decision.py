"""The decision on one lead, with the words of a plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.explanation import Fate, explanation_of
from solver.explanation.assignments import assignments
from solver.explanation.held import held_leads
from solver.instant.owner import gains_of_one
from solver.instant.state import RoutingState
from solver.models import Account, Assignment, HeldLead, KeptLead, Lead
from solver.models.base import Instant, Record


class Decision(Record):
    """What becomes of one lead: exactly one of assignment, held and kept is there."""

    lead_id: str
    at: Instant
    fate: Fate
    assignment: Assignment | None = None
    held: HeldLead | None = None
    kept: KeptLead | None = None

    @property
    def rep_id(self) -> str | None:
        """The owner that the decision gives the lead; None for a held or kept lead."""
        return None if self.assignment is None else self.assignment.rep_id

    @property
    def sentences(self) -> tuple[str, ...]:
        """The main sentence first, then what it rests on: those of ``explain``."""
        row = self.assignment or self.held or self.kept
        assert row is not None
        return explanation_of(row).sentences


def route_one(lead: Lead, state: RoutingState, accounts: Sequence[Account] | None = None
              ) -> Decision:
    """Decide on one lead at the state's instant, as ``solve`` of a window with this lead alone.

    Owner, value, price, runners-up, reasons and words are those of that plan, ties included; no
    solver runs. The state stays as it is: who acts on the decision calls ``state.take``.

    Parameters
    ----------
    lead
        The lead.
    state
        The reps as they stand.
    accounts
        The lead's account and the family of that, where they change while the state stays; None:
        as the state knows them.

    Raises
    ------
    InvalidInputError
        If a value is too large for exact sums.
    """
    problem, owner = state.decide(lead, accounts)
    if problem.rows.triage.kept:
        return Decision(lead_id=lead.lead_id, at=state.at, fate=Fate.KEPT,
                        kept=KeptLead(lead_id=lead.lead_id, owner_id=lead.owner_id or ""))
    prices = gains_of_one(problem, owner)
    owners = np.full(problem.pairs.num_leads, owner, dtype=np.int64)
    if owner >= 0:
        assignment, = assignments(problem, prices, owners, state.labels)
        return Decision(lead_id=lead.lead_id, at=state.at, fate=Fate.OWNED, assignment=assignment)
    held, = held_leads(problem, prices, owners, labels=state.labels)
    return Decision(lead_id=lead.lead_id, at=state.at, fate=Fate.HELD, held=held)
