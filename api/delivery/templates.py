"""Texts to people from templates, which an organisation may replace kind by kind.

A template has values, ``if`` and a few filters: no loops, calls, attributes or arithmetic, so that
one can be slow or look into the program no more than it can be wrong unseen: an unknown name is
found when the template is checked, not when a message is due.

Values come from whoever filled in a form. They are put in as one line of visible characters, and
what chats read as a mention, a link or markup is broken, so that no lead can ping a whole channel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from api.delivery.texts import NAMES, TEXTS, Template
from solver.errors import FairleadError

#: Kind to its own title, its own body, or both.
Overrides = Mapping[str, Mapping[str, str]]
Value = str | int | float | datetime | None

MAX_TEMPLATE = 4_000
_MAX_VALUE = 500
_MAX_TITLE = 200
_MAX_BODY = 4_000
#: Names that an override may have: those of a template's parts.
PARTS: tuple[Literal["title"], Literal["body"]] = ("title", "body")
#: Filters that a template may use; none can make a text much longer.
FILTERS = ("capitalize", "default", "lower", "title", "trim", "truncate", "upper")
_NODES = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If,
          nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand,
          nodes.Filter, nodes.Keyword)
_MENTION = re.compile(r"@(?=everyone|here|channel|all\b)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


class TextError(FairleadError):
    """A template that cannot be used; the text says where and why."""

    code: ClassVar[str] = "template"


@dataclass(frozen=True)
class Text:
    """A message as people read it."""

    title: str
    body: str


def _clean(value: object) -> object:
    """Return a value as one line that is text and nothing else."""
    if not isinstance(value, str):
        return value
    line = " ".join("".join(" " if unicodedata.category(char)[0] in "CZ" else char
                            for char in value[:_MAX_VALUE]).split())
    line = line.replace("<", "‹").replace(">", "›").replace("](", "] (")
    return _MENTION.sub("@" + _WORD_JOINER, line)


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests, made.globals = {}, {}
    return made


_ENVIRONMENT = _environment()


@lru_cache(maxsize=256)
def _compiled(source: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(source)


def check_overrides(overrides: Overrides) -> None:
    """Check the templates of an organisation, all of them.

    Raises
    ------
    TextError
        If a kind or a part is not known, or a template cannot be used.
    """
    for kind, parts in overrides.items():
        for part, source in parts.items():
            if part not in PARTS:
                raise TextError(f"template {kind!r} has no part {part!r}; it has title and body")
            check_template(kind, source)


@lru_cache(maxsize=256)
def check_template(kind: str, source: str) -> None:
    """Check one template.

    Parameters
    ----------
    kind
        Kind of message that it is for.
    source
        The template.

    Raises
    ------
    TextError
        If the kind is not known, or the template is too long, not well formed, names what its kind
        does not know, or uses more than values, ``if`` and filters.
    """
    if kind not in TEXTS:
        raise TextError(f"there is no message of kind {kind!r}; there are {', '.join(TEXTS)}")
    if len(source) > MAX_TEMPLATE:
        raise TextError(f"template {kind!r} has {len(source):,} characters; at most "
                        f"{MAX_TEMPLATE:,} are taken")
    try:
        _check_nodes(kind, _ENVIRONMENT.parse(source))
        for filled in ("", "x"):
            _compiled(source).render(dict.fromkeys(NAMES[kind], filled))
    except TextError:
        raise
    except TemplateSyntaxError as error:
        raise TextError(f"template {kind!r} line {error.lineno}: {error.message}") from None
    except (SyntaxError, RecursionError, MemoryError):
        raise TextError(f"template {kind!r} is nested too deeply; make it plainer") from None
    except Exception as error:  # whatever a filter raises
        raise TextError(f"template {kind!r} cannot be filled in: {error}") from None


def _check_nodes(kind: str, tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _NODES):
            raise TextError(f"template {kind!r} line {node.lineno}: {type(node).__name__.lower()} "
                            "is not allowed; use values, 'if' and filters")
        if isinstance(node, nodes.Name) and node.name not in NAMES[kind]:
            raise TextError(f"template {kind!r} line {node.lineno}: {node.name!r} is not known; "
                            f"known are {', '.join(sorted(NAMES[kind]))}")


def render(kind: str, values: Mapping[str, Value], *, now: datetime, zone: str | None = None,
           overrides: Overrides | None = None) -> Text:
    """Return a message as people read it.

    Parameters
    ----------
    kind
        Kind of message.
    values
        What it may name; what is left out or None is empty. Instants are told in the reader's zone.
    now
        When it is told: instants of the same day are told by their time alone.
    zone
        IANA zone of the reader; without one, instants are told in UTC and say so.
    overrides
        Templates of the organisation.

    Raises
    ------
    TextError
        If a template cannot be used, or a value is not one that the kind knows.
    """
    source = _source(kind, overrides or {})
    if unknown := sorted(set(values) - NAMES[kind]):
        raise TextError(f"a message of kind {kind!r} does not know the value {unknown[0]!r}")
    told = {name: _told(values.get(name), now, zone) for name in NAMES[kind]}
    try:
        title, body = (_compiled(part).render(told)
                       for part in (source.title, source.body))
    except Exception as error:  # whatever a filter raises
        raise TextError(f"template {kind!r} cannot be filled in: {error}") from None
    return Text(" ".join(title.split())[:_MAX_TITLE], body.strip()[:_MAX_BODY])


def _source(kind: str, overrides: Overrides) -> Template:
    own = overrides.get(kind, {})
    check_overrides({kind: own})
    default = TEXTS[kind]
    return Template(own.get("title", default.title), own.get("body", default.body))


def _told(value: Value, now: datetime, zone: str | None) -> object:
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return _clean(value)
    there = value.astimezone(ZoneInfo(zone or "UTC"))
    same_day = there.date() == now.astimezone(there.tzinfo).date()
    # Named by hand: what %a and %b write depends on the locale of the process.
    day = "" if same_day else f"{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]} "
    return f"{day}{there:%H:%M}{'' if zone else ' UTC'}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
