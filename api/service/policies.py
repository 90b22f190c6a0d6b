"""Policies: immutable versions; drafted, compared, activated, rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.service.accounts import refresh_account_keys
from api.service.context import Actor, Context
from api.service.errors import ConflictError, UnknownError
from api.service.happenings import Happening, tell
from api.service.solving import rule_issues
from api.service.windows.gathering import gather_under
from api.solving.deciding import WindowInputs
from api.store.control import bump_floor, change_what_holds, lock_control, read_control
from api.store.database import Writing
from api.store.policies import (
    PolicyRow,
    PolicyStatus,
    add_policy,
    get_policy,
    last_retired,
    next_version,
    page_of_policies,
    set_active,
)
from api.store.reps import all_reps
from api.store.waiting import waiting_leads
from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode, Policy, Severity
from solver.prepare.normalise.records import normalise_policy
from solver.reading.parsing.strict_yaml import Document
from solver.reading.validation import validate

#: The policy that holds before any was activated.
NO_VERSION = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One key of a policy that differs."""

    key: str
    """As in ``response.half_life_minutes``; rules and limits by name: ``limits.West.upper``."""
    before: Any
    after: Any
    """None: it is not there."""


@dataclass(frozen=True, slots=True)
class Activated:
    """A version that is active now."""

    row: PolicyRow
    warnings: tuple[Issue, ...] = ()
    """What it says in vain, with the reps, accounts and waiting leads of now."""


def draft(context: Context, actor: Actor, document: Document, note: str) -> PolicyRow:
    """Store a new version, which nothing uses yet.

    Places are stored as leads name them; the document's own ``version`` gives way to the next
    number.

    Raises
    ------
    InvalidInputError
        All problems of the document.
    """
    policy, issues = validate(Policy, document, IssueCode.BAD_POLICY)
    if policy is None:
        raise InvalidInputError(issues)
    now = context.now
    with context.database.write() as tx:
        lock_control(tx)
        version = next_version(tx)
        stored = normalise_policy(policy)[0].model_copy(update={"version": version})
        row = PolicyRow(version, PolicyStatus.DRAFT.value, stored.model_dump_json(), note, now,
                        actor.actor_id, None)
        add_policy(tx, row)
    return row


def list_policies(context: Context, before: int | None, most: int) -> list[PolicyRow]:
    """Return versions, the newest first."""
    with context.database.read() as tx:
        return page_of_policies(tx, before, most)


def the_policy(context: Context, version: int) -> PolicyRow:
    """Return a version.

    Raises
    ------
    UnknownError
        There is none with this number.
    """
    with context.database.read() as tx:
        return _known(get_policy(tx, version), version)


def differences(context: Context, version: int, against: int | None) -> list[Difference]:
    """Return the keys in which a version differs from another.

    Parameters
    ----------
    context
        The service.
    version
        Whose values are ``after``.
    against
        Whose values are ``before``; None: the active version; 0: the defaults.

    Raises
    ------
    UnknownError
        One of them is not there.
    """
    with context.database.read() as tx:
        after = _known(get_policy(tx, version), version).policy
        if against is None:
            before = read_control(tx).policy
        elif against == NO_VERSION:
            before = Policy()
        else:
            before = _known(get_policy(tx, against), against).policy
    return _differing(_plain(before), _plain(after), "")


def activate(context: Context, actor: Actor, version: int) -> Activated:
    """Let a version decide from now on; windows in flight under the one before assign nothing.

    Holds that preparing put on waiting leads under the policy before stay: a person sends such
    leads back to the next window, or a second post of the lead prepares it anew. Activating the
    active version again finishes what was broken off.

    Raises
    ------
    UnknownError
        There is no such version.
    InvalidInputError
        Its rules cannot hold: filters that match nothing whatever the data, rules that contradict
        each other, or that no plan of the waiting leads can keep.
    """
    row = the_policy(context, version)
    issues = _issues(context, row.policy)
    if errors := [one for one in issues if one.severity is Severity.ERROR]:
        raise InvalidInputError(errors)
    with context.database.write() as tx:
        before = _switch(tx, context.now, actor, version, "activated")
    _keep_account_keys(context, before, row.policy)
    return Activated(the_policy(context, version), tuple(issues))


def roll_back(context: Context, actor: Actor, leaving: int | None = None) -> Activated:
    """Let the version before decide again, the highest one below that was active once.

    Its rules are not checked anew.

    Parameters
    ----------
    context, actor
        The service, and who asks.
    leaving
        The version that is meant to be left, so that a request that is sent twice does not come
        back to it; None: whichever is active.

    Raises
    ------
    ConflictError
        Another version is active, or none was active before.
    """
    with context.database.write() as tx:
        change_what_holds(tx)
        active = read_control(tx).policy_version
        if leaving not in (None, active):
            raise ConflictError(f"policy version {active} is active, not {leaving}",
                                code="another_version_active")
        row = last_retired(tx, active)
        if row is None:
            raise ConflictError(f"no version below {active} was active before; activate one, or "
                                "post an empty document, whose rules are the defaults",
                                code="no_earlier_version")
        before = _switch(tx, context.now, actor, row.version, "rolled_back")
    _keep_account_keys(context, before, row.policy)
    return Activated(the_policy(context, row.version))


def _switch(tx: Writing, now: datetime, actor: Actor, version: int, how: str
            ) -> Policy | None:
    """Make a version the active one; return the policy that was, None where it was this one."""
    change_what_holds(tx)
    control = read_control(tx)
    if control.policy_version == version:
        return None
    set_active(tx, version, now)
    tell(tx, [Happening("policy.activated", now, actor.actor_id, detail={
        "version": version, "before": control.policy_version, "how": how})])
    bump_floor(tx)
    return control.policy


def _keep_account_keys(context: Context, before: Policy | None, after: Policy) -> None:
    if before is None or before.matching != after.matching:
        refresh_account_keys(context, after)


def _issues(context: Context, policy: Policy) -> list[Issue]:
    """Return what is wrong with the rules, with reps, accounts and some waiting leads of now."""
    with context.database.read() as tx:
        rep_ids = {one.rep_id for one in all_reps(tx)}
        most = context.settings.solve_max_pairs // max(1, len(rep_ids))
        leads = waiting_leads(tx, context.now, most)
    inputs = WindowInputs.model_validate_json(gather_under(context, policy, leads).inputs)
    return [*_strangers(policy, rep_ids), *rule_issues(context, inputs.window)]


def _strangers(policy: Policy, rep_ids: set[str]) -> list[Issue]:
    """Warn of reps that the policy names and nobody put."""
    named = {"matching.customer_rep_ids": policy.matching.customer_rep_ids,
             "precedence.named_accounts": tuple(policy.precedence.named_accounts.values()),
             "hand_off.contacts": tuple(policy.hand_off.contacts.values())}
    return [Issue(code=IssueCode.UNKNOWN_REP, severity=Severity.WARNING, file="policy", column=key,
                  offending=rep_id, rule="no rep with this id was put",
                  remedy="Check the id; ids compare exactly")
            for key, ids in named.items() for rep_id in sorted({*ids} - rep_ids)]


def _plain(policy: Policy) -> dict[str, Any]:
    found: dict[str, Any] = _by_name(policy.model_dump(mode="json", exclude={"version"}))
    return found


def _by_name(value: Any) -> Any:
    """Return lists of things with names as mappings, and their order apart."""
    if isinstance(value, dict):
        return {key: _by_name(one) for key, one in value.items()}
    if isinstance(value, list) and value and all(
            isinstance(one, dict) and isinstance(one.get("name"), str) for one in value):
        return {"(order)": [one["name"] for one in value],
                **{one["name"]: _by_name(one) for one in value}}
    return value


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], above: str
               ) -> list[Difference]:
    found = []
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            found += _differing(one, other, f"{above}{key}.")
        else:
            found.append(Difference(f"{above}{key}", one, other))
    return found


def _known(row: PolicyRow | None, version: int) -> PolicyRow:
    if row is None:
        raise UnknownError(f"there is no policy version {version}; GET /v1/policies lists them")
    return row
