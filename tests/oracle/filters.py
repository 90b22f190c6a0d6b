"""Whether one lead and one rep match a filter, from the rules alone: scalar, node by node."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from solver.filters.language.fields import FieldRef, Kind, Side
from solver.filters.language.tree import (
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Leaf,
    Node,
    Not,
    Op,
    Or,
    Span,
    Top,
)
from solver.models import Account, Lead, Rep

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORDERS = {Op.EQ: lambda a, b: a == b, Op.LT: lambda a, b: a < b, Op.LE: lambda a, b: a <= b,
           Op.GT: lambda a, b: a > b, Op.GE: lambda a, b: a >= b}


@dataclass(frozen=True)
class World:
    """What filters look at: all leads of the window, accounts, instant, places and worths."""

    leads: Sequence[Lead]
    accounts: Sequence[Account] = ()
    at: datetime = _EPOCH
    territory: dict[str, str] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)


def matches(node: Node, world: World, lead: Lead | None, rep: Rep | None) -> bool:
    """Tell whether a pair, or a record alone, matches."""
    if isinstance(node, Not):
        return not matches(node.part, world, lead, rep)
    if isinstance(node, And | Or):
        every = [matches(part, world, lead, rep) for part in node.parts]
        return all(every) if isinstance(node, And) else any(every)
    return _leaf(node, world, lead, rep)


def _leaf(leaf: Leaf, world: World, lead: Lead | None, rep: Rep | None) -> bool:
    if isinstance(leaf, Always):
        return leaf.value
    if isinstance(leaf, Top):
        return _top(leaf, world, lead)
    if isinstance(leaf, CompareFields):
        left, right = (_as(_held(ref, world, lead, rep), leaf.view)
                       for ref in (leaf.left, leaf.right))
        return any(_ORDERS[leaf.op](one, other) for one in left for other in right)
    held = _held(leaf.ref, world, lead, rep)
    if isinstance(leaf, Blank):
        return not held
    return any(_compares(value, leaf, literal) for value in held for literal in leaf.literals)


def _top(leaf: Top, world: World, lead: Lead | None) -> bool:
    """Fewer than n known leads are above: so all that tie with the n-th are in."""
    known = [value for one in world.leads for value in _as(_held(leaf.ref, world, one, None),
                                                           Kind.NUMBER)]
    mine = _as(_held(leaf.ref, world, lead, None), Kind.NUMBER)
    most = math.ceil(leaf.amount * len(known)) if leaf.is_share else leaf.amount
    return bool(mine) and sum(value > mine[0] for value in known) < most


def _held(ref: FieldRef, world: World, lead: Lead | None, rep: Rep | None) -> list[Any]:
    """Return what a field holds, as a list: empty where it is blank."""
    record: Lead | Rep | Account | None = rep if ref.side is Side.REP else lead
    if ref.side is Side.ACCOUNT:
        record = next((one for one in world.accounts
                       if lead is not None and one.account_id == lead.account_id), None)
    if record is None:
        return []
    if ref.is_attribute:
        same = [text for name, text in record.attributes.items() if _key(name) == _key(ref.name)]
        text = record.attributes.get(ref.name, same[0] if same else "")
        return [text.strip()] if text.strip() else []
    value = _value(ref, world, record)
    if isinstance(value, dict):
        if ref.part is not None:
            return [next((n for name, n in value.items() if _key(name) == _key(ref.part)), 0.0)]
        return [name.strip() for name, number in value.items() if number > 0]
    if isinstance(value, tuple):
        return [one.strip() for one in value if one.strip()]
    if isinstance(value, str):
        value = value.strip() or None
    return [] if value is None else [value]


def _value(ref: FieldRef, world: World, record: Any) -> Any:
    if ref.side is Side.LEAD:
        if ref.name in ("territory", "worth"):
            return getattr(world, ref.name).get(record.lead_id)
        if ref.name in ("age_hours", "age_days"):
            if record.created_at is None:
                return None
            hours = max(0.0, (world.at - record.created_at).total_seconds() / 3600)
            return hours if ref.name == "age_hours" else hours / 24
        if ref.name in ("source", "sources"):
            return record.sources or record.source
    return getattr(record, ref.name)


def _compares(value: Any, leaf: Compare, literal: Any) -> bool:
    if isinstance(literal, str):
        fold = _FOLDS[leaf.ref.kind]
        part = leaf.op in (Op.CONTAINS, Op.STARTS, Op.ENDS)
        one, other = fold(value), fold(literal if part else literal.strip())
        if leaf.op is Op.CONTAINS:
            return other in one
        if leaf.op is Op.STARTS:
            return one[:len(other)] == other
        if leaf.op is Op.ENDS:
            return one[len(one) - len(other):] == other if len(other) <= len(one) else False
        if leaf.op is Op.HAS:
            mine, wanted = _words(one), _words(other)
            return any(mine[at:at + len(wanted)] == wanted for at in range(len(mine)))
        return bool(_ORDERS[leaf.op](one, other))
    view = (Kind.FLAG if isinstance(literal, bool) else Kind.MOMENT if isinstance(literal, Span)
            else Kind.NUMBER)
    return any(_stands(read, leaf.op, literal) for read in _as([value], view))


def _stands(read: Any, op: Op, literal: Any) -> bool:
    if not isinstance(literal, Span):
        return bool(_ORDERS[op](read, literal))
    inside = literal.begin <= read < literal.end
    before, after = read < literal.begin, read >= literal.end
    return {Op.EQ: inside, Op.LT: before, Op.LE: before or inside, Op.GT: after,
            Op.GE: after or inside}[op]


def _as(held: list[Any], view: Kind) -> list[Any]:
    """Return values read as numbers, flags, microseconds or folded texts; what is none drops."""
    if view in _FOLDS:
        return [_FOLDS[view](value) for value in held]
    if view is Kind.MOMENT:
        moments = [_instant(str(value)) for value in held]
        return [(one - _EPOCH) // timedelta(microseconds=1) for one in moments if one is not None]
    if view is Kind.FLAG:
        flags = [value if isinstance(value, bool) else _flag(value) for value in held]
        return [one for one in flags if one is not None]
    numbers = [float(value) if not isinstance(value, str) else _number(value) for value in held]
    return [one for one in numbers if one is not None]


def _flag(text: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False,
            "0": False}.get(_key(text))


def _number(text: str) -> float | None:
    plain, unit = text, Decimal(1)
    for sign, size in (("%", "0.01"), ("k", "1e3"), ("m", "1e6"), ("b", "1e9")):
        if text.casefold().endswith(sign):
            plain, unit = text[:-1].rstrip(), Decimal(size)
    if not plain or not set(plain.casefold()) <= set("0123456789.+-e"):
        return None
    try:
        return float(Decimal(plain) * unit)
    except InvalidOperation:
        return None


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-01-31"):
        return read.replace(tzinfo=UTC)
    return read if read.tzinfo is not None else None


def _words(key: str) -> list[str]:
    return "".join(sign if sign.isalnum() or sign == "_" else " " for sign in key).split()


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _postal(text: str) -> str:
    return "".join(text.split()).upper()


_FOLDS: dict[Kind, Any] = {Kind.TEXT: _key, Kind.ATTRIBUTE: _key, Kind.ID: str,
                           Kind.POSTAL: _postal}
