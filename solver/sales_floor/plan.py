"""From a choice to a plan: certificate, owners, reasons, slots, limits, moves."""

from __future__ import annotations

from solver.digests import inputs_of
from solver.explanation.sentences import rep_labels
from solver.models import (
    Engine,
    Inputs,
    KeptLead,
    Outcome,
    Plan,
    Slots,
    StoppedBy,
)
from solver.program.program import Choice, Method, Stop
from solver.sales_floor.engine import Values
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.held import floor_held
from solver.sales_floor.open_pairs import Ints
from solver.sales_floor.outcome import Used, certificate, limit_uses, moves
from solver.sales_floor.owned import floor_assignments
from solver.sales_floor.prices import FloorPrices, exact_parts, rounded
from solver.versions import versions

_ENGINES = {Method.MIN_COST_FLOW: Engine.MIN_COST_FLOW, Method.MIP: Engine.MIP,
            Method.NONE_NEEDED: Engine.NONE_NEEDED}
_STOPS = {Stop.PROOF: StoppedBy.PROOF, Stop.TIME_LIMIT: StoppedBy.TIME_LIMIT,
          Stop.ROUND_LIMIT: StoppedBy.ROUND_LIMIT}


def floor_plan(floor: SalesFloor, choice: Choice, values: Values | None) -> Plan:
    """Put a choice into words.

    Parameters
    ----------
    floor, choice
        The window and what was chosen.
    values
        What one unit more and one fewer bring; None where a MIP ran.
    """
    owner = floor.owners(choice.column)
    prices, labels = FloorPrices(floor, choice.prices), rep_labels(floor.rows.window.reps)
    used = Used.by(floor, owner)
    found = certificate(floor, choice, owner, used)
    gain = {} if values is None else {limit - floor.program.num_reps: won
                                      for limit, won in values.gain.items()}
    window = floor.rows.window
    return Plan(
        at=window.at, policy=window.policy, inputs=_inputs(floor),
        outcome=Outcome.OPTIMAL if found.gap == 0 else Outcome.FEASIBLE,
        stopped_by=StoppedBy.PROOF if found.gap == 0 else _STOPS[choice.stop],
        engine=_ENGINES[choice.method], engine_reason=choice.reason, certificate=found,
        assignments=floor_assignments(floor, prices, owner, labels),
        held=floor_held(floor, prices, owner, labels, used, gain),
        kept=tuple(KeptLead(lead_id=lead.lead_id, owner_id=lead.owner_id or "")
                   for lead in floor.rows.triage.kept),
        slots=_slots(floor, prices, used, owner, values),
        limits=limit_uses(floor, prices, used, gain), moves=moves(floor, owner),
        preparation=window.preparation, floors=floor.given, versions=versions())


def _inputs(floor: SalesFloor) -> Inputs:
    pairs = floor.pairs
    return inputs_of(floor.rows.window, leads=pairs.num_leads, eligible=pairs.num_eligible,
                     usable=int(pairs.worthwhile(floor.reserve).sum()))


def _slots(floor: SalesFloor, prices: FloorPrices, used: Used, owner: Ints,
           values: Values | None) -> tuple[Slots, ...]:
    num = floor.program.num_reps
    assigned = [0] * num
    for rep in owner[owner >= 0].tolist():
        assigned[rep] += 1
    columns = zip(floor.rows.reps.rep_ids, floor.capacity.tolist(), assigned,
                  used.slots, floor.floors.tolist(), prices.slot.tolist(),
                  strict=True)
    ends = floor.program.limits.upper
    return tuple(
        Slots(rep_id=rep_id, free_slots=free, assigned=leads, used=taken, floor=slot_floor,
              price=rounded(parts), price_parts=exact_parts(parts),
              gain=None if values is None else values.gain[at],
              loss=_loss(values, at, free, spare=free > ends[at]))
        for at, (rep_id, free, leads, taken, slot_floor, parts) in enumerate(columns))


def _loss(values: Values | None, rep_at: int, free: int, *, spare: bool) -> int | None:
    """Return what one slot fewer loses; nothing where there are more than columns could take."""
    if values is None or not free:
        return None
    return 0 if spare else values.loss[rep_at]
