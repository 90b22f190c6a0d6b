"""What simulated days came to: a row per level of slots and method, as table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from statistics import fmean

from api.cli.tables import print_simulated_level
from solver.simulate import Simulation


@dataclass(frozen=True, slots=True)
class SimulatedRow:
    """One method at one level of slots: means over the worlds, intervals of 95 % as half widths."""

    slots_per_lead: float
    method: str
    value: float
    """Sum of the values of owned leads, minor units."""
    value_interval: float | None
    """None with one world."""
    share: float | None
    """Of what hindsight could have had; None where that is 0."""
    share_worst: float | None
    """In the worst world."""
    difference: float | None
    """Of value, paired, to optimal windows without floors, minor units; None for those."""
    difference_interval: float | None
    owned: float
    """Leads."""
    wait_minutes: float | None
    """From arrival to owner; None where nobody owns a lead."""
    hindsight: float
    """What hindsight could have had, minor units; the same for all methods of a level."""
    hindsight_method: str
    """How that was found: exactly, or as a bound."""


def simulated_rows(slots_per_lead: float, simulation: Simulation) -> list[SimulatedRow]:
    """Return a row per method of one level of slots."""
    tops = simulation.ceilings
    return [SimulatedRow(
        slots_per_lead=slots_per_lead, method=result.method.value, value=result.value.mean,
        value_interval=result.value.half_width,
        share=None if result.share is None else result.share.mean,
        share_worst=result.worst_share,
        difference=None if result.method is simulation.base else result.difference.mean,
        difference_interval=(
            None if result.method is simulation.base else result.difference.half_width),
        owned=result.owned.mean,
        wait_minutes=None if result.mean_wait_minutes is None else result.mean_wait_minutes.mean,
        hindsight=fmean(top.value for top in tops), hindsight_method=tops[0].method)
        for result in simulation.results]


def print_simulated(rows: Sequence[SimulatedRow], num_worlds: int, output_format: str) -> None:
    """Print rows in one of the formats of the command."""
    if output_format == "json":
        print(json.dumps({"worlds": num_worlds, "rows": [asdict(row) for row in rows]}, indent=2))
    elif output_format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        names = [field.name for field in fields(SimulatedRow)]
        writer.writerow(names)
        writer.writerows([getattr(row, name) for name in names] for row in rows)
    else:
        for level in dict.fromkeys(row.slots_per_lead for row in rows):
            print_simulated_level([row for row in rows if row.slots_per_lead == level], num_worlds)
