"""Keys and personal data are in no log line, and in no problem but where its sender put them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Body
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from api.http.app import create_app
from api.logs import set_up_logs
from api.service.context import Scope
from api.service.keys import create_key
from api.settings import Settings
from tests.log_lines import logs_kept
from tests.service.operations import operations
from tests.service.serving import Service, serving

_EMAIL, _PHONE, _NAME = "eva@klein.example", "+49 30 901820", "Evangelina"
_PERSON = {"lead_id": "L-1", "email": _EMAIL, "phone": _PHONE, "first_name": _NAME}
_FORGED = "fl_0123456789ab_not-the-secret-of-any-key"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that the process writes to stderr, at the most talkative level."""
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with logs_kept():
        yield written


@pytest.fixture(params=["json", "console"])
def service(request: pytest.FixtureRequest, tmp_path: Path, log: StringIO) -> Iterator[Service]:  # noqa: ARG001 - stderr first
    """A service that logs as in production, with routes that fail on what was posted."""
    with serving(f"sqlite:///{tmp_path}/f.db") as made:
        set_up_logs(Settings(log_level="DEBUG", log_format=request.param))
        app = create_app(made.context)

        @app.post("/v1/broken")
        def broken(posted: Annotated[dict[str, str], Body()]) -> None:
            try:
                raise KeyError(posted["email"])
            except KeyError:
                raise ValueError(f"no such lead: {posted}") from None

        @app.post("/v1/broken-database")
        def broken_database(posted: Annotated[dict[str, str], Body()]) -> None:
            raise IntegrityError("INSERT INTO leads", posted, ValueError(
                f"duplicate key\nDETAIL: Key (key)=({posted['email']})"), hide_parameters=True)

        made.client = TestClient(app, headers=made.client.headers, raise_server_exceptions=False)
        yield made


def _personal(text: str) -> list[str]:
    return [one for one in (_EMAIL, _PHONE, _NAME, "klein", "901820") if one in text]


@pytest.mark.parametrize("path", ["/v1/broken", "/v1/broken-database"])
def test_a_fault_logs_and_answers_nothing_of_what_was_posted(service: Service, log: StringIO,
                                                             path: str) -> None:
    """The traceback is there, with its lines; the answer has only the id to find it by."""
    answer = service.client.post(path, json=_PERSON)
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] in log.getvalue()
    assert "test_secrets_stay_out.py" in log.getvalue()
    assert _personal(log.getvalue()) == []
    assert _personal(answer.text) == []


def test_no_operation_logs_what_is_posted_to_it(service: Service, log: StringIO) -> None:
    """Neither bodies, accepted or refused, nor keys, valid or forged, nor the end of an address."""
    _, key = create_key(service.context, "all", list(Scope))
    bodies = ({"json": _PERSON}, {"json": [_PERSON]}, {"content": f'{{"email": "{_EMAIL}"'},
              {"json": {"leads": [_PERSON], "name": _NAME, "note": _PHONE, "url": _EMAIL}})
    for operation in operations():
        for sent in bodies:
            for text in (key, _FORGED):
                service.client.request(
                    operation.method, f"{operation.address}?cursor={_EMAIL}&rep={_PHONE}",
                    headers={"Authorization": f"Bearer {text}"}, **sent)  # type: ignore[arg-type]
    assert log.getvalue().count("/v1/keys") >= 2 * len(bodies)
    assert _personal(log.getvalue()) == []
    assert [one for one in (key, key.split("_", 2)[2], _FORGED, "not-the-secret")
            if one in log.getvalue()] == []


def test_no_problem_repeats_a_key(service: Service) -> None:
    """Neither a forged one, nor one whose scopes do not do, nor one that was sent in a body."""
    _, key = create_key(service.context, "none", [Scope.INTAKE])
    for operation in operations():
        for text in (key, _FORGED):
            answer = service.client.request(
                operation.method, operation.address, json=_PERSON,
                headers={"Authorization": f"Bearer {text}"})
            assert text.split("_", 2)[2] not in answer.text
