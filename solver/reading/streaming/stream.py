"""Preparing a leads file that is larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from solver.errors import InvalidInputError, UsageError
from solver.models import Issue, IssueCode, Lead, Policy, Severity
from solver.prepare.check.report import QualityReport
from solver.prepare.streaming.files import STREAMED_FILES
from solver.prepare.streaming.leads import LeadStream
from solver.reading.cautions import header_cautions
from solver.reading.collect import Order, policy_of, records_of
from solver.reading.columns import LEADS, AnyRecord
from solver.reading.formats import known_columns, quarantine_file
from solver.reading.formats.result import TolerantTable
from solver.reading.mapping.cell_reader import cell_reader
from solver.reading.mapping.lenient import Lenient
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.presets import read_preset
from solver.reading.mapping.rules import ColumnRules, FieldRule, combine
from solver.reading.parsing.cells import CellError
from solver.reading.parsing.source import read_files
from solver.reading.prepared import crowded_keys, doubt_issues
from solver.reading.records import Records
from solver.reading.streaming.columns import ColumnSigns
from solver.reading.streaming.gathering import IssueList, QuarantineFile
from solver.reading.streaming.rows import open_rows
from solver.reading.streaming.tables import Tables
from solver.reading.window import FilePath, in_utc, named_zone


@dataclass(frozen=True, slots=True)
class StreamResult:
    """What became of a file."""

    report: QualityReport
    files: tuple[str, ...]
    """Names of the files that were written."""
    num_changes: int
    """Fields that were changed."""
    issues: tuple[Issue, ...]
    """What the user should know, in the order of the file; of many alike the first twenty."""
    more: Mapping[tuple[str | None, str], int] = field(default_factory=dict)
    """Column and code of further issues, and how many there are."""


def prepare_stream(  # noqa: PLR0913 - one argument for each input of a run
    path: FilePath,
    out_dir: FilePath,
    *,
    at: datetime,
    policy: FilePath | Policy | None = None,
    preset: str | None = None,
    columns: FilePath | None = None,
    timezone: str | None = None,
    batch_rows: int = 5_000,
) -> StreamResult:
    """Read, normalise and check leads batch by batch, and write what came of it.

    The files are those of preparing all leads at once, byte by byte, but that accounts, scores
    and enrichment are no part of it, and that of duplicates only those are found that share an
    id, an e-mail, or a phone number and a name.

    Parameters
    ----------
    path
        Leads: delimited text in any condition, JSON lines, or Parquet.
    out_dir
        A folder that exists; files of the same names are replaced.
    at
        Instant of the decision, with an offset or a zone.
    policy, preset, columns, timezone
        As for :func:`solver.load`.
    batch_rows
        Rows that are in memory at once; the files are the same for any number.

    Returns
    -------
    StreamResult
        The report, and what the user should know.

    Raises
    ------
    InvalidInputError
        The policy or the mapping has errors, a needed column is missing, or nothing can be read.
    UsageError
        A file cannot be opened or read in parts, `at` has no offset, or there is no such preset
        or zone.

    Notes
    -----
    The file is read twice: first for the order of its dates, its decimal signs, and the ids that
    stand on several rows. What must wait for other rows waits in a scratch file beside the output.
    """
    settings = _settings(Path(path), at, policy, preset, columns, timezone)
    if batch_rows < 1:
        raise UsageError(f"batch_rows {batch_rows} must be 1 or more")
    try:
        with TemporaryDirectory(prefix=".stream.", dir=out_dir) as scratch:
            leads = LeadStream(Path(scratch) / "leads.sqlite", settings.policy, settings.order.at)
            try:
                return _Run(settings, leads, Path(out_dir), batch_rows).run()
            finally:
                leads.close()
    except OSError as error:
        if error.filename is None or Path(error.filename) != Path(path):
            raise
        raise UsageError(f"the leads file {str(path)!r} cannot be read: "
                         f"{error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class _Settings:
    path: Path
    order: Order
    """Without the content of the leads file."""
    mapping: MappingFile
    policy: Policy


def _settings(path: Path, at: datetime, policy: FilePath | Policy | None, preset: str | None,
              columns: FilePath | None, timezone: str | None) -> _Settings:
    """Read what is beside the leads file.

    Raises
    ------
    InvalidInputError
        The policy or the mapping has problems.
    """
    given = {use: name for use, name in (("policy", policy), ("columns", columns))
             if name is not None and not isinstance(name, Policy)}
    order = Order(
        read_files(given), {use: Path(name).name for use, name in given.items()}, in_utc(at),
        read_preset(preset) if preset is not None else ColumnRules(), named_zone(timezone),
        policy if isinstance(policy, Policy) else Policy())
    found, issues = policy_of(order)
    mapping = MappingFile()
    if "columns" in order.data:
        mapping = read_mapping(order.data["columns"], order.names["columns"], order.timezone)
    if found is None or mapping.issues:
        raise InvalidInputError([*issues, *mapping.issues])
    return _Settings(path, order, mapping, found)


class _Run:
    """One file on its way."""

    def __init__(self, settings: _Settings, leads: LeadStream, folder: Path, batch_rows: int
                 ) -> None:
        self._settings, self._leads, self._folder = settings, leads, folder
        rules = combine(settings.order.preset, settings.mapping.mapping)
        self._id_rule = rules.leads.get(LEADS.id_column, FieldRule())
        self._tables = Tables(open_rows(settings.path, known_columns("leads", rules)), batch_rows)
        self._issues = IssueList()

    def run(self) -> StreamResult:
        """Look through the file, then prepare it."""
        lenient = self._look_through()
        _refuse_errors(self._tables.issues())
        head = self._records(self._tables.empty(), lenient)
        with QuarantineFile(self._folder / quarantine_file(), self._tables.header) as aside:
            for number, table in enumerate(self._tables.read()):
                records = self._records(table, replace(lenient, mended=[]))
                if number == 0:
                    self._issues.add(header_cautions(records, LEADS))
                self._add(records, aside)
        self._issues.add(self._tables.issues())
        self._issues.add(aside.issues())
        report = self._leads.finish(self._folder, aside.num_rows)
        self._issues.add(doubt_issues(head, self._leads.take_doubts()))
        self._issues.add(
            Issue(code=IssueCode.UNKNOWN_RUSH, severity=Severity.WARNING, rule=rush.rule,
                  file=self._settings.path.name, column=head.fields.shown(rush.field),
                  offending=rush.value, remedy=rush.remedy) for rush in report.rushes)
        if self._leads.num_crowded:
            self._issues.add([crowded_keys(self._settings.path.name, self._leads.num_crowded)])
        files = (*STREAMED_FILES, *((quarantine_file(),) if aside.num_rows else ()))
        return StreamResult(report, files, self._leads.num_changes, tuple(self._issues.kept),
                            self._issues.more)

    def _look_through(self) -> Lenient:
        """Note ids and what whole columns show; refuse a file without a needed column."""
        signs, id_header = ColumnSigns({}), None
        for number, table in enumerate(self._tables.look_through()):
            if number == 0:
                head = self._records(replace(table, columns={name: [] for name in table.columns},
                                             rows=[]))
                _refuse_errors(head.issues)
                headers = head.fields.sources.headers
                id_header = headers.get(LEADS.id_column)
                signs = ColumnSigns({header: LEADS.columns[name]
                                     for name, header in headers.items()})
            signs.look_at(table)
            if id_header is not None:
                self._leads.expect(self._ids(table.columns[id_header]))
        return signs.lenient(self._settings.policy, self._settings.order.timezone)

    def _ids(self, cells: Iterable[str]) -> Iterator[str]:
        """Yield the ids of cells; of those that are no id, or may be another, something."""
        if not self._id_rule.values:
            yield from filter(None, cells)
            return
        read = cell_reader(LEADS.columns[LEADS.id_column], self._id_rule, None)
        for cell in cells:
            try:
                yield str(read(cell))
            except CellError:
                continue

    def _records(self, table: TolerantTable, lenient: Lenient | None = None) -> Records:
        settings = self._settings
        return records_of(settings.order, "leads", table, settings.mapping, settings.policy,
                          lenient, self._first)

    def _first(self, _: str, record: AnyRecord) -> AnyRecord:
        return self._leads.first(record) if isinstance(record, Lead) else record

    def _add(self, records: Records, aside: QuarantineFile) -> None:
        self._issues.add(records.issues)
        aside.add(records)
        self._leads.add([lead for _, lead in records.items if isinstance(lead, Lead)],
                        records.changes)
        self._issues.add(doubt_issues(records, self._leads.take_doubts()))


def _refuse_errors(issues: Iterable[Issue]) -> None:
    found = list(issues)
    if any(issue.severity is Severity.ERROR for issue in found):
        raise InvalidInputError(found)
