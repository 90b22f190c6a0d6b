"""Whole days, played through: what each method makes of the same world."""

from solver.simulate.arrivals import bootstrap_arrivals, poisson_arrivals, with_slots
from solver.simulate.comparison import MethodResult, Simulation, simulate
from solver.simulate.estimates import Estimate, estimate
from solver.simulate.foresight import Foresight
from solver.simulate.hindsight import Ceiling, ceiling
from solver.simulate.methods import Held, Method, Windows
from solver.simulate.play import run
from solver.simulate.records import Answer, Offer, Run

__all__ = [
    "Answer",
    "Ceiling",
    "Estimate",
    "Foresight",
    "Held",
    "Method",
    "MethodResult",
    "Offer",
    "Run",
    "Simulation",
    "Windows",
    "bootstrap_arrivals",
    "ceiling",
    "estimate",
    "poisson_arrivals",
    "run",
    "simulate",
    "with_slots",
]
