"""Which fields of a lead a policy looks at, so that a lead is decided on anew where one changes."""

from __future__ import annotations

from collections.abc import Iterator

from solver.filters import parse_filter
from solver.filters.language.fields import FieldRef, Side
from solver.filters.language.tree import About, fields_of
from solver.models import Lead, Policy
from solver.models.sales_floor import GroupBy
from solver.models.scoring import Scoring, When
from solver.names import name_key

#: Who to call and how, and where it came from: nothing rests on them unless the policy names them.
_ASIDE = frozenset((
    "street", "city", "timezone", "first_name", "last_name", "title", "function", "seniority",
    "email", "phone", "source", "sources", "attributes", "assumed"))
_SOURCES = frozenset({"source", "sources"})


class Mattering:
    """The fields that can change what a policy decides on a lead.

    Parameters
    ----------
    policy
        Its filters, territories, scoring, checking and groups.
    """

    def __init__(self, policy: Policy) -> None:
        refs = [ref for ref in _refs(policy) if ref.side is Side.LEAD]
        named = {ref.name for ref in refs if not ref.is_attribute}
        attributes = {ref.name for ref in refs if ref.is_attribute}
        if policy.scoring is not None:
            for when in _whens(policy.scoring):
                named |= _fields_of_when(when)
                attributes |= {*when.attributes, *when.numbers}
        named.update(policy.checking.required, *policy.checking.any_of)
        if any(rule.sources for rule in policy.territories):
            named |= _SOURCES
        if policy.groups.by is GroupBy.DOMAIN:
            named.add("email")
        if named & _SOURCES:
            named |= _SOURCES
        self._fields = tuple(name for name in Lead.model_fields
                             if name != "lead_id" and (name not in _ASIDE or name in named))
        self._attributes = {name_key(name): name for name in sorted(attributes)}

    def changed(self, before: Lead, after: Lead) -> tuple[str, ...]:
        """Return the fields that matter and differ; attributes as ``attributes.NAME``.

        What a change of the others makes of account, duplicates and hold shows in the lead that
        is prepared anew.
        """
        one, other = vars(before), vars(after)
        found = [name for name in self._fields if one[name] != other[name]]
        if self._attributes and before.attributes != after.attributes:
            texts, others = ({name_key(name): text for name, text in lead.attributes.items()}
                             for lead in (before, after))
            found += [f"attributes.{name}" for key, name in self._attributes.items()
                      if texts.get(key) != others.get(key)]
        return tuple(found)


def _refs(policy: Policy) -> Iterator[FieldRef]:
    """Yield the fields that the policy's filters name."""
    both = [*((one.leads, one.reps) for one in policy.rules),
            *((one.leads, one.reps) for one in policy.use),
            *((one.leads, one.reps) for one in policy.limits)]
    of_leads = (policy.precedence.legal_hold, policy.must_place, policy.stability.lock,
                *(leads for leads, _ in both))
    for about, texts in ((About.LEAD, of_leads), (About.REP, [reps for _, reps in both])):
        for text in filter(None, texts):
            yield from fields_of(parse_filter(text, about))


def _whens(scoring: Scoring) -> Iterator[When]:
    yield from (rule.when for rule in scoring.fit)
    yield from (rule.when for rule in scoring.disqualify_when if rule.when is not None)


def _fields_of_when(when: When) -> set[str]:
    named = set(when.model_dump(exclude_defaults=True)) - {"attributes", "numbers"}
    return named | {"email"} if "domain" in named else named
