"""A lead: a person or company that showed interest and needs one owner."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from solver.calendar.zones import check_zone
from solver.models.base import MAX_USE, Id, Instant, Levels, Money, Names, Record, Text, Weights

ZoneName = Annotated[str, AfterValidator(check_zone)]


class Lead(Record):
    """One row of the leads file, normalised. Absent is ``None`` or an empty collection."""

    lead_id: Id
    """Identity: text, exact, case-sensitive."""
    created_at: Instant | None = None
    """When the lead came in (UTC)."""
    deal_value: Money | None = None
    """What winning the lead would bring, in the policy's currency."""
    score: Annotated[float, Field(ge=0, le=100)] | None = None
    """How likely the lead is to be won, 0 to 100."""
    account_id: Text | None = None
    """The account behind the lead."""
    company: Text | None = None
    """Company name as the source wrote it."""
    domain: Text | None = None
    """Web domain of the company."""
    street: Text | None = None
    """Street and number of the company."""
    city: Text | None = None
    """City of the company."""
    country: Text | None = None
    """ISO 3166-1 alpha-2 country code."""
    region: Text | None = None
    """State, province or region."""
    postal_code: Text | None = None
    """Postal code."""
    timezone: ZoneName | None = None
    """IANA time zone of the lead."""
    territory: Text | None = None
    """Territory given by the source; overrides the policy's territory rules."""
    industry: Text | None = None
    """Industry name."""
    sector: Text | None = None
    """NAICS sector code of the industry, such as ``51``; preparing fills it in."""
    employees: Annotated[float, Field(ge=0)] | None = None
    """Company size in people."""
    annual_revenue: Money | None = None
    """Yearly revenue of the company, in the policy's currency."""
    first_name: Text | None = None
    """First name of the person."""
    last_name: Text | None = None
    """Family name of the person."""
    title: Text | None = None
    """Job title of the person."""
    function: Text | None = None
    """What the title is about, such as ``finance``; preparing fills it in."""
    seniority: Text | None = None
    """How far up the title stands, such as ``director``; preparing fills it in."""
    email: Text | None = None
    """E-mail address of the person."""
    phone: Text | None = None
    """Phone number of the person."""
    products: Names = ()
    """Products of interest."""
    languages: Names = ()
    """Languages the lead can be served in; empty means any."""
    source: Text | None = None
    """Where the lead came from; of several sources the first."""
    sources: Names = ()
    """All sources of a lead that came more than once; empty means ``source`` alone."""
    needs: Weights = {}
    """Skill to weight: what the lead asks for, soft."""
    required_skills: Levels = {}
    """Skill to minimum level: what the owner must have, hard."""
    effort: Annotated[int, Field(ge=1, le=MAX_USE)] | None = None
    """Slots that the lead takes; absent: one."""
    owner_id: Text | None = None
    """Owner that the export names."""
    excluded_rep_ids: tuple[str, ...] = ()
    """Reps who may not own the lead."""
    attributes: dict[str, str] = {}
    """Every other column of the file, as text."""
    assumed: tuple[str, ...] = ()
    """Fields that the mapping supplied, because the export had none."""
