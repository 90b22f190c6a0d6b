"""Reading survives anything, and neither the order of rows nor of columns matters."""

from __future__ import annotations

import csv
import io
import json
import random
import tempfile
import warnings
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.models import Issue, Severity, Window
from solver.reading import load
from solver.reading.columns import FILE_KINDS
from solver.reading.mapping.mapping_file import read_mapping
from solver.reading.mapping.rules import FieldRule
from solver.reading.policy_file import read_policy
from solver.writing import render_inputs
from tests.property.strategies import windows
from tests.unit.input_files import LEADS, REPS, read

SOUND_POLICY = b"version: 2\nmatch: {skill: 0.5, territory: 0.5}\nterritories:\n  - name: North\n"
SOUND_MAPPING = b'score: {default: 50}\nproducts: {column: Wares, separator: "|"}\n'

# --- any bytes ----------------------------------------------------------------------------------

_ALPHABET = 'a1,;:"\n\r\t\\{}[]&*!|>-#%@`\'.\0\ufeff\u2028\u00e9\x1f\x85 '


def _damaged(sound: bytes) -> SearchStrategy[bytes]:
    """Draw a sound file with a stretch of it replaced, or anything at all."""
    snippets = st.text(_ALPHABET, max_size=8).map(str.encode) | st.binary(max_size=4)
    cuts = st.tuples(st.integers(0, len(sound)), st.integers(0, 6), snippets)
    changed = cuts.map(lambda cut: sound[: cut[0]] + cut[2] + sound[cut[0] + cut[1]:])
    return changed | st.text(_ALPHABET, max_size=40).map(str.encode) | st.binary(max_size=40)


def _check(issues: tuple[Issue, ...], window: object) -> None:
    errors = [issue for issue in issues if issue.severity is Severity.ERROR]
    assert (window is None) == bool(errors)
    for issue in issues:
        assert str(issue).isprintable()
        assert issue.rule
        assert issue.remedy
        assert issue.file


@given(leads=_damaged(LEADS.encode()), reps=_damaged(REPS.encode()),
       columns=st.none() | _damaged(SOUND_MAPPING), policy=st.none() | _damaged(SOUND_POLICY),
       preset=st.sampled_from([None, "salesforce"]))
@settings(max_examples=150)
@example(leads=b'"\n', reps=b"\xff", columns=b"? ", policy=b"&a [*a]", preset=None)
@example(leads=b'a,"b\n', reps=b"a\rb\n", columns=b"- ", policy=b"<<: 1", preset=None)
def test_any_bytes_give_a_window_or_errors(
    leads: bytes, reps: bytes, columns: bytes | None, policy: bytes | None, preset: str | None
) -> None:
    """Whatever the files hold, the answer is a window or a list of errors, never a crash."""
    reading = read(leads, reps, columns=columns, policy=policy, preset=preset)
    _check(reading.issues, reading.window)


# --- any table ----------------------------------------------------------------------------------

_CELLS = st.sampled_from([
    "", "", "L1", "r1", "1", "0", "-1", "0.5", "1e3", "1e999", "nan", "1,000", "2026-11-20",
    "2026-11-20T08:00:00Z", "2026-11-20T08:00:00", "0001-01-01T00:00:00+14:00", "true", "a:0.5;b",
    "a;A", ";", ":", "Europe/Madrid", "Mon-Fri 09:00-17:00", "2026-11-27/2026-11-23", "GB", "\x1f",
    "2026-11-20/2026-11-21", "=1+1", "x\ny", 'say "hi"', "9" * 400, "\u0661", "e\u0301", "\ud7ff",
]) | st.text(max_size=5)


@st.composite
def _tables(draw: st.DrawFn, use: str) -> str:
    names = list(FILE_KINDS[use].columns)
    header = draw(st.lists(st.sampled_from([*names, *names, "other", "Status", "", "scor"]),
                           min_size=1, max_size=9))
    header += draw(st.sampled_from([[], names[:4], names[:2]]))
    rows = draw(st.lists(st.lists(_CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(dict.fromkeys(header)), *rows]
                               if draw(st.booleans()) else [header, *rows])
    return text.getvalue().encode("utf-8", "replace").decode()


@given(leads=_tables("leads"), reps=_tables("reps"), accounts=_tables("accounts"),
       timezone=st.sampled_from([None, "America/New_York"]))
@settings(max_examples=150)
def test_any_cells_give_a_window_or_errors(
    leads: str, reps: str, accounts: str, timezone: str | None
) -> None:
    """Well-formed tables of any cells in any columns never crash either."""
    reading = read(leads, reps, accounts=accounts, timezone=timezone)
    _check(reading.issues, reading.window)


# --- any YAML -----------------------------------------------------------------------------------

_SCALARS = st.sampled_from([None, True, 0, -1, 0.5, 1e300, 10**30, "", "x", "NO", "leads", "%Y"])


def _trees(keys: list[str]) -> SearchStrategy[object]:
    return st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3)
                        | st.dictionaries(st.sampled_from(keys), inner, max_size=4), max_leaves=12)


_POLICY_KEYS = ["match", "skill", "territory", "territories", "name", "countries", "employees",
                "response", "version", "worth", "score", "route_when", "placeholder_owners"]
_MAPPING_KEYS = ["leads", "reps", "score", "created_at", "skills", "company", "lead_id", "when",
                 *FieldRule.model_fields]


@given(data=_trees(_POLICY_KEYS))
@settings(max_examples=150)
def test_any_policy_gives_a_policy_or_errors(data: object) -> None:
    """Any YAML tree under the policy's own keys is a policy or a list of errors."""
    policy, issues = read_policy(json.dumps(data).encode(), "policy.yaml")
    _check(tuple(issues), policy)


@given(data=_trees(_MAPPING_KEYS))
@settings(max_examples=150)
def test_any_mapping_gives_rules_or_errors(data: object) -> None:
    """Any YAML tree under the mapping's own keys can be applied, or is a list of errors."""
    text = json.dumps(data).encode()
    found = read_mapping(text, "mapping.yaml")
    reading = read(LEADS, REPS, columns=text)
    _check(reading.issues, reading.window)
    if found.issues:
        assert reading.window is None


# --- order --------------------------------------------------------------------------------------


def _shuffled(text: str, order: random.Random) -> str:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    columns = order.sample(range(len(header)), len(header))
    order.shuffle(rows)
    shuffled = io.StringIO(newline="")
    csv.writer(shuffled).writerows([[row[i] for i in columns] for row in [header, *rows]])
    return shuffled.getvalue()


def _read_back(window: Window, files: dict[str, str]) -> Window:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, text in files.items():
            Path(folder, name).write_bytes(text.encode())
        return load(Path(folder, "leads.csv"), Path(folder, "reps.csv"), at=window.at,
                    policy=Path(folder, "policy.yaml"), raw=True)


@given(window=windows(), order=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_does_not_matter(window: Window, order: random.Random) -> None:
    """Rows and columns in any order read back as the window that was written."""
    files = render_inputs(window)
    shuffled = {name: _shuffled(text, order) if name.endswith(".csv") else text
                for name, text in files.items()}
    read_back = _read_back(window, shuffled)
    assert read_back == window
    assert read_back.model_dump_json() == _read_back(window, files).model_dump_json()
