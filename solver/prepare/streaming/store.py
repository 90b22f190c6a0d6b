"""Leads of a stream on disk: a SQLite file of one run, of which a fixed part is in memory.

Keys of duplicates stand there as numbers of 64 bits. Two texts with one number only cost a look:
what is the same is decided on the leads themselves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from solver.models import Change, Lead, Merge
from solver.prepare.match.facts import Identity
from solver.prepare.match.results import PossibleMatch

#: Nothing of it outlives the run, so that nothing need survive a crash.
_SETTINGS = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA temp_store = FILE",
             "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA cache_size = -32768")
_TABLES = (
    "CREATE TABLE ids (hash INTEGER PRIMARY KEY, times INTEGER)",
    "CREATE TABLE parked (id TEXT, lead TEXT)",
    "CREATE TABLE parked_changes (id TEXT, field TEXT, before TEXT, after TEXT, rule TEXT)",
    "CREATE TABLE firsts (id TEXT PRIMARY KEY, lead TEXT)",
    "CREATE TABLE leads (number INTEGER PRIMARY KEY, id TEXT, lead TEXT, unknown TEXT,"
    " changes TEXT, merged INTEGER, sources INTEGER, gone INTEGER)",
    "CREATE TABLE emails (hash INTEGER, number INTEGER)",
    "CREATE TABLE phones (hash INTEGER, number INTEGER, phone INTEGER)",
    "CREATE TABLE crowds (phone INTEGER PRIMARY KEY)",
    "CREATE TABLE shared (hash INTEGER, number INTEGER)",
    "CREATE TABLE merges (id TEXT, into_id TEXT, merge TEXT)",
    "CREATE TABLE grouped (number INTEGER PRIMARY KEY)",
    "CREATE TABLE possible (id TEXT, match TEXT)",
)
_SELECT = "SELECT lead, unknown, changes, merged, gone FROM leads"
_STAGE = "INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?, ?, 0)"


@dataclass(frozen=True, slots=True)
class StagedLead:
    """A normalised lead."""

    lead: Lead
    unknown: dict[str, str]
    """Values that nobody knows, by field."""
    changes: str
    """Lines of changes.csv."""
    merged: int
    """Rows that became one with it."""
    identity: Identity | None = None
    """What it has in common with its doubles."""
    gone: bool = False
    """Whether it became one with another."""


@dataclass(frozen=True, slots=True)
class ParkedLead:
    """The rows of one lead_id."""

    rows: list[Lead]
    """As they were read."""
    changes: list[Change]
    """What reading changed."""


class Store:
    """The leads of one run.

    Parameters
    ----------
    file
        Where it lies; made new.
    """

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        for statement in (*_SETTINGS, "BEGIN", *_TABLES):
            self._db.execute(statement)
        self._any_repeated: bool | None = None
        self._num_staged = 0

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def expect(self, ids: Iterable[str]) -> None:
        """Note the ids of rows to come, so that those on several rows are known in time."""
        self._db.executemany("INSERT INTO ids VALUES (?, 1) "
                             "ON CONFLICT (hash) DO UPDATE SET times = times + 1",
                             ((_hash(text),) for text in ids))

    def is_repeated(self, lead_id: str) -> bool:
        """Tell whether an id may stand on several rows."""
        if self._any_repeated is None:
            found = self._db.execute("SELECT EXISTS (SELECT 1 FROM ids WHERE times > 1)").fetchone()
            self._any_repeated = bool(found[0])
        if not self._any_repeated:
            return False
        times = self._db.execute("SELECT times FROM ids WHERE hash = ?", (_hash(lead_id),))
        found = times.fetchone()
        return found is not None and found[0] > 1

    def first(self, lead: Lead) -> Lead:
        """Return the lead of the first row of an id: this one, or an earlier one."""
        if not self.is_repeated(lead.lead_id):
            return lead
        found = self._db.execute("SELECT lead FROM firsts WHERE id = ?", (lead.lead_id,)).fetchone()
        if found is not None:
            return _lead(found[0])
        self._db.execute("INSERT INTO firsts VALUES (?, ?)", (lead.lead_id, _json(lead)))
        return lead

    def park(self, leads: Iterable[Lead], changes: Iterable[Change]) -> None:
        """Keep rows until all of their id have come."""
        self._db.executemany("INSERT INTO parked VALUES (?, ?)",
                             ((lead.lead_id, _json(lead)) for lead in leads))
        self._db.executemany("INSERT INTO parked_changes VALUES (?, ?, ?, ?, ?)", changes)

    def parked(self) -> Iterator[ParkedLead]:
        """Yield the rows that were kept, those of one id together, by id."""
        self._db.execute("CREATE INDEX parked_ids ON parked (id)")
        self._db.execute("CREATE INDEX parked_change_ids ON parked_changes (id)")
        rows = self._db.execute("SELECT id, lead FROM parked ORDER BY id, rowid")
        for lead_id, group in groupby(rows, itemgetter(0)):
            changes = self._db.execute(
                "SELECT id, field, before, after, rule FROM parked_changes WHERE id = ?",
                (lead_id,))
            yield ParkedLead([_lead(text) for _, text in group],
                             [Change(*change) for change in changes])

    def stage(self, leads: Sequence[StagedLead]) -> None:
        """Take in normalised leads whose ids differ from all others."""
        numbered = list(enumerate(leads, self._num_staged + 1))
        self._num_staged += len(numbered)
        self._db.executemany(_STAGE, (
            (number, one.lead.lead_id, _json(one.lead), _unknown_json(one.unknown), one.changes,
             one.merged, bool(one.lead.sources)) for number, one in numbered))
        known = [(number, one.identity) for number, one in numbered if one.identity]
        self._db.executemany("INSERT INTO emails VALUES (?, ?)", (
            (_hash(who.email), number) for number, who in known if who.email))
        self._db.executemany("INSERT INTO phones VALUES (?, ?, ?)", (
            (_hash(f"{who.phone} {who.person}") if who.person else None, number, _hash(who.phone))
            for number, who in known if who.phone))

    def share_keys(self, crowd: int) -> None:
        """Keep only keys that two leads or more have, and no phone of more than a crowd."""
        self._db.execute("INSERT INTO crowds SELECT phone FROM phones GROUP BY phone "
                         "HAVING COUNT(*) > ?", (crowd,))
        self._db.execute("INSERT INTO shared SELECT hash, number FROM emails WHERE hash IN ("
                         "SELECT hash FROM emails GROUP BY hash HAVING COUNT(*) > 1)")
        self._db.execute("INSERT INTO shared SELECT hash, number FROM phones WHERE hash IN ("
                         "SELECT hash FROM phones WHERE phone NOT IN crowds "
                         "GROUP BY hash HAVING COUNT(*) > 1)")
        for statement in ("DROP TABLE emails", "DROP TABLE phones"):
            self._db.execute(statement)
        self._db.execute("CREATE INDEX shared_hashes ON shared (hash, number)")
        self._db.execute("CREATE INDEX shared_numbers ON shared (number, hash)")

    def sharing(self) -> Iterator[int]:
        """Yield the leads that share a key with another and are in no group yet, in order."""
        grouped = "SELECT EXISTS (SELECT 1 FROM grouped WHERE number = ?)"
        for found in self._db.execute("SELECT DISTINCT number FROM shared ORDER BY number"):
            if not self._db.execute(grouped, found).fetchone()[0]:
                yield found[0]

    def group(self, numbers: Iterable[int]) -> None:
        """Note that leads are in a group."""
        self._db.executemany("INSERT INTO grouped VALUES (?)", ((number,) for number in numbers))

    def keys(self, number: int) -> list[int]:
        """Return the keys that a lead shares with others."""
        return [key for (key,) in self._db.execute(
            "SELECT DISTINCT hash FROM shared WHERE number = ? ORDER BY hash", (number,))]

    def having(self, key: int, most: int) -> list[int]:
        """Return leads that have a key and are in no group yet, the first ones in order."""
        return [number for (number,) in self._db.execute(
            "SELECT DISTINCT number FROM shared WHERE hash = ? AND number NOT IN grouped "
            "ORDER BY number LIMIT ?", (key, most))]

    def crowded(self, phones: Iterable[str]) -> frozenset[str]:
        """Return those of the phones that a crowd has."""
        found = "SELECT EXISTS (SELECT 1 FROM crowds WHERE phone = ?)"
        return frozenset(phone for phone in set(phones)
                         if self._db.execute(found, (_hash(phone),)).fetchone()[0])

    def leads(self, numbers: Iterable[int]) -> dict[int, StagedLead]:
        """Return leads by their number."""
        return {number: _staged(self._db.execute(f"{_SELECT} WHERE number = ?",
                                                 (number,)).fetchone()) for number in numbers}

    def merge(self, number: int, staged: StagedLead, gone: Sequence[int]) -> None:
        """Replace a lead by what it is with others, which go."""
        self._db.execute(
            "UPDATE leads SET lead = ?, unknown = ?, changes = ?, merged = ?, sources = ? "
            "WHERE number = ?",
            (_json(staged.lead), _unknown_json(staged.unknown), staged.changes, staged.merged,
             bool(staged.lead.sources), number))
        self._db.executemany("UPDATE leads SET gone = 1 WHERE number = ?",
                             ((other,) for other in gone))

    def note_merges(self, merges: Iterable[Merge]) -> None:
        """Keep what became of leads that are one with another."""
        self._db.executemany("INSERT INTO merges VALUES (?, ?, ?)", (
            (merge.lead_id, merge.into_lead_id, merge.model_dump_json()) for merge in merges))

    def note_possible(self, possible: Iterable[PossibleMatch]) -> None:
        """Keep who may be one with another."""
        self._db.executemany("INSERT INTO possible VALUES (?, ?)", (
            (match.lead_id, match.model_dump_json()) for match in possible))

    def merges(self) -> Iterator[Merge]:
        """Yield what became of leads that are one with another, by both ids."""
        for (text,) in self._db.execute(
                "SELECT merge FROM merges ORDER BY id, into_id, rowid"):
            yield Merge.model_validate_json(text)

    def possible(self) -> Iterator[PossibleMatch]:
        """Yield who may be one with another, by id, the likeliest first."""
        for (text,) in self._db.execute("SELECT match FROM possible ORDER BY id, rowid"):
            yield PossibleMatch.model_validate_json(text)

    def some_have_sources(self) -> bool:
        """Tell whether a lead that stays names several sources."""
        found = self._db.execute("SELECT EXISTS (SELECT 1 FROM leads WHERE sources AND NOT gone)")
        return bool(found.fetchone()[0])

    def staged(self) -> Iterator[StagedLead]:
        """Yield all leads by id, those that went among them."""
        self._db.execute("CREATE INDEX lead_ids ON leads (id)")
        yield from map(_staged, self._db.execute(f"{_SELECT} ORDER BY id"))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _staged(found: tuple[str, str, str, int, int]) -> StagedLead:
    lead, unknown, changes, merged, gone = found
    return StagedLead(_lead(lead), json.loads(unknown) if unknown else {}, changes, merged,
                      gone=bool(gone))


def _unknown_json(unknown: Mapping[str, str]) -> str:
    return json.dumps(unknown) if unknown else ""


def _json(lead: Lead) -> str:
    return lead.model_dump_json(exclude_defaults=True)


def _lead(text: str) -> Lead:
    return Lead.model_validate_json(text)
