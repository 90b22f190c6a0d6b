"""Activities as they come: what is read, what is left out and said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from solver.calendar.zones import zone
from solver.errors import UsageError
from solver.models import Issue, IssueCode, Severity
from solver.models.activity import Activity
from solver.reading.activities_file import (
    activity_issues,
    read_activities,
)

HEADER = "lead_id,at,kind,detail"
GOOD = "L1,2026-11-20T08:15:30+01:00,visit,/pricing"
ONE = Activity(lead_id="L1", at=datetime(2026, 11, 20, 7, 15, 30, tzinfo=UTC), kind="visit",
               detail="/pricing")


def read(*rows: str, header: str = HEADER, timezone: str | None = None
         ) -> tuple[tuple[Activity, ...], list[Issue]]:
    data = "\n".join((header, *rows)).encode()
    return read_activities(data, "acts.csv", timezone=zone(timezone) if timezone else None)


@pytest.mark.parametrize(("header", "row"), [
    (HEADER, GOOD), ("At , KIND,Lead_ID,detail", "2026-11-20T07:15:30Z,visit, L1 ,/pricing"),
    (f"{HEADER},campaign", f"{GOOD},x")])
def test_a_row(header: str, row: str) -> None:
    """Columns in any order and case; blanks around cells and other columns do not matter."""
    assert read(row, header=header) == ((ONE,), [])


def test_the_detail_may_be_missing() -> None:
    """Blank, or no such column."""
    blank = ONE.model_copy(update={"detail": ""})
    assert read("L1,2026-11-20T07:15:30Z,visit,")[0] == (blank,)
    assert read("L1,2026-11-20T07:15:30Z,visit", header="lead_id,at,kind")[0] == (blank,)


def test_times_without_offset_need_a_zone() -> None:
    """Read in the zone given; without one the row is left out."""
    row = "L1,2026-11-20 08:15:30,visit,/pricing"
    assert read(row, timezone="Europe/Berlin") == ((ONE,), [])
    activities, (issue,) = read(row)
    assert (activities, issue.code, issue.row) == ((), IssueCode.NAIVE_TIME, 2)


def test_other_forms_of_times() -> None:
    """The caller may name them."""
    data = f"{HEADER}\nL1,20.11.2026 07:15:30,visit,/pricing".encode()
    found, issues = read_activities(data, "a.csv", timezone=zone("UTC"),
                                    formats=("%d.%m.%Y %H:%M:%S",))
    assert (found, issues) == ((ONE,), [])


@pytest.mark.parametrize(("row", "code", "column", "record_id"), [
    (",2026-11-20T07:15:30Z,visit,x", IssueCode.BLANK_CELL, "lead_id", None),
    ("L2,,visit,x", IssueCode.BLANK_CELL, "at", "L2"),
    ("L2,2026-11-20T07:15:30Z,,x", IssueCode.BLANK_CELL, "kind", "L2"),
    ("L2,yesterday,visit,x", IssueCode.BAD_INSTANT, "at", "L2"),
    ("L2,2026-02-30T00:00:00Z,visit,x", IssueCode.BAD_INSTANT, "at", "L2"),
    ("L2,2026-11-20T07:15:30Z,visit", IssueCode.BAD_CSV, None, None),
    ("L2,2026-11-20T07:15:30Z,visit,a,b", IssueCode.BAD_CSV, None, None),
    (f"L2,2026-11-20T07:15:30Z,visit,{'x' * 65_537}", IssueCode.CELL_TOO_LONG, "detail", None),
])
def test_a_row_with_a_problem_is_left_out(row: str, code: IssueCode, column: str | None,
                                          record_id: str | None) -> None:
    """A warning names row, column and lead; the rows around it are read."""
    activities, (issue,) = read(GOOD, row, GOOD)
    assert activities == (ONE, ONE)
    assert (issue.code, issue.severity, issue.row, issue.column, issue.record_id) == (
        code, Severity.WARNING, 3, column, record_id)


def test_every_row_is_read_or_counted() -> None:
    """Rows in are activities out and rows left out; blank rows are none."""
    rows = [GOOD, "", "L1", "L1,x,visit,", ",,,", GOOD, ",x,,"]
    activities, issues = read(*rows)
    assert len(activities) + len({issue.row for issue in issues}) == 5
    assert [issue.row for issue in issues] == [4, 5, 8]


@pytest.mark.parametrize(("data", "code"), [
    (b"", IssueCode.EMPTY_FILE), (b"lead_id\xff", IssueCode.NOT_UTF8),
    (b"lead_id;at;kind;detail\nL1;x;y;z", IssueCode.BAD_CSV),
    (b'lead_id,at,kind,detail\nL1,"x', IssueCode.BAD_CSV),
    (b"lead_id,at,kind,AT\nL1,2026-11-20T07:15:30Z,visit,x", IssueCode.DUPLICATE_COLUMN),
])
def test_a_broken_file_gives_nothing(data: bytes, code: IssueCode) -> None:
    """An error, and no activity that might be a wrong one."""
    activities, (issue,) = read_activities(data, "acts.csv", timezone=None)
    assert (activities, issue.code, issue.severity) == ((), code, Severity.ERROR)


def test_a_missing_column_is_named_with_the_closest() -> None:
    """``leadid`` may be ``lead_id``."""
    activities, issues = read("L1,2026-11-20T07:15:30Z", header="leadid,at")
    assert activities == ()
    assert [(issue.code, issue.column, issue.remedy) for issue in issues] == [
        (IssueCode.MISSING_COLUMN, "lead_id", "Maybe it is 'leadid': rename it"),
        (IssueCode.MISSING_COLUMN, "kind", "Add it")]


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    """Or it is a usage error that names it."""
    path = tmp_path / "acts.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n")
    assert read_activities(path, path.name, timezone=None) == ((ONE,), [])
    with pytest.raises(UsageError, match=r"no\.csv"):
        read_activities(tmp_path / "no.csv", "no.csv", timezone=None)


def test_activities_that_count_for_nothing() -> None:
    """Unknown leads and times to come are one warning each, with how many and an example."""
    at = datetime(2026, 11, 20, 7, 15, 30, tzinfo=UTC)
    assert activity_issues([ONE], {"L1"}, at) == []
    strange = [ONE.model_copy(update={"lead_id": name}) for name in ("L8", "L9", "L8")]
    late = ONE.model_copy(update={"at": datetime(2026, 11, 21, tzinfo=UTC)})
    unknown, future = activity_issues([ONE, *strange, late], ["L1"], at, "acts.csv")
    assert (unknown.code, unknown.offending, unknown.severity) == (
        IssueCode.UNKNOWN_LEAD, "L8", Severity.WARNING)
    assert unknown.rule.startswith("3 activities of 2 lead id(s)")
    assert (future.code, future.record_id) == (IssueCode.FUTURE_ACTIVITY, "L1")
    assert future.rule.startswith("1 activity after the instant")
