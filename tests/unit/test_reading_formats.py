"""Files of any format and in any state: what is read, what is set aside, what is said."""

from __future__ import annotations

import io
import json
from datetime import UTC
from decimal import Decimal

import polars as pl
import pytest

from solver.models import IssueCode, Severity
from solver.reading.formats import (
    TolerantTable,
    known_columns,
    read_any,
    read_tolerantly,
    render_quarantine,
)
from solver.reading.mapping.presets import read_preset
from solver.reading.parsing.table import read_table
from tests.broken_exports import DAY, HEADER, KNOWN, MOMENT, ROWS, Broken, corpus, text_of, workbook


def said(table: TolerantTable) -> str:
    """Return all that was reported."""
    return "\n".join(map(str, table.issues))


# --- the corpus ---------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", corpus(), ids=lambda broken: broken.name)
def test_broken_export(broken: Broken) -> None:
    """Each damage gives the rows that are sound, and sets the others aside with their reason."""
    table = read_any(broken.data, broken.file, KNOWN)
    assert tuple(table.columns["lead_id"]) == broken.lead_ids
    assert tuple(row.code for row in table.quarantine) == broken.codes
    assert table.num_rows == broken.num_rows == len(table.rows) + len(table.quarantine)
    assert all(issue.severity is Severity.WARNING for issue in table.issues)


def test_every_row_set_aside_is_reported_with_its_row() -> None:
    """One warning for each kind of damage names the first row and how many there are."""
    text = text_of() + "a,b\nc\n" + ",".join((*ROWS[0], "x")) + "\n"
    table = read_tolerantly(text.encode(), "leads.csv", KNOWN)
    assert [(row.row, row.code, row.cells) for row in table.quarantine] == [
        (5, "TOO_FEW_CELLS", ("a", "b")), (6, "TOO_FEW_CELLS", ("c",)),
        (7, "TOO_MANY_CELLS", (*ROWS[0], "x"))]
    assert [(issue.row, issue.code) for issue in table.issues] == [
        (5, IssueCode.BAD_CSV), (7, IssueCode.BAD_CSV)]
    assert "2 rows set aside as TOO_FEW_CELLS" in table.issues[0].rule


def test_a_sound_file_is_read_as_strictly() -> None:
    """Without damage there is no warning, and the table is that of the strict reader."""
    data = text_of().encode().replace(b"Acme", b'"Ac, ""me""\nx"')
    strict, tolerant = read_table(data, "leads.csv"), read_tolerantly(data, "leads.csv", KNOWN)
    assert (tolerant.columns, tolerant.rows) == (strict.columns, strict.rows)
    assert not tolerant.issues
    assert not tolerant.damaged


def test_damaged_says_that_data_is_missing() -> None:
    """Titles above the header are no data; a row that is set aside is."""
    title = read_tolerantly(b"Report\n" + text_of().encode(), "f.csv", KNOWN)
    short = read_tolerantly(text_of().encode() + b"x\n", "f.csv", KNOWN)
    assert (title.damaged, short.damaged) == (False, True)


# --- what is reported ---------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "code", "words"), [
    (text_of().encode("cp1252"), "NOT_UTF8", "read as cp1252"),
    (text_of().encode("utf-16"), "NOT_UTF8", "read as UTF-16-LE"),
    (text_of(mark=";").encode(), "BAD_CSV", "separated by semicolons"),
    (text_of().replace("L1", "L\0001").encode(), "BAD_CSV", "1 NUL character"),
    (text_of().replace("city", "Company").encode(), "DUPLICATE_COLUMN", "as 'Company_2'"),
    (text_of().replace("city", "").encode(), "BAD_CSV", "read as 'unnamed_4'"),
    (text_of().replace("Acme", "=1+1").encode(), "BAD_CSV", "1 cell(s) hold a formula"),
    (text_of().replace("Acme", "@SUM(A1)").encode(), "BAD_CSV", "formula"),
    (text_of().replace("Acme", "+cmd|'/c x'!A0").encode(), "BAD_CSV", "formula"),
], ids=str)
def test_what_was_mended_is_said(data: bytes, code: str, words: str) -> None:
    """Encoding, separator, names and formulas: each is a warning of its own."""
    (issue,) = read_tolerantly(data, "leads.csv", KNOWN).issues
    assert (issue.code.value, words in issue.rule) == (code, True), issue


def test_broken_bytes_cost_their_letters_alone() -> None:
    """A UTF-8 file with a broken byte stays one: the letter is lost, its rows are named."""
    data = text_of().encode() + b"L4,x,M\xfcller,x,1,1\nL5,x,\xff,x,1,1\n"
    table = read_tolerantly(data, "leads.csv", KNOWN)
    assert table.columns["company"][-3:] == ["Café Müller", "M\ufffdller", "\ufffd"]
    in_file, in_cells = table.issues
    assert (in_file.code, in_cells.code) == (IssueCode.NOT_UTF8, IssueCode.NOT_UTF8)
    assert "2 byte(s) are not UTF-8" in in_file.rule
    assert (in_cells.row, in_cells.column, in_cells.offending) == (5, "company", "M\ufffdller")
    assert in_cells.rule.endswith("rows 5, 6")


@pytest.mark.parametrize(("good", "broken"), [(1, 1), (1, 10), (3, 30), (200, 1)])
def test_one_sound_letter_is_no_accident(good: int, broken: int) -> None:
    """A name in sound UTF-8 outweighs some in cp1252: reading all as cp1252 would spoil it."""
    data = ("city\n" + "Zürich\n" * good).encode() + b"K\xf6ln\n" * broken
    cities = read_tolerantly(data, "f.csv", {"city"}).columns["city"]
    assert cities == ["Zürich"] * good + ["K\ufffdln"] * broken


@pytest.mark.parametrize("text", [
    "Müller\nSøren\nCAFÉ’S\n", "Café\nÉcole\n", "Ärzte\nÖl\nÜbung\n", "50 °C\nNaïve\n"])
def test_western_files_stay_cp1252(text: str) -> None:
    """Letters that pass for UTF-8 by accident, as in ``É’``, do not make a file one."""
    table = read_tolerantly(f"city\n{text}".encode("cp1252"), "f.csv", {"city"})
    assert table.columns["city"] == text.splitlines()


def test_chinese_and_korean_files_are_not_taken_for_utf8() -> None:
    """Many of their pairs of bytes are letters of UTF-8; alone in a cell or in long words."""
    for name, cell in (("gb18030", "女"), ("cp949", "서울특별시"), ("cp932", "ﾃﾂﾃｯｺ")):
        text = "sex,city\n" + f"{cell},北京市朝阳区\n" * 40 if name == "gb18030" else (
            "sex,city\n" + f"x,{cell}\n" * 40)
        table = read_tolerantly(text.encode(name), "f.csv", {"sex", "city"})
        assert "\ufffd" not in "".join(table.columns["city"])


def test_phone_numbers_and_negative_amounts_are_no_formulas() -> None:
    """A plus or a minus before digits is what it seems."""
    text = text_of().replace("Acme", "+44 20 7946 0000").replace("Bolt", "-5").replace("Café", "@x")
    assert not read_tolerantly(text.encode(), "leads.csv", KNOWN).issues


def test_text_written_as_a_formula_is_text() -> None:
    """Spreadsheets write ="007" to keep the zeros; the id is 007."""
    text = text_of().replace("L1", '="007"').replace("L2", '"=""008"""')
    table = read_tolerantly(text.encode(), "leads.csv", KNOWN)
    assert table.columns["lead_id"] == ["007", "008", "L3"]
    assert not table.issues


def test_japanese_and_cyrillic_are_guessed() -> None:
    """Encodings that are no Latin one are told by their letters."""
    for name, text in (("cp932", "株式会社トヨタ,東京都港区"), ("cp1251", "Яндекс,Москва")):
        data = f"company,city\n{text}\n".encode(name)
        table = read_tolerantly(data, "f.csv", {"company", "city"})
        assert [table.columns["company"][0], table.columns["city"][0]] == text.split(",")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n \n", b"\0\0", b"sep=;\n", b"\xff\xfe"])
@pytest.mark.parametrize("file", ["f.csv", "f.json"])
def test_a_file_without_text_is_an_error(data: bytes, file: str) -> None:
    """Nothing can be routed from nothing: this alone stops the run."""
    table = read_any(data, file, KNOWN)
    if file == "f.json" and data == b"sep=;\n":
        assert [row.code for row in table.quarantine] == ["BAD_JSON"]
    assert [issue.code for issue in table.issues if issue.severity is Severity.ERROR] == [
        IssueCode.EMPTY_FILE]
    assert table.num_rows == len(table.quarantine)


@pytest.mark.parametrize(("data", "file", "what"), [
    (b"PAR1 and nothing else", "f.parquet", "Parquet file"), (b"x", "f.parquet", "Parquet file"),
    (b"PK\x03\x04 and nothing else", "f.xlsx", "workbook"),
    (workbook([HEADER])[:-300], "f.xlsx", "workbook"),
])
def test_what_cannot_be_opened_is_an_error(data: bytes, file: str, what: str) -> None:
    """A damaged Parquet file or workbook holds no rows to save."""
    (issue,) = read_any(data, file, KNOWN).issues
    assert issue.severity is Severity.ERROR
    assert issue.rule.startswith(f"the {what} cannot be opened")


# --- headers ------------------------------------------------------------------------------------


def test_the_header_is_the_row_with_known_names() -> None:
    """Titles and filters above it are set aside; a value that is also a name does not mislead."""
    text = "Leads\nSource;Email\n\nlead_id,created_at,source\nL1,x,email\nL2,y,source\n"
    table = read_tolerantly(text.encode(), "f.csv", {"lead_id", "created_at", "source", "email"})
    assert (table.header_row, table.rows) == (4, [5, 6])
    assert [row.row for row in table.quarantine] == [1, 2]
    assert table.columns["source"] == ["email", "source"]


def test_two_header_rows_of_merged_cells_become_one() -> None:
    """Names stand in the row above or below where cells of the header were merged."""
    above = read_tolerantly(b"lead_id,,Person,\n,company,first_name,last_name\n1,2,3,4\n", "f.csv",
                            {"lead_id", "company", "first_name", "last_name"})
    below = read_tolerantly(b"lead_id,company,Person,\n,,first_name,last_name\n1,2,3,4\n", "f.csv",
                            {"lead_id", "company", "first_name", "last_name"})
    wanted = {"lead_id": ["1"], "company": ["2"], "first_name": ["3"], "last_name": ["4"]}
    assert above.columns == below.columns == wanted


def test_names_that_are_made_do_not_hit_names_that_are_there() -> None:
    """A repeated and a nameless column step aside for columns of the file."""
    table = read_tolerantly(b"a,a,A_2,,unnamed_4\n1,2,3,4,5\n", "f.csv")
    assert table.columns == {"a": ["1"], "a_3": ["2"], "A_2": ["3"], "unnamed_4_2": ["4"],
                             "unnamed_4": ["5"]}


def test_a_header_without_known_names_is_the_first_full_row() -> None:
    """Where nothing is known of the names, the first row as wide as most is the header."""
    table = read_tolerantly(b"Export\nx;y\n1;2\n3;4\n", "f.csv")
    assert table.columns == {"x": ["1", "3"], "y": ["2", "4"]}


def test_known_columns_hold_canonical_names_and_those_of_the_rules() -> None:
    """Both are looked for, so that any export's header is found."""
    known = known_columns("leads", read_preset("salesforce"))
    assert {"lead_id", "seniority", "Lead ID", "Company / Account"} <= known


# --- other formats ------------------------------------------------------------------------------


def test_json_values_become_the_text_of_a_csv() -> None:
    """Nested names are joined by dots, lists by semicolons; flags and whole numbers are plain."""
    entry = {"id": 7, "won": True, "size": 1000.0, "rate": 0.25, "none": None, "who": {
        "name": "Ana", "tags": ["a", 2, None]}, "more": [{"x": 1}], "empty": {}}
    table = read_any(json.dumps([entry]).encode(), "leads.json")
    assert {name: cells[0] for name, cells in table.columns.items()} == {
        "id": "7", "won": "true", "size": "1000", "rate": "0.25", "none": "", "who.name": "Ana",
        "who.tags": "a;2;", "more": '{"x": 1}', "empty": ""}


def test_json_keeps_a_name_that_stands_twice() -> None:
    """The plain decoder would drop the first of two values."""
    table = read_any(b'{"a": 1, "a": 2}\n{"a": 3, "b": 4}\n', "leads.jsonl")
    assert table.columns == {"a": ["1", "3"], "a_2": ["2", ""], "b": ["", "4"]}


def test_json_rows_count_as_in_a_csv_of_the_same_data() -> None:
    """The first line is row 2, and blank lines count."""
    table = read_any(b'{"a": 1}\n\n{"a": 2}\nnot\n', "leads.jsonl")
    assert (table.rows, [row.row for row in table.quarantine]) == ([2, 4], [5])
    assert table.quarantine[0].cells == ("not",)


@pytest.mark.parametrize("text", [
    '{"a": "\\ud800"}', '["\\ud800", {"a": 1}]', '{"a": NaN, "b": 1e999}', "[" * 5000,
    '{"a": ' * 900 + "1" + "}" * 900, '{"a": ' + "9" * 5000 + "}", '{"\\u0000": "\\u0000x"}',
    '[{"a": 1} {"a": 2}]', '"x"', "null", "[[]]", '{"results": [1]}', '{"": 1}',
])
@pytest.mark.parametrize("file", ["f.json", "f.jsonl"])
def test_odd_json_never_fails(text: str, file: str) -> None:
    """Halves of characters, endless nesting, endless numbers: a table or a row set aside."""
    table = read_any(text.encode(), file)
    assert table.num_rows == len(table.rows) + len(table.quarantine)
    assert json.dumps(table.columns).encode("utf-8", "strict")
    assert table.num_rows == 1 or text.startswith("[")


def test_parquet_types_become_text() -> None:
    """Instants and dates are ISO, decimals exact, structs and lists flat, missing blank."""
    frame = pl.DataFrame({
        "id": ["007", None], "n": [1.0, float("nan")], "k": [5, None], "flag": [True, None],
        "at": [MOMENT.replace(tzinfo=UTC), None], "day": [DAY, None],
        "money": [Decimal("12.50"), None], "list": [["a", "b"], None],
        "who": [{"name": "Ana", "age": 3}, {"name": "Bo", "age": None}]})
    data = io.BytesIO()
    frame.write_parquet(data)
    table = read_any(data.getvalue(), "leads.parquet")
    assert {name: cells[0] for name, cells in table.columns.items()} == {
        "id": "007", "n": "1", "k": "5", "flag": "true", "at": "2026-11-20T08:15:30+00:00",
        "day": "2026-11-20", "money": "12.50", "list": "a;b", "who.name": "Ana", "who.age": "3"}
    assert [cells[1] for cells in table.columns.values()] == [""] * 8 + ["Bo", ""]
    assert table.rows == [2, 3]


def test_excel_cells_become_text() -> None:
    """Dates are ISO, whole numbers plain, flags in lower case; the row is that of the sheet."""
    data = workbook([["lead_id", "at", "day", "n", "x", "flag"], [],
                     [7, MOMENT, DAY, 1000.0, 0.5, True]])
    table = read_any(data, "leads.xlsx", {"lead_id"})
    assert {name: cells[0] for name, cells in table.columns.items()} == {
        "lead_id": "7", "at": "2026-11-20 08:15:30", "day": "2026-11-20", "n": "1000", "x": "0.5",
        "flag": "true"}
    assert table.rows == [3]


def test_excel_takes_the_sheet_with_known_names_and_names_the_others() -> None:
    """A cover sheet is not read, and that is said."""
    table = read_any(workbook([HEADER, *ROWS], cover="About"), "leads.xlsx", KNOWN)
    assert len(table.rows) == 3
    assert "the sheet 'Sheet' is not read" in said(table)


# --- quarantine ---------------------------------------------------------------------------------


def test_quarantine_can_be_mended_and_fed_again() -> None:
    """What nobody mended is set aside again; what was mended becomes a row as it was meant."""
    data = text_of().encode() + b'L8,2026-11-20T08:00:00Z\nL9,x,"a "b" c",d,1,2\n'
    table = read_tolerantly(b"Report,,,,,\n" + data, "leads.csv", KNOWN)
    rendered = render_quarantine(table.quarantine, table.header_cells)
    again = read_tolerantly(rendered, "quarantine.csv", KNOWN)
    assert [row.code for row in again.quarantine] == ["TOO_FEW_CELLS"] * 3
    assert [row.cells for row in again.quarantine] == [row.cells for row in table.quarantine]
    mended = read_tolerantly(
        rendered.replace(b"L8,2026-11-20T08:00:00Z", b"L8,2026-11-20T08:00:00Z,Co,York,1,2"),
        "quarantine.csv", KNOWN)
    assert list(mended.columns) == list(HEADER)
    assert [cells[0] for cells in mended.columns.values()] == [
        "L8", "2026-11-20T08:00:00Z", "Co", "York", "1", "2"]


def test_quarantine_names_place_and_reason() -> None:
    """The first four columns say where the row stood and what is wrong."""
    table = read_tolerantly(text_of().encode() + b"L9\n", "leads.csv", KNOWN)
    assert render_quarantine(table.quarantine, table.header_cells).decode().splitlines() == [
        "_file,_row,_code,_rule," + ",".join(HEADER),
        "leads.csv,5,TOO_FEW_CELLS,the row must have as many cells as the header,L9"]


def test_columns_of_the_same_names_alone_are_kept() -> None:
    """Only all four together are those of a quarantine file."""
    table = read_tolerantly(b"lead_id,_row\nL1,3\n", "f.csv", {"lead_id"})
    assert table.columns == {"lead_id": ["L1"], "_row": ["3"]}
