"""Tiny named windows that a reader solves by hand, and one with every feature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solver.models import Lead, Policy, Rep, Territory, Window
from solver.models.policy import Match, Response, UnknownHours

#: A Wednesday.
AT = datetime(2026, 11, 18, 15, tzinfo=UTC)

_SKILL_ONLY = Policy(match=Match(skill=1.0, territory=0.0))
#: Without needs and territories every match is 1, so that a value is the deal value.
_DEAL_ONLY = Policy(match=Match(skill=0.5, territory=0.5, unknown=1.0))


def _lead(lead_id: str, deal_value: float, **fields: object) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": AT, "deal_value": deal_value,
                                "score": 100, **fields})


def three_leads_two_reps() -> Window:
    """Three leads, two reps with one slot each; the lead's best rep is not always the best owner.

    ========  =======  ======
    value     ana      ben
    ========  =======  ======
    L1        1000     900
    L2        800      320
    L3        600      300
    ========  =======  ======

    Best is L1 with ben and L2 with ana, 1700; giving L1 to ana, where it is worth most, leaves
    320 for L2 with ben: 1320. One slot more of ana takes L3 for 600, one of ben for 300. Without
    ana's slot only L1 with ben is left, 900: 800 less. Without ben's, L1 with ana, 1000: 700 less.
    So ana's price is 600 and ben's 300: L1 nets 400 with ana and 600 with ben, L2 200 and 20, L3
    nothing with either; and 600 + 300 + 600 + 200 = 1700 proves the plan.
    """
    return Window(
        at=AT, policy=_SKILL_ONLY,
        leads=(_lead("L1", 1000, needs={"crm": 1.0}), _lead("L2", 800, needs={"payroll": 1.0}),
               _lead("L3", 600, needs={"billing": 1.0})),
        reps=(Rep(rep_id="ana", capacity=1, skills={"crm": 1.0, "payroll": 1.0, "billing": 1.0}),
              Rep(rep_id="ben", capacity=1, skills={"crm": 0.9, "payroll": 0.4, "billing": 0.5})))


def night_shift() -> Window:
    """Saturday 05:00 in London: Friday's night shift is still at work.

    ``night`` works now: the hours after midnight belong to Friday, on which the shift began.
    ``weekend`` starts at 09:00, 240 minutes away, one half-life: half the value. ``day`` is next
    at work on Monday at 09:00, 52 hours away, past the longest wait of ten hours.

    L1 (1000) and L2 (800) share ``night`` and ``weekend``: L1 now and L2 later is 1000 + 400,
    the other way round 800 + 500. L3 excludes both, and ``day`` is away.
    """
    london = {"capacity": 1, "timezone": "Europe/London"}
    return Window(
        at=datetime(2026, 11, 21, 5, tzinfo=UTC),
        policy=_DEAL_ONLY.model_copy(update={"response": Response(longest_wait_minutes=600)}),
        leads=(_lead("L1", 1000), _lead("L2", 800),
               _lead("L3", 900, excluded_rep_ids=("night", "weekend"))),
        reps=tuple(
            Rep.model_validate({"rep_id": rep_id, "working_hours": (hours,), **london})
            for rep_id, hours in (("day", "Mon-Fri 09:00-17:00"), ("night", "Mon-Fri 22:00-06:00"),
                                  ("weekend", "Sat-Sun 09:00-17:00"))))


def all_equal(num_leads: int) -> Window:
    """Leads worth 100 with everybody; ana has 2 free slots and 2 leads today, ben 3 and none.

    L1 came last. With four leads there is room for all; ana and ben stand at 3 leads each if she
    takes one (9 + 9) and at 4 and 2 if she takes two (16 + 4), so she takes one, and L1 comes
    first by id. With six leads one is held, the youngest, L1, and the slots are full: ana takes L2
    and L3. Then every slot is worth 100, one more or one fewer.
    """
    return Window(
        at=AT, policy=_DEAL_ONLY,
        leads=tuple(_lead(f"L{n}", 100, created_at=AT - timedelta(hours=n))
                    for n in range(1, num_leads + 1)),
        reps=(Rep(rep_id="ana", capacity=2, assigned_today=2), Rep(rep_id="ben", capacity=3)))


def off_without_hours() -> Window:
    """Two reps without hours, which the policy takes for away; one is on holiday as well.

    ``ann`` is away only for want of hours: UNKNOWN_HOURS. ``bob`` would be away with any hours:
    AWAY.
    """
    response = Response(unknown_hours=UnknownHours.AWAY)
    return Window(
        at=AT, policy=_DEAL_ONLY.model_copy(update={"response": response}),
        leads=(_lead("L1", 100),),
        reps=(Rep(rep_id="ann", capacity=1),
              Rep(rep_id="bob", capacity=1, timezone="UTC", time_off=("2026-11-16/2026-12-01",))))


def everywhere_rule() -> Window:
    """A policy whose only rule is called ``*``, which is no territory's name.

    L1 is no lead of that rule. Neither the policy nor a rep names a territory, so it is home to
    everybody: 1000 with ana.
    """
    return Window(
        at=AT, policy=_DEAL_ONLY.model_copy(
            update={"territories": (Territory(name="*", countries=("GB",)),)}),
        leads=(_lead("L1", 1000, country="FR"),), reps=(Rep(rep_id="ana", capacity=1),))
