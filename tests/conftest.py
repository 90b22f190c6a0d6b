"""Shared by all tests: repeatable property tests, a clean environment, what a run says."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres_binaries

_SLOW_DRAWS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

# No clock decides whether a test passes: the same examples on every machine, no deadline.
settings.register_profile("repeatable", derandomize=True, deadline=None,
                          suppress_health_check=_SLOW_DRAWS)
settings.register_profile("explore", deadline=None, suppress_health_check=_SLOW_DRAWS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

#: Where the shared data and the programs of PostgreSQL lie, whether tests may do without these
#: programs, and whether golden files are rewritten.
_KEPT_VARIABLES = {"FAIRLEAD_DATA", "FAIRLEAD_REGOLD", postgres_binaries.FOLDER_VARIABLE,
                   postgres_binaries.WISH_VARIABLE}


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Clear the variables that would change what the tests see, also to clients of PostgreSQL."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("FAIRLEAD_", "PG")) and name not in _KEPT_VARIABLES:
                patch.delenv(name)
        yield


def pytest_report_header() -> str:
    """Say at the head of the run which PostgreSQL the tests use."""
    return postgres_binaries.describe()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end how many tests were skipped because there is no PostgreSQL."""
    num_skipped = sum(postgres_binaries.NOT_INSTALLED in str(report.longrepr)
                      for report in terminalreporter.stats.get("skipped", []))
    if num_skipped:
        terminalreporter.write_line(
            f"{postgres_binaries.NOT_INSTALLED}, {num_skipped} tests skipped", yellow=True)
