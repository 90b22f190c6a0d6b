"""A plan: the answer; assignments, held and kept leads, prices, certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from solver.models.base import Instant, MinorUnits, Record
from solver.models.floors import Floors
from solver.models.policy import Policy
from solver.models.preparation import Preparation
from solver.models.reason import Queue, Reason

#: Version of the plan's JSON and CSV forms.
SCHEMA_VERSION: Literal["1.0"] = "1.0"


class Outcome(StrEnum):
    """What is known about the plan."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


class StoppedBy(StrEnum):
    """What ended the run."""

    PROOF = "proof"
    RULE = "rule"


class Engine(StrEnum):
    """What made the plan."""

    MIN_COST_FLOW = "ortools_min_cost_flow"
    NONE_NEEDED = "none_needed"
    FIRST_MATCH = "first_match"
    ROUND_ROBIN = "round_robin"
    WEIGHTED_ROUND_ROBIN = "weighted_round_robin"
    MOST_FREE_SLOTS = "most_free_slots"
    GREEDY = "greedy"
    CURRENT = "current"


class Certificate(Record):
    """Proof of how good the plan is, in minor units."""

    objective: MinorUnits
    """Sum of (value - floor) over owned leads plus the reserve per held lead of the window."""
    bound: MinorUnits
    """Bound from the prices: no plan can have a larger objective."""
    gap: MinorUnits
    """bound - objective; 0 proves the plan optimal."""
    value: MinorUnits
    """Sum of the values of owned leads."""
    value_kept: int
    """Sum of floor times slots left free."""


class Factors(Record):
    """What a pair's value is made of."""

    worth: float
    """deal_value**b * (score/100)**a * freshness, in the currency's major unit."""
    skill_fit: float
    """0 to 1."""
    territory_fit: float
    """0 to 1."""
    performance: float
    """The rep's factor."""
    response: float
    """0.5**(wait/half-life)."""


class PairFacts(Record):
    """One lead with one rep: value, costs and net value, in minor units."""

    rep_id: str
    value: MinorUnits
    match: float
    """Weighted mean of skill fit and territory fit, 0 to 1."""
    wait_minutes: int
    """Minutes until the rep is next at work."""
    floor: MinorUnits
    price: MinorUnits
    net_value: MinorUnits
    """value - floor - price."""
    factors: Factors


class _OfLead(Record):
    """Comes before the facts of the pair in a file's order."""

    lead_id: str


class Assignment(PairFacts, _OfLead):
    """An owned lead."""

    runner_up_rep_id: str | None = None
    runner_up_net_value: MinorUnits | None = None
    why: str
    """One sentence: why this rep and not the next best."""
    runners_up: tuple[PairFacts, ...] = ()
    """Up to three next best usable reps by net value."""
    assumed: tuple[str, ...] = ()
    """Fields that the mapping supplied."""
    attributes: dict[str, str] = {}
    """The lead's other columns."""


class HeldLead(Record):
    """A lead without an owner in this plan."""

    lead_id: str
    queue: Queue
    reasons: tuple[Reason, ...]
    assumed: tuple[str, ...] = ()


class KeptLead(Record):
    """A lead that already has an owner and stays there."""

    lead_id: str
    owner_id: str


class Slots(Record):
    """One rep's slots and what they are worth, in minor units."""

    rep_id: str
    free_slots: int
    assigned: int
    floor: MinorUnits
    price: MinorUnits
    """The price shown: gain, the smallest optimal price."""
    gain: MinorUnits
    """Objective won with one slot more."""
    loss: MinorUnits | None
    """Objective lost with one slot fewer; None where the rep has none."""


class Digest(Record):
    """One input file after normalisation."""

    count: int
    sha256: str
    """Over the normalised records as JSON lines, sorted by id."""


class Inputs(Record):
    """What the plan was made from."""

    leads: Digest
    reps: Digest
    accounts: Digest | None
    policy_sha256: str
    window_leads: int
    """Leads of the certificate: all but kept, NEEDS_DATA and TOO_OLD."""
    eligible_pairs: int
    usable_pairs: int
    lead_attributes: tuple[str, ...]
    """Names of the leads' other columns, sorted."""


class Violation(Record):
    """A rule that the owners named by the export break (plans of engine ``current`` only)."""

    lead_id: str
    rep_id: str
    code: Literal["NOT_IN_REP_FILE", "NOT_ELIGIBLE", "NOT_USABLE", "ABOVE_CAPACITY"]
    detail: str


class Plan(Record):
    """The answer for one window."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    at: Instant
    policy: Policy
    inputs: Inputs
    outcome: Outcome
    stopped_by: StoppedBy
    engine: Engine
    engine_reason: str
    certificate: Certificate
    assignments: tuple[Assignment, ...]
    held: tuple[HeldLead, ...]
    kept: tuple[KeptLead, ...]
    slots: tuple[Slots, ...]
    violations: tuple[Violation, ...] = ()
    preparation: Preparation | None = None
    """What preparing did to the leads; None: they were routed as they came."""
    floors: Floors | None = None
    """The forecast's floors that the plan was made with; None: none, or given by hand."""
    versions: dict[str, str]
    """Versions of Fairlead and of the libraries that the answer rests on."""
