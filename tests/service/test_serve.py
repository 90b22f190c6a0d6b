"""`fairlead serve` as a process: it begins, answers, ends in order, and refuses what cannot be."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx2
import pytest

from api.serving import listening
from api.settings import Settings
from tests.command_line import fairlead, fairlead_process
from tests.log_lines import logs_kept
from tests.ports import LOOPBACK
from tests.service.processes import Process, Processes

_SOON = 60.0


def _serve(processes: Processes, *flags: str, **env: str) -> tuple[Process, str]:
    """Start a server on a free port and return it with its address."""
    process = processes.fairlead("serve", "--port", "0", *flags, env=env)
    address = process.wait_for_line(r"server\.listening +address=(\S+)", _SOON)[1]
    return process, address


def _made(env: dict[str, str]) -> str:
    """Make a key on the command line and return what it printed."""
    with pytest.MonkeyPatch.context() as patch, logs_kept():
        for name, value in env.items():
            patch.setenv(name, value)
        made = fairlead("keys", "create", "--name", "me", "--scope", "admin")
    assert made.code == 0, made.stderr
    return made.stdout.strip()


def _get(address: str, key: str = "") -> httpx2.Response:
    with httpx2.Client(trust_env=False, timeout=30) as client:
        return client.get(address, headers={"Authorization": f"Bearer {key}"} if key else {})


def test_it_makes_its_tables_answers_and_ends_in_order(processes: Processes,
                                                       database_url: str) -> None:
    """On an empty database, with a key made by the command line beside it; SIGTERM ends with 0."""
    env = {"FAIRLEAD_DATABASE_URL": database_url}
    process, address = _serve(processes, "--no-worker", **env)
    process.wait_for_line("server.no_key .*fairlead keys create --name me --scope admin")
    key = _made(env)
    answer = _get(f"{address}/v1/keys", key)
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert _get(f"{address}/v1/keys").status_code == 401
    assert process.terminate() == 0
    process.wait_for_line("server.ending")
    assert key not in process.log


def test_every_line_is_a_line_of_json_where_machines_read(processes: Processes,
                                                          tmp_path: Path) -> None:
    """From the first line to the last, a request and its end among them."""
    process = processes.fairlead("serve", "--port", "0", "--no-worker", env={
        "FAIRLEAD_DATABASE_URL": f"sqlite:///{tmp_path}/f.db", "FAIRLEAD_LOG_FORMAT": "json"})
    address = process.wait_for_line(r'"address": "([^"]+)".*"server.listening"', _SOON)[1]
    assert _get(f"{address}/health/live").status_code == 200
    process.wait_for_line('"route": "/health/live"')
    assert process.terminate() == 0
    assert [line for line in process.log.splitlines()
            if not (line.startswith("{") and line.endswith("}"))] == []


def test_a_key_is_no_longer_known_where_the_secret_changed(processes: Processes,
                                                           tmp_path: Path) -> None:
    """Hashes are made with it; outside development it is the operator's own."""
    env = {"FAIRLEAD_DATABASE_URL": f"sqlite:///{tmp_path}/f.db",
           "FAIRLEAD_ENVIRONMENT": "production", "FAIRLEAD_SECRET": "0123456789abcdef"}
    _, address = _serve(processes, "--no-worker", **env)
    known, other = (_made({**env, "FAIRLEAD_SECRET": secret})
                    for secret in ("0123456789abcdef", "fedcba9876543210"))
    assert _get(f"{address}/v1/keys", known).status_code == 200
    assert _get(f"{address}/v1/keys", other).status_code == 401


def test_a_worker_runs_beside_it_and_ends_with_it(processes: Processes, tmp_path: Path) -> None:
    """Readiness needs one, and says so; the worker is another process."""
    process, address = _serve(processes, FAIRLEAD_DATABASE_URL=f"sqlite:///{tmp_path}/f.db")
    process.wait_for_line(r"worker_process\.started +pid=\d+")
    process.wait_until_healthy(f"{address}/health/ready", _SOON)
    assert process.terminate(_SOON) == 0
    assert "worker_process.killed" not in process.log


@pytest.mark.parametrize(("env", "said"), [
    ({"FAIRLEAD_ENVIRONMENT": "production"}, "FAIRLEAD_SECRET must be set"),
    ({"FAIRLEAD_ENVIRONMENT": "production", "FAIRLEAD_SECRET": "development-only"},
     "FAIRLEAD_SECRET must be set"),
    ({"FAIRLEAD_ENVIRONMENT": "production", "FAIRLEAD_SECRET": "sesame"}, "16 characters"),
    ({"FAIRLEAD_PORT": "sesame"}, "FAIRLEAD_PORT: "),
    ({"FAIRLEAD_SECRTE": "sesame"}, "FAIRLEAD_SECRTE is no setting; did you mean FAIRLEAD_SECRET?"),
    ({"FAIRLEAD_RATE_LIMIT": "sesame"}, "FAIRLEAD_RATE_LIMIT: must be a number of requests"),
    ({"FAIRLEAD_DATABASE_URL": "mysql://u:sesame@h/d"}, "must be sqlite or postgresql"),
    ({"FAIRLEAD_DATABASE_URL": "sqlite://"}, "names no file"),
    ({"FAIRLEAD_DATABASE_URL": "sqlite:////absent/sesame.db"}, "unable to open database file"),
    ({"FAIRLEAD_DATABASE_URL": "postgresql://u:sesame@127.0.0.1:9/d"}, "cannot be used"),
    ({"FAIRLEAD_MIGRATE_AT_START": "false"}, "run 'fairlead db upgrade'"),
])
def test_what_cannot_be_is_refused_in_one_line(
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path, env: dict[str, str], said: str) -> None:
    """Exit code 2; the variable is named, and secrets are not repeated."""
    for name, value in {"FAIRLEAD_DATABASE_URL": f"sqlite:///{tmp_path}/f.db", **env}.items():
        monkeypatch.setenv(name, value)
    with logs_kept():
        run = fairlead("serve", "--port", "0")
    assert (run.code, run.stdout) == (2, "")
    (line,) = run.stderr.splitlines()
    assert line.startswith("error: ")
    assert said in line
    assert "sesame" not in line


def test_an_address_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch,
                                             tmp_path: Path) -> None:
    """Before the database is touched."""
    monkeypatch.setenv("FAIRLEAD_DATABASE_URL", f"sqlite:///{tmp_path}/f.db")
    with socket.create_server((LOOPBACK, 0)) as taken, logs_kept():
        port = str(taken.getsockname()[1])
        run = fairlead("serve", "--port", port)
    assert run.code == 2
    assert run.stderr.startswith(f"error: 127.0.0.1 port {port} cannot be listened on: ")
    assert not (tmp_path / "f.db").exists()


def test_traces_need_the_extra(tmp_path: Path) -> None:
    """Where it is not installed, an endpoint for traces is refused with what to install."""
    hidden = tmp_path / "opentelemetry" / "sdk"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('not installed')\n")
    run = fairlead_process("serve", "--port", "0", env={
        "FAIRLEAD_DATABASE_URL": f"sqlite:///{tmp_path}/f.db", "PYTHONPATH": str(tmp_path),
        "FAIRLEAD_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert run.code == 2
    assert "pip install 'fairlead[telemetry]'" in run.stderr


def test_answers_are_sent_at_once() -> None:
    """A connection sends each part of an answer as it is written: else each takes 40 ms more."""
    with (listening(Settings(host=LOOPBACK, port=0)) as listener,
          socket.create_connection(listener.getsockname())):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
