"""Exact duplicates of a stream: leads that share an e-mail, or a phone number and a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from solver.models import Change, Policy
from solver.prepare.preparing import merge_state
from solver.prepare.state import State
from solver.prepare.streaming.files import with_changes
from solver.prepare.streaming.store import StagedLead, Store

#: A key that more leads share says too little, as in `solver.prepare.match.blocking`.
_MOST_SHARING = 200
#: Leads that one look takes in, and at most of one group.
_LOOK, _LARGEST = 4_000, 2_000


def merge_duplicates(store: Store, policy: Policy) -> int:
    """Make leads one that share a key and are the same person by the policy's rules.

    Who shares a key and is not surely the same waits for a person to decide, as elsewhere. Groups
    are looked at many at a time; leads of two groups are never compared.

    Parameters
    ----------
    store
        All leads are staged, with their keys.
    policy
        Thresholds, and who stays.

    Returns
    -------
    int
        How many fields of leads that stay changed.
    """
    store.share_keys(_MOST_SHARING)
    numbers: dict[int, int] = {}
    num_changes = 0
    for place, group in enumerate(_groups(store)):
        numbers |= dict.fromkeys(group, place)
        if len(numbers) >= _LOOK:
            num_changes += _look(store, numbers, policy)
            numbers = {}
    return num_changes + _look(store, numbers, policy)


def _groups(store: Store) -> Iterator[list[int]]:
    """Yield the leads that are joined by keys, each lead once; of too many the first."""
    for first in store.sharing():
        group: dict[int, None] = {first: None}
        place = 0
        while place < len(group) < _LARGEST:
            group |= dict.fromkeys(store.neighbours(list(group)[place]))
            place += 1
        store.group(group)
        yield list(group)


def _look(store: Store, numbers: dict[int, int], policy: Policy) -> int:
    """Decide on the leads of some groups, given by number with the group of each.

    Returns how many fields changed.
    """
    staged = store.leads(numbers)
    number_of = {one.lead.lead_id: number for number, one in staged.items()}
    state = State(tuple(one.lead for one in staged.values()), [],
                  unknown={one.lead.lead_id: one.unknown for one in staged.values() if one.unknown})
    found = merge_state(state, policy, {one.lead.lead_id: numbers[number]
                                        for number, one in staged.items()})
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
    return len(state.changes)
