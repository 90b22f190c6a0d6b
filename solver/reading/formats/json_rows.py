"""JSON to a table: a list of objects, an answer that wraps one, or an object in each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from solver.models.issue import IssueCode
from solver.reading.formats.decoding import decode_any
from solver.reading.formats.lines import split_lines
from solver.reading.formats.result import TolerantTable, unreadable
from solver.reading.formats.rows import NamedRecord, table_of
from solver.reading.formats.text_form import Pairs, clean, flatten
from solver.reading.formats.tolerant import EMPTY

#: Keys under which the interfaces of CRMs put their lists: HubSpot, Dynamics, Salesforce.
_WRAPPERS = ("results", "value", "records", "data", "items")
_GAP = re.compile(r"[ \t\r\n,]*")
_NO_JSON = (ValueError, RecursionError)


def read_json(data: bytes, file: str) -> TolerantTable:
    """Read JSON or JSON lines; what is no object is set aside, a damaged end costs only itself.

    Parameters
    ----------
    data
        Content of the file.
    file
        Name for the issues.
    """
    text, issues = decode_any(data, file)
    if not text.strip():
        return unreadable(file, IssueCode.EMPTY_FILE, *EMPTY)
    table = table_of(file, json_records(text))
    table.issues[:0] = issues
    return table


def json_records(text: str) -> list[NamedRecord]:
    """Return the objects of a text: of a list, of what wraps one, or of each line."""
    try:
        return [_record(row, entry) for row, entry in enumerate(_entries(text), 2)]
    except _NO_JSON:
        is_list = text.lstrip().startswith("[") and not is_json(text.lstrip().split("\n", 1)[0])
        records, rest = _salvage(text) if is_list else ([], text)
        return [*records, *line_records(split_lines(rest), len(records) + 2)]


def _entries(text: str) -> list[object]:
    """Return the entries of a list, or of the list that an object wraps, or the one object."""
    whole = _DECODER.decode(text)
    if isinstance(whole, dict):
        wrapped = (whole[key] for key in _WRAPPERS if _is_list_of_objects(whole.get(key)))
        return next(wrapped, [whole])
    return whole if isinstance(whole, list) and not isinstance(whole, Pairs) else [whole]


def is_json(line: str) -> bool:
    """Tell whether a line is JSON by itself."""
    try:
        _DECODER.decode(line)
    except _NO_JSON:
        return False
    return True


def _object(pairs: list[tuple[str, object]]) -> object:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Pairs(pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(
        isinstance(entry, dict | Pairs) for entry in value)


def _salvage(text: str) -> tuple[list[NamedRecord], str]:
    """Return the entries of a list up to where it is broken, and the text from there on."""
    records: list[NamedRecord] = []
    at = text.index("[") + 1
    while (gap := _GAP.match(text, at)) is not None:
        at = gap.end()
        try:
            entry, end = _DECODER.raw_decode(text, at)
            records.append(_record(len(records) + 2, entry))
        except _NO_JSON:
            break
        at = end
    return records, text[at:]


def line_records(lines: Iterable[str], row: int = 2) -> Iterator[NamedRecord]:
    """Yield the object of each line; a line that holds none is a record of its own.

    Parameters
    ----------
    lines
        Lines of text with their ends.
    row
        Row of the first.
    """
    for number, line in enumerate(lines, row):
        raw = line.strip()
        bare = raw.rstrip(",").rstrip()
        if bare in {"", "[", "]"}:
            continue
        try:
            record = _record(number, _DECODER.decode(bare), raw)
        except _NO_JSON:
            record = NamedRecord(number, [("", raw)], "BAD_JSON")
        yield record


def _record(row: int, entry: object, raw: str | None = None) -> NamedRecord:
    if isinstance(entry, dict | Pairs):
        return NamedRecord(row, flatten(entry))
    shown = clean(json.dumps(entry, ensure_ascii=False)) if raw is None else raw
    return NamedRecord(row, [("", shown)], "NOT_AN_OBJECT")
