"""Warnings: what does not stop the run, but is rarely meant; one for each kind of thing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from solver.calendar.zones import country_codes
from solver.models.account import Account
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.lead import Lead
from solver.models.policy import Policy, RouteWhen, UnknownHours
from solver.models.rep import Rep
from solver.names import OVERLAY, name_key
from solver.reading.columns import FileKind
from solver.reading.records import Records

_CLOSE = 0.8
_NAME_IT = "Name the territory with a rep, or check its spelling"


@dataclass(frozen=True)
class Files:
    """What was read from each file, with the places of the records."""

    at: datetime
    leads: Records
    reps: Records
    accounts: Records | None
    policy: Policy | None
    """None where the policy file has errors."""
    policy_file: str | None

    def lead_rows(self) -> list[tuple[int, Lead]]:
        """Return the leads without errors, each with its row."""
        return [(row, lead) for row, lead in self.leads.items if isinstance(lead, Lead)]

    def rep_rows(self) -> list[tuple[int, Rep]]:
        """Return the reps without errors, each with its row."""
        return [(row, rep) for row, rep in self.reps.items if isinstance(rep, Rep)]

    def account_rows(self) -> list[tuple[int, Account]]:
        """Return the accounts without errors, each with its row."""
        items = self.accounts.items if self.accounts else []
        return [(row, account) for row, account in items if isinstance(account, Account)]


def _warning(
    records: Records, code: IssueCode, name: str | None, rule: str, remedy: str,
    example: tuple[int | None, str | None, str | None] = (None, None, None),
) -> Issue:
    """Return a warning; the example is a row, the record's id and the value found."""
    row, record_id, offending = example
    return Issue(code=code, severity=Severity.WARNING, file=records.table.file, row=row,
                 column=records.fields.shown(name) if name else None, record_id=record_id,
                 offending=offending, rule=rule, remedy=remedy)


def header_cautions(records: Records, kind: FileKind) -> list[Issue]:
    """Warn of a file without rows and of columns whose name is nearly canonical."""
    table, sources = records.table, records.fields.sources
    issues = []
    if not table.rows and not table.damaged:
        issues.append(_warning(records, IssueCode.HEADER_ONLY, None,
                               "the file holds a header and no rows",
                               f"Add {kind.use} if this is not meant"))
    missing = {issue.column for issue in sources.issues}
    unused = {_squeezed(name): name for name in kind.columns
              if name not in records.fields.values and name not in missing}
    for header in sources.attributes:
        close = difflib.get_close_matches(_squeezed(header), unused, n=1, cutoff=_CLOSE)
        if close:
            name = unused[close[0]]
            issues.append(Issue(
                code=IssueCode.CLOSE_COLUMN, severity=Severity.WARNING, file=table.file, row=1,
                column=header,
                rule=f"the column is kept as an attribute, though its name is close to {name!r}",
                remedy=f"Rename it to {name!r} if it is meant, or name it in a mapping file"))
    return issues


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name_key(name))


def content_cautions(files: Files) -> dict[str, list[Issue]]:
    """Warn of what the records of all files say together, by the file to look at."""
    checks = {
        "leads": (_future_leads, _odd_countries, _unknown_exclusions, _unknown_owners,
                  _unknown_accounts, _unserved_leads),
        "reps": (_idle_reps, _reps_without_hours),
        "accounts": (_account_links,),
        "policy": (_unserved_rules,),
    }
    return {use: [issue for check in those for issue in check(files)]
            for use, those in checks.items()}


def _future_leads(files: Files) -> Iterator[Issue]:
    late = [(row, lead.lead_id, lead.created_at.isoformat()) for row, lead in files.lead_rows()
            if lead.created_at is not None and lead.created_at > files.at]
    if late:
        yield _warning(files.leads, IssueCode.FUTURE_LEAD, "created_at",
                       f"{_count(late, 'lead')} created after the instant of the decision "
                       f"({files.at.isoformat()}); their age counts as 0",
                       "Check the time zone of the export, or decide at a later instant",
                       late[0])


def _odd_countries(files: Files) -> Iterator[Issue]:
    odd = [(row, lead.lead_id, lead.country) for row, lead in files.lead_rows()
           if lead.country and lead.country.upper() not in country_codes()]
    if odd:
        yield _warning(files.leads, IssueCode.NOT_ISO_COUNTRY, "country",
                       f"{_count(odd, 'lead')} with a country that ISO 3166 does not assign",
                       "Convert it under values in a mapping file, as in UK: GB",
                       odd[0])


def _unknown_exclusions(files: Files) -> Iterator[Issue]:
    unknown = [(row, lead.lead_id, rep_id) for row, lead in files.lead_rows()
               for rep_id in lead.excluded_rep_ids if rep_id not in files.reps.ids]
    if unknown and not files.reps.table.damaged:
        num_ids = len({rep_id for *_, rep_id in unknown})
        yield _warning(files.leads, IssueCode.UNKNOWN_REP, "excluded_rep_ids",
                       f"{_count(unknown, 'exclusion')} of {num_ids} rep id(s) that are not in "
                       "the rep file", "Check the ids; they compare exactly", unknown[0])


def _unknown_owners(files: Files) -> Iterator[Issue]:
    policy = files.policy
    if policy is None or policy.route_when is RouteWhen.ALL or files.reps.table.damaged:
        return
    known = {*files.reps.ids, *policy.placeholder_owners}
    kept = [(row, lead.lead_id, lead.owner_id) for row, lead in files.lead_rows()
            if lead.owner_id is not None and lead.owner_id not in known]
    if kept:
        yield _warning(files.leads, IssueCode.UNKNOWN_OWNER, "owner_id",
                       f"{_count(kept, 'lead')} kept with an owner who is not in the rep file",
                       "Name queues and integration users under placeholder_owners in the policy",
                       kept[0])


def _unknown_accounts(files: Files) -> Iterator[Issue]:
    if files.accounts is None or files.accounts.table.damaged:
        return
    unknown = [(row, lead.lead_id, lead.account_id) for row, lead in files.lead_rows()
               if lead.account_id is not None and lead.account_id not in files.accounts.ids]
    if unknown:
        yield _warning(files.leads, IssueCode.UNKNOWN_ACCOUNT, "account_id",
                       f"{_count(unknown, 'lead')} of an account that is not in the accounts file",
                       "Check the ids; they compare exactly", unknown[0])


def _unserved_leads(files: Files) -> Iterator[Issue]:
    served = _served(files)
    unserved = [(row, lead.lead_id, lead.territory) for row, lead in files.lead_rows()
                if lead.territory and name_key(lead.territory) not in served]
    if unserved and files.reps.complete:
        num_names = len({name_key(name) for *_, name in unserved if name})
        yield _warning(files.leads, IssueCode.UNSERVED_TERRITORY, "territory",
                       f"{_count(unserved, 'lead')} in {num_names} territory name(s) that no rep "
                       f"has{_overlay_note(served)}", _NAME_IT, unserved[0])


def _unserved_rules(files: Files) -> Iterator[Issue]:
    served = _served(files)
    rules = files.policy.territories if files.policy else ()
    names = list(dict.fromkeys(rule.name for rule in rules if name_key(rule.name) not in served))
    if names and files.reps.complete:
        yield Issue(code=IssueCode.UNSERVED_TERRITORY, severity=Severity.WARNING,
                    file=files.policy_file, column="territories", offending=names[0],
                    rule=f"{_count(names, 'territory', 'territories')} of the policy that no rep "
                         f"has{_overlay_note(served)}", remedy=_NAME_IT)


def _served(files: Files) -> set[str]:
    return {name_key(name) for _, rep in files.rep_rows() for name in rep.territories}


def _overlay_note(served: set[str]) -> str:
    return f"; only reps with {OVERLAY!r} may own their leads" if OVERLAY in served else ""


def _idle_reps(files: Files) -> Iterator[Issue]:
    if not files.reps.complete:
        return
    reps = [rep for _, rep in files.rep_rows()]
    if not any(rep.active for rep in reps):
        yield _warning(files.reps, IssueCode.NO_REPS, None,
                       "no rep is active, so that every lead is held",
                       "Add reps, or set active to true")
    elif not any(rep.free_slots for rep in reps):
        yield _warning(files.reps, IssueCode.NO_CAPACITY, "capacity",
                       "no rep has a free slot, so that no lead gets an owner",
                       "Raise capacity or daily_cap, or check open_leads and assigned_today")


def _reps_without_hours(files: Files) -> Iterator[Issue]:
    if files.policy is None or not files.reps.complete:
        return
    unknown = [(row, rep.rep_id, None) for row, rep in files.rep_rows()
               if rep.active and not rep.working_hours]
    if not unknown:
        return
    setting = files.policy.response.unknown_hours
    if setting is UnknownHours.WORKS:
        return  # as the policy wants it
    any_known = any(rep.working_hours for _, rep in files.rep_rows())
    away = setting is UnknownHours.AWAY or (setting is UnknownHours.AUTO and any_known)
    meaning = "are taken for away" if away else "are taken to work around the clock"
    yield _warning(files.reps, IssueCode.UNKNOWN_HOURS, "working_hours",
                   f"{_count(unknown, 'active rep')} without working hours, who {meaning} "
                   f"(response.unknown_hours is {setting.value})",
                   "Fill in working_hours, or set response.unknown_hours in the policy",
                   unknown[0])


def _account_links(files: Files) -> Iterator[Issue]:
    accounts = files.accounts
    if accounts is None or accounts.table.damaged:
        return
    links = [("parent_id", IssueCode.UNKNOWN_ACCOUNT, accounts, "accounts")]
    if not files.reps.table.damaged:
        links += [(name, IssueCode.UNKNOWN_OWNER, files.reps, "rep")
                  for name in ("owner_id", "open_opportunity_owner_id")]
    for name, code, target, what in links:
        unknown = [(row, account.account_id, getattr(account, name))
                   for row, account in files.account_rows()
                   if getattr(account, name) is not None
                   and getattr(account, name) not in target.ids]
        if unknown:
            yield _warning(accounts, code, name,
                           f"{_count(unknown, 'account')} whose {name} is not in the {what} file",
                           "Check the ids; they compare exactly", unknown[0])


def _count(things: Sequence[object], one: str, many: str | None = None) -> str:
    return f"{len(things):,} {one if len(things) == 1 else many or one + 's'}"
