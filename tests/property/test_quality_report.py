"""A quality report is the same however the leads come in, and nothing in it is lost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.models import Lead
from solver.models.checking import VALUE_FIELDS, Checking
from solver.prepare.check.counters import TopCounter
from solver.prepare.check.fixes import worth_of
from solver.prepare.check.quality import Checker
from solver.prepare.check.records import Balance
from solver.prepare.check.report import QualityReport, ReportBuilder
from solver.prepare.check.rush import RushWatch
from solver.prepare.check.sources import Fate, SourceTally

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
RULES = Checking(required=(*VALUE_FIELDS, "country"), any_of=(("email", "phone"),),
                 rush_leads=3, rush_window=8)
CHECKER = Checker(RULES, AT)
Row = tuple[Lead, dict[str, str]]


@st.composite
def a_row(draw: st.DrawFn) -> Row:
    """Draw a lead with blanks, odd numbers and unknown values."""
    blank = st.none()
    fields: dict[str, Any] = {
        "created_at": draw(blank | st.integers(-2, 5000).map(lambda d: AT - timedelta(days=d))),
        "deal_value": draw(blank | st.floats(0, 1e6) | st.just(0.0)),
        "score": draw(blank | st.floats(0, 100)),
        "country": draw(st.sampled_from([None, "US", "Narnia", "Mordor"])),
        "email": draw(st.sampled_from([None, "a@b.example", "at home"])),
        "phone": draw(st.sampled_from([None, "+1 555"])),
        "employees": draw(blank | st.floats(0, 1e7)),
        "source": draw(st.sampled_from([None, "Web", "web", "Fair"])),
    }
    assumed = draw(st.sets(st.sampled_from(["deal_value", "score", "employees"]), max_size=2))
    unknown = {name: fields[name] for name in ("country", "email")
               if fields[name] in ("Narnia", "Mordor", "at home")}
    if fields["employees"] is None and draw(st.booleans()):
        unknown["employees"] = draw(st.sampled_from(["some", "few", "many"]))
    lead_id = f"L{draw(st.integers(0, 999))}"
    return Lead.model_validate({"lead_id": lead_id, **fields, "assumed": sorted(assumed)}), unknown


class _Batch:
    """All that streams over leads."""

    def __init__(self, rows: list[Row]) -> None:
        self.builder, self.tally, self.watch = ReportBuilder(RULES), SourceTally(), RushWatch(RULES)
        for lead, unknown in rows:
            quality = CHECKER.quality(lead, unknown)
            self.builder.add(lead, unknown, quality, worth_of(lead))
            self.tally.add(lead, unknown, quality, Fate(owned=lead.score is not None))
            self.watch.add(lead, unknown)

    def report(self, num_rows: int) -> QualityReport:
        return self.builder.report(Balance(rows_in=num_rows, rows_out=num_rows),
                                   rushes=self.watch.rushes(), sources=self.tally.sources())


ROWS = st.lists(a_row(), max_size=40, unique_by=lambda row: row[0].lead_id)


@given(rows=ROWS, order=st.randoms())
@settings(max_examples=120)
def test_the_order_of_the_leads_does_not_matter(rows: list[Row], order: Any) -> None:
    """Shuffled: the same bytes."""
    whole = _Batch(rows).report(len(rows))
    shuffled = _Batch(order.sample(rows, len(rows))).report(len(rows))
    assert shuffled.model_dump_json() == whole.model_dump_json()


@given(rows=ROWS)
@settings(max_examples=120)
def test_every_lead_is_accounted_for(rows: list[Row]) -> None:
    """Routable, in a fix or beside the ten; in one class of the histogram; in the counts."""
    report = _Batch(rows).report(len(rows))
    unroutable = sum(fix.leads for fix in report.fixes) + report.other_unroutable
    lacking = sum(bool(CHECKER.missing(lead, unknown)) for lead, unknown in rows)
    assert unroutable == lacking == report.leads - report.routable
    assert sum(report.histogram) == report.leads == len(rows)
    assert sum(source.leads for source in report.sources) == len(rows)
    for source in report.sources:
        assert sum(month.leads for month in source.months) == source.leads
    for field in report.unknown:
        counted = Counter(unknown[field.field] for lead, unknown in rows
                          if field.field in unknown and field.field not in lead.assumed)
        assert {value.value: value.leads for value in field.values} == counted
        assert (field.others, field.shortfall, field.leads) == (0, 0, counted.total())
    for quality in report.fields:
        assert quality.there + quality.assumed <= len(rows)
        assert quality.unknown + quality.implausible <= quality.there
    assert QualityReport.model_validate_json(report.model_dump_json()) == report


@given(rows=ROWS)
@settings(max_examples=80)
def test_fixes_are_worth_what_they_say(rows: list[Row]) -> None:
    """Each group at its own worths and the mean of its sources, recomputed the plain way."""
    routable: dict[str, list[int]] = {}
    groups: dict[tuple[str, ...], list[Lead]] = {}
    for lead, unknown in rows:
        missing = CHECKER.missing(lead, unknown)
        if missing:
            groups.setdefault(tuple(sorted(_problem(m, unknown) for m in missing)), []).append(lead)
        else:
            routable.setdefault((lead.source or "").casefold(), []).append(_worth(lead))
    all_worths = [worth for worths in routable.values() for worth in worths]
    expected = []
    for leads in groups.values():
        total = 0.0
        for lead in leads:
            worths = routable.get((lead.source or "").casefold(), all_worths)
            total += _worth(lead) if worth_of(lead) is not None else \
                sum(worths) / len(worths) if worths else 0
        expected.append((len(leads), total))
    fixes = _Batch(rows).report(len(rows)).fixes
    best = sorted((total for _, total in expected), reverse=True)[:10]
    assert len(fixes) == len(best)
    for fix, total in zip(fixes, best, strict=True):
        assert abs(fix.worth - total) <= 3, "a rounding for each of three sources"
    assert sorted(fix.worth for fix in fixes) == [fix.worth for fix in reversed(fixes)]


def _problem(missing: str, unknown: dict[str, str]) -> str:
    found = [name for name in missing.split(" or ") if name in unknown]
    return f"{found[0]}={unknown[found[0]]}" if found else missing


def _worth(lead: Lead) -> int:
    return round((worth_of(lead) or 0) * 100)


@given(values=st.lists(st.integers(0, 30), max_size=300), cap=st.integers(1, 12))
@settings(max_examples=150)
def test_a_bounded_counter_is_exact_below_its_cap(values: list[int], cap: int) -> None:
    """At the cap all counts are exact; above it they fall short by no more than is said."""
    counter = TopCounter(cap)
    for value in values:
        counter.add(str(value))
    exact = Counter(map(str, values))
    listed = dict(counter.top(2 * cap + 1))
    assert len(listed) <= 2 * cap
    assert counter.total == len(values)
    assert counter.shortfall <= len(values) / (cap + 1)
    if len(exact) <= cap:
        assert (listed, counter.shortfall) == (dict(exact), 0)
    for name, times in exact.items():
        assert times - counter.shortfall <= counter[name] <= times
