"""Steps that people take with leads: each on one locked lead, in one transaction."""

from api.service.steps.asked import Asked, Taken
from api.service.steps.merging import merge
from api.service.steps.taking import take_step_once

__all__ = ["Asked", "Taken", "merge", "take_step_once"]
