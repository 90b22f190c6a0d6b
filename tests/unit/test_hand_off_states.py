"""Which step leads where: the table, worked out by hand, and what is said of other steps."""

from __future__ import annotations

from itertools import product

import pytest

from solver.hand_off import (
    NEEDED_WITH,
    OCCUPYING,
    STEPS_OF_PEOPLE,
    TRANSITIONS,
    ImpossibleStepError,
    LeadState,
    Place,
    Step,
    TooFewTouchesError,
    check_touches,
    next_place,
    occupies_slot,
    states_before,
    steps_from,
)
from solver.models import Policy, Queue


def _places(state: LeadState) -> tuple[Place, ...]:
    return tuple(Place(state, queue) for queue in Queue) if state is LeadState.WAITING else (
        Place(state),)


_PLACES = [place for state in LeadState for place in _places(state)]


def test_a_lead_that_is_sold() -> None:
    """From nothing to won; each touch leaves it contacted, and a qualified lead stays so."""
    place = None
    for step in (Step.RECEIVED, Step.ASSIGNED, Step.CONTACTED, Step.CONTACTED, Step.QUALIFIED,
                 Step.CONTACTED):
        place = next_place(place, step)
    assert place == Place(LeadState.QUALIFIED)
    assert next_place(place, Step.WON) == Place(LeadState.WON)


@pytest.mark.parametrize(("place", "step", "after"), [
    (Place(LeadState.ACCEPTED), Step.REJECTED, Place(LeadState.WAITING, Queue.NEXT_WINDOW)),
    (Place(LeadState.CONTACTED), Step.RETURNED, Place(LeadState.WAITING, Queue.NEXT_WINDOW)),
    (Place(LeadState.QUALIFIED), Step.RECYCLED, Place(LeadState.WAITING, Queue.NURTURE)),
    (Place(LeadState.ACCEPTED), Step.UNREACHABLE, Place(LeadState.WAITING, Queue.NURTURE)),
    (Place(LeadState.WAITING, Queue.REVIEW), Step.JUNK, Place(LeadState.WAITING, Queue.JUNK)),
    (Place(LeadState.WAITING, Queue.REVIEW), Step.UPDATED, Place(LeadState.WAITING, Queue.REVIEW)),
    (Place(LeadState.WAITING, Queue.NURTURE), Step.CREDITED_BACK,
     Place(LeadState.WAITING, Queue.NURTURE)),
    (Place(LeadState.LOST), Step.CREDITED_BACK, Place(LeadState.LOST)),
    (Place(LeadState.QUALIFIED), Step.REFERRED, Place(LeadState.CLOSED)),
    (Place(LeadState.KEPT), Step.REASSIGNED, Place(LeadState.ASSIGNED)),
    (Place(LeadState.WAITING, Queue.NEXT_WINDOW), Step.AGED,
     Place(LeadState.WAITING, Queue.MANAGER)),
    (Place(LeadState.WON), Step.ERASED, Place(LeadState.ERASED)),
])
def test_a_step_leads_where_the_table_says(place: Place, step: Step, after: Place) -> None:
    """State and queue; both stay where the step only says something of the lead."""
    assert next_place(place, step) == after


@pytest.mark.parametrize(("state", "step"), [
    (LeadState.ASSIGNED, Step.WON), (LeadState.ACCEPTED, Step.LOST),
    (LeadState.ACCEPTED, Step.ACCEPTED), (LeadState.CONTACTED, Step.REJECTED),
    (LeadState.QUALIFIED, Step.RETURNED), (LeadState.QUALIFIED, Step.JUNK),
    (LeadState.WON, Step.REASSIGNED), (LeadState.WON, Step.CREDITED_BACK),
    (LeadState.ASSIGNED, Step.ASSIGNED), (LeadState.ASSIGNED, Step.MERGED),
    (LeadState.MERGED, Step.UPDATED), (LeadState.ERASED, Step.ERASED),
    (LeadState.LOST, Step.RECEIVED),
])
def test_other_steps_are_refused(state: LeadState, step: Step) -> None:
    """None is taken for another, and no lead has two owners one after the other unseen."""
    with pytest.raises(ImpossibleStepError) as caught:
        next_place(_places(state)[0], step)
    assert (caught.value.state, caught.value.step) == (state, step)
    assert caught.value.code == "impossible_step"


def test_a_refusal_names_state_step_and_what_is_possible() -> None:
    """A person reads from it what to do instead."""
    with pytest.raises(ImpossibleStepError) as caught:
        next_place(Place(LeadState.ASSIGNED), Step.WON)
    assert str(caught.value) == (
        "the lead is assigned, and the step 'won' is possible only for a lead that is contacted, "
        "qualified. Possible now: accepted, rejected, contacted, junk, reassigned")
    assert "Nothing that people do is possible" in str(
        ImpossibleStepError(LeadState.MERGED, Step.WON))
    assert "not known yet" in str(ImpossibleStepError(None, Step.WON))
    assert "for a lead that is new" in str(ImpossibleStepError(LeadState.WON, Step.RECEIVED))


def test_every_state_is_reached_and_every_step_is_possible() -> None:
    """No row of the table is missing: all places are reached from nothing, by all steps."""
    reached, taken, before = set(), set(), [None]
    while before:
        place = before.pop()
        for step in steps_from(None if place is None else place.state):
            taken.add(step)
            after = next_place(place, step)
            if after not in reached:
                reached.add(after)
                before.append(after)
    assert {place.state for place in reached} == set(LeadState)
    assert taken == set(Step)


def test_the_table_has_no_step_twice_and_what_is_asked_of_it_agrees() -> None:
    """A step and a state have one row; states and steps are listed from both ends alike."""
    pairs = [(state, row.step) for row in TRANSITIONS for state in row.before]
    assert len(pairs) == len(set(pairs))
    for place, step in product(_PLACES, Step):
        possible = step in steps_from(place.state)
        assert possible is ((place.state, step) in pairs) is (place.state in states_before(step))
        if possible:
            assert next_place(place, step).state in LeadState


def test_slots_are_taken_from_the_assignment_to_the_end_of_the_work() -> None:
    """Leads that wait, have ended, or are in nobody's hands take none."""
    assert {state for state in LeadState if occupies_slot(state)} == OCCUPYING == {
        LeadState.ASSIGNED, LeadState.ACCEPTED, LeadState.CONTACTED, LeadState.QUALIFIED}


def test_only_people_are_asked_for_more() -> None:
    """What a step needs belongs to a step that people take."""
    assert set(NEEDED_WITH) <= STEPS_OF_PEOPLE


@pytest.mark.parametrize(("state", "queue"), [
    (LeadState.WAITING, None), (LeadState.ASSIGNED, Queue.NEXT_WINDOW)])
def test_waiting_leads_and_no_others_have_a_queue(state: LeadState, queue: Queue | None) -> None:
    """No lead waits nowhere."""
    with pytest.raises(ValueError, match="waiting leads have one"):
        Place(state, queue)


def test_a_lead_is_unreachable_after_enough_touches() -> None:
    """Below the policy's number the step is refused, with the number and the remedy."""
    policy = Policy.model_validate({"hand_off": {"min_touches": 3}})
    check_touches(Step.UNREACHABLE, 3, policy)
    check_touches(Step.RECYCLED, 0, policy)
    check_touches(Step.UNREACHABLE, 0, Policy())
    with pytest.raises(TooFewTouchesError, match=r"after 3 touches .* has 2\. Try again") as caught:
        check_touches(Step.UNREACHABLE, 2, policy)
    assert (caught.value.code, caught.value.touches, caught.value.needed) == (
        "too_few_touches", 2, 3)
