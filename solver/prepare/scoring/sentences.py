"""The breakdown of a score in one sentence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from solver.prepare.scoring.points import Contribution, Score

_SHOWN = 6
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def breakdown_sentence(score: Score, at: datetime, shown: int = _SHOWN) -> str:
    """Say what made a score, the largest part first: ``+20 pricing page 2 h ago, -15 student``.

    Parameters
    ----------
    score
        The score with its breakdown.
    at
        Instant of the decision.
    shown
        Most parts that are named; how many more there are is said.
    """
    rules: dict[str, list[Contribution]] = defaultdict(list)
    for part in score.breakdown:
        rules[part.rule].append(part)
    totals = {name: math.fsum(part.points for part in parts) for name, parts in rules.items()}
    names = [name for name in totals if abs(totals[name]) >= 0.05]
    names.sort(key=lambda name: (-abs(totals[name]), name))
    if not names:
        return "no points"
    said = [f"{_signed(totals[name])} {name}{_when(rules[name], at)}" for name in names[:shown]]
    if len(names) > shown:
        said.append(f"and {len(names) - shown} more")
    return ", ".join(said)


def _signed(points: float) -> str:
    return f"{points:+,.1f}".removesuffix(".0")


def _when(parts: Sequence[Contribution], at: datetime) -> str:
    times = [part.at for part in parts if part.at is not None]
    if not times:
        return ""
    ago = time_ago(at - max(times))
    return f" {ago}" if len(times) == 1 else f" ({len(times)} times, last {ago})"


def time_ago(age: timedelta) -> str:
    """Return an age in words, rounded down: minutes, hours up to two days, then days."""
    if age < _MINUTE:
        return "just now"
    if age < _HOUR:
        return f"{age // _MINUTE} min ago"
    if age < 2 * _DAY:
        return f"{age // _HOUR} h ago"
    return f"{age // _DAY} d ago"
