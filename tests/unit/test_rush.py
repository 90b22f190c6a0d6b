"""A sudden rush of unknown values: a form changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from solver.models import Lead
from solver.models.checking import Checking
from solver.prepare.check.rush import RushWatch, UnknownRush

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
RULES = Checking()
Row = tuple[Lead, dict[str, str]]


def a_row(n: int, unknown: str | None = None, industry: str | None = "Software",
          assumed: bool = False) -> Row:
    """A lead that came in at minute n, its industry unknown if a value is given."""
    lead = Lead.model_validate({
        "lead_id": f"L{n}", "created_at": AT + timedelta(minutes=n),
        "industry": unknown or industry, "assumed": ["industry"] if assumed else []})
    return lead, {} if unknown is None else {"industry": unknown}


def a_history(known: int, **unknown: int) -> list[Row]:
    """Leads without a date: they count with the history."""
    values: list[str | None] = [None] * known
    for value, times in unknown.items():
        values += [value] * times
    return [(lead.model_copy(update={"created_at": None}), unread)
            for lead, unread in (a_row(0, value) for value in values)]


def rushes(history: Sequence[Row], recent: Sequence[Row]) -> tuple[UnknownRush, ...]:
    watch = RushWatch(RULES)
    for row in (*history, *recent):
        watch.add(*row)
    return watch.rushes()


def test_a_changed_form() -> None:
    """The field, the value, both shares, and the minute it began, whatever the order."""
    recent = [a_row(n) for n in range(30)] + [a_row(n, "SaaS") for n in range(30, 60)]
    (rush,) = rushes(a_history(990, Farms=10), recent[::-1])
    assert (rush.field, rush.value, rush.num_values) == ("industry", "SaaS", 1)
    assert (rush.value_leads, rush.unknown_leads, rush.leads) == (30, 30, 60)
    assert (rush.share, rush.share_before, rush.leads_before) == (0.5, 0.01, 1000)
    assert (rush.since, rush.lead_id) == (AT + timedelta(minutes=30), "L30")
    assert rush.rule == (
        "30 of the last 60 leads with industry have this value, which is not known: 50% now, 1% "
        "of 1,000 before, since 2026-11-20T09:30:00+00:00")


def test_an_early_stray_is_not_the_beginning() -> None:
    """One unknown value long before the change does not date it."""
    recent = [a_row(0, "SaaS"), *(a_row(n) for n in range(1, 40)),
              *(a_row(n, "SaaS") for n in range(40, 70))]
    (rush,) = rushes(a_history(1000), recent)
    assert rush.since == AT + timedelta(minutes=40)


def test_free_text_instead_of_a_list() -> None:
    """Each value stands once; together they are a rush, and the first by name is the example."""
    (rush,) = rushes(a_history(500), [a_row(n, f"we make {n:02d}") for n in range(40)])
    assert (rush.value, rush.num_values, rush.value_leads, rush.unknown_leads) == (
        "we make 00", 40, 1, 40)
    assert "40 values that are not known" in rush.rule


def test_one_value_that_replaces_the_usual_unknown_ones() -> None:
    """The share as a whole stands still; the new value is a rush all the same."""
    usual = {f"u{n}": 10 for n in range(50)}
    (rush,) = rushes(a_history(500, **usual),
                     [a_row(n, "SaaS" if n % 2 else None) for n in range(60)])
    assert (rush.value, rush.share, rush.share_before) == ("SaaS", 0.5, 0)


@pytest.mark.parametrize(("history", "recent"), [
    (a_history(1000), [a_row(n, "SaaS") for n in range(19)]),
    (a_history(1000), [a_row(n, "SaaS" if n < 17 else None) for n in range(60)]),
    (a_history(500, SaaS=500), [a_row(n, "SaaS" if n % 4 else None) for n in range(100)]),
    (a_history(0), [a_row(n, "SaaS") for n in range(100)]),
    (a_history(4), [a_row(n, "SaaS") for n in range(20)]),
    (a_history(20), [a_row(n, "SaaS" if n < 7 else None) for n in range(20)]),
    (a_history(1000), [a_row(n, "SaaS", assumed=True) for n in range(100)]),
], ids=["too few leads", "too small a share", "too small a rise", "no history", "a short history",
        "luck", "supplied by the mapping"])
def test_what_is_no_rush(history: list[Row], recent: list[Row]) -> None:
    """Small numbers and steady shares raise no alarm."""
    assert rushes(history, recent) == ()


def test_only_leads_that_have_the_field_count() -> None:
    """A field that is mostly blank can be in a rush; a blank is no unknown value."""
    recent = [a_row(n, "SaaS" if n % 4 == 0 else None, industry=None) for n in range(120)]
    (rush,) = rushes(a_history(100), recent)
    assert (rush.leads, rush.share) == (30, 1)
    assert rushes(a_history(100), [a_row(n, industry=None) for n in range(100)]) == ()


def test_a_watch_splits_by_time_whatever_the_order() -> None:
    """The latest leads are the recent ones."""
    rows = [a_row(n) for n in range(400)] + [a_row(n, "SaaS") for n in range(400, 480)]
    (rush,) = rushes([], rows)
    assert (rush.leads, rush.unknown_leads, rush.leads_before) == (200, 80, 280)
    assert rush.since == AT + timedelta(minutes=400)
    assert rushes([], rows[::-1]) == (rush,)


def test_a_watch_counts_leads_of_unknown_date_as_history() -> None:
    """They cannot be recent."""
    undated = [(Lead(lead_id=f"x{n}", industry="Software"), dict[str, str]()) for n in range(300)]
    (rush,) = rushes(undated, [a_row(n, "SaaS") for n in range(100)])
    assert (rush.leads, rush.leads_before) == (100, 300)
