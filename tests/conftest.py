"""Shared by all tests: repeatable property tests and a clean environment."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_SLOW_DRAWS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

# No clock decides whether a test passes: the same examples on every machine, no deadline.
settings.register_profile("repeatable", derandomize=True, deadline=None,
                          suppress_health_check=_SLOW_DRAWS)
settings.register_profile("explore", deadline=None, suppress_health_check=_SLOW_DRAWS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

#: Where the shared data lies, and whether golden files are rewritten.
_KEPT_VARIABLES = {"FAIRLEAD_DATA", "FAIRLEAD_REGOLD"}


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Clear the variables that would change what the tests see."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("FAIRLEAD_") and name not in _KEPT_VARIABLES:
                patch.delenv(name)
        yield
