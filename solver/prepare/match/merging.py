"""One lead from several: what is blank is filled, what is plural is united."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

from solver.models import Change, Lead
from solver.models.preparation import Merge
from solver.names import name_key

#: lead_id to fields whose value nobody knows.
Unknown = Mapping[str, Collection[str]]
_NOTHING: Unknown = MappingProxyType({})
_LATEST = datetime.max.replace(tzinfo=UTC)
_UNITED = ("products", "languages")
_MAPPINGS = ("needs", "required_skills", "attributes")
_OWN = frozenset(("lead_id", "created_at", "sources", "source", "excluded_rep_ids", "assumed",
                  *_UNITED, *_MAPPINGS))
_FILLED = tuple(name for name in Lead.model_fields if name not in _OWN)


def merge_leads(survivor: Lead, others: Sequence[Lead], unknown: Unknown = _NOTHING,
                placeholder_owners: Collection[str] = ()) -> Lead:
    """Return the survivor with what the others know and it does not.

    Parameters
    ----------
    survivor
        Keeps its id and every field that it has; one that the mapping assumed counts as blank
        where another lead has it from its source.
    others
        In any order: the oldest fills first.
    unknown
        lead_id to its fields whose value nobody knows: as good as assumed.
    placeholder_owners
        Owners who are none: any other lead's owner goes before them.

    Returns
    -------
    Lead
        Products, languages, needs, skills, attributes and
        excluded reps are united; the earliest `created_at` counts; `sources` are all sources, the
        survivor's first. Skills that only another lead requires are required.
    """
    order = sorted(others, key=lambda lead: (lead.created_at or _LATEST, lead.lead_id))
    leads = (survivor, *order)
    update: dict[str, Any] = {}
    assumed = set(survivor.assumed).difference(_FILLED)
    for name in _FILLED:
        chosen = _first_known(leads, name, unknown)
        if name == "owner_id":
            chosen = next((lead for lead in leads if lead.owner_id is not None
                           and lead.owner_id not in placeholder_owners), chosen)
        if chosen is not None:
            update[name] = getattr(chosen, name)
            assumed |= {name}.intersection(chosen.assumed)
    update |= {name: _names(chain.from_iterable(getattr(lead, name) for lead in leads))
               for name in _UNITED}
    update |= {name: _mapping([getattr(lead, name) for lead in leads]) for name in _MAPPINGS}
    sources = _names(chain.from_iterable(_sources(lead) for lead in leads))
    update |= {
        "created_at": min((lead.created_at for lead in leads if lead.created_at), default=None),
        "source": sources[0] if sources else None,
        "sources": sources if len(sources) > 1 else survivor.sources,
        "excluded_rep_ids": tuple(dict.fromkeys(
            chain.from_iterable(lead.excluded_rep_ids for lead in leads))),
        "assumed": tuple(name for name in Lead.model_fields if name in assumed),
    }
    return survivor.model_copy(update=update)


def apply_merges(leads: Iterable[Lead], merges: Iterable[Merge], unknown: Unknown = _NOTHING,
                 placeholder_owners: Collection[str] = ()) -> tuple[Lead, ...]:
    """Return the leads that stay, in their order, each with what it was merged with.

    Parameters and rules are those of :func:`merge_leads`.
    """
    into = {merge.lead_id: merge.into_lead_id for merge in merges}
    leads = tuple(leads)
    others: dict[str, list[Lead]] = {}
    for lead in leads:
        if lead.lead_id in into:
            others.setdefault(into[lead.lead_id], []).append(lead)
    return tuple(
        merge_leads(lead, others[lead.lead_id], unknown, placeholder_owners)
        if lead.lead_id in others else lead for lead in leads if lead.lead_id not in into)


def merge_changes(before: Iterable[Lead], after: Iterable[Lead], merges: Iterable[Merge]
                  ) -> list[Change]:
    """Return what leads that stay took over from those that go, field by field."""
    came: dict[str, list[str]] = {}
    for merge in merges:
        came.setdefault(merge.into_lead_id, []).append(merge.lead_id)
    old = {lead.lead_id: lead for lead in before if lead.lead_id in came}
    return [
        Change(record_id=lead.lead_id, field=name, before=_shown(getattr(old[lead.lead_id], name)),
               after=_shown(getattr(lead, name)), rule=_merged(came[lead.lead_id]))
        for lead in after if lead.lead_id in old
        for name in Lead.model_fields if getattr(lead, name) != getattr(old[lead.lead_id], name)]


def _merged(lead_ids: Sequence[str]) -> str:
    more = f" and {len(lead_ids) - 3:,} more" if len(lead_ids) > 3 else ""
    return f"merged from {', '.join(lead_ids[:3])}{more}"


def _shown(value: object) -> str | None:
    if isinstance(value, Mapping):
        return ";".join(f"{name}:{one}" for name, one in value.items()) or None
    if isinstance(value, tuple):
        return ";".join(map(str, value)) or None
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"{value:.15g}" if isinstance(value, float) else None if value is None else str(value)


def _first_known(leads: Sequence[Lead], name: str, unknown: Unknown) -> Lead | None:
    """Return the first lead that has the field, from its source and known if any has it so."""
    having = [lead for lead in leads if getattr(lead, name) is not None]
    return next((lead for lead in having if name not in lead.assumed
                 and name not in unknown.get(lead.lead_id, ())), next(iter(having), None))


def _sources(lead: Lead) -> tuple[str, ...]:
    return lead.sources or ((lead.source,) if lead.source else ())


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names that differ as names compare, in the spelling that came first."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(name_key(name), name)
    return tuple(kept.values())


def _mapping(mappings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return all keys, each with the value of the first mapping that has it."""
    spelling = {name_key(name): name for mapping in reversed(mappings) for name in mapping}
    united: dict[str, Any] = {}
    for mapping in mappings:
        for name, value in mapping.items():
            united.setdefault(spelling[name_key(name)], value)
    return united
