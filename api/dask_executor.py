"""The workers of a Dask cluster as an executor; needs the extra ``dask``."""

from __future__ import annotations

import asyncio
from concurrent.futures import BrokenExecutor, CancelledError

from distributed import Client, KilledWorker
from distributed.cfexecutor import ClientExecutor
from distributed.comm import connect
from distributed.security import Security

from solver.errors import UsageError
from solver.versions import versions

#: How a run learns that workers died: the scheduler gave a task up after several of them, or went
#: away itself.
LOST = (BrokenExecutor, CancelledError, KilledWorker)
_SECONDS = 10.0


class DaskExecutor(ClientExecutor):  # type: ignore[misc]
    """An executor on a cluster, with a connection of its own.

    Where a worker dies, the scheduler hands its tasks to another one by itself.

    Parameters
    ----------
    address
        Of the scheduler.

    Raises
    ------
    UsageError
        If no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        super().__init__(_connect(address), pure=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done, and leave the cluster as it was."""
        super().shutdown(wait=wait and not cancel_futures)
        self._client.close()


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
    with _connect(address) as client:
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


def _connect(address: str) -> Client:
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
