"""Leads that are one: the same person of the same company, come in more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.models import Lead
from solver.models.matching import Matching
from solver.models.preparation import Evidence, Merge
from solver.prepare.match.blocking import (
    Candidates,
    Ints,
    lead_blocks,
    pairs_within,
    within_groups,
)
from solver.prepare.match.crowds import without_crowds
from solver.prepare.match.evidence import evidence_of
from solver.prepare.match.facts import frame_of, lead_columns, rows_of
from solver.prepare.match.few import FEW, pairs_of_few
from solver.prepare.match.groups import group_leads
from solver.prepare.match.preference import lead_preference
from solver.prepare.match.results import Duplicates, PossibleMatch
from solver.prepare.match.scoring import Scores, score_people
from solver.prepare.match.similarity import Columns, Floats, Table

#: Pairs that are scored at once.
_CHUNK = 500_000


@dataclass(frozen=True, slots=True)
class Part:
    """What must be known of some of the leads to decide on them without the others."""

    groups: Mapping[str, int] | None = None
    """lead_id to a number: only leads of one number are compared; None: all of them."""
    crowded_phones: Collection[str] = ()
    """Phones that are nobody's own, because too many of all leads have them."""
    known: Collection[str] = ()
    """lead_ids of leads that were looked at before: they stay, before all others, and what two of
    them have in common is not said again."""


def find_duplicates(leads: Sequence[Lead], rules: Matching, part: Part | None = None
                    ) -> Duplicates:
    """Find the leads that are one with another, and those that may be.

    Two people of one company are contacts of one account, not duplicates; a lead of which nothing
    but the company is known is nobody's duplicate.

    Parameters
    ----------
    leads
        In any order; their ids differ. Normalised ones match best.
    rules
        Thresholds, who stays, and which mail domains say nothing.
    part
        Of which leads these are some; None: these are all.

    Returns
    -------
    Duplicates
        The same, whatever the order of the leads. `possible` names leads that stay.
    """
    ordered = sorted(leads, key=lambda lead: lead.lead_id)
    if len(ordered) < 2:
        return Duplicates((), (), 0)
    search = _Search(ordered, rules, part)
    into = search.groups() if rules.merge_duplicates else {}
    return Duplicates(search.merges(into), search.possible(into), search.skipped_blocks)


class _Search:
    """The pairs of leads that are `possible` or more, sorted by row."""

    def __init__(self, leads: Sequence[Lead], rules: Matching, part: Part | None) -> None:
        self._leads, self._rules = leads, rules
        known = frozenset(part.known if part else ())
        self._known = {row for row, lead in enumerate(leads) if lead.lead_id in known}
        facts = lead_columns(leads, rules.free_mail)
        if part is not None and part.crowded_phones:
            facts["phone"] = [None if phone in part.crowded_phones else phone
                              for phone in facts["phone"]]
        self.ranks = _ranks(leads, facts["mail"], rules, self._known)
        table = facts if len(leads) <= FEW else without_crowds(frame_of(facts), ["phone"])
        self._columns = Columns(table, table)
        candidates = _candidates(table, self.ranks, None if part is None or part.groups is None
                                 else [part.groups[lead.lead_id] for lead in leads])
        self.skipped_blocks = candidates.skipped_blocks
        lefts, rights = candidates.left, candidates.right
        self._pairs: dict[tuple[int, int], float] = {}
        for start in range(0, lefts.size, _CHUNK):
            left, right = lefts[start:start + _CHUNK], rights[start:start + _CHUNK]
            confidence = self.confidences(left, right)
            kept = confidence >= rules.possible
            self._pairs |= dict(zip(
                zip(left[kept].tolist(), right[kept].tolist(), strict=True),
                confidence[kept].tolist(), strict=True))

    def groups(self) -> dict[int, int]:
        """Return each lead that goes, with the one that it is merged into."""
        same = [pair for pair, confidence in self._pairs.items() if confidence >= self._rules.same
                and not self._known.issuperset(pair)]
        return group_leads(same, self.ranks, self.confidences, self._rules.possible, self._known)

    def confidences(self, left: Ints, right: Ints) -> Floats:
        """Return the confidence of each pair of rows."""
        return self._scores(left, right).confidence

    def merges(self, into: dict[int, int]) -> tuple[Merge, ...]:
        """Return the merges, each with the evidence between the lead and the one that stays."""
        pairs = sorted(into.items())
        found = self._explain(pairs)
        return tuple(Merge(lead_id=self._id(row), into_lead_id=self._id(survivor),
                           confidence=confidence, evidence=evidence + self._chain(row, survivor))
                     for (row, survivor), (confidence, evidence)
                     in zip(pairs, found, strict=True))

    def possible(self, into: dict[int, int]) -> tuple[PossibleMatch, ...]:
        """Return the likeliest pair between each two leads that stay."""
        best: dict[tuple[int, int], tuple[int, int]] = {}
        for pair in sorted(self._pairs, key=lambda pair: (-self._pairs[pair], pair)):
            stay, go = sorted((into.get(row, row) for row in pair), key=self.ranks.__getitem__)
            if stay != go and go not in self._known:
                best.setdefault((go, stay), pair)
        order = sorted(best, key=lambda names: (names[0], -self._pairs[best[names]], names[1]))
        found = self._explain([best[names] for names in order])
        return tuple(PossibleMatch(lead_id=self._id(go), other_lead_id=self._id(stay),
                                   confidence=confidence,
                                   evidence=evidence + self._stand_ins(best[go, stay], into))
                     for (go, stay), (confidence, evidence) in zip(order, found, strict=True))

    def _chain(self, row: int, survivor: int) -> tuple[Evidence, ...]:
        """Name the lead through which a lead is merged that is not the same by itself."""
        if self._link(row, survivor) >= self._rules.same:
            return ()
        links = [(confidence, -other) for other in self._neighbours[row]
                 if (confidence := self._link(row, other)) >= self._rules.same]
        confidence, other = max(links)
        return (_note(f"one with {self._id(-other)!r} at {confidence:.2f}"),)

    def _stand_ins(self, pair: tuple[int, int], into: dict[int, int]) -> tuple[Evidence, ...]:
        """Name the merged leads whose likeness it is."""
        return tuple(_note(f"seen on {self._id(row)!r}, which is one with {self._id(into[row])!r}")
                     for row in pair if row in into)

    @cached_property
    def _neighbours(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for left, right in self._pairs:
            found[left].append(right)
            found[right].append(left)
        return found

    def _link(self, row: int, other: int) -> float:
        return self._pairs.get((min(row, other), max(row, other)), 0.0)

    def _id(self, row: int) -> str:
        return self._leads[row].lead_id

    def _scores(self, left: Ints, right: Ints) -> Scores:
        return score_people(self._columns.pairs(left, right))

    def _explain(self, pairs: Sequence[tuple[int, int]]
                 ) -> list[tuple[float, tuple[Evidence, ...]]]:
        """Return confidence and evidence of pairs of rows."""
        if not pairs:
            return []
        left, right = np.array(pairs, dtype=np.int64).T
        scores = self._scores(left, right)
        return [(confidence, evidence_of(self._leads[one], self._leads[other], scores.kinds, bits))
                for (one, other), confidence, bits
                in zip(pairs, scores.confidence.tolist(), scores.weights, strict=True)]


def _candidates(facts: Table, ranks: Sequence[int], groups: Sequence[int] | None) -> Candidates:
    if isinstance(facts, dict):
        return pairs_of_few(rows_of(facts), groups)
    blocks = lead_blocks(facts, ranks)
    return pairs_within(blocks if groups is None else within_groups(blocks, groups))


def _note(detail: str) -> Evidence:
    return Evidence(kind="lead_id", detail=detail, weight=0.0)


def _ranks(leads: Sequence[Lead], mails: Sequence[str | None], rules: Matching, known: Set[int]
           ) -> list[int]:
    """Return the place of each lead among all, from the one that would stay first."""
    keys = [(row not in known, lead_preference(lead, mail is not None, rules))
            for row, (lead, mail) in enumerate(zip(leads, mails, strict=True))]
    ranks = [0] * len(leads)
    for rank, row in enumerate(sorted(range(len(leads)), key=keys.__getitem__)):
        ranks[row] = rank
    return ranks
