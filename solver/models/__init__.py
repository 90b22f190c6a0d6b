"""The plain data that goes in and comes out: pydantic records, frozen."""

from solver.models.account import Account
from solver.models.activity import Activity
from solver.models.floors import Floors, ForecastBasis, RepFloor
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.lead import Lead
from solver.models.limit import Limit, LimitKind
from solver.models.plan import (
    Assignment,
    Certificate,
    Digest,
    Engine,
    Factors,
    HeldLead,
    Inputs,
    KeptLead,
    Outcome,
    PairFacts,
    Plan,
    Slots,
    StoppedBy,
    Violation,
)
from solver.models.policy import Policy, RouteWhen, UnknownHours
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
from solver.models.rep import Rep
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
    "Digest",
    "Engine",
    "Evidence",
    "Factors",
    "Floors",
    "ForecastBasis",
    "HeldLead",
    "Hold",
    "Inputs",
    "Issue",
    "IssueCode",
    "KeptLead",
    "Lead",
    "Limit",
    "LimitKind",
    "Merge",
    "Outcome",
    "PairFacts",
    "Plan",
    "Policy",
    "Preparation",
    "QuarantinedRow",
    "Queue",
    "Reason",
    "ReasonCode",
    "Rep",
    "RepFloor",
    "RouteWhen",
    "SetAside",
    "Severity",
    "Slots",
    "StoppedBy",
    "Territory",
    "UnknownHours",
    "Violation",
    "Window",
]
