"""What a worker looks for now and then; each is bounded, and several workers may do it at once."""

from api.service.sweeps.age import aged_out, send_aged_to_manager
from api.service.sweeps.breaches import return_breached
from api.service.sweeps.nurture import wake_nurtured

__all__ = ["aged_out", "return_breached", "send_aged_to_manager", "wake_nurtured"]
