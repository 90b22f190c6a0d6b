"""Normalisers on any text: they never raise, and what they give is their own normal form."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.country_names import countries, local_names
from solver.prepare.normalise.domain import brand, normalise_domain, registrable
from solver.prepare.normalise.email import normalise_email
from solver.prepare.normalise.free_mail import is_free_mail
from solver.prepare.normalise.language import language_names, normalise_language
from solver.prepare.normalise.phone import normalise_phone
from solver.prepare.normalise.postal import normalise_postal
from solver.prepare.normalise.region import country_of_region, normalise_region
from solver.prepare.normalise.region_names import region_names
from solver.prepare.normalise.tables.postal_formats import POSTAL_FORMATS
from solver.prepare.normalise.zone import normalise_zone, zone_of
from solver.prepare.normalise.zone_rules import zone_names

COUNTRIES = st.sampled_from(["US", "DE", "GB", "CA", "NL", "IT", "ES", "IN", "LV", "ZZ", "", "us"])
#: Pieces of which cells of exports are made, so that random text comes near to values.
PIECES = ("bob", "@", "acme", ".com", ".co.uk", "www.", "http://", "https:", "/", "<", ">", " ",
          "mailto:", "+1", "617", "555", "0123", "-", ";ext=", ";", ",", " x", "0049", "30", "e",
          "SW1A", "1AA", "02130", ".0", "(", ")", "US", "CA", "Bavaria", "of", "State", "the ",
          "Ger", "many", "GMT", "+01:00", "Europe/", "Berlin", "_slash_", "es", "_", "ES", "ü",
          "İ", "ß", "\x00", "\u0301", "\u200b", "\ufeff", "ﬁ", "１", "日本", "🇩🇪", "xn--", "n/a")
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
LONG = "a" * 10_000

_WITHOUT_PLACE: tuple[Callable[[str], Cell], ...] = (
    normalise_country, normalise_domain, normalise_email, normalise_language, normalise_zone)
_WITH_PLACE: tuple[Callable[[str, str | None], Cell], ...] = (
    normalise_phone, normalise_postal, normalise_region)


def _check(text: str, once: Cell, again: Cell | None) -> None:
    """Compare a cell with that of its own value."""
    if once.value is None or again is None:
        assert once.known
        return
    assert again.value == once.value
    assert again.rule is None
    assert again.known >= once.known
    if not once.known:
        assert (once.value, once.rule) == (text.strip(), None)
    if once.value == text.strip():
        assert once.rule is None
    else:
        assert once.rule


@given(TEXTS)
@example("\x00")
@example(LONG)
@example("@" * 10_000)
@example("1" * 10_000)
@example("(" * 10_000)
@example("http://" * 1_500)
@example(" \u00a0\u3000")
@settings(max_examples=400)
def test_normal_form_is_stable(text: str) -> None:
    """Normalising twice is normalising once; unknown values stay; changes have a rule."""
    for normalise in _WITHOUT_PLACE:
        once = normalise(text)
        _check(text, once, None if once.value is None else normalise(once.value))


@given(TEXTS, COUNTRIES)
@example("\x00", "US")
@example(LONG, "US")
@example("1" * 10_000, "US")
@example(";" * 10_000, "US")
@example("US-CA", "")
@settings(max_examples=400)
def test_normal_form_in_a_country_is_stable(text: str, country: str) -> None:
    """The same for what is read by the rules of a country."""
    for normalise in _WITH_PLACE:
        once = normalise(text, country or None)
        _check(text, once, None if once.value is None else normalise(once.value, country or None))


@given(TEXTS, TEXTS)
@example(LONG, LONG)
@example("\x00", "\x00")
def test_helpers_take_any_text(text: str, other: str) -> None:
    """What is asked beside the normalisers answers or says None."""
    assert country_of_region(text) in {None, *(code[:2] for code in region_names())}
    assert zone_of(text, other) in {None, *zone_names().values()}
    assert isinstance(is_free_mail(text), bool)
    owned = registrable(text)
    if owned is not None:
        assert registrable(owned) == owned
        assert owned.startswith(f"{brand(text)}.")


@given(st.sampled_from(sorted(local_names())))
@settings(max_examples=300)
def test_local_country_names(name: str) -> None:
    """Every local name gives a country that bears it, or none where several do."""
    cell = normalise_country(name)
    if cell.known and cell.value is not None:
        assert cell.value in countries()
    assert not cell.known or cell.value in {None, *local_names()[name]}


@given(st.sampled_from(sorted(language_names())))
def test_language_names(name: str) -> None:
    """Every name of a language is read as one of those it can mean, and that is read as itself."""
    value = normalise_language(name).value
    if value is not None and value != name:
        assert normalise_language(value) == Cell(value)


@given(st.data())
@settings(max_examples=300)
def test_every_postal_format_reads_what_it_writes(data: st.DataObject) -> None:
    """A code in a country's format is left alone, and found again without blanks and hyphens."""
    country = data.draw(st.sampled_from(sorted(POSTAL_FORMATS)))
    form = data.draw(st.sampled_from(POSTAL_FORMATS[country]))
    digits, letters = st.sampled_from("0123456789"), st.sampled_from("ABCDEFGHJKLMNPRSTUVWXYZ")
    classes = {"9": digits, "a": letters, "*": st.one_of(digits, letters)}
    code = "".join(data.draw(classes[sign]) if sign in classes else sign for sign in form)
    cell = normalise_postal(code, country)
    assert cell.known
    assert cell.value is not None
    compact = code.replace(" ", "").replace("-", "")
    assert cell.value.replace(" ", "").replace("-", "") == compact
    assert normalise_postal(compact.lower(), country).value == cell.value


@given(st.sampled_from(["US", "CA", "GB", "DE", "IN", "BR"]), st.integers(1, 10**10))
def test_phones_become_e164(country: str, digits: int) -> None:
    """A known number is ``+`` and at most 15 digits, and says the same without its country."""
    cell = normalise_phone(str(digits), country)
    if cell.known:
        assert cell.value is not None
        assert cell.value[0] == "+"
        assert cell.value[1:].isdigit()
        assert len(cell.value) <= 16
        assert normalise_phone(cell.value, None).value == cell.value
        assert normalise_phone(cell.value, None).timezone == cell.timezone
    else:
        assert cell.value == str(digits)
