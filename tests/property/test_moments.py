"""Reps at many instants against reps at one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.matrix.moments import WorkPlan, micros
from solver.matrix.rep_factors import rep_factors
from solver.matrix.rows import ValueRows
from solver.models import Window
from tests.property.strategies import AT, windows

_OFFSETS = st.lists(st.integers(0, 72 * 3600 * 1_000_000), min_size=1, max_size=6)


@given(windows(), _OFFSETS)
def test_moments_are_what_each_instant_gives(window: Window, offsets: list[int]) -> None:
    """Availability and response of every rep equal those of the calendars run at the instant."""
    instants = [AT + timedelta(microseconds=offset) for offset in offsets]
    work = WorkPlan(window.reps, window.policy, AT, AT + timedelta(hours=72))
    moments = work.moments(window.reps, np.array(offsets))
    for at, instant in enumerate(instants):
        factors = rep_factors(window.reps, window.policy, instant)
        assert (moments.availability[at] == factors.availability).all()
        assert (moments.response[at] == factors.response).all()


@given(windows(), st.integers(0, 48))
def test_leads_taken_at_a_moment_are_worth_what_a_window_then_gives(window: Window, hours: int
                                                                    ) -> None:
    """Rows taken twice, at an instant, equal the rows of a window at that instant."""
    window = window.model_copy(update={"policy": window.policy.model_copy(update={
        "freshness": type(window.policy.freshness)()})})
    rows = ValueRows(window)
    instant = AT + timedelta(hours=hours)
    work = WorkPlan(window.reps, window.policy, AT, instant)
    twice = np.repeat(np.arange(rows.num_leads), 2)
    taken = rows.take(twice, work.moments(
        window.reps, np.full(len(twice), micros(instant - AT))), rows.reps)
    later = ValueRows(window.model_copy(update={"at": instant}))
    everything = slice(0, rows.num_leads)
    mine = taken.rows(slice(0, len(twice)))
    assert (mine.value[::2] == later.rows(everything).value).all()
    assert (mine.refused[1::2] == later.rows(everything).refused).all()
