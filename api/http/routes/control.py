"""What holds for the whole service, and the kill switch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Strict

from api.http.bodies.base import Answer, Body, Moment
from api.http.problems import responses
from api.http.security import Admin, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.control import set_shadow, the_control
from api.store.control import Control

router = APIRouter(prefix="/v1/control", tags=["control"], route_class=StrictRoute)


class Shadow(Body):
    """The kill switch."""

    on: Annotated[bool, Strict()]
    """Whether windows and hot leads are only decided and recorded."""


class ControlAnswer(Answer):
    """What holds for the whole service."""

    shadow: bool
    """Decisions are made and recorded, and nobody is given a lead."""
    policy_version: int
    """The active one; 0: the defaults, before any version was activated."""
    floor_revision: int
    """Grows whenever reps, accounts or the active policy change."""
    last_window_at: Moment | None


@router.get("", responses=responses())
def get_control(context: InContext, _: Reader) -> ControlAnswer:
    """Return what holds now."""
    return _shown(the_control(context))


@router.put("/shadow", responses=responses(400, 413, 422))
def switch_shadow(body: Shadow, context: InContext, actor: Admin) -> ControlAnswer:
    """Turn shadow mode on, so that nobody is given a lead, or off."""
    return _shown(set_shadow(context, actor, body.on))


def _shown(control: Control) -> ControlAnswer:
    return ControlAnswer(shadow=control.shadow, policy_version=control.policy_version,
                         floor_revision=control.floor_revision,
                         last_window_at=control.last_window_at)
