"""Rates that leave their usual range: people are told once, and once more on return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.service.context import WORKER, Context
from api.service.happenings import Happening, tell
from api.service.reports.models import RateName, Ratio
from api.service.reports.rates import rate
from api.store.control import Control, read_control
from api.store.database import Reading
from api.store.rate_alerts import Watched, forget_outside, note_outside, outside_now
from api.store.reports import By, given_since, tally
from solver.models.hand_off import UsualRange

_SCOPES: Mapping[str, By | None] = {"whole": None, "team": By.TEAM, "source": By.SOURCE}


@dataclass(frozen=True, slots=True)
class _Judged:
    """A rate of enough leads."""

    found: Ratio
    usual: UsualRange

    @property
    def is_outside(self) -> bool:
        share = self.found.share
        return share is not None and not self.usual.low <= share <= self.usual.high


def watch_rates(context: Context) -> list[Happening]:
    """Compare rates with the usual ranges of the active policy, and tell of those that changed.

    Each rate is taken over the ownerships that began in its last days: of the whole, of each team
    and of each source with enough of them. One with too few stays as it was judged last. What a
    policy no longer names is forgotten without a word.

    Returns
    -------
    list of Happening
        What was told: ``alert.rate``, once when a rate leaves its range and once when it is back,
        however many workers watch.
    """
    now = context.now
    with context.database.read() as tx:
        held = read_control(tx)
        before = outside_now(tx)
        judged = _judge(tx, held, now)
    watched = {name.value for name in held.policy.hand_off.usual}
    left = {one for one, each in judged.items() if each.is_outside and one not in before}
    back = {one for one in before if one in judged and not judged[one].is_outside}
    dropped = {one for one in before if one.rate not in watched}
    if not (left or back or dropped):
        return []
    with context.database.write() as tx:
        told = [_alert(one, judged[one], held, now) for one in sorted(left | back)
                if (note_outside(tx, one, now) if one in left else forget_outside(tx, one))]
        for one in sorted(dropped):
            forget_outside(tx, one)
        tell(tx, told)
    return told


def _judge(tx: Reading, held: Control, now: datetime) -> dict[Watched, _Judged]:
    """Return every rate that has a usual range and enough leads."""
    found = {}
    usual = held.policy.hand_off.usual
    for days in sorted({one.days for one in usual.values()}):
        cohort = given_since(now - timedelta(days=days))
        for scope, by in _SCOPES.items():
            for key, counted in tally(tx, cohort, by, now).items():
                if by is not None and not key:
                    continue
                for name, span in usual.items():
                    ratio = rate(counted, RateName(name.value))
                    if span.days == days and ratio.of >= span.least:
                        found[Watched(name.value, scope, key or "")] = _Judged(ratio, span)
    return found


def _alert(one: Watched, judged: _Judged, held: Control, now: datetime) -> Happening:
    found, usual = judged.found, judged.usual
    return Happening("alert.rate", now, WORKER.actor_id, detail={
        "rate": one.rate, "scope": one.scope, "name": one.name or None,
        "change": "left" if judged.is_outside else "returned", "share": found.share,
        "leads": found.of, "low": usual.low, "high": usual.high, "days": usual.days,
        "policy_version": held.policy_version, "why": _sentence(one, judged)})


def _sentence(one: Watched, judged: _Judged) -> str:
    found, usual = judged.found, judged.usual
    whose = "" if one.scope == "whole" else f" of {one.scope} {one.name!r}"
    moved = "has left" if judged.is_outside else "is back in"
    return (f"The rate {one.rate}{whose} is {found.share:.1%} ({found.num} of {found.of} leads in "
            f"{usual.days:g} days) and {moved} its usual range, {usual.low:.1%} to "
            f"{usual.high:.1%}.")
