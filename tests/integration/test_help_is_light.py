"""Help comes at once: it loads none of what only work needs, and work none of what it doesn't."""

from __future__ import annotations

import json

import pytest

from api.cli.listed import BY_NAME
from tests.command_line import commands, python_process

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


def test_help_of_all_commands_loads_no_command() -> None:
    """The list is made of lines alone: no option of any command is looked at."""
    run = python_process("-c", "import sys\nfrom api.cli import main\ntry:\n    main()\n"
                         "except SystemExit:\n    print([name for name in sys.modules "
                         "if name.startswith('api.cli.commands')])")
    assert run.stdout.splitlines()[-1] == "[]", run.stderr


@pytest.mark.parametrize("name", BY_NAME)
def test_list_says_of_a_command_what_its_own_help_begins_with(name: str) -> None:
    """The line in the list and the first paragraph of the command cannot drift apart."""
    first, *_ = commands()[name].help.split("\n\n")
    assert " ".join(first.split()) == BY_NAME[name].summary
