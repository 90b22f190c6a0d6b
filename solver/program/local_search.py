"""Local search on a core: improve any choice, also one that breaks limits, by compiled moves.

Between local optima a few items next to one another are moved by chance, what they touched settles
again, and the result is kept if it is not much worse (threshold accepting: Dueck and Scheuer 1990),
else the moves are taken back. Floats steer; the choice that comes out is measured by who takes it.
"""

from __future__ import annotations

import numpy as np

from solver.compiling import compiled
from solver.program.columns import least_use, use_per_column
from solver.program.program import NONE, Ints, Program
from solver.program.search_board import (
    LOG_SIZE,
    RING_SIZE,
    Board,
    Flags,
    Position,
    board_of,
    empty_position,
)
from solver.program.search_chains import chain, enqueue, settle, wake
from solver.program.search_kernels import (
    book,
    broken,
    level_of,
    move,
    random_below,
    reweight,
    undo,
)
from solver.program.sparse_model import Floats

#: How many times dearer than at its price use beyond an end is at first. Near 1 the search almost
#: never meets a choice that keeps all limits; from 4 on it nearly always stands at one.
_STEEP = 4.0
#: Moves that are logged between two kicks.
_LOG = 1024
#: Kicks between two changes of weights.
_PATIENCE = 10
#: Chains between two looks at the clock while the first local optimum is sought.
_SLICE = 5_000


class LocalSearch:
    """A search over one core, run in slices; the same slices give the same choices.

    Parameters
    ----------
    program
        The core.
    prices
        (K,) prices of the limits, minor units; they scale what breaking a limit costs.
    seed
        Of the kicks.
    """

    def __init__(self, program: Program, prices: Floats, seed: int) -> None:
        self._program = program
        self._board = board_of(program, prices)
        typical = float(np.abs(program.gain).mean()) if program.num_columns else 1.0
        per_column = use_per_column(program)
        paid = np.abs(prices[prices != 0]) * per_column[prices != 0]
        usual = float(paid.mean()) if len(paid) else typical
        self._least = _STEEP * (np.abs(prices) + usual / least_use(program))
        self._position = empty_position(program, self._board, self._least, seed, _LOG)
        self._best_taken = np.zeros(program.num_columns, dtype=np.bool_)
        self._best = np.array([-np.inf])

    def begin(self, column: Ints, only_broken: bool = False) -> None:
        """Stand at a choice of the core; units that must take a column and have none get one.

        With ``only_broken`` no item is looked at first but those that a broken limit concerns.
        """
        wanted = np.zeros(self._program.num_columns, dtype=np.bool_)
        wanted[column[column != NONE]] = True
        _place(self._board, self._position, wanted)
        _look(self._board, self._position, only_broken)

    def run(self, kicks: int, threshold: float, margin: float) -> bool:
        """Search on; say whether the best choice that keeps all limits became better.

        Parameters
        ----------
        kicks
            How many; the slice ends earlier while the first local optimum is being sought.
        threshold
            By how many minor units a kick may make things worse.
        """
        before = float(self._best[0])
        travel(self._board, self._position, self._least, self._best, self._best_taken, kicks,
               (threshold, margin))
        return float(self._best[0]) > before

    @property
    def best(self) -> Ints | None:
        """(U,) best choice of the core that keeps all limits, None if none was met."""
        return _choice(self._program, self._best_taken) if self._best[0] > -np.inf else None

    @property
    def best_level(self) -> float:
        """What the best choice brings as the search counts it."""
        return float(self._best[0])

    @property
    def current(self) -> Ints:
        """(U,) where the search stands; it may break limits."""
        return _choice(self._program, self._position.taken)


def _choice(program: Program, taken: Flags) -> Ints:
    """Return (U,) the taken column of each unit."""
    column = np.full(program.num_units, NONE, dtype=np.int64)
    at = np.flatnonzero(taken)
    column[np.searchsorted(program.indptr, at, side="right") - 1] = at
    return column


@compiled
def _place(board: Board, position: Position, wanted: Flags) -> None:
    """Stand at the wanted columns, where they are an option; look at every item."""
    level_of(board, position)
    for item in range(len(board.may_rest)):
        choice, most = NONE, 0
        for option in range(board.option[item], board.option[item + 1]):
            count = 0
            for place in range(board.part[option], board.part[option + 1]):
                count += wanted[board.column[place]]
            if count > most:
                choice, most = option, count
        if choice == NONE and not board.may_rest[item]:
            choice = board.option[item]
        position.counts[LOG_SIZE] = 0
        move(board, position, item, choice)
        for option in range(board.option[item], board.option[item + 1]):
            for place in range(board.part[option], board.part[option + 1]):
                column = board.column[place]
                if option == choice and wanted[column] and not position.taken[column]:
                    book(board, position, column, 1)


@compiled
def _look(board: Board, position: Position, only_broken: bool) -> None:
    """Queue all items, or those with a column that takes of a limit beyond its ends."""
    for item in range(len(board.may_rest)):
        wanted = not only_broken
        for option in range(board.option[item], board.option[item + 1]):
            for place in range(board.part[option], board.part[option + 1]):
                column = board.column[place]
                for at in range(board.entry[column], board.entry[column + 1]):
                    limit = board.cell[at, 0]
                    wanted |= (position.used[limit] > board.ends[limit, 1]
                               or position.used[limit] < board.ends[limit, 0])
        if wanted:
            enqueue(position, item)


@compiled
def travel(board: Board, position: Position, least: Floats, best: Floats,
           best_taken: Flags, kicks: int, pace: tuple[float, float]) -> None:
    """Settle, then kick and settle, keeping the best choice that keeps all limits."""
    position.counts[LOG_SIZE] = 0
    tried, (threshold, margin) = 0, pace
    while position.counts[RING_SIZE] > 0 and tried < _SLICE:
        position.counts[LOG_SIZE] = 0
        tried += settle(board, position, 100, margin)[1]
    _note(board, position, best, best_taken, level_of(board, position))
    if tried:
        reweight(board, position, least, 1.2, 1.0)
    if position.counts[RING_SIZE] > 0:
        return
    level = level_of(board, position)
    for kick in range(kicks):
        position.counts[LOG_SIZE] = 0
        change = _kick(board, position, margin)
        wake(position, 0)
        change += settle(board, position, 1 << 60, margin)[0]
        if change < -threshold:
            change += undo(board, position, 0)
        level += change
        _note(board, position, best, best_taken, level)
        if kick % _PATIENCE == _PATIENCE - 1:
            reweight(board, position, least, 1.2, 0.97)
            level = level_of(board, position)


@compiled
def _kick(board: Board, position: Position, margin: float) -> float:
    """Move one to three items of neighbouring reps to options drawn by chance."""
    change = 0.0
    item = random_below(position, len(board.may_rest))
    for _ in range(1 + random_below(position, 3)):
        options = board.option[item + 1] - board.option[item]
        if options == 0:
            break
        option = board.option[item] + random_below(position, options)
        if option != position.chosen[item]:
            change += chain(board, position, item, option, 1, margin)[0]
        other = position.first[board.rep[option]]
        for _ in range(random_below(position, 8)):
            if other != NONE and position.link[other, 0] != NONE:
                other = position.link[other, 0]
        if other != NONE:
            item = other
    return change


@compiled
def _note(board: Board, position: Position, best: Floats, best_taken: Flags,
          level: float) -> None:
    """Keep where the search stands if it breaks nothing and is better than the best."""
    if level > best[0] + 1e-6 and broken(board, position.used) == 0:
        best[0] = level
        best_taken[:] = position.taken
