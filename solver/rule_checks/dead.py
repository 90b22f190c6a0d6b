"""Filters that match nothing: of themselves, or of the leads and reps at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from solver.filters import Filter, LeadTable, RepTable, Side, fields_of, render
from solver.filters.language.errors import closest, misspelt
from solver.filters.language.fields import FIELDS
from solver.filters.language.never import is_said_to_be_empty, never_matches
from solver.filters.language.tree import About, And, Compare, Node, Op, leaves_of
from solver.filters.language.values import FOLDS
from solver.filters.masks.columns import TextColumn
from solver.filters.masks.masks import mask_of
from solver.filters.masks.pairs import PairMask
from solver.models import Issue, IssueCode, RuleKind, Severity
from solver.rule_checks.looked_at import LookedAt, Placed

#: Values that are shown where none is close to what was written.
_SHOWN = 5
#: Shorter texts are codes, which differ by a letter.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Dead:
    """What was found, and of which keys of the policy a filter of reps is dead."""

    issues: list[Issue]
    rules: frozenset[str]
    """As in ``rules.3``."""


def dead_filters(looked_at: LookedAt) -> Dead:
    """Find filters that can never match, or match nothing here, and what they name in vain.

    Parameters
    ----------
    looked_at
        The window.
    """
    issues: list[Issue] = []
    rules: set[str] = set()
    for placed in looked_at.filters():
        parsed = placed.parsed
        if is_said_to_be_empty(parsed):
            continue
        if never_matches(parsed):
            issues.append(looked_at.issue(
                IssueCode.NEVER_MATCHES, placed.key, "nothing can match this filter, whatever the "
                "data: its conditions exclude each other", 'Correct it; write false for "nothing"',
                offending=parsed.text, severity=Severity.ERROR))
        else:
            here = _Here(looked_at, placed)
            alive = not placed.of_windows or here.matches_any()
            found = [*here.strange_columns(), *here.strange_values(alive)]
            issues += found
            if alive:
                continue
            issues.append(here.dead(explained=bool(found)))
        if placed.parsed.about is About.REP:
            rules.add(placed.key.removesuffix(".reps"))
    return Dead(issues, frozenset(rules))


class _Here:
    """One filter, asked of the leads and reps at hand."""

    def __init__(self, looked_at: LookedAt, placed: Placed) -> None:
        self._looked_at, self._placed = looked_at, placed
        legal = placed.key == "precedence.legal_hold"
        self._leads: LeadTable = (looked_at.asked_leads if legal
                                  else looked_at.filtered.lead_table)
        self._reps: RepTable = looked_at.reps

    @property
    def _parsed(self) -> Filter:
        return self._placed.parsed

    def matches_any(self) -> bool:
        """Tell whether any lead, rep or pair matches; of no leads and no reps nothing is said."""
        if self._parsed.about is About.LEAD:
            return not len(self._leads) or bool(mask_of(self._parsed.root, self._leads).any())
        if not len(self._reps):
            return True
        if not self._parsed.reads_leads:
            return bool(mask_of(self._parsed.root, self._reps).any())
        among = self._looked_at.filtered.leads(self._placed.beside)
        matched = PairMask(self._parsed.root, self._leads, self._reps).any_rep()
        return not among.any() or bool((matched & among).any())

    def dead(self, explained: bool) -> Issue:
        """Return that the filter matches nothing, with the condition that is to blame."""
        about_leads = self._parsed.about is About.LEAD
        things = "lead" if about_leads else "active rep"
        beside = (" together with a lead that the rule is about"
                  if self._parsed.reads_leads and not about_leads else "")
        blamed = None if explained else self._blamed(self._parsed.root)
        why = ("" if blamed is None or blamed == self._parsed.root else
               f"; already {render(blamed, self._parsed.about)} matches none")
        held = self._held_by_must()
        return self._looked_at.issue(
            IssueCode.RULES_LEAVE_NOBODY if held else IssueCode.DEAD_RULE, self._placed.key,
            f"no {things} of this window matches{beside}{why}{held}",
            "Correct the filter, or leave the rule out", offending=self._parsed.text)

    def _held_by_must(self) -> str:
        """Say how many leads a rule ``must`` whose reps match nobody leaves without any rep."""
        rule = next((rule for place, rule in enumerate(self._looked_at.window.policy.rules)
                     if self._placed.key == f"rules.{place}.reps"), None)
        if rule is None or rule.kind is not RuleKind.MUST:
            return ""
        leads = int(self._looked_at.filtered.leads(rule.leads).sum())
        return f", so that {leads:,} leads that must go to such a rep go to nobody" if leads else ""

    def _blamed(self, root: Node) -> Node | None:
        """Return the first part of an ``and`` that already matches nothing alone."""
        for part in root.parts if isinstance(root, And) else (root,):
            sides = {ref.side is Side.REP for ref in fields_of(part)}
            if len(sides) == 1 and not mask_of(part, self._table(sides == {True})).any():
                return part
        return None

    def _table(self, of_reps: bool) -> LeadTable | RepTable:
        return self._reps if of_reps else self._leads

    def strange_columns(self) -> Iterator[Issue]:
        """Yield columns that the filter names and no record has."""
        for ref in fields_of(self._parsed):
            table = self._table(ref.side is Side.REP)
            if not ref.is_attribute or not len(table):
                continue
            records = (self._leads.accounts if ref.side is Side.ACCOUNT else table)
            names = records.attribute_names()
            if FOLDS[ref.kind](ref.name) not in map(FOLDS[ref.kind], names):
                near = closest(ref.name, (*names, *FIELDS[ref.side]))
                yield self._looked_at.issue(
                    IssueCode.DEAD_CONDITION, self._placed.key,
                    f"no {ref.side.value} has a column of this name, so it is always blank",
                    "Use the column's name as the file has it" if near is None
                    else f"Maybe it is {near!r}", offending=ref.name)

    def strange_values(self, alive: bool) -> Iterator[Issue]:
        """Yield values that no record has: misspelt ones, and any single one of a dead filter."""
        for leaf in leaves_of(self._parsed.root):
            if not isinstance(leaf, Compare) or leaf.op is not Op.EQ or leaf.ref.part is not None:
                continue
            column = self._table(leaf.ref.side is Side.REP).column(leaf.ref)
            if isinstance(column, TextColumn):
                held = list(dict.fromkeys(text for texts in column.held for text in texts))
                yield from self._strange(leaf, held, alive)

    def _strange(self, leaf: Compare, held: list[str], alive: bool) -> Iterator[Issue]:
        fold = FOLDS[leaf.ref.kind]
        known = set(map(fold, held))
        for literal in leaf.literals:
            if not isinstance(literal, str) or fold(literal.strip()) in known:
                continue
            near = _slip(literal, held)
            if near is not None:
                remedy = f"Maybe it is {near!r}"
            elif not alive and held and len(leaf.literals) == 1:
                more = f" and {len(held) - _SHOWN:,} more" if len(held) > _SHOWN else ""
                remedy = f"There are: {', '.join(sorted(held)[:_SHOWN])}{more}"
            else:
                continue
            yield self._looked_at.issue(
                IssueCode.DEAD_CONDITION, self._placed.key,
                f"no {leaf.ref.side.value} of this window has this {leaf.ref.name}", remedy,
                offending=literal)


def _slip(text: str, held: list[str]) -> str | None:
    """Return the value that a longer text is a slip away from; other digits are no slip."""
    near = misspelt(text, held) if len(text) >= _SHORTEST else None
    if near is None or re.findall(r"\d", near) != re.findall(r"\d", text):
        return None
    return near
