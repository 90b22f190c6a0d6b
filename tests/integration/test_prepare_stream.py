"""`prepare --stream`: batch by batch, and yet what preparing all leads at once gives."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.raw_leads import AT, HEADER, raw_rows
from solver.errors import InvalidInputError
from solver.prepare.streaming import duplicates
from solver.reading.streaming import StreamResult, prepare_stream
from tests.command_line import contents, fairlead

_STAMP = "2026-11-18T15:00:00Z"
_LAST_NAME = HEADER.index("last_name")
_REPS = "rep_id,capacity\nr1,5\n"
_SAME = ("leads.csv", "changes.csv", "merged.csv", "held.csv")


def _messy(path: Path, num_rows: int = 300) -> Path:
    """Write raw leads, some twice: by id, by e-mail, by phone and name; and rows that are none."""
    rows = [list(row) for row in raw_rows(num_rows, seed=5)]
    for n, row in enumerate(rows):  # names so far apart that nothing but a row's copy is like it
        row[_LAST_NAME] = "".join(chr(97 + byte % 26) for byte in sha256(str(n).encode()).digest())
    for n in range(0, num_rows, 50):
        rows.append(rows[n])  # the same id
        other = list(rows[n + 1])
        other[0], other[-1] = f"X-{n}", "Fair"
        rows.append(other)  # the same person under another id
    rows.append(["", *rows[0][1:]])
    rows.append(rows[1][:3])
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    return path


def _stream(leads: Path, out: Path, batch_rows: int = 20_000) -> StreamResult:
    out.mkdir(parents=True)
    return prepare_stream(leads, out, at=AT, batch_rows=batch_rows)


def test_the_size_of_the_batches_does_not_matter(tmp_path: Path) -> None:
    """The same bytes in every file, whether a row or all rows are in memory."""
    leads = _messy(tmp_path / "leads.csv")
    results = [_stream(leads, tmp_path / str(size), size) for size in (20_000, 64, 7)]
    first = contents(tmp_path / "20000")
    assert "quarantine.csv" in first
    for size, result in ((64, results[1]), (7, results[2])):
        assert contents(tmp_path / str(size)) == first
        assert result.issues == results[0].issues
        assert result.num_changes == results[0].num_changes > 0


def test_a_stream_gives_what_preparing_at_once_gives(tmp_path: Path) -> None:
    """The same leads, changes, merges and holds, byte by byte; and the same balance.

    No two of these leads are one by their names alone: such pairs only a comparison of all finds.
    """
    leads = _messy(tmp_path / "leads.csv", 120)
    (tmp_path / "reps.csv").write_text(_REPS, encoding="utf-8")
    result = _stream(leads, tmp_path / "stream", 50)
    whole = fairlead("prepare", "--leads", leads, "--reps", tmp_path / "reps.csv", "--at", _STAMP,
                     "--out", tmp_path / "whole")
    assert whole.code == 0
    streamed, at_once = contents(tmp_path / "stream"), contents(tmp_path / "whole")
    for name in (*_SAME, "quarantine.csv"):
        assert streamed[name] == at_once[name], name
    report = json.loads(at_once["report.json"])
    assert report["balance"] == result.report.balance.model_dump()
    balance = result.report.balance
    assert (balance.rows_in, balance.merged, balance.quarantined) == (128, 6, 2)


def _crowd(path: Path) -> Path:
    """Write 450 leads of one address, 60 people with one phone, four of whom come twice."""
    header = "lead_id,created_at,deal_value,score,first_name,last_name,email,phone,company," \
        "country,postal_code\n"
    stamp = "2026-11-18T08:{:02}:00Z,100,50"
    rows = [f"A{n:03},{stamp.format(n % 60)},{('Ana,Quixley', ',', 'Bohumil,Tvrz')[n % 3]},"
            "ana.quixley@acme.com,,Acme Tools,US,94105" for n in range(450)]
    names = ["".join(chr(97 + byte % 26) for byte in sha256(str(n % 56).encode()).digest())
             for n in range(60)]
    rows += [f"B{n:02},{stamp.format(n)},{name[:12]},{name[12:]},,+14155550132,,,"
             for n, name in enumerate(names)]
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_crowds_of_leads_come_out_as_at_once(tmp_path: Path) -> None:
    """However many leads have one address they are one or held; a crowd's phone is nobody's."""
    leads = _crowd(tmp_path / "leads.csv")
    (tmp_path / "reps.csv").write_text(_REPS, encoding="utf-8")
    result = _stream(leads, tmp_path / "stream", 100)
    whole = fairlead("prepare", "--leads", leads, "--reps", tmp_path / "reps.csv", "--at", _STAMP,
                     "--out", tmp_path / "whole")
    assert whole.code == 0
    streamed, at_once = contents(tmp_path / "stream"), contents(tmp_path / "whole")
    for name in (*_SAME, "review.csv"):
        assert streamed[name] == at_once[name], name
    assert result.report.balance.merged == 448
    assert streamed["review.csv"].count(b"\n") == 2
    assert not {"CROWDED_KEYS"} & {issue.code.value for issue in result.issues}


def test_a_group_past_memory_is_looked_at_in_parts(tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """No lead is lost, each part has a survivor, and the user is told."""
    monkeypatch.setattr(duplicates, "LARGEST_GROUP", 200)
    result = _stream(_crowd(tmp_path / "leads.csv"), tmp_path / "out")
    balance = result.report.balance
    assert (balance.rows_in, balance.merged) == (510, 444)
    assert "CROWDED_KEYS" in {issue.code.value for issue in result.issues}


@settings(max_examples=25, deadline=None)
@given(text=st.text(alphabet="ab,;\"\n\r01@.", max_size=300), size=st.integers(1, 9))
def test_whatever_a_file_holds_no_row_is_lost(text: str, size: int,
                                              tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rows in = leads + merged + set aside, in any batches: the report refuses anything else."""
    folder = tmp_path_factory.mktemp("any")
    leads = folder / "leads.csv"
    leads.write_text("lead_id,created_at,deal_value,score\nL1,2026-11-18,1,2\n" + text, "utf-8")
    balances = [_stream(leads, folder / name, rows).report.balance
                for name, rows in (("one", 20_000), ("two", size))]
    assert balances[0] == balances[1]
    assert balances[0].rows_in >= 1


def test_other_formats_are_streamed_too(tmp_path: Path) -> None:
    """JSON lines hold the same leads as CSV."""
    row = {"lead_id": "L1", "created_at": "2026-11-18T08:00:00Z", "deal_value": "$200,000",
           "score": 50, "country": "Deutschland"}
    (tmp_path / "leads.jsonl").write_text(json.dumps(row) + "\nnot json\n", encoding="utf-8")
    result = _stream(tmp_path / "leads.jsonl", tmp_path / "out")
    assert (result.report.balance.rows_out, result.report.balance.quarantined) == (1, 1)
    text = (tmp_path / "out" / "leads.csv").read_text(encoding="utf-8")
    assert "200000,50,DE" in text


def test_a_missing_column_is_an_error(tmp_path: Path) -> None:
    """As at once: nothing can be made of leads without an id."""
    (tmp_path / "leads.csv").write_text("name,score\na,1\n", encoding="utf-8")
    with pytest.raises(InvalidInputError) as caught:
        _stream(tmp_path / "leads.csv", tmp_path / "out")
    assert any(issue.column == "lead_id" for issue in caught.value.issues)


def test_the_command_writes_a_folder_or_nothing(tmp_path: Path) -> None:
    """Its files, in place of an earlier folder; what has no place with it is refused."""
    leads = _messy(tmp_path / "in.csv", 100)
    run = fairlead("prepare", "--stream", "--leads", leads, "--at", _STAMP, "--out",
                   tmp_path / "out")
    assert run.code == 0
    assert run.stdout.startswith("Rows in 106 = leads 100 + merged 4 + set aside 2.")
    first = contents(tmp_path / "out")
    again = fairlead("prepare", "--stream", "--leads", leads, "--at", _STAMP, "--out",
                     tmp_path / "out")
    assert (again.code, contents(tmp_path / "out")) == (0, first)
    for flags in (("--reps", leads), ("--enrich", leads), ("--sources", leads), ("--raw",)):
        refused = fairlead("prepare", "--stream", "--leads", leads, "--out", tmp_path / "new",
                           *flags)
        assert (refused.code, (tmp_path / "new").exists()) == (2, False)
    broken = fairlead("prepare", "--stream", "--leads", tmp_path / "none.csv", "--out",
                      tmp_path / "new")
    assert (broken.code, (tmp_path / "new").exists()) == (2, False)
