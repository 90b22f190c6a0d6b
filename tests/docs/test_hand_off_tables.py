"""The tables of the hand-off's README are those of the code."""

from __future__ import annotations

import re

import pytest

from solver.hand_off import (
    NEEDED_WITH,
    OWED_IN,
    STEPS_OF_PEOPLE,
    TRANSITIONS,
    LeadState,
    Transition,
    occupies_slot,
)
from tests.command_line import ROOT

_TEXT = (ROOT / "solver" / "hand_off" / "README.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its first two lines."""
    found = re.search(rf"^## {heading}$.*?^((?:\|[^\n]*\n)+)", _TEXT, re.M | re.S)
    assert found, heading
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in found[1].splitlines()[2:]]


def _states(before: tuple[LeadState | None, ...]) -> str:
    if before == (None,):
        return "not known yet"
    left_out = [f"`{state}`" for state in LeadState if state not in before]
    named = [f"`{state}`" for state in before]
    return f"all but {', '.join(left_out)}" if len(left_out) <= 2 else ", ".join(named)


def _row(one: Transition) -> list[str]:
    after = "as it was" if one.after is None else f"`{one.after}`"
    queue = "" if one.queue is None else f" in `{one.queue}`"
    needs = NEEDED_WITH.get(one.step)
    return [f"`{one.step}`", _states(one.before), after + queue, f"`{needs}`" if needs else ""]


@pytest.mark.parametrize(("heading", "of_people"), [
    ("Steps of people", True), ("Steps of the service", False)])
def test_the_tables_of_steps_are_the_transitions(heading: str, of_people: bool) -> None:
    """Every row, in the order of the code."""
    assert _rows(heading) == [_row(one) for one in TRANSITIONS
                              if (one.step in STEPS_OF_PEOPLE) is of_people]


def test_the_table_of_states_says_which_occupy_a_slot() -> None:
    """Every state stands in it once."""
    slots = {name: bool(slot) for states, slot, _ in _rows("States")
             for name in re.findall(r"`(\w+)`", states)}
    assert slots == {state.value: occupies_slot(state) for state in LeadState}


def test_the_table_of_the_service_level_says_in_which_states_what_is_owed() -> None:
    """Every part stands in it, with all its states."""
    owed = {what.strip("`"): set(re.findall(r"`(\w+)`", states))
            for what, states, _ in _rows("The service level")}
    assert owed == {kind.value: {state.value for state in states}
                    for kind, states in OWED_IN.items()}
