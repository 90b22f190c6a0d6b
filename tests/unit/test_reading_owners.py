"""Owners as exports write them, and instants as HubSpot's interface writes them."""

from __future__ import annotations

import pytest

from solver.models import Rep
from solver.reading.formats import resolve_owners
from solver.reading.formats.owners import salesforce_suffix

_SHORT = "005A0000001n7Pi"
_REPS = (
    Rep(rep_id=_SHORT, capacity=1, name="Ana López", email="ana@example.com"),
    Rep(rep_id="r2", capacity=1, name="Ben Smith", email="Ben@Example.com"),
    Rep(rep_id="r3", capacity=1, name="ben  smith", email="ben3@example.com"),
    Rep(rep_id="r4", capacity=1),
)


def test_salesforce_suffix() -> None:
    """The published example: a0D30000001n7Pi has the suffix EAI."""
    assert salesforce_suffix("a0D30000001n7Pi") == "EAI"


@pytest.mark.parametrize(("owner", "rep_id"), [
    (_SHORT, _SHORT), (_SHORT + salesforce_suffix(_SHORT), _SHORT), ("r4", "r4"),
    ("ANA@example.com", _SHORT), ("ana lópez", _SHORT), ("ben@example.com", "r2"),
    ("Queue 7", "Queue 7"), (_SHORT.lower(), _SHORT.lower()),
])
def test_an_owner_is_found_by_id_mail_or_name(owner: str, rep_id: str) -> None:
    """Ids compare exactly, addresses and names in any case; who is unknown stays."""
    assert resolve_owners([owner], _REPS) == ({owner: rep_id}, ())


def test_a_long_id_of_the_rep_file_is_found_by_its_short_form() -> None:
    """Either file may have 15 or 18 characters."""
    rep = Rep(rep_id=_SHORT + salesforce_suffix(_SHORT), capacity=1)
    assert resolve_owners([_SHORT], [rep])[0] == {_SHORT: rep.rep_id}


def test_an_owner_who_could_be_several_is_reported() -> None:
    """A name of two reps stays as it is, with both."""
    found, (problem,) = resolve_owners(["Ben Smith", "Ben Smith"], _REPS)
    assert found == {"Ben Smith": "Ben Smith"}
    assert (problem.owner, problem.rep_ids) == ("Ben Smith", ("r2", "r3"))


@pytest.mark.parametrize("owner", [
    _SHORT + "AAA", (_SHORT + salesforce_suffix(_SHORT)).lower(),
    (_SHORT + salesforce_suffix(_SHORT)).upper()])
def test_a_salesforce_id_that_contradicts_itself_is_reported(owner: str) -> None:
    """The suffix tells that the case of the id was changed, or that it is another id."""
    found, problems = resolve_owners([owner], _REPS)
    assert found == {owner: owner}
    assert [problem.owner for problem in problems] == [owner]
