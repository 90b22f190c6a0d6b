"""A PostgreSQL server of the tests' own: in a temporary folder, on the loopback, then gone."""

from __future__ import annotations

import os
import pwd
import secrets
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from tests.ports import LOOPBACK, free_port

_USER = "fairlead"
#: Started as root, the server runs as the first of these that the machine knows.
_UNPRIVILEGED = ("postgres", "nobody")
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_PORTS_TRIED = 5
#: Ends the server and its folder when its input ends: at `stop`, and when the tests were killed.
_GUARD = 'read -r _; "$1" stop --pgdata "$2/data" --mode fast --silent; rm -rf "$2"'
#: A machine far from UTC, whose sorting is not that of bytes: what depends on either shows.
_SETTINGS = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "max_connections": "100",
             "shared_buffers": "32MB", "max_wal_size": "256MB", "timezone": "Asia/Kathmandu"}
#: Safe as long as the machine itself stays up, however the server ends.
_HASTY = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """A running server; a context manager that stops it.

    Parameters
    ----------
    binaries
        Folder of the server's programs.
    fsync
        Wait for the disk at each commit, as in production. What was committed survives the end of
        the server in any case.

    Attributes
    ----------
    folder : Path
        Data and log of the server; removed by `stop`.
    port : int
        Where it listens on the loopback; the same after a restart.
    """

    def __init__(self, binaries: Path, *, fsync: bool = False) -> None:
        self._binaries = binaries
        self._settings = _SETTINGS if fsync else {**_SETTINGS, **_HASTY}
        self._password = secrets.token_hex(16)
        self._owner = _owner()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.folder = Path(tempfile.mkdtemp(prefix="fairlead-postgres-"))
        if self._owner:
            os.chown(self.folder, self._owner["user"], self._owner["group"])
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", binaries / "pg_ctl", self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **self._apart())
        try:
            self._initialise()
            self._start_on_a_free_port()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int | None:
        """The server's process, None while it is down."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def log(self) -> str:
        """What the server wrote so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, for SQLAlchemy and for psycopg."""
        return f"postgresql://{_USER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create a database and return its address.

        Parameters
        ----------
        name
            Any name that no database has.
        template
            The database to copy; nobody may be connected to it.
        """
        self._command("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it; one that is not there is fine."""
        self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def restart(self, *, crash: bool = False) -> None:
        """Take the server down and up again; see `halt`."""
        self.halt(crash=crash)
        self.start()

    def halt(self, *, crash: bool = False) -> None:
        """Take the server down; data and port stay its own.

        Parameters
        ----------
        crash
            Leave everything as it is at this instant, to be recovered at the next start. Otherwise
            open transactions are ended and the data files completed.
        """
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
            raise RuntimeError(f"PostgreSQL did not end in {_STOP_SECONDS:.0f} s and was killed; "
                               f"its log:\n{self.log}") from None
        finally:
            self._process = None

    def start(self) -> None:
        """Take the server up again, on its port; returns once it answers."""
        if self.pid is not None:
            return
        if not self._try_to_start():
            raise RuntimeError(f"PostgreSQL did not start on port {self.port}; its log:\n"
                               f"{self.log}")

    def stop(self) -> None:
        """End the server and remove its folder; a second time does nothing."""
        try:
            self.halt()
        finally:
            self._guard.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password, encoding="ascii")
        if self._owner:
            os.chown(secret, self._owner["user"], self._owner["group"])
        initdb = self._binaries / "initdb"
        said = subprocess.run([initdb, "--help"], capture_output=True, check=True).stdout
        sorting = (["--locale-provider=icu", "--icu-locale=en-US"] if b"--icu-locale" in said
                   else [])
        done = subprocess.run(
            [initdb, "--pgdata", self.folder / "data", "--username", _USER, "--pwfile", secret,
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", *sorting],
            capture_output=True, check=False, encoding="utf-8", **self._apart())
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _start_on_a_free_port(self) -> None:
        for _ in range(_PORTS_TRIED):
            self.port = free_port()
            if self._try_to_start():
                return
        raise RuntimeError(f"PostgreSQL did not start on any of {_PORTS_TRIED} ports; its log:\n"
                           f"{self.log}")

    def _try_to_start(self) -> bool:
        """Start the server; False where it ended at once, as when its port was taken."""
        settings = {**self._settings, "port": str(self.port)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._apart())
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                self._process = None
                return False
            if self._answers():
                return True
            time.sleep(0.02)
        self.halt()
        raise RuntimeError(f"PostgreSQL did not answer in {_START_SECONDS:.0f} s; its log:\n"
                           f"{self.log}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _command(self, text: str, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))

    def _apart(self) -> dict[str, Any]:
        """Arguments of a process of the server's user that no Ctrl-C of ours reaches."""
        return {"cwd": self.folder, "env": {"PATH": os.defpath, "LC_ALL": "C"},
                "start_new_session": True, **self._owner}


def _owner() -> dict[str, Any]:
    """Return whom the server runs as: nothing said but for root, as whom it refuses to run."""
    if os.geteuid() != 0:
        return {}
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError(f"PostgreSQL does not run as root, and there is no user "
                       f"{' or '.join(_UNPRIVILEGED)}; run the tests as another user")
