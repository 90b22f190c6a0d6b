"""What slots are worth: more, fewer, moved, bought; hires and trainings. Exact, in one window."""

from solver.capacity.best_slots import best_slots_to_add, best_slots_to_move
from solver.capacity.budget import best_slots_within
from solver.capacity.curves import value_curve
from solver.capacity.people import value_of_hire, value_of_training
from solver.capacity.ranking import check_ranking, rank_slots
from solver.capacity.records import (
    AddedSlot,
    BestToAdd,
    BestToMove,
    Bought,
    BoughtSlots,
    CurvePoint,
    MovedSlot,
    Ranking,
    SlotValue,
    ValueCurve,
    ValueOfHire,
    ValueOfTraining,
)
from solver.capacity.solved import check_plain

__all__ = [
    "AddedSlot",
    "BestToAdd",
    "BestToMove",
    "Bought",
    "BoughtSlots",
    "CurvePoint",
    "MovedSlot",
    "Ranking",
    "SlotValue",
    "ValueCurve",
    "ValueOfHire",
    "ValueOfTraining",
    "best_slots_to_add",
    "best_slots_to_move",
    "best_slots_within",
    "check_plain",
    "check_ranking",
    "rank_slots",
    "value_curve",
    "value_of_hire",
    "value_of_training",
]
