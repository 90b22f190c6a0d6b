"""Hypothesis strategies for filters, as trees, and for records that they can tell apart."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.filters.language.fields import FIELDS, FieldRef, Kind, Side
from solver.filters.language.tree import (
    TEXT_TESTS,
    About,
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Leaf,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Top,
)
from solver.filters.language.values import read_number, read_span
from solver.models import Account, Lead, Rep
from tests.property.strategies import AT

#: Texts that meet, in other cases and spellings, and some that read as something else.
TEXTS = ("DE", "de", "Straße", "STRASSE", "West Team", "west", "SW1 A", "sw1a", 'say "hi"', "a'b",
         "10", "9", "2.5k", "50 %", "yes", "0", "2026-11-18", "2026-11-18T14:00:00Z", "x`y")
COLUMNS = ("campaign", "Lead Source", "in", "contry", "x`y", "CAMPAIGN", "attributes", "Größe")
SKILLS = ("crm", "Straße", "STRASSE", "Pay Roll")
NUMBERS = (0.0, 1.0, 2500.0, 0.5, 50.0, 1e6, 9.0, 10.0, 1e-7, 1e17)
SPANS = tuple(span for text in ("2026-11-18", "2026-11-17", "2026-11-18T14:00:00Z",
                                "2026-11-18t15:00:00.5+01:00") if (span := read_span(text)))
_VIEWS = (Kind.TEXT, Kind.ID, Kind.POSTAL)


def _refs(side: Side) -> SearchStrategy[FieldRef]:
    fields = [FieldRef(side, name) for name in FIELDS[side]]
    parts = [FieldRef(side, name, part=skill) for name, field in FIELDS[side].items()
             if field.parts for skill in SKILLS]
    columns = [FieldRef(side, name, is_attribute=True) for name in COLUMNS]
    return st.sampled_from(fields) | st.sampled_from(columns) | st.sampled_from(parts or columns)


def _fits(ref: FieldRef, op: Op, literal: Literal) -> bool:
    if isinstance(literal, str) and ref.kind is Kind.ATTRIBUTE and op not in (*TEXT_TESTS, Op.EQ):
        return read_number(literal.casefold()) is None and read_span(literal) is None
    return True


def _literals(ref: FieldRef, op: Op) -> SearchStrategy[Literal]:
    texts, numbers = st.sampled_from(TEXTS), st.sampled_from(NUMBERS)
    spans, flags = st.sampled_from(SPANS), st.booleans()
    if op in TEXT_TESTS or ref.kind in _VIEWS:
        return texts
    if ref.kind is Kind.ATTRIBUTE:
        return texts | numbers | spans | (flags if op is Op.EQ else spans)
    return {Kind.NUMBER: numbers, Kind.MOMENT: spans, Kind.FLAG: flags}[ref.kind]


@st.composite
def _compares(draw: st.DrawFn, refs: SearchStrategy[FieldRef]) -> Compare:
    ref = draw(refs)
    orders = [] if ref.field.many or ref.kind is Kind.FLAG else [Op.LT, Op.LE, Op.GT, Op.GE]
    tests = sorted(TEXT_TESTS) if ref.kind in (*_VIEWS, Kind.ATTRIBUTE) else []
    op = draw(st.sampled_from([Op.EQ, *orders, *tests]))
    many = 1 if op in orders else 3
    literals = draw(st.lists(_literals(ref, op).filter(lambda one: _fits(ref, op, one)),
                             min_size=1, max_size=many))
    return Compare(ref, op, tuple({(type(one), one): one for one in literals}.values()))


@st.composite
def _fields(draw: st.DrawFn, one: SearchStrategy[FieldRef], other: SearchStrategy[FieldRef]
            ) -> CompareFields:
    left = draw(one)
    kinds = {left.kind, Kind.ATTRIBUTE}
    kinds |= set(_VIEWS) if left.kind in _VIEWS else set()
    right = draw(other.filter(lambda ref: ref.kind in kinds or left.kind is Kind.ATTRIBUTE))
    views = {left.kind, right.kind} - {Kind.ATTRIBUTE}
    ordered = not (left.field.many or right.field.many or views & {*_VIEWS, Kind.FLAG})
    op = draw(st.sampled_from([Op.EQ, Op.EQ, *([Op.LT, Op.GE, Op.LE, Op.GT] if ordered else [])]))
    if not views:
        view = Kind.TEXT if op is Op.EQ else Kind.NUMBER
    else:
        view = next(kind for kind in (Kind.ID, Kind.POSTAL, Kind.TEXT, Kind.NUMBER, Kind.MOMENT,
                                      Kind.FLAG) if kind in views)
    return CompareFields(left, op, right, view)


def _leaves(about: About) -> SearchStrategy[Leaf]:
    leads, reps = _refs(Side.LEAD) | _refs(Side.ACCOUNT), _refs(Side.REP)
    refs = leads if about is About.LEAD else leads | reps
    ranked = [FieldRef(Side.LEAD, name) for name in ("score", "worth", "deal_value", "age_hours")]
    tops = st.sampled_from([*ranked, FieldRef(Side.LEAD, "campaign", is_attribute=True)])
    amounts = (st.integers(1, 1000).map(lambda n: (Fraction(n, 1000), True))
               | st.integers(1, 5).map(lambda n: (Fraction(n), False)))
    top = st.builds(lambda ref, amount: Top(ref, *amount), tops, amounts)
    always = st.booleans().map(Always)
    blank = refs.filter(lambda ref: ref.part is None).map(Blank)
    fields = _fields(leads, leads) if about is About.LEAD else (
        _fields(reps, leads) | _fields(leads, reps) | _fields(reps, reps))
    return _compares(refs) | fields | blank | always | top


def _join(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return kind(tuple(flat))


def _negated(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)


def crowded() -> SearchStrategy[Node]:
    """Draw the tree of a filter of leads that says much of few fields."""
    few = st.sampled_from([
        FieldRef(Side.LEAD, "country"), FieldRef(Side.LEAD, "employees"),
        FieldRef(Side.LEAD, "created_at"), FieldRef(Side.LEAD, "languages"),
        FieldRef(Side.LEAD, "campaign", is_attribute=True), FieldRef(Side.ACCOUNT, "customer")])
    return _grown(_compares(few) | few.map(Blank))


def trees(about: About) -> SearchStrategy[Node]:
    """Draw the tree of a filter, as the parser would build it."""
    return _grown(_leaves(about))


def _grown(leaves: SearchStrategy[Leaf]) -> SearchStrategy[Node]:
    def extend(inner: SearchStrategy[Node]) -> SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3)
        return (several.map(lambda parts: _join(And, parts))
                | several.map(lambda parts: _join(Or, parts)) | inner.map(_negated))
    return st.recursive(leaves, extend, max_leaves=6)


# --- records ----------------------------------------------------------------------------------

_TEXT = st.none() | st.sampled_from(TEXTS)
_NAMES = st.lists(st.sampled_from(("DE", "Straße", "West Team", "10")), max_size=2,
                  unique=True).map(tuple)
_ATTRIBUTES = st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from((*TEXTS, " ")), max_size=3)
_LEVELS = st.dictionaries(st.sampled_from(("crm", "Straße", "Pay Roll")),
                          st.sampled_from((0.0, 0.5, 1.0)), max_size=2)


def leads() -> SearchStrategy[tuple[Lead, ...]]:
    """Draw up to six leads with distinct ids."""
    lead = st.builds(
        Lead, lead_id=st.sampled_from(TEXTS), deal_value=st.sampled_from((None, *NUMBERS[:5])),
        created_at=st.none() | st.sampled_from((AT, AT - timedelta(hours=1),
                                                AT - timedelta(days=1), AT + timedelta(days=1))),
        score=st.sampled_from((None, 0.0, 50.0, 10.0)),
        account_id=st.sampled_from((None, "A", "B")),
        country=_TEXT, postal_code=_TEXT, city=_TEXT, source=_TEXT, sources=_NAMES,
        employees=st.sampled_from((None, 9.0, 10.0, 2500.0)), languages=_NAMES,
        owner_id=_TEXT, needs=_LEVELS, required_skills=_LEVELS, attributes=_ATTRIBUTES)
    return st.lists(lead, max_size=6, unique_by=lambda one: one.lead_id).map(tuple)


def reps() -> SearchStrategy[tuple[Rep, ...]]:
    """Draw up to four reps with distinct ids."""
    rep = st.builds(
        Rep, rep_id=st.sampled_from(TEXTS), capacity=st.sampled_from((0, 9, 10)),
        team=_TEXT, name=_TEXT, territories=_NAMES, languages=_NAMES, skills=_LEVELS,
        min_deal=st.sampled_from((None, 50.0)), active=st.booleans(), attributes=_ATTRIBUTES,
        started_on=st.sampled_from((None, AT.date(), AT.date() - timedelta(days=1))))
    return st.lists(rep, max_size=4, unique_by=lambda one: one.rep_id).map(tuple)


def accounts() -> SearchStrategy[tuple[Account, ...]]:
    """Draw up to two accounts."""
    account = st.builds(Account, account_id=st.sampled_from(("A", "B")), name=_TEXT, country=_TEXT,
                        owner_id=_TEXT, customer=st.booleans(), attributes=_ATTRIBUTES)
    return st.lists(account, max_size=2, unique_by=lambda one: one.account_id).map(tuple)
