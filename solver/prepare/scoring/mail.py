"""Kinds of mail servers, for conditions of the scoring on ``email``."""

from __future__ import annotations

from solver.models.scoring import EmailKind
from solver.prepare.normalise.free_mail import is_disposable, is_free_mail


def mail_kind(domain: str) -> EmailKind:
    """Return whether anyone gets an address there, or one for a day, or only a company's people."""
    if is_disposable(domain):
        return EmailKind.DISPOSABLE
    return EmailKind.FREE if is_free_mail(domain) else EmailKind.COMPANY
