"""Which programs are flows, and the sentence that says why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.program.program import NONE, Program
from solver.program.structure import Side, WhyNot, cannot_bind, most_use, structure
from tests.program_cases import Shape, Terms, all_choices, make_limits, random_program


def _floor(more: dict[str, list[int]], terms: list[Terms] | None = None,
           uses: list[list[int]] | None = None) -> Program:
    """Make 3 units and reps Ana, Ben (team West) and Cy, who may have any of them.

    Columns 0 to 2 are unit 0 with Ana, Ben and Cy, and so on; ``more`` are further limits.
    """
    reps = [[at, at + 3, at + 6] for at in range(3)]
    sets = [*reps, *more.values()]
    uses = uses or [[1] * len(columns) for columns in sets]
    return Program(
        indptr=np.array([0, 3, 6, 9]), rep=np.tile(np.arange(3, dtype=np.int32), 3),
        gain=np.arange(9), must=np.zeros(3, dtype=np.bool_),
        group=np.full(3, NONE, dtype=np.int32), num_reps=3,
        limits=make_limits(list(zip(sets, uses, strict=True)),
                           terms or [(0, 1, [])] * len(sets)))


_WEST = [0, 1, 3, 4, 6, 7]
_ENTERPRISE_OF_ANA = [0, 3]
_ENTERPRISE_WEST = [0, 1, 3, 4]
_ENTERPRISE = [0, 1, 2, 3, 4, 5]


def test_rep_within_team_and_enterprise_leads_within_rep_are_nested() -> None:
    """The trees: enterprise leads of Ana in Ana, Ana and Ben in West, Cy alone."""
    found = structure(_floor({"west": _WEST, "ana enterprise": _ENTERPRISE_OF_ANA}))
    assert found.is_flow
    assert found.parent.tolist() == [3, 3, NONE, NONE, 0]
    assert found.column_limit.tolist() == [4, 1, 2, 4, 1, 2, 0, 1, 2]


def test_enterprise_west_and_all_of_ana_cross() -> None:
    """DESIGN section 7's example, named in the sentence."""
    found = structure(_floor({"enterprise west": _ENTERPRISE_WEST}))
    assert found.why_not is WhyNot.CROSSING
    assert found.offending in {(0, 3), (1, 3)}
    sentence = found.sentence(["Ana", "Ben", "Cy", "enterprise West"].__getitem__)
    assert "enterprise West" in sentence
    assert "cross" in sentence


def test_all_pairs_of_some_units_stand_on_the_other_side() -> None:
    """All enterprise leads, whoever gets them, cross every rep as sets, and are a flow still."""
    found = structure(_floor({"enterprise": _ENTERPRISE, "first": [0, 1, 2]}))
    assert found.is_flow
    assert found.side.tolist() == [Side.COLUMNS] * 3 + [Side.UNITS] * 2
    assert found.unit_limit.tolist() == [4, 3, NONE]
    assert found.parent[4] == 3


def test_a_limit_that_cannot_bind_is_no_obstacle() -> None:
    """A crossing limit above all that it can get is left out; one below it is not."""
    loose = _floor({"enterprise west": _ENTERPRISE_WEST}, [(0, 1, [])] * 3 + [(0, 2, [])])
    assert structure(loose).side.tolist() == [Side.COLUMNS] * 3 + [Side.LEFT_OUT]
    for hinge in ((1, 5, True), (1, 5, False)):
        costly = _floor({"enterprise west": _ENTERPRISE_WEST},
                        [(0, 1, [])] * 3 + [(0, 2, [hinge])])
        assert not structure(costly).is_flow


def test_use_above_1_and_groups_are_no_flow() -> None:
    """Each is named; a group of one unit is no group."""
    wide = _floor({}, uses=[[2, 1, 1], [1, 1, 1], [1, 1, 1]])
    assert structure(wide).why_not is WhyNot.USE
    assert "Ana" in structure(wide).sentence(["Ana", "Ben", "Cy"].__getitem__)
    plain = _floor({})
    grouped = replace(plain, group=np.array([0, 0, NONE], dtype=np.int32))
    assert structure(grouped).why_not is WhyNot.GROUPS
    assert structure(replace(plain, group=np.array([0, 1, NONE], dtype=np.int32))).is_flow


def _sets(program: Program) -> list[frozenset[int]]:
    limits = program.limits
    return [frozenset(limits.column[start:end].tolist()) for start, end in
            zip(limits.indptr[:-1], limits.indptr[1:], strict=True)]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**40), st.booleans())
def test_crossing_limits_cross_and_trees_are_trees(seed: int, nested: bool) -> None:
    """Checked pair by pair: what is named crosses, and what is a flow has no crossing pair."""
    program = random_program(seed, Shape(nested=nested))
    found, sets = structure(program), _sets(program)
    if found.why_not is WhyNot.CROSSING:
        one, other = (sets[limit] for limit in found.offending)
        assert one & other
        assert one - other
        assert other - one
        return
    unit = np.searchsorted(program.indptr, np.arange(program.num_columns), side="right") - 1
    for side in (Side.COLUMNS, Side.UNITS):
        chosen = np.flatnonzero(found.side == side)
        for one in chosen:
            if side is Side.UNITS:
                assert sets[one] == {at for at in range(program.num_columns)
                                     if unit[at] in {unit[has] for has in sets[one]}}
            assert all(not sets[one] & sets[other] or sets[one] <= sets[other]
                       or sets[other] <= sets[one] for other in chosen)
            parent = int(found.parent[one])
            above = [other for other in chosen if sets[one] < sets[other]]
            assert parent == NONE or sets[one] <= sets[parent]
            assert not sets[one] or all(
                parent != NONE and sets[parent] <= sets[other] for other in above)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**40), st.booleans())
def test_no_choice_uses_more_than_the_most(seed: int, use: bool) -> None:
    """Of the choices within the reps' slots none passes ``most_use``; idle limits never bind."""
    program = random_program(seed, Shape(nested=False, use=use, lowers=False))
    limits, choices = program.limits, all_choices(program)
    taken = np.zeros((len(choices), program.num_columns + 1), dtype=np.int64)
    np.put_along_axis(taken, choices, 1, axis=1)
    used = np.stack([taken[:, limits.column[start:end]] @ limits.use[start:end] for start, end in
                     zip(limits.indptr[:-1], limits.indptr[1:], strict=True)], axis=1)
    within = used[(used[:, :program.num_reps] <= limits.upper[:program.num_reps]).all(axis=1)]
    assert (within <= most_use(program)).all()
    idle = cannot_bind(program)
    assert (within[:, idle] <= limits.upper[idle]).all()
