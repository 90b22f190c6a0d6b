"""On paper: what a window would take that no machine here could hold, by measured constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.sharded.constants import Constants

#: Arcs that OR-Tools numbers with 32 bits, each with its reverse.
MOST_ARCS = 2**30
#: A network of ten gigabits a second; on the loopback bytes cost less.
_BYTES_PER_SECOND = 1.25e9
#: Bytes by lead in this process: owner, age and what the canonical choice sorts.
_OWN_BYTES = 64
#: Bytes by lead of an auction: lists of eight pairs, bids, a queue.
_LIST_BYTES = 160


@dataclass(frozen=True, slots=True)
class Paper:
    """A size, and the constants."""

    constants: Constants
    num_leads: int
    num_reps: int

    @property
    def core_pairs(self) -> float:
        """Pairs of the core."""
        return self.constants.pairs_per_lead * self.num_leads

    @property
    def flow_seconds(self) -> float:
        """Seconds of one flow on the core, by the power law of the flows that were measured."""
        last = self.constants.flows[-1]
        return last.seconds * float((self.core_pairs / last.pairs) ** self.constants.exponent)

    def linear_seconds(self) -> float:
        """Seconds of the flows of all rounds if they grew with their pairs alone."""
        last = self.constants.flows[-1]
        return self.constants.rounds * last.seconds * self.core_pairs / last.pairs

    def round_bytes(self, num_workers: int) -> float:
        """Bytes that travel in one round."""
        return (self.core_pairs * self.constants.bytes_per_pair
                + self.num_reps * num_workers * self.constants.bytes_per_rep)

    def once_bytes(self) -> float:
        """Bytes that travel once: near pairs, and the pairs that may be chosen at the end."""
        return self.num_leads * (self.constants.near_bytes + self.constants.bytes_per_owner)

    def worker_bytes(self, num_workers: int) -> float:
        """Memory of a worker."""
        return (self.num_leads / num_workers * self.constants.lead_bytes
                + self.num_reps * self.constants.rep_bytes)

    def own_bytes(self) -> float:
        """Memory of the process that solves the core: its auction or its flow, and the owners."""
        of = self.constants
        near = self.num_leads * (of.near_bytes + _LIST_BYTES)
        return max(near, self.core_pairs * of.core_bytes) + self.num_leads * _OWN_BYTES

    def seconds(self, num_workers: int) -> dict[str, float]:
        """Seconds of a whole solve by what they go to."""
        of, cells = self.constants, self.num_leads * self.num_reps
        travel = (of.rounds * self.round_bytes(num_workers)
                  + self.once_bytes()) / _BYTES_PER_SECOND
        return {
            "workers: auctions": cells * of.start_ns / num_workers / 1e9,
            "workers: passes": cells * of.pass_ns * of.passes / num_workers / 1e9,
            "way: bytes": travel,
            "way: questions": of.rounds * of.questions_per_round * of.round_trip
            * max(1.0, num_workers / 2),
            "here: auction of near pairs": self.num_leads * of.fine_ns / 1e9,
            "here: joining answers": self.core_pairs * of.join_ns * of.rounds / 1e9,
            "here: flows on the core": self.flow_seconds * of.rounds,
            "here: slot prices": self.core_pairs * of.paths_ns * of.rounds / 1e9,
            "here: canonical choice": self.num_leads * of.canonical_ns / 1e9}


def bottleneck(paper: Paper, num_workers: Sequence[int]) -> str:
    """Say what most of the time goes to with the most workers, and what would be done about it."""
    seconds = paper.seconds(max(num_workers))
    worst = max(seconds, key=seconds.__getitem__)
    share = seconds[worst] / sum(seconds.values())
    said = [f"With {max(num_workers):,} workers {share:.0%} of the time goes to *{worst}*."]
    if paper.core_pairs > MOST_ARCS:
        said.append(
            f"The core of {paper.core_pairs / 1e9:.2f} x 10^9 pairs is more than OR-Tools numbers "
            f"({MOST_ARCS / 1e9:.2f} x 10^9 arcs): one flow could not even be posed.")
    said.append(_REMEDY if worst.startswith("here") else _MORE_WORKERS)
    return " ".join(said)


_MORE_WORKERS = "That divides among more workers; nothing else has to change."
_REMEDY = (
    "That is one machine, and more workers do not help it. What would be done, in this order: "
    "(1) settle more leads: with prices exact to one eps, the flow needs only leads whose best two "
    "pairs are closer than the prices are sure, and eps shrinks for the price of more bids, which "
    "workers make; (2) pose a flow only for what changed: from the second round on few pairs join, "
    "and the plan that is there needs a few augmenting paths instead of a flow from nothing; the "
    "same pairs alone would travel; (3) solve the core in blocks that share few reps, as "
    "territories do, each on a worker, and repair the borders by the same passes over all pairs: "
    "the proof asks only for prices, wherever they come from.")
