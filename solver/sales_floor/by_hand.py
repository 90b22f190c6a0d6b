"""Which limits of longer periods leads count for that were given, or came back, by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from solver.fairness.posting import with_limits
from solver.filters import (
    About,
    Filter,
    FilterError,
    LeadTable,
    RepTable,
    lead_mask,
    pair_mask,
    parse_filter,
    rep_mask,
)
from solver.matrix.lead_tables import lead_table
from solver.matrix.limit_parts import limit_parts
from solver.models import Lead, Ledger, Limit, Period, Window
from solver.models.ledger import Entry
from solver.sales_floor.open_pairs import Ints

_ALL = "true"
_HOUR = 3600.0


def ledger_with_limits(window: Window) -> Ledger | None:
    """Return the window's ledger, whose entries name the limits that filters find for them.

    A filter of leads can be asked of leads that the window holds, with or without an owner; of
    others an entry counts for the limits that look at no lead, and for those that it names itself.
    """
    ledger = window.ledger
    if ledger is None or not ledger.entries:
        return ledger
    counter, found = _Counter(window, ledger.entries), dict[Entry, list[str]]()
    for limit in window.policy.limits:
        if limit.period is not Period.WINDOW:
            for name, entries in counter.counted(limit):
                for entry in entries:
                    found.setdefault(entry, []).append(name)
    return with_limits(ledger, lambda entry: found.get(entry, ()))


class _Counter:
    """Tells which entries of reps of the window count for a limit; its tables are made once."""

    def __init__(self, window: Window, entries: Sequence[Entry]) -> None:
        rep_at = {rep.rep_id: at for at, rep in enumerate(window.reps)}
        self._window, self._reps = window, RepTable(window.reps)
        self._known = _known(window)
        lead_at = {lead.lead_id: at for at, lead in enumerate(self._known)}
        self._entries = [entry for entry in entries if entry.rep_id in rep_at]
        self._rep = np.array([rep_at[one.rep_id] for one in self._entries], dtype=np.int64)
        self._lead = np.array([lead_at.get(one.lead_id, -1) for one in self._entries],
                              dtype=np.int64)

    @cached_property
    def _leads(self) -> LeadTable:
        return lead_table(self._known, [_age(one, self._window) for one in self._known],
                          self._window)

    def counted(self, limit: Limit) -> Iterator[tuple[str, list[Entry]]]:
        """Yield each part of a limit with the entries that count for it."""
        looks = limit.leads is not None or not _is_of_reps_alone(limit)
        asked = np.flatnonzero(self._lead >= 0) if looks else np.arange(len(self._entries))
        if looks:
            matching = lead_mask(parse_filter(limit.leads or _ALL), self._leads)
            asked = asked[matching[self._lead[asked]]]
        rep = self._rep[asked]
        if limit.each is not None:
            ours = rep_mask(_reps_alone(limit), self._reps)
            for name, reps in limit_parts(limit, self._window.reps, ours):
                yield name, self._at(asked[reps[rep]])
        elif looks:
            pairs = pair_mask(parse_filter(limit.reps or _ALL, About.REP), self._leads, self._reps)
            yield limit.name, self._at(asked[pairs.pairs(self._lead[asked], rep)])
        else:
            yield limit.name, self._at(asked[rep_mask(_reps_alone(limit), self._reps)[rep]])

    def _at(self, places: Ints) -> list[Entry]:
        return [self._entries[place] for place in places.tolist()]


def _known(window: Window) -> list[Lead]:
    """Return the leads that filters can be asked of."""
    return [lead for lead in window.leads
            if None not in (lead.created_at, lead.deal_value, lead.score)]


def _age(lead: Lead, window: Window) -> float:
    assert lead.created_at is not None
    return max(0.0, (window.at - lead.created_at).total_seconds() / _HOUR)


def _is_of_reps_alone(limit: Limit) -> bool:
    try:
        _reps_alone(limit)
    except FilterError:
        return False
    return True


def _reps_alone(limit: Limit) -> Filter:
    return parse_filter(limit.reps or _ALL, About.REP, with_leads=False)
