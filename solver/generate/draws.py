"""Small draws shared by leads and reps; the random generator, or its seed, is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
#: Field name to one value per record.
Columns = dict[str, Sequence[Any]]
#: Sets the streams of a generated world apart from whatever else is spawned from the same seed.
_WORLD = 0x776F726C64


class Stream(IntEnum):
    """What is drawn for a world, each from random numbers of its own."""

    REPS = 0
    SLOTS = 1
    LEADS = 2
    TIMES = 3
    CHANCES = 4
    LEVELS = 5
    SURPRISE = 6
    SALES_FLOOR = 7


def stream(seed: int, purpose: Stream, *which: int) -> np.random.Generator:
    """Return the random generator of one purpose: the same numbers, whatever else is drawn."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_WORLD, purpose, *which))
    return np.random.Generator(np.random.PCG64(sequence))


def some(rng: np.random.Generator, size: int, share: float) -> Mask:
    """Return a mask with round(share * size) true places at random."""
    mask = np.zeros(size, dtype=bool)
    mask[rng.permutation(size)[: round(share * size)]] = True
    return mask


def indices(rng: np.random.Generator, size: int, weights: Sequence[float] | Floats) -> Ints:
    """Return indices drawn with probabilities in proportion to the weights."""
    steps = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(steps / steps[-1], rng.random(size), side="right").astype(np.int64)


def pick(rng: np.random.Generator, size: int, options: Sequence[T]) -> list[T]:
    """Return options drawn with equal chances."""
    return [options[i] for i in rng.integers(len(options), size=size).tolist()]


def allocate(total: int, weights: Sequence[float] | Floats) -> Ints:
    """Split a total in proportion to the weights by largest remainder; sums to the total."""
    shares = np.asarray(weights, dtype=float)
    exact = total * shares / shares.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def where(mask: Mask, values: Sequence[T], other: T | None = None) -> list[T | None]:
    """Return each value where the mask is true, else the other."""
    return [value if yes else other
            for yes, value in zip(mask.tolist(), values, strict=True)]


def records(columns: Columns) -> list[dict[str, Any]]:
    """Return the columns as one mapping per record."""
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
