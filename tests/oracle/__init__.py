"""A naive second implementation of the rules, for tests: scalar, plain Python, tries every plan.

It is written from the rules alone and shares with the library only the records, the comparison of
names and the calendar, which has an oracle of its own.
"""

from tests.oracle.canonical import Rank, best_rank, rank
from tests.oracle.optimum import best, bound, every_plan, forced, gain, loss, objective
from tests.oracle.problem import Problem, problem
from tests.oracle.reasons import held_reasons
from tests.oracle.rich_pairs import RichPair, place
from tests.oracle.rules import refusals, triage

__all__ = [
    "Problem",
    "Rank",
    "RichPair",
    "best",
    "best_rank",
    "bound",
    "every_plan",
    "forced",
    "gain",
    "held_reasons",
    "loss",
    "objective",
    "place",
    "problem",
    "rank",
    "refusals",
    "triage",
]
