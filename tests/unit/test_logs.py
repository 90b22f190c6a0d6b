"""Log lines: one form, no secrets, no texts that quote leads."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from api.logs import set_up_logs
from api.settings import Settings
from tests.log_lines import logs_kept

_log = structlog.get_logger()


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Where a process writes its log, as JSON; everything is as before afterwards."""
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with logs_kept():
        set_up_logs(Settings(log_format="json", log_level="INFO"))
        yield written


def _line(stderr: StringIO) -> dict[str, Any]:
    (found,) = stderr.getvalue().splitlines()
    return json.loads(found)


def test_a_traceback_names_lines_and_kinds_but_quotes_nothing(stderr: StringIO) -> None:
    """An error and what led to it are found by their lines; what they say stays out."""
    posted = "eva@klein.example"
    try:
        try:
            int(posted)
        except ValueError as error:
            raise LookupError(f"no lead of {posted}") from error
    except LookupError as error:
        _log.error("failed", exc_info=error)
    line = _line(stderr)
    assert line["exception"].index("LookupError") < line["exception"].index("ValueError")
    assert line["exception"].count("test_logs.py") == 2
    assert posted not in line["exception"]


def test_errors_of_files_and_code_say_what_they_are(stderr: StringIO) -> None:
    """A full disk or a wrong name could not be understood otherwise."""
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        _log.exception("failed")
    line = _line(stderr)
    assert line["exception"].endswith("OSError: [Errno 28] No space left on device")


def test_an_error_that_leads_to_itself_ends(stderr: StringIO) -> None:
    """A circle of causes is written once."""
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    _log.error("failed", exc_info=one)
    line = _line(stderr)
    assert line["exception"] == "ValueError\nKeyError"


def test_warnings_of_libraries_are_lines_like_ours(stderr: StringIO) -> None:
    """What they only inform of is left out."""
    logging.getLogger("some.library").warning("the %s is full", "pool")
    logging.getLogger("some.library").info("connected")
    line = _line(stderr)
    assert (line["level"], line["library"], line["said"]) == ("warning", "some.library",
                                                              "the pool is full")
    _log.info("goes on")
    assert "goes on" in stderr.getvalue()


@pytest.mark.parametrize("name", ["authorization", "email", "phone", "database_url", "url"])
def test_fields_that_hold_secrets_are_struck_out(stderr: StringIO, name: str) -> None:
    """Even if somebody passes one by mistake."""
    _log.info("event", **{name: "sesame"})
    assert "sesame" not in stderr.getvalue()
