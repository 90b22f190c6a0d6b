"""Who kills workers and servers, restarts the database, and takes the receiver down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from api.service.context import Context
from api.store.schema import deliveries, windows
from benchmarks.faults.asked import Asked, Notes
from benchmarks.faults.nursery import ForkedWorker, Nursery
from tests.ports import LOOPBACK, free_port
from tests.postgres import Postgres
from tests.service.processes import Process, Processes
from tests.service.receiver import Receiver

#: A process is up within this time, on a machine that is busy with the others.
_UP_SECONDS = 120.0
_DOWN_SECONDS = 5.0
_PAUSE_SECONDS, _LOOK_SECONDS = 0.2, 0.05
#: A worker that is to be killed with something in hand is killed after so many mean lives anyway,
#: and at most so many seconds after it took something.
_PATIENCE, _IN_HAND_SECONDS = 2.0, 0.3
_LEAST_SECONDS = 0.2
_NOTHING = "with nothing in hand"
_WINDOW, _MESSAGES = "with a window in hand", "while messages were on their way"


class Server:
    """One `fairlead serve`, always at the same address."""

    def __init__(self, processes: Processes, env: Mapping[str, str]) -> None:
        self._processes, self._env, self._port = processes, env, free_port()
        self.address = f"http://{LOOPBACK}:{self._port}"
        self._process = self._started()

    def wait(self) -> None:
        """Return once it answers."""
        self._process.wait_until_healthy(f"{self.address}/health/live", _UP_SECONDS)

    def crash(self) -> None:
        """Kill it, and start it again."""
        self._process.kill()
        self._process = self._started()

    def _started(self) -> Process:
        return self._processes.fairlead("serve", "--no-worker", "--port", self._port,
                                        env=self._env)


class Workers:
    """Workers that are killed again and again, each a while after it is up."""

    def __init__(self, nursery: Nursery, context: Context, asked: Asked, notes: Notes) -> None:
        self._nursery, self._context = nursery, context
        self._asked, self._notes = asked, notes
        self._quiet = threading.Event()
        self._changed = threading.Condition()
        self._killed = 0
        self._threads = [threading.Thread(target=self._keep, args=(number,))
                         for number in range(asked.workers)]
        for thread in self._threads:
            thread.start()

    def stop_killing(self) -> None:
        """Let those that live, live, once enough were killed."""
        with self._changed:
            self._changed.wait_for(lambda: self._killed >= self._asked.least_kills)
        self._quiet.set()
        for thread in self._threads:
            thread.join()

    def _keep(self, number: int) -> None:
        rng = Random(self._asked.seed + number)  # noqa: S311 - no secret
        while True:
            began = time.monotonic()
            worker = self._nursery.worker()
            while not worker.is_up(_UP_SECONDS):
                self._notes.count("workers that found no database")
                time.sleep(_PAUSE_SECONDS)
                worker = self._nursery.worker()
            if self._waited(worker, time.monotonic() - began, rng):
                return
            doing = self._doing(worker)
            worker.kill()
            self._notes.count("workers killed")
            self._notes.count(f"workers killed {doing}")
            with self._changed:
                self._killed += 1
                self._changed.notify_all()

    def _waited(self, worker: ForkedWorker, up_after: float, rng: Random) -> bool:
        """Wait for the moment to kill a worker; return whether killing is over.

        All together lose one about every `kill_seconds`. Half of them are killed at any time, the
        others once they have a window in hand, or messages.
        """
        mean = max(_LEAST_SECONDS, self._asked.kill_seconds * self._asked.workers - up_after)
        wanted = rng.choice((None, None, _WINDOW, _MESSAGES))
        if wanted is None:
            return self._quiet.wait(rng.expovariate(1 / mean))
        until = time.monotonic() + _PATIENCE * mean
        while self._doing(worker) != wanted and time.monotonic() < until:
            if self._quiet.wait(_LOOK_SECONDS):
                return True
        return self._quiet.wait(rng.uniform(0, _IN_HAND_SECONDS))

    def _doing(self, worker: ForkedWorker) -> str:
        """Say what a worker has in hand; with several workers, messages may be another's."""
        try:
            with self._context.database.read() as tx:
                holders = tx.connection.execute(select(windows.c.holder).where(
                    windows.c.status == "running")).scalars().all()
                claimed = tx.connection.execute(select(deliveries.c.id).where(
                    deliveries.c.status == "queued",
                    deliveries.c.claimed_until > self._context.now).limit(1)).first()
        except DBAPIError:
            return "while the database was away"
        if any(f"-{worker.pid}-" in (holder or "") for holder in holders):
            return _WINDOW
        return _MESSAGES if claimed else _NOTHING


class Plagues:
    """What happens once, when so many leads were accepted; a thread."""

    def __init__(self, asked: Asked, notes: Notes) -> None:
        self._asked, self._notes = asked, notes
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def add(self, share: float, plague: Callable[[], None]) -> None:
        """Let something happen once this share of the leads was accepted."""
        self._due.append((share, plague))

    def start(self) -> None:
        """Begin."""
        self._due.sort(key=lambda one: one[0])
        self._thread.start()

    def stop(self) -> None:
        """End, once what has begun is done."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while self._due:
            share, plague = self._due[0]
            if self._notes.num_accepted >= share * self._asked.leads:
                self._due.pop(0)
                plague()
            elif self._over.wait(0.05):
                return


def plagues(asked: Asked, notes: Notes, postgres: Postgres | None, servers: list[Server],
            receiver: Receiver) -> Plagues:
    """Return all that befalls a run: the receiver, a server, and the database if it is a server."""
    found = Plagues(asked, notes)

    def receiver_down() -> None:
        receiver.down()
        notes.count("receiver down")
        threading.Timer(_DOWN_SECONDS, receiver.up).start()

    def server_crash() -> None:
        servers[0].crash()
        notes.count("servers killed")

    def restart(crash: bool) -> None:
        assert postgres is not None
        postgres.restart(crash=crash)
        notes.count("PostgreSQL crashed" if crash else "PostgreSQL restarted")

    found.add(0.15, receiver_down)
    found.add(0.5, server_crash)
    for number in range(asked.restarts if postgres else 0):
        found.add(0.3 + 0.4 * number / max(1, asked.restarts - 1),
                  lambda crash=number == 0: restart(crash))  # type: ignore[misc]
    return found
