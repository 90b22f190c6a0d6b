"""CSV files as they come: encodings, quotes, blank rows, damage."""

from __future__ import annotations

import pytest

from solver.models import IssueCode
from solver.reading.parsing.table import read_table
from tests.unit.input_files import LEAD_HEADER, LEADS, ONE_LEAD, found, lead_rows, read, the_issue


@pytest.mark.parametrize("data", [
    LEADS.encode(), b"\xef\xbb\xbf" + LEADS.encode(), LEADS.replace("\n", "\r\n").encode(),
    LEADS.rstrip("\n").encode(), LEADS.replace(",", " , ").encode(),
    (LEADS + "\n   \n,,,\n").encode(), LEADS.upper().replace("L1", "L1").encode(),
], ids=["plain", "BOM", "CRLF", "no last line end", "blanks", "blank rows", "capitals"])
def test_same_window_whatever_the_dress(data: bytes) -> None:
    """Byte order mark, line ends, blanks around cells and the header's case make no difference."""
    assert read(data).window == read().window


def test_rows_count_as_in_a_spreadsheet() -> None:
    """The header is row 1, a blank line is a row, a quoted line break starts none."""
    table = read_table(b'a,b\n1,"x\ny"\n\n2,z\n', "f.csv")
    assert (table.rows, table.columns) == ([2, 4], {"a": ["1", "2"], "b": ["x\ny", "z"]})


def test_ids_stay_as_they_are() -> None:
    """Ids are text: nothing is parsed, folded or taken for missing."""
    ids = ["007", "7", "1e3", "NULL", "nan", "true", "l1", "L1", "#1"]
    window = read(lead_rows(*(f"{name},2026-11-20T08:00:00Z,1,1" for name in ids))).window
    assert window is not None
    assert {lead.lead_id for lead in window.leads} == set(ids)


def test_doubled_quotes_and_commas_in_quotes() -> None:
    """Quoted cells hold commas and doubled quotes; a bare pair of quotes inside is harmless."""
    table = read_table(b'a,b\n"x, ""y""",say "hi"\n', "f.csv")
    assert table.columns == {"a": ['x, "y"'], "b": ['say "hi"']}
    assert not table.issues


@pytest.mark.parametrize(("text", "row", "rule"), [
    (lead_rows(ONE_LEAD, 'L2,"2026'), 3, "never closed"),
    (lead_rows(ONE_LEAD, '"L2" x,2,3,4'), 3, "after a closing quote"),
    (lead_rows('5" a,2026-11-20T08:00:00Z,1,1', '5" b,2026-11-20T08:00:00Z,1,1'), 2,
     "inside a cell without quotes"),
    (lead_rows(ONE_LEAD, "L2,2026-11-20T08:00:00Z,1"), 3, "3 cells and the header 4"),
    (lead_rows(ONE_LEAD, "", "L2,2026-11-20T08:00:00Z,1,2,3"), 4, "5 cells and the header 4"),
    (LEADS.replace("\n", "\r"), 1, "carriage return"),
    (LEADS.replace(",", ";"), 1, "separated by semicolons"),
    (LEADS.replace(",", "\t"), 1, "separated by tabs"),
    (f"\n{LEADS}", 1, "names of the columns"),
    (lead_rows(ONE_LEAD, "L\0,2026-11-20T08:00:00Z,1,2"), 3, "NUL"),
    (lead_rows(f"{ONE_LEAD},,x", header=f"{LEAD_HEADER},,"), 1, "6th column holds data"),
    (f"{'x' * 501},{LEADS}", 1, "longer than"),
])
def test_damage_is_named_by_row(text: str, row: int, rule: str) -> None:
    """Each kind of structural damage is one BAD_CSV with its row and what is wrong."""
    issue = the_issue(read(text), IssueCode.BAD_CSV)
    assert (issue.row, rule in issue.rule) == (row, True), issue


def test_other_rows_are_still_checked() -> None:
    """A row with too few cells does not hide the problems of the others."""
    reading = read(lead_rows("L1,2026-11-20T08:00:00Z,1", "L2,2026-11-20T08:00:00Z,-1,1"))
    assert found(reading) == [("leads.csv", "2", "", "BAD_CSV"),
                              ("leads.csv", "3", "deal_value", "OUT_OF_RANGE")]


def test_empty_trailing_column_is_ignored() -> None:
    """A column without a name and without data is what spreadsheets leave behind."""
    assert read(lead_rows(f"{ONE_LEAD},,", header=f"{LEAD_HEADER},,")).window == read().window


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \n"])
def test_empty_file(content: bytes) -> None:
    """A file without anything is an error of its own."""
    assert found(read(content)) == [("leads.csv", "", "", "EMPTY_FILE")]


def test_not_utf8_names_byte_and_row() -> None:
    """The first byte that is not UTF-8 is named with its offset and its row."""
    issue = the_issue(read(f'{LEAD_HEADER}\n"a\nb",1,2,3\nJos'.encode() + b"\xe9,1,2,3\n"),
                      IssueCode.NOT_UTF8)
    assert (issue.row, issue.offending) == (3, "0xE9")
    assert f"offset {len(LEAD_HEADER) + 16}" in issue.rule


def test_utf16_is_recognised() -> None:
    """A file from an older spreadsheet is told what it is."""
    assert "UTF-16" in the_issue(read(LEADS.encode("utf-16")), IssueCode.NOT_UTF8).rule


@pytest.mark.parametrize(("length", "column"), [(65_537, "company"), (200_000, "company")])
def test_long_cell_is_refused_and_cut(length: int, column: str | None) -> None:
    """A cell above 64 KiB is refused; the message shows only its beginning."""
    reading = read(lead_rows(f"{ONE_LEAD},{'x' * length}", header=f"{LEAD_HEADER},company"))
    issue = the_issue(reading, IssueCode.CELL_TOO_LONG)
    assert (issue.row, issue.column) == (2, column)
    assert len(issue.message) < 300


def test_cell_of_64_kib_is_taken() -> None:
    """The limit itself is within the limit."""
    assert read(lead_rows(f"{ONE_LEAD},{'x' * 65_536}", header=f"{LEAD_HEADER},company")).window


def test_repeated_header() -> None:
    """Two columns of one name, whatever the case, are an error that names both spellings."""
    reading = read(lead_rows(f"{ONE_LEAD},7", header=f"{LEAD_HEADER},SCORE"))
    issue = the_issue(reading, IssueCode.DUPLICATE_COLUMN)
    assert issue.offending is None
    assert (issue.column, "'score'" in issue.rule) == ("SCORE", True)


def test_messages_stay_on_one_line() -> None:
    """Control characters of the file never reach the terminal."""
    reading = read(lead_rows(f"{ONE_LEAD},x", header=f'{LEAD_HEADER},"compny\x1b\n"'))
    assert reading.issues
    assert all(str(issue).isprintable() for issue in reading.issues)
