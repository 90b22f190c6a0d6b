"""The language of filters: what it reads, and what it says of what it cannot read."""

from __future__ import annotations

import re

import pytest

from solver.filters import FIELDS, About, FilterError, Kind, Side, parse_filter, render
from solver.filters.language.naming import KEYWORDS
from solver.filters.language.never import never_matches
from solver.filters.language.tree import ORDERS, TEXT_TESTS
from solver.models import Account, Lead, Rep
from tests.command_line import ROOT

_README = (ROOT / "solver/filters/README.md").read_text(encoding="utf-8")
_DERIVED = {Side.LEAD: {"territory", "age_hours", "age_days", "worth"}, Side.REP: {"free_slots"},
            Side.ACCOUNT: set()}


def _examples(heading: str) -> list[str]:
    """Return the code of the first cells of the table with a heading."""
    table = re.search(rf"^\| {heading} \|.*?(?=\n\n)", _README, re.M | re.S)
    assert table
    cells = re.findall(r"^\| (`+)(.*?)\1 \|", table[0], re.M)
    return [text.strip() for _, text in cells]


def _error(text: str, about: About = About.LEAD, with_leads: bool = True) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, about, with_leads)
    return caught.value


@pytest.mark.parametrize(("text", "about"), [
    *((text, About.LEAD) for text in _examples("filter of leads")),
    *((text, About.REP) for text in _examples("filter of reps"))])
def test_every_example_of_the_reference_is_read(text: str, about: About) -> None:
    """The tables show filters as they are, and each survives being written again."""
    parsed = parse_filter(text, about)
    assert parse_filter(render(parsed), about).root == parsed.root


def test_the_reference_has_examples() -> None:
    """The tables are found."""
    assert len(_examples("filter of leads")) > 10
    assert len(_examples("filter of reps")) > 6


def test_every_field_stands_in_the_reference_with_its_kind() -> None:
    """The table of fields lists each field of each record once, under what it holds."""
    rows = re.findall(r"^\| (lead|rep|account) \| ([a-z ]+) \| (.*) \|$", _README, re.M)
    listed = {(side, name): kind for side, kind, names in rows
              for name in re.findall(r"`(\w+)`", names)}
    one = {Kind.TEXT: "text", Kind.ID: "id", Kind.POSTAL: "postal code", Kind.NUMBER: "number",
           Kind.MOMENT: "instant", Kind.FLAG: "flag"}
    many = {Kind.TEXT: "list of text", Kind.ID: "list of ids"}
    assert listed == {
        (side.value, name): "names with numbers" if field.parts else
        many[field.kind] if field.many else one[field.kind]
        for side, fields in FIELDS.items() for name, field in fields.items()}


def test_every_operator_stands_in_the_reference() -> None:
    """The tables of comparisons name each."""
    words = set(re.findall(r"`([^`\n]+)`", _README))
    assert {op.value for op in (*ORDERS, *TEXT_TESTS)} <= words


@pytest.mark.parametrize(("side", "model"), [(Side.LEAD, Lead), (Side.REP, Rep),
                                             (Side.ACCOUNT, Account)])
def test_every_field_of_the_records_can_be_named(side: Side, model: type[Lead | Rep | Account]
                                                 ) -> None:
    """All but ``attributes``, whose columns stand for themselves."""
    names = set(model.model_fields) - {"attributes"}
    assert set(FIELDS[side]) == names | _DERIVED[side]
    assert {name for name, field in FIELDS[side].items() if field.derived} <= _DERIVED[side]


@pytest.mark.parametrize(("text", "same"), [
    ('country = "DE"', "COUNTRY == 'DE'"),
    ('country != "DE"', 'not country = "DE"'),
    ('country <> "DE"', 'not not not country = "DE"'),
    ('country not in ("DE", "FR")', 'not (country in ("DE","FR","DE"))'),
    ('a = "1" or b = "2" and c = "3"', 'a = "1" or (b = "2" and c = "3")'),
    ('not a = "1" and b = "2"', '(not a = "1") and b = "2"'),
    ("employees between 10 and 20", "employees >= 10 and employees <= 20"),
    ("employees = 2.5k", "employees = 2500"),
    ("top 10 %", "lead.worth in top 10%"),
    ("country is empty", "country is null"),
    ("country is not blank", "not country is blank"),
    ("account.customer", "account.customer is true"),
    ("account.customer is not true", "not account.customer"),
    ("`Lead Source` = 'x'", "[Lead Source] = 'x'"),
    ("title = 'it''s'", 'title = "it\'s"'),
    ("attributes.campaign = 'x'", "lead.campaign = 'x'"),
    ("created_at = '2026-01-31'", "created_at = 2026-01-31"),
    ("  country\n=\t'DE' ", "country='DE'"),
])
def test_two_ways_to_say_the_same(text: str, same: str) -> None:
    """Both read as one tree."""
    first, other = parse_filter(text).root, parse_filter(same).root
    assert str(first).replace("text='2026-01-31'", "") == str(other).replace(
        "text='2026-01-31'", "")


@pytest.mark.parametrize(("text", "at", "says"), [
    ("", 1, "the filter is empty"),
    ('country = "DE" and', 19, "the filter ends too early; here may stand a field"),
    ('(country = "DE"', 16, "ends too early"),
    ('country = "DE" && x = 1', 16, "'&' has no place here; maybe and"),
    ("country = “DE”", 11, 'maybe "'),
    ('country = "DE', 11, 'maybe a second " at the end of the text'),
    ("country = DE", 11, 'stands in quotes, and another column is written lead.DE; maybe "DE"'),
    ("country DE", 9, "'DE' has no place here; here may stand a comparison"),
    ('country like "D%"', 9, 'maybe contains "text", starts with "text"'),
    ('contry = "DE"', 1, "write attributes.contry; maybe country"),
    ("deal_valu > 5", 1, "maybe deal_value"),
    ("annual_revnue > 5 and score > 1", 1, "maybe annual_revenue"),
    ("account.custmer", 1, "maybe customer"),
    ("skills.crm > 0.5", 1, "'skills.crm' is no field of a lead"),
    ("need.crm > 0.5", 1, "maybe needs.crm"),
    ("deal_value > 10,000", 16, "maybe a number without commas"),
    ('employees = "50"', 13, "lead.employees holds a number, as in 50, without quotes"),
    ("country = 50", 11, 'lead.country holds text; text stands in quotes; maybe "50"'),
    ("score > 80 %", 9, "scores run from 0 to 100, without %"),
    ("created_at > 5", 14, "holds an instant, as in 2026-01-31"),
    ("created_at > 2026-02-31", 14, "2026-02-31 is neither a date"),
    ("account.customer > true", 20, "which has no order"),
    ('languages < "de"', 13, "a list, which has no order"),
    ('employees contains "5"', 20, "in which contains finds nothing"),
    ('campaign > "10"', 12, "9 comes after 10; write numbers without quotes"),
    ('country = ""', 11, "the text is blank; nothing compares with it; maybe is blank"),
    ('title has "..."', 11, "has no word to look for"),
    ("country", 1, "only a flag does"),
    ("rep.team = 'x'", 1, "a filter of leads cannot look at the rep"),
    ("score in top 0 %", 14, "a share above 0 %"),
    ("score in top 2.5", 14, "a whole number of leads"),
    ("country in top 5", 1, "has no top"),
    ("needs.crm is blank", 1, "never blank: what is not there counts as 0"),
    ("employees = country", 13, "they cannot be compared"),
    ("country < city", 11, "needs numbers or instants"),
    ('source in "web"', 11, 'maybe ("web")'),
    ('source in ["web"]', 11, "lists stand in parentheses"),
    ("country is DE", 12, "'DE' has no place here"),
    ("not", 4, "ends too early"),
    ("country = = 'DE'", 11, "'=' has no place here"),
    ("employees = 1e9999", 13, "too large or too long a number"),
])
def test_an_error_names_place_problem_and_remedy(text: str, at: int, says: str) -> None:
    """The character, what is wrong there, and what was meant."""
    error = _error(text)
    assert str(error).startswith(f"character {at}: ")
    assert says in str(error)
    assert (error.text, error.position) == (text, at - 1)


def test_a_filter_of_reps_without_a_lead_cannot_look_at_one() -> None:
    """A limit that holds for each rep asks the rep alone."""
    assert "stands without a lead" in str(_error("country = lead.country", About.REP, False))
    assert not parse_filter('team = "West"', About.REP, with_leads=False).reads_leads


@pytest.mark.parametrize(("text", "about", "reads"), [
    ("true", About.LEAD, False),
    ("account.customer", About.LEAD, True),
    ("active", About.REP, False),
    ("rep_id = account.owner_id", About.REP, True),
    ("lead.score > 5", About.REP, True),
])
def test_a_filter_knows_whether_it_reads_leads(text: str, about: About, reads: bool) -> None:
    """Of a filter of reps: whether it needs a lead beside the rep."""
    assert parse_filter(text, about).reads_leads is reads


def test_nothing_is_too_deep_or_too_long_without_being_told() -> None:
    """A limit on length and depth is an error of the filter, not of Python."""
    assert "deep" in str(_error("(true or not (true and " * 200 + "true" + "))" * 200))
    assert "deep" in str(_error("not " * 4000 + "true"))
    assert "20,000 characters" in str(_error("a" * 20_001))
    assert parse_filter("(" * 500 + "true" + ")" * 500).root == parse_filter("true").root
    assert parse_filter("(true or not (true and " * 16 + "true" + "))" * 16)
    many = " or ".join(f'country = "{n}"' for n in range(900))
    assert len(parse_filter(many).root.parts) == 900  # type: ignore[union-attr]


@pytest.mark.parametrize("text", [
    'country = "DE" and country = "FR"', 'country = "DE" and country != "de"',
    'country in ("DE", "FR") and country in ("US", "GB")', "score > 100", "deal_value < 0",
    "employees > 50 and employees < 10", "employees > 5 and not employees >= 5",
    "employees between 20 and 10", "country is blank and country = 'DE'", "lead_id is blank",
    "created_at < 2026-01-01 and created_at > 2026-02-01", "not true",
    "created_at = 2026-01-01 and created_at != 2026-01-01", "employees < lead.employees",
    'country = "DE" and country starts with "F"', "account.customer and not account.customer",
    'languages = "de" and languages not in ("DE", "fr")', "vip and not vip",
    "account.customer = true and account.customer = false", "not (country = 'DE' or true)",
    '(source = "a" or country = "DE") and source != "a" and country is blank',
    "campaign > 5 and campaign < 3", "employees is blank and employees in top 5",
    "employees = 5 and employees in (6, 7)", "needs.crm < 0",
])
def test_what_can_never_match_is_found(text: str) -> None:
    """A field that would have to be two things at once, within and or in every part of or."""
    assert never_matches(parse_filter(text))


@pytest.mark.parametrize("text", [
    "true", 'country = "DE"', 'languages = "de" and languages = "fr"', "score >= 100",
    "not employees > 5 and not employees <= 5", "campaign = 'a' or campaign = 'b'",
    "not (campaign > 5) and not (campaign <= 5)", "x = true and not x = 1", "x in (1, true)",
    "campaign != 'a' and campaign != 'b'", "employees > 5 and employees < 5.0001",
    "created_at >= 2400-01-01T00:00:00.000001Z and created_at < 2400-01-01T00:00:00.000002Z",
    " and ".join(f"(a{n} = 'x' or b{n} = 'y')" for n in range(12)),
])
def test_what_may_match_is_not_called_impossible(text: str) -> None:
    """Lists hold several things, blank fields match no comparison, long filters are not judged."""
    assert not never_matches(parse_filter(text))


def test_true_and_one_are_two_values() -> None:
    """A column may say yes without being 1."""
    assert len(parse_filter("vip in (1, true)").root.literals) == 2  # type: ignore[union-attr]


def test_the_same_text_is_read_once() -> None:
    """Readings are kept."""
    assert parse_filter('country = "DE"') is parse_filter('country = "DE"')


def test_keywords_are_those_of_the_grammar() -> None:
    """A column that is called like a keyword is written in backticks."""
    for word in KEYWORDS:
        assert parse_filter(f"`{word}` = 'x'").root == parse_filter(
            render(parse_filter(f"attributes.`{word}` = 'x'"))).root
