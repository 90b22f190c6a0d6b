"""A hidden truth: what leads and reps are, and the noisy views of it that the records show.

What is hidden is normal on the scale of log-odds: ``expit(mu + sd z)``. What can be seen of it is a
signal ``sqrt(1 - noise) z + sqrt(noise) e`` with an e of its own, again normal with variance 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.errors import UsageError
from solver.generate.draws import Floats, Stream, stream
from solver.matrix.rows import ValueRows
from solver.models import Lead, Rep, Window
from solver.world import Truth, World

#: Nodes of the quadrature; the error is below 1e-12.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


class _Signal(NamedTuple):
    """Standard normal draws: the hidden ones, and what blurs them."""

    hidden: Floats
    blur: Floats

    def seen(self, noise: float) -> Floats:
        """Return what can be seen of the hidden draws."""
        return math.sqrt(1 - noise) * self.hidden + math.sqrt(noise) * self.blur


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a standard normal to a share between 0 and 1: ``expit(mu + sd z)``."""

    mu: float
    sd: float

    def share(self, z: Floats) -> Floats:
        """Return the share at each z."""
        return 1 / (1 + np.exp(-(self.mu + self.sd * z)))

    def expected(self, signal: Floats, noise: float) -> Floats:
        """Return E[share | signal] by Gauss-Hermite quadrature.

        Given the signal, z is normal with mean ``sqrt(1 - noise) signal`` and variance ``noise``.
        """
        z = math.sqrt(1 - noise) * signal[:, None] + math.sqrt(noise) * _NODES
        mean: Floats = (self.share(z) * _WEIGHTS).sum(axis=1) / _WEIGHTS.sum()
        return mean

    @property
    def mean(self) -> float:
        """E[share]: all that is known where the signal is pure noise."""
        return float(self.expected(np.zeros(1), noise=1.0)[0])


#: Chance of winning a lead with the best rep: mean 0.20, nine in ten between 0.02 and 0.56.
_CHANCE = _Scale(mu=-1.75, sd=1.2)
#: Level of a rep in a skill: mean 0.58, nine in ten between 0.22 and 0.89.
_LEVEL = _Scale(mu=0.4, sd=1.0)


def hide_truth(world: World, noise: float, *, calibrated: bool, edition: int = 0) -> World:
    """Draw a truth, and make the records views of it.

    Parameters
    ----------
    world
        Its scores and levels are replaced, required skills dropped, performance set to 1: nothing
        else tells of the truth. Which rep holds which skill stays.
    noise
        Part of a signal's variance that has nothing to do with the truth, 0 to 1.
    calibrated
        Views are the expectation of the truth given the signal; else the signal is believed as if
        it were the truth.
    edition
        Arrivals of another edition have another luck; reps and history are the same.

    Returns
    -------
    World
        With its :class:`Truth`: the chance at best x the match at the true levels.
    """
    def view(scale: _Scale, signal: _Signal) -> Floats:
        seen = signal.seen(noise)
        return scale.expected(seen, noise) if calibrated else scale.share(seen)

    seed, num_levels = world.seed, sum(len(rep.skills) for rep in world.reps)
    levels = _draw(stream(seed, Stream.LEVELS), num_levels)
    ahead = _draw(stream(seed, Stream.CHANCES, edition, 0), len(world.arrivals))
    past = _draw(stream(seed, Stream.CHANCES, 0, 1), len(world.history))
    arrivals = _with_scores(world.arrivals, view(_CHANCE, ahead))
    true_arrivals = _with_scores(world.arrivals, _CHANCE.share(ahead.hidden))
    true_reps = _with_levels(world.reps, _LEVEL.share(levels.hidden))
    return replace(world, arrivals=arrivals, reps=_with_levels(world.reps, view(_LEVEL, levels)),
                   history=_with_scores(world.history, view(_CHANCE, past)),
                   truth=Truth(win=_win(true_arrivals, true_reps, world)))


def held_constant(world: World) -> World:
    """Return the same world with every score and every level at its mean.

    Parameters
    ----------
    world
        With a hidden truth, which stays as it is.

    Returns
    -------
    World
        Score and fit tell nothing any more; deal values and territories do.

    Raises
    ------
    UsageError
        The world has no hidden truth, so that there is no mean to hold them at.
    """
    if world.truth is None:
        raise UsageError(f"the world of seed {world.seed} has no hidden truth, so its scores have "
                         "no known mean; generate it with noise=0 or more")
    num_levels = sum(len(rep.skills) for rep in world.reps)
    arrivals, history = (_with_scores(leads, np.full(len(leads), _CHANCE.mean))
                         for leads in (world.arrivals, world.history))
    return replace(world, arrivals=arrivals, history=history,
                   reps=_with_levels(world.reps, np.full(num_levels, _LEVEL.mean)))


def _draw(rng: np.random.Generator, size: int) -> _Signal:
    """Draw pairs one after the other, so that more of them begin with the same."""
    return _Signal(*rng.standard_normal((size, 2)).T)


def _with_scores(leads: Sequence[Lead], chances: Floats) -> tuple[Lead, ...]:
    """Score leads by their chances, to four digits, which every machine computes alike."""
    return tuple(lead.model_copy(update={"score": score, "required_skills": {}})
                 for lead, score in zip(leads, np.round(100 * chances, 4).tolist(), strict=True))


def _with_levels(reps: Sequence[Rep], levels: Floats) -> tuple[Rep, ...]:
    """Give the skills of all reps, one after the other, their levels."""
    following = iter(np.round(levels, 4).tolist())
    return tuple(rep.model_copy(update={
        "skills": {name: next(following) for name in rep.skills}, "performance": 1.0})
        for rep in reps)


def _win(arrivals: tuple[Lead, ...], reps: tuple[Rep, ...], world: World) -> Floats:
    """Return (L, R) chance at best x match, of leads and reps as they truly are."""
    rows = ValueRows(Window(at=world.start, leads=arrivals, reps=reps, policy=world.policy))
    chances = np.array([lead.score for lead in arrivals], dtype=np.float64) / 100
    match = [rows.rows(block).match for block in rows.blocks()]
    win: Floats = chances[:, None] * np.concatenate(match)
    win.setflags(write=False)
    return win
