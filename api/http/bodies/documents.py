"""A policy as a body: a JSON document, or YAML text as of the policy file."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.http.strict_json import parse_strictly
from api.service.errors import RefusedError, TooLargeError
from solver.errors import InvalidInputError
from solver.reading.parsing.strict_yaml import (
    MAX_YAML_BYTES,
    Document,
    parse_yaml,
    plain_document,
)

_JSON = "application/json"
_YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
#: Name of a policy that is no file, in messages.
POLICY_NAME = "policy"
#: For the OpenAPI document: what the body may be.
DOCUMENT_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {
    kind: {"schema": {"type": "object", "description":
                      "Keys that differ from the defaults, as in the policy file."}}
    for kind in (_JSON, _YAML[0])}}}


async def read_document(request: Request) -> Document:
    """Return the document of a request's body, with the place of every value.

    Raises
    ------
    HTTPException
        If it is of another media type.
    RequestValidationError, InvalidInputError, RefusedError, TooLargeError
        If it is no JSON, no YAML, no mapping, or above 1 MiB.
    """
    kind = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    if kind not in (_JSON, *_YAML):
        raise HTTPException(415, f"a policy is {_JSON} or {_YAML[0]}, not {kind[:80]!r}")
    data = await request.body()
    if len(data) > MAX_YAML_BYTES:
        raise TooLargeError(f"the document has {len(data):,} bytes; a policy has 1 MiB at most")
    document = _of_json(data) if kind == _JSON else _of_yaml(data)
    # Of a policy file nothing at all means the defaults; a body may be empty by a slip.
    if not isinstance(document.data, dict) or () not in document.places or (
            document.places[()].text is not None):
        raise RefusedError("a policy is a mapping of keys to values; {} is the defaults")
    return document


PolicyDocument = Annotated[Document, Depends(read_document)]


def _of_json(data: bytes) -> Document:
    try:
        found = parse_strictly(data)
    except json.JSONDecodeError as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body", error.pos),
                                       "msg": "JSON decode error", "input": {},
                                       "ctx": {"error": error.msg}}]) from None
    return plain_document(POLICY_NAME, found)


def _of_yaml(data: bytes) -> Document:
    document, issues = parse_yaml(data, POLICY_NAME)
    if document is None or issues:
        raise InvalidInputError(issues)
    return document
