"""Warnings of a policy: conditions that can never hold with these files, ids that no file has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.calendar.zones import country_codes
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.scoring import Scoring, When
from solver.names import name_key
from solver.prepare.normalise.title import functions, seniorities
from solver.reading.cautions import Files


def policy_cautions(files: Files) -> Iterator[Issue]:
    """Warn of what a policy says in vain."""
    if files.policy is None or files.policy_file is None:
        return
    matching = files.policy.matching
    strangers = [rep_id for rep_id in matching.customer_rep_ids if rep_id not in files.reps.ids]
    if strangers and not files.reps.table.damaged:
        yield _warning(files, IssueCode.UNKNOWN_REP, "matching.customer_rep_ids", strangers[0],
                       f"{len(strangers):,} of {len(matching.customer_rep_ids):,} rep id(s) that "
                       "are not in the rep file", "Check the ids; they compare exactly")
    yield from _unknown_named(files)
    yield from _unknown_contacts(files)
    for place, rule in enumerate(files.policy.territories):
        yield from _odd_places(files, f"territories.{place}.countries", rule.countries)
    if files.policy.scoring is not None:
        for where, when in _conditions(files.policy.scoring):
            yield from _dead(files, where, when)


def _unknown_named(files: Files) -> Iterator[Issue]:
    """Warn of named accounts whose rep or account is in no file."""
    assert files.policy is not None
    named = files.policy.precedence.named_accounts
    where = "precedence.named_accounts"
    reps = [rep_id for rep_id in named.values() if rep_id not in files.reps.ids]
    if reps and not files.reps.table.damaged:
        yield _warning(files, IssueCode.UNKNOWN_REP, where, reps[0],
                       f"{len(reps):,} of {len(named):,} rep id(s) that are not in the rep file: "
                       "these accounts are nobody's named accounts",
                       "Check the ids; they compare exactly")
    known = files.accounts
    lost = [] if known is None else [one for one in named if one not in known.ids]
    if lost:
        yield _warning(files, IssueCode.UNKNOWN_ACCOUNT, where, lost[0],
                       f"{len(lost):,} of {len(named):,} account id(s) that are not in the "
                       "accounts file", "Check the ids; they compare exactly")


def _unknown_contacts(files: Files) -> Iterator[Issue]:
    """Warn of queues whose contact person is in no file."""
    assert files.policy is not None
    for queue, rep_id in files.policy.hand_off.contacts.items():
        if rep_id not in files.reps.ids and not files.reps.table.damaged:
            yield _warning(files, IssueCode.UNKNOWN_REP, f"hand_off.contacts.{queue.value}", rep_id,
                           "the contact person of the queue is not in the rep file, so that nobody "
                           "hands its leads out", "Check the id; ids compare exactly")


def _conditions(scoring: Scoring) -> Iterator[tuple[str, When]]:
    for place, fit in enumerate(scoring.fit):
        yield f"scoring.fit.{place}.when", fit.when
    for place, out in enumerate(scoring.disqualify_when):
        if out.when is not None:
            yield f"scoring.disqualify_when.{place}.when", out.when


def _dead(files: Files, where: str, when: When) -> Iterator[Issue]:
    """Warn of names that no lead can have, and of columns that the file does not have."""
    for field, known in (("function", functions()), ("seniority", seniorities())):
        for name in getattr(when, field):
            if name_key(name) not in known:
                yield _warning(files, IssueCode.DEAD_CONDITION, f"{where}.{field}", name,
                               f"no title has this {field}, so it never matches",
                               f"Use one of {', '.join(sorted(known))}")
    yield from _odd_places(files, f"{where}.country", when.country)
    columns = set(files.leads.fields.sources.attributes)
    for key in ("attributes", "numbers"):
        for column in getattr(when, key):
            if column not in columns:
                yield _warning(files, IssueCode.DEAD_CONDITION, f"{where}.{key}", column,
                               "the leads file has no such other column, so it never matches",
                               "Use the column's name as the file has it, or a field of its own")


def _odd_places(files: Files, where: str, countries: Iterable[str]) -> Iterator[Issue]:
    odd = [country for country in countries if country.upper() not in country_codes()]
    if odd:
        yield _warning(files, IssueCode.NOT_ISO_COUNTRY, where, odd[0],
                       "ISO 3166 does not assign it, so that no prepared lead has it",
                       "Write the two-letter code, as in GB")


def _warning(files: Files, code: IssueCode, column: str, offending: str, rule: str, remedy: str
             ) -> Issue:
    return Issue(code=code, severity=Severity.WARNING, file=files.policy_file, column=column,
                 offending=offending, rule=rule, remedy=remedy)
