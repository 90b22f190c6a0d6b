"""The ledger across windows: what was given and given back between them is taken up once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.service.context import WORKER
from api.service.owning import Grant, Refusal, Source, end, grant, queued
from api.service.windows.ledgers import taken_up
from api.store.control import read_control, read_entries
from api.store.leads import lock_lead, update_leads
from api.store.ownerships import owner_of
from solver.hand_off import Step
from solver.models import Fairness, Limit, Measure, Period, Policy, Queue
from solver.models.fairness import FairnessMethod
from solver.models.ledger import Entry, EntryKind, Ledger, RepBalance
from tests.service.queueing import (
    activate,
    close,
    commit,
    lead,
    owner,
    put_leads,
    put_rep,
    run,
)
from tests.service.serving import START, Service

_FAIR = Policy(fairness=Fairness(method=FairnessMethod.PRICE, price=20.0))


def _ledger(service: Service) -> Ledger:
    with service.context.database.read() as tx:
        found = read_control(tx).ledger
    assert found is not None
    return found


def _entries(service: Service) -> list[Entry]:
    with service.context.database.read() as tx:
        return list(read_entries(tx).values())


def _give(service: Service, lead_id: str, rep_id: str, worth: int = 0) -> None:
    with service.context.database.write() as tx:
        row = lock_lead(tx, lead_id)
        assert row is not None
        _, refused = grant(tx, [Grant(row, rep_id, Source.HOT, "hot", worth=worth)],
                           read_control(tx), service.clock.now, WORKER.actor_id)
        assert not refused


def _give_back(service: Service, lead_id: str, *, credit: bool) -> None:
    with service.context.database.write() as tx:
        row, owned = lock_lead(tx, lead_id), owner_of(tx, lead_id)
        assert row is not None
        assert owned is not None
        end(tx, [(row, owned)], Step.REJECTED, service.clock.now, credit=credit,
            keeps_ledger=True)
        update_leads(tx, [queued(row, Queue.NEXT_WINDOW, service.clock.now)])


def test_a_window_writes_the_ledger_and_the_next_takes_it_up(service: Service) -> None:
    """Who got more than was due is next to wait; balances sum to nothing."""
    activate(service, _FAIR)
    for rep_id in ("ana", "ben"):
        put_rep(service, rep_id)
    put_leads(service, lead("L1"))
    run(service)
    first = _ledger(service)
    assert sum(rep.leads for rep in first.reps) == 0
    one = owner(service, "L1")
    service.clock.move(minutes=1)
    put_leads(service, lead("L2"))
    run(service)
    other = owner(service, "L2")
    assert one is not None
    assert other is not None
    assert {one.rep_id, other.rep_id} == {"ana", "ben"}
    assert {rep.leads for rep in _ledger(service).reps} == {0}
    assert one.worth == 500


@pytest.mark.parametrize("credit", [False, True])
def test_a_hot_lead_that_came_back_is_given_again(service: Service, credit: bool) -> None:
    """By the very next window, at the same instant of the clock: each giving counts for its rep."""
    activate(service, _FAIR)
    for rep_id in ("ana", "ben"):
        put_rep(service, rep_id)
    put_leads(service, lead("L1", excluded_rep_ids=("ana",)))
    _give(service, "L1", "ana")
    _give_back(service, "L1", credit=credit)
    _give(service, "L1", "ana")
    _give_back(service, "L1", credit=credit)
    assert run(service).num_assigned == 1
    balances = {rep.rep_id: rep.leads for rep in _ledger(service).reps}
    half = 10**9 // 2
    assert balances == ({"ana": -half, "ben": half} if credit else {"ana": half, "ben": -half})
    assert _entries(service) == []


def test_dropped_leads_are_not_in_the_ledger(service: Service) -> None:
    """Only what was given counts; entries that came after the close stay for the next window."""
    activate(service, _FAIR)
    for rep_id in ("ana", "ben"):
        put_rep(service, rep_id, capacity=1)
    put_leads(service, lead("L1", excluded_rep_ids=("ben",)), lead("L2", excluded_rep_ids=("ana",)))
    put_leads(service, lead("hot"), not_before=START + timedelta(days=1))
    lease, closed = close(service)
    _give(service, "hot", "ana")
    done = commit(service, lease, closed)
    assert [one.lead_id for one in done.dropped] == ["L1"]
    balances = {rep.rep_id: rep.leads for rep in _ledger(service).reps}
    assert balances["ben"] == -balances["ana"] > 0
    assert [entry.lead_id for entry in _entries(service)] == ["hot"]


def test_entries_of_a_clock_that_went_back_are_taken_up(service: Service) -> None:
    """An entry that seems older than the ledger counts all the same, once."""
    activate(service, _FAIR)
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    run(service)
    service.clock.move(hours=-3)
    put_leads(service, lead("hot"))
    _give(service, "hot", "ana")
    service.clock.move(hours=4)
    put_leads(service, lead("L2"))
    run(service)
    assert _entries(service) == []
    assert _ledger(service).entries == ()


def test_without_shares_there_is_no_ledger(service: Service) -> None:
    """A policy that needs none keeps none."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    run(service)
    with service.context.database.read() as tx:
        assert read_control(tx).ledger is None


def test_another_currency_begins_new_balances_of_worth() -> None:
    """Counts of leads go on."""
    before = Ledger(at=START, currency="USD", reps=(
        RepBalance(rep_id="ana", leads=5, worth=7), RepBalance(rep_id="ben", leads=-5, worth=-7)))
    policy = _FAIR.model_copy(update={"currency": "EUR"})
    after, _ = taken_up(before, [], policy, (), START + timedelta(hours=1))
    assert after is not None
    assert (after.currency, [(rep.leads, rep.worth) for rep in after.reps]) == (
        "EUR", [(5, 0), (-5, 0)])


def test_entries_keep_their_order_whatever_their_clocks_say() -> None:
    """Each a little later than the one before, so that what came back came after it was given."""
    given = Entry(at=START, lead_id="L1", rep_id="ana")
    back = Entry(kind=EntryKind.RETURNED, at=START - timedelta(hours=1), lead_id="L1", rep_id="ana",
                 assigned_at=START - timedelta(hours=1))
    found, at = taken_up(None, [given, back], _FAIR, (), START + timedelta(hours=1))
    assert found is not None
    assert [entry.kind for entry in found.entries] == [EntryKind.ASSIGNED, EntryKind.RETURNED]
    assert at == START + timedelta(hours=1)
    Ledger.model_validate(found.model_dump())


@pytest.mark.parametrize("measure", list(Measure))
def test_a_window_in_flight_leaves_a_limit_what_was_given_since(
        service: Service, measure: Measure) -> None:
    """Of two leads the better is given; the other would pass the limit of the month."""
    upper = 1500 if measure is Measure.WORTH else 2
    activate(service, Policy(limits=(Limit(name="month", period=Period.MONTH, measure=measure,
                                           upper=upper),)))
    put_rep(service, "ana")
    put_leads(service, lead("L1", worth=900.0), lead("L2"))
    lease, closed = close(service)
    put_leads(service, lead("hot"))
    _give(service, "hot", "ana", worth=1000)
    done = commit(service, lease, closed)
    assert [(one.lead_id, one.code) for one in done.dropped] == [("L1", Refusal.LIMIT_REACHED)]
    assert owner(service, "L2") is not None
    assert owner(service, "L1") is None
