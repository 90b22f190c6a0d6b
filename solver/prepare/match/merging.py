"""One lead from several: what is blank is filled, what is plural is united."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from solver.models import Lead
from solver.models.names import name_key
from solver.models.preparation import Merge

_LATEST = datetime.max.replace(tzinfo=UTC)
_UNITED = ("products", "languages")
_MAPPINGS = ("needs", "required_skills", "attributes")
_OWN = frozenset(("lead_id", "created_at", "sources", "source", "excluded_rep_ids", "assumed",
                  *_UNITED, *_MAPPINGS))
_FILLED = tuple(name for name in Lead.model_fields if name not in _OWN)


def merge_leads(survivor: Lead, others: Sequence[Lead]) -> Lead:
    """Return the survivor with what the others know and it does not.

    Parameters
    ----------
    survivor
        Keeps its id and every field that it has; one that the mapping assumed counts as blank
        where another lead has it from its source.
    others
        In any order: the oldest fills first. Products, languages, needs, skills, attributes and
        excluded reps are united; the earliest `created_at` counts; `sources` are all sources, the
        survivor's first. Skills that only another lead requires are required.
    """
    order = sorted(others, key=lambda lead: (lead.created_at or _LATEST, lead.lead_id))
    leads = (survivor, *order)
    update: dict[str, Any] = {}
    assumed = set(survivor.assumed).difference(_FILLED)
    for name in _FILLED:
        chosen = _first_known(leads, name)
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


def apply_merges(leads: Iterable[Lead], merges: Iterable[Merge]) -> tuple[Lead, ...]:
    """Return the leads that stay, in their order, each with what it was merged with."""
    into = {merge.lead_id: merge.into_lead_id for merge in merges}
    leads = tuple(leads)
    others: dict[str, list[Lead]] = {}
    for lead in leads:
        if lead.lead_id in into:
            others.setdefault(into[lead.lead_id], []).append(lead)
    return tuple(merge_leads(lead, others[lead.lead_id]) if lead.lead_id in others else lead
                 for lead in leads if lead.lead_id not in into)


def _first_known(leads: Sequence[Lead], name: str) -> Lead | None:
    """Return the first lead that has the field, from its source if any has it from there."""
    having = [lead for lead in leads if getattr(lead, name) is not None]
    return next((lead for lead in having if name not in lead.assumed), next(iter(having), None))


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
