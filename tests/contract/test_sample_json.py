"""The sample as JSON, to be posted to the service as it is.

``FAIRLEAD_REGOLD=1`` writes it anew from the sample's CSV files.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest

from solver import load
from tests.command_line import AT, SAMPLE

_NUM_LEADS = 50
#: The service gives a lead the instant at which it comes, counts a rep's leads itself, and begins
#: with a policy that has no territories.
_LEFT_OUT = {"created_at", "assigned_today", "territory", "territories"}


def _rows(name: str) -> list[dict[str, Any]]:
    window = load(SAMPLE / "leads.csv", SAMPLE / "reps.csv", policy=SAMPLE / "policy.yaml",
                  at=datetime.fromisoformat(AT).astimezone(UTC), raw=True)
    if name == "reps":
        return [_row(one) for one in window.reps]
    return [_row(one) for one in window.leads if one.owner_id is None][:_NUM_LEADS]


def _row(record: Any) -> dict[str, Any]:
    return dict(record.model_dump(mode="json", exclude_defaults=True, exclude=_LEFT_OUT))


@pytest.mark.parametrize("name", ["reps", "leads"])
def test_the_sample_as_json_is_that_of_the_files(name: str) -> None:
    """A row of JSON per line, with the fields of the library's records."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in _rows(name))
    text = f"[\n{rows}\n]\n"
    path = SAMPLE / f"{name}.json"
    if os.environ.get("FAIRLEAD_REGOLD") == "1":
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run the test with FAIRLEAD_REGOLD=1"
    assert text == path.read_text(encoding="utf-8")
