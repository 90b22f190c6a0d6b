"""The hand-off: states of leads, service level in business minutes, leads that are hot."""

from solver.hand_off.states import (
    NEEDED_WITH,
    OCCUPYING,
    STEPS_OF_PEOPLE,
    TRANSITIONS,
    ImpossibleStepError,
    LeadState,
    Place,
    Step,
    StepError,
    TooFewTouchesError,
    Transition,
    check_touches,
    next_place,
    occupies_slot,
    states_before,
    steps_from,
)

__all__ = [
    "NEEDED_WITH",
    "OCCUPYING",
    "STEPS_OF_PEOPLE",
    "TRANSITIONS",
    "ImpossibleStepError",
    "LeadState",
    "Place",
    "Step",
    "StepError",
    "TooFewTouchesError",
    "Transition",
    "check_touches",
    "next_place",
    "occupies_slot",
    "states_before",
    "steps_from",
]
