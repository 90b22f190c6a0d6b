"""A corpus of broken exports, made in code: what spreadsheets, CRMs and people do to a file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl
import polars as pl

HEADER = ("lead_id", "created_at", "company", "city", "deal_value", "score")
KNOWN = frozenset(HEADER)
ROWS = (
    ("L1", "2026-11-20T08:00:00Z", "Acme", "Leeds", "1000", "50"),
    ("L2", "2026-11-20T08:05:00Z", "Bolt", "York", "2000", "60"),
    ("L3", "2026-11-20T08:10:00Z", "Café Müller", "Zürich", "3000", "70"),
)
_PLAIN = ROWS[:2]


@dataclass(frozen=True)
class Broken:
    """One damaged file and what must become of it."""

    name: str
    data: bytes
    num_rows: int
    """Rows that are neither header nor blank."""
    lead_ids: tuple[str, ...]
    """Ids that arrive in the table."""
    codes: tuple[str, ...] = ()
    """Codes of the rows set aside, in the order of the file."""
    file: str = "leads.csv"


def text_of(
    rows: Sequence[Sequence[str]] = ROWS, header: Sequence[str] = HEADER, mark: str = ",",
    end: str = "\n",
) -> str:
    """Return a sound file; no cell may need quotes."""
    return "".join(mark.join(row) + end for row in (header, *rows))


def _ids(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(row[0] for row in rows)


def _sound(name: str, data: bytes, rows: Sequence[Sequence[str]] = ROWS,
           file: str = "leads.csv") -> Broken:
    return Broken(name, data, len(rows), _ids(rows), file=file)


def encodings() -> list[Broken]:
    """Every encoding that spreadsheets write."""
    text = text_of()
    tokyo = text_of((("L1", "2026-11-20T08:00:00Z", "株式会社トヨタ", "東京都港区", "1", "1"),
                     ("L2", "2026-11-20T08:00:00Z", "ソニー株式会社", "大阪市", "1", "1")))
    return [
        _sound("UTF-8 with mark", text.encode("utf-8-sig")),
        _sound("latin-1", text.encode("latin-1")),
        _sound("cp1252", text.replace("Acme", "“Acme” – 5 €").encode("cp1252")),
        _sound("UTF-16LE with mark", b"\xff\xfe" + text.encode("utf-16-le")),
        _sound("UTF-16BE with mark", b"\xfe\xff" + text.encode("utf-16-be")),
        _sound("UTF-16LE bare", text.encode("utf-16-le")),
        _sound("Shift JIS", tokyo.encode("shift_jis"), _PLAIN),
        _sound("UTF-8 with one bad byte", text.encode().replace(b"Leeds", b"Lee\xffds")),
        _sound("NULs", text.replace("Acme", "A\0cme").encode()),
    ]


def separators() -> list[Broken]:
    """Separators and line ends of every kind, also mixed."""
    mixed = text_of(ROWS[:1]) + ";".join(ROWS[1]) + "\n" + ",".join(ROWS[2]) + "\n"
    return [
        *(_sound(f"separated by {mark!r}", text_of(mark=mark).encode()) for mark in ";\t|"),
        _sound("sep line of Excel", b"sep=;\r\n" + text_of(mark=";", end="\r\n").encode()),
        _sound("CR only", text_of(end="\r").encode()),
        _sound("CRLF", text_of(end="\r\n").encode()),
        _sound("mixed line ends", (text_of(ROWS[:1], end="\r\n") + ",".join(ROWS[1]) + "\r"
                                   + ",".join(ROWS[2])).encode()),
        _sound("blank lines", text_of().replace("\n", "\n\n , ,\n").encode()),
        Broken("mixed separators", mixed.encode(), 3, ("L1", "L3"), ("TOO_FEW_CELLS",)),
    ]


def rows_of_wrong_width() -> list[Broken]:
    """Rows that are too short or too long, and a file that was cut off."""
    text = text_of(_PLAIN)
    footer = text + '\n"Leads report"\n"Copyright (c) 2026"\n'
    return [
        Broken("too short", (text + "L9,2026-11-20T08:00:00Z\n").encode(), 3, ("L1", "L2"),
               ("TOO_FEW_CELLS",)),
        Broken("too long", (text + ",".join((*ROWS[0], "more")) + "\n").encode(), 3,
               ("L1", "L2"), ("TOO_MANY_CELLS",)),
        _sound("blank cells behind", text.replace(",60\n", ",60,, ,\n").encode(), _PLAIN),
        Broken("cut off", text[:-20].encode(), 2, ("L1",), ("TOO_FEW_CELLS",)),
        Broken("footer", footer.encode(), 4, ("L1", "L2"), ("TOO_FEW_CELLS",) * 2),
        Broken("two exports in one", (text + text).encode(), 5, ("L1", "L2", "L1", "L2"),
               ("REPEATED_HEADER",)),
    ]


def quotes() -> list[Broken]:
    """Quotes that are not closed, not doubled, or strayed."""
    first, second, third = (",".join(row) for row in ROWS)
    head = ",".join(HEADER)

    def of(*lines: str) -> bytes:
        return "\n".join((head, *lines, "")).encode()

    opened = first.replace("Acme", '"Acme')
    return [
        Broken("open in the middle", of(opened, second, third), 3, ("L2", "L3"),
               ("BROKEN_QUOTE",)),
        Broken("open at the end", of(first, second, third.replace("70", '"70')), 3, ("L1", "L2"),
               ("BROKEN_QUOTE",)),
        Broken("not doubled", of(first.replace("Acme", '"Acme "the" firm"'), second), 2, ("L2",),
               ("BROKEN_QUOTE",)),
        Broken("two strays with a row between",
               of(opened, second, third.replace("Müller", 'Müller"')), 3, ("L2", "L3"),
               ("BROKEN_QUOTE",)),
        Broken("closed by a later quote", of(opened, second, third.replace("Zürich", '"Zürich"')),
               3, ("L2", "L3"), ("BROKEN_QUOTE",)),
        _sound("line break in quotes", of(first.replace("Acme", '"Ac\r\nme, ""x"""'), second),
               _PLAIN),
        _sound("blank behind a quote", of(first.replace("Acme", '"Acme" '), second), _PLAIN),
        _sound("inches", of(first.replace("Acme", '6" pipes'), second), _PLAIN),
        Broken("too long over two lines", of(first.replace("Acme", '"Ac\nme"') + ",x", second), 2,
               ("L2",), ("TOO_MANY_CELLS",)),
    ]


def headers() -> list[Broken]:
    """Titles, merged cells, repeated and missing names."""
    title = "Leads report,,,,,\nAs of 20 November,,,,,\n\n"
    merged = ",,Company,,Worth,\nlead_id,created_at,,city,deal_value,score\n"
    below = "lead_id,created_at,company,Place and worth,,\n,,,city,deal_value,score\n"
    body = text_of(_PLAIN).split("\n", 1)[1]
    return [
        Broken("title lines", (title + text_of(_PLAIN)).encode(), 4, ("L1", "L2"),
               ("ABOVE_HEADER",) * 2),
        Broken("title without separators", ("Leads report\n" + text_of(_PLAIN)).encode(), 3,
               ("L1", "L2"), ("ABOVE_HEADER",)),
        Broken("merged cells above", (merged + body).encode(), 3, ("L1", "L2"),
               ("ABOVE_HEADER",)),
        Broken("names in two rows", (below + body).encode(), 3, ("L1", "L2"),
               ("ABOVE_HEADER",)),
        _sound("blank rows above", b"\n , \n" + text_of(_PLAIN).encode(), _PLAIN),
        _sound("repeated name", text_of(_PLAIN).replace("city", "Company").encode(), _PLAIN),
        _sound("nameless column", text_of(_PLAIN).replace("city", "").encode(), _PLAIN),
    ]


def cells() -> list[Broken]:
    """Cells that a spreadsheet made, and cells that no spreadsheet takes."""
    text = text_of(_PLAIN)
    return [
        _sound("formulas", text.replace("Acme", "=1+1").replace(
            "Bolt", '"=HYPERLINK(""http://example.com"",""x"")"').encode(), _PLAIN),
        _sound("command", text.replace("Acme", "+cmd|' /C calc'!A0").encode(), _PLAIN),
        _sound("Excel dates", text.replace("Acme", "May-20").replace("Bolt", "01-May").encode(),
               _PLAIN),
        _sound("Excel numbers", text.replace("1000", "1E+03").replace("2000", "#N/A").encode(),
               _PLAIN),
        Broken("huge cell", text.replace("Acme", "x" * 70_000).encode(), 2, ("L2",),
               ("CELL_TOO_LONG",)),
    ]


def workbook(rows: Sequence[Sequence[object]], *, cover: str | None = None) -> bytes:
    """Return an Excel file with these rows, behind a cover sheet if one is named."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if cover is not None:
        sheet.append([cover])
        sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def other_formats() -> list[Broken]:
    """The same leads as JSON, Parquet and Excel, sound and damaged."""
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    lines = "\n".join(map(json.dumps, objects))
    parquet = io.BytesIO()
    pl.DataFrame(objects).write_parquet(parquet)
    sheet = [["Leads report"], [], list(HEADER), *ROWS[:1], [], *ROWS[1:]]
    return [
        _sound("JSON lines", lines.encode(), file="leads.jsonl"),
        _sound("JSON list", json.dumps(objects).encode(), file="leads.json"),
        _sound("JSON answer", json.dumps({"results": objects}).encode(), file="leads.json"),
        Broken("JSON cut off", json.dumps(objects)[:-30].encode(), 3, ("L1", "L2"),
               ("BAD_JSON",), "leads.json"),
        Broken("JSON with other things", (lines + '\n17\n{"lead_id": \n').encode(), 5,
               ("L1", "L2", "L3"), ("NOT_AN_OBJECT", "BAD_JSON"), "leads.ndjson"),
        _sound("Parquet", parquet.getvalue(), file="leads.parquet"),
        Broken("Excel with a title", workbook(sheet), 4, ("L1", "L2", "L3"), ("ABOVE_HEADER",),
               "leads.xlsx"),
        _sound("Excel named CSV", workbook([HEADER, *ROWS]), file="leads.csv"),
        _sound("Excel behind a cover", workbook([HEADER, *ROWS], cover="About"),
               file="leads.xlsx"),
        _sound("Text named XLS", text_of(mark="\t").encode("utf-16"), file="leads.xls"),
    ]


MOMENT = datetime(2026, 11, 20, 8, 15, 30)
DAY = date(2026, 11, 20)
FAMILIES: tuple[Callable[[], list[Broken]], ...] = (
    encodings, separators, rows_of_wrong_width, quotes, headers, cells, other_formats)


def corpus() -> list[Broken]:
    """Return every broken export."""
    return [broken for family in FAMILIES for broken in family()]
