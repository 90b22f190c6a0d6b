"""Tolerant reading: any bytes give a table, no row is lost, and the same bytes the same table."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.models import IssueCode, Severity
from solver.reading.formats import TolerantTable, read_any, read_tolerantly, render_quarantine
from solver.reading.formats.decoding import decode_any
from solver.reading.formats.lines import split_lines
from solver.reading.parsing.table import read_table
from tests.broken_exports import HEADER, KNOWN, ROWS, corpus, text_of

_FILES = ("leads.csv", "leads.tsv", "leads.json", "leads.jsonl", "leads.xlsx", "leads")
_ALPHABET = 'aL1,;|\t"\n\r\\{}[]:=@+-.\0\ufeff\u2028\u00e9\x1f\x85 \u3000'
_SEEDS = [broken.data for broken in corpus() if len(broken.data) < 5_000]


def _mutated(seeds: list[bytes]) -> SearchStrategy[bytes]:
    """Draw a file of the corpus with one to three stretches replaced."""
    snippets = st.text(_ALPHABET, max_size=8).map(str.encode) | st.binary(max_size=4)
    cut = st.tuples(st.floats(0, 1), st.integers(0, 12), snippets)

    def apply(drawn: tuple[bytes, list[tuple[float, int, bytes]]]) -> bytes:
        data, cuts = drawn
        for place, length, snippet in cuts:
            start = int(place * len(data))
            data = data[:start] + snippet + data[start + length:]
        return data

    return st.tuples(st.sampled_from(seeds), st.lists(cut, min_size=1, max_size=3)).map(apply)


_ANY_BYTES = (_mutated(_SEEDS) | st.text(_ALPHABET, max_size=60).map(str.encode)
              | st.binary(max_size=80))


def _check(table: TolerantTable) -> None:
    """Hold what is true of every table, and of every message."""
    assert table.num_rows == len(table.rows) + len(table.quarantine)
    assert all(len(cells) == len(table.rows) for cells in table.columns.values())
    assert table.rows == sorted(set(table.rows))
    assert len(set(map(str.casefold, table.columns))) == len(table.columns)
    assert all(name for name in table.columns)
    for issue in table.issues:
        assert str(issue).isprintable()
        assert issue.rule
        assert issue.remedy
        assert issue.severity is Severity.WARNING or not table.rows
    json.dumps(table.columns).encode()
    render_quarantine(table.quarantine, table.header_cells)


@given(data=_ANY_BYTES, file=st.sampled_from(_FILES), known=st.sampled_from([(), KNOWN]))
@settings(max_examples=400)
@example(data=b"\xff\xfe\x00", file="leads.csv", known=())
@example(data=b'"', file="leads.csv", known=())
@example(data=b"\r\r\n,\n", file="leads.csv", known=KNOWN)
def test_any_bytes_give_a_table(data: bytes, file: str, known: frozenset[str]) -> None:
    """Whatever a file holds: a table, every row in it or in quarantine, twice the same."""
    table = read_any(data, file, known)
    _check(table)
    assert read_any(data, file, known) == table


def _letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


@given(data=_mutated([text_of().encode(), text_of(mark=";").encode(),
                      text_of(end="\r\n").encode("utf-16")]))
@settings(max_examples=300)
def test_no_letter_is_lost(data: bytes) -> None:
    """Every letter and digit of the file is in the header, a cell or a row set aside."""
    text, _ = decode_any(data, "leads.csv")
    table = read_tolerantly(data, "leads.csv", KNOWN)
    if any(issue.code is IssueCode.EMPTY_FILE for issue in table.issues):
        assert not _letters(text)
        return
    kept = [cell for cells in table.columns.values() for cell in cells]
    aside = [cell for row in table.quarantine for cell in row.cells
             if row.code != "ABOVE_HEADER" or "part of the header" not in row.rule]
    found = _letters("".join((*table.header_cells, *kept, *aside)))
    assert not _letters(text) - found


@given(data=_mutated([text_of().encode()]).filter(lambda data: b'"' not in data))
@settings(max_examples=300)
def test_every_line_is_a_row(data: bytes) -> None:
    """Without quotes a row is a line: all but blank ones and the header are counted.

    A line of separators alone is blank if they are those of the file.
    """
    text, _ = decode_any(data, "leads.csv")
    table = read_tolerantly(data, "leads.csv", KNOWN)
    lines = split_lines(text)
    filled = [line for line in lines if line.strip(" ,;|\t\r\n\x1f\x85\u3000\u2028")]
    if table.columns:
        assert len(filled) <= table.num_rows + 1 <= sum(bool(line.strip()) for line in lines)


_SAFE = st.text("ab1 ,;\"\n\u00e9=", max_size=6)


@given(rows=st.lists(st.lists(_SAFE, min_size=6, max_size=6), max_size=5),
       end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200)
def test_a_sound_file_is_read_as_the_strict_reader_reads_it(
    rows: list[list[str]], end: str
) -> None:
    """Where the strict reader finds nothing wrong, the table is the same, cell by cell.

    Text in the form of a formula is the one difference, and equal signs are left out of it.
    """
    text = io.StringIO(newline="")
    rows = [[cell.replace("=", "") for cell in row] for row in rows]
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([HEADER, *rows])
    data = text.getvalue().encode()
    strict, tolerant = read_table(data, "leads.csv"), read_tolerantly(data, "leads.csv", KNOWN)
    assert not strict.issues
    assert (tolerant.columns, tolerant.rows) == (strict.columns, strict.rows)
    assert tolerant.quarantine == ()


@given(order=st.permutations(range(3)), damaged=st.sets(st.integers(0, 2)),
       stray=st.sampled_from(['"', 'x",', '"x"y', 'a"b"', '""x']))
def test_a_broken_quote_costs_only_its_own_line(
    order: list[int], damaged: set[int], stray: str
) -> None:
    """Whichever rows have a quote that breaks them, the others arrive."""
    rows = [list(ROWS[n]) for n in order]
    for position in damaged:
        rows[position][2] = f'"{stray}z'
    data = text_of(rows).encode()
    table = read_tolerantly(data, "leads.csv", KNOWN)
    assert table.num_rows == 3
    sound = [row[0] for position, row in enumerate(rows) if position not in damaged]
    assert [lead_id for lead_id in table.columns["lead_id"] if lead_id in sound] == sound


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.text(max_size=2), inner, max_size=2), max_leaves=5)


@given(entries=st.lists(st.dictionaries(st.sampled_from(["id", "a", "a.b"]), _VALUES,
                                        max_size=3) | _VALUES, max_size=5),
       as_lines=st.booleans(), cut=st.integers(0, 10))
@settings(max_examples=300)
def test_any_json_gives_a_table(entries: list[object], as_lines: bool, cut: int) -> None:
    """Entries of any shape, whole or cut off: each is a row, or set aside, or blank."""
    text = "\n".join(map(json.dumps, entries)) if as_lines else json.dumps(entries)
    table = read_any(text[: len(text) - cut].encode(), "leads.json")
    _check(table)
    if cut == 0 and entries and not (as_lines and len(entries) == 1):
        assert table.num_rows <= len(entries)
        others = [entry for entry in entries if not isinstance(entry, dict)]
        assert len(table.quarantine) == len(others)
