"""A window whose leads are spread over the workers of a Dask cluster; needs the extra ``dask``.

Each part of the leads is built on one worker and stays there, with all that is worked out from it.
Questions go to the parts, and what they answer comes back: prices and counts of reps, and the few
pairs that matter, never the rows of the matrix.
"""

from __future__ import annotations

import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from itertools import accumulate
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakSet

from distributed import Future as DaskFuture

from api import dask_tasks as tasks
from api.dask_executor import LOST, check_cluster, connect_to, tell
from api.dask_parts import Part
from api.dask_tasks import THERE, DaskKept, Recipe
from solver.errors import WorkersLostError

#: Seconds between two looks at whether workers are still there.
_STEP = 0.5
#: Seconds for a cluster that lost its last worker to get one.
_PATIENCE = 20.0
#: Bytes of a part that go to its worker at a time; Dask warns of ten million and more.
_AT_A_TIME = 8_000_000


class Traffic(NamedTuple):
    """What went between this process and the workers, of all parts together."""

    questions: int = 0
    """Times that all parts were asked."""
    sent: int = 0
    """Bytes of questions and their arguments, as they were pickled."""
    received: int = 0
    """Bytes of answers."""
    made_again: int = 0
    """Parts that were built again, because their worker was gone."""
    received_by: Mapping[str, int] = MappingProxyType({})
    """Bytes of answers, by the name of the question."""


class DaskShards:
    """The parts of a window on the workers of a cluster, as :class:`Shards` of the engine.

    A part goes to one worker, and everything that is asked of it. Dask would move what it holds to
    idle workers, or compute it twice; so parts are bound to workers here, and bound anew where a
    worker is gone: what it held is made again from the functions it was made with.

    Parameters
    ----------
    address
        Of the scheduler.
    parts
        How each part is built, in the order of leads; one or more. They are kept here, and what
        they are built from stays in the scheduler too: names and seeds are light, the pairs or
        factors of :func:`api.dask_parts.parts_of` are as large as they are.

    Raises
    ------
    ValueError
        If there is no part.
    UsageError
        If no scheduler answers.
    WorkersLostError
        Here and in every question: if the scheduler is gone, or no worker is left and none comes.
    Exception
        What a part or a question raises on its worker; what others still do for it is given up.
    """

    def __init__(self, address: str, parts: Sequence[Part]) -> None:
        if not parts:
            raise ValueError("a window has one part at least")
        self._parts = tuple(parts)
        self._source: dict[int, DaskFuture] = {}
        self._kept: WeakSet[DaskKept] = WeakSet()
        self._traffic = Traffic()
        self._received: Counter[str] = Counter()
        self._client = connect_to(address)
        try:
            workers = self._workers()
            self._worker = [workers[part % len(workers)] for part in range(len(parts))]
            sizes = self.ask(tasks.size_of)
        except BaseException:
            self.close()
            raise
        ends = [*accumulate(num_leads for num_leads, _ in sizes)]
        self._firsts: tuple[int, ...] = (0, *ends[:-1])
        self._num_leads: int = ends[-1]
        self._num_reps: int = sizes[0][1]

    @property
    def num_leads(self) -> int:
        """Leads of all parts, L."""
        return self._num_leads

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self._num_reps

    @property
    def firsts(self) -> Sequence[int]:
        """The first lead of each part."""
        return self._firsts

    @property
    def traffic(self) -> Traffic:
        """What went to and fro until now."""
        received = MappingProxyType(dict(self._received))
        return self._traffic._replace(received=self._received.total(), received_by=received)

    def keep(self, question: Callable[..., Any], *arguments: Any) -> DaskKept:
        """Ask every part and return at once; the answers stay where they are made."""
        kept = DaskKept(self._recipe(question, arguments))
        self._kept.add(kept)
        for part in range(len(self._parts)):
            self._kept_by(part, kept.recipe)
        return kept

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Ask every part; return the answers in the order of leads."""
        recipe = self._recipe(question, arguments)
        waiting: dict[int, tuple[Future[bytes], DaskFuture]] = {}
        answers: dict[int, bytes] = {}
        try:
            for part in range(len(self._parts)):
                waiting[part] = self._asked(part, recipe)
            while waiting:
                wait_for([told for told, _ in waiting.values()], timeout=_STEP)
                done = {part for part, (told, _) in waiting.items() if told.done()}
                answers |= {part: _result_of(waiting.pop(part)[0]) for part in done}
                for part in waiting.keys() & (self._rebind() if waiting else ()):
                    waiting[part][1].cancel()
                    waiting[part] = self._asked(part, recipe)
        finally:
            self._give_up([task for _, task in waiting.values()])
        self._received[recipe.name] += sum(map(len, answers.values()))
        return [pickle.loads(answers[part]) for part in sorted(answers)]  # noqa: S301 - our own

    def close(self) -> None:
        """Let the workers forget the parts, and leave the cluster as it was."""
        self._client.close()

    def _recipe(self, question: Callable[..., Any], arguments: tuple[Any, ...]) -> Recipe:
        self._count(questions=1)
        needs = tuple(one.recipe for one in arguments if isinstance(one, DaskKept))
        plain = tuple(THERE if isinstance(one, DaskKept) else one for one in arguments)
        packed = pickle.dumps((question, plain), pickle.HIGHEST_PROTOCOL)
        return Recipe(question.__name__, packed, needs)

    def _give_up(self, futures: Sequence[DaskFuture]) -> None:
        """Cancel what nobody waits for any more; where the scheduler is gone, nothing is left."""
        if futures:
            with suppress(OSError, *LOST):
                self._client.cancel(list(futures))

    def _asked(self, part: int, recipe: Recipe) -> tuple[Future[bytes], DaskFuture]:
        """Let a part answer; return what becomes of it, and the task to cancel."""
        task = self._submit(tasks.answer, part, recipe, [self._kept_by(part, one)
                                                    for one in recipe.needs])
        told: Future[bytes] = Future()
        told.set_running_or_notify_cancel()
        self._client.loop.add_callback(tell, task, told)
        return told, task

    def _kept_by(self, part: int, recipe: Recipe) -> DaskFuture:
        """Return the answer that a part keeps; it is made again where it was lost.

        So is everything that it was made from, each once: a core is as old as the solve, and what
        it was made from as long as there were rounds.
        """
        found: dict[int, DaskFuture] = {}
        missing = [recipe]
        while missing:
            one = missing[-1]
            kept = one.kept()
            if kept is not None and part in kept.on:
                found[id(one)] = kept.on[part]
            elif id(one) not in found:
                before = [need for need in one.needs if id(need) not in found]
                if before:
                    missing += before
                    continue
                found[id(one)] = self._submit(tasks.keep, part, one,
                                              [found[id(need)] for need in one.needs])
                if kept is not None:
                    kept.on[part] = found[id(one)]
            missing.pop()
        return found[id(recipe)]

    def _submit(self, work: Callable[..., Any], part: int, recipe: Recipe,
                needs: Sequence[DaskFuture]) -> DaskFuture:
        self._count(sent=len(recipe.question))
        return self._on_worker(part, work, recipe.question, self._source_of(part), *needs)

    def _source_of(self, part: int) -> DaskFuture:
        if part not in self._source:
            packed = pickle.dumps((self._parts[part].make, self._parts[part].arguments),
                                  pickle.HIGHEST_PROTOCOL)
            self._count(sent=len(packed))
            pieces = [self._on_worker(part, tasks.sent, packed[at:at + _AT_A_TIME])
                      for at in range(0, len(packed), _AT_A_TIME)]
            self._source[part] = self._on_worker(part, tasks.made, *pieces)
        return self._source[part]

    def _on_worker(self, part: int, work: Callable[..., Any], *arguments: Any) -> DaskFuture:
        return self._client.submit(work, *arguments, pure=False, workers=[self._worker[part]])

    def _rebind(self) -> set[int]:
        """Bind parts whose worker is gone to others; return these parts."""
        there = self._workers()
        gone = {part for part, worker in enumerate(self._worker) if worker not in there}
        for part in sorted(gone):
            self._worker[part] = min(there, key=lambda worker: (self._worker.count(worker), worker))
            self._source.pop(part, None)
            for kept in self._kept:
                kept.on.pop(part, None)
        self._count(made_again=len(gone))
        return gone

    def _workers(self) -> list[str]:
        """Return the addresses of the workers; where there are none, wait for some."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                there = sorted(self._client.nthreads())
            except OSError as error:
                raise WorkersLostError("the Dask scheduler is gone") from error
            if there:
                return there
            if time.monotonic() >= until:
                raise WorkersLostError("the Dask cluster has no worker any more; start some, and "
                                       "ask again")
            time.sleep(_STEP)

    def _count(self, *, questions: int = 0, sent: int = 0, made_again: int = 0) -> None:
        before = self._traffic
        self._traffic = before._replace(questions=before.questions + questions,
                                        sent=before.sent + sent,
                                        made_again=before.made_again + made_again)


@contextmanager
def shards_on_dask(address: str, parts: Sequence[Part]) -> Iterator[DaskShards]:
    """Spread a window over a cluster for as long as the block lasts.

    Parameters and errors are those of :class:`DaskShards`.

    Raises
    ------
    UsageError
        If no scheduler answers at the address, it has no worker, or a worker has other versions
        than this process.
    """
    check_cluster(address)
    shards = DaskShards(address, parts)
    try:
        yield shards
    finally:
        shards.close()


def _result_of(told: Future[bytes]) -> bytes:
    try:
        return told.result()
    except LOST as error:
        raise WorkersLostError("the Dask scheduler is gone, or gave a part up after several "
                               "workers had died of it") from error
