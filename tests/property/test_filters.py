"""Filters: every tree has a text that reads as it, and arrays say what one pair at a time says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.filters import (
    About,
    Filter,
    FilterError,
    LeadContext,
    LeadTable,
    RepTable,
    lead_mask,
    pair_mask,
    parse_filter,
    render,
)
from solver.filters.language.never import never_matches
from solver.filters.language.tree import And, Node, Not
from solver.models import Account, Lead, Rep
from tests.oracle.filters import World, matches
from tests.property.filter_trees import TEXTS, accounts, crowded, leads, reps, trees
from tests.property.strategies import AT

_PLACES = {text: TEXTS[at % 3] for at, text in enumerate(TEXTS) if at % 4}
_WORTHS = {text: float(at % 5) for at, text in enumerate(TEXTS) if at % 4}
_TREES = st.sampled_from(About).flatmap(
    lambda about: st.tuples(st.just(about), trees(about)))
_PIECES = ("country", "=", '"DE"', "and", "or", "not", "(", ")", "in", ",", "employees", "50",
           "10 %",
           "top", "is", "blank", "lead", ".", "rep", "skills", "crm", "2026-01-31", "`", "'", '"',
           "between", "has", "starts", "with", "true", "!=", "<", "[", "]", "\\", "\x00", "é", "~")


@given(_TREES)
def test_a_tree_is_read_back_from_its_text(drawn: tuple[About, Node]) -> None:
    """Rendered with bare names and with the record always named, it reads as the same tree."""
    about, tree = drawn
    assert repr(parse_filter(render(Filter("", about, tree)), about).root) == repr(tree)
    assert repr(parse_filter(render(tree), about).root) == repr(tree)


def _table(drawn: tuple[Lead, ...], companies: tuple[Account, ...]) -> LeadTable:
    return LeadTable(drawn, LeadContext(
        at=AT, accounts=lambda: {one.account_id: one for one in companies},
        territory=lambda: [_PLACES.get(lead.lead_id) for lead in drawn],
        worth=lambda: [_WORTHS.get(lead.lead_id) for lead in drawn]))


@given(trees(About.LEAD), leads(), accounts())
def test_a_mask_of_leads_says_what_each_lead_alone_says(
        tree: Node, drawn: tuple[Lead, ...], companies: tuple[Account, ...]) -> None:
    """Every lead against the naive evaluator; what matches not matches the negation."""
    world = World(drawn, companies, AT, _PLACES, _WORTHS)
    mask = lead_mask(Filter("", About.LEAD, tree), _table(drawn, companies))
    assert mask.tolist() == [matches(tree, world, lead, None) for lead in drawn]


@given(trees(About.REP), leads(), reps(), accounts(), st.randoms(use_true_random=False))
def test_a_mask_of_pairs_says_what_each_pair_alone_says(
        tree: Node, drawn: tuple[Lead, ...], people: tuple[Rep, ...],
        companies: tuple[Account, ...], random: st.DataObject) -> None:
    """Blocks, single pairs, leads taken in another order, and whether there is any rep."""
    world = World(drawn, companies, AT, _PLACES, _WORTHS)
    mask = pair_mask(Filter("", About.REP, tree), _table(drawn, companies), RepTable(people))
    naive = np.array([[matches(tree, world, lead, rep) for rep in people] for lead in drawn],
                     dtype=np.bool_).reshape(len(drawn), len(people))
    assert mask.block(slice(0, len(drawn))).tolist() == naive.tolist()
    assert mask.any_rep().tolist() == naive.any(axis=1).tolist()
    lead_idx, rep_idx = np.indices(naive.shape).reshape(2, -1)
    assert mask.pairs(lead_idx, rep_idx).tolist() == naive.ravel().tolist()
    order = np.array([random.randrange(len(drawn)) for _ in drawn], dtype=np.int64)
    assert mask.take(order).block(slice(0, len(order))).tolist() == naive[order].tolist()


@given(st.text(max_size=40) | st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join)
       | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), st.sampled_from(About))
def test_any_text_is_a_filter_or_an_error_with_a_place(text: str, about: About) -> None:
    """Nothing but FilterError comes of a text that is none; what is one survives rendering."""
    read = _read(text, about)
    if isinstance(read, FilterError):
        assert 0 <= read.position <= len(text)
        assert str(read).startswith(f"character {read.position + 1}: ")
    else:
        assert repr(parse_filter(render(read), about).root) == repr(read.root)


def _read(text: str, about: About) -> Filter | FilterError:
    try:
        return parse_filter(text, about)
    except FilterError as error:
        return error


@given(st.lists(crowded(), min_size=1, max_size=3), leads(), accounts())
def test_what_never_matches_never_does(
        parts: list[Node], drawn: tuple[Lead, ...], companies: tuple[Account, ...]) -> None:
    """What is said to match nothing matches no lead, and its opposite all."""
    tree = And(tuple(parts)) if len(parts) > 1 else parts[0]
    mask = lead_mask(Filter("", About.LEAD, tree), _table(drawn, companies))
    assert not (never_matches(tree) and mask.any())
    assert not (never_matches(Not(tree)) and not mask.all())
