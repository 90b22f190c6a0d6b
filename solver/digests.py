"""Hashes of the inputs, over normalised records, so that a plan says what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from solver.models import Digest, Inputs, Ledger, Policy, Window
from solver.models.base import Record


def digest(records: Sequence[Record]) -> Digest:
    """Hash records in the order given (a window holds them sorted by id), one JSON line each."""
    sha = sha256()
    for record in records:
        sha.update(record.model_dump_json().encode())
        sha.update(b"\n")
    return Digest(count=len(records), sha256=sha.hexdigest())


def policy_sha256(policy: Policy) -> str:
    """Hash of a policy with all its defaults filled in."""
    return sha256(policy.model_dump_json().encode()).hexdigest()


def ledger_sha256(ledger: Ledger) -> str:
    """Hash of a ledger."""
    return sha256(ledger.model_dump_json().encode()).hexdigest()


def inputs_of(window: Window, *, leads: int, eligible: int, usable: int) -> Inputs:
    """Say what a plan is made from: hashes of all inputs, and how many pairs there were."""
    return Inputs(
        leads=digest(window.leads), reps=digest(window.reps),
        accounts=digest(window.accounts) if window.accounts else None,
        previous=digest(window.previous) if window.previous else None,
        ledger_sha256=None if window.ledger is None else ledger_sha256(window.ledger),
        policy_sha256=policy_sha256(window.policy),
        window_leads=leads, eligible_pairs=eligible, usable_pairs=usable,
        lead_attributes=tuple(sorted({name for lead in window.leads
                                      for name in lead.attributes})))
