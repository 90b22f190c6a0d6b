"""What is public says what it takes, gives and raises; what a package exports is what it names."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import get_args

import pytest
from numpydoc.validate import validate  # type: ignore[import-untyped]
from pydantic import BaseModel

import api
import solver
from solver.models import Account, Lead, Policy, Rep, Territory, Window

#: Checks of numpydoc that are not made: types stand in the signature, not in the docstring
#: (PR04); the text begins as it reads best (PR08, PR09, RT04, RT05); extended summaries, see-also
#: lists and examples stand where they help (ES01, SA01, EX01); the summary may begin on the line
#: of the quotes and be said as a statement (GL01, SS05); a summary that says what comes back needs
#: no second telling (RT01).
_NOT_CHECKED = {"PR04", "PR08", "PR09", "RT01", "RT04", "RT05", "ES01", "SA01", "EX01", "GL01",
                "SS05"}
_CALLABLES = [name for name in solver.__all__ if callable(getattr(solver, name))]
_INPUT_RECORDS = (Account, Lead, Policy, Rep, Territory, Window)


def _modules() -> Iterator[ModuleType]:
    for package in (solver, api):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Alembic alone runs what lies under migrations.
            if not found.name.endswith("__main__") and ".migrations." not in found.name:
                yield importlib.import_module(found.name)


_WITH_ALL = [module for module in _modules() if hasattr(module, "__all__")]


def _order(name: str) -> tuple[int, str]:
    """Sort as ruff does: constants, classes, the rest."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


@pytest.mark.parametrize("name", _CALLABLES)
def test_a_public_name_has_a_numpydoc_docstring(name: str) -> None:
    """Sections known and in order; parameters all there, in order, each described."""
    target = getattr(solver, name)
    not_checked = set(_NOT_CHECKED)
    if not _lists_parameters(target):
        not_checked.add("PR01")
    # By where it is defined: a module may have the name of the function that it gives.
    validated = validate(f"{target.__module__}.{target.__qualname__}")
    problems = [f"{code} {message}" for code, message in validated["errors"]
                if code not in not_checked]
    assert problems == []


def _lists_parameters(target: object) -> bool:
    """Tell whether the parameters must be listed.

    Records document their fields one by one; one argument may be clear from the summary; and a
    docstring may refer to another one's parameters.
    """
    if inspect.isclass(target):
        return False
    doc = inspect.getdoc(target) or ""
    several = callable(target) and len(inspect.signature(target).parameters) > 1
    return "Parameters\n---" in doc or (several and "Parameters and errors are those of" not in doc)


@pytest.mark.parametrize("record", _INPUT_RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_an_input_record_is_described(record: type[BaseModel]) -> None:
    """`fairlead schema` shows what each cell and each key of the policy means."""
    assert list(_undescribed(record)) == []


def _undescribed(record: type[BaseModel]) -> Iterator[str]:
    """Yield the fields without a description; a section is described by its own docstring."""
    for name, field in record.model_fields.items():
        sections = [kind for kind in (field.annotation, *get_args(field.annotation))
                    if isinstance(kind, type) and issubclass(kind, BaseModel)]
        for section in sections:
            yield from _undescribed(section)
        if not field.description and not any(section.__doc__ for section in sections):
            yield f"{record.__name__}.{name}"


@pytest.mark.parametrize("module", _WITH_ALL, ids=lambda module: module.__name__)
def test_all_is_sorted_and_equals_what_is_exported(module: ModuleType) -> None:
    """Nothing public is left out of ``__all__`` and nothing stands in it that is not there."""
    exported = {name for name, value in vars(module).items()
                if not name.startswith("_") and not inspect.ismodule(value)
                and name != "annotations"}
    assert module.__all__ == sorted(exported, key=_order)


def test_every_module_says_what_it_is_for() -> None:
    """Each module begins with a docstring."""
    assert [module.__name__ for module in _modules() if not module.__doc__] == []
