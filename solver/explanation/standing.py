"""What decided on a lead before any value did: layers of the precedence, relaxation over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.matrix.lead_factors import relaxation_steps
from solver.matrix.pair_values import decisions_on
from solver.matrix.precedence import LAYERS, NO_REP
from solver.matrix.rows import ValueRows
from solver.models import DecidedBy, Policy, RelaxationStep


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one lead; the fields of a plan's rows."""

    decided_by: DecidedBy | None = None
    passed_over_rep_id: str | None = None
    relaxed_from_minutes: float | None = None

    def columns(self) -> dict[str, Any]:
        """Return the fields by name; unlike ``dataclasses.asdict`` without copying them."""
        return {"decided_by": self.decided_by, "passed_over_rep_id": self.passed_over_rep_id,
                "relaxed_from_minutes": self.relaxed_from_minutes}


_NOTHING = Standing()
_OWNS = {
    DecidedBy.NAMED_ACCOUNT: "Kept with {}, whose named account it is",
    DecidedBy.OPEN_OPPORTUNITY: "Kept with the owner of its account's open opportunity, {}",
    DecidedBy.ACCOUNT_OWNER: "Kept with its account's owner, {}",
    DecidedBy.FAMILY_OWNER: "Kept with the owner of an account of its family, {}",
}


def standings(rows: ValueRows) -> dict[int, Standing]:
    """Return, by position, the leads of a window on which something else decided first."""
    found: dict[int, Standing] = {}
    steps = relaxation_steps(rows.triage, rows.policy)
    relaxed = {at: step.after_minutes for at, step in enumerate(steps) if step is not None}
    if rows.preselection.precedence.names_any:
        named = rows.preselection.precedence.lead_named()
        decisions, _ = decisions_on(rows, named)
        for at in np.flatnonzero((decisions.layer >= 0)
                                 | (decisions.passed_over != NO_REP)).tolist():
            layer, away, lead = (int(column[at]) for column in
                                 (decisions.layer, decisions.passed_over, named))
            found[lead] = Standing(
                DecidedBy(LAYERS[layer][0]) if layer >= 0 else None,
                rows.reps.rep_ids[away] if away != NO_REP else None, relaxed.pop(lead, None))
    for lead, minutes in relaxed.items():
        found[lead] = Standing(relaxed_from_minutes=minutes)
    return found


def standing_of(found: Mapping[int, Standing], lead_at: int) -> Standing:
    """Return what decided on a lead first; nothing for most."""
    return found.get(lead_at, _NOTHING)


def owner_sentence(standing: Standing, owner: str, labels: Mapping[str, str], policy: Policy
                   ) -> str:
    """Say what decided before any value did; begins with a space, nothing for most leads."""
    parts = []
    if standing.decided_by is not None:
        parts.append(f"{_OWNS[standing.decided_by].format(labels[owner])}: nobody else may have "
                     "the lead")
    parts += _further(standing, labels, policy)
    return "".join(f" {part}." for part in parts)


def _further(standing: Standing, labels: Mapping[str, str], policy: Policy) -> Iterator[str]:
    if standing.passed_over_rep_id is not None:
        yield (f"First for its account comes {labels[standing.passed_over_rep_id]}, who is away "
               "past the longest wait")
    if standing.relaxed_from_minutes is not None:
        step = next(step for step in policy.relaxation
                    if step.after_minutes == standing.relaxed_from_minutes)
        yield f"It has waited more than {step.after_minutes:,.10g} minutes: {_opens(step)}"


def _opens(step: RelaxationStep) -> str:
    opens = []
    if step.minimums_fall:
        opens.append(f"its required skills may be {step.minimums_fall:g} lower")
    if step.outside_fit is not None:
        opens.append(f"reps who sell elsewhere may have it at a fit of {step.outside_fit:g}")
    return " and ".join(opens) or "nothing opens"
