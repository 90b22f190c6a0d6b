"""The ledger file: what is written reads back, and every bad row is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.models import Lead, Policy, Rep, Window
from solver.models.issue import Issue, IssueCode
from solver.models.ledger import (
    SHARE_SCALE,
    Entry,
    EntryKind,
    Ledger,
    PeriodUse,
    RepBalance,
    entry_order,
)
from solver.models.limit import Measure, Period
from solver.reading.ledger_checks import ledger_issues
from solver.reading.ledger_file import read_ledger
from solver.writing.ledger import render_ledger

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_IDS = st.text(st.sampled_from("aZ9,\"'=-é #"), min_size=1, max_size=4).filter(
    lambda text: text == text.strip())
_INSTANTS = st.datetimes(datetime(2020, 1, 1), _AT.replace(tzinfo=None),
                         timezones=st.just(UTC))
_BALANCES = st.integers(-10**15, 10**15)


def _read(tmp_path: Path, data: bytes) -> tuple[Ledger | None, list[Issue]]:
    path = tmp_path / "ledger.csv"
    path.write_bytes(data)
    return read_ledger(path, currency="USD", timezone="Europe/Paris")


@st.composite
def _ledgers(draw: st.DrawFn) -> Ledger:
    ids = sorted(draw(st.sets(_IDS, max_size=4)))
    balances = {measure.value: draw(st.lists(_BALANCES, min_size=len(ids), max_size=len(ids)))
                for measure in Measure}
    reps = []
    for at, rep_id in enumerate(ids):
        parts = {name: -sum(found[:-1]) if at + 1 == len(ids) else found[at]
                 for name, found in balances.items()}
        reps.append(RepBalance(rep_id=rep_id, **parts,
                               last_assigned_at=draw(st.none() | _INSTANTS),
                               last_present_at=draw(st.none() | _INSTANTS),
                               absent_since=draw(st.none() | _INSTANTS)))
    uses = [PeriodUse(limit=name, period=Period.WEEK, measure=draw(st.sampled_from(Measure)),
                      start=date(2026, 11, 16), used=draw(st.integers(0, 10**9)))
            for name in sorted(draw(st.sets(_IDS, max_size=2)))]
    entries = {entry_order(one): one for one in draw(st.lists(st.builds(
        Entry, kind=st.sampled_from(EntryKind), lead_id=_IDS, rep_id=_IDS,
        at=_INSTANTS.map(lambda at: at + (_AT - datetime(2019, 1, 1, tzinfo=UTC))),
        slots=st.integers(0, 9), worth=st.integers(0, 10**12),
        limits=st.sets(_IDS, max_size=2).map(lambda names: tuple(sorted(names)))), max_size=3))}
    return Ledger(at=_AT, currency="EUR", timezone="Europe/Paris", reps=tuple(reps),
                  periods=tuple(uses), entries=tuple(entries[key] for key in sorted(entries)))


@given(ledger=_ledgers())
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger
                                    ) -> None:
    """To the last billionth, whatever stands in ids."""
    data = render_ledger(ledger)
    assert _read(tmp_path_factory.mktemp("ledger"), data) == (ledger, [])
    assert render_ledger(Ledger.model_validate(ledger.model_dump())) == data


def test_the_file_is_a_table_for_people() -> None:
    """Balances in units, one row for each thing."""
    ledger = Ledger(
        at=_AT, currency="USD", reps=(
            RepBalance(rep_id="a", leads=SHARE_SCALE // 2, slots=-1, last_assigned_at=_AT),
            RepBalance(rep_id="b", leads=-SHARE_SCALE // 2, slots=1, absent_since=_AT)),
        periods=(PeriodUse(limit="west", period=Period.DAY, measure=Measure.LEADS,
                           start=date(2026, 11, 18), used=7),),
        entries=(Entry(kind=EntryKind.RETURNED, at=_AT + _HOUR, lead_id="L", rep_id="a",
                       limits=("east", "west"), assigned_at=_AT),))
    assert render_ledger(ledger).decode().splitlines()[1:] == [
        "ledger,2026-11-18T15:00:00Z,,,,,,,,,,,,,,USD,UTC,1.0",
        "balance,2026-11-18T15:00:00Z,a,,0.5,-0.000000001,0,,,,,,,,,,,",
        "balance,,b,,-0.5,0.000000001,0,,,,2026-11-18T15:00:00Z,,,,,,,",
        "used,,,,,,,west,,,,day,leads,2026-11-18,7,,,",
        "returned,2026-11-18T16:00:00Z,a,L,,1,0,east;west,2026-11-18T15:00:00Z,,,,,,,,,"]


def test_a_list_of_leads_given_so_far_is_a_new_ledger(tmp_path: Path) -> None:
    """In any order, with only the columns that it needs."""
    ledger, issues = _read(tmp_path, b"lead_id,Kind,at,rep_id,note\n"
                                     b"M,manual,2026-11-18T16:00:00Z,b,by phone\n"
                                     b"L,assigned,2026-11-18T15:00:00Z,a,\n")
    assert not issues
    assert ledger is not None
    assert (ledger.at, ledger.currency, ledger.timezone) == (_AT, "USD", "Europe/Paris")
    assert [entry.lead_id for entry in ledger.entries] == ["L", "M"]


_HEAD = ("kind,at,rep_id,lead_id,leads,slots,worth,limits,period,measure,start,used,currency,"
         "timezone,schema_version\n"
         "ledger,2026-11-18T15:00:00Z,,,,,,,,,,,USD,UTC,1.0\n")


@pytest.mark.parametrize(("row", "code", "column", "words"), [
    ("manuel,2026-11-18T16:00:00Z,a,L,,,,,,,,,,,", "BAD_LEDGER", "kind", "must be one of"),
    (",2026-11-18T16:00:00Z,a,L,,,,,,,,,,,", "BLANK_CELL", "kind", "must be one of"),
    ("manual,2026-11-18T16:00:00Z,,L,,,,,,,,,,,", "BLANK_CELL", "rep_id", "blank"),
    ("manual,2026-11-18T16:00:00,a,L,,,,,,,,,,,", "NAIVE_TIME", "at", "no offset"),
    ("manual,yesterday,a,L,,,,,,,,,,,", "BAD_INSTANT", "at", "RFC 3339"),
    ("manual,2026-11-18T14:00:00Z,a,L,,,,,,,,,,,", "BAD_LEDGER", "at", "counts already"),
    ("manual,2026-11-18T16:00:00Z,a,L,,-1,,,,,,,,,", "OUT_OF_RANGE", "slots", "0 or more"),
    ("manual,2026-11-18T16:00:00Z,a,L,,1.5,,,,,,,,,", "NOT_AN_INTEGER", "slots", "whole"),
    ("manual,2026-11-18T16:00:00Z,a,L,,,,,,,,3,,,", "BAD_LEDGER", "used", "has no used"),
    ("balance,,a,,much,0,0,,,,,,,,", "NOT_A_NUMBER", "leads", "decimal number"),
    ("balance,,a,,1,0,0,,,,,,,,", "BAD_LEDGER", None, "leads must sum to 0, not to 1"),
    ("used,,,,,,,west,week,leads,2026-11-18,1,,,", "BAD_LEDGER", "kind", "does not begin a week"),
    ("used,,,,,,,west,year,leads,2026-11-18,1,,,", "OUT_OF_RANGE", "period", "'day'"),
    ("used,,,,,,,west,day,leads,18.11.2026,1,,,", "BAD_INSTANT", "start", "must be a date"),
    ("ledger,2026-11-18T15:00:00Z,,,,,,,,,,,dollars,UTC,1.0", "OUT_OF_RANGE", "currency",
     "three capital letters"),
    ("ledger,2026-11-18T15:00:00Z,,,,,,,,,,,USD,London,1.0", "OUT_OF_RANGE", "timezone", "IANA"),
    ("ledger,2026-11-18T15:00:00Z,,,,,,,,,,,USD,UTC,2.0", "OUT_OF_RANGE", "schema_version", "1.0"),
    ("ledger,2026-11-18T15:00:00Z,,,,,,,,,,,USD,UTC,1.0", "BAD_LEDGER", "kind", "has one row"),
    ("balance,2026-11-18T17:00:00Z,a,,0,0,0,,,,,,,,", "BAD_LEDGER", None, "must not be after"),
])
def test_a_bad_row_is_named(tmp_path: Path, row: str, code: str, column: str | None, words: str
                            ) -> None:
    """With its column and what must hold."""
    ledger, issues = _read(tmp_path, (_HEAD + row + "\n").encode())
    assert ledger is None
    assert [(issue.code, issue.column, issue.row) for issue in issues] == [
        (code, column, 3 if column else None)]
    assert words in issues[0].rule


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    """Also rows that say what another one says."""
    rows = [*["balance,,a,,0,0,0,,,,,,,,"] * 2,
            *["used,,,,,,,west,day,leads,2026-11-18,1,,,"] * 2,
            *["manual,2026-11-18T16:00:00Z,a,L,,,,,,,,,,,"] * 2, "manual,,,,,,,,,,,,,,"]
    _, issues = _read(tmp_path, (_HEAD + "\n".join(rows) + "\n").encode())
    assert [(issue.row, issue.column) for issue in issues] == [
        (4, "rep_id"), (6, "limits"), (8, "lead_id"), (9, "at"), (9, "rep_id"), (9, "lead_id")]


@pytest.mark.parametrize(("data", "words"), [
    (b"kind,at,rep\n", "Maybe it is 'rep'"),
    (b"", "exported"),
    (b"kind,at,rep_id,lead_id\n", "last plan wrote"),
    (b"kind,at,rep_id,lead_id,leads,slots,worth\nbalance,,a,,0,0,0\n", "last plan wrote"),
])
def test_what_is_no_ledger_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    """Missing columns, no content, balances of nobody knows when."""
    ledger, issues = _read(tmp_path, data)
    assert ledger is None
    assert words in issues[0].remedy


def _found(ledger: dict[str, object], lead: dict[str, object] | None = None) -> list[IssueCode]:
    full = Ledger.model_validate({"at": _AT, "currency": "USD", **ledger})
    window = Window(at=_AT + 2 * _HOUR, policy=Policy(), reps=(Rep(rep_id="a", capacity=1),),
                    leads=(Lead.model_validate({"lead_id": "L", **(lead or {})}),))
    return [issue.code for issue in ledger_issues(full, "ledger.csv", window, timezone="UTC",
                                                  limits=["west"])]


def _manual(lead_id: str = "M", hours: int = 1, **fields: object) -> dict[str, object]:
    return {"kind": "manual", "lead_id": lead_id, "rep_id": "a", "at": _AT + hours * _HOUR,
            **fields}


def test_a_ledger_is_held_against_the_window() -> None:
    """Instant, currency, zone, and leads that have an owner by hand and wait for one."""
    assert not _found({"entries": [_manual(limits=["west"])]})
    assert _found({"at": _AT + 3 * _HOUR}) == [IssueCode.BAD_LEDGER]
    assert _found({"currency": "EUR"}) == [IssueCode.BAD_LEDGER]
    assert _found({"timezone": "Europe/Paris"}) == [IssueCode.BAD_LEDGER]
    assert _found({"entries": [_manual("L")]}) == [IssueCode.BAD_LEDGER]
    assert not _found({"entries": [_manual("L")]}, {"owner_id": "a"})
    assert not _found({"entries": [_manual("L", hours=3)]})
    returned = {**_manual("L", hours=2), "kind": "returned"}
    assert not _found({"entries": [_manual("L"), returned]})
    assert _found({"entries": [_manual(), _manual(hours=2)]}) == [IssueCode.BAD_LEDGER]
    assert _found({"entries": [_manual(rep_id="z")]}) == [IssueCode.UNKNOWN_REP]
    assert not _found({"entries": [_manual(rep_id="z")], "reps": [{"rep_id": "z"}]})
    assert _found({"entries": [_manual(limits=["wset"])]}) == [IssueCode.UNKNOWN_LIMIT]
