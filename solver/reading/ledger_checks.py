"""The ledger held against the window and the policy that it is to serve."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from solver.models.issue import Issue, IssueCode, Severity
from solver.models.ledger import Entry, EntryKind, Ledger
from solver.models.window import Window


def ledger_issues(ledger: Ledger, file: str, window: Window, *, timezone: str,
                  limits: Collection[str]) -> list[Issue]:
    """Hold a ledger against the window that it is to serve.

    Parameters
    ----------
    ledger
        As read from the file.
    file
        Name for the issues.
    window
        Its instant must not lie before the ledger's; its currency must be the ledger's; leads
        given by hand must not wait for an owner in it.
    timezone
        The policy's zone of periods.
    limits
        Names of the policy's limits of longer periods, as the ledger counts for them.

    Returns
    -------
    list
        Errors, and warnings of reps and limits that nobody knows.
    """
    return [*_misfits(ledger, file, window, timezone), *_entries(ledger, file, window, limits)]


def _misfits(ledger: Ledger, file: str, window: Window, timezone: str) -> Iterator[Issue]:
    def issue(column: str, offending: str, rule: str, remedy: str) -> Issue:
        return Issue(code=IssueCode.BAD_LEDGER, file=file, column=column, offending=offending,
                     rule=rule, remedy=remedy)

    if ledger.at > window.at or (ledger.at == window.at and ledger.reps):
        yield issue("at", ledger.at.isoformat(), "the ledger must be from before the instant "
                    f"of the decision, {window.at.isoformat()}", "Give the ledger that the window "
                    "before this one wrote; to decide a window again, the one that it was given")
    if ledger.currency != window.policy.currency:
        yield issue("currency", ledger.currency, "the ledger must be in the policy's currency, "
                    f"{window.policy.currency}", "Convert every worth, or begin a new ledger")
    if ledger.timezone != timezone:
        yield issue("timezone", ledger.timezone, "the ledger's days must begin where the policy's "
                    f"do, in {timezone}", f"Write {timezone} into the row of kind ledger; what "
                    "limits have used goes on from the dates that stand there")


def _entries(ledger: Ledger, file: str, window: Window, limits: Collection[str]) -> Iterator[Issue]:
    reps = {rep.rep_id for rep in window.reps} | ledger.by_rep().keys()
    known = frozenset(limits)
    owned: dict[str, Entry] = {}
    for entry in ledger.entries:
        if entry.kind is EntryKind.RETURNED:
            owned.pop(entry.lead_id, None)
        elif entry.lead_id in owned:
            yield _twice(entry, owned[entry.lead_id], file)
        else:
            owned[entry.lead_id] = entry
        if entry.rep_id not in reps:
            yield Issue(code=IssueCode.UNKNOWN_REP, severity=Severity.WARNING, file=file,
                        column="rep_id", record_id=entry.lead_id, offending=entry.rep_id,
                        rule="the rep is neither in the rep file nor in the ledger",
                        remedy="Check the id; ids compare exactly")
        for name in entry.limits:
            if name not in known:
                yield Issue(code=IssueCode.UNKNOWN_LIMIT, severity=Severity.WARNING, file=file,
                            column="limits", record_id=entry.lead_id, offending=name,
                            rule="the policy has no such limit over a day, a week or a month, so "
                                 "that nothing counts for it", remedy="Check the name")
    for lead in window.leads:
        if lead.lead_id in owned and lead.owner_id is None and (
                owned[lead.lead_id].at <= window.at):
            yield Issue(code=IssueCode.BAD_LEDGER, file=file, column="lead_id",
                        record_id=lead.lead_id, offending=owned[lead.lead_id].rep_id,
                        rule="the lead was given to this rep, and waits for an owner in the leads "
                             "file", remedy="Write the owner into the leads file, or add a row of "
                                            "kind returned")


def _twice(entry: Entry, other: Entry, file: str) -> Issue:
    return Issue(code=IssueCode.BAD_LEDGER, file=file, column="lead_id", record_id=entry.lead_id,
                 offending=entry.rep_id, rule=f"the lead was given to {other.rep_id!r} before and "
                 "did not come back between",
                 remedy="Delete one of the two rows, or add one of kind returned")
