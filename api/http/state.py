"""What the application carries: the context that every route gets."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.service.context import Context


def context_of(request: Request) -> Context:
    """Return the service's context."""
    found: Context = request.app.state.context
    return found


InContext = Annotated[Context, Depends(context_of)]
