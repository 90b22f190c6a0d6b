"""Telling people, by e-mail or chat, through Apprise."""

from __future__ import annotations

import re
from typing import Any

from apprise import Apprise, NotifyFormat

from api.delivery.addresses import TargetError
from api.delivery.outcomes import Delivered, Failed
from api.delivery.people_addresses import PeopleRules, service

_STATUS = re.compile(r"\berror=(\d{3})\b")


def notify(url: str, title: str, body: str, rules: PeopleRules) -> Delivered | Failed:
    """Tell the people at one address and return what became of it; nothing is raised.

    One address at a time, so that trying again repeats nothing that arrived. A message that
    took too long counts as not delivered although it may still arrive.

    Parameters
    ----------
    url
        An Apprise URL; never shown.
    title
        One line; the subject of an e-mail.
    body
        Plain text.
    rules
        Which addresses are taken.
    """
    try:
        way = service(url, rules)
    except TargetError as error:
        return Failed(str(error))
    sender = Apprise(asset=way.made.asset)
    sender.add(way.made)
    result = sender.notify(body, title=title, body_format=NotifyFormat.TEXT)
    return Delivered() if result else _failed(way.kind, result, rules)


def _failed(kind: str, result: Any, rules: PeopleRules) -> Failed:
    """Return why; of what Apprise logged only the HTTP status is safe to show."""
    if result.status.name == "TIMEOUT":
        return Failed(f"{kind}: not done within {rules.total_seconds:g} s")
    lines = " ".join(str(entry.message) for of in result.results for entry in of.logs())
    if found := _STATUS.search(lines):
        return Failed(f"{kind}: the service answered {found[1]}", int(found[1]))
    return Failed(f"{kind}: the service cannot be reached or refused the message")
