"""Texts to people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.delivery.templates import TextError, check_overrides, check_template, render
from api.delivery.texts import NAMES, TEXTS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DUE = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


def test_the_owner_is_told_what_why_and_until_when() -> None:
    """In one line, in the owner's time."""
    text = render("assigned", {"lead": "L7", "company": "Acme", "country": "DE",
                               "why": "3,220.00 net with Ana, 2,700.00 with Ben.",
                               "accept_by": DUE}, now=NOW, zone="Europe/Berlin")
    assert text.title == "L7 is yours"
    assert text.body == ("L7, Acme (DE), is yours: 3,220.00 net with Ana, 2,700.00 with Ben. "
                         "Accept by 14:05.")


@pytest.mark.parametrize(("due", "zone", "told"), [
    (DUE, "America/New_York", "08:05"),
    (DUE, None, "13:05 UTC"),
    (datetime(2026, 11, 23, 9, tzinfo=UTC), "Europe/Berlin", "Mon 23 Nov 10:00"),
    (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "Europe/Berlin", "Sat 21 Nov 00:30"),
])
def test_instants_are_told_in_the_readers_zone(due: datetime, zone: str | None, told: str) -> None:
    """With the day where it is another one there, and with UTC where no zone is known."""
    text = render("assigned", {"lead": "L7", "accept_by": due}, now=NOW, zone=zone)
    assert text.body == f"L7 is yours. Accept by {told}."


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_kind_has_a_text_with_much_and_with_little(kind: str) -> None:
    """Nothing is left open, and what is not known leaves no trace."""
    check_overrides({kind: {"title": TEXTS[kind].title, "body": TEXTS[kind].body}})
    full = render(kind, dict.fromkeys(NAMES[kind], "X1"), now=NOW)
    bare = render(kind, {"lead": "L7"} if "lead" in NAMES[kind] else {}, now=NOW)
    for text in (full, bare):
        assert text.title
        assert text.body
        assert not any(mark in text.title + text.body for mark in ("{", "}", "None", ", ,"))
        if text is full:
            assert "  " not in text.body


def test_an_organisation_may_say_it_in_its_own_words() -> None:
    """Part by part; the other part stays."""
    own = {"assigned": {"title": "Neu: {{ company|upper }}"}}
    text = render("assigned", {"lead": "L7", "company": "Acme"}, now=NOW, overrides=own)
    assert text == text.__class__("Neu: ACME", "L7, Acme, is yours.")


@pytest.mark.parametrize(("source", "problem"), [
    ("{{ compani }}", "'compani' is not known; known are accept_by"),
    ("{% if compani %}x{% endif %}", "'compani' is not known"),
    ("line\n{{ lead", "line 2: unexpected end of template"),
    ("{{ lead|shout }}", "shout"),
    ("{{ lead.__class__ }}", "getattr is not allowed"),
    ("{{ lead['x'] }}", "getitem is not allowed"),
    ("{{ lead() }}", "call is not allowed"),
    ("{{ 9**9**9 }}", "pow is not allowed"),
    ("{{ 'a' * 1000000000 }}", "mul is not allowed"),
    ("{% for x in lead %}{% endfor %}", "for is not allowed"),
    ("{% set x = 1 %}", "assign is not allowed"),
    ("{% include 'x' %}", "include is not allowed"),
    ("{% if lead is defined %}{% endif %}", "test is not allowed"),
    ("{% if returns > 2 %}x{% endif %}", "cannot be filled in"),
    ("{{ lead|truncate(1) }}", "cannot be filled in"),
    ("{{ " + "(" * 1500 + "lead" + ")" * 1500 + " }}", "nested too deeply"),
    ("x" * 4001, "at most 4,000"),
])
def test_a_template_that_cannot_work_is_refused_when_it_is_checked(source: str, problem: str,
                                                                   ) -> None:
    """And it says where and why."""
    with pytest.raises(TextError, match=problem):
        check_template("assigned", source)


def test_unknown_kinds_parts_and_values_are_refused() -> None:
    """A misspelt name is not passed over."""
    with pytest.raises(TextError, match="no message of kind 'asigned'"):
        check_overrides({"asigned": {"body": "x"}})
    with pytest.raises(TextError, match="no part 'subject'"):
        check_overrides({"assigned": {"subject": "x"}})
    with pytest.raises(TextError, match="does not know the value 'compani'"):
        render("assigned", {"lead": "L7", "compani": "x"}, now=NOW)


@pytest.mark.parametrize(("company", "told"), [
    ("<!channel> Acme", "‹!channel› Acme"),
    ("@everyone @here info@acme.example", "@\u2060everyone @\u2060here info@acme.example"),
    ("[Acme](https://evil.example)", "[Acme] (https://evil.example)"),
    ("Acme\r\nBcc: x\u202e\u0007", "Acme Bcc: x"),
    ("{{ lead }}", "{{ lead }}"),
])
def test_a_value_cannot_ping_link_or_break_the_line(company: str, told: str) -> None:
    """Whoever fills in a form does not write to the whole channel."""
    text = render("assigned", {"lead": "L7", "company": company}, now=NOW)
    assert text.body == f"L7, {told}, is yours."


def test_long_values_are_cut() -> None:
    """A message stays one that a chat takes."""
    text = render("assigned", {"lead": "L" * 9_000, "why": "x" * 9_000}, now=NOW)
    assert len(text.title) == 200
    assert len(text.body) < 4_000
