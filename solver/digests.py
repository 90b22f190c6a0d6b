"""Hashes of the inputs, over normalised records, so that a plan says what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from solver.models import Digest, Policy
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
