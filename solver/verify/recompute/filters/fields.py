"""What a field of a filter holds for one lead, one rep or the lead's account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from solver.filters.language.fields import FieldRef, Kind, Side
from solver.filters.language.tree import moment_of
from solver.models import Account, Lead, Rep, Window
from solver.names import name_key
from solver.verify.recompute.ages import age_hours

#: What a field holds: texts, or one number or instant; empty where it is blank.
Held = tuple[str, ...] | tuple[float, ...]
_BLANK: tuple[str, ...] = ()


class Fields:
    """Reads fields off leads, their accounts and reps.

    Parameters
    ----------
    window
        Instant and accounts.
    territory
        Names the territory that the policy finds for a lead.
    worth
        Worth of a lead, major units.
    """

    def __init__(self, window: Window, territory: Callable[[Lead], str | None],
                 worth: Callable[[Lead], float | None]) -> None:
        self._at: datetime = window.at
        self._accounts = {account.account_id: account for account in window.accounts}
        self._territory, self._worth = territory, worth

    def held(self, ref: FieldRef, lead: Lead | None, rep: Rep | None) -> Held:
        """Return what a field holds; blank where the record is not there.

        Raises
        ------
        ValueError
            If the field is of a record that is not looked at.
        """
        record = self._record(ref, lead, rep)
        if record is None:
            return _BLANK
        if ref.is_attribute:
            return _trimmed(_attribute(record.attributes, ref.name))
        content = self._content(ref, record)
        if ref.part is not None:
            return (_part(content, ref.part),)
        if isinstance(content, dict):
            return _trimmed(*(name for name, number in content.items() if number > 0))
        if ref.kind in (Kind.NUMBER, Kind.FLAG):
            return () if content is None else (float(content),)
        if ref.kind is Kind.MOMENT:
            return () if content is None else (moment_of(content),)
        return _trimmed(*content) if isinstance(content, tuple) else _trimmed(content)

    def _record(self, ref: FieldRef, lead: Lead | None, rep: Rep | None
                ) -> Lead | Rep | Account | None:
        record = rep if ref.side is Side.REP else lead
        if record is None:
            raise ValueError(f"{ref.side.value}.{ref.name} is asked of no {ref.side.value}")
        if ref.side is Side.ACCOUNT:
            assert lead is not None
            return None if lead.account_id is None else self._accounts.get(lead.account_id)
        return record

    def _content(self, ref: FieldRef, record: Lead | Rep | Account) -> Any:
        if not isinstance(record, Lead):
            return getattr(record, ref.name)
        if ref.name == "territory":
            return self._territory(record)
        if ref.name == "worth":
            return self._worth(record)
        if ref.name in ("age_hours", "age_days"):
            if record.created_at is None:
                return None
            return age_hours(record.created_at, self._at) / (1 if ref.name == "age_hours" else 24)
        if ref.name in ("source", "sources"):
            return record.sources or record.source
        return getattr(record, ref.name)


def _trimmed(*texts: str | None) -> tuple[str, ...]:
    return tuple(bare for text in texts if text is not None and (bare := text.strip()))


def _attribute(attributes: Mapping[str, str], name: str) -> str | None:
    if name in attributes:
        return attributes[name]
    wanted = name_key(name)
    return next((text for one, text in attributes.items() if name_key(one) == wanted), None)


def _part(numbers: Mapping[str, float], part: str) -> float:
    if part in numbers:
        return float(numbers[part])
    wanted = name_key(part)
    return next((float(number) for name, number in numbers.items() if name_key(name) == wanted),
                0.0)
