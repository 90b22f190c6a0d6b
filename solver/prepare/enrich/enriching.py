"""Enriching leads: providers are asked in turn; one that fails leaves the leads as they were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from solver.models.base import Record, Text
from solver.models.enrichment import Enrichment, FieldEnrichment, Wins
from solver.models.lead import Lead
from solver.models.preparation import Change
from solver.prepare.enrich.merging import Merger, RefusedValue, is_blank
from solver.prepare.enrich.provider import Provider, ProviderError
from solver.prepare.enrich.values import Normalise, as_it_is, is_date_name, is_stale, our_date

#: Names of leads or fields shown in a warning.
_MAX_NAMES = 3


class EnrichmentProblem(StrEnum):
    """What went wrong with a provider."""

    FAILED = "failed"
    """It raised, was too late or gave no answer of the right form: nothing was taken from it."""
    UNASKED_LEADS = "unasked_leads"
    """It told of leads that it was not asked about; these were passed over."""
    FIELDS_WITHOUT_RULE = "fields_without_rule"
    """It told of fields that the policy has no rule for; these were passed over."""


class EnrichmentWarning(Record):
    """What the user should know of a provider."""

    provider: Text
    kind: EnrichmentProblem
    rule: str
    """What happened, as a sentence without a full stop."""
    remedy: str
    """What to do, as a sentence without a full stop."""

    @property
    def message(self) -> str:
        """One line that names provider, problem and remedy."""
        return f"provider {self.provider!r}: {self.rule}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Enriched:
    """Leads after enrichment, and all that was done to them."""

    leads: tuple[Lead, ...]
    """In the order given."""
    changes: tuple[Change, ...] = ()
    refused: tuple[RefusedValue, ...] = ()
    warnings: tuple[EnrichmentWarning, ...] = ()


def enrich(leads: Sequence[Lead], providers: Sequence[Provider], rules: Enrichment, at: datetime,
           unknown: Mapping[str, Collection[str]] | None = None,
           normalise: Normalise = as_it_is) -> Enriched:
    """Fill in what is missing and refresh what is stale.

    A field that one provider filled in is not blank to the next. A provider is asked only about
    leads that it could change, and all of its answer is read before any of it is used. Where the
    rule of a field goes by dates, ``<field>_updated_at`` is kept among the lead's attributes.

    Parameters
    ----------
    leads
        The leads, normalised.
    providers
        Who is asked, in this order; how long to wait for an answer is theirs to know.
    rules
        The policy's section.
    at
        The instant of the decision.
    unknown
        By lead_id, the fields whose value was not recognised: as good as blank.
    normalise
        Brings a provider's text to the form in which rules compare it.
    """
    current = tuple(leads)
    blanks = {lead_id: set(fields) for lead_id, fields in (unknown or {}).items()}
    changes: list[Change] = []
    refused: list[RefusedValue] = []
    warnings: list[EnrichmentWarning] = []
    for provider in providers:
        asked = [lead for lead in current
                 if _is_wanting(lead, rules, at, blanks.get(lead.lead_id, ()))]
        if not asked:
            continue
        try:
            answer = _ask(provider, asked)
        except Exception as error:  # whatever it raises, routing goes on without it
            warnings.append(_failure(provider.name, error, len(asked)))
            continue
        merger = Merger(provider.name, rules, at, normalise)
        told = {lead.lead_id for lead in asked} & answer.keys()
        current = tuple(merger.merge(lead, answer[lead.lead_id], blanks.get(lead.lead_id, ()))
                        if lead.lead_id in told else lead for lead in current)
        for change in merger.changes:
            blanks.get(change.record_id, set()).discard(change.field)
        changes += merger.changes
        refused += merger.refused
        warnings += _passed_over(provider.name, answer, asked, rules)
    return Enriched(current, tuple(changes), tuple(refused), tuple(warnings))


def _is_wanting(lead: Lead, rules: Enrichment, at: datetime, unknown: Collection[str]) -> bool:
    return any(rule is not None and _may_change(lead, name, rule, at, unknown)
               for name, rule in rules.fields.items())


def _may_change(lead: Lead, name: str, rule: FieldEnrichment, at: datetime,
                unknown: Collection[str]) -> bool:
    if rule.wins in (Wins.THEIRS, Wins.NEWER, Wins.LONGER) or is_blank(lead, name, unknown):
        return True
    return rule.wins is Wins.IF_BLANK and is_stale(rule, our_date(lead, name), at)


def _ask(provider: Provider, asked: Sequence[Lead]) -> dict[str, dict[str, str]]:
    """Return the whole answer as plain data.

    Raises
    ------
    ProviderError
        If the answer is not of the form that the protocol names; or whatever the provider raises.
    """
    answer: object = provider.enrich(tuple(asked))
    if not isinstance(answer, Mapping):
        raise ProviderError("its answer is not a mapping of lead_id to fields")
    plain: dict[str, dict[str, str]] = {}
    for lead_id, cells in answer.items():
        if not isinstance(lead_id, str) or not isinstance(cells, Mapping):
            raise ProviderError(f"its answer of lead {lead_id!r} is not a mapping of field to text")
        plain[lead_id] = {str(name): text for name, text in cells.items()}
    return plain


def _failure(provider: str, error: Exception, num_leads: int) -> EnrichmentWarning:
    what = str(error) if isinstance(error, ProviderError) else f"{type(error).__name__}: {error}"
    what = what.encode(errors="backslashreplace").decode()
    return EnrichmentWarning(
        provider=provider, kind=EnrichmentProblem.FAILED,
        rule=f"it gave no answer of {num_leads:,} lead(s), which stay as they were ({what[:300]})",
        remedy="See to the provider, then prepare again")


def _passed_over(provider: str, answer: Mapping[str, Mapping[str, str]], asked: Sequence[Lead],
                 rules: Enrichment) -> Iterator[EnrichmentWarning]:
    ids = {lead.lead_id for lead in asked}
    if unasked := sorted(answer.keys() - ids):
        yield EnrichmentWarning(
            provider=provider, kind=EnrichmentProblem.UNASKED_LEADS,
            rule=f"it told of {len(unasked):,} lead(s) that it was not asked about, "
                 f"{_some(unasked)}", remedy="Let it answer by the lead_id of the question")
    names = {name for cells in answer.values() for name in cells if not is_date_name(name)}
    if without := sorted(name for name in names if rules.fields.get(name) is None):
        yield EnrichmentWarning(
            provider=provider, kind=EnrichmentProblem.FIELDS_WITHOUT_RULE,
            rule=f"it told of {len(without):,} field(s) without a rule, {_some(without)}",
            remedy="Name them under enrichment.fields in the policy if they are to be used")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:80]) for name in names[:_MAX_NAMES])
    return f"{shown}, ..." if len(names) > _MAX_NAMES else shown
