"""Leads posted one by one and in bulk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.metrics import LEADS_RECEIVED
from api.service.context import Actor, Context
from api.service.errors import GoneError, RefusedError, TooLargeError
from api.service.intake.idempotency import Answered, Once, done_once
from api.service.intake.kit import Kit, kit_of
from api.service.intake.prepared import MERGED, Settled
from api.service.intake.results import Intaken, MadeChange, MayBe, Outcome, RowProblem
from api.service.intake.sent import Posted, Sent, completed, new_lead_id
from api.service.intake.taking import Intake, Taken
from api.store.database import Writing
from solver.models.preparation import Evidence
from solver.reading.arriving import ReadLead


def post_lead(context: Context, actor: Actor, posted: Posted, asked: Once | None, *,
              prepare: bool = True) -> Answered:
    """Take one lead in: 201 for a new one, 200 for a known one; the body is an ``Intaken``.

    Parameters
    ----------
    context, actor
        The service, and who posts it.
    posted
        The lead.
    asked
        What tells the request from others, where it may be sent again.
    prepare
        Whether it is prepared, or taken as it is.

    Raises
    ------
    RefusedError
        If it is no lead.
    GoneError
        If its id is that of an erased lead.
    ConflictError
        If others change it all the time, or the same request is still worked on.
    """
    if posted.problem is not None:
        raise _refusal(posted.problem)
    intake = _intake(context, actor, [posted], prepare)
    outcomes: Counter[str] = Counter()

    def answer(taken: Taken) -> Answered:
        if posted.row in taken.refused:
            raise _refusal(taken.refused[posted.row])
        outcome, settled = taken.outcomes[posted.row]
        body = _intaken(intake.sent[0].lead_id, outcome, settled, taken)
        outcomes[outcome.value] += 1
        return Answered(201 if posted.row in taken.new else 200, body.model_dump_json().encode())
    return _take(intake, asked, answer, outcomes)


def post_leads(context: Context, actor: Actor, posted: Sequence[Posted], asked: Once | None, *,
               prepare: bool = True) -> Answered:
    """Take many leads in; each is accepted or refused on its own.

    All that are accepted are stored in one transaction, in the order of the rows: a lead that
    stands on several is changed by the later ones. Parameters are those of :func:`post_lead`.
    The answer is kept without the values that were refused, which can be personal data.

    Returns
    -------
    Answered
        200; the body is a :class:`BulkResult`.

    Raises
    ------
    TooLargeError
        If there are more rows than are taken at once.
    ConflictError
        If others change the same leads all the time, or the same request is still worked on.
    """
    most = context.settings.bulk_max_leads
    if len(posted) > most:
        raise TooLargeError(f"the body has {len(posted):,} rows and {most:,} are taken at once "
                            "(FAIRLEAD_BULK_MAX_LEADS); send them in several requests")
    intake = _intake(context, actor, [one for one in posted if one.problem is None], prepare)
    outcomes: Counter[str] = Counter()

    def answer(taken: Taken) -> Answered:
        named = {one.row: one.lead_id for one in intake.sent}
        rows = [_bulk_row(one, named, taken) for one in posted]
        outcomes.clear()
        outcomes.update(status for status, _ in rows)
        refused = outcomes[Outcome.REFUSED.value]
        kept = [text if status != Outcome.REFUSED.value else _refused_row(one, taken, quotes=False)
                for one, (status, text) in zip(posted, rows, strict=True)] if refused else None
        return Answered(200, _bulk_body([text for _, text in rows], refused),
                        kept=None if kept is None else _bulk_body(kept, refused))
    return _take(intake, asked, answer, outcomes)


def _intake(context: Context, actor: Actor, posted: Iterable[Posted], prepare: bool) -> Intake:
    now = context.now
    return Intake(context, actor, [
        _sent(one, one.lead_id or new_lead_id(), now) for one in posted], prepare, now)


def _sent(posted: Posted, lead_id: str, now: datetime) -> Sent:
    raw = None if posted.raw is None else completed(posted.raw, lead_id, posted.fields, now)
    return Sent(posted.row, lead_id, posted.fields, posted.lead_id is not None, raw)


class _Reads:
    """Posts as they were read, anew where the policy or the reps have changed."""

    def __init__(self, intake: Intake, kit: Kit) -> None:
        self._intake, self._kit = intake, kit
        self._found: tuple[dict[int, ReadLead], dict[int, RowProblem]] = ({}, {})
        if intake.prepare:
            self._found = intake.read(kit)

    def by(self, kit: Kit) -> tuple[dict[int, ReadLead], dict[int, RowProblem]]:
        """Return what was read under a policy."""
        if self._intake.prepare and (kit.policy is not self._kit.policy
                                     or kit.owners is not self._kit.owners):
            self._kit, self._found = kit, self._intake.read(kit)
        return self._found


def _take(intake: Intake, asked: Once | None, answer: Any, outcomes: Mapping[str, int]
          ) -> Answered:
    context = intake.context
    reads = _Reads(intake, kit_of(context.database))

    def work(tx: Writing, tries: int) -> Answered:
        kit = kit_of(context.database, tx)
        found: Answered = answer(intake.take(tx, tries, kit, reads.by(kit)))
        return found
    done = done_once(context, intake.actor, asked, work)
    if not done.replayed:
        for outcome, times in outcomes.items():
            LEADS_RECEIVED.labels(outcome).inc(times)
    return done


def _refusal(problem: RowProblem) -> RefusedError | GoneError:
    if problem.code == "erased":
        return GoneError(problem.detail)
    return RefusedError(problem.detail, code=problem.code, problems=problem.errors)


def _bulk_body(rows: Sequence[str], refused: int) -> bytes:
    return (f'{{"accepted": {len(rows) - refused}, "refused": {refused}, '
            f'"results": [{", ".join(rows)}]}}').encode()


def _refused_row(posted: Posted, taken: Taken, *, quotes: bool) -> str:
    """Return the answer of a refused row as JSON, with the values that are wrong or without."""
    problem = posted.problem or taken.refused[posted.row]
    if not quotes:
        problem = problem.model_copy(update={"errors": tuple(
            one.model_copy(update={"offending": None}) for one in problem.errors)})
    return json.dumps({
        "row": posted.row, "lead_id": posted.lead_id, "status": Outcome.REFUSED.value,
        "state": None, "queue": None, "merged_into": None,
        "problem": problem.model_dump(mode="json")})


def _bulk_row(posted: Posted, named: Mapping[int, str], taken: Taken) -> tuple[str, str]:
    """Return what a row did, and its answer as JSON; texts of our own need no escapes."""
    row = posted.row
    if posted.problem or row in taken.refused:
        return Outcome.REFUSED.value, _refused_row(posted, taken, quotes=True)
    outcome, settled = taken.outcomes[row]
    merged_into = _merged_into(named[row], settled)
    standing = MERGED if merged_into else taken.standing(settled)
    queue, into = (f'"{one}"' if one else "null" for one in (standing.queue, merged_into))
    return outcome.value, (
        f'{{"row": {row}, "lead_id": "{named[row]}", "status": "{outcome.value}", '
        f'"state": "{standing.state.value}", "queue": {queue}, "merged_into": {into}, '
        '"problem": null}')


def _merged_into(lead_id: str, settled: Settled) -> str | None:
    return settled.into or (settled.lead_id if settled.lead_id != lead_id else None)


def _intaken(lead_id: str, outcome: Outcome, settled: Settled, taken: Taken) -> Intaken:
    merged_into, arrived = _merged_into(lead_id, settled), settled.arrived
    standing = taken.standing(settled) if merged_into is None else MERGED
    routed = None if merged_into else taken.routed.get(settled.lead_id)
    return Intaken(
        lead_id=lead_id, status=outcome, state=standing.state.value, queue=standing.queue,
        reasons=standing.reasons, kept_by=standing.kept_by, merged_into=merged_into,
        owner_id=routed.rep_id if routed else None if merged_into
        else taken.owners.get(settled.lead_id),
        explanation=routed.sentences if routed else (), hot=settled.is_hot,
        changes=tuple(MadeChange(field=one.field, before=one.before, after=one.after,
                                 rule=one.rule) for one in settled.changes),
        possible_leads=() if arrived is None else tuple(
            MayBe(id=one.other_lead_id, confidence=one.confidence, evidence=_words(one.evidence))
            for one in arrived.possible_leads),
        possible_accounts=() if arrived is None else tuple(
            MayBe(id=one.account_id, confidence=one.confidence, evidence=_words(one.evidence))
            for one in arrived.possible_accounts))


def _words(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(one.detail for one in evidence)
