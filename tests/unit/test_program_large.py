"""Large programs: compiled passes equal numpy, samples, parts, and a core that stays small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sales_floor_program import sales_floor
from solver.program import bound as bounds
from solver.program import core as cores
from solver.program import engine, fixing, structure
from solver.program.bound import bound, net_gains, objective, violations
from solver.program.clock import Clock
from solver.program.core import restrict
from solver.program.engine import solve_mip
from solver.program.fixing import column_losses
from solver.program.large import priced_core, sample
from solver.program.part import part_around
from solver.program.program import NONE, PRICE_SCALE, Program, SolveLimits, Stop
from tests.program_cases import Shape, random_program

_SHAPES = (Shape(nested=False, use=True), Shape(nested=True, groups=True, use=True))
_ROUNDS = SolveLimits(seconds=None, rounds=3)


def _in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bounds, cores, structure):
        monkeypatch.setattr(module, "MANY", -1)
    monkeypatch.setattr(fixing, "_MANY", -1)


def _facts(program: Program, prices: np.ndarray) -> list[list[object]]:
    part = restrict(program, np.arange(program.num_columns) % 3 != 0).program
    return [net_gains(program, prices).tolist(), column_losses(program, prices).tolist(),
            structure.most_use(program).tolist(), structure.cannot_bind(program).tolist(),
            *([array.tolist() for array in (part.limits.indptr, part.limits.column,
                                            part.limits.use, part.limits.upper)])]


@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("scale", [1, 2**22, 2**44])
def test_compiled_passes_say_what_numpy_says(monkeypatch: pytest.MonkeyPatch, shape: Shape,
                                             scale: int) -> None:
    """Net gains, losses, most use and cores are the same integers, past int64 too."""
    rng = np.random.default_rng(scale)
    programs = [random_program(seed, shape) for seed in range(40)]
    programs = [replace(one, gain=one.gain * scale) for one in programs]
    prices = [rng.integers(-5, 9, one.limits.count) * PRICE_SCALE // 2 * min(scale, 2**38)
              for one in programs]
    before = [_facts(*asked) for asked in zip(programs, prices, strict=True)]
    _in_one_pass(monkeypatch)
    assert [_facts(*asked) for asked in zip(programs, prices, strict=True)] == before


def test_a_sample_is_worth_what_its_units_are_so_many_times() -> None:
    """Gain and use are multiplied, ends are not, and a group comes whole or not at all."""
    program = sales_floor(300, 12, seed=3)
    some = sample(program, 4)
    limits = program.limits
    assert 0.2 * program.num_units < some.num_units < 0.3 * program.num_units
    assert (some.limits.upper == limits.upper).all()
    sizes = np.sort(np.bincount(program.group[program.group != NONE]))
    kept = np.bincount(some.group[some.group != NONE])
    assert set(kept.tolist()) <= set(sizes.tolist())
    prices = np.full(limits.count, PRICE_SCALE)
    assert set((net_gains(some, prices) // 4).tolist()) <= set(
        net_gains(program, prices).tolist())


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_part_is_worth_the_same_as_in_the_whole(shape: Shape) -> None:
    """What a choice of a part brings differs from the whole's by one constant, limits and all."""
    rng, met = np.random.default_rng(1), 0
    for seed in range(300):
        program = random_program(seed, shape)
        around = np.full(program.num_units, NONE, dtype=np.int64)
        if violations(program, around) or not program.num_columns:
            continue
        units = np.flatnonzero(rng.random(program.num_units) < 0.6)
        inside = np.isin(np.arange(program.num_units), units) | (
            (program.group != NONE) & np.isin(program.group, program.group[units]))
        part = part_around(program, np.repeat(inside, np.diff(program.indptr)), around)
        nobody = np.full(part.program.num_units, NONE, dtype=np.int64)
        constant = objective(program, around) - objective(part.program, nobody)
        chosen = np.array([rng.integers(first, last) if first < last else NONE for first, last in
                           zip(part.program.indptr[:-1], part.program.indptr[1:], strict=True)],
                          dtype=np.int64)
        whole = part.widen(chosen, around)
        met += 1
        assert (part.narrow(whole) == chosen).all()
        assert objective(program, whole) == objective(part.program, chosen) + constant
        assert bool(violations(program, whole)) == bool(violations(part.program, chosen))
    assert met > 30


def test_the_bound_of_a_core_is_that_of_all_columns() -> None:
    """The core keeps few columns of a unit; bound and spared loss are those of the whole."""
    program = sales_floor(600, 40, seed=5)
    found = priced_core(program, Clock(None))
    losses = column_losses(program, found.relaxation.prices)
    outside = np.setdiff1d(np.arange(program.num_columns), found.core.columns)
    assert found.relaxation.bound == bound(program, found.relaxation.prices)
    assert found.spared == losses[outside].min()
    assert found.core.program.num_columns < 0.75 * program.num_columns


def test_a_small_core_does_as_well_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same rounds, the same objective and bound are proven; the counters repeat."""
    program = sales_floor(600, 40, seed=2)
    whole = solve_mip(program, _ROUNDS)
    monkeypatch.setattr(engine, "LARGE", 1_000)
    core, again = (solve_mip(program, _ROUNDS) for _ in range(2))
    assert core.effort == again.effort
    assert (core.column == again.column).all()
    assert (core.prices == again.prices).all()
    assert whole.stop is core.stop is Stop.PROOF
    assert (core.objective, core.bound) == (whole.objective, whole.bound)
    assert core.effort is not None
    assert core.effort.mip_columns < 0.8 * core.effort.columns
    assert (core.effort.steps, core.effort.passes) == (2_600, 28)


def test_a_core_alone_claims_no_more_than_prices_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where better choices may lie outside the core and are too many, the MIP's bound is not kept.

    The gap is hardly larger than that of the whole in the same rounds.
    """
    program = sales_floor(400, 30, seed=2)
    whole = solve_mip(program, _ROUNDS)
    monkeypatch.setattr(engine, "LARGE", 1_000)
    monkeypatch.setattr(engine, "WHOLE", 0)
    core = solve_mip(program, _ROUNDS)
    assert core.engine_bound is None
    assert core.stop is Stop.ROUND_LIMIT
    assert core.objective <= whole.objective <= core.bound
    assert core.bound - core.objective < 1.02 * (whole.bound - whole.objective)
