"""Clients that post leads and report steps, badly: twice, again, at once, and hanging up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx2

from benchmarks.faults.asked import Asked, Notes

#: Answers after which the same request is sent again.
_AGAIN = frozenset({409, 429, 502, 503, 504})
#: Of 409: the first request under the key, or others about the same leads, are not done.
_IN_PROGRESS = frozenset({"idempotency_in_progress", "too_much_contention"})
_PAUSE_SECONDS, _PATIENCE_SECONDS = 0.3, 60.0
_STEPS: Sequence[dict[str, Any]] = (
    {"step": "accepted"}, {"step": "accepted"}, {"step": "contacted"}, {"step": "contacted"},
    {"step": "qualified"}, {"step": "won", "amount": 100.0}, {"step": "lost", "reason": "price"},
    {"step": "rejected", "reason": "not mine"}, {"step": "recycled"}, {"step": "junk"})


@dataclass
class Work:
    """What all clients share: ids that are to be posted, addresses, and the key."""

    asked: Asked
    notes: Notes
    addresses: Sequence[str]
    key: str
    until: float
    """By the monotonic clock; nothing begins later."""
    _began: float = field(default_factory=time.monotonic)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, most: int) -> range:
        """Return numbers of leads that nobody has posted yet, when it is time; none: all are."""
        with self._lock:
            first = self._next
            self._next = min(self.asked.leads, first + most)
            found = range(first, self._next)
        due = self._began + first / self.asked.leads_per_second
        time.sleep(max(0.0, due - time.monotonic()))
        return found


class Client:
    """One client, a thread of its own."""

    def __init__(self, work: Work, number: int) -> None:
        self._work, self._notes, self._number = work, work.notes, number
        self._rng = Random(work.asked.seed * 1000 + number)  # noqa: S311 - no secret
        self._keys = count()
        self._mine: list[str] = []

    def run(self) -> None:
        """Post until there is nothing left to post."""
        headers = {"Authorization": f"Bearer {self._work.key}"}
        with httpx2.Client(headers=headers, trust_env=False, timeout=30.0) as http:
            while time.monotonic() < self._work.until:
                single = self._rng.random() < 0.85
                numbers = self._work.take(1 if single else self._rng.randint(
                    2, self._work.asked.bulk))
                if not numbers:
                    return
                self._post(http, numbers, single)
                if self._mine and self._rng.random() < 0.4:
                    self._step(http)

    def _post(self, http: httpx2.Client, numbers: range, single: bool) -> None:
        leads = [self._lead(number) for number in numbers]
        if self._rng.random() < 0.2:  # one that somebody posted before, or posts at this moment
            leads.append(self._lead(max(0, numbers[0] - self._rng.randint(0, 20))))
        prepare = "true" if single or self._rng.random() < 0.3 else "false"
        if single:
            for lead in leads:
                self._send(http, f"/v1/leads?prepare={prepare}", lead)
        else:
            self._send(http, f"/v1/leads/bulk?prepare={prepare}", leads)

    def _lead(self, number: int) -> dict[str, Any]:
        """Return the lead of a number, always the same one but for its value."""
        fixed = Random(number)  # noqa: S311 - no secret
        return {"lead_id": f"L{number:06}", "company": f"Company {number}",
                "email": f"who@company-{number}.example", "score": fixed.randint(1, 100),
                "deal_value": float(100 * fixed.randint(1, 90) + self._rng.randint(0, 1))}

    def _step(self, http: httpx2.Client) -> None:
        lead_id = self._rng.choice(self._mine)
        answer = self._sent(http, f"/v1/leads/{lead_id}/events", self._rng.choice(_STEPS))
        if answer is not None:
            self._notes.count("steps taken" if answer.status_code == 200 else "steps refused")
            if answer.status_code not in (200, 409):
                self._notes.fault(f"a step of {lead_id}: {answer.status_code} {answer.text}")

    def _send(self, http: httpx2.Client, path: str, body: Any) -> None:
        """Post leads until they are accepted, and remember which were."""
        answer = self._sent(http, path, body)
        if answer is None:
            return
        if answer.status_code not in (200, 201):
            self._notes.fault(f"{path}: {answer.status_code} {answer.text}")
            return
        found = answer.json()
        rows = found.get("results", [found])
        refused = [one for one in rows if one["status"] == "refused"]
        if refused:
            self._notes.fault(f"{path}: {len(refused)} rows refused, as {refused[0]}")
        ids = [one["lead_id"] for one in rows if one["status"] != "refused"]
        self._notes.accept(ids)
        self._mine += ids

    def _sent(self, http: httpx2.Client, path: str, body: Any) -> httpx2.Response | None:
        """Send a request until it has an answer that is final; None: none came in time."""
        key = f"client-{self._number}-{next(self._keys)}"
        content, rng = json.dumps(body), self._rng
        # Some hang up at once, and hear nothing of what they have done.
        patience = [rng.uniform(0.001, 0.1)] if rng.random() < 0.1 else []
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            timeout = patience.pop() if patience else 30.0
            answer = self._once(http, path, content, key, timeout)
            if answer is None or _is_to_be_sent_again(answer):
                time.sleep(rng.uniform(0, _PAUSE_SECONDS))
                continue
            if rng.random() < 0.1:
                self._replay(http, path, content, key, answer)
            return answer
        self._notes.fault(f"{path} had no final answer in {_PATIENCE_SECONDS:g} s")
        return None

    def _once(self, http: httpx2.Client, path: str, content: str, key: str, timeout: float
              ) -> httpx2.Response | None:
        address = self._rng.choice(self._work.addresses)
        self._notes.count("requests")
        try:
            answer = http.post(f"{address}{path}", content=content, timeout=timeout, headers={
                "Idempotency-Key": key, "Content-Type": "application/json"})
        except httpx2.TransportError as error:
            self._notes.count(f"not answered: {type(error).__name__}")
            return None
        if answer.status_code >= 500 or answer.status_code == 429:
            self._notes.count(f"answered {answer.status_code}")
        if answer.status_code == 500:
            self._notes.fault(f"{path}: {answer.text}")
        return answer

    def _replay(self, http: httpx2.Client, path: str, content: str, key: str,
                before: httpx2.Response) -> None:
        """Send what is done once more: it must give the same answer."""
        again = self._once(http, path, content, key, 30.0)
        if again is None or _is_to_be_sent_again(again) or before.status_code >= 300:
            return
        self._notes.count("sent again after the answer")
        if (again.status_code, again.content) != (before.status_code, before.content):
            self._notes.fault(f"{path} under the key {key}: first {before.text[:150]}, then "
                              f"{again.status_code} {again.text[:150]}")


def _is_to_be_sent_again(answer: httpx2.Response) -> bool:
    if answer.status_code == 409:
        return answer.json()["code"] in _IN_PROGRESS
    return answer.status_code in _AGAIN or answer.status_code == 500


def run_clients(work: Work) -> list[threading.Thread]:
    """Start all clients and return their threads."""
    threads = [threading.Thread(target=Client(work, number).run, name=f"client {number}")
               for number in range(work.asked.clients)]
    for thread in threads:
        thread.start()
    return threads
