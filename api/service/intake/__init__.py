"""Leads and what they do, taken in."""

from api.service.intake.activities import take_activities
from api.service.intake.idempotency import Answered, Once, forget_answers, once
from api.service.intake.posting import post_lead, post_leads
from api.service.intake.warming import warm_up

__all__ = ["Answered", "Once", "forget_answers", "once", "post_lead", "post_leads",
           "take_activities", "warm_up"]
