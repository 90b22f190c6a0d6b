"""The workers of a Dask cluster as an executor; needs the extra ``dask``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from concurrent.futures import wait as wait_for
from typing import Any
from weakref import WeakSet

from distributed import Client, KilledWorker
from distributed import Future as DaskFuture
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError, connect
from distributed.security import Security

from solver.errors import UsageError
from solver.versions import versions

#: How a run learns that workers died: the scheduler has none left or went away itself, it did so
#: before, or it gave a task up after several of them.
LOST = (BrokenExecutor, ClosedClientError, KilledWorker)
#: For a scheduler to answer.
_SECONDS = 10.0
#: For a cluster without workers to get one.
_PATIENCE = 20.0
_STEP = 1.0


class DaskExecutor(Executor):
    """An executor on a cluster, with a connection of its own.

    Where a worker dies, the scheduler hands its tasks to another one by itself. Where none is left
    and none comes for a while, what is not done is given up: the scheduler would wait for ever.
    (``distributed.cfexecutor`` waits too, for results that were lost with their worker.)

    Parameters
    ----------
    address
        Of the scheduler, which :func:`check_cluster` found there.

    Raises
    ------
    BrokenExecutor
        If no scheduler answers any more.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = connect_to(address)
        except UsageError as error:
            raise BrokenExecutor(str(error)) from error
        self._over = False
        self._tasks: WeakSet[DaskFuture] = WeakSet()
        self._told: WeakSet[Future[Any]] = WeakSet()
        self._client.loop.add_callback(self._watch)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call a function that it finds by module and name."""
        task = self._client.submit(fn, *args, pure=False, **kwargs)
        told: Future[Any] = Future()
        told.set_running_or_notify_cancel()
        self._tasks.add(task)
        self._told.add(told)
        self._client.loop.add_callback(tell, task, told)
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done, and leave the cluster as it was."""
        if wait and not cancel_futures:
            wait_for(list(self._told))
        self._over = True
        self._client.cancel(list(self._tasks))
        self._client.close()

    async def _watch(self) -> None:
        """Give everything up once there has been no worker for too long; in the client's loop."""
        loop = asyncio.get_running_loop()
        seen = loop.time()
        while not self._over and self._client.scheduler is not None:
            try:
                there = await self._client.scheduler.ncores()
            except OSError:  # it went away, and the client gives everything up by itself
                there = {}
            if there:
                seen = loop.time()
            elif loop.time() - seen >= _PATIENCE:
                await self._client.cancel(list(self._tasks), asynchronous=True)
                return
            await asyncio.sleep(_STEP)


async def tell(task: DaskFuture, told: Future[Any]) -> None:
    """Hand on what becomes of a task; in the client's loop."""
    try:
        result = await task
    except (CancelledError, asyncio.CancelledError, CommClosedError) as error:
        told.set_exception(_given_up(error))
    except BaseException as error:
        told.set_exception(error)
    else:
        told.set_result(result)


def _given_up(cause: BaseException) -> BrokenExecutor:
    error = BrokenExecutor("the Dask cluster has no worker any more, or no scheduler")
    error.__cause__ = cause
    return error


def check_cluster(address: str) -> int:
    """Make sure that a cluster would give the same results as this process.

    Returns
    -------
    int
        Threads of all its workers.

    Raises
    ------
    UsageError
        If no scheduler answers, it has no worker, or a worker has another version of Fairlead or
        of a library that plans rest on.
    """
    with connect_to(address) as client:
        threads: int = sum(client.nthreads().values())
        if not threads:
            raise UsageError(f"the Dask scheduler at {address} has no worker; start one with "
                             f"dask worker {address}")
        ours = versions()
        for worker, theirs in sorted(client.run(versions).items()):
            if theirs != ours:
                raise UsageError(f"worker {worker} of the Dask cluster at {address} has {theirs}, "
                                 f"and this process {ours}; results would not repeat: install the "
                                 "same versions there")
    return threads


def connect_to(address: str) -> Client:
    """Connect to a scheduler.

    Raises
    ------
    UsageError
        If none answers.
    """
    try:
        asyncio.run(_knock(address))
        return Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}; start one with dask scheduler, "
                         "and name its address as in tcp://127.0.0.1:8786") from error


async def _knock(address: str) -> None:
    """Find out whether anybody answers: a client that nobody did prints errors when it is freed.

    Raises
    ------
    OSError, ValueError
        If nobody does, or the address is none.
    """
    comm = await connect(address, timeout=_SECONDS, **Security().get_connection_args("client"))
    comm.abort()
