"""Why each lead went where it went, why it was held, and why not somebody else."""

from solver.explanation.answer import Explanation, Fate, explain, explanation_of
from solver.explanation.discreet import (
    discreet_explanation,
    discreet_why_not,
    tells_nothing_of_others,
)
from solver.explanation.free_slots import free_slot_reasons
from solver.explanation.sentences import money, rep_labels
from solver.explanation.why_not import Move, WhyNot, why_not

__all__ = [
    "Explanation",
    "Fate",
    "Move",
    "WhyNot",
    "discreet_explanation",
    "discreet_why_not",
    "explain",
    "explanation_of",
    "free_slot_reasons",
    "money",
    "rep_labels",
    "tells_nothing_of_others",
    "why_not",
]
