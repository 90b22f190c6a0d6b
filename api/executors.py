"""Where many pieces of work run: in this process, in several of this machine, on a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.processes import Processes, num_processors
from solver.errors import UsageError
from solver.running import Partial, Pooled, Progress, Runner, Serial

#: As many pieces of work for each process as :class:`solver.running.Pooled` divides the rest into.
_PARTS = 8


@dataclass(frozen=True, slots=True)
class Places:
    """Where to run."""

    jobs: int | None = None
    """Processes of this machine; None: one for each processor that this one may use."""
    dask: str | None = None
    """Address of a Dask scheduler, in place of processes: ``tcp://HOST:PORT``."""


@contextmanager
def runner_at(places: Places, *, progress: Progress | None = None, partial: Partial | None = None
              ) -> Iterator[Runner]:
    """Give what runs there; when it is left, by whatever way, no process goes on.

    Parameters
    ----------
    places
        Where.
    progress, partial
        As of :class:`solver.running.Serial`.

    Raises
    ------
    UsageError
        If both processes and a cluster are named, no cluster answers at the address, its workers
        have other versions than this process, or the extra ``dask`` is not installed.
    """
    if places.dask is not None:
        if places.jobs is not None:
            raise UsageError(f"--jobs {places.jobs} and --dask {places.dask} (or FAIRLEAD_DASK) "
                             "both say where to run; give one of them")
        with _on_dask(places.dask, progress, partial) as runner:
            yield runner
        return
    jobs = num_processors() if places.jobs is None else places.jobs
    if jobs == 1:
        yield Serial(progress=progress, partial=partial)
        return
    with Pooled(lambda: Processes(jobs), progress=progress, partial=partial,
                chunks=_PARTS * jobs) as pooled:
        yield pooled


@contextmanager
def _on_dask(address: str, progress: Progress | None, partial: Partial | None) -> Iterator[Runner]:
    try:
        from api.dask_executor import LOST, DaskExecutor, check_cluster  # noqa: PLC0415 - an extra
    except ImportError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise UsageError(f"--dask {address} needs the extra dask: pip install 'fairlead[dask]'"
                         ) from error
    num_threads = check_cluster(address)
    with Pooled(lambda: DaskExecutor(address), progress=progress, partial=partial, lost=LOST,
                chunks=_PARTS * num_threads) as pooled:
        yield pooled
