"""Filters that nothing can match, whatever the data: proven field by field, never guessed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import product

from solver.filters.language.fields import FieldRef, Kind
from solver.filters.language.tree import (
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Filter,
    Leaf,
    Node,
    Not,
    Op,
    Or,
    Span,
)
from solver.filters.language.values import FOLDS, text_holds

#: A leaf, and whether it is to hold.
_Claim = tuple[Leaf, bool]
_Compared = tuple[Compare, bool]
#: From a number, or a microsecond, up to another that is not in it.
_Stretch = tuple[float, float]
#: Alternatives that are looked at; a filter with more is taken for one that can match.
_MOST = 512
_TEXTS = frozenset({Kind.TEXT, Kind.ID, Kind.POSTAL, Kind.ATTRIBUTE})
_NEGATED = {Op.LT: Op.GE, Op.LE: Op.GT, Op.GT: Op.LE, Op.GE: Op.LT}


def never_matches(parsed: Filter | Node) -> bool:
    """Tell whether nothing can match, whatever the records hold.

    Parameters
    ----------
    parsed
        A filter, or a part of its tree.

    Returns
    -------
    bool
        True is sure. False is not: fields are looked at one by one, and long filters not at all.
    """
    alternatives = _alternatives(parsed.root if isinstance(parsed, Filter) else parsed, True)
    return alternatives is not None and all(map(_contradicts, alternatives))


def is_said_to_be_empty(parsed: Filter) -> bool:
    """Tell whether a filter says outright that it matches nothing, as ``false`` does."""
    return isinstance(parsed.root, Always) and not parsed.root.value


def _alternatives(node: Node, holds: bool) -> list[tuple[_Claim, ...]] | None:
    """Return the claims of which one row must hold as a whole; None where they are too many."""
    if isinstance(node, Not):
        return _alternatives(node.part, not holds)
    if not isinstance(node, And | Or):
        return [((node, holds),)]
    parts = [_alternatives(part, holds) for part in node.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(node, Or) is holds:
        rows = [row for part in known for row in part]
        return rows if len(rows) <= _MOST else None
    if math.prod(map(len, known)) > _MOST:
        return None
    return [tuple(claim for row in rows for claim in row) for rows in product(*known)]


def _contradicts(claims: tuple[_Claim, ...]) -> bool:
    """Tell whether claims cannot all hold: two of them, or those of one field."""
    if any(isinstance(leaf, Always) and leaf.value is not holds for leaf, holds in claims):
        return True
    said: dict[str, bool] = {}
    by_field: dict[FieldRef, list[_Claim]] = {}
    for leaf, holds in claims:
        if said.setdefault(repr(leaf), holds) is not holds:
            return True
        for ref in _must_be_known(leaf, holds):
            by_field.setdefault(ref, []).append((Blank(ref), False))
        if isinstance(leaf, Compare | Blank):
            by_field.setdefault(leaf.ref, []).append((leaf, holds))
        if isinstance(leaf, CompareFields) and holds and leaf.left == leaf.right and leaf.op in (
                Op.LT, Op.GT):
            return True
    return any(_impossible(ref, own) for ref, own in by_field.items())


def _must_be_known(leaf: Leaf, holds: bool) -> tuple[FieldRef, ...]:
    """Return the fields that cannot be blank where a claim holds."""
    if not holds or isinstance(leaf, Always | Blank):
        return ()
    return (leaf.left, leaf.right) if isinstance(leaf, CompareFields) else (leaf.ref,)


def _impossible(ref: FieldRef, claims: list[_Claim]) -> bool:
    """Tell whether one field would have to be two things at once."""
    blank = {holds for leaf, holds in claims if isinstance(leaf, Blank)}
    if len(blank) > 1 or (True in blank and not ref.field.optional):
        return True
    if True in blank:
        return False
    compared = [(leaf, holds) for leaf, holds in claims if isinstance(leaf, Compare)]
    if ref.field.many:
        return _no_member(ref, compared)
    known = False in blank or not ref.field.optional
    texts = [(leaf, holds) for leaf, holds in compared
             if all(isinstance(one, str) for one in leaf.literals)]
    others = [claim for claim in compared if claim not in texts]
    return known and (_no_text(ref, texts) or _no_number(ref, others) or _no_flag(ref, others))


def _no_member(ref: FieldRef, claims: list[_Compared]) -> bool:
    """Tell whether a list must have a member that it must not have."""
    if ref.kind not in _TEXTS:
        return False
    equal = [(set(_folded(ref, leaf)), holds) for leaf, holds in claims if leaf.op is Op.EQ]
    never = set().union(*(texts for texts, holds in equal if not holds))
    return any(texts <= never for texts, holds in equal if holds)


def _no_text(ref: FieldRef, claims: list[_Compared]) -> bool:
    """Tell whether none of the texts that the field must equal passes its other comparisons."""
    equal = [set(_folded(ref, leaf)) for leaf, holds in claims if holds and leaf.op is Op.EQ]
    if not equal:
        return False
    return not any(all(_passes(ref, text, leaf) is holds for leaf, holds in claims)
                   for text in set.intersection(*equal))


def _passes(ref: FieldRef, text: str, leaf: Compare) -> bool:
    return any(text_holds(text, leaf.op, literal) for literal in _folded(ref, leaf))


def _folded(ref: FieldRef, leaf: Compare) -> Iterable[str]:
    fold, part = FOLDS[ref.kind], leaf.op in (Op.CONTAINS, Op.STARTS, Op.ENDS)
    return [fold(one if part else one.strip()) for one in leaf.literals if isinstance(one, str)]


def _no_flag(ref: FieldRef, claims: list[_Compared]) -> bool:
    if ref.kind is not Kind.FLAG:
        return False
    left = {True, False}
    for leaf, holds in claims:
        left &= {flag for flag in (True, False) if (flag in leaf.literals) is holds}
    return not left


def _no_number(ref: FieldRef, claims: list[_Compared]) -> bool:
    """Tell whether no number, or no instant, lies where all comparisons want it.

    Half-open stretches ``[begin, end)`` of numbers: a float has a next one, an instant the next
    microsecond. A negated comparison of a column of the file may hold of any text.
    """
    if ref.kind not in (Kind.NUMBER, Kind.MOMENT, Kind.ATTRIBUTE):
        return False
    moments = any(isinstance(one, Span) for leaf, _ in claims for one in leaf.literals)
    of_file = ref.kind is Kind.ATTRIBUTE
    if of_file and len({type(one) for leaf, _ in claims for one in leaf.literals}) > 1:
        return False
    low = -math.inf if ref.field.low is None or moments else ref.field.low
    high = math.inf if ref.field.high is None else _after(ref.field.high)
    left = [(low, high)]
    for leaf, holds in claims:
        if any(isinstance(one, bool | str) for one in leaf.literals):
            return False
        if not holds and of_file:
            continue
        left = _cut(left, _wanted(leaf, holds))
    return bool(claims) and not left


def _wanted(leaf: Compare, holds: bool) -> list[_Stretch]:
    """Return the stretches in which a comparison holds, or does not."""
    if leaf.op is not Op.EQ:
        op = leaf.op if holds else _NEGATED[leaf.op]
        begin, end = _ends(leaf.literals[0])
        return [{Op.LT: (-math.inf, begin), Op.LE: (-math.inf, end), Op.GT: (end, math.inf),
                 Op.GE: (begin, math.inf)}[op]]
    inside = sorted(_ends(literal) for literal in leaf.literals)
    if holds:
        return inside
    begins = [-math.inf, *(end for _, end in inside)]
    return list(zip(begins, [*(begin for begin, _ in inside), math.inf], strict=True))


def _ends(literal: object) -> _Stretch:
    if isinstance(literal, Span):
        return literal.begin, literal.end
    assert isinstance(literal, float)
    return literal, _after(literal)


def _after(number: float) -> float:
    return math.nextafter(number, math.inf)


def _cut(left: list[_Stretch], wanted: list[_Stretch]) -> list[_Stretch]:
    both = [(max(a, c), min(b, d)) for a, b in left for c, d in wanted]
    return [(begin, end) for begin, end in both if begin < end]
