"""Posting to the ledger: what a window gave out, and what happened by hand before it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from solver.calendar.zones import zone
from solver.fairness.shares import Shares
from solver.models.ledger import SHARE_SCALE, Entry, EntryKind, Ledger, PeriodUse, RepBalance
from solver.models.limit import Measure, Period


@dataclass(frozen=True, slots=True)
class PeriodLimit:
    """A limit of a longer period than the window, as the ledger counts for it."""

    name: str
    """Of one with ``each``: ``NAME:rep_id`` or ``NAME:team``."""
    period: Period
    measure: Measure


def with_limits(ledger: Ledger, names_of: Callable[[Entry], Iterable[str]]) -> Ledger:
    """Return the ledger whose entries also name the limits that they are found to count for.

    What an entry names already stays: filters can only be asked of leads that are known.
    """
    return ledger.model_copy(update={"entries": tuple(
        entry.model_copy(update={"limits": tuple(sorted({*entry.limits, *names_of(entry)}))})
        for entry in ledger.entries)})


def settle(ledger: Ledger, at: datetime, rep_ids: Sequence[str], shares: Shares,
           limits: Iterable[PeriodLimit] = ()) -> Ledger:
    """Return the ledger as a window finds it: with what happened since by hand.

    It is for looking: post to the ledger as it was read. Arguments are those of :func:`post`.
    """
    return _posted(ledger, at, dict(zip(rep_ids, shares.due, strict=True)), (), limits)


def post(ledger: Ledger, at: datetime, rep_ids: Sequence[str], shares: Shares,
         given: Iterable[Entry] = (), limits: Iterable[PeriodLimit] = ()) -> Ledger:
    """Return the ledger after a window.

    With D leads given and not returned in all, ``balance += got - due share x D`` for each rep,
    exactly, and so for slots and worth. Balances keep summing to 0.

    Parameters
    ----------
    ledger
        As it was; its entries up to `at` are posted too, later ones stay entries.
    at
        Aware instant of the window; not before the ledger's.
    rep_ids
        R reps of the window. Others of the ledger keep their entries; leads given to somebody who
        is neither count all the same.
    shares
        Shares of the R reps at this window. Where nobody has a share nothing is due to anybody,
        and no balance changes.
    given
        The plan's assignments, with the limits that they count for.
    limits
        Limits that span more than a window. Counters of others stay until their period is over.

    Raises
    ------
    ValueError
        If `at` is before the ledger's instant, a lead was given before it or after `at`, or twice
        without coming back between. Only in a ledger without reps, a new one, do leads given at
        its own instant count.
    """
    given = tuple(given)
    for entry in given:
        problem = ledger.entry_problem(entry)
        if problem or entry.at > at:
            raise ValueError(f"lead {entry.lead_id!r}: " + (
                problem or f"{entry.at.isoformat()} must not be after {at.isoformat()}"))
    after = _posted(ledger, at, dict(zip(rep_ids, shares.due, strict=True)), given, limits)
    entries = after.by_rep()
    present = {rep_id: _with_presence(entries.get(rep_id, RepBalance(rep_id=rep_id)), share, at)
               for rep_id, share in zip(rep_ids, shares.now, strict=True)}
    return after.model_copy(update={"reps": _sorted({**entries, **present})})


def used_so_far(ledger: Ledger, limit: str, period: Period, at: datetime, *, measure: Measure
                ) -> int:
    """Return what a limit has used of the period that `at` lies in.

    What was counted under another period or measure does not count.

    Parameters
    ----------
    ledger
        The ledger, as :func:`settle` returns it: entries do not count.
    limit
        Name of the limit, as in ``PeriodLimit``.
    period, measure
        Of the limit.
    at
        Aware instant of the window; not before the ledger's.

    Raises
    ------
    ValueError
        If `at` is before the ledger's instant.
    """
    _check_time(ledger, at)
    place = bisect_left(ledger.periods, limit, key=lambda use: use.limit)
    if place == len(ledger.periods) or ledger.periods[place].limit != limit:
        return 0
    use = ledger.periods[place]
    asked = PeriodLimit(limit, period, measure)
    return use.used * _is_of(use, asked, period_start(ledger.timezone, period, at))


def period_start(timezone: str, period: Period, at: datetime) -> date:
    """Return the first day of a period in the ledger's zone; a window's is its own day."""
    today = at.astimezone(zone(timezone)).date()
    if period is Period.MONTH:
        return today.replace(day=1)
    return today - timedelta(days=today.weekday()) if period is Period.WEEK else today


def period_end(timezone: str, period: Period, at: datetime) -> datetime:
    """Return the instant (UTC) at which the period that `at` lies in is over."""
    start = period_start(timezone, period, at)
    after = start + {Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=31)}.get(
        period, timedelta(days=1))
    following = after.replace(day=1) if period is Period.MONTH else after
    return datetime.combine(following, time.min, zone(timezone)).astimezone(UTC)


def _posted(ledger: Ledger, at: datetime, due: Mapping[str, int], given: Sequence[Entry],
            limits: Iterable[PeriodLimit]) -> Ledger:
    """Put entries up to `at`, and what a plan gave, into balances and counters."""
    _check_time(ledger, at)
    ready = [entry for entry in ledger.entries if entry.at <= at]
    posted = [*ready, *given]
    _check_once(posted)
    return Ledger(
        at=at, currency=ledger.currency, timezone=ledger.timezone,
        reps=_sorted(_with_leads(ledger.by_rep(), due, posted)),
        periods=_periods(ledger, at, posted, limits), entries=ledger.entries[len(ready):])


def _sorted(balances: Mapping[str, RepBalance]) -> tuple[RepBalance, ...]:
    return tuple(balances[rep_id] for rep_id in sorted(balances))


def _with_leads(balances: Mapping[str, RepBalance], due: Mapping[str, int],
                posted: Sequence[Entry]) -> dict[str, RepBalance]:
    """Add what each rep got and take off what was due to it."""
    got: dict[Measure, Counter[str]] = {measure: Counter() for measure in Measure}
    last: dict[str, datetime] = {}
    for entry in posted:
        for measure, amounts in got.items():
            amounts[entry.rep_id] += entry.amount(measure)
        if entry.kind is not EntryKind.RETURNED:
            last[entry.rep_id] = max(entry.at, last.get(entry.rep_id, entry.at))
    total = {measure: sum(amounts.values()) for measure, amounts in got.items()}
    counts = any(due.values())
    changed = dict(balances)
    for rep_id in {*balances, *due, *got[Measure.LEADS]}:
        old = balances.get(rep_id, RepBalance(rep_id=rep_id))
        update: dict[str, object] = {
            measure.value: old.of(measure) + amounts[rep_id] * SHARE_SCALE
            - due.get(rep_id, 0) * total[measure] for measure, amounts in got.items() if counts}
        if rep_id in last:
            update["last_assigned_at"] = max(last[rep_id], old.last_assigned_at or last[rep_id])
        changed[rep_id] = old.model_copy(update=update)
    return changed


def _with_presence(entry: RepBalance, share: int, at: datetime) -> RepBalance:
    if share:
        return entry.model_copy(update={"last_present_at": at, "absent_since": None})
    if entry.last_present_at is not None and entry.absent_since is None:
        return entry.model_copy(update={"absent_since": at})
    return entry


def _periods(ledger: Ledger, at: datetime, posted: Sequence[Entry], limits: Iterable[PeriodLimit]
             ) -> tuple[PeriodUse, ...]:
    """Add what was used to the periods that still run and to those that begin."""
    starts = {period: period_start(ledger.timezone, period, at) for period in Period}
    by_name = {limit.name: limit for limit in limits}
    added = Counter[str]()
    for entry in posted:
        for limit in (by_name[name] for name in entry.limits if name in by_name):
            begun = period_start(ledger.timezone, limit.period, entry.counted_at)
            added[limit.name] += entry.amount(limit.measure) * (begun == starts[limit.period])
    now = {use.limit: use for use in ledger.periods if use.start == starts[use.period] and (
        use.limit not in by_name or _is_of(use, by_name[use.limit], use.start))}
    for name, amount in added.items():
        before = now[name].used if name in now else 0
        now[name] = PeriodUse(limit=name, period=by_name[name].period, used=max(0, before + amount),
                              measure=by_name[name].measure, start=starts[by_name[name].period])
    return tuple(now[name] for name in sorted(now))


def _is_of(use: PeriodUse, limit: PeriodLimit, start: date) -> bool:
    return (use.period, use.measure, use.start) == (limit.period, limit.measure, start)


def _check_once(posted: Sequence[Entry]) -> None:
    """Refuse a lead that is given twice without coming back between."""
    owner: dict[str, str] = {}
    for entry in posted:
        if entry.kind is EntryKind.RETURNED:
            owner.pop(entry.lead_id, None)
            continue
        if entry.lead_id in owner:
            raise ValueError(f"lead {entry.lead_id!r} was given to {owner[entry.lead_id]!r} and "
                             f"again to {entry.rep_id!r}; leave one of the two out, or say when "
                             "it came back")
        owner[entry.lead_id] = entry.rep_id


def _check_time(ledger: Ledger, at: datetime) -> None:
    if at < ledger.at:
        raise ValueError(f"the ledger was written at {ledger.at.isoformat()}, after this window's "
                         f"{at.isoformat()}; give the ledger from before the window")
