"""What a policy needs to take leads in, made ready once and kept until reps or policy change."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import exists, select

from api.store.control import read_control
from api.store.database import Database, Reading
from api.store.reps import all_reps
from api.store.schema import account_keys, control, reps
from solver.matrix.territories import TerritoryFinder
from solver.models import Policy
from solver.prepare.arriving import Arrivals
from solver.reading.formats.owners import Owners


@dataclass(frozen=True, slots=True)
class Kit:
    """A policy with all that need not be made ready for each lead."""

    floor_revision: int
    policy_version: int
    policy: Policy
    arrivals: Arrivals
    owners: Owners
    territories: TerritoryFinder
    has_accounts: bool
    reps: tuple[tuple[str, int], ...]
    """Ids and revisions of the reps that it was made with."""


_REVISION = select(control.c.floor_revision)
_KITS: WeakKeyDictionary[Database, Kit] = WeakKeyDictionary()


def kit_of(database: Database, tx: Reading | None = None) -> Kit:
    """Return what holds now; one query where nothing changed since the last call.

    Parameters
    ----------
    database
        Where it is stored.
    tx
        A transaction on it; None: what held at the last call will do.
    """
    if tx is None:
        if (kit := _KITS.get(database)) is not None:
            return kit
        with database.read() as own:
            return kit_of(database, own)
    revision = tx.connection.execute(_REVISION).scalar() or 1
    kit = _KITS.get(database)
    if kit is None or kit.floor_revision != revision:
        kit = _KITS[database] = _made(tx, revision, kit)
    return kit


def _made(tx: Reading, revision: int, before: Kit | None) -> Kit:
    """Make a kit; what accounts alone have outdated is taken over."""
    held = read_control(tx)
    known = tuple((row.rep_id, row.revision) for row in tx.connection.execute(
        select(reps.c.rep_id, reps.c.revision).order_by(reps.c.rep_id)))
    has_accounts = bool(tx.connection.execute(select(exists().select_from(account_keys))).scalar())
    if before is not None and (before.policy is held.policy and before.reps == known):
        arrivals, owners = before.arrivals, before.owners
    else:
        everybody = [row.stored for row in all_reps(tx)]
        arrivals, owners = Arrivals(held.policy, everybody), Owners(everybody)
    return Kit(revision, held.policy_version, held.policy, arrivals, owners,
               TerritoryFinder(held.policy), has_accounts, known)
