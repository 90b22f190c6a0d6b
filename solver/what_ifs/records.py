"""What a comparison of scenarios says: figures, differences, who moved."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from solver.models import Inputs, ReasonCode
from solver.models.base import CurrencyCode, Instant, MinorUnits, Record
from solver.scenarios import Scenario


class Figures(Record):
    """What a plan of one window comes to; money in minor units."""

    value: MinorUnits
    """Sum of the values of owned leads: what the plan is worth now."""
    value_kept: int
    """Sum of floor times slots left free: what it keeps for later."""
    objective: MinorUnits
    """What the plan maximises: :class:`solver.models.Certificate`."""
    gap: MinorUnits
    """How much more any plan could bring at most; 0 proves this one the best."""
    leads: int
    """Leads of the window that are routed."""
    owned: int
    """Leads that the plan gives an owner."""
    held: dict[ReasonCode, int]
    """Leads without an owner by their first reason, in the order of the codes; kept ones are not
    among them."""
    worth_held: MinorUnits
    """Sum of what routed leads without an owner are worth, whoever would win them: deal value,
    score and freshness by the policy, each lead's rounded. Leads that are sorted out before
    routing have none."""
    load_spread: float
    """How unevenly the slots are used: standard deviation, over the reps with a free slot in the
    window, of the share of their free slots that the plan uses; 0 is even, 0.5 the most. Rounded
    to six decimals."""
    lowest_price: MinorUnits | None
    """Of one slot, over the reps with a free slot in the window; None where nobody has one."""
    highest_price: MinorUnits | None
    """Alike."""


class Difference(Record):
    """Figures of a scenario less those of the base: above 0 is more with the scenario."""

    value: int
    value_kept: int
    objective: int
    gap: int
    leads: int
    owned: int
    held: dict[ReasonCode, int]
    """By first reason; those that stay as many are left out."""
    worth_held: int
    load_spread: float
    lowest_price: int | None
    """None where there is no price on one side."""
    highest_price: int | None


class Mover(Record):
    """A lead whose owner differs between base and scenario."""

    lead_id: str
    before: str | None
    """Its owner without the scenario; None: it has none, or is not there."""
    after: str | None
    """Its owner with the scenario; None: it has none, or is not there."""
    cascade: bool
    """It moves only because others do: the scenario edits neither the lead nor its owner before
    or after. Where the policy changes, every lead that it can touch is edited."""


class ScenarioResult(Record):
    """One scenario beside the base."""

    scenario: Scenario
    """The edits that were made."""
    figures: Figures | None
    """None: the scenario has no plan."""
    difference: Difference | None
    moves: tuple[Mover, ...]
    """Sorted by lead_id."""
    no_plan: str | None = None
    """Why it has none: rules that cannot be kept together, values too large, or the time limit."""
    notes: tuple[str, ...] = ()
    """Edits that this window does not show, or not as they may be meant: a hire who starts later, a
    campaign of other days, a higher capacity where the daily cap binds."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.figures is None) is (self.no_plan is None):
            raise ValueError("a scenario has figures, or a reason why it has none")
        return self


class Comparison(Record):
    """A window as it is beside the same window with each scenario's edits."""

    schema_version: Literal["1.0"] = "1.0"
    at: Instant
    """The window's instant."""
    currency: CurrencyCode
    """Of all money."""
    inputs: Inputs
    """What the base was made from."""
    base: Figures
    """Without any edit."""
    results: tuple[ScenarioResult, ...]
    """In the order of the scenarios."""
    versions: dict[str, str]
    """Versions of Fairlead and of the libraries that the answer rests on."""
