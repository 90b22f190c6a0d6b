"""Policy files: defaults key by key, and what YAML makes of what people write."""

from __future__ import annotations

import pytest

from solver.models import Policy, UnknownHours
from solver.reading.policy_file import read_policy
from tests.unit.input_files import found, read


def codes(text: str | bytes) -> list[tuple[int | None, str | None, str]]:
    data = text.encode() if isinstance(text, str) else text
    policy, issues = read_policy(data, "policy.yaml")
    assert (policy is None) == bool(issues)
    return [(issue.row, issue.column, issue.code.value) for issue in issues]


def test_overrides_key_by_key() -> None:
    """A file changes what it names and leaves every other default."""
    window = read(policy="match: {unknown: 0.25}\nresponse: {unknown_hours: works}\n"
                         "territories:\n  - {name: X, employees: [10, null]}\n").window
    assert window is not None
    policy = window.policy
    assert (policy.match.unknown, policy.match.skill) == (0.25, Policy().match.skill)
    assert policy.response.unknown_hours is UnknownHours.WORKS
    assert policy.territories[0].employees == (10.0, None)


@pytest.mark.parametrize("text", ["# nothing\n", "{}", "---\n"])
def test_nothing_said_is_the_default(text: str) -> None:
    """A file without keys is the default policy."""
    assert read_policy(text.encode(), "p.yaml") == (Policy(), [])


@pytest.mark.parametrize(("text", "column", "code"), [
    ("match: {skill: 0.7, territory: 0.7}", "match", "BAD_POLICY"),
    ("match: {skill: 0.7}", "match", "BAD_POLICY"),
    ("match: {skill: '0.6'}", "match.skill", "BAD_POLICY"),
    ("match: {unknown: 1e0}", "match.unknown", "BAD_POLICY"),
    ("match: {unknown: true}", "match.unknown", "BAD_POLICY"),
    ("match: {unknown: 1.5}", "match.unknown", "OUT_OF_RANGE"),
    ("worth: {score: -1}", "worth.score", "OUT_OF_RANGE"),
    ("worth: {score: .nan}", "worth.score", "OUT_OF_RANGE"),
    ("reserve_value: .inf", "reserve_value", "OUT_OF_RANGE"),
    ("freshness: {half_life_hours: 0}", "freshness.half_life_hours", "OUT_OF_RANGE"),
    ("response: {half_life_minutes: -5}", "response.half_life_minutes", "OUT_OF_RANGE"),
    ("response: {unknown_hours: home}", "response.unknown_hours", "BAD_POLICY"),
    ("response: null", "response", "BAD_POLICY"),
    ("response: [240]", "response", "BAD_POLICY"),
    ("territories: null", "territories", "BAD_POLICY"),
    ("territories: {name: X}", "territories", "BAD_POLICY"),
    ("territories: [{countries: [US]}]", "territories.0.name", "BAD_POLICY"),
    ("territories: [{name: ''}]", "territories.0.name", "BAD_POLICY"),
    ("territories: [{name: X}, {name: Y, countries: [NO]}]", "territories.1.countries",
     "NEEDS_QUOTES"),
    ("territories: [{name: X, postal_prefixes: [101]}]", "territories.0.postal_prefixes",
     "NEEDS_QUOTES"),
    ("territories: [{name: X, employees: [50]}]", "territories.0.employees", "BAD_POLICY"),
    ("territories: [{name: X, employees: [9, 1]}]", "territories.0", "BAD_POLICY"),
    ("placeholder_owners: [2026-11-20]", "placeholder_owners", "NEEDS_QUOTES"),
    ("currency: usd", "currency", "BAD_POLICY"),
    ("version: 1.0", "version", "BAD_POLICY"),
    ("version: 0", "version", "OUT_OF_RANGE"),
    ("reserve: 5", "reserve", "UNKNOWN_KEY"),
    ("territory_fit: {inside: 1}", "territory_fit.inside", "UNKNOWN_KEY"),
    ("true: 5", "true", "NEEDS_QUOTES"),
    ("version: 1\nversion: 2", "version", "BAD_YAML"),
])
def test_one_problem(text: str, column: str, code: str) -> None:
    """Each slip is one error that names the key."""
    assert [(where, what) for _, where, what in codes(text)] == [(column, code)]


def test_the_norway_problem() -> None:
    """What YAML takes for a boolean is shown as it was written, with its line and the remedy."""
    _, issues = read_policy(b"territories:\n  - name: Nordics\n    countries: [SE, NO]\n", "p.yaml")
    assert (issues[0].row, issues[0].offending) == (3, "NO")
    assert issues[0].remedy == 'Put it in quotes: "NO"'


def test_unknown_key_gets_the_closest() -> None:
    """A misspelt key is answered with the right one."""
    _, issues = read_policy(b"freshness: {half_life: 3}", "p.yaml")
    assert issues[0].remedy == "Maybe it is 'half_life_hours'"


def test_all_problems_at_once() -> None:
    """Every section's problems come in one run, each with its line."""
    text = "currency: usd\nmatch: {skill: 1, territory: 1}\nterritories:\n- {name: 5}\nx: 1\n"
    assert sorted(codes(text), key=str) == [
        (1, "currency", "BAD_POLICY"), (2, "match", "BAD_POLICY"),
        (4, "territories.0.name", "NEEDS_QUOTES"), (5, "x", "UNKNOWN_KEY")]


_TEN = "[*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0},*{0}]"


@pytest.mark.parametrize("text", [
    "a: [1", "a: b: c", "a: &a [*a]", "a: &a {b: *a}", "[" * 5000, "a: !!python/object:os.system x",
    "a: !!binary aGVsbG8=", "a: !!set {x}", "a: 2026-13-45", "? [a]\n: 1", "a: 1\n---\nb: 2",
    "a: \x07", 'currency: "\\ud800"', "a: " + "9" * 5000, "a: *missing", "a: " + "x" * 1_048_576,
    "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b " + _TEN.format("a") + "\nc: &c " + _TEN.format("b")
    + "\nd: &d " + _TEN.format("c") + "\ne: " + _TEN.format("d"),
])
def test_what_is_not_plain_yaml(text: str) -> None:
    """Broken, recursive, exploding, tagged and huge files are one error, never a crash."""
    assert [code for *_, code in codes(text)] == ["BAD_YAML"]


@pytest.mark.parametrize(("data", "code"), [(b"", "EMPTY_FILE"), (b"a: \xff", "NOT_UTF8"),
                                            (b"[1]", "BAD_POLICY"), (b"hello", "BAD_POLICY")])
def test_what_is_no_policy(data: bytes, code: str) -> None:
    """Empty files, other encodings and other documents are refused."""
    assert [found_code for *_, found_code in codes(data)] == [code]


def test_policy_errors_stop_the_window() -> None:
    """A bad policy stops the run even where the tables are sound."""
    reading = read(policy="version: 0")
    assert reading.window is None
    assert found(reading) == [("policy.yaml", "1", "version", "OUT_OF_RANGE")]
