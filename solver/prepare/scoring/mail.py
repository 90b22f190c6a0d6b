"""Kinds of mail servers, for conditions of the scoring on ``email``."""

from __future__ import annotations

from collections.abc import Collection

from solver.models.scoring import EmailKind
from solver.prepare.normalise.free_mail import is_disposable, is_free_mail
from solver.prepare.scoring.conditions import MailKind


def mail_kind(domain: str) -> EmailKind:
    """Return whether anyone gets an address there, or one for a day, or only a company's people."""
    if is_disposable(domain):
        return EmailKind.DISPOSABLE
    return EmailKind.FREE if is_free_mail(domain) else EmailKind.COMPANY


def mail_kinds(free_mail: Collection[str]) -> MailKind:
    """Return :func:`mail_kind` with further domains where anyone gets an address."""
    own = frozenset(map(str.casefold, free_mail))
    return lambda domain: EmailKind.FREE if domain.casefold() in own else mail_kind(domain)
