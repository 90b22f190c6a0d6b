"""A posted lead is what the row of a file with the same cells is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from solver.models import Policy
from solver.reading.arriving import read_lead
from solver.reading.columns import LEADS
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.lenient import Lenient
from solver.reading.parsing.table import Table
from solver.reading.records import make_records

_CELLS = st.one_of(
    st.sampled_from(("1,5 Mio", "11-50", "1.200", "80 %", "3", "-1", "TEUR 5", "n/a", "PST",
                     "Europe/Berlin", "25/12/2025", "03/04/2025", "2025-04-03T10:00:00Z", "45000",
                     "1700000000", "a;b", "a:1;b:0.5", "a;A", "MÃ¼ller", "1e999", "12.0")),
    st.text(st.characters(exclude_characters="\0\x1f", exclude_categories=("Cs",)), max_size=8))
_ROWS = st.dictionaries(st.sampled_from([name for name in LEADS.columns if name != "lead_id"]),
                        _CELLS.map(str.strip), max_size=8)


@given(_ROWS)
def test_a_lead_of_texts_is_read_as_a_row_of_a_file(cells: dict[str, str]) -> None:
    """The same lead, the same changes and the same warnings come of both."""
    row, policy = {"lead_id": "L1", **cells}, Policy()
    table = Table("leads.csv", {name: [cell] for name, cell in row.items()}, [2])
    records = make_records(LEADS, apply_rules(table, LEADS, {}, {}, None, Lenient(policy, None)))
    read = read_lead(row, policy)
    assert [read.lead] == [lead for _, lead in records.items]
    assert sorted(read.changes, key=str) == sorted(records.changes, key=str)
    missing = {name for name, column in LEADS.columns.items() if column.needed} - set(row)
    assert sorted((one.code, one.pointer, one.rule) for one in read.issues) == sorted(
        (one.code, str(one.column), one.rule) for one in records.issues
        if one.column not in missing)


@given(st.dictionaries(
    st.sampled_from([*LEADS.columns, "attributes", "other"]),
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                 lambda inner: st.lists(inner, max_size=3)
                 | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6),
    max_size=6))
def test_any_json_is_a_lead_or_an_error(fields: dict[str, object]) -> None:
    """Nothing raises; what is blank now and was not before has a change that says why."""
    read = read_lead(fields, Policy())
    if read.lead is None:
        assert any(issue.severity.value == "error" for issue in read.issues)
        return
    left = {change.field for change in read.changes if change.after is None}
    assert {issue.column for issue in read.issues} <= left
    for name, value in fields.items():
        if isinstance(value, str) and value.strip(" \t\n\r\x1f\0") and name != "lead_id":
            assert getattr(read.lead, name) not in (None, (), {}) or name in left
