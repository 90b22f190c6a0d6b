"""What the workers of a cluster run, and how what they keep is made again; for dask_shards."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Callable
from typing import Any

from distributed import Future as DaskFuture

from solver.matrix.source import PairSource


class Recipe:
    """How answers that stay on the workers are made, from the parts and from others of them."""

    def __init__(self, name: str, question: bytes, needs: tuple[Recipe, ...]) -> None:
        self.name, self.question, self.needs = name, question, needs
        self.kept: Callable[[], DaskKept | None] = lambda: None


class DaskKept:
    """Answers that stay on the workers for as long as this is referred to."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.on: dict[int, DaskFuture] = {}
        """By part; where its worker is gone, it is made again when it is asked for."""
        recipe.kept = weakref.ref(self)


class There:
    """Stands in a question for an answer that the worker has."""


#: The one of them.
THERE = There()


def sent(piece: bytes) -> bytes:
    """Return what came; in the worker, as all below."""
    return piece


def made(*pieces: bytes) -> PairSource:
    """Build a part."""
    make, arguments = pickle.loads(b"".join(pieces))  # noqa: S301 - our own, from the same run
    source: PairSource = make(*arguments)
    return source


def keep(question: bytes, source: PairSource, *needs: Any) -> Any:
    """Answer, and leave the answer there."""
    function, plain = pickle.loads(question)  # noqa: S301 - our own bytes, from the same run
    at_hand = iter(needs)
    return function(source, *(next(at_hand) if isinstance(one, There) else one for one in plain))


def answer(question: bytes, source: PairSource, *needs: Any) -> bytes:
    """Answer as bytes, so that their number is what travels."""
    return pickle.dumps(keep(question, source, *needs), pickle.HIGHEST_PROTOCOL)


def size_of(source: PairSource) -> tuple[int, int]:
    """Return leads and reps."""
    return source.num_leads, source.num_reps
