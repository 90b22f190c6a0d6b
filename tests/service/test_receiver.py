"""The receiver of webhooks does what tests tell it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx2
import pytest

from tests.service.receiver import Receiver


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    """A client that goes straight to the loopback."""
    with httpx2.Client(trust_env=False, timeout=30.0) as made:
        yield made


def test_it_records_what_comes(receiver: Receiver, client: httpx2.Client) -> None:
    """Method, path, headers, body and time of each request, in order."""
    client.post(receiver.url, content=b"one", headers={"Webhook-Id": "m1"})
    client.put(f"{receiver.url}/2?x=1", content=b"two")
    first, second = receiver.wait_for(2)
    assert (first.method, first.path, first.body) == ("POST", "/hook", b"one")
    assert first.headers["webhook-id"] == "m1"
    assert (second.method, second.path, second.body) == ("PUT", "/hook/2?x=1", b"two")
    assert first.at <= second.at


def test_it_fails_so_many_times(receiver: Receiver, client: httpx2.Client) -> None:
    """Two failures with their header, then all is well; failed requests are recorded too."""
    receiver.fail(503, times=2, headers={"Retry-After": "7"})
    answers = [client.post(receiver.url) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert len(receiver.received) == 3


def test_it_fails_until_it_recovers(receiver: Receiver, client: httpx2.Client) -> None:
    """Without a number it fails until told otherwise."""
    receiver.fail(410)
    assert {client.post(receiver.url).status_code for _ in range(3)} == {410}
    receiver.recover()
    assert client.post(receiver.url).status_code == 200


def test_it_hangs_until_it_recovers(receiver: Receiver, client: httpx2.Client) -> None:
    """A request without an answer runs into the client's limit, or is answered in the end."""
    receiver.hang()
    with pytest.raises(httpx2.ReadTimeout):
        client.post(receiver.url, timeout=0.05)
    answers: list[int] = []
    waiting = threading.Thread(
        target=lambda: answers.append(client.post(receiver.url).status_code))
    waiting.start()
    receiver.wait_for(2)
    assert answers == []
    receiver.recover()
    waiting.join()
    assert answers == [200]


def test_it_goes_down_and_comes_up(receiver: Receiver, client: httpx2.Client) -> None:
    """Down it refuses and hangs up on who waits; up again it is where it was."""
    receiver.hang()
    faults: list[Exception] = []

    def post() -> None:
        try:
            client.post(receiver.url)
        except httpx2.TransportError as error:
            faults.append(error)

    waiting = threading.Thread(target=post)
    waiting.start()
    receiver.wait_for(1)
    receiver.down()
    waiting.join()
    assert [type(fault) for fault in faults] == [httpx2.RemoteProtocolError]
    with pytest.raises(httpx2.ConnectError):
        client.post(receiver.url)
    receiver.recover()
    receiver.up()
    assert client.post(receiver.url).status_code == 200


def test_waiting_for_what_does_not_come_ends(receiver: Receiver) -> None:
    """A request that never comes fails the test with what came instead."""
    with pytest.raises(AssertionError, match=r"0 requests came in 0\.05 s, not 1"):
        receiver.wait_for(1, 0.05)
