"""The kill switch: in shadow mode windows decide and record, and nobody is given a lead."""

from __future__ import annotations

from api.service.context import Actor, Context
from api.service.happenings import Happening, tell
from api.store.control import Control, lock_control, read_control, set_control


def the_control(context: Context) -> Control:
    """Return what holds for the whole service."""
    with context.database.read() as tx:
        return read_control(tx)


def set_shadow(context: Context, actor: Actor, on: bool) -> Control:
    """Turn shadow mode on or off; nothing happens where it is so already."""
    now = context.now
    with context.database.write() as tx:
        lock_control(tx)
        if read_control(tx).shadow is not on:
            set_control(tx, shadow=on)
            tell(tx, [Happening("control.shadow", now, actor.actor_id, detail={"on": on})])
        return read_control(tx)
