"""Errors as RFC 9457 problem documents; the only place that knows HTTP statuses of errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api.service.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    NoKeyError,
    Problem,
    RefusedError,
    ServiceError,
    TooLargeError,
    TooManyError,
    UnknownError,
)
from api.solving.errors import WorkError, WorkFailedError
from solver.errors import FairleadError, InvalidInputError, NoPlanInTimeError, UsageError
from solver.hand_off import StepError
from solver.models.issue import MAX_SHOWN, Issue, Severity

MEDIA_TYPE = "application/problem+json"
#: No more problems than these are listed.
MAX_PROBLEMS = 100
_STATUS: dict[type[FairleadError], HTTPStatus] = {
    UnknownError: HTTPStatus.NOT_FOUND,
    GoneError: HTTPStatus.GONE,
    ConflictError: HTTPStatus.CONFLICT,
    RefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoKeyError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
    StepError: HTTPStatus.CONFLICT,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoPlanInTimeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    WorkError: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkFailedError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
#: Codes of errors that Starlette and FastAPI raise.
_HTTP_CODES = {400: "bad_request", 413: "too_large", 415: "media_type"}
_log = structlog.get_logger()


class ProblemDocument(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    """Stable, for machines."""
    request_id: str
    errors: list[Problem] = []
    """Every place of the request that is wrong, up to a hundred."""


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route declares for its errors; 401, 403 and 429 are those of every route."""
    described = sorted({401, 403, 429, 503, *statuses})
    return {status: {"model": ProblemDocument, "description": HTTPStatus(status).phrase,
                     "content": {MEDIA_TYPE: {
                         "schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
            for status in described}


def problem(request: Request, status: int, detail: str, code: str,
            errors: list[Problem] | None = None, headers: dict[str, str] | None = None
            ) -> JSONResponse:
    """Return a problem document."""
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, code=code,
        request_id=request.state.request_id, errors=(errors or [])[:MAX_PROBLEMS])
    return JSONResponse(document.model_dump(), int(status), headers, media_type=MEDIA_TYPE)


def too_large_detail(most: int) -> str:
    """Say that a body is too large."""
    return (f"the body is larger than {most} bytes (FAIRLEAD_MAX_BODY_BYTES); send fewer rows at "
            "once")


def too_large(request: Request, most: int) -> JSONResponse:
    """Return the problem document of a body that says it is too large."""
    return problem(request, 413, too_large_detail(most), "too_large")


def add_handlers(app: FastAPI) -> None:
    """Let every error leave as a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(FairleadError, _library_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeoutError, _database_error)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: FairleadError) -> HTTPStatus:
    """Return the status of an error by its class."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _service_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    headers = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NoKeyError):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, status_of(error), error.detail, error.exact_code,
                   list(error.problems), headers)


def _library_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FairleadError)
    if isinstance(error, InvalidInputError):
        found = [problem_of(one) for one in error.issues if one.severity is Severity.ERROR]
        return problem(request, status_of(error), f"{counted(len(found))} of the input",
                       error.code, found)
    return problem(request, status_of(error), str(error), error.code)


def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    if any(one["type"] == "json_invalid" for one in error.errors()):
        one = error.errors()[0]
        detail = f"the body is no JSON: {one.get('ctx', {}).get('error', '')}, at character " \
                 f"{one['loc'][-1]}"
        return problem(request, 400, detail, "not_json")
    found = [_of_pydantic(one, error.body) for one in error.errors()[:MAX_PROBLEMS]]
    return problem(request, 422, f"{counted(len(error.errors()))} of the request", "invalid", found)


def counted(problems: int) -> str:
    """Return how many problems there are, in words."""
    return "1 problem" if problems == 1 else f"{problems} problems"


def problem_of(issue: Issue) -> Problem:
    """Return what the library found wrong, as of a request."""
    return Problem(pointer=issue.pointer, code=issue.code.value, offending=issue.offending,
                   detail=f"{issue.rule}. {issue.remedy}.")


def problems_of(error: ValidationError) -> list[Problem]:
    """Return what is wrong with a part of a request, up to a hundred places."""
    return [_of_pydantic({**one}, None) for one in error.errors(include_url=False)[:MAX_PROBLEMS]]


def _of_pydantic(one: dict[str, Any], body: Any) -> Problem:
    found = one.get("input")
    if one["type"] == "union_tag_invalid":
        found = one["ctx"]["tag"]
    shown = None if found is None or isinstance(found, dict | list) else str(found)[:MAX_SHOWN]
    pointer = _pointer(one, body)
    if one["type"] in ("union_tag_invalid", "union_tag_not_found"):
        pointer = f"{pointer.rstrip('/')}/{one['ctx']['discriminator'].strip(chr(39))}"
    return Problem(pointer=pointer, code=str(one["type"]), detail=_in_words(one), offending=shown)


def _in_words(one: dict[str, Any]) -> str:
    """Return what must hold, in our own words where those of the library say little."""
    ctx = one.get("ctx", {})
    match one["type"]:
        case "missing" | "union_tag_not_found":
            return "this must be there"
        case "extra_forbidden":
            return "there is no field of this name here; correct it, or leave it out"
        case "union_tag_invalid":
            return f"must be one of {ctx['expected_tags']}"
        case "enum" | "literal_error":
            return f"must be {ctx['expected']}"
    return str(one["msg"]).removeprefix("Value error, ")


def _pointer(one: dict[str, Any], body: Any) -> str:
    """Return where a problem is; names of the alternatives of a body are no part of it."""
    loc = one["loc"]
    if not loc or loc[0] != "body":
        return "/" + "/".join(map(str, loc))
    if body is None:  # the route has found it, and says where
        return "/" + "/".join(map(str, loc[1:]))
    parts = []
    for part in loc[1:]:
        is_there = (isinstance(body, dict) and part in body) or (
            isinstance(body, list) and isinstance(part, int) and part < len(body))
        if is_there:
            body = body[part]
        elif one["type"] != "missing" or part is not loc[-1]:
            continue
        parts.append(str(part))
    return "/" + "/".join(parts)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = _HTTP_CODES.get(error.status_code, status.name.lower())
    return problem(request, status, str(error.detail), code,
                   headers=dict(error.headers or {}))


def _database_error(request: Request, error: Exception) -> JSONResponse:
    """Answer 503 while the database is away or its disk full; retrying is safe then."""
    if isinstance(error, DBAPIError) and not _is_passing(error):
        return _unexpected(request, error)
    _log.warning("database.unavailable", error=type(error).__name__,
                 request_id=request.state.request_id)
    return problem(request, 503, "the database does not answer now; nothing was stored, try again",
                   "database_unavailable", headers={"Retry-After": "1"})


def _is_passing(error: DBAPIError) -> bool:
    """Return whether it may go by itself: connections lost, locks, a full disk, a deadlock."""
    return error.connection_invalidated or type(error).__name__ in (
        "OperationalError", "InterfaceError", "InternalError")


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    _log.error("request.failed", request_id=request.state.request_id, exc_info=error)
    return problem(request, 500, "a fault of Fairlead; the log has it under the request_id",
                   "internal")
