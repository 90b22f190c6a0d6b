"""API keys and the tables on the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from api.cli.options import ScopeChoice
from api.service.context import Context, Scope
from api.service.errors import NoKeyError
from api.service.keys import authenticate
from api.service.opening import opened
from api.settings import read_settings
from api.store.database import Database
from api.store.migrating import at_head
from tests.command_line import Run, fairlead
from tests.log_lines import logs_kept

Command = Callable[..., Run]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, blank_database_url: str) -> Command:
    """A function that runs the command line on an empty database."""
    monkeypatch.setenv("FAIRLEAD_DATABASE_URL", blank_database_url)

    def run(*arguments: str) -> Run:
        with logs_kept():
            return fairlead(*arguments)
    return run


def _made(command: Command, *arguments: str) -> dict[str, str]:
    run = command("keys", "create", "--name", "crm", "--format", "json", *arguments)
    assert run.code == 0, run.stderr
    return dict(json.loads(run.stdout))


def test_tables_are_made_once(command: Command, blank_database_url: str) -> None:
    """A second upgrade finds nothing to do; before the first, keys say what to run."""
    before = command("keys", "list")
    assert (before.code, before.stdout) == (2, "")
    assert "fairlead db upgrade" in before.stderr
    for _ in range(2):
        assert command("db", "upgrade").code == 0
    database = Database(blank_database_url)
    assert at_head(database)
    database.close()
    assert command("keys", "list").code == 0


def test_a_key_alone_is_on_stdout(command: Command) -> None:
    """So that a script can take it; what it is stands on stderr, without the key."""
    command("db", "upgrade")
    run = command("keys", "create", "--name", "crm", "--scope", "read", "--scope", "intake")
    (key,) = run.stdout.splitlines()
    assert key.startswith("fl_")
    assert "'crm' may: intake read" in run.stderr
    assert key not in run.stderr
    with opened(read_settings(), migrate=False) as context:
        assert authenticate(context, key).scopes == {Scope.INTAKE, Scope.READ}


def test_a_keys_end_and_rep_are_kept(command: Command) -> None:
    """It is valid until its end, and is its rep's."""
    command("db", "upgrade")
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    made = _made(command, "--scope", "operate", "--rep", "r-1", "--expires", end.isoformat())
    with opened(read_settings(), migrate=False) as context:
        assert authenticate(context, made["key"]).rep_id == "r-1"
        later = Context(context.database, context.settings, lambda: end)
        with pytest.raises(NoKeyError):
            authenticate(later, made["key"])


def test_keys_are_listed_without_what_their_holders_send(command: Command) -> None:
    """In three forms that say the same."""
    command("db", "upgrade")
    made = _made(command, "--scope", "read")
    as_json, as_csv, as_table = (command("keys", "list", "--format", name).stdout
                                 for name in ("json", "csv", "table"))
    (row,) = json.loads(as_json)
    assert row == {name: value for name, value in made.items() if name != "key"}
    assert list(csv.DictReader(StringIO(as_csv))) == [
        {name: value or "" for name, value in row.items()}]
    assert made["key_id"] in as_table
    secret = made["key"].split("_", 2)[2]
    assert secret not in as_json + as_csv + as_table


def test_a_revoked_key_is_void(command: Command) -> None:
    """At once; one that is not there is refused."""
    command("db", "upgrade")
    made = _made(command, "--scope", "read")
    assert command("keys", "revoke", made["key_id"]).code == 0
    with opened(read_settings(), migrate=False) as context, pytest.raises(NoKeyError):
        authenticate(context, made["key"])
    unknown = command("keys", "revoke", "absent")
    assert (unknown.code, "there is no API key 'absent'" in unknown.stderr) == (2, True)


@pytest.mark.parametrize(("arguments", "said"), [
    (("--name", "a", "--scope", "all"), "'all' is not one of"),
    (("--name", "a"), "--scope"),
    (("--name", " ", "--scope", "read"), "it must have 1 to 100"),
    (("--name", "a" * 101, "--scope", "read"), "--name has 101 characters"),
    (("--name", "a", "--scope", "read", "--expires", "tomorrow"), "must be an instant"),
    (("--name", "a", "--scope", "read", "--expires", "2020-01-01T00:00:00Z"), "is over already"),
])
def test_a_key_that_makes_no_sense_is_not_made(command: Command, arguments: tuple[str, ...],
                                               said: str) -> None:
    """Exit code 2, nothing on stdout, nothing stored."""
    command("db", "upgrade")
    run = command("keys", "create", *arguments)
    assert (run.code, run.stdout) == (2, "")
    assert said in " ".join(run.stderr.split())
    assert json.loads(command("keys", "list", "--format", "json").stdout) == []


def test_scopes_on_the_command_line_are_those_of_the_service() -> None:
    """They are written twice, because help must not load the service."""
    assert list(map(str, ScopeChoice)) == list(map(str, Scope))
