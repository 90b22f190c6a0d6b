"""The ledger: posting, presence, periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from solver.fairness.posting import (
    PeriodLimit,
    period_start,
    post,
    settle,
    used_so_far,
    with_limits,
)
from solver.fairness.shares import Shares
from solver.models.ledger import SHARE_SCALE, Entry, Ledger, RepBalance
from solver.models.limit import Measure, Period

_AT = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
_NEW = Ledger(at=_AT - timedelta(hours=1), currency="USD")
_HALVES = Shares(now=(SHARE_SCALE // 2,) * 2, due=(SHARE_SCALE // 2,) * 2)
_ALONE = Shares(now=(SHARE_SCALE, 0), due=(SHARE_SCALE, 0))
_ONE = Shares((SHARE_SCALE,), (SHARE_SCALE,))
_HOUR = timedelta(hours=1)
_WEST = PeriodLimit("west", Period.DAY, Measure.SLOTS)


def _given(rep_id: str, lead_id: str = "L", at: datetime = _AT, **fields: object) -> Entry:
    return Entry.model_validate({"lead_id": lead_id, "rep_id": rep_id, "at": at, **fields})


def _with(ledger: Ledger, *entries: Entry) -> Ledger:
    return Ledger.model_validate({**dict(ledger), "entries": entries})


def _used(ledger: Ledger, limit: PeriodLimit, at: datetime) -> int:
    return used_so_far(ledger, limit.name, limit.period, at, measure=limit.measure)


def test_a_posting_adds_what_was_got_and_takes_off_what_was_due() -> None:
    """In every measure, and the sum stays 0."""
    after = post(_NEW, _AT, ["a", "b"], _HALVES,
                 [_given("a", slots=3, worth=500), _given("b", "M", worth=100)])
    assert [[rep.of(m) * 2 // SHARE_SCALE for m in Measure] for rep in after.reps] == [
        [0, 2, 400], [0, -2, -400]]
    assert [rep.last_assigned_at for rep in after.reps] == [_AT, _AT]


def test_a_lead_given_by_hand_counts() -> None:
    """A window finds it in the balances, and posting brings it there for good, once."""
    ledger = _with(_NEW, _given("b", kind="manual"), _given("a", "M", _AT + _HOUR, kind="manual"))
    found = settle(ledger, _AT, ["a", "b"], _HALVES)
    assert [(rep.leads, rep.last_assigned_at) for rep in found.reps] == [
        (-SHARE_SCALE // 2, None), (SHARE_SCALE // 2, _AT)]
    after = post(ledger, _AT, ["a", "b"], _HALVES, [_given("a", "N")])
    assert [rep.leads for rep in after.reps] == [0, 0]
    assert [entry.lead_id for entry in found.entries] == ["M"]
    assert after.entries == found.entries


def test_a_lead_that_came_back_is_as_if_never_given() -> None:
    """The balances are those of before, and it can be given again at the same instant."""
    given = post(_NEW, _AT, ["a", "b"], _HALVES, [_given("a", slots=2, worth=9), _given("b", "M")])
    back = _with(given, _given("a", at=_AT + _HOUR, kind="returned", slots=2, worth=9))
    found = settle(back, _AT + _HOUR, ["a", "b"], _HALVES)
    assert [[rep.of(m) * 2 // SHARE_SCALE for m in Measure] for rep in found.reps] == [
        [-1, -1, 0], [1, 1, 0]]
    again = post(back, _AT + _HOUR, ["a", "b"], _HALVES, [_given("b", at=_AT + _HOUR)])
    assert [rep.leads for rep in again.reps] == [-SHARE_SCALE, SHARE_SCALE]


def test_a_lead_given_to_somebody_unknown_counts() -> None:
    """Whoever left since has an entry, and the others' shares of the lead are due to them."""
    after = post(_with(_NEW, _given("gone", kind="manual")), _AT, ["a", "b"], _HALVES)
    assert [(rep.rep_id, rep.leads * 2 // SHARE_SCALE) for rep in after.reps] == [
        ("a", -1), ("b", -1), ("gone", 2)]


def test_presence_and_absence_are_noted() -> None:
    """The first window without a share begins the absence, the first with one ends it."""
    away = post(post(_NEW, _AT, ["a", "b"], _HALVES, []), _AT + _HOUR, ["a", "b"], _ALONE, [])
    longer = post(away, _AT + 2 * _HOUR, ["a", "b"], _ALONE, [])
    assert [(r.last_present_at, r.absent_since) for r in longer.reps] == [
        (_AT + 2 * _HOUR, None), (_AT, _AT + _HOUR)]
    back = post(longer, _AT + 3 * _HOUR, ["a", "b"], _HALVES, [])
    assert back.reps[1].absent_since is None


def test_who_left_the_rep_file_stays_and_who_is_new_begins_at_zero() -> None:
    """So balances go on summing to 0."""
    before = post(_NEW, _AT, ["a", "b"], _HALVES, [_given("a")])
    after = post(before, _AT + _HOUR, ["b", "c"], _HALVES, [])
    assert [(r.rep_id, r.leads) for r in after.reps] == [
        ("a", SHARE_SCALE // 2), ("b", -SHARE_SCALE // 2), ("c", 0)]


def test_where_nobody_has_a_share_nothing_is_due() -> None:
    """The lead moves the last assignment and no balance."""
    after = post(_NEW, _AT, ["a"], Shares(now=(0,), due=(0,)), [_given("a")])
    assert (after.reps[0].leads, after.reps[0].last_assigned_at) == (0, _AT)


@pytest.mark.parametrize(("at", "lead", "words"), [
    (_AT - _HOUR, None, "before the window"),
    (_AT + _HOUR, _given("a", at=_AT), "counts already"),
    (_AT + _HOUR, _given("a", at=_AT + 2 * _HOUR), "not be after"),
])
def test_nothing_is_posted_twice_or_out_of_time(at: datetime, lead: Entry | None, words: str
                                                ) -> None:
    """A window posted again and other times are refused."""
    ledger = post(_NEW, _AT, ["a", "b"], _HALVES, [])
    with pytest.raises(ValueError, match=words):
        post(ledger, at, ["a", "b"], _HALVES, [lead] if lead else [])


def test_a_lead_cannot_be_given_twice() -> None:
    """By a plan and by hand at once."""
    with pytest.raises(ValueError, match="'b' and again to 'a'"):
        post(_with(_NEW, _given("b", kind="manual")), _AT, ["a", "b"], _HALVES, [_given("a")])


@pytest.mark.parametrize(("period", "first", "last"), [
    (Period.DAY, date(2026, 11, 19), timedelta(hours=23)),
    (Period.WEEK, date(2026, 11, 16), timedelta(days=3, hours=23)),
    (Period.MONTH, date(2026, 11, 1), timedelta(days=11, hours=23)),
])
def test_periods_turn_at_midnight_of_the_ledgers_zone(period: Period, first: date,
                                                      last: timedelta) -> None:
    """23:30 UTC is the next day in Paris; use adds up until the period is over."""
    ledger = Ledger(at=_AT, currency="EUR", timezone="Europe/Paris")
    west = PeriodLimit("west", period, Measure.SLOTS)
    east = PeriodLimit("east", period, Measure.SLOTS)
    assert period_start("Europe/Paris", period, _AT) == first
    for n in (3, 4):
        at = _AT + timedelta(minutes=n)
        ledger = post(ledger, at, ["a"], _ONE, [
            _given("a", f"L{n}", at, slots=n, limits=("west", "dropped"))], [west, east])
    midnight = datetime(2026, 11, 18, 23, tzinfo=UTC) + last + _HOUR
    assert [_used(ledger, limit, midnight - timedelta(minutes=1)) for limit in (west, east)] == [
        7, 0]
    assert _used(ledger, west, midnight) == 0
    for other in (PeriodLimit("west", period, Measure.LEADS),
                  PeriodLimit("west", Period.DAY if period is not Period.DAY else Period.WEEK,
                              Measure.SLOTS)):
        assert _used(ledger, other, at) == 0
    assert post(ledger, midnight, ["a"], _ONE).periods == ()
    assert post(ledger, at + _HOUR, ["a"], _ONE).periods == ledger.periods


def test_a_lead_that_came_back_frees_the_period_in_which_it_was_given() -> None:
    """Given yesterday it frees nothing of today; given today it does, and never below nothing."""
    at = datetime(2026, 11, 18, 12, tzinfo=UTC)
    ledger = post(Ledger(at=at, currency="USD"), at, ["a"], _ONE,
                  [_given("a", "M", at, slots=5, limits=("west",))], [_WEST])
    for given_at, slots, used in ((at - 24 * _HOUR, 2, 5), (at, 2, 3), (at, 9, 0)):
        back = _with(ledger, _given("a", "M", at + _HOUR, kind="returned", slots=slots,
                                    limits=("west",), assigned_at=given_at))
        found = settle(back, at + _HOUR, ["a"], _ONE, [_WEST])
        assert _used(found, _WEST, at + _HOUR) == used


def test_limits_are_found_for_what_was_done_by_hand() -> None:
    """What filters find comes to what the row names."""
    ledger = _with(_NEW, _given("a", kind="manual", limits=("east",), slots=2))
    named = with_limits(ledger, lambda entry: ["west"] if entry.rep_id == "a" else [])
    assert named.entries[0].limits == ("east", "west")
    found = settle(named, _AT, ["a"], _ONE, [_WEST])
    assert _used(found, _WEST, _AT) == 2


_BALANCE = {"rep_id": "a", "leads": 5}


@pytest.mark.parametrize(("fields", "words"), [
    ({"reps": [_BALANCE]}, "must sum to 0"),
    ({"reps": [{"rep_id": "b"}, {"rep_id": "a"}]}, "sorted"),
    ({"reps": [{"rep_id": "a", "leads": 0.5}]}, "valid integer"),
    ({"reps": [{"rep_id": "a", "last_assigned_at": _AT + _HOUR}]}, "must not be after"),
    ({"periods": [{"limit": "w", "period": "week", "measure": "leads", "start": "2026-11-18",
                   "used": 1}]}, "does not begin a week"),
    ({"periods": [{"limit": "w", "period": "window", "measure": "leads", "start": "2026-11-18",
                   "used": 1}]}, "nothing to remember"),
    ({"schema_version": "2.0"}, "1.0"),
])
def test_a_ledger_that_cannot_be_is_refused(fields: dict[str, object], words: str) -> None:
    """A hand that edits it hears what is wrong."""
    with pytest.raises(ValidationError, match=words):
        Ledger.model_validate({"at": _AT, "currency": "USD", **fields})


def test_a_balance_is_named_by_its_measure() -> None:
    """Each measure has its own."""
    rep = RepBalance(rep_id="a", leads=1, slots=2, worth=3)
    assert [rep.of(measure) for measure in Measure] == [1, 2, 3]
