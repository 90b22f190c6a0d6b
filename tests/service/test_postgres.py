"""The tests' own PostgreSQL: a server per session, restarts that keep data, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.command_line import ROOT
from tests.ports import free_port
from tests.postgres import Postgres
from tests.postgres_binaries import require_binaries

#: A server in a process that says where it is, then waits to be killed.
_HOLDER = """
from tests.postgres import Postgres
from tests.postgres_binaries import require_binaries
server = Postgres(require_binaries())
print(server.url(), server.folder, flush=True)
input()
"""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _fill(url: str, *values: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        for value in values:
            connection.execute("INSERT INTO kept VALUES (%s)", [value])


def _values(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [value for value, in connection.execute("SELECT value FROM kept ORDER BY value")]


def test_each_test_has_an_empty_database(blank_database_url: str) -> None:
    """A database of either kind starts without tables and takes what is written to it."""
    engine = sa.create_engine(blank_database_url)
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE kept (value int)"))
    assert sa.inspect(engine).get_table_names() == ["kept"]
    engine.dispose()


def test_the_next_test_has_another_database(blank_database_url: str) -> None:
    """What the test before wrote is not there."""
    engine = sa.create_engine(blank_database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_database_can_be_made_from_another(postgres: Postgres) -> None:
    """A copy has the rows of its template, and goes although somebody is connected."""
    _fill(postgres.create_database("pattern"), 7)
    copy = postgres.create_database("copy", template="pattern")
    assert _values(copy) == [7]
    with psycopg.connect(copy) as connection:
        postgres.drop_database("copy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    postgres.drop_database("pattern")


@pytest.mark.parametrize("crash", [False, True])
def test_a_restart_keeps_what_was_committed(own_postgres: Postgres, crash: bool) -> None:
    """After a restart, orderly or not, the address is the same and commits are there."""
    url = own_postgres.create_database("kept")
    _fill(url, 1, 2)
    before = own_postgres.pid
    own_postgres.restart(crash=crash)
    assert own_postgres.pid != before
    assert own_postgres.url("kept") == url
    assert _values(url) == [1, 2]
    assert ("automatic recovery in progress" in own_postgres.log) == crash


def test_while_it_is_down_it_refuses(own_postgres: Postgres) -> None:
    """A halted server has no process and refuses; started again, it answers."""
    own_postgres.halt()
    assert own_postgres.pid is None
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(own_postgres.url())
    own_postgres.start()
    psycopg.connect(own_postgres.url()).close()


def test_only_who_knows_the_password_is_let_in(postgres: Postgres) -> None:
    """Other users of the machine do not get in by the port alone."""
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=postgres.port, user="fairlead", dbname="postgres",
                        password="guessed")  # noqa: S106 - it is wrong


def test_two_servers_run_side_by_side_and_stop_alone() -> None:
    """Each has its folder, port and data; one stops, the other goes on; nothing stays."""
    with Postgres(require_binaries()) as one, Postgres(require_binaries(), fsync=True) as other:
        _fill(one.url(), 1)
        _fill(other.url(), 2)
        pid, folder = one.pid, one.folder
        assert pid is not None
        one.stop()
        one.stop()
        assert not _alive(pid)
        assert not folder.exists()
        assert _values(other.url()) == [2]
        kept = other.folder
    assert not kept.exists()


def test_a_taken_port_is_left_for_another(postgres: Postgres,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that finds its port taken starts on the next."""
    ports = iter([postgres.port, 0])
    monkeypatch.setattr("tests.postgres.free_port", lambda: next(ports) or free_port())
    with Postgres(require_binaries()) as server:
        assert server.port != postgres.port
        psycopg.connect(server.url()).close()


def test_a_server_whose_tests_were_killed_ends() -> None:
    """SIGKILL to the tests' process leaves neither the server nor its folder."""
    require_binaries()
    with subprocess.Popen([sys.executable, "-c", _HOLDER], cwd=ROOT, encoding="utf-8",
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        url, folder = holder.stdout.readline().split()
        psycopg.connect(url).close()
        holder.send_signal(signal.SIGKILL)
    _wait_until_gone(Path(folder))
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def _wait_until_gone(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < deadline, f"{folder} is still there"
        time.sleep(0.05)
