"""JSON bodies read strictly: keys that stand twice, NaN, bottomless nesting are refused.

Nothing is read of a request without a valid key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.http.security import let_in

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def parse_strictly(body: bytes | str) -> Any:
    """Return what a JSON text holds.

    Raises
    ------
    json.JSONDecodeError
        It is no JSON, is no UTF-8, has a key twice, NaN, or is nested too deeply.
    """
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant)
        # In pairs they are one character, alone they are none; UTF-8 holds them only escaped.
        if (r"\u" in text or text is body) and _SURROGATE.search(text):
            json.dumps(found, ensure_ascii=False).encode("utf-8")
        return found
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", "", 0) from None
    except ValueError as error:
        raise json.JSONDecodeError(str(error), "", 0) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


class _StrictRequest(Request):
    async def json(self) -> Any:
        """Return the body, read strictly."""
        return parse_strictly(await self.body())


class StrictRoute(APIRoute):
    """A route that looks at the key before the body, and reads JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Hand the route a request that reads strictly, once its sender is known."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            await let_in(request)
            return await handle(_StrictRequest(request.scope, request.receive))
        return strictly
