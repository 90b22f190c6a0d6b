"""Bad input, and what it gets: the exit code, one line that names the place, and no plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.models import IssueCode, Severity
from tests.bad_input import (
    ERRORS,
    RULES,
    VALUE_RANGES,
    WARNINGS,
    Case,
    Files,
    good_files,
    leads,
    reps,
)
from tests.command_line import AT, Run, fairlead, reading

#: A file without data gets these beside the warning that the case is about.
_FOLLOW = {IssueCode.HEADER_ONLY, IssueCode.ALL_HELD}


def _write(folder: Path, files: Files) -> Path:
    folder.mkdir()
    for name, content in {**good_files(), **files}.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def _validate(folder: Path) -> Run:
    return fairlead("validate", *reading(folder), "--at", AT, "--raw")


def _route(folder: Path, out: Path) -> Run:
    return fairlead("route", *reading(folder), "--at", AT, "--raw", "--out", out)


def _lines(run: Run) -> list[str]:
    """Return the problems on stderr, without the progress."""
    return [line for line in run.said if not line.startswith("wrote ")]


def _named(cases: tuple[Case, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def test_good_files_get_no_line(tmp_path: Path) -> None:
    """The files that every case starts from are valid and routed without a warning."""
    folder = _write(tmp_path / "in", {})
    assert _validate(folder) == Run(0, "valid: 2 leads, 2 reps, 0 accounts, policy version 1\n", "")
    routed = _route(folder, tmp_path / "plan")
    assert (routed.code, _lines(routed)) == (0, [])


@_named(ERRORS)
def test_an_error_is_named_and_nothing_is_written(case: Case, tmp_path: Path) -> None:
    """One bad thing gets one line with its place, value, rule and remedy, and exit 3."""
    folder = _write(tmp_path / "in", case.files)
    validated, routed = _validate(folder), _route(folder, tmp_path / "plan")
    (line,) = _lines(routed)
    assert line.startswith(f"error {case.start}")
    assert case.says in line
    assert len(line) < 1_000
    assert line.endswith(".")
    assert (validated.code, routed.code) == (3, 3)
    assert validated.said == [line]
    assert validated.stdout == routed.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@_named(VALUE_RANGES)
def test_values_too_large_for_exact_sums_are_errors(case: Case, tmp_path: Path) -> None:
    """Each deal value is allowed, but not what the policy makes of it."""
    folder = _write(tmp_path / "in", case.files)
    validated, routed = _validate(folder), _route(folder, tmp_path / "plan")
    (line,) = _lines(routed)
    assert line.startswith(f"error VALUE_RANGE {case.where}")
    assert case.says in line
    assert (validated.code, validated.said, routed.code) == (3, [line], 3)
    assert not (tmp_path / "plan").exists()


@_named(WARNINGS)
def test_a_warning_is_named_and_the_plan_is_written(case: Case, tmp_path: Path) -> None:
    """One odd thing gets one line of its kind, exit 0 and a plan that passes its checks."""
    folder, plan = _write(tmp_path / "in", case.files), tmp_path / "plan"
    validated, routed = _validate(folder), _route(folder, plan)
    (line,) = [line for line in _lines(routed) if line.split()[1] == case.code.value]
    assert line.startswith(f"warning {case.start}")
    assert case.says in line
    assert {line.split()[1] for line in _lines(routed)} <= {case.code.value, *_FOLLOW}
    assert (validated.code, routed.code) == (0, 0)
    assert fairlead("verify", plan, *reading(folder)).code == 0


@_named(RULES)
def test_what_rules_make_impossible_is_found_by_validate(case: Case, tmp_path: Path) -> None:
    """One line of its kind; exit 3 where it cannot hold whatever the reps, else 0."""
    folder = _write(tmp_path / "in", case.files)
    run = _validate(folder)
    (line,) = [line for line in run.said if line.split()[1] == case.code.value]
    sure = case.code in (IssueCode.NEVER_MATCHES, IssueCode.CONTRADICTION)
    assert line.startswith(f"{'error' if sure else 'warning'} {case.start}")
    assert case.says in line
    assert run.code == (3 if sure else 0)


def test_every_problem_of_every_file_is_reported_in_one_run(tmp_path: Path) -> None:
    """Problems of leads, reps, accounts, policy and mapping come together, a line each."""
    folder = _write(tmp_path / "in", {
        **leads(score="101", deal_value="-1", company="two\nlines"),
        **reps(capacity="", holidays="ZZ"),
        "accounts.csv": "account_id\nA1\nA1\n",
        "policy.yaml": "colour: red\nreserve_value: -1\n",
        "columns.yaml": "leads: {scor: {default: 50}}\n"})
    run = fairlead("validate", *reading(folder), "--columns", folder / "columns.yaml", "--at", AT,
                   "--raw")
    assert run.code == 3
    assert [tuple(line.split()[:3]) for line in run.said] == [
        ("error", code, f"{file},") for code, file in (
            ("OUT_OF_RANGE", "leads.csv"), ("OUT_OF_RANGE", "leads.csv"),
            ("BLANK_CELL", "reps.csv"), ("UNKNOWN_HOLIDAYS", "reps.csv"),
            ("DUPLICATE_ID", "accounts.csv"), ("UNKNOWN_KEY", "policy.yaml"),
            ("OUT_OF_RANGE", "policy.yaml"), ("UNKNOWN_KEY", "columns.yaml"))]


def test_control_characters_and_long_values_never_break_a_line(tmp_path: Path) -> None:
    """A value with line breaks, escapes and 60,000 characters stands in one short line."""
    folder = _write(tmp_path / "in", leads(created_at="a\n\x1b[31m" + "b" * 60_000))
    (line,) = _validate(folder).said
    assert r"'a\n\x1b[31mbbbb" in line
    assert "(60,007 characters)" in line
    assert len(line) < 400


def test_many_problems_of_one_kind_are_counted(tmp_path: Path) -> None:
    """Twenty lines of a kind are shown, the others are counted in one."""
    rows = "".join(f"L{n},2026-11-18T12:00:00Z,1,101\n" for n in range(1, 1_031))
    folder = _write(tmp_path / "in",
                    {"leads.csv": f"lead_id,created_at,deal_value,score\n{rows}"})
    run = _validate(folder)
    assert run.code == 3
    assert len(run.said) == 21
    assert run.said[-1] == "... and 1,010 more OUT_OF_RANGE in leads.csv, score"


def test_rows_are_counted_as_in_a_spreadsheet(tmp_path: Path) -> None:
    """Blank rows count, a line break inside a cell does not."""
    text = ('lead_id,created_at,deal_value,score,company\n\nL1,2026-11-18T12:00:00Z,1,1,"two\n'
            'lines"\nL2,2026-11-18T12:00:00Z,1,101,\n')
    (line,) = _validate(_write(tmp_path / "in", {"leads.csv": text})).said
    assert line.startswith("error OUT_OF_RANGE leads.csv, row 4, column score, id 'L2': '101'")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_byte_order_mark_and_crlf_are_fine(encoding: str, tmp_path: Path) -> None:
    """Files as a spreadsheet saves them read like any other."""
    files = {name: str(text).replace("\n", "\r\n").encode(encoding)
             for name, text in good_files().items()}
    plain, saved = _write(tmp_path / "plain", {}), _write(tmp_path / "saved", {**files})
    plans = [_route(folder, tmp_path / f"{folder.name}-plan") for folder in (plain, saved)]
    assert [(plan.code, _lines(plan)) for plan in plans] == [(0, []), (0, [])]
    assert ((tmp_path / "plain-plan" / "plan.json").read_bytes()
            == (tmp_path / "saved-plan" / "plan.json").read_bytes())


def test_every_kind_of_problem_has_a_severity_that_the_tables_cover() -> None:
    """The tables name errors and warnings of every code that one odd cell or file can cause."""
    covered = {case.code for case in (*ERRORS, *VALUE_RANGES, *WARNINGS, *RULES)}
    of_other_files = {
        IssueCode.BAD_MAPPING, IssueCode.HISTORY_IN_FUTURE, IssueCode.EMPTY_HISTORY,
        IssueCode.BAD_FLOORS, IssueCode.UNKNOWN_FLOOR_REP, IssueCode.MISSING_FLOOR,
        IssueCode.STALE_FLOORS, IssueCode.UNKNOWN_LEAD, IssueCode.FUTURE_ACTIVITY,
        IssueCode.BAD_LEDGER, IssueCode.UNKNOWN_LIMIT, IssueCode.BAD_SCENARIO,
        IssueCode.OVERLAPPING_EDITS, IssueCode.MATCHES_NOBODY, IssueCode.UNKNOWN_NAME}
    of_preparing = {
        IssueCode.AMBIGUOUS_DATE, IssueCode.NO_EXCHANGE_RATE, IssueCode.SET_ASIDE,
        IssueCode.AMBIGUOUS_OWNER, IssueCode.UNKNOWN_RUSH, IssueCode.ENRICHMENT,
        IssueCode.CROWDED_KEYS, IssueCode.CONTRADICTED_COUNTRY}
    assert set(IssueCode) - covered == of_other_files | of_preparing
    assert {Severity.ERROR, Severity.WARNING} == set(Severity)
