"""The plain data that goes in and comes out: pydantic records, frozen."""

from solver.models.account import Account
from solver.models.activity import Activity
from solver.models.fairness import Fairness, FairnessMethod
from solver.models.floors import Floors, ForecastBasis, LimitFloor, RepFloor
from solver.models.hand_off import HandOff, Milestone, Rate, UsualRange
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.lead import Lead
from solver.models.ledger import Ledger
from solver.models.limit import Each, Limit, Measure, Period
from solver.models.plan import (
    Assignment,
    Certificate,
    DecidedBy,
    Digest,
    Engine,
    Factors,
    HeldLead,
    Inputs,
    KeptLead,
    LimitUse,
    Outcome,
    OwnerChange,
    PairFacts,
    Plan,
    ProvenBy,
    Slots,
    StoppedBy,
    Violation,
)
from solver.models.policy import Policy, RouteWhen, UnknownHours
from solver.models.precedence import CustomRule, Layer, OwnerAway, Precedence, RuleKind
from solver.models.preparation import (
    Alert,
    AlertKind,
    Change,
    Evidence,
    Hold,
    Merge,
    Preparation,
    QuarantinedRow,
    SetAside,
)
from solver.models.reason import Queue, Reason, ReasonCode
from solver.models.rep import Rep, SlotLimit
from solver.models.sales_floor import (
    GroupBy,
    GroupMode,
    Groups,
    PreviousOwner,
    RelaxationStep,
    Stability,
    UseRule,
)
from solver.models.territory import Territory
from solver.models.window import Window

__all__ = [
    "Account",
    "Activity",
    "Alert",
    "AlertKind",
    "Assignment",
    "Certificate",
    "Change",
    "CustomRule",
    "DecidedBy",
    "Digest",
    "Each",
    "Engine",
    "Evidence",
    "Factors",
    "Fairness",
    "FairnessMethod",
    "Floors",
    "ForecastBasis",
    "GroupBy",
    "GroupMode",
    "Groups",
    "HandOff",
    "HeldLead",
    "Hold",
    "Inputs",
    "Issue",
    "IssueCode",
    "KeptLead",
    "Layer",
    "Lead",
    "Ledger",
    "Limit",
    "LimitFloor",
    "LimitUse",
    "Measure",
    "Merge",
    "Milestone",
    "Outcome",
    "OwnerAway",
    "OwnerChange",
    "PairFacts",
    "Period",
    "Plan",
    "Policy",
    "Precedence",
    "Preparation",
    "PreviousOwner",
    "ProvenBy",
    "QuarantinedRow",
    "Queue",
    "Rate",
    "Reason",
    "ReasonCode",
    "RelaxationStep",
    "Rep",
    "RepFloor",
    "RouteWhen",
    "RuleKind",
    "SetAside",
    "Severity",
    "SlotLimit",
    "Slots",
    "Stability",
    "StoppedBy",
    "Territory",
    "UnknownHours",
    "UseRule",
    "UsualRange",
    "Violation",
    "Window",
]
