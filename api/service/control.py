"""The kill switch: in shadow mode windows decide and record, and nobody is given a lead."""

from __future__ import annotations

from api.service.context import Actor, Context
from api.service.happenings import Happening, tell
from api.store.control import Control, change_what_holds, read_control, set_control


def the_control(context: Context) -> Control:
    """Return what holds for the whole service."""
    with context.database.read() as tx:
        return read_control(tx)


def set_shadow(context: Context, actor: Actor, on: bool) -> Control:
    """Turn shadow mode on or off; nothing happens where it is so already.

    Once it is on, no hot lead and no window that is under way gives a lead any more.
    """
    now = context.now
    with context.database.write() as tx:
        change_what_holds(tx)
        if read_control(tx).shadow is not on:
            set_control(tx, shadow=on)
            tell(tx, [Happening("control.shadow", now, actor.actor_id, detail={"on": on})])
        return read_control(tx)
