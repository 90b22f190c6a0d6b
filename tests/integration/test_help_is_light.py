"""Help comes at once: it loads none of the libraries that only work needs."""

from __future__ import annotations

import json

import pytest

from tests.command_line import python_process

_HEAVY = {"fastapi", "matplotlib", "numpy", "ortools", "polars", "sqlalchemy", "uvicorn"}
_HELP_THEN_MODULES = """
import json, sys
from api.cli import main
sys.argv = ["fairlead", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["route", "--help"], ["serve", "--help"],
                                       ["keys", "create", "--help"], []])
def test_help_imports_no_heavy_library(arguments: list[str]) -> None:
    """Neither numpy nor OR-Tools nor the server, nor the package that would import them."""
    run = python_process("-c", _HELP_THEN_MODULES, *arguments)
    assert run.code == 0, run.stderr
    *shown, last = run.stdout.splitlines()
    code, modules = json.loads(last)
    assert not code
    assert any("Usage: fairlead" in line for line in shown)
    assert not {*_HEAVY, "solver"} & set(modules)
