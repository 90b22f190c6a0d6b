"""Bodies derived from the library's records: the same fields and bounds, nothing converted."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.http.bodies.base import Moment
from api.http.bodies.records import AccountRecord, LeadRecord, RepRecord, as_record
from api.http.paging import cursor_of, key_of
from api.service.errors import RefusedError
from solver.models import Account, Lead, Rep
from solver.models.base import Record

_PAIRS = ((LeadRecord, Lead, {"lead_id": "L1"}), (AccountRecord, Account, {"account_id": "A1"}),
          (RepRecord, Rep, {"rep_id": "r-1", "capacity": 3}))
#: What JSON has beside what a field asks for, of each kind that the library would convert.
_CONVERTED = (True, "5", 5, 5.5)


@pytest.mark.parametrize(("body", "record", "least"), _PAIRS)
def test_fields_and_words_are_those_of_the_record(body: type[BaseModel], record: type[Record],
                                                  least: dict[str, Any]) -> None:
    """Every field with its description, its default and its bounds."""
    ours, theirs = body.model_json_schema(), record.model_json_schema()
    assert ours["properties"].keys() == theirs["properties"].keys()
    for name, one in theirs["properties"].items():
        own = ours["properties"][name]
        assert own.get("description") == one.get("description")
        for bound in ("minimum", "maximum", "exclusiveMinimum", "minLength"):
            assert own.get(bound) == one.get(bound)
    assert ours["required"] == theirs["required"]
    assert as_record(record, body.model_validate(least)) == record.model_validate(least)


@pytest.mark.parametrize(("body", "least"), [(body, least) for body, _, least in _PAIRS])
def test_nothing_that_the_schema_forbids_is_taken(body: type[BaseModel], least: dict[str, Any]
                                                  ) -> None:
    """Of true, text and numbers each field takes those that its schema names."""
    for name, schema in body.model_json_schema()["properties"].items():
        kinds = {one.get("type") for one in schema.get("anyOf", [schema])}
        for value in _CONVERTED:
            kind = {bool: "boolean", str: "string", int: "integer", float: "number"}[type(value)]
            fits = kind in kinds or (kind == "integer" and "number" in kinds)
            try:
                body.model_validate({**least, name: value})
                taken = True
            except ValidationError:
                taken = False
            assert fits or not taken, (name, value)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"])
def test_an_instant_beyond_the_calendar_is_no_fault(text: str) -> None:
    """In UTC it lies before year 1, or after 9999."""
    with pytest.raises(ValidationError, match="years 1 to 9999"):
        TypeAdapter(Moment).validate_python(text)


@pytest.mark.parametrize("key", ["a\0b", "a\ud800", 2**63])
def test_a_cursor_holds_only_what_a_database_compares(key: str | int) -> None:
    """It is refused before any database sees it."""
    with pytest.raises(RefusedError):
        key_of(cursor_of(key), (type(key),))
    assert key_of(cursor_of("é"), (str,)) == ("é",)
