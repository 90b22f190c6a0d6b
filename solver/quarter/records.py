"""What comes of quarters: numbers by replication, means, intervals, differences."""

from __future__ import annotations

from enum import StrEnum

from solver.models.base import CurrencyCode, Record
from solver.scenarios import Scenario
from solver.simulate import Estimate, Held, Method


class Measure(StrEnum):
    """What is measured of a quarter."""

    VALUE = "value"
    """Sum of the values of owned leads when they were assigned, minor units."""
    OWNED = "owned"
    """Leads that got an owner."""
    MEAN_WAIT = "mean_wait_minutes"
    """From arrival to the owner, minutes by the clock on the wall, over owned leads."""
    P95_WAIT = "p95_wait_minutes"
    """Nineteen in twenty owned leads waited no longer."""
    HELD = "held_at_end"
    """Leads that have no owner at the end."""
    LOST = "lost"
    """Leads that waited until they were too old."""
    UTILISATION = "utilisation"
    """Slots used, of those used or left idle, as :class:`solver.simulate.Run` counts them."""
    SERVICE_LEVEL = "service_level"
    """Share of leads with an owner within the minutes asked for."""


class MeasureResult(Record):
    """One measure of one scenario; numbers are by replication, None where it is not there."""

    numbers: tuple[float | None, ...]
    level: Estimate | None
    """None: no replication has it."""
    difference: Estimate | None
    """Scenario less base, in the same replication; of the base 0."""


class QuarterResult(Record):
    """One scenario, or the base."""

    scenario: Scenario | None
    """With its edits; None: the base."""
    measures: dict[Measure, MeasureResult]


class Quarter(Record):
    """Scenarios played through the same quarters."""

    method: Method
    held: Held
    windows: str
    """When windows close."""
    within_minutes: float
    """Of the service level: minutes in which the base's floor is open."""
    currency: CurrencyCode
    num_replications: int
    confidence: float
    rule: str
    """How the number of replications was chosen, and what the intervals are."""
    precise: bool
    """Whether all intervals that were to be narrow are; a fixed number asks for none."""
    base: QuarterResult
    results: tuple[QuarterResult, ...]
    """In the order of the scenarios."""

    def result(self, name: str) -> QuarterResult:
        """Return the result of a scenario by its name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for result in self.results:
            if result.scenario is not None and result.scenario.name == name:
                return result
        raise KeyError(name)
