"""Streaming: whatever a file holds and however it is cut, what preparing at once gives."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.errors import InvalidInputError, UsageError
from solver.models import Policy
from solver.models.matching import Matching
from solver.prepare.streaming.files import STREAMED_FILES
from solver.prepared_files import render_prepared
from solver.reading.formats import quarantine_file, render_quarantine
from solver.reading.formats.decoding import decode_any
from solver.reading.formats.lines import RawRecord, cut_records, split_lines
from solver.reading.streaming import prepare_stream
from solver.reading.streaming.text import LineWindow, TextFile
from solver.reading.window import read_window
from tests.broken_exports import corpus

_AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
_REPS = "rep_id,capacity\nr1,9\n"
#: No two leads are one, nor may be, but by their id.
_BY_ID = Policy(matching=Matching(same=1.0, possible=1.0))
_TEXT = 'aL1,;\t"\n\r=.0\0\ufeff\u2028é '
_CORPUS = [broken for broken in corpus()
           if len(broken.data) < 20_000 and not broken.file.endswith((".xlsx", ".xls"))]
_PIECES = st.text(_TEXT, max_size=8).map(str.encode) | st.binary(max_size=4)
_CUTS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), _PIECES), max_size=3)


@dataclass(frozen=True)
class _Outcome:
    """What came of a file: the bytes of each file written, or the rules that refuse it."""

    files: dict[str, bytes]
    errors: tuple[str, ...] = ()


def _mutated(data: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, piece in cuts:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + length:]
    return data


def _streamed(leads: Path, policy: Policy, batch_rows: int) -> _Outcome:
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = prepare_stream(leads, folder, at=_AT, policy=policy, batch_rows=batch_rows)
        except InvalidInputError as error:
            return _Outcome({}, tuple(sorted({issue.rule for issue in error.issues
                                              if issue.severity == "error"})))
        found = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    balance = result.report.balance
    assert balance.rows_in == balance.rows_out + balance.merged + balance.quarantined
    assert set(found) == set(result.files)
    return _Outcome(found)


def _at_once(leads: Path, policy: Policy) -> _Outcome:
    """Prepare all leads at once, for reps who change nothing."""
    reps = leads.parent / "reps.csv"
    reps.write_text(_REPS, encoding="utf-8")
    reading = read_window(leads, reps, at=_AT, policy=policy)
    if reading.prepared is None:
        return _Outcome({}, tuple(sorted({issue.rule for issue in reading.errors})))
    files = render_prepared(reading.prepared, _AT)
    found = {name: files[name] for name in STREAMED_FILES}
    if reading.prepared.quarantine:
        found[quarantine_file()] = render_quarantine(reading.prepared.quarantine,
                                                     reading.header_cells)
    return _Outcome(found)


def _compare(data: bytes, name: str, policy: Policy, batch_rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        leads = Path(folder) / name
        leads.write_bytes(data)
        try:
            streamed = _streamed(leads, policy, batch_rows)
        except UsageError:  # JSON in one piece, a workbook
            assume(False)
        whole = _at_once(leads, policy)
    assert streamed.errors == whole.errors
    for file in sorted({*streamed.files, *whole.files}):
        assert streamed.files.get(file) == whole.files.get(file), file


@given(broken=st.sampled_from(_CORPUS), batch_rows=st.sampled_from([1, 2, 1000]))
@settings(max_examples=2 * len(_CORPUS))
def test_broken_exports_come_out_as_at_once(broken: object, batch_rows: int) -> None:
    """Every file of the corpus, row by row and all rows together: the same bytes in every file."""
    assert isinstance(broken, type(_CORPUS[0]))
    _compare(broken.data, broken.file, _BY_ID, batch_rows)


@given(broken=st.sampled_from(_CORPUS), cuts=_CUTS, batch_rows=st.integers(1, 4))
@settings(max_examples=150)
def test_damaged_files_come_out_as_at_once(broken: object, cuts: list[tuple[float, int, bytes]],
                                           batch_rows: int) -> None:
    """Files with stretches torn out or put in: no row is lost, the bytes are those of at once."""
    assert isinstance(broken, type(_CORPUS[0]))
    _compare(_mutated(broken.data, cuts), broken.file, _BY_ID, batch_rows)


_HEADER = ("lead_id", "created_at", "deal_value", "score", "first_name", "last_name", "email",
           "phone", "country", "city", "source", "owner_id", "employees", "odd one")
#: Names so far apart that nobody is anybody else.
_PEOPLE = (("Anna", "Quixley"), ("Bohumil", "Tvrz"), ("Chidi", "Okonkwo"), ("Dagny", "Fjeld"))


def _people() -> SearchStrategy[list[tuple[str, ...]]]:
    """Draw rows of few people: again by id, by e-mail, by phone and name, or under one mailbox."""
    def row(number: int, person: int, known: int, filled: list[str]) -> tuple[str, ...]:
        first, last = _PEOPLE[person]
        email = f"{first}.{last}@{last}.com" if known & 1 else ""
        phone = f"+1 415 555 26{person}0" if known & 2 else ""
        date, value, city, source, owner, employees, odd = filled
        return (f"L{number}", date, value, "50", first, last, email, phone, "USA", city, source,
                owner, employees, odd)

    filled = st.tuples(
        st.sampled_from(["2026-11-01T08:00:00Z", "13/11/2026", "02/11/2026", "n/a", ""]),
        st.sampled_from(["1000", "$2,500", "1.200", "3,5", "lots"]),
        st.sampled_from(["", "Leeds", "select"]), st.sampled_from(["Web", "web", "Fair", ""]),
        st.sampled_from(["", "r1", "Somebody"]), st.sampled_from(["", "11-50", "1.200"]),
        st.sampled_from(["", "x", '=cmd("a")'])).map(list)
    return st.lists(st.builds(row, st.integers(1, 9), st.integers(0, 3), st.integers(1, 3), filled),
                    min_size=1, max_size=14)


@given(rows=_people(), batch_rows=st.integers(1, 6), united=st.booleans())
@settings(max_examples=150)
def test_duplicates_come_out_as_at_once(rows: list[tuple[str, ...]], batch_rows: int,
                                        united: bool) -> None:
    """Rows of one id, e-mail, or phone and name become the same lead, merged or held as at once."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([_HEADER, *rows])
    policy = Policy(matching=Matching(merge_duplicates=united))
    _compare(text.getvalue().encode(), "leads.csv", policy, batch_rows)


@given(data=st.text(_TEXT + "Ж東").map(lambda text: text.encode("utf-8", "ignore"))
       | st.binary(max_size=60) | st.text("ab\né;", max_size=40).map(lambda t: t.encode("cp1252"))
       | st.text("ab\r\né東", max_size=40).map(lambda t: t.encode("utf-16")),
       chunk=st.integers(1, 9))
@settings(max_examples=400)
@example(data=b"a\r\0\nb", chunk=1)
@example(data="é\n".encode()[:1] + b"\n", chunk=1)
def test_text_is_the_same_however_it_is_cut(data: bytes, chunk: int) -> None:
    """Lines and warnings are those of the whole, wherever a part of the file ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        path.write_bytes(data)
        file = TextFile(path, chunk)
        lines = list(file.lines())
        text, issues = decode_any(data, path.name)
    assert lines == split_lines(text)
    assert file.issues == issues


@given(text=st.text('a,"\n', max_size=80), width=st.integers(1, 4))
@settings(max_examples=300)
def test_records_of_a_window_are_those_of_all_lines(text: str, width: int) -> None:
    """Records are cut alike from a list and from lines that are forgotten behind."""
    lines = split_lines(text)

    def cut(held: list[str] | LineWindow) -> list[RawRecord]:
        return list(cut_records(held, 0, 1, ",", width))

    window = LineWindow(iter(lines))
    window.forget()
    assert cut(window) == cut(lines)
