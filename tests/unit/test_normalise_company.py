"""Company names: what is shown keeps its look, keys are equal for spellings of one company."""

from __future__ import annotations

import pytest

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.company import company_key, normalise_company


@pytest.mark.parametrize(("text", "shown", "rule"), [
    ("Acme GmbH & Co. KG", "Acme GmbH & Co. KG", None),
    ("  Acme  ", "Acme", None),
    ("AT&amp;T", "AT&T", "HTML entity"),
    ("AT&amp;amp;T", "AT&T", "HTML entity"),
    ("B&notes", "B&notes", None),
    ("Acme \t Labs", "Acme Labs", "blanks"),
    ("Ac\x00me\u200b", "Acme", "invisible sign"),
    ("\ud800Acme", "Acme", "invisible sign"),
    ("Acme\u2019", "Acme", "quotes"),
    ("\u201cAcme\u201d", "Acme", "quotes"),
    ('"Acme"', "Acme", "quotes"),
    ("L\u2019Oréal", "L'Oréal", "quotes"),
    ("\u2019t Hoekje", "'t Hoekje", "quotes"),
    ('Toys "R" Us', 'Toys "R" Us', None),
    ('12" Records', '12" Records', None),
    ("Cafe\u0301", "Café", "Unicode form"),
])
def test_shown_name(text: str, shown: str, rule: str | None) -> None:
    """Damage is mended and named; case, legal form and punctuation stay."""
    assert normalise_company(text) == Cell(shown, rule)


@pytest.mark.parametrize("text", ["N/A", "[not provided]", "-", "!!!", '"'])
def test_a_name_that_says_nothing_is_blank(text: str) -> None:
    """A placeholder or signs alone name no company."""
    assert normalise_company(text) == Cell(None, "placeholder")
    assert normalise_company(" ") == Cell(None)


@pytest.mark.parametrize(("key", "spellings"), [
    ("coca cola", ["The Coca-Cola Company", "Coca\u2011Cola Co.", "COCA COLA", "Coca-Cola, Inc"]),
    ("muller", ["Müller GmbH", "Muller GmbH & Co. KG", "MU\u0308LLER AG"]),
    ("at and t", ["AT&T Inc.", "AT &amp; T", "A T and T"]),
    ("jp morgan", ["J.P. Morgan", "JP Morgan", "J. P. Morgan LLC"]),
    ("loreal", ["L'Oréal S.A.", "L\u2019OREAL", "loreal sa"]),
    ("barilla", ["Barilla S.p.A.", "Barilla SpA", "Barilla"]),
    ("toyota", ["Toyota K.K.", "Toyota Kabushiki Kaisha", "TOYOTA Co., Ltd."]),
    ("トヨタ", ["トヨタ株式会社",
                            "株式会社トヨタ", "\u3231トヨタ",
                            "(株)トヨタ"]),
    ("budimex", ["Budimex Sp. z o.o.", "Budimex Sp. z.o.o", "BUDIMEX SPZOO"]),
    ("grupo bimbo", ["Grupo Bimbo, S.A.B. de C.V.", "Grupo Bimbo SAB de CV"]),
    ("novo nordisk", ["Novo Nordisk A/S", "Novo Nordisk AS"]),
    ("skoda auto", ["Škoda Auto a.s.", "Skoda Auto, s.r.o.", "Skoda Auto spol. s r.o."]),
    ("ромашка",
     ["ООО \u00abРомашка\u00bb",
      "Ромашка"]),
    ("acme", ["Acme\u2122", "Ａｃｍｅ", "Acme Pty Ltd", "Acme Sdn. Bhd.",
              "Acme Pvt. Ltd.", "Acme B.V.", "Acme Oy", "ACME", "Acme SARL", "Acme e.V."]),
    ("gap", ["Gap, The", "The Gap"]),
    ("tiffany", ["Tiffany & Co.", "Tiffany"]),
])
def test_spellings_of_one_company_have_one_key(key: str, spellings: list[str]) -> None:
    """Case, accents, punctuation, articles and legal forms make no difference."""
    assert {company_key(spelling) for spelling in spellings} == {key}


@pytest.mark.parametrize(("one", "other"), [
    ("Lotus Spa", "Lotus"), ("De Vos", "De"), ("Acme Holdings", "Acme"),
    ("Acme UK Ltd", "Acme Ltd"),
    ("The Limited", "Limited Too"),
])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    """Words that are part of a name stay, also where they look like a legal form."""
    assert company_key(one) != company_key(other)


@pytest.mark.parametrize(("text", "key"), [
    ("Inc.", "inc"), ("The", "the"), ("The Company", "company"), ("AG & Co.", "ag"), ("&", "and"),
    ("!!!", "!!!"), ("株式会社", "株式会社"), ("", ""), ("\x00", ""),
])
def test_a_key_is_never_empty(text: str, key: str) -> None:
    """What is nothing but forms and articles keeps a word; only nothing gives nothing."""
    assert company_key(text) == key
