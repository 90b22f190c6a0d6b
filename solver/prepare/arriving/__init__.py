"""Leads that arrive one by one or few at a time, prepared against the few that they may touch."""

from solver.prepare.arriving.arrivals import Arrivals
from solver.prepare.arriving.results import Around, Arrived, ArrivedLead, Rescored

__all__ = ["Around", "Arrivals", "Arrived", "ArrivedLead", "Rescored"]
