"""The window as the checks see it: its filters, its rules, and who may own whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.filters import About, Filter, LeadTable, PairMask, RepTable, parse_filter
from solver.matrix.lead_tables import lead_table
from solver.matrix.rows import ValueRows
from solver.models import CustomRule, Issue, IssueCode, Lead, RuleKind, Severity, Window
from solver.rule_checks.serving import Serving, serving


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule ``must`` or ``must_not``, and the pairs that it is about."""

    rule: CustomRule
    key: str
    """Its key in the policy: ``rules.3``."""
    leads: NDArray[np.bool_]
    """(L,) leads that match."""
    pairs: PairMask
    """Pairs whose rep matches."""

    def allows(self, rows: slice | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return (B, R) whether the rule lets leads go to reps."""
        there = self.pairs.block(rows)
        bound = self.leads[rows, None]
        return ~bound | (there if self.rule.kind is RuleKind.MUST else ~there)


@dataclass(frozen=True, slots=True)
class Placed:
    """A filter of the policy and where it stands."""

    key: str
    parsed: Filter
    beside: str | None = None
    """The filter of leads that stands with a filter of reps."""
    of_windows: bool = True
    """Whether windows hold the leads that it is about."""


class LookedAt:
    """What the checks ask of a window, each worked out once.

    Parameters
    ----------
    window
        The window.
    rows
        Its matrix.
    policy_file
        Name of the policy's file, for messages.
    """

    def __init__(self, window: Window, rows: ValueRows, policy_file: str | None) -> None:
        self.window, self.rows, self._file = window, rows, policy_file
        self.leads: tuple[Lead, ...] = rows.triage.routed
        self.filtered = rows.filtered
        self.active: NDArray[np.bool_] = rows.reps.active

    @cached_property
    def asked_leads(self) -> LeadTable:
        """Leads that a legal hold is asked about: routed, held by it, or too old."""
        triage, ages = self.rows.triage, list(self.rows.triage.age_hours)
        others = (*triage.legal_hold, *triage.too_old)
        return lead_table((*triage.routed, *others), (*ages, *[0.0] * len(others)), self.window)

    @cached_property
    def reps(self) -> RepTable:
        """The active reps."""
        return RepTable([rep for rep in self.window.reps if rep.active])

    @cached_property
    def hard_rules(self) -> list[HardRule]:
        """The rules ``must`` and ``must_not``, as the policy lists them."""
        return [HardRule(rule, f"rules.{at}", self.filtered.leads(rule.leads),
                         self.filtered.pairs(rule.reps))
                for at, rule in enumerate(self.window.policy.rules)
                if rule.kind is not RuleKind.SHOULD]

    @cached_property
    def serving(self) -> Serving:
        """Who may serve which leads."""
        return serving(self.rows, self.window.reps)

    def filters(self) -> Iterator[Placed]:
        """Yield every filter of the policy, as it lists them."""
        policy = self.window.policy
        if policy.precedence.legal_hold is not None:
            yield Placed("precedence.legal_hold", parse_filter(policy.precedence.legal_hold))
        for section in ("rules", "use", "limits"):
            for at, one in enumerate(getattr(policy, section)):
                if one.leads is not None:
                    yield Placed(f"{section}.{at}.leads", parse_filter(one.leads))
                if one.reps is not None:
                    yield Placed(f"{section}.{at}.reps", parse_filter(one.reps, About.REP),
                                 one.leads)
        for key, text in (("must_place", policy.must_place),
                          ("stability.lock", policy.stability.lock)):
            if text is not None:
                yield Placed(key, parse_filter(text))
        if policy.hand_off.hot is not None:
            yield Placed("hand_off.hot", parse_filter(policy.hand_off.hot), of_windows=False)

    def issue(self, code: IssueCode, key: str | None, rule: str, remedy: str, *,
              offending: str | None = None, lead: int | None = None,
              severity: Severity = Severity.WARNING) -> Issue:
        """Return what was found, with the lead that is its example."""
        return Issue(code=code, severity=severity, file=self._file, column=key,
                     record_id=None if lead is None else self.leads[lead].lead_id,
                     offending=offending, rule=rule, remedy=remedy)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return how many there are of a thing, as words."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
