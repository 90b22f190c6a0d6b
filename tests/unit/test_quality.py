"""The quality of one lead: what is there, what is sound, what routing lacks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from solver.models import Lead
from solver.models.checking import VALUE_FIELDS, Checking
from solver.prepare.check.filled import is_filled
from solver.prepare.check.quality import Checker, Quality, fields_of

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
#: deal_value 3, score 1, email 4, the rest 0: shares that can be seen.
WEIGHTS = {**dict.fromkeys(Checking().weights, 0.0), "deal_value": 3, "score": 1, "email": 4}
RULES = Checking.model_validate({"weights": WEIGHTS})


def a_lead(**fields: object) -> Lead:
    return Lead.model_validate({"lead_id": "L1", "created_at": AT, "deal_value": 500, "score": 0,
                                "email": "a@b.example", **fields})


def quality(lead: Lead, unknown: Collection[str] = (), rules: Checking = RULES,
            at: datetime | None = AT) -> Quality:
    return Checker(rules, at).quality(lead, unknown)


def test_a_whole_lead_scores_100() -> None:
    """All weighted fields are there and sound; a score of 0 is a value."""
    found = quality(a_lead())
    assert (found.score, found.completeness, found.validity) == (100, 1, 1)
    assert found.missing == found.implausible == ()


def test_the_formula() -> None:
    """Of 8 parts 7 are there and 3 are sound: 100 x 7/8 x 3/7."""
    found = quality(a_lead(score=None, email="at home"), {"email"})
    assert found.completeness == pytest.approx(7 / 8)
    assert found.validity == pytest.approx(3 / 7)
    assert found.score == pytest.approx(100 * 3 / 8)
    assert found.score == pytest.approx(100 * found.completeness * found.validity)


def test_what_could_not_be_read_is_there_but_not_sound() -> None:
    """An unreadable number left no value in the lead, yet the cell was not blank."""
    found = quality(a_lead(deal_value=None), {"deal_value"})
    assert (found.completeness, found.validity) == (1, 5 / 8)
    assert found.missing == ("deal_value",)


def test_what_the_mapping_supplied_is_not_there() -> None:
    """A default is no data; routing may use it all the same."""
    found = quality(a_lead(assumed=("deal_value",)))
    assert (found.completeness, found.validity) == (5 / 8, 1)
    assert found.missing == ()


def test_nothing_there_scores_nothing() -> None:
    """What is missing is never rewarded."""
    found = quality(Lead(lead_id="L1"))
    assert (found.score, found.completeness, found.validity) == (0, 0, 0)
    assert found.missing == VALUE_FIELDS


@pytest.mark.parametrize(("fields", "implausible"), [
    ({"deal_value": 0.5}, ("deal_value",)),
    ({"deal_value": 1}, ()),
    ({"deal_value": 1e10}, ()),
    ({"deal_value": 1.1e10}, ("deal_value",)),
    ({"employees": 0}, ("employees",)),
    ({"annual_revenue": 0.2, "employees": 6e6}, ("annual_revenue", "employees")),
    ({"created_at": datetime(1970, 1, 1, tzinfo=UTC)}, ("created_at",)),
    ({"created_at": AT + timedelta(hours=23)}, ()),
    ({"created_at": AT + timedelta(hours=25)}, ("created_at",)),
])
def test_plausible_numbers(fields: dict[str, object], implausible: tuple[str, ...]) -> None:
    """Bounds include their ends; an age outside them is a matter of created_at."""
    assert quality(a_lead(**fields)).implausible == implausible


def test_ages_are_not_checked_without_an_instant() -> None:
    """The solver has no clock."""
    lead = a_lead(created_at=datetime(1970, 1, 1, tzinfo=UTC))
    assert quality(lead, at=None).implausible == ()


def test_an_implausible_number_counts_against_the_lead() -> None:
    """It is there and not sound."""
    found = quality(a_lead(deal_value=0))
    assert (found.completeness, found.validity, found.score) == (1, 5 / 8, 62.5)


def test_bounds_are_overridden_one_by_one() -> None:
    """Null takes the bounds off; an open end is null; the others stay."""
    rules = Checking.model_validate({"plausible": {"employees": None, "deal_value": [None, 100]}})
    lead = a_lead(employees=0, deal_value=0, annual_revenue=0)
    assert quality(lead, rules=rules).implausible == ("annual_revenue",)
    assert quality(a_lead(deal_value=101), rules=rules).implausible == ("deal_value",)


def test_more_fields_can_be_required() -> None:
    """Fields and groups; an unknown value is as good as blank."""
    rules = Checking.model_validate({"required": [*VALUE_FIELDS, "country"],
                                     "any_of": [["email", "phone"]]})
    missing = Checker(rules).missing
    assert missing(a_lead(email=None)) == ("country", "email or phone")
    assert missing(a_lead(country="US")) == ()
    assert missing(a_lead(country="US", email=None, phone="1")) == ()
    assert missing(a_lead(country="Narnia"), {"country", "email"}) == (
        "country", "email or phone")
    assert fields_of("email or phone") == ("email", "phone")
    assert fields_of("country") == ("country",)


@pytest.mark.parametrize("filled", [0, 0.0, "x", ("a",), AT])
def test_filled(filled: object) -> None:
    """Zero is a value."""
    assert is_filled(filled)


@pytest.mark.parametrize("blank", [None, "", (), {}])
def test_blank(blank: object) -> None:
    """Absent is None or empty."""
    assert not is_filled(blank)


@pytest.mark.parametrize(("section", "message"), [
    ({"required": ["email"]}, "created_at, deal_value, score must be among the required"),
    ({"required": [*VALUE_FIELDS, "emial"]}, "'emial' is not a field .* maybe 'email'"),
    ({"required": [*VALUE_FIELDS, "lead_id"]}, "'lead_id' is not a field"),
    ({"required": [*VALUE_FIELDS, "score"]}, "'score' stands twice"),
    ({"any_of": [["email"]]}, "at least 2"),
    ({"any_of": [["email", "fax"]]}, "'fax' is not a field"),
    ({"plausible": {"age_day": [0, 1]}}, "maybe 'age_days'"),
    ({"plausible": {"email": [0, 1]}}, "'email' is not a field .* as 'age_days' is"),
    ({"plausible": {"employees": [5, 1]}}, "the least 5 must not be above the most 1"),
    ({"weights": {"emal": 1}}, "maybe 'email'"),
    ({"weights": dict.fromkeys(Checking().weights, 0)}, "at least one field"),
    ({"rush_leads": 50, "rush_window": 20}, "rush_window 20 must not be below rush_leads 50"),
    ({"rush_share": 0}, "greater than 0"),
])
def test_a_faulty_section_is_refused(section: dict[str, object], message: str) -> None:
    """Each message names what is wrong and, for a misspelt field, the nearest one."""
    with pytest.raises(ValidationError, match=message):
        Checking.model_validate(section)


def test_the_section_survives_a_round_trip() -> None:
    """What was completed with defaults reads as itself."""
    rules = Checking.model_validate({"plausible": {"employees": None}, "weights": {"phone": 7}})
    assert Checking.model_validate_json(rules.model_dump_json(), strict=True) == rules
    assert (rules.weights["phone"], rules.weights["email"]) == (7, 2)
