"""Every notebook runs from top to bottom, ends in asserts, and is committed without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.command_line import ROOT

_NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
_named = pytest.mark.parametrize("path", _NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_a_quickstart() -> None:
    """A newcomer finds where to begin."""
    assert "01_quickstart" in [path.stem for path in _NOTEBOOKS]


@_named
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a kernel of the running interpreter, with no cell that raises or warns."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = _read(path)
    NotebookClient(notebook, kernel_name="python3", timeout=120,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    said = [output.text for cell in _code_cells(notebook) for output in cell.outputs
            if output.get("name") == "stderr"]
    assert said == []


@_named
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    """No output, no execution count, nothing that a run would change."""
    notebook = _read(path)
    for cell in _code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert cell.metadata == {}


@_named
def test_a_notebook_ends_in_asserts(path: Path) -> None:
    """The last cell states what must hold."""
    last = _read(path).cells[-1]
    assert last.cell_type == "code"
    assert all(line.startswith(("assert ", " ", ")")) for line in last.source.splitlines())
