"""What would it take: the cheapest changes after which every held lead has an owner."""

from solver.relax.applying import apply
from solver.relax.costs import RelaxCosts
from solver.relax.files import render_relaxation
from solver.relax.kinds import ChangeKind
from solver.relax.records import BeyondRules, Change, NewOwner, Relaxation
from solver.relax.relaxing import relax

__all__ = [
    "BeyondRules",
    "Change",
    "ChangeKind",
    "NewOwner",
    "RelaxCosts",
    "Relaxation",
    "apply",
    "relax",
    "render_relaxation",
]
