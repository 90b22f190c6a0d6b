"""What a fresh process loads: no engine, no compiler, no table of a library before it is needed."""

from __future__ import annotations

import ast
import json
import pkgutil
import sys

import pytest

import solver
from tests.command_line import AT, ROOT, SAMPLE, python_process, reading

#: Libraries, or parts of them, that a small plain window has no use for.
_HEAVY = ("dask", "distributed", "fastapi", "matplotlib", "numba", "ortools.linear_solver",
          "ortools.math_opt", "ortools.sat", "pandas", "scipy", "sklearn", "sqlalchemy",
          "solver.prices_first", "solver.program.engine", "solver.sales_floor.engine")
_LIST_MODULES = "import json, sys; print(); print(json.dumps(sorted(sys.modules)))"


def _loaded_by(code: str) -> set[str]:
    run = python_process("-c", f"{code}\n{_LIST_MODULES}")
    assert run.code == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_importing_the_library_loads_nothing_of_it() -> None:
    """A name is loaded when it is asked for, and what it needs with it."""
    before, after = _loaded_by(""), _loaded_by("import solver")
    assert {name.partition(".")[0] for name in after - before} <= {
        "solver", *sys.stdlib_module_names}
    assert not {name for name in after if name.startswith("solver.")}


def test_models_load_no_engine() -> None:
    """Whoever checks records, or names an error, needs no optimiser."""
    loaded = _loaded_by("from solver import InvalidInputError, Lead, Policy, Rep, Window")
    assert not {"ortools", "polars", *_HEAVY} & loaded


def test_small_plain_window_loads_neither_compiler_nor_mip() -> None:
    """A fresh process that solves and answers needs a flow, and no other engine."""
    loaded = _loaded_by(
        "from datetime import datetime\n"
        "from solver import explain, generate_window, solve, why_not\n"
        f"window = generate_window(200, 25, 1, datetime.fromisoformat('{AT}'))\n"
        "plan = solve(window)\nlead = plan.assignments[0].lead_id\n"
        "explain(plan, lead)\nwhy_not(window, plan, lead, window.reps[0].rep_id)")
    assert "ortools.graph.python.min_cost_flow" in loaded
    assert not loaded & set(_HEAVY)


def test_routing_a_small_export_loads_neither_compiler_nor_mip() -> None:
    """The same from the command line: 200 leads and 25 reps read, routed and printed."""
    arguments = ["fairlead", "route", "--at", AT, *map(str, reading(SAMPLE))]
    loaded = _loaded_by("import sys\nfrom api.cli import main\n"
                        f"sys.argv = {arguments!r}\ntry:\n    main()\n"
                        "except SystemExit as end:\n    assert not end.code")
    assert "api.cli.route" in loaded
    assert not loaded & set(_HEAVY)


def test_workers_are_forked_with_all_that_they_may_need() -> None:
    """What is loaded late elsewhere is there before the first fork: rules, groups, quarters."""
    solve = ("import sys\nimport api.processes, api.preloaded\nhad = set(sys.modules)\n"
             "from datetime import datetime\nfrom solver import solve, what_if, why_not\n"
             "from solver.generate.sales_floor import generate_sales_floor\n"
             f"window = generate_sales_floor(60, 6, 1, datetime.fromisoformat('{AT}')).window\n"
             "plan = solve(window, rounds=5, time_limit=None)\n"
             "lead = plan.assignments[0].lead_id\n"
             "why_not(window, plan, lead, window.reps[0].rep_id, time_limit=5)\n"
             "print(sorted(name for name in set(sys.modules) - had\n"
             "             if name.split('.')[0] in ('ortools', 'solver')), 'numba' in had)")
    run = python_process("-c", solve)
    assert (run.code, run.stdout.strip()) == (0, "[] True"), run.stderr


def test_names_stand_where_type_checkers_find_them() -> None:
    """The table of names and the imports that are for types alone say the same."""
    (only_types,) = (node for node in ast.parse((ROOT / "solver" / "__init__.py").read_text()).body
                     if isinstance(node, ast.If))
    homes = {alias.name: node.module for node in only_types.body
             if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert homes == {name: f"solver.{home}" for name, home in solver._HOME_OF.items()}
    assert set(homes) == set(solver.__all__) <= set(dir(solver))


def test_no_module_is_called_as_a_public_name() -> None:
    """Loading the module would put it in the place of the function."""
    assert not {module.name for module in pkgutil.iter_modules(solver.__path__)} & set(
        solver.__all__)


def test_unknown_names_are_no_attributes() -> None:
    """A misspelt name fails as it would in any module."""
    with pytest.raises(AttributeError, match="'solver' has no attribute 'solv'"):
        solver.solv  # noqa: B018
