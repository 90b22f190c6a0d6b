"""Requests, windows, crashes and clocks in any order keep the invariants of the design."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.postgres import Postgres
from tests.service.machine.machine import ServiceMachine


def test_the_service_keeps_its_invariants_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    """Each run has a database of its own."""
    numbers = count()

    def make_url(entered: ExitStack) -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, path)
        entered.callback(path.unlink)
        return f"sqlite:///{path}"

    run_state_machine_as_test(lambda: ServiceMachine(make_url),
                              settings=settings(max_examples=20, stateful_step_count=50))


def test_the_service_keeps_its_invariants_on_postgresql(postgres: Postgres, postgres_template: str
                                                        ) -> None:
    """The same, in fewer runs."""
    numbers = count()

    def make_url(entered: ExitStack) -> str:
        name = f"machine_{next(numbers)}"
        entered.callback(postgres.drop_database, name)
        return postgres.create_database(name, template=postgres_template)

    run_state_machine_as_test(lambda: ServiceMachine(make_url),
                              settings=settings(max_examples=6, stateful_step_count=40))
