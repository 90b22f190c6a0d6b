"""Leads in question against all reps: what refuses each pair, and what it would take up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import wait_minutes
from solver.matrix.refusals import Refusal
from solver.matrix.rows import Rows, ValueRows
from solver.models import RuleKind
from solver.relax.asked import Ints
from solver.sales_floor.building import limit_floors
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.ledger import settled
from solver.sales_floor.limits import WindowLimit, policy_limits
from solver.sales_floor.open_pairs import OpenPairs, slots_of_pairs

_Bools = NDArray[np.bool_]
#: Longest wait that a policy may name, minutes.
_MAX_WAIT = 5_256_000
_MINUTES_A_DAY = 1_440
#: Rep whom no longest wait reaches.
NEVER = -1
#: What a pair brings above nurturing: enough; something, were there no reserve; nothing.
ENOUGH, WITHOUT_RESERVE, NOTHING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Candidates:
    """H leads in question, R reps; arrays (H, R) unless they say otherwise."""

    lead: Ints
    """(H,) positions among the routed leads, ascending."""
    bits: NDArray[np.uint16]
    """Rules that refuse."""
    use: Ints
    """Slots."""
    worthwhile: NDArray[np.uint8]
    """``ENOUGH``, ``WITHOUT_RESERVE`` or ``NOTHING``, were the pair open."""
    net: Ints
    """Value less floors of slots and limits, minor units, were the pair open with the skills as
    they are."""
    below: _Bools
    """Deal value below the rep's band."""
    above: _Bools
    """Deal value above it."""
    rules: dict[str, _Bools]
    """Name of a rule to the pairs that it refuses."""
    wait: Ints
    """(R,) minutes until next at work, ``NEVER`` where no longest wait reaches that."""
    wait_days: Ints
    """(R,) started days by which the longest wait would have to grow; 0 where it is enough."""
    limits: tuple[WindowLimit, ...]
    """Hard limits with an end that matters; their pairs are positions in the flat (H, R)."""

    @property
    def num_reps(self) -> int:
        """R."""
        num_reps: int = self.bits.shape[1]
        return num_reps


def candidates_of(floor: SalesFloor, leads: Ints) -> Candidates:
    """Collect what refuses each pair of the leads in question.

    Parameters
    ----------
    floor
        The window in integers.
    leads
        (H,) positions among the routed leads, ascending.
    """
    rows = floor.rows
    num_reps = rows.num_reps
    pairs = _pairs(rows, leads)
    use = pairs.use.reshape(len(leads), num_reps)
    wait = _waits(rows)
    longest = rows.policy.response.longest_wait_minutes
    days = np.where(wait > longest, np.ceil((wait - longest) / _MINUTES_A_DAY), 0).astype(np.int64)
    bits, value = _values(rows, leads, wait)
    limits = policy_limits(rows, rows.filtered, pairs, settled(rows))
    given = floor.given.by_limit() if floor.given is not None else {}
    net = (value - use * floor.floors[None, :]
           - limit_floors(pairs, limits, given).reshape(use.shape))
    worthwhile = np.where(net > floor.reserve, ENOUGH, np.where(net > 0, WITHOUT_RESERVE, NOTHING))
    worthwhile[floor.must_lead[leads]] = ENOUGH
    deal = rows.leads.deal_value[leads, None]
    return Candidates(
        lead=leads, bits=bits, use=use, worthwhile=worthwhile.astype(np.uint8), net=net,
        below=deal < rows.reps.min_deal, above=deal > rows.reps.max_deal,
        rules=_rules(rows, leads), wait=wait, wait_days=days,
        limits=tuple(limit for limit in limits if limit.hard))  # soft ones only cost


def _pairs(rows: ValueRows, leads: Ints) -> OpenPairs:
    """Return every pair of the leads with a rep as if it were open, without values."""
    lead = np.repeat(leads, rows.num_reps).astype(np.int32)
    rep = np.tile(np.arange(rows.num_reps, dtype=np.int32), len(leads))
    counts = np.zeros(rows.num_leads, dtype=np.int64)
    counts[leads] = rows.num_reps
    use = slots_of_pairs(rows.leads.leads, rows.policy.use, rows.filtered, lead, rep)
    nothing = np.zeros(len(lead), dtype=np.int64)
    return OpenPairs(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), lead, rep, nothing,
                     use, nothing, nothing, len(lead))


def _waits(rows: ValueRows) -> Ints:
    at = rows.window.at
    found = [NEVER if instant is None else wait_minutes(at, instant)
             for instant in rows.reps.next_work]
    wait = np.array(found, dtype=np.int64)
    return np.where(wait > _MAX_WAIT, NEVER, wait)


def _values(rows: ValueRows, leads: Ints, wait: Ints) -> tuple[NDArray[np.uint16], Ints]:
    """Return bits, and values in minor units as if each pair were open."""
    half_life = rows.policy.response.half_life_minutes
    response = np.where(wait == NEVER, 0.0, 0.5 ** (np.maximum(wait, 0) / half_life))
    parts = [(np.empty((0, rows.num_reps), np.uint16), np.empty((0, rows.num_reps), np.int64))]
    for block in rows.blocks():
        first, last = np.searchsorted(leads, (block.start, block.stop))
        if first == last:
            continue
        found = rows.rows(block)
        at = leads[first:last]
        amount = (rows.leads.worth[at, None] * _match(rows, found, at - block.start)
                  * rows.reps.performance * response)
        parts.append((found.refused[at - block.start], np.rint(amount * 100).astype(np.int64)))
    bits, value = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    return bits, value


def _match(rows: ValueRows, found: Rows, at: Ints) -> NDArray[np.float64]:
    """Return the match with the fit that a territory more would give."""
    fits = rows.policy.territory_fit
    opened = fits.home if fits.home is not None else fits.overlay or 0.0
    missing = (found.refused[at] & np.uint16(Refusal.NO_TERRITORY)) != 0
    more = missing * (rows.policy.match.territory * opened)
    if found.preference is not None:
        more = more * found.preference[at]
    total: NDArray[np.float64] = found.match[at] + more
    return total


def _rules(rows: ValueRows, leads: Ints) -> dict[str, _Bools]:
    rules = {}
    for rule in rows.policy.rules:
        matching = rows.filtered.leads(rule.leads)
        if rule.kind is RuleKind.SHOULD or not matching[leads].any():
            continue
        lead = np.repeat(leads, rows.num_reps)
        rep = np.tile(np.arange(rows.num_reps), len(leads))
        to_these = rows.filtered.pairs(rule.reps).pairs(lead, rep).reshape(len(leads), -1)
        refused = ~to_these if rule.kind is RuleKind.MUST else to_these
        rules[rule.name] = refused & matching[leads][:, None]
    return rules
