"""The benchmark of the service runs: small sizes, every table, no times."""

from __future__ import annotations

import pytest

from benchmarks.service.places import LABELS
from benchmarks.service.sizes import SMALL
from benchmarks.service_speed import MEASURES, ONLY_POSTGRES, measured
from tests.postgres_binaries import require_binaries


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_gives_its_table(name: str) -> None:
    """Every measure checks what was stored, and prints a row of figures for its database."""
    database = "sqlite"
    if name == ONLY_POSTGRES:
        database = "postgresql"
        require_binaries()
    head, rule, row = measured(name, [database], SMALL).splitlines()
    assert head.count("|") == rule.count("|") == row.count("|")
    assert row.split("|")[1].strip() == LABELS[database]
