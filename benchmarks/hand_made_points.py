"""Points for X Education's leads as somebody who sells courses might write them down.

By judgement, not fitted to the outcomes of this file (the data set is public and much written
about, so the judgement is not quite innocent): what is asked for on a form says more than a chat,
time on the website says interest, a recommendation is worth more than an advertisement, whoever
wants no e-mail is hard to reach.
"""

from __future__ import annotations

from datetime import UTC, datetime

from solver.models.scoring import Scoring

#: The export has no time, and no points here decay: any instant will do.
AT = datetime(2026, 1, 1, tzinfo=UTC)

POINTS = Scoring.model_validate({
    "base": 20,
    "fit": [
        {"name": "asked for it on a form", "points": 25,
         "when": {"attributes": {"Lead Origin": ["Lead Add Form", "Quick Add Form"]}}},
        {"name": "recommended", "points": 20, "when": {"source": ["Reference", "Referral Sites"]}},
        {"name": "at work", "points": 15, "when": {"attributes": {
            "What is your current occupation": ["Working Professional", "Businessman"]}}},
        {"name": "student", "points": -10, "when": {"attributes": {
            "What is your current occupation": ["Student"]}}},
        {"name": "five minutes on the website", "points": 10, "group": "website",
         "when": {"numbers": {"Total Time Spent on Website": [300, None]}}},
        {"name": "a quarter of an hour on the website", "points": 15, "group": "website",
         "when": {"numbers": {"Total Time Spent on Website": [900, None]}}},
        {"name": "came back", "points": 10, "group": "website",
         "when": {"numbers": {"TotalVisits": [3, None]}}},
        {"name": "no e-mail", "points": -20, "when": {"attributes": {"Do Not Email": ["Yes"]}}},
    ],
    "groups": {"website": {"max": 30}},
})
