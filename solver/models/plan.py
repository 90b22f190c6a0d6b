"""A plan: the answer; assignments, held and kept leads, prices, certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from solver.models.base import Instant, MinorUnits, Record
from solver.models.floors import Floors
from solver.models.limit import Measure, Period
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
    TIME_LIMIT = "time_limit"
    ROUND_LIMIT = "round_limit"


class Engine(StrEnum):
    """What made the plan."""

    MIN_COST_FLOW = "ortools_min_cost_flow"
    MIP = "ortools_mip"
    NONE_NEEDED = "none_needed"
    FIRST_MATCH = "first_match"
    ROUND_ROBIN = "round_robin"
    WEIGHTED_ROUND_ROBIN = "weighted_round_robin"
    MOST_FREE_SLOTS = "most_free_slots"
    GREEDY = "greedy"
    CURRENT = "current"


class ProvenBy(StrEnum):
    """Which bound proves the gap."""

    PRICES = "prices"
    """The bound from the prices, recomputed by ``verify``."""
    ENGINE = "engine"
    """The bound that the MIP claims."""


class Certificate(Record):
    """Proof of how good the plan is, in minor units."""

    objective: MinorUnits
    """Sum of (value - use * floor) over owned leads plus the reserve per held lead of the window,
    less what moves, and distance from the ends of limits, cost."""
    bound: MinorUnits
    """The smaller of the two bounds: no plan can have a larger objective."""
    gap: MinorUnits
    """bound - objective; 0 proves the plan optimal."""
    price_bound: MinorUnits
    """Bound from the prices of slots and limits, rounded down."""
    engine_bound: MinorUnits | None = None
    """Bound that a MIP claims, rounded down; None where none ran."""
    proven_by: ProvenBy = ProvenBy.PRICES
    value: MinorUnits
    """Sum of the values of owned leads."""
    value_kept: int
    """Sum of floor times slots left free."""
    moves: MinorUnits = 0
    """What leads that changed hands cost, by the policy's ``stability.price``."""
    penalties: MinorUnits = 0
    """What distance from the ends of limits and from fair shares costs."""


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
    preference: float = 1.0
    """What rules (``should``) and a preferred layer of the precedence multiply the match by."""


class PairFacts(Record):
    """One lead with one rep: value, costs and net value, in minor units."""

    rep_id: str
    value: MinorUnits
    match: float
    """Weighted mean of skill fit and territory fit, 0 to 1, times the preference."""
    wait_minutes: int
    """Minutes until the rep is next at work."""
    use: int = 1
    """Slots of the rep that the lead takes."""
    floor: MinorUnits
    """Of all slots that it takes."""
    price: MinorUnits
    """Of all slots that it takes."""
    limit_price: MinorUnits = 0
    """Prices of the other limits that the pair counts for, times what it counts."""
    net_value: MinorUnits
    """value - floor - price - limit_price."""
    factors: Factors


class DecidedBy(StrEnum):
    """The hard layer of the precedence that left a lead one rep."""

    NAMED_ACCOUNT = "named_account"
    OPEN_OPPORTUNITY = "open_opportunity"
    ACCOUNT_OWNER = "account_owner"
    FAMILY_OWNER = "family_owner"


class _OfLead(Record):
    """Comes before the facts of the pair in a file's order."""

    lead_id: str
    decided_by: DecidedBy | None = None
    """The layer of the precedence that left one rep; None: territory and skills decided."""
    passed_over_rep_id: str | None = None
    """The rep of a hard layer who is away past the longest wait, so that the lead went on."""
    relaxed_from_minutes: float | None = None
    """Age from which the step of the policy's relaxation that applied to the lead opens."""
    group: str | None = None
    """What its leads have in common that go to one rep; None: it stands alone."""


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


class HeldLead(_OfLead):
    """A lead without an owner in this plan."""

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
    """Leads."""
    used: int
    """Slots that they take."""
    floor: MinorUnits
    price: MinorUnits
    """The price shown: gain, the smallest optimal price; where a MIP ran or a limit ended the run,
    that of the bound, rounded."""
    price_parts: int | None = None
    """The price in 1/1,048,576 minor units, exactly; None where ``price`` is exact."""
    gain: MinorUnits | None
    """Objective won with one slot more; None where a MIP ran or a limit ended the run."""
    loss: MinorUnits | None
    """Objective lost with one slot fewer; None where the rep has none, a MIP ran or a limit ended
    the run."""


class LimitUse(Record):
    """One limit of the window: what was asked, what was used, what it costs."""

    name: str
    """Of the policy; with ``each`` NAME:rep_id or NAME:team; a rep's fair share FAIR:rep_id."""
    measure: Measure
    period: Period
    used_before: int
    """In the period before this window, from the ledger."""
    used: int
    """In this window."""
    lower: int
    """Least in this window; beyond it costs where the limit has a price."""
    upper: int | None
    """Most in this window; None: no end."""
    price: MinorUnits
    """What one unit more of the limit would bring, rounded; below 0 where a least binds."""
    price_parts: int | None = None
    """The price in 1/1,048,576 minor units, exactly; None where ``price`` is exact."""
    gain: MinorUnits | None = None
    """Objective won with one unit more of a hard upper end that is used up; None where it is not,
    or a MIP ran."""
    penalty: MinorUnits
    """What distance from its ends costs."""


class OwnerChange(Record):
    """A lead that changed hands against the previous plan."""

    lead_id: str
    from_rep_id: str
    to_rep_id: str | None
    """None: it has no owner now."""
    value_before: MinorUnits | None
    """Value less floor with the former owner, now; None where a rule refuses that owner."""
    value_after: MinorUnits
    """Value less floor with the new owner; the reserve where there is none."""
    price: MinorUnits
    """What the move costs by the policy."""


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
    previous: Digest | None = None
    """Owners in the previous plan."""
    ledger_sha256: str | None = None
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
    limits: tuple[LimitUse, ...] = ()
    """Every limit but the reps' capacities, sorted by name."""
    moves: tuple[OwnerChange, ...] = ()
    """Leads that changed hands against the previous plan, sorted by lead_id."""
    violations: tuple[Violation, ...] = ()
    preparation: Preparation | None = None
    """What preparing did to the leads; None: they were routed as they came."""
    floors: Floors | None = None
    """The forecast's floors that the plan was made with; None: none, or given by hand."""
    versions: dict[str, str]
    """Versions of Fairlead and of the libraries that the answer rests on."""
