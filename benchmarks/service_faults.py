"""Leads from many clients while workers are killed and the database is restarted.

    python -m benchmarks.service_faults [--leads 20000] [--clients 16] [--seconds 600] [--pace 60]
                                        [--database postgresql|sqlite] [--seed 1]

Servers and workers are real processes. Clients repeat requests, post leads twice, hang up. About
every second a worker is killed (SIGKILL), half of them while they have work in hand, and another is
forked; the table says how many kills hit what. A server is killed,
PostgreSQL crashes and is restarted once, the receiver of webhooks is down for a while. When all is
quiet, every lead that was accepted must have one owner or a reason, every slot must be accounted
for, and every event must have been delivered. Exits with 1 where anything is wrong, or where too
little was done under load to show anything.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from api.service.context import Context, Scope
from api.service.keys import create_key
from api.settings import Settings
from api.store.database import Database
from api.store.migrating import upgrade
from benchmarks.faults.asked import Asked, Notes
from benchmarks.faults.chaos import Server, Workers, plagues
from benchmarks.faults.clients import Work, run_clients
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.verdict import judge, note_progress, wait_until_quiet
from tests.postgres import Postgres
from tests.postgres_binaries import require_binaries
from tests.service.processes import Processes
from tests.service.receiver import Receiver

#: Slots for this share of the leads; the others are held.
_ROOM = 0.6
_POLICY = {"hand_off": {"hot": "score >= 97"}}


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    notes: Notes
    seconds: float
    quiet_after: float
    """Seconds from the last request until nothing was left to do."""


def run(asked: Asked, url: str, postgres: Postgres | None) -> Outcome:
    """Do one run on an empty database.

    Parameters
    ----------
    asked
        How large, and how hard.
    url
        The database.
    postgres
        Its server, which is restarted; None: SQLite.
    """
    notes = Notes()
    with _context(url) as context, ExitStack() as entered:
        _, key = create_key(context, "faults", [Scope.ADMIN])
        receiver = entered.enter_context(Receiver())
        processes = entered.enter_context(Processes())
        env = _env(url)
        servers = [Server(processes, env) for _ in range(asked.servers)]
        for server in servers:
            server.wait()
        _put_floor(servers[0].address, key, receiver.url, asked)
        began = time.monotonic()
        nursery = entered.enter_context(Nursery(env))
        workers = Workers(nursery, context, asked, notes)
        befalls = plagues(asked, notes, postgres, servers, receiver)
        befalls.start()
        for thread in run_clients(Work(asked, notes, [one.address for one in servers], key,
                                       began + asked.seconds)):
            thread.join()
        ended = time.monotonic()
        befalls.stop()
        note_progress(context, notes, receiver, asked.least_windows)
        workers.stop_killing()
        receiver.up()
        at_rest = wait_until_quiet(context, asked.quiet_seconds)
        quiet = time.monotonic()
        judge(context, notes, receiver, at_rest)
    if notes.num_accepted < asked.leads:
        notes.fault(f"only {notes.num_accepted:,} of {asked.leads:,} leads were accepted in time")
    return Outcome(notes, ended - began, quiet - ended)


@contextmanager
def _context(url: str) -> Iterator[Context]:
    database = Database(url, pool_size=8)
    try:
        upgrade(database)
        yield Context(database, Settings(database_url=SecretStr(url)))
    finally:
        database.close()


def _env(url: str) -> dict[str, str]:
    return {"FAIRLEAD_DATABASE_URL": url, "FAIRLEAD_RATE_LIMIT": "100000/second",
            "FAIRLEAD_WINDOW_SECONDS": "1", "FAIRLEAD_WINDOW_MAX_LEADS": "500",
            "FAIRLEAD_LEASE_SECONDS": "2", "FAIRLEAD_WORKER_IDLE_SECONDS": "0.1",
            "FAIRLEAD_ALLOW_PRIVATE_TARGETS": "true",
            "FAIRLEAD_DELIVERY_DELAYS": str([1.0] * 60),
            "FAIRLEAD_DELIVERY_TIMEOUT_SECONDS": "1", "OMP_NUM_THREADS": "1"}


def _put_floor(address: str, key: str, hook: str, asked: Asked) -> None:
    """Put reps, a policy and the receiver."""
    capacity = max(1, round(asked.leads * _ROOM / asked.reps))
    with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False,
                       base_url=f"{address}/v1", timeout=120) as http:
        def post(path: str, body: Any) -> None:
            http.post(path, json=body).raise_for_status()

        post("/reps", [{"rep_id": f"r{number}", "capacity": capacity, "territories": ["*"],
                        "performance": 0.5 + number / asked.reps} for number in range(asked.reps)])
        post("/policies", _POLICY)
        post("/policies/1/activate", None)
        post("/targets", {"kind": "webhook", "url": hook, "kinds": ["*"]})


def report(outcome: Outcome, asked: Asked, database: str) -> str:
    """Return a table of what happened."""
    notes = outcome.notes
    rows = {"database": database, "cores": str(os.cpu_count()),
            "clients": str(asked.clients), "servers": str(asked.servers),
            "workers at a time": str(asked.workers),
            "seconds of load": f"{outcome.seconds:,.0f}",
            "seconds until quiet": f"{outcome.quiet_after:,.0f}",
            "leads that got a 2xx": f"{notes.num_accepted:,}",
            **{what: f"{times:,}" for what, times in sorted(notes.counts.items())
               if what != "faults"},
            "faults": f"{notes.counts['faults']:,}"}
    wide = max(map(len, rows))
    return "\n".join([*(f"{what:<{wide}}  {shown:>12}" for what, shown in rows.items()),
                      *(f"FAULT  {one}" for one in notes.faults)])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_faults",
                                     description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=20_000,
                        help="20000 by default")
    parser.add_argument("--clients", type=int, default=16,
                        help="at once; 16 by default")
    parser.add_argument("--seconds", type=float, default=600.0, help="no request begins later")
    parser.add_argument("--pace", type=float, default=Asked.leads_per_second,
                        help="leads per second of all clients together, at most")
    parser.add_argument("--least-windows", type=int, default=10,
                        help="windows that must succeed under load")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql",
                        help="postgresql by default")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the faults; 1 by default")
    given = parser.parse_args()
    asked = Asked(leads=given.leads, clients=given.clients, seconds=given.seconds, seed=given.seed,
                  leads_per_second=given.pace, least_windows=given.least_windows,
                  servers=1 if given.database == "sqlite" else 2)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all processes are ended
    with tempfile.TemporaryDirectory(prefix="fairlead-faults-") as folder, (
            Postgres(require_binaries()) if given.database == "postgresql" else nullcontext()
            ) as postgres:
        url = (postgres.create_database("faults") if postgres
               else f"sqlite:///{Path(folder) / 'faults.db'}")
        outcome = run(asked, url, postgres)
    print(report(outcome, asked, given.database), flush=True)
    sys.exit(1 if outcome.notes.counts["faults"] else 0)


if __name__ == "__main__":
    main()
