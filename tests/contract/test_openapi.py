"""What the service answers changes only on purpose: the committed OpenAPI document.

``FAIRLEAD_REGOLD=1`` writes it anew, to be read before a commit.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.command_line import ROOT
from tests.service.operations import Operation, document, operations

_FILE = ROOT / "api" / "openapi.json"
_PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}


def test_the_document_is_the_committed_one() -> None:
    """Every operation, field and status, to the last description."""
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("FAIRLEAD_REGOLD") == "1":
        _FILE.write_text(text, encoding="utf-8")
    assert _FILE.exists(), "no api/openapi.json: run the test with FAIRLEAD_REGOLD=1"
    assert text == _FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_errors_are_declared_as_problem_documents(operation: Operation) -> None:
    """Those of every request, and all others that are declared; nothing else is an error."""
    declared = operation.described["responses"]
    errors = {status: one for status, one in declared.items() if status >= "400"}
    if not operation.needs_key:
        return
    assert {"401", "403", "429", "503"} <= set(errors)
    assert [status for status, one in errors.items()
            if one["content"] != {"application/problem+json": {"schema": _PROBLEM}}] == []


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_an_operation_has_a_summary_a_name_and_a_tag(operation: Operation) -> None:
    """Clients are made from names; they are there and each stands once."""
    described = operation.described
    assert described["summary"]
    assert described["description"]
    assert described["tags"]
    names = [one.described["operationId"] for one in operations()]
    assert names.count(described["operationId"]) == 1


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_the_key_is_declared(operation: Operation) -> None:
    """All but those for the health of the service ask for one."""
    assert operation.described.get("security", []) == (
        [{"HTTPBearer": []}] if operation.needs_key else [])
