"""The quality report of a file: what it counts, and which repairs it puts first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from solver.models import Lead
from solver.models.checking import VALUE_FIELDS, Checking
from solver.prepare.check.counters import TopCounter
from solver.prepare.check.fixes import FixFinder, problems_of, worth_of
from solver.prepare.check.quality import Checker
from solver.prepare.check.records import Balance, Duplicates, Fix, Problem, ProblemKind
from solver.prepare.check.report import QualityReport, ReportBuilder

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
Row = tuple[Lead, dict[str, str]]


def a_row(n: int, unknown: dict[str, str] | None = None, **fields: Any) -> Row:
    lead = Lead.model_validate({"lead_id": f"L{n}", "created_at": AT, "deal_value": 1000,
                                "score": 50, "source": "Web", **fields})
    return lead, unknown or {}


def built(*rows: Row, rules: Checking | None = None, blocking: tuple[str, ...] = ()
          ) -> ReportBuilder:
    rules = rules or Checking()
    builder, checker = ReportBuilder(rules), Checker(rules, AT)
    for lead, unknown in rows:
        builder.add(lead, unknown, checker.quality(lead, unknown), worth_of(lead), blocking)
    return builder


def report(*rows: Row, **options: Any) -> QualityReport:
    balance = Balance(rows_in=len(rows), rows_out=len(rows))
    return built(*rows, **options).report(balance)


def test_an_empty_file() -> None:
    """Nothing is known of the quality of no leads."""
    found = report()
    assert (found.leads, found.mean_quality, found.fixes, found.unknown) == (0, None, (), ())
    assert all(field.validity is None for field in found.fields)


def test_fields() -> None:
    """Each field counts what is there, assumed, unknown and implausible."""
    found = report(
        a_row(1, employees=50), a_row(2, employees=0), a_row(3, {"employees": "lots"}),
        a_row(4, employees=9, assumed=("employees",)))
    employees = next(field for field in found.fields if field.field == "employees")
    assert (employees.there, employees.assumed, employees.unknown, employees.implausible) == (
        3, 1, 1, 1)
    assert employees.completeness == 0.75
    assert employees.validity == pytest.approx(1 / 3)
    phone = next(field for field in found.fields if field.field == "phone")
    assert (phone.there, phone.validity) == (0, None)
    assert "street" not in {field.field for field in found.fields}


def test_unknown_values_are_counted() -> None:
    """The field with the most comes first, in it the value with the most; counts balance."""
    rows = [a_row(i, {"industry": f"thing {i % 25}"}, industry="x") for i in range(75)]
    rows += [a_row(i, {"country": "Narnia"}, country="Narnia") for i in range(100, 103)]
    found = report(*rows)
    assert [(u.field, u.leads, u.shortfall) for u in found.unknown] == [
        ("industry", 75, 0), ("country", 3, 0)]
    industry = found.unknown[0]
    assert len(industry.values) == 20
    assert {value.leads for value in industry.values} == {3}
    assert industry.values[0].value == "thing 0"
    assert industry.others == 75 - 60


def test_the_histogram() -> None:
    """Ten classes of ten points; 100 belongs to the last."""
    rules = Checking.model_validate({"weights": {
        **dict.fromkeys(Checking().weights, 0), "email": 1, "phone": 3}})
    found = report(a_row(1), a_row(2, email="a@b.example"), a_row(3, phone="1"),
                   a_row(4, email="a@b.example", phone="1"), rules=rules)
    assert found.histogram == (1, 0, 1, 0, 0, 0, 0, 1, 0, 1)
    assert found.mean_quality == 50


def test_balance_must_hold() -> None:
    """A report of lost rows cannot be made."""
    Balance(rows_in=10, rows_out=7, merged=2, quarantined=1)
    with pytest.raises(ValidationError, match=r"10 rows in must equal 7 out \+ 2 merged \+ 0"):
        Balance(rows_in=10, rows_out=7, merged=2)


def test_what_is_handed_in_stands_in_the_report() -> None:
    """Rows and duplicates come from elsewhere."""
    balance = Balance(rows_in=3, rows_out=1, merged=1, quarantined=1)
    found = built(a_row(1)).report(balance, Duplicates(merged=1, uncertain=2))
    assert (found.balance, found.duplicates.uncertain, found.leads) == (balance, 2, 1)


# --- fixes ----------------------------------------------------------------------------------------


def test_fixes_by_worth() -> None:
    """A blank at the mean of its source, an unknown value at its lead's own worth."""
    rules = Checking(required=(*VALUE_FIELDS, "country"))
    found = report(
        a_row(1, country="US"), a_row(2, country="US", deal_value=3000),  # Web: mean 1,000
        a_row(3, country="US", source="Fair", deal_value=400),            # Fair: mean 200
        a_row(4, country="US", score=None), a_row(5, country="US", score=None, source="FAIR"),
        a_row(6, {"country": "Narnia"}, country="Narnia", deal_value=9000),
        rules=rules)
    assert (found.leads, found.routable, found.other_unroutable) == (6, 3, 0)
    narnia, score = found.fixes
    assert narnia.problems == (
        Problem(field="country", kind=ProblemKind.UNKNOWN, value="Narnia"),)
    assert (narnia.leads, narnia.worth, narnia.estimated) == (1, 450_000, 0)
    assert score.problems == (Problem(field="score", kind=ProblemKind.BLANK),)
    assert (score.leads, score.worth, score.estimated) == (2, 100_000 + 20_000, 2)


def test_each_unroutable_lead_counts_in_one_fix() -> None:
    """A lead that lacks two things is routed only by mending both."""
    found = report(a_row(1), a_row(2, score=None), a_row(3, score=None, created_at=None))
    assert [[p.field for p in fix.problems] for fix in found.fixes] == [
        ["created_at", "score"], ["score"]]
    assert sum(fix.leads for fix in found.fixes) == found.leads - found.routable == 2


def test_a_source_without_routable_leads_takes_the_mean_of_all() -> None:
    """Two routable leads of 500 and 1,500 elsewhere."""
    found = report(a_row(1), a_row(2, deal_value=3000), a_row(3, score=None, source="New"))
    assert (found.fixes[0].worth, found.fixes[0].estimated) == (100_000, 1)


def test_worth_of_leads_is_unknown_where_no_lead_is_routable() -> None:
    """Nothing to take a mean of."""
    (fix,) = report(a_row(1, score=None)).fixes
    assert (fix.worth, fix.estimated, fix.unvalued) == (0, 0, 1)
    assert fix.message == "Fill in score: 1 lead worth 0.00 (1 of unknown worth)."


def test_only_ten_fixes_are_listed() -> None:
    """The rest is counted."""
    rows = [a_row(i, {"deal_value": f"about {i}"}, deal_value=None) for i in range(13)]
    found = report(a_row(99), *rows)
    assert (len(found.fixes), found.other_unroutable, found.routable) == (10, 3, 1)


def test_the_caller_can_name_what_else_blocks() -> None:
    """A country without a territory, an implausible number."""
    found = report(a_row(1, deal_value=0.5), blocking=("territory", "deal_value"))
    assert [(p.field, p.kind) for p in found.fixes[0].problems] == [
        ("deal_value", ProblemKind.IMPLAUSIBLE), ("territory", ProblemKind.BLANK)]


def test_of_a_group_the_unknown_value_is_named() -> None:
    """A wrong e-mail address is easier to mend than a missing phone number."""
    assert problems_of(("email or phone",), {"email": "at home"}, ()) == (
        ("email", ProblemKind.UNKNOWN, "at home"),)
    assert problems_of(("email or phone",), {}, ()) == (("email or phone", ProblemKind.BLANK, ""),)


def test_a_fix_reads_as_a_sentence() -> None:
    """What to do, for how many, worth what, and what that rests on."""
    fix = Fix(problems=(Problem(field="country", kind=ProblemKind.UNKNOWN, value="Narnia"),
                        Problem(field="score", kind=ProblemKind.BLANK)),
              leads=1200, worth=123_456_789, estimated=700, unvalued=0)
    assert fix.message == (
        "Correct country 'Narnia' or teach it and fill in score: 1,200 leads worth 1,234,567.89 "
        "(700 of them at the mean worth of their source's leads).")


def test_problems_beyond_the_cap_are_counted_together() -> None:
    """The largest groups stay, and no lead is lost."""
    finder = FixFinder(cap=2)
    for n in range(5):
        lead, _ = a_row(n)
        for _ in range(5 - n):
            finder.add_unroutable(lead, (("score", ProblemKind.UNKNOWN, f"v{n}"),), 1.0)
    assert [(fix.leads, fix.worth) for fix in finder.fixes(10)] == [(5, 500), (4, 400)]
    assert (finder.others, finder.num_unroutable) == (3 + 2 + 1, 15)


# --- counting in bounded memory ------------------------------------------------------------------


def test_the_top_counter_keeps_the_frequent() -> None:
    """Above its cap a count falls short by at most total / (cap + 1), and says so."""
    counter = TopCounter(4)
    for n in range(200):
        counter.add("often")
        counter.add(f"once {n}")
    assert counter.total == 400
    assert 0 < counter.shortfall <= 400 / 5
    (top, times), *_ = counter.top(1)
    assert top == "often"
    assert 200 - counter.shortfall <= times <= 200


def test_long_values_are_cut() -> None:
    """Memory stays bounded whatever a cell holds."""
    counter = TopCounter(4)
    counter.add("x" * 10_000)
    assert counter.top(1) == [("x" * 200, 1)]
    assert counter["x" * 10_000] == 1
