"""Leads and what they do, taken in."""

from api.service.intake.idempotency import Answered, Once, forget_answers, once
from api.service.intake.posting import post_lead, post_leads

__all__ = ["Answered", "Once", "forget_answers", "once", "post_lead", "post_leads"]
