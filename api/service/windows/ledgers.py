"""The ledger as a window takes it up: balances, and what was given between windows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from solver.models import Policy
from solver.models.ledger import Entry, EntryKind, Ledger, PeriodUse, RepBalance
from solver.models.limit import Measure

_INSTANT = timedelta(microseconds=1)


def taken_up(ledger: Ledger | None, entries: Sequence[Entry], policy: Policy,
             waiting: Collection[str], at: datetime) -> tuple[Ledger | None, datetime]:
    """Return the ledger for a window, and the window's instant, after all that is in it.

    Parameters
    ----------
    ledger
        As the last window left it; None: none has yet.
    entries
        Given and given back since, in the order in which that happened.
    policy
        Of the window; a new currency begins new balances of worth, a new zone new periods. Where
        it keeps no ledger there is none.
    waiting
        Leads of the window: it may give them once more.
    at
        Instant of the window by the clock; after that of the ledger.
    """
    if not policy.keeps_ledger or (ledger is None and not entries):
        return None, at
    if ledger is None:
        first = min(entry.counted_at for entry in entries)
        ledger = Ledger(at=min(first, at) - _INSTANT, currency=policy.currency,
                        timezone=policy.fairness.timezone)
    ledger = _fitting(ledger, policy)
    found = _in_turn(_once_each([*ledger.entries, *entries], waiting), ledger.at, at)
    return (ledger.model_copy(update={"entries": tuple(found)}),
            max([at, *(entry.at for entry in found[-1:])]))


def _fitting(ledger: Ledger, policy: Policy) -> Ledger:
    if ledger.currency != policy.currency:
        ledger = ledger.model_copy(update={
            "currency": policy.currency, "reps": tuple(map(_without_worth, ledger.reps)),
            "periods": tuple(use for use in ledger.periods if not _is_worth(use))})
    return ledger.model_copy(update={"timezone": policy.fairness.timezone})


def _without_worth(balance: RepBalance) -> RepBalance:
    return balance.model_copy(update={"worth": 0})


def _is_worth(use: PeriodUse) -> bool:
    return use.measure is Measure.WORTH


def _once_each(entries: Iterable[Entry], waiting: Collection[str]) -> list[Entry]:
    """Give a lead that was given again without being credited back another name there.

    Both owners count, and a ledger takes no lead twice. A lead that waits may be given by this
    very window.
    """
    found: list[Entry] = []
    given: dict[str, int] = {}

    def rename(lead_id: str) -> None:
        at = given.pop(lead_id)
        entry = found[at]
        name = f"{lead_id}~{entry.at.isoformat()}~{at}"
        found[at] = entry.model_copy(update={"lead_id": name})

    for entry in entries:
        if entry.kind is EntryKind.RETURNED:
            given.pop(entry.lead_id, None)
        else:
            if entry.lead_id in given:
                rename(entry.lead_id)
            given[entry.lead_id] = len(found)
        found.append(entry)
    for lead_id in sorted(given.keys() & set(waiting)):
        rename(lead_id)
    return found


def _in_turn(entries: Iterable[Entry], after: datetime, until: datetime) -> list[Entry]:
    """Let each entry be a little later than the one before: clocks go back, and stand still."""
    found: list[Entry] = []
    for entry in entries:
        after = max(min(entry.at, until), after + _INSTANT)
        assigned_at = None if entry.assigned_at is None else min(entry.assigned_at, after)
        found.append(entry.model_copy(update={"at": after, "assigned_at": assigned_at}))
    return found
