"""A small sales floor in a running service, put there over HTTP as a client would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from api.service.context import Context

#: Ids that exist, by the name of the path parameter that takes them.
Known = dict[str, list[Any]]


def put_floor(context: Context, app: FastAPI, headers: Mapping[str, str]) -> Known:
    """Put reps, accounts, a draft policy, leads, a target and a window; return their ids."""
    return {}
