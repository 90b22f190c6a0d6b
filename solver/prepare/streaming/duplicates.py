"""Exact duplicates of a stream: leads that share an e-mail, or a phone number and a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from solver.models import Change, Policy
from solver.prepare.match import Part
from solver.prepare.match.crowds import CROWD
from solver.prepare.match.facts import identity_of
from solver.prepare.preparing import merge_state
from solver.prepare.state import State
from solver.prepare.streaming.files import with_changes
from solver.prepare.streaming.store import StagedLead, Store

#: Leads that one look takes in.
_LOOK = 4_000
#: Leads of a group at most; they are in memory together.
LARGEST_GROUP = 20_000


@dataclass(slots=True)
class Merged:
    """What became of the duplicates of a stream, in numbers."""

    num_changes: int = 0
    """Fields of leads that stay which changed."""
    num_crowded: int = 0
    """Keys, or groups joined by keys, of too many leads to compare them all."""


def merge_duplicates(store: Store, policy: Policy) -> Merged:
    """Make leads one that share a key and are the same person by the policy's rules.

    Who shares a key and is not surely the same waits for a person to decide, as elsewhere. Groups
    are looked at many at a time; leads of two groups are never compared.

    Parameters
    ----------
    store
        All leads are staged, with what they have in common.
    policy
        Thresholds, and who stays.
    """
    store.share_keys(CROWD)
    merged, numbers = Merged(), dict[int, int]()
    for place, group in enumerate(_groups(store)):
        merged.num_crowded += len(group) == LARGEST_GROUP
        numbers |= dict.fromkeys(group, place)
        if len(numbers) >= _LOOK:
            _look(store, numbers, policy, merged)
            numbers = {}
    _look(store, numbers, policy, merged)
    return merged


def _groups(store: Store) -> Iterator[list[int]]:
    """Yield the leads that are joined by keys, each lead once; of too many the first."""
    for first in store.sharing():
        group, looked_at = [first], set[int]()
        store.group(group)
        for number in group:  # grows
            for key in store.keys(number):
                if key not in looked_at and len(group) < LARGEST_GROUP:
                    looked_at.add(key)
                    joining = store.having(key, LARGEST_GROUP - len(group))
                    store.group(joining)
                    group += joining
        yield group


def _look(store: Store, numbers: dict[int, int], policy: Policy, merged: Merged) -> None:
    """Decide on the leads of some groups, given by number with the group of each."""
    staged = store.leads(numbers)
    number_of = {one.lead.lead_id: number for number, one in staged.items()}
    state = State(tuple(one.lead for one in staged.values()), [],
                  unknown={one.lead.lead_id: one.unknown for one in staged.values() if one.unknown})
    phones = (identity_of(one.lead).phone for one in staged.values())
    found = merge_state(state, policy, Part(
        {one.lead.lead_id: numbers[number] for number, one in staged.items()},
        store.crowded(filter(None, phones))))
    gone: dict[str, list[int]] = defaultdict(list)
    for merge in found.merges:
        gone[merge.into_lead_id].append(number_of[merge.lead_id])
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in state.changes:
        changes[change.record_id].append(change)
    for lead in state.leads:
        if lead.lead_id in gone:
            number, others = number_of[lead.lead_id], gone[lead.lead_id]
            before = staged[number]
            store.merge(number, StagedLead(
                lead, state.unknown.get(lead.lead_id, {}),
                with_changes(before.changes, changes[lead.lead_id]),
                before.merged + len(others)), others)
    store.note_merges(found.merges)
    store.note_possible(found.possible)
    merged.num_changes += len(state.changes)
    merged.num_crowded += found.skipped_blocks
