"""Single posts and hot leads, beside a route that only validates the body and inserts one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from benchmarks.service.bodies import HOT_SOURCE, body_of, put_floor, raw_leads, window_of
from benchmarks.service.places import Place
from benchmarks.service.servers import Client, bare_served, served
from benchmarks.service.sizes import SEED, Sizes


@dataclass(slots=True)
class SingleTimes:
    """Seconds of posts, round by round."""

    bare: list[list[float]] = field(default_factory=list)
    single: list[list[float]] = field(default_factory=list)
    hot: list[list[float]] = field(default_factory=list)
    num_assigned: int = 0
    """Hot leads that had an owner in the answer."""

    @property
    def p99_ratios(self) -> list[float]:
        """Of each round: single posts over bare ones."""
        return [p99(one) / p99(bare) for one, bare in zip(self.single, self.bare, strict=True)]

    @property
    def hot_ratios(self) -> list[float]:
        """Of each round: the median of hot leads over that of single posts."""
        return [median(hot) / median(one) for hot, one in zip(self.hot, self.single, strict=True)]


def flat(rounds: list[list[float]]) -> list[float]:
    """Return the times of all rounds."""
    return [one for times in rounds for one in times]


def p99(seconds: list[float]) -> float:
    """Return the time that one in a hundred exceeds."""
    return quantiles(seconds, n=100, method="inclusive")[98]


def measure_single(place: Place, sizes: Sizes) -> SingleTimes:
    """Post leads one by one to both servers by turns, every third a hot one.

    Raises
    ------
    RuntimeError
        If a post is refused.
    """
    url, times = place.copy(), SingleTimes()
    with (served(url) as server, bare_served(url) as bare_server, server.client() as client,
          bare_server.client() as bare):
        put_floor(client, window_of(10 * sizes.num_reps, sizes.num_reps), hot=True)
        client.post("/v1/leads/bulk", body_of(list(raw_leads(sizes.known, SEED))))
        _Round(client, bare, SEED + 1, max(4, sizes.posts // 10)).play(SingleTimes())  # warm
        for number in range(sizes.repeats):
            _Round(client, bare, SEED + 2 + number, sizes.posts).play(times)
    return times


@dataclass(frozen=True, slots=True)
class _Round:
    """Posts of each kind by turns; each lead is another."""

    client: Client
    bare: Client
    seed: int
    posts: int

    def play(self, times: SingleTimes) -> None:
        """Post all of them, and note the times."""
        found: tuple[list[float], ...] = ([], [], [])
        for raw, cold, hot in zip(*(self._leads(kind) for kind in ("bare", "cold", "hot")),
                                  strict=True):
            found[0].append(self.bare.post("/leads", body_of(raw)).seconds)
            found[1].append(self.client.post("/v1/leads", body_of(cold)).seconds)
            answer = self.client.post("/v1/leads", body_of(hot))
            found[2].append(answer.seconds)
            times.num_assigned += answer.json["owner_id"] is not None
        for kind, seconds in zip((times.bare, times.single, times.hot), found, strict=True):
            kind.append(seconds)

    def _leads(self, kind: str) -> Iterator[dict[str, Any]]:
        more = {"source": HOT_SOURCE} if kind == "hot" else {}
        offset = {"bare": 0, "cold": 100, "hot": 200}[kind]
        return raw_leads(self.posts, self.seed + offset, **more)
