"""Benchmarks refuse numbers that they cannot run with, and say which they can."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from benchmarks import huge, light_start, sales_floor_windows, warm_start
from benchmarks.array_windows.shapes import SHAPES
from benchmarks.growth import __main__ as growth
from benchmarks.peers import __main__ as peers
from benchmarks.peers.registry import FAIRLEAD, FLOW, PEERS, Peer

MAINS: dict[str, Callable[[], None]] = {
    "peers": peers.main, "growth": growth.main, "huge": huge.main, "warm_start": warm_start.main,
    "light_start": light_start.main, "sales_floor_windows": sales_floor_windows.main}


class BegunError(Exception):
    """What would be run is known, and that is enough."""


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str) -> str:
    """Run a command that must not start; return what it says."""
    name, *arguments = line.split()
    monkeypatch.setattr(sys, "argv", ["__main__.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        MAINS[name]()
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(("line", "said"), [
    ("peers --repeats 0", "argument --repeats: '0' is no whole number of 1 or more"),
    ("peers --seconds nan", "argument --seconds: 'nan' is no number above 0"),
    ("peers --memory -1", "argument --memory: '-1' is no number above 0"),
    ("growth --repeats 0", "argument --repeats: '0' is no whole number of 1 or more"),
    ("growth --repeats two", "argument --repeats: 'two' is no whole number of 1 or more"),
    ("warm_start --windows 1", "argument --windows: '1' is no whole number of 2 or more"),
    ("warm_start --shared 1", "argument --shared: '1' is no share of at least 0 and below 1"),
    ("huge --leads -5", "argument --leads: '-5' is no whole number of 1 or more"),
    ("light_start --before no-such", "'no-such' is no commit, branch or tag of the repository"),
    ("light_start --before --help", "expected one argument"),
    ("sales_floor_windows --seconds 0", "argument --seconds: '0' is no number above 0"),
])
def test_numbers_out_of_range(monkeypatch: pytest.MonkeyPatch,
                              capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    """Exit 2 with what is allowed, under the name of the command."""
    text = refused(monkeypatch, capsys, line)
    assert said in text
    assert text.startswith(f"usage: python -m benchmarks.{line.split(maxsplit=1)[0]} ")


@pytest.mark.parametrize("module", [peers, growth, huge, warm_start, light_start,
                                    sales_floor_windows])
def test_every_option_has_a_help_text(module: object) -> None:
    """None is listed with its name alone."""
    parser = module._parser()  # type: ignore[attr-defined]
    assert [action.dest for action in parser._actions if not action.help] == []
    assert "usage: python -m benchmarks." in parser.format_help()


@pytest.mark.parametrize(("named", "run"), [
    ("", [FLOW, FAIRLEAD]),
    (f"--peers greedy {FAIRLEAD} {FLOW}", ["greedy", FAIRLEAD, FLOW]),
])
def test_brief_runs_what_its_table_shows(monkeypatch: pytest.MonkeyPatch, named: str,
                                         run: list[str]) -> None:
    """The flow and Fairlead alone, unless others are named."""
    found: list[str] = []

    def begun(_window: object, _folder: object, asked: list[Peer], _how: object) -> None:
        found.extend(peer.name for peer in asked)
        raise BegunError

    monkeypatch.setattr(peers, "run_all", begun)
    monkeypatch.setattr(sys, "argv", ["", "--brief", "--sizes", "20x3", *named.split()])
    with pytest.raises(BegunError):
        peers.main()
    assert found == run
    monkeypatch.setattr(sys, "argv", ["", "--sizes", "20x3"])
    found.clear()
    with pytest.raises(BegunError):
        peers.main()
    assert found == list(PEERS)


@pytest.mark.parametrize("lacks", [FLOW, FAIRLEAD])
def test_brief_without_one_of_its_two(monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str], lacks: str) -> None:
    """There is nothing to set beside the other."""
    named = {FLOW: FAIRLEAD, FAIRLEAD: FLOW}[lacks]
    assert f"--peers lacks {lacks}" in refused(
        monkeypatch, capsys, f"peers --brief --peers greedy {named}")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_smallest_size_of_every_shape_is_drawn(shape: str) -> None:
    """One lead and one rep, with or without a pair."""
    window = SHAPES[shape].draw(1, 1)
    assert (window.num_leads, window.num_reps) == (1, 1)
