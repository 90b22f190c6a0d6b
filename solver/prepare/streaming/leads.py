"""The way of leads through a stream: batch by batch to disk, then by id to the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from solver.models import Change, Lead, Policy
from solver.prepare.check.quality import Checker
from solver.prepare.check.records import Balance
from solver.prepare.check.report import QualityReport
from solver.prepare.file_rows import ALWAYS
from solver.prepare.holds import duplicate_holds, first_of_each, gap_holds
from solver.prepare.match.facts import identity_of
from solver.prepare.match.results import PossibleMatch
from solver.prepare.normalise.country_doubts import CountryDoubt
from solver.prepare.normalise.records import LeadNormaliser, normalise_policy
from solver.prepare.preparing import chronicle, same_id, unreadable
from solver.prepare.reporting import Tally
from solver.prepare.state import State
from solver.prepare.streaming.duplicates import merge_duplicates
from solver.prepare.streaming.files import Files, change_lines
from solver.prepare.streaming.store import ParkedLead, StagedLead, Store
from solver.writing.records import default_cells

_DEFAULTS = default_cells(Lead)
#: Rows of ids that stand several times, normalised at once.
_GROUPS = 2_000


class LeadStream:
    """Prepares leads that come in batches, in fixed memory.

    Tell first the ids of all rows (:meth:`expect`), then give the rows (:meth:`add`), then
    :meth:`finish`. The files are those of preparing all leads at once, without accounts, scores
    and enrichment; of duplicates only those that share an id, an e-mail, or a phone number and a
    name are found.

    Parameters
    ----------
    scratch
        A file on disk for what must wait, made new.
    policy
        By which leads are normalised, matched and checked.
    at
        Instant of the decision.
    """

    def __init__(self, scratch: Path, policy: Policy, at: datetime) -> None:
        self._policy, changes = normalise_policy(policy)
        self._policy_changes = sorted(changes, key=attrgetter("record_id", "field"))
        self._at = at
        self._store = Store(scratch)
        self._normaliser = LeadNormaliser(self._policy)
        self._used: set[str] = set()
        self._attributes: set[str] = set()
        self._num_rows = 0
        self._doubts: dict[str, CountryDoubt] = {}
        self.num_changes = len(changes)
        """Fields that were changed so far."""
        self.num_crowded = 0
        """Keys shared by too many leads to compare them all."""

    def close(self) -> None:
        """Let go of the scratch file."""
        self._store.close()

    def expect(self, ids: Iterable[str]) -> None:
        """Note the ids of rows to come."""
        self._store.expect(ids)

    def first(self, lead: Lead) -> Lead:
        """Return what the first row of an id says: this one, or one that came before."""
        return self._store.first(lead)

    def add(self, leads: Sequence[Lead], changes: Sequence[Change]) -> None:
        """Normalise leads; those whose id stands on several rows wait for the others.

        Parameters
        ----------
        leads
            As they were read.
        changes
            What reading changed in them.
        """
        self._num_rows += len(leads)
        self.num_changes += len(changes)
        waiting = {lead.lead_id for lead in leads if self._store.is_repeated(lead.lead_id)}
        self._store.park((lead for lead in leads if lead.lead_id in waiting),
                         (one for one in changes if one.record_id in waiting))
        self._stage([lead for lead in leads if lead.lead_id not in waiting],
                    [one for one in changes if one.record_id not in waiting], {})

    def take_doubts(self) -> dict[str, CountryDoubt]:
        """Return lead_id to a contradicted country, of leads normalised since the last call."""
        found, self._doubts = self._doubts, {}
        return found

    def finish(self, folder: Path, num_aside: int) -> QualityReport:
        """Merge what is one, write all files and return the report, which is one of them.

        Parameters
        ----------
        folder
            Where the files go; it exists.
        num_aside
            Rows that were set aside.
        """
        self._stage_parked()
        merged = merge_duplicates(self._store, self._policy)
        self.num_changes += merged.num_changes
        self.num_crowded = merged.num_crowded
        if self._store.some_have_sources():
            self._used.add("sources")
        columns = [name for name in _DEFAULTS if name in ALWAYS or name in self._used]
        if not self._num_rows:
            columns = list(ALWAYS)
        with Files(folder, columns, sorted(self._attributes)) as files:
            report = self._write(files, num_aside)
        (folder / "report.json").write_bytes(report.model_dump_json(indent=2).encode() + b"\n")
        return report

    def _stage_parked(self) -> None:
        """Make rows of one id one lead, and normalise it."""
        group: list[ParkedLead] = []
        for parked in self._store.parked():
            group.append(parked)
            if len(group) >= _GROUPS:
                self._stage_merged(group)
                group = []
        self._stage_merged(group)

    def _stage_merged(self, group: Sequence[ParkedLead]) -> None:
        leads, merges = same_id([lead for parked in group for lead in parked.rows])
        self._store.note_merges(merges)
        self._stage(leads, [one for parked in group for one in parked.changes],
                    {parked.rows[0].lead_id: len(parked.rows) - 1 for parked in group})

    def _stage(self, leads: Sequence[Lead], changes: Sequence[Change], merged: dict[str, int]
               ) -> None:
        state = State(tuple(leads), sorted(changes, key=chronicle),
                      unreadable=unreadable(changes))
        state.normalise(self._normaliser)
        self.num_changes += len(state.changes) - len(changes)
        self._doubts |= state.doubts
        done: dict[str, list[Change]] = defaultdict(list)
        for one in state.changes:
            done[one.record_id].append(one)
        self._store.stage([self._staged(lead, state, done, merged) for lead in state.leads])

    def _staged(self, lead: Lead, state: State, done: dict[str, list[Change]],
                merged: dict[str, int]) -> StagedLead:
        values = vars(lead)
        self._used.update([name for name, default in _DEFAULTS.items()
                           if values[name] != default and name != "sources"])
        self._attributes.update(lead.attributes)
        changes = sorted(done.get(lead.lead_id, ()), key=attrgetter("field"))
        return StagedLead(lead, state.unknown.get(lead.lead_id, {}), change_lines(changes),
                          merged.get(lead.lead_id, 0), identity_of(lead))

    def _write(self, files: Files, num_aside: int) -> QualityReport:
        tally, checker = Tally(self._policy, self._at), Checker(self._policy.checking, self._at)
        possible = groupby(files.add_possible(self._store.possible()), attrgetter("lead_id"))
        num_out = num_uncertain = 0
        waiting = next(possible, None)
        policy_changes = iter(self._policy_changes)
        ahead = next(policy_changes, None)
        for staged in self._store.staged():
            lead_id = staged.lead.lead_id
            while ahead is not None and ahead.record_id <= lead_id:
                files.add_changes(change_lines([ahead]))
                ahead = next(policy_changes, None)
            files.add_changes(staged.changes)
            if staged.gone:
                continue
            doubles: list[PossibleMatch] = []
            if waiting is not None and waiting[0] == lead_id:
                doubles, waiting = list(waiting[1]), next(possible, None)
            num_out, num_uncertain = num_out + 1, num_uncertain + bool(doubles)
            files.add_lead(staged.lead)
            unknown = _still_unknown(staged)
            tally.add(staged.lead, unknown, merged=staged.merged)
            for hold in first_of_each([*duplicate_holds(doubles), *gap_holds(
                    [staged.lead], {lead_id: unknown}, checker)]):
                files.add_hold(hold)
        files.add_changes(change_lines(filter(None, (ahead, *policy_changes))))
        files.add_merges(self._store.merges())
        return tally.report(
            Balance(rows_in=self._num_rows + num_aside, rows_out=num_out,
                    merged=self._num_rows - num_out, quarantined=num_aside), num_uncertain)


def _still_unknown(staged: StagedLead) -> dict[str, str]:
    if not staged.unknown:
        return staged.unknown
    lead_id = staged.lead.lead_id
    state = State((staged.lead,), [], unknown={lead_id: staged.unknown})
    state.forget_known()
    return state.unknown.get(lead_id, {})
