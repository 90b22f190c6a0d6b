"""Reps of a window, encoded once: factors at an instant and the lookups of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from solver.filters import RepTable
from solver.matrix.rep_factors import Calendar, RepFactors, rep_factors
from solver.matrix.rules import Rules
from solver.models import Policy, Rep


@dataclass(frozen=True, slots=True)
class RepSide:
    """What a window takes from its reps: known once, it serves window after window."""

    factors: RepFactors
    rules: Rules
    table: RepTable
    """What filters look at."""


def rep_side(reps: Sequence[Rep], policy: Policy, at: datetime,
             known: Mapping[Calendar, datetime | None] | None = None) -> RepSide:
    """Encode reps at an instant: calendars that are not ``known`` already, loads, rules."""
    return RepSide(rep_factors(reps, policy, at, known), Rules(reps, policy), RepTable(reps))
