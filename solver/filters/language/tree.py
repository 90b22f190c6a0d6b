"""What a filter says, as a tree of frozen nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction

from solver.filters.language.fields import FieldRef, Kind, Side


class About(StrEnum):
    """Which record a filter is about: what a bare name means."""

    LEAD = "lead"
    REP = "rep"


class Op(StrEnum):
    """A comparison; negated ones are :class:`Not` around it."""

    EQ = "="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "contains"
    STARTS = "starts with"
    ENDS = "ends with"
    HAS = "has"
    """Holds the words one after another, whole."""


#: Comparisons by order.
ORDERS = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
#: Comparisons with a part of a text.
TEXT_TESTS = frozenset({Op.CONTAINS, Op.STARTS, Op.ENDS, Op.HAS})


@dataclass(frozen=True, slots=True)
class Span:
    """A date or an instant, as the stretch ``[begin, end)`` of microseconds since 1970 UTC."""

    begin: int
    end: int
    text: str
    """As it was written."""


Literal = str | float | bool | Span


@dataclass(frozen=True, slots=True)
class Always:
    """True or false whatever the record."""

    value: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against literals, of which one has to match; false where the field is blank."""

    ref: FieldRef
    op: Op
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class CompareFields:
    """A field against another; false where either is blank."""

    left: FieldRef
    op: Op
    """``=`` or an order."""
    right: FieldRef
    view: Kind
    """What both are read as."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Whether a field is blank."""

    ref: FieldRef


@dataclass(frozen=True, slots=True)
class Top:
    """Whether the field is among the largest of the leads looked at; ties are in."""

    ref: FieldRef
    amount: Fraction
    """Share of the leads whose field is known, or how many."""
    is_share: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Not the part."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part."""

    parts: tuple[Node, ...]


Leaf = Always | Compare | CompareFields | Blank | Top
Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been read."""

    text: str
    """As it was written."""
    about: About
    root: Node

    @property
    def reads_leads(self) -> bool:
        """Whether it names a field of the lead or of the lead's account."""
        return any(ref.side is not Side.REP for ref in fields_of(self))


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(node, Not):
        yield from leaves_of(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves_of(part)
    else:
        yield node


def refs_of(leaf: Leaf) -> tuple[FieldRef, ...]:
    """Return the fields that a leaf names."""
    if isinstance(leaf, Always):
        return ()
    if isinstance(leaf, CompareFields):
        return leaf.left, leaf.right
    return (leaf.ref,)


def fields_of(parsed: Filter | Node) -> tuple[FieldRef, ...]:
    """Return the fields that a filter names, each once, in its order.

    Parameters
    ----------
    parsed
        A filter, or a part of its tree.
    """
    root = parsed.root if isinstance(parsed, Filter) else parsed
    return tuple(dict.fromkeys(ref for leaf in leaves_of(root) for ref in refs_of(leaf)))


def moment_of(moment: date) -> int:
    """Return an aware instant, or the midnight in UTC of a date, in microseconds since 1970 UTC."""
    instant = (moment if isinstance(moment, datetime)
               else datetime(moment.year, moment.month, moment.day, tzinfo=UTC))
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
