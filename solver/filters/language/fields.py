"""The fields that filters know: of leads, reps and accounts; every other name is an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Side(StrEnum):
    """The record that a field belongs to."""

    LEAD = "lead"
    REP = "rep"
    ACCOUNT = "account"
    """The account of the lead."""


class Kind(StrEnum):
    """What a field holds, and so how it compares."""

    TEXT = "text"
    """In any case (:func:`solver.names.name_key`)."""
    ID = "id"
    """Exactly as written."""
    POSTAL = "postal"
    """In capitals, without spaces."""
    NUMBER = "number"
    MOMENT = "moment"
    """An instant; a date stands for its day in UTC."""
    FLAG = "flag"
    ATTRIBUTE = "attribute"
    """Text of another column, read as what it is compared with."""


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field."""

    kind: Kind
    many: bool = False
    """Whether it is a list, of which any member may match."""
    parts: bool = False
    """Whether each member has a number of its own, as in ``skills.crm``."""
    optional: bool = True
    """Whether it can be blank."""
    low: float | None = None
    """Least number that it can be."""
    high: float | None = None
    """Largest number that it can be."""
    derived: bool = False
    """Whether the context gives it instead of the record."""


_TEXT, _ID, _POSTAL = Field(Kind.TEXT), Field(Kind.ID), Field(Kind.POSTAL)
_TEXTS = Field(Kind.TEXT, many=True)
_TABLE = Field(Kind.TEXT, many=True, parts=True)
_AMOUNT = Field(Kind.NUMBER, low=0)
_COUNT = Field(Kind.NUMBER, low=0, optional=False)

_LEAD: dict[str, Field] = {
    "lead_id": Field(Kind.ID, optional=False),
    "created_at": Field(Kind.MOMENT),
    "deal_value": _AMOUNT,
    "score": Field(Kind.NUMBER, low=0, high=100),
    "account_id": _ID,
    **dict.fromkeys(("company", "domain", "street", "city", "country", "region"), _TEXT),
    "postal_code": _POSTAL,
    "timezone": _TEXT,
    "territory": Field(Kind.TEXT, derived=True),
    **dict.fromkeys(("industry", "sector"), _TEXT),
    "employees": _AMOUNT,
    "annual_revenue": _AMOUNT,
    **dict.fromkeys(("first_name", "last_name", "title", "function", "seniority", "email",
                     "phone"), _TEXT),
    "products": _TEXTS,
    "languages": _TEXTS,
    "source": _TEXTS,
    "sources": _TEXTS,
    "needs": _TABLE,
    "required_skills": _TABLE,
    "effort": _AMOUNT,
    "owner_id": _ID,
    "excluded_rep_ids": Field(Kind.ID, many=True),
    "assumed": _TEXTS,
    "age_hours": Field(Kind.NUMBER, low=0, derived=True),
    "age_days": Field(Kind.NUMBER, low=0, derived=True),
    "worth": Field(Kind.NUMBER, low=0, derived=True),
}
_REP: dict[str, Field] = {
    "rep_id": Field(Kind.ID, optional=False),
    **dict.fromkeys(("capacity", "open_leads"), _COUNT),
    "daily_cap": _AMOUNT,
    **dict.fromkeys(("assigned_today", "free_slots"), _COUNT),
    **dict.fromkeys(("name", "email", "team"), _TEXT),
    "manager_id": _ID,
    "territories": _TEXTS,
    "skills": _TABLE,
    "languages": _TEXTS,
    "timezone": _TEXT,
    **dict.fromkeys(("working_hours", "time_off", "holidays"), _TEXTS),
    "min_deal": _AMOUNT,
    "max_deal": _AMOUNT,
    "performance": _COUNT,
    "weight": _COUNT,
    "started_on": Field(Kind.MOMENT),
    "active": Field(Kind.FLAG, optional=False),
    "assumed": _TEXTS,
}
_ACCOUNT: dict[str, Field] = {
    "account_id": _ID,
    **dict.fromkeys(("name", "domain", "phone", "street", "city"), _TEXT),
    "postal_code": _POSTAL,
    "country": _TEXT,
    **dict.fromkeys(("parent_id", "owner_id", "named_rep_id",
                     "open_opportunity_owner_id"), _ID),
    "customer": Field(Kind.FLAG),
    "assumed": _TEXTS,
}
#: Side to name to field.
FIELDS: Mapping[Side, Mapping[str, Field]] = MappingProxyType({
    Side.LEAD: MappingProxyType(_LEAD),
    Side.REP: MappingProxyType(_REP),
    Side.ACCOUNT: MappingProxyType(_ACCOUNT),
})
#: Any column that is none of the fields.
ATTRIBUTE = Field(Kind.ATTRIBUTE)
#: Weight of a need, level of a skill: what is not there counts as 0.
PART = Field(Kind.NUMBER, low=0, optional=False)


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field as a filter names it."""

    side: Side
    name: str
    """Name of the field, or of the column as it was written."""
    part: str | None = None
    """Member whose number is meant."""
    is_attribute: bool = False

    @property
    def field(self) -> Field:
        """What is known of it."""
        if self.is_attribute:
            return ATTRIBUTE
        return PART if self.part is not None else FIELDS[self.side][self.name]

    @property
    def kind(self) -> Kind:
        """What it holds."""
        return self.field.kind
