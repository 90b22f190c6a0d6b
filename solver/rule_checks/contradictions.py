"""Rules that together leave a lead no rep: the smallest sets of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solver.filters import About, parse_filter
from solver.filters.language.never import never_matches
from solver.filters.language.tree import And, Node, Not
from solver.models import CustomRule, Issue, IssueCode, RuleKind, Severity
from solver.rule_checks.looked_at import HardRule, LookedAt, counted

_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clashes:
    """What was found, and the leads that it concerns."""

    issues: list[Issue] = field(default_factory=list)
    leads: set[int] = field(default_factory=set)
    """Positions."""


def contradictions(looked_at: LookedAt, dead: frozenset[str]) -> Clashes:
    """Find rules that leave some leads no active rep, and name the smallest set to blame.

    Parameters
    ----------
    looked_at
        The window; some rep of it is active.
    dead
        Keys of rules whose filter of reps is known to match nobody.
    """
    rules = looked_at.hard_rules
    found: dict[tuple[int, ...], list[int]] = {}
    kept: dict[tuple[tuple[int, int], ...], tuple[int, ...]] = {}
    for lead in _without_rep(looked_at, rules):
        bound = tuple((at, int(one.pairs.lead_class[lead])) for at, one in enumerate(rules)
                      if one.leads[lead])
        if bound not in kept:
            kept[bound] = _smallest(looked_at, [at for at, _ in bound], lead)
        found.setdefault(kept[bound], []).append(lead)
    clashes = Clashes(leads={lead for leads in found.values() for lead in leads})
    for blamed, leads in sorted(found.items()):
        if len(blamed) > 1 or rules[blamed[0]].key not in dead:
            clashes.issues.append(_issue(looked_at, [rules[at] for at in blamed], leads))
    return clashes


def _without_rep(looked_at: LookedAt, rules: Sequence[HardRule]) -> Iterator[int]:
    """Yield the leads to whom the rules together leave no active rep."""
    for block in looked_at.rows.blocks():
        if any(rule.leads[block].any() for rule in rules):
            left = _left(looked_at, rules, block)
            yield from (block.start + np.flatnonzero(~left.any(axis=1))).tolist()


def _left(looked_at: LookedAt, rules: Sequence[HardRule], rows: slice | _Index
          ) -> NDArray[np.bool_]:
    """Return (B, R) who may own leads as far as the rules go."""
    num = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
    left = np.tile(looked_at.active, (num, 1))
    for rule in rules:
        left &= rule.allows(rows)
    return left


def _smallest(looked_at: LookedAt, bound: list[int], lead: int) -> tuple[int, ...]:
    """Return the rules to blame: one, else two, else a set that needs each of its rules."""
    rows = np.array([lead])

    def conflict(chosen: Sequence[int]) -> bool:
        return not _left(looked_at, [looked_at.hard_rules[at] for at in chosen], rows).any()

    for size in (1, 2):
        for few in combinations(bound, size):
            if conflict(few):
                return few
    needed = list(bound)
    for at in bound:
        without = [one for one in needed if one != at]
        if conflict(without):
            needed = without
    return tuple(needed)


def _issue(looked_at: LookedAt, rules: list[HardRule], leads: list[int]) -> Issue:
    names = " and ".join(repr(one.rule.name) for one in rules)
    of = f"{counted(len(leads), 'lead')} that {'matches' if len(leads) == 1 else 'match'}"
    key = rules[-1].key
    if len(rules) > 1 and never_matches(_together([one.rule for one in rules])):
        return looked_at.issue(
            IssueCode.CONTRADICTION, key,
            f"rules {names} contradict each other: no rep can satisfy them for {of} them all",
            "Narrow the leads of one of them, or drop it", offending=rules[-1].rule.name,
            lead=leads[0], severity=Severity.ERROR)
    rule = (f"rules {names} together leave no active rep to {of} them all" if len(rules) > 1
            else f"rule {names} leaves no active rep to {of} it")
    return looked_at.issue(IssueCode.RULES_LEAVE_NOBODY, key, rule,
                           "Narrow the leads of a rule, or widen its reps",
                           offending=rules[-1].rule.name, lead=leads[0])


def _together(rules: list[CustomRule]) -> Node:
    """Return what a rep must match who is let through by all of some rules."""
    parts: list[Node] = []
    for rule in rules:
        root = parse_filter(rule.reps or "true", About.REP).root
        parts.append(root if rule.kind is RuleKind.MUST else Not(root))
    return And(tuple(parts))
