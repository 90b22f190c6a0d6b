"""The folder of ``route --out``: as a whole or not at all, and never over anything but a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from solver.plan_files import PLAN_FILES
from tests.command_line import AT, Run, contents, fairlead, python_process, reading, write_inputs
from tests.golden.instances import three_leads_two_reps

#: Runs `write_folder` once for each step that touches the disk, killed right before it; each
#: run is a fork, so that the library is imported once.
_KILLED_AT_EVERY_STEP = '''
import os, shutil, signal, sys
from pathlib import Path
from api.out_folder import write_folder

folder, earlier = Path(sys.argv[1]), sys.argv[2] == "earlier"

def counted(call, deadly):
    def run(*args, **kwargs):
        counted.steps += 1
        if counted.steps == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return run

def write(deadly):
    counted.steps = 0
    Path.mkdir, Path.open = counted(Path.mkdir, deadly), counted(Path.open, deadly)
    os.fsync, Path.rename = counted(os.fsync, deadly), counted(Path.rename, deadly)
    shutil.rmtree = counted(shutil.rmtree, deadly)
    write_folder(folder / str(deadly), {"a": b"new", "b": b"new"})

for deadly in range(1, 100):
    if earlier:
        write_folder(folder / str(deadly), {"a": b"old", "b": b"old"})
    child = os.fork()
    if child == 0:
        write(deadly)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        print(deadly)
        sys.exit(os.waitstatus_to_exitcode(status))
'''


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The folder of a tiny window's input files."""
    return write_inputs(tmp_path / "in", three_leads_two_reps())


def _route(inputs: Path, out: Path, at: str = AT) -> Run:
    return fairlead("route", *reading(inputs), "--at", at, "--out", out)


def test_an_earlier_plan_is_replaced_as_a_whole(inputs: Path, tmp_path: Path) -> None:
    """The same inputs give the same bytes; another instant gives another plan, and no debris."""
    out = tmp_path / "deep" / "er" / "plan"
    assert _route(inputs, out).code == 0
    first = contents(out)
    assert _route(inputs, out).code == 0
    assert contents(out) == first
    assert _route(inputs, out, "2026-11-18T16:00:00Z").code == 0
    assert contents(out)["plan.json"] != first["plan.json"]
    assert sorted(contents(out)) == sorted(PLAN_FILES)
    assert [path.name for path in out.parent.iterdir()] == ["plan"]


def test_an_empty_folder_is_filled(inputs: Path, tmp_path: Path) -> None:
    """A folder without anything in it is as good as none."""
    (tmp_path / "plan").mkdir()
    assert _route(inputs, tmp_path / "plan").code == 0
    assert sorted(contents(tmp_path / "plan")) == sorted(PLAN_FILES)


def _a_file(inputs: Path, out: Path) -> None:  # noqa: ARG001 - one signature for all
    out.write_text("notes")


def _a_stranger(inputs: Path, out: Path) -> None:
    _route(inputs, out)
    (out / "notes.txt").write_text("mine")


def _a_subfolder(inputs: Path, out: Path) -> None:
    _route(inputs, out)
    (out / "more").mkdir()


def _an_input_file(inputs: Path, out: Path) -> None:
    out.mkdir()
    for path in [*inputs.iterdir()]:
        path.rename(out / path.name)
        path.symlink_to(out / path.name)


def _no_plan(inputs: Path, out: Path) -> None:  # noqa: ARG001 - one signature for all
    out.mkdir()
    (out / "plan.json").write_text('{"schema": "of somebody else"}')


def _half_a_plan(inputs: Path, out: Path) -> None:
    _route(inputs, out)
    (out / "plan.json").unlink()


@pytest.mark.parametrize(("prepare", "says"), [
    (_a_file, "is a file; name a folder"),
    (_a_stranger, "holds 'notes.txt', which is not part of a plan; name another folder"),
    (_a_subfolder, "holds 'more', which is not part of a plan; name another folder"),
    (_an_input_file, "holds the input file leads.csv; name another folder"),
    (_no_plan, "its plan.json is not Fairlead's; name another folder"),
    (_half_a_plan, "its plan.json is not Fairlead's; name another folder"),
])
def test_anything_but_an_earlier_plan_is_refused_and_untouched(
        prepare: Callable[[Path, Path], None], says: str, inputs: Path, tmp_path: Path) -> None:
    """Exit 2, one line, and every byte stays."""
    out = tmp_path / "plan"
    prepare(inputs, out)
    before = _tree(tmp_path)
    run = _route(inputs, out)
    assert (run.code, run.stdout) == (2, "")
    (line,) = run.said
    assert line.startswith(f"error: --out {out} ")
    assert says in line
    assert _tree(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_refused(inputs: Path, tmp_path: Path) -> None:
    """A file in the path of the folder is named as the cause."""
    (tmp_path / "file").write_text("")
    run = _route(inputs, tmp_path / "file" / "plan")
    assert run.code == 2
    assert run.said[-1].startswith(f"error: --out {tmp_path / 'file' / 'plan'} cannot be written")


@pytest.mark.parametrize("before", ["nothing", "earlier"])
def test_a_killed_run_leaves_no_folder_or_a_whole_plan(before: str, tmp_path: Path) -> None:
    """SIGKILL before each step on the disk: never a part, never a mixture."""
    run = python_process("-c", _KILLED_AT_EVERY_STEP, tmp_path, before)
    assert run.code == 0, run.stderr
    survived = int(run.stdout)
    assert survived > 8
    old, new = {"a": b"old", "b": b"old"}, {"a": b"new", "b": b"new"}
    whole = [new, {}] if before == "nothing" else [old, new, {}]
    left = [contents(path) if (path := tmp_path / str(step)).exists() else {}
            for step in range(1, survived + 1)]
    assert all(plan in whole for plan in left)
    assert left[-1] == new
    if before == "earlier":
        # Between the two renames there is no folder; the earlier plan then lies beside it, whole.
        (gap,) = [step for step, plan in enumerate(left, start=1) if not plan]
        (saved,) = tmp_path.glob(f".{gap}.*/earlier")
        assert contents(saved) == old


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in folder.rglob("*")}
