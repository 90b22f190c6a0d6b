"""Marks on single leads: what they take, which must be placed, which never move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from solver.generate.draws import some
from solver.generate.features import Feature, feature_stream
from solver.generate.floor_policy import LEGAL, LOCKED, VIP
from solver.generate.serving import num_serving
from solver.matrix.rows import ValueRows
from solver.models import Lead, Window

#: Part of the leads that take two slots, and three; the larger the deal, the likelier.
_TWO, _THREE = 0.28, 0.12
_LEGAL_SHARE, _VIP_SHARE, _LOCKED_SHARE = 0.003, 0.01, 0.05
#: A lead is marked as one that must be placed only where so many reps could take it.
_LEAST_SERVING = 3


def with_effort(window: Window, seed: int) -> Window:
    """Let two leads in five take two or three slots, most of those with large deals."""
    rng, num_leads = feature_stream(seed, Feature.USE), len(window.leads)
    size = np.log([lead.deal_value or 1.0 for lead in window.leads]) + rng.normal(0, 1, num_leads)
    order = np.argsort(-size, kind="stable")
    effort = np.ones(num_leads, dtype=np.int64)
    effort[order[:round((_TWO + _THREE) * num_leads)]] = 2
    effort[order[:round(_THREE * num_leads)]] = 3
    return window.model_copy(update={"leads": tuple(
        lead.model_copy(update={"effort": slots}) if slots > 1 else lead
        for lead, slots in zip(window.leads, effort.tolist(), strict=True))})


def with_legal_holds(window: Window, seed: int) -> Window:
    """Mark a few leads that nobody may own."""
    held = some(feature_stream(seed, Feature.RULES), len(window.leads), _LEGAL_SHARE).tolist()
    return _marked(window, LEGAL, {lead.lead_id for lead, is_held
                                   in zip(window.leads, held, strict=True) if is_held})


def with_locks(window: Window, seed: int) -> Window:
    """Lock a few leads to their owners of the plan before, who may have them still.

    A lead of a group is not locked, and no rep has more than one locked lead that fits its slots,
    so that all locks can be kept.
    """
    rng, rows = feature_stream(seed, Feature.STABILITY), ValueRows(window)
    owner = {one.lead_id: rows.reps.index[one.rep_id] for one in window.previous}
    bound: set[int] = set()
    locked: set[str] = set()
    most = round(_LOCKED_SHARE * len(owner))
    alone = _alone(rows.leads.leads, window)
    for at in rng.permutation(len(alone)).tolist():
        lead = rows.leads.leads[at]
        rep = owner.get(lead.lead_id)
        if len(locked) < most and alone[at] and rep is not None and rep not in bound:
            refused = rows.refused(slice(at, at + 1))[0, rep]
            if refused == 0 and rows.reps.free_slots[rep] >= 2 * _most_slots(lead):
                bound.add(rep)
                locked.add(lead.lead_id)
    return _marked(window, LOCKED, locked)


def with_vips(window: Window, seed: int) -> Window:
    """Mark a few leads that must be placed: those that several reps with free slots could take."""
    rng, rows = feature_stream(seed, Feature.MUST_PLACE), ValueRows(window)
    most = min(round(_VIP_SHARE * rows.num_leads), int(rows.reps.free_slots.sum()) // 20)
    servable, alone = num_serving(rows) >= _LEAST_SERVING, _alone(rows.leads.leads, window)
    able = [at for at in rng.permutation(rows.num_leads).tolist()
            if servable[at] and alone[at] and LOCKED not in rows.leads.leads[at].attributes]
    return _marked(window, VIP, {rows.leads.leads[at].lead_id for at in able[:most]})


def _most_slots(lead: Lead) -> int:
    return max(3, lead.effort or 1)


def _alone(leads: Sequence[Lead], window: Window) -> list[bool]:
    """Say of each lead whether no other is of its account, or of one under the same holding."""
    holding = {account.account_id: account.parent_id or account.account_id
               for account in window.accounts}
    groups = [holding.get(lead.account_id or "") for lead in leads]
    counts = Counter(groups)
    return [group is None or counts[group] == 1 for group in groups]


def _marked(window: Window, column: str, lead_ids: Collection[str]) -> Window:
    return window.model_copy(update={"leads": tuple(
        lead.model_copy(update={"attributes": lead.attributes | {column: "yes"}})
        if lead.lead_id in lead_ids else lead for lead in window.leads)})
