"""Everything that may happen to the service, in any order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from datetime import timedelta
from typing import Any

import httpx2
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from api.service.sweeps import return_breached, send_aged_to_manager, wake_nurtured
from api.service.windows.closing import Closed, Trigger, close_window
from api.service.windows.committing import commit_plan
from api.service.windows.errors import LostLeaseError, NotRunningError
from api.service.windows.leasing import Lease, acquire, release
from api.solving.deciding import Decided, decide
from api.solving.process import Solving
from api.store.schema import leads
from api.worker.windows import How, Windows
from solver.hand_off import LeadState, Step, steps_from
from tests.service.machine.crashing import CrashError, Crashing
from tests.service.machine.model import LONGEST_WAIT, KnownRep, Model
from tests.service.queueing import lead_row, lose_lease
from tests.service.serving import START, Service, serving

_LEADS = st.sampled_from([f"L{number}" for number in range(10)])
_REPS = st.sampled_from(["ana", "ben", "cy"])
#: One of the leads that there are.
_WHICH = st.integers(0, 11)
#: Mostly never; else before this statement.
_CRASH = st.sampled_from([None] * 8 + [1, 3, 5, 7, 9, 12, 16, 24])
_RESPONSE = {"longest_wait_minutes": LONGEST_WAIT / timedelta(minutes=1), "unknown_hours": "works"}
_POLICIES = st.sampled_from([
    {},
    {"hand_off": {"hot": "score >= 90", "accept_within_minutes": 30, "contact_within_minutes": 60,
                  "longest_work_minutes": 600, "max_returns": 1, "pause_after_breaches": 2,
                  "pause_minutes": 45}},
    {"hand_off": {"hot": "score >= 90", "min_touches": 1}, "freshness": {"max_age_hours": 4}},
    {"groups": {"by": "account"}, "reserve_value": 40.0},
    {"hand_off": {"hot": "score >= 90"}, "limits": [
        {"name": "each in a day", "each": "rep", "upper": 2, "period": "day"}]},
])
#: Values of one lead: some lack a value, some are hot, some are of one company or one person.
_FIELDS = st.fixed_dictionaries(
    {"deal_value": st.sampled_from([100.0, 250.0, 1000.0, 4000.0, 9000.0, None]),
     "score": st.sampled_from([40, 60, 80, 95])},
    optional={"account_id": st.sampled_from(["acme", "bolt"]),
              "email": st.sampled_from([None] * 5 + ["kim@acme.example", "lee@bolt.example"]),
              "excluded_rep_ids": st.lists(_REPS, max_size=1),
              "owner_id": st.sampled_from([None] * 5 + ["ana", "somebody else"])})
_STEPS: dict[Step, dict[str, Any]] = {
    Step.ACCEPTED: {}, Step.REJECTED: {"reason": "no"}, Step.CONTACTED: {}, Step.QUALIFIED: {},
    Step.RECYCLED: {}, Step.JUNK: {}, Step.UNREACHABLE: {}, Step.WON: {"amount": 5.0},
    Step.REFERRED: {"contact": {"last_name": "Roe"}}, Step.LOST: {"reason": "price"},
    Step.CREDITED_BACK: {}}
#: Steps that something else than the state may forbid.
_ALSO_REFUSED = (Step.UNREACHABLE, Step.CREDITED_BACK, Step.REASSIGNED)


class _InThisProcess(Solving):
    """Decides where it is asked."""

    def run(self, word: str, data: bytes, *, seconds: float,  # noqa: ARG002 - as the real one
            given_up: Callable[[], bool] = lambda: False) -> bytes:  # noqa: ARG002
        """Return the decision of a window."""
        assert word == "decide"
        return decide(data)


class ServiceMachine(RuleBasedStateMachine):
    """The service over HTTP, with a worker whose every step is a rule.

    Parameters
    ----------
    make_url
        Makes the address of a database with tables and without rows, and enters what removes it.
    """

    def __init__(self, make_url: Callable[[ExitStack], str]) -> None:
        super().__init__()
        self._open = ExitStack()
        self.service: Service = self._open.enter_context(
            serving(make_url(self._open), rate_limit="1000000/second"))
        self.context = self.service.context
        self.crashing = Crashing(self.context)
        self.model = Model()
        self.window: tuple[Lease, Closed] | None = None
        self.late: list[tuple[Lease, Closed]] = []
        self.sent: tuple[dict[str, Any], httpx2.Response] | None = None
        self.number = 0

    @initialize(policy=_POLICIES, fields=st.lists(_FIELDS, min_size=6, max_size=6))
    def put_up(self, policy: dict[str, Any], fields: list[dict[str, Any]]) -> None:
        """Put reps of all kinds, a policy and some leads."""
        self._put_rep("ana", KnownRep(capacity=2))
        self._put_rep("ben", KnownRep(capacity=4, elsewhere=1, daily_cap=1))
        self._put_rep("cy", KnownRep(capacity=1, keeps_hours=True))
        self.activate(policy)
        self.post_many([(f"L{number}", one) for number, one in enumerate(fields)],
                       prepare=False, crash=None)

    # -- intake

    @rule(lead_id=_LEADS, fields=_FIELDS, prepare=st.booleans(), crash=_CRASH)
    def post(self, lead_id: str, fields: dict[str, Any], prepare: bool, crash: int | None) -> None:
        """Post a lead, new or known; where the server crashes, post it again."""
        request = self._request("/v1/leads", self._lead(lead_id, fields), prepare)
        answer = self._send(request, crash)
        if lead_id in self.model.erased:
            assert answer.status_code == 410
            return
        assert answer.status_code in (200, 201), answer.text
        self._accepted(answer.json(), fields)
        self.sent = (request, answer)

    @rule(rows=st.lists(st.tuples(_LEADS, _FIELDS), min_size=1, max_size=5),
          prepare=st.booleans(), crash=_CRASH)
    def post_many(self, rows: list[tuple[str, dict[str, Any]]], prepare: bool, crash: int | None
                  ) -> None:
        """Post leads in bulk; those that were erased are refused alone."""
        body = [self._lead(lead_id, fields) for lead_id, fields in rows]
        request = self._request("/v1/leads/bulk", body, prepare)
        answer = self._send(request, crash)
        assert answer.status_code == 200, answer.text
        for (lead_id, fields), one in zip(rows, answer.json()["results"], strict=True):
            assert (one["status"] == "refused") is (lead_id in self.model.erased), one
            if one["status"] != "refused":
                self._accepted(one, fields)
        self.sent = (request, answer)

    @precondition(lambda self: self.sent is not None)
    @rule()
    def post_the_last_again(self) -> None:
        """Sent again under its key, it does nothing and gives the answer of then."""
        assert self.sent is not None
        request, before = self.sent
        answer = self.service.client.post(**request)
        assert (answer.status_code, answer.json()) == (before.status_code, before.json())
        assert answer.headers["Idempotent-Replay"] == "true"

    @rule(which=_WHICH)
    def act(self, which: int) -> None:
        """A lead does something, which wakes one that rests."""
        lead_id = self._known(which)
        answer = self.service.client.post(f"/v1/leads/{lead_id}/activities",
                                          json={"kind": "visit"})
        self._is_of(answer, lead_id, 200)

    # -- people

    @rule(which=_WHICH, step=st.sampled_from(list(_STEPS)), crash=_CRASH)
    def take_any_step(self, which: int, step: Step, crash: int | None) -> None:
        """A rep reports a step; the state says whether it is possible."""
        self._step(self._known(which), step, _STEPS[step], crash)

    @rule(which=_WHICH, number=st.integers(0, 9), crash=_CRASH)
    def take_a_step(self, which: int, number: int, crash: int | None) -> None:
        """A rep reports a step that is possible now."""
        lead_id = self._owned(which)
        steps = [step for step in steps_from(self._state(lead_id)) if step in _STEPS]
        if steps:
            step = steps[number % len(steps)]
            self._step(lead_id, step, _STEPS[step], crash)

    @rule(which=_WHICH, rep_id=_REPS)
    def reassign(self, which: int, rep_id: str) -> None:
        """A manager gives a lead to a rep."""
        self._step(self._known(which), Step.REASSIGNED, {"rep_id": rep_id}, None)

    @rule(rep_id=_REPS)
    def heap(self, rep_id: str) -> None:
        """A manager tries to give all leads to one rep."""
        for lead_id in sorted(self.model.values):
            self._step(lead_id, Step.REASSIGNED, {"rep_id": rep_id}, None)

    @rule(which=_WHICH)
    def let_go(self, which: int) -> None:
        """An owner gives a lead back, who may never have it again, and others look for leads."""
        lead_id = self._owned(which)
        self._step(lead_id, Step.REJECTED, _STEPS[Step.REJECTED], None)
        self.heap("ana")

    @rule(which=_WHICH, other=_WHICH)
    def merge(self, which: int, other: int) -> None:
        """A person says that two leads are one."""
        lead_id, into = self._known(which), self._known(other)
        answer = self.service.client.post(f"/v1/leads/{lead_id}/merge", json={"into": into})
        assert answer.status_code in (200, 404, 409, 410, 422), answer.text
        if answer.status_code == 200:
            self._forget_values(lead_id, into)

    @precondition(lambda self: 2 * len(self.model.erased) < len(self.model.values) - 4)
    @rule(which=_WHICH)
    def erase(self, which: int) -> None:
        """A person's data go, of all leads that are one."""
        lead_id = self._known(which)
        answer = self.service.client.delete(f"/v1/leads/{lead_id}")
        assert answer.status_code == 204, answer.text
        self.sent = None  # answers about a person go too
        rows = {one: lead_row(self.service, one) for one in self.model.values}
        self.model.erased |= {one for one, row in rows.items() if row.state == "erased"}
        assert lead_id in self.model.erased

    @rule(queue=st.sampled_from(["review", "nurture", "manager", "junk", "needs_data"]))
    def send_back(self, queue: str) -> None:
        """A manager sends a whole queue to the next window."""
        assert self.service.client.post(f"/v1/queues/{queue}/send-back",
                                        json={"all": True}).status_code == 200

    # -- reps, policies, the switch

    @rule(rep_id=_REPS, capacity=st.integers(1, 3))
    def put_rep(self, rep_id: str, capacity: int) -> None:
        """The CRM puts a rep again, with more or fewer slots."""
        known = self.model.reps[rep_id]
        known.capacity = capacity
        self._put_rep(rep_id, known)

    @rule(rep_id=_REPS, minutes=st.sampled_from([1, 30]))
    def pause(self, rep_id: str, minutes: int) -> None:
        """A rep is paused."""
        until = self.service.clock.now + timedelta(minutes=minutes)
        answer = self.service.client.post(f"/v1/reps/{rep_id}/pause",
                                          json={"until": until.isoformat()})
        assert answer.status_code == 200, answer.text
        self.model.reps[rep_id].paused_until = until

    @rule(rep_id=_REPS)
    def resume(self, rep_id: str) -> None:
        """A rep is back."""
        assert self.service.client.post(f"/v1/reps/{rep_id}/resume").status_code == 200
        self.model.reps[rep_id].paused_until = None
        self.model.reps[rep_id].has_left = False

    @precondition(lambda self: not any(one.has_left for one in self.model.reps.values()))
    @rule(rep_id=_REPS, other=st.none() | _REPS, crash=_CRASH)
    def leave(self, rep_id: str, other: str | None, crash: int | None) -> None:
        """A rep leaves, and the leads move; broken off, it is asked for again."""
        request = {"url": f"/v1/reps/{rep_id}/leave", "json": {"reassign_to": other}}
        may_get = other is None or self.model.reps[other].may_get(self.service.clock.now)
        answer = self._send(request, crash)
        expected = 422 if rep_id == other else 200 if may_get else 409
        assert answer.status_code == expected, answer.text
        if expected == 200:
            self.model.reps[rep_id].has_left = True

    @rule(policy=_POLICIES)
    def activate(self, policy: dict[str, Any]) -> None:
        """Another policy holds from now on."""
        client = self.service.client
        made = client.post("/v1/policies", json={**policy, "response": _RESPONSE})
        assert made.status_code == 201, made.text
        answer = client.post(f"/v1/policies/{made.json()['version']}/activate")
        assert answer.status_code == 200, answer.text

    @rule(on=st.sampled_from([False, False, True]))
    def switch(self, on: bool) -> None:
        """Shadow mode goes on or off."""
        answer = self.service.client.put("/v1/control/shadow", json={"on": on})
        assert answer.status_code == 200
        self.model.shadow = on

    # -- the worker

    @precondition(lambda self: self.window is None)
    @rule()
    def run_window(self) -> None:
        """A worker does a whole window, if no other has one in hand."""
        ran = Windows(self.context, _InThisProcess(), "whole").run(Trigger.CRON)
        assert ran.how in (How.COMMITTED, How.EMPTY, How.BUSY)

    @rule(crash=_CRASH)
    def close(self, crash: int | None) -> None:
        """A worker closes a window, or is killed while it does."""
        self.number += 1
        lease = acquire(self.context, f"worker{self.number}")
        if lease is None:
            return
        with self._maybe(crash):
            try:
                closed = close_window(self.context, lease, Trigger.CRON)
            except CrashError:
                return
        if closed is None:
            release(self.context, lease)
        else:
            self.window = (lease, closed)
            self.model.note_close(self.context, closed.window_id)

    @precondition(lambda self: self.window is not None)
    @rule(crash=_CRASH)
    def commit(self, crash: int | None) -> None:
        """The worker commits the plan, or is killed while it does."""
        assert self.window is not None
        (lease, closed), self.window = self.window, None
        with self._maybe(crash):
            try:
                self._commit(lease, closed)
                release(self.context, lease)
            except CrashError:
                self.late.append((lease, closed))

    @precondition(lambda self: self.window is None)
    @rule(which=_WHICH, rep_id=_REPS, change=st.sampled_from(["worth", "owner", "junk", "away"]))
    def race(self, which: int, rep_id: str, change: str) -> None:
        """Something changes between the close and the commit of one window."""
        self.close(None)
        lead_id = self._known(which)
        match change:
            case "worth" if lead_id not in self.model.erased:
                self.post(lead_id, {"deal_value": 300.0, "score": 70}, prepare=False, crash=None)
            case "owner":
                self.reassign(which, rep_id)
            case "junk":
                self._step(lead_id, Step.JUNK, {}, None)
            case "away":
                self.pause(rep_id, 5)
        if self.window is not None:
            self.commit(None)

    @precondition(lambda self: self.window is not None)
    @rule()
    def hang(self) -> None:
        """The worker is not heard of for longer than its lease, and then goes on."""
        assert self.window is not None
        self.late.append(self.window)
        self.window = None

    @precondition(lambda self: self.window is None)
    @rule()
    def take_over(self) -> None:
        """The lease of whoever was killed runs out, and another worker does a whole window."""
        lose_lease(self.service)
        ran = Windows(self.context, _InThisProcess(), "other").run(Trigger.CRON)
        assert ran.how in (How.COMMITTED, How.EMPTY)

    @precondition(lambda self: self.late)
    @rule()
    def commit_too_late(self) -> None:
        """Who hung commits after all: it is fenced off, unless nobody took over."""
        lease, closed = self.late.pop(0)
        with suppress(LostLeaseError, NotRunningError):
            self._commit(lease, closed)

    @rule(crash=_CRASH)
    def sweep(self, crash: int | None) -> None:
        """The service level, rests and ages are looked at."""
        for look in (return_breached, wake_nurtured, send_aged_to_manager):
            with self._maybe(crash), suppress(CrashError):
                look(self.context)
        self.model.learn_pauses(self.context)

    @rule(minutes=st.sampled_from([1, 5, 20, 45, 300, 1440, 60 * 24 * 31, -3, -20]))
    def move_clock(self, minutes: int) -> None:
        """Time passes, or the clock is set back a little."""
        self.service.clock.move(minutes=minutes)
        if minutes >= 1440:
            self.sent = None  # answers are kept for two days

    # -- what must hold

    @invariant()
    def all_is_well(self) -> None:
        """The invariants hold after every rule."""
        self.model.check(self.context)

    def teardown(self) -> None:
        """At the end, every lead of the queue has an owner or a reason."""
        try:
            self.switch(on=False)
            self.take_over()
            self.model.check(self.context)
            assert self._waiting_without_reason() == []
        finally:
            self._open.close()

    # -- how

    def _request(self, path: str, body: Any, prepare: bool) -> dict[str, Any]:
        self.number += 1
        return {"url": path, "json": body, "params": {"prepare": str(prepare).lower()},
                "headers": {"Idempotency-Key": f"key-{self.number}"}}

    def _lead(self, lead_id: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {"lead_id": lead_id, "company": f"Company of {lead_id}",
                "created_at": START.isoformat(), **fields}

    def _send(self, request: dict[str, Any], crash: int | None) -> httpx2.Response:
        """Post; where the server crashes, nobody hears an answer, and it is posted again."""
        with self._maybe(crash):
            answer = self.service.client.post(**request)
        if crash is not None and answer.status_code == 500:
            self.model.check(self.context)
            answer = self.service.client.post(**request)
        return answer

    def _maybe(self, crash: int | None) -> AbstractContextManager[None]:
        return nullcontext() if crash is None else self.crashing.before(crash)

    def _accepted(self, one: dict[str, Any], fields: dict[str, Any]) -> None:
        """Remember that 2xx was answered; a merged lead has what both said."""
        lead_id, values = one["lead_id"], self.model.values
        values[lead_id] = fields["deal_value"]
        self.model.barred[lead_id] = self._barred(lead_id, fields)
        if one["merged_into"] is not None:
            self._forget_values(lead_id, one["merged_into"])

    def _barred(self, lead_id: str, fields: dict[str, Any]) -> tuple[str, ...]:
        before = self.model.barred.get(lead_id, ())
        return tuple(fields["excluded_rep_ids"]) if "excluded_rep_ids" in fields else before

    def _forget_values(self, *lead_ids: str) -> None:
        """Leads that became one have what both had, and who is barred is no longer known."""
        for lead_id in lead_ids:
            self.model.values[lead_id] = None
            self.model.barred[lead_id] = ()

    def _is_of(self, answer: httpx2.Response, lead_id: str, *expected: int) -> None:
        """Check an answer about a lead, which may have been erased."""
        if lead_id in self.model.erased:
            expected = (410,)
        assert answer.status_code in expected, answer.text

    def _step(self, lead_id: str, step: Step, more: dict[str, Any], crash: int | None) -> None:
        state = self._state(lead_id)
        answer = self._send({"url": f"/v1/leads/{lead_id}/events",
                             "json": {"step": step.value, **more}}, crash)
        expected = [200 if step in steps_from(state) else 409]
        if step in _ALSO_REFUSED:
            expected.append(409)
        self._is_of(answer, lead_id, *expected)

    def _state(self, lead_id: str) -> LeadState:
        return LeadState(lead_row(self.service, lead_id).state)

    def _known(self, which: int) -> str:
        """Return a lead that there is."""
        ids = sorted(self.model.values)
        return ids[which % len(ids)]

    def _owned(self, which: int) -> str:
        """Return a lead that has an owner, if there is one."""
        ids = [lead_id for lead_id, (_, _, owner) in sorted(self.model.places.items())
               if owner is not None] or sorted(self.model.values)
        return ids[which % len(ids)]

    def _put_rep(self, rep_id: str, known: KnownRep) -> None:
        hours = {"timezone": "Europe/London", "working_hours": ["Mon-Fri 09:00-17:00"]}
        answer = self.service.client.put(f"/v1/reps/{rep_id}", json={
            "capacity": known.capacity, "open_leads": known.elsewhere,
            "daily_cap": known.daily_cap, "territories": ["*"],
            **(hours if known.keeps_hours else {})})
        assert answer.status_code == 200, answer.text
        self.model.reps[rep_id] = known

    def _commit(self, lease: Lease, closed: Closed) -> None:
        decided = Decided.from_bytes(decide(closed.inputs))
        commit_plan(self.context, closed.window_id, lease, decided)

    def _waiting_without_reason(self) -> list[str]:
        with self.context.database.read() as tx:
            return list(tx.connection.execute(select(leads.c.lead_id).where(
                leads.c.state == "waiting", leads.c.reasons.is_(None))).scalars())
