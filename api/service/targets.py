"""Targets: who is told what, and the secrets that sign it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.delivery.addresses import Resolver, TargetError, check_target, resolve
from api.delivery.outcomes import Delivered, Failed
from api.delivery.payload import envelope
from api.delivery.people import notify
from api.delivery.people_addresses import check_address, mail_address
from api.delivery.signing import new_secret
from api.delivery.templates import TextError, check_overrides
from api.delivery.webhooks import Message
from api.service.context import Actor, Context
from api.service.errors import ConflictError, Problem, RefusedError, UnknownError
from api.service.relay import switch_off
from api.service.sending import address_of, people_rules, post, ways_out
from api.service.targeting import TargetKind, is_rotating
from api.service.telling import is_known
from api.store.database import Writing
from api.store.reps import get_rep
from api.store.targets import (
    TargetRow,
    add_target,
    get_target,
    lock_target,
    page_of_targets,
    set_target,
)

#: How long an exchanged secret signs beside the new one, unless its end is asked for.
ROTATION = timedelta(hours=24)
#: Stands for a rep's address where only the sender is checked.
_ANYBODY = "anybody@example.com"
Templates = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a target is to be; None: as it is, or as it is unless said otherwise."""

    url: str | None = None
    kinds: Sequence[str] | None = None
    include_contact: bool | None = None
    templates: Templates | None = None
    note: str | None = None
    disabled: bool | None = None


def create_target(context: Context, kind: TargetKind, wish: Wish, *,
                  resolver: Resolver = resolve) -> TargetRow:
    """Make a target; the secret of a webhook is to be shown this once.

    Raises
    ------
    RefusedError
        The address, the kinds of events or the templates cannot be.
    """
    assert wish.url is not None, "a target has a URL"
    _check(context, kind, wish, resolver)
    target_id = f"tgt_{secrets.token_hex(8)}"
    with context.database.write() as tx:
        add_target(tx, {
            "target_id": target_id, "kind": kind.value,
            "secret": new_secret() if kind is TargetKind.WEBHOOK else None,
            "created_at": context.now, "include_contact": False, **_columns(wish)})
        return _known(get_target(tx, target_id), target_id)


def targets_page(context: Context, after: str | None, most: int) -> list[TargetRow]:
    """Return targets by id, after an id."""
    with context.database.read() as tx:
        return page_of_targets(tx, after, most)


def find_target(context: Context, target_id: str) -> TargetRow:
    """Return a target.

    Raises
    ------
    UnknownError
        There is none.
    """
    with context.database.read() as tx:
        return _known(get_target(tx, target_id), target_id)


def change_target(context: Context, actor: Actor, target_id: str, wish: Wish, *,
                  resolver: Resolver = resolve) -> TargetRow:
    """Change a target, or switch it off or on; what waited when it went off is replayed by hand.

    Raises
    ------
    UnknownError
        There is none.
    RefusedError
        The address, the kinds of events or the templates cannot be.
    """
    found = find_target(context, target_id)
    # Resolving a name takes a while, and no lock is held over it; a target's kind never changes.
    _check(context, TargetKind(found.kind), wish, resolver)
    with _locked(context, target_id) as (tx, target):
        values = _columns(wish)
        if wish.url is not None or wish.disabled is False:
            values |= {"failures": 0, "resting_until": None}
        if wish.disabled is False:
            values |= {"disabled_at": None, "disabled_reason": None}
        if values:
            set_target(tx, target_id, **values)
        if wish.disabled and target.disabled_at is None:
            switch_off(tx, target, "by hand", context.now, actor=actor.actor_id)
        return _known(get_target(tx, target_id), target_id)


def rotate_secret(context: Context, target_id: str) -> TargetRow:
    """Give a webhook a new secret; the old one signs too for 24 hours, or until that is ended.

    Raises
    ------
    UnknownError
        There is no such target.
    ConflictError
        It is no webhook, or its secret is being exchanged already.
    """
    with _locked(context, target_id) as (tx, target):
        if target.kind != TargetKind.WEBHOOK:
            raise ConflictError(f"target {target_id!r} is of kind {target.kind!r}; only webhooks "
                                "have a secret", code="no_secret")
        if is_rotating(target, context.now):
            raise ConflictError(f"the secret of target {target_id!r} is being exchanged; end that "
                                "by finish-rotation first", code="rotating")
        set_target(tx, target_id, secret=new_secret(), previous_secret=target.secret,
                   previous_until=context.now + ROTATION)
        return _known(get_target(tx, target_id), target_id)


def finish_rotation(context: Context, target_id: str) -> None:
    """Let the old secret of a webhook sign no more; nothing happens where there is none.

    Raises
    ------
    UnknownError
        There is no such target.
    """
    with _locked(context, target_id) as (tx, _):
        set_target(tx, target_id, previous_secret=None, previous_until=None)


def send_test(context: Context, target_id: str, rep_id: str | None, *,
              resolver: Resolver = resolve) -> Delivered | Failed:
    """Send a target ``test.ping`` now, once, also where it is switched off.

    Raises
    ------
    UnknownError
        There is no such target, or no such rep.
    RefusedError
        The target mails reps, and no rep is named.
    """
    target = find_target(context, target_id)
    now = context.now
    with ways_out(context.settings, resolver=resolver) as ways:
        if target.kind == TargetKind.WEBHOOK:
            message_id = f"msg_{secrets.token_hex(16)}"
            message = Message.of(envelope("test.ping", message_id, now, {"target_id": target_id}))
            return post(ways, target, message, now)
        try:
            url = target.url
            if target.kind == TargetKind.OWNER:
                url = _address(context, target, rep_id)
        except TargetError as error:
            return Failed(str(error))
        return notify(url, "Test", "Fairlead reaches you here.", ways.rules)


def _address(context: Context, target: TargetRow, rep_id: str | None) -> str:
    if rep_id is None:
        raise RefusedError(f"target {target.target_id!r} mails reps; name the rep_id of one",
                           problems=[Problem(pointer="/rep_id", code="missing",
                                             detail="must name the rep to write to")])
    with context.database.read() as tx:
        rep = get_rep(tx, rep_id)
    if rep is None:
        raise UnknownError(f"there is no rep {rep_id!r}")
    return address_of(target, rep_id, rep)


def _columns(wish: Wish) -> dict[str, Any]:
    found = {"url": wish.url, "include_contact": wish.include_contact, "note": wish.note,
             "kinds": None if wish.kinds is None else json.dumps(list(dict.fromkeys(wish.kinds))),
             "templates": None if wish.templates is None else json.dumps(wish.templates)}
    return {name: value for name, value in found.items() if value is not None}


def _check(context: Context, kind: TargetKind, wish: Wish, resolver: Resolver) -> None:
    unknown = [one for one in wish.kinds or () if not is_known(one)]
    if unknown:
        raise _refused("/kinds", "unknown_kind", (
            f"{unknown[0]!r} is no kind of event; name those of api/README.md, such as "
            "'lead.assigned', 'lead.*' or '*'"), unknown[0])
    if kind is TargetKind.WEBHOOK and wish.templates:
        raise _refused("/templates", "not_of_webhooks", (
            "webhooks get JSON; templates are for people"))
    if kind is not TargetKind.WEBHOOK and wish.include_contact:
        raise _refused("/include_contact", "only_of_webhooks", (
            "texts to people name no contact; include_contact is for webhooks"))
    _try("/templates", lambda: check_overrides(wish.templates or {}))
    if wish.url is not None:
        url = wish.url
        _try("/url", lambda: _check_url(context, kind, url, resolver))


def _check_url(context: Context, kind: TargetKind, url: str, resolver: Resolver) -> None:
    if kind is TargetKind.WEBHOOK:
        check_target(url, context.settings.allow_private_targets, resolver=resolver)
        return
    rules = people_rules(context.settings, resolver=resolver)
    check_address(mail_address(url, _ANYBODY) if kind is TargetKind.OWNER else url, rules)


def _try(pointer: str, check: Callable[[], None]) -> None:
    try:
        check()
    except (TargetError, TextError) as error:
        raise _refused(pointer, error.code, str(error)) from None


def _refused(pointer: str, code: str, detail: str, offending: str | None = None) -> RefusedError:
    return RefusedError(detail, problems=[
        Problem(pointer=pointer, code=code, detail=detail, offending=offending)])


@contextmanager
def _locked(context: Context, target_id: str) -> Iterator[tuple[Writing, TargetRow]]:
    with context.database.write() as tx:
        yield tx, _known(lock_target(tx, target_id), target_id)


def _known(found: TargetRow | None, target_id: str) -> TargetRow:
    if found is None:
        raise UnknownError(f"there is no target {target_id!r}")
    return found
