"""Which changes of rules for all are offered: those that close nothing to any lead.

Most changes only open pairs. A rule or a layer that is dropped, or a longer wait, can also bring
the owner of an account back into play, who then shuts everybody else out. Each such change is
tried alone on the whole window: it is offered if it adds no refusal to any pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.precedence import LAYERS
from solver.matrix.refusals import Refusal
from solver.matrix.rows import ValueRows
from solver.models import Window
from solver.names import OVERLAY, name_key
from solver.relax.asked import Ints
from solver.relax.candidates import NEVER, Candidates
from solver.relax.edits import (
    longer_wait,
    without_account,
    without_layer,
    without_rule,
    works_without_hours,
)

_Bits = NDArray[np.uint16]
LAYER_BITS = tuple((name, int(bit)) for name, bit in LAYERS)
_NO_LEADS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be changed for all, and for which leads a rule or layer can be waived alone."""

    wait_days: int
    """Days by which the longest wait may grow."""
    hours: bool
    rules: frozenset[str]
    rule_leads: dict[str, frozenset[int]]
    """Rule to the leads for which it may be waived, by position."""
    layers: frozenset[str]
    layer_leads: frozenset[int]
    """Leads that may leave the rep whom their account names."""
    home: tuple[frozenset[str], ...]
    """(R,) keys of the territories of each rep."""
    named: bool
    """Whether any territory but ``*`` is named, so that one more closes nothing."""
    levels: Callable[[str], Ints]
    """Skill to (R,) levels in 1/10,000."""


def offered_of(rows: ValueRows, candidates: Candidates) -> Offered:
    """Try each change of a rule for all that a pair in question asks for.

    Parameters
    ----------
    rows
        The window.
    candidates
        The pairs in question.
    """
    trial = _Trial(rows)
    reps, window = rows.window.reps, rows.window
    home = tuple(frozenset(map(name_key, rep.territories)) for rep in reps)
    territories = {name_key(rule.name) for rule in rows.policy.territories}
    layers = [name for name, bit in LAYER_BITS if (candidates.bits & np.uint16(bit)).any()]
    return Offered(
        wait_days=_wait_days(trial, candidates),
        hours=_asks(candidates, Refusal.UNKNOWN_HOURS) and trial.closes_nothing(
            works_without_hours(window)),
        rules=frozenset(name for name, refused in candidates.rules.items() if refused.any()
                        and trial.closes_nothing(without_rule(window, name))),
        rule_leads={name: trial.unclosed(
            without_rule(window, name, _ids(rows, candidates.lead)), candidates.lead)
            if refused.any() else _NO_LEADS for name, refused in candidates.rules.items()},
        layers=frozenset(name for name in layers
                         if trial.closes_nothing(without_layer(window, name))),
        layer_leads=trial.unclosed(
            without_account(window, _ids(rows, candidates.lead)), candidates.lead,
            decided=True) if layers else _NO_LEADS,
        home=home, named=bool(territories.union(*home) - {OVERLAY}), levels=_levels(rows))


def _ids(rows: ValueRows, leads: Ints) -> list[str]:
    return [rows.leads.leads[at].lead_id for at in leads.tolist()]


def _asks(candidates: Candidates, bit: Refusal) -> bool:
    return bool((candidates.bits & np.uint16(bit)).any())


def _wait_days(trial: _Trial, candidates: Candidates) -> int:
    """Return the most days by which the longest wait can grow without closing anything."""
    if not _asks(candidates, Refusal.AWAY):
        return 0
    late = candidates.wait[(candidates.wait != NEVER) & (candidates.wait_days > 0)]
    days = candidates.wait_days[(candidates.wait != NEVER) & (candidates.wait_days > 0)]
    for most in sorted(set(days.tolist()), reverse=True):
        if trial.closes_nothing(longer_wait(trial.rows.window, int(late[days <= most].max()))):
            return int(most)
    return 0


def _levels(rows: ValueRows) -> Callable[[str], Ints]:
    """Return a lookup of levels by skill key, each read once."""
    known: dict[str, Ints] = {}
    named = [{name_key(name): round(level * 10_000) for name, level in rep.skills.items()}
             for rep in rows.window.reps]

    def levels(skill: str) -> Ints:
        if skill not in known:
            known[skill] = np.array([one.get(skill, 0) for one in named], dtype=np.int64)
        return known[skill]
    return levels


class _Trial:
    """A window's refusals, to set those of an edited window beside."""

    def __init__(self, rows: ValueRows) -> None:
        self.rows = rows
        self._bits = _bits(rows)

    def closes_nothing(self, window: Window) -> bool:
        """Say whether no pair has a refusal that it did not have."""
        added = self._added(window)
        return added is not None and not added.any()

    def unclosed(self, window: Window, leads: Ints, *, decided: bool = False) -> frozenset[int]:
        """Return the leads none of whose pairs has a new refusal.

        ``decided`` leaves the rep out whom the account named: the lead is about to leave that rep.
        """
        added = self._added(window)
        if added is None:
            return _NO_LEADS
        if decided:
            layer = np.uint16(sum(bit for _, bit in LAYER_BITS))
            named = (self._bits & layer) == 0
            decided_leads = ~named.all(axis=1)
            added = added & ~(named & decided_leads[:, None])
        fine = ~added[leads].any(axis=1)
        return frozenset(leads[fine].tolist())

    def _added(self, window: Window) -> NDArray[np.bool_] | None:
        rows = ValueRows(window)
        if rows.num_leads != self.rows.num_leads:
            return None
        added: NDArray[np.bool_] = ((_bits(rows) & ~self._bits) != 0) & self.rows.reps.active
        return added


def _bits(rows: ValueRows) -> _Bits:
    empty = np.empty((0, rows.num_reps), dtype=np.uint16)
    return np.concatenate([empty, *(rows.refused(block) for block in rows.blocks())])
