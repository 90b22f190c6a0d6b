"""Points by hand: rules, half-lives, caps, thresholds, alerts, call lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from solver.models import IssueCode, Lead, Queue, ReasonCode
from solver.models.activity import Activity
from solver.models.preparation import AlertKind
from solver.models.scoring import EmailKind, Scoring
from solver.prepare.scoring.points import Score, by_lead, score_leads, worth_score
from solver.prepare.scoring.priorities import Call, priorities
from solver.prepare.scoring.sentences import breakdown_sentence
from solver.reading.parsing.strict_yaml import parse_yaml
from solver.reading.validation import validate

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
KINDS = {"gmail.example": EmailKind.FREE, "mailinator.example": EmailKind.DISPOSABLE}
VISIT = {"name": "visit", "kind": ["visit"], "points": 10, "half_life_days": 10}


def scoring(**sections: Any) -> Scoring:
    return Scoring.model_validate(sections)


def did(days_ago: float, kind: str = "visit", detail: str = "") -> Activity:
    return Activity(lead_id="L1", at=AT - timedelta(days=days_ago), kind=kind, detail=detail)


def scored(rules: Scoring, *activities: Activity, **fields: Any) -> Score:
    lead = Lead(lead_id="L1", **fields)
    (score,) = score_leads([lead], by_lead(activities), rules, AT, mail_kind=KINDS.get)
    return score


def fit(points: float = 10, **when: Any) -> Scoring:
    return scoring(fit=[{"name": "r", "when": when, "points": points}])


@pytest.mark.parametrize(("when", "fields"), [
    ({"title": ["vp"]}, {"title": "VP, Sales"}),
    ({"title": ["human resources"]}, {"title": "Head of Human-Resources"}),
    ({"function": ["finance"]}, {"function": "Finance"}),
    ({"seniority": ["director", "vp"]}, {"seniority": "vp"}),
    ({"industry": ["Software"]}, {"industry": "software"}),
    ({"sector": ["51"]}, {"sector": "51"}),
    ({"country": ["DE", "AT"]}, {"country": "AT"}),
    ({"region": ["Bayern"]}, {"region": "bayern"}),
    ({"source": ["Trade show"]}, {"source": "trade SHOW"}),
    ({"source": ["Trade show"]}, {"source": "Web", "sources": ("Web", "Trade show")}),
    ({"domain": ["rival.example"]}, {"domain": "www.Rival.example"}),
    ({"domain": ["rival.example"]}, {"domain": "https://rival.example/about"}),
    ({"domain": ["rival.example"]}, {"email": "a@mail.rival.example"}),
    ({"email": ["free"]}, {"email": "a@GMAIL.example"}),
    ({"employees": [50, 100]}, {"employees": 50}),
    ({"employees": [50, 100]}, {"employees": 100}),
    ({"annual_revenue": [1e6, None]}, {"annual_revenue": 2e6}),
    ({"attributes": {"Persona": ["buyer"]}}, {"attributes": {"persona": "Buyer"}}),
    ({"numbers": {"visits": [3, None]}}, {"attributes": {"visits": "3.0"}}),
    ({"country": ["DE"], "employees": [1, None]}, {"country": "de", "employees": 5}),
])
def test_a_lead_matches(when: dict[str, Any], fields: dict[str, Any]) -> None:
    """Each field can be asked for, and names compare in any case."""
    assert scored(fit(**when), **fields).points == 10


@pytest.mark.parametrize(("when", "fields"), [
    ({"title": ["vp"]}, {"title": "Developer of vpn"}),
    ({"domain": ["rival.example"]}, {"domain": "notrival.example"}),
    ({"email": ["free"]}, {"email": "a@acme.example"}),
    ({"email": ["free"]}, {"email": "gmail.example"}),
    ({"employees": [50, 100]}, {"employees": 49.9}),
    ({"employees": [None, 100]}, {}),
    ({"numbers": {"visits": [3, None]}}, {"attributes": {"visits": "many"}}),
    ({"numbers": {"visits": [None, 3]}}, {"attributes": {"visits": "nan"}}),
    ({"attributes": {"persona": ["buyer"]}}, {}),
    ({"country": ["DE"], "employees": [10, None]}, {"country": "DE", "employees": 5}),
])
def test_a_lead_does_not_match(when: dict[str, Any], fields: dict[str, Any]) -> None:
    """Parts of words, other domains, values outside and blanks match nothing."""
    assert scored(fit(**when), **fields).points == 0


@pytest.mark.parametrize(("email", "kind"), [
    ("a@gmail.com", "free"), ("a@mailinator.com", "disposable"), ("a@acme.example", "company")])
def test_kinds_of_e_mail_come_from_the_lists(email: str, kind: str) -> None:
    """Where the caller gives no other ones; an address is of one kind."""
    for one in EmailKind:
        (score,) = score_leads([Lead(lead_id="L1", email=email)], {}, fit(email=[one]), AT)
        assert score.points == (10 if one == kind else 0)


def test_five_visits_in_two_days_beat_five_in_five_months() -> None:
    """Half-life 10 days: 10 * 2**-(age / 10) each, by hand 46.71 against 11.43."""
    rules = scoring(behaviour=[VISIT])
    quick = scored(rules, *(did(days) for days in (0, 0.5, 1, 1.5, 2))).points
    slow = scored(rules, *(did(days) for days in (0, 30, 60, 90, 120))).points
    # 10 * (1 + 0.965936 + 0.933033 + 0.901250 + 0.870551)
    assert quick == pytest.approx(46.7077, abs=1e-4)
    # 10 * (1 + 1/8 + 1/64 + 1/512 + 1/4096)
    assert slow == 11.4282


def test_half_lives_by_hand() -> None:
    """One half-life leaves half, two a quarter; without one all is left, of any age."""
    rules = scoring(behaviour=[VISIT, {"name": "form", "kind": ["form"], "points": 7}])
    assert scored(rules, did(10)).points == 5
    assert scored(rules, did(20)).points == 2.5
    assert scored(rules, did(20), did(10), did(0)).points == 17.5
    assert scored(rules, did(3000, "form")).points == 7


def test_what_is_too_old_or_to_come_does_not_count() -> None:
    """``within_days`` is included to the second; the future never counts."""
    rules = scoring(behaviour=[{"name": "visit", "kind": ["visit"], "points": 4, "within_days": 7}])
    assert scored(rules, did(7)).points == 4
    assert scored(rules, did(7 + 1 / 86400)).points == 0
    assert scored(rules, did(-0.001)).points == 0


def test_details_choose_the_activities() -> None:
    """A visit of the pricing page counts under both rules, in any case; another under one."""
    rules = scoring(behaviour=[
        {"name": "visit", "kind": ["Visit", "click"], "points": 1},
        {"name": "pricing", "detail_contains": ["/pricing", "/plans"], "points": 20}])
    assert scored(rules, did(0, "visit", "/en/PRICING?x=1")).points == 21
    assert scored(rules, did(0, "CLICK", "/about")).points == 1
    assert scored(rules, did(0, "mail", "/plans")).points == 20


def test_caps_floors_and_the_breakdown() -> None:
    """Base 5, fit 20, six forms of 10 capped at 40, two careers visits of -15 at least -20."""
    rules = scoring(
        base=5, fit=[{"name": "buyer", "when": {"title": ["cfo"]}, "points": 20}],
        behaviour=[{"name": "form", "kind": ["form"], "points": 10, "group": "engagement"},
                   {"name": "careers page", "detail_contains": ["careers"], "points": -15,
                    "group": "job seekers"}],
        groups={"engagement": {"max": 40}, "job seekers": {"min": -20}})
    score = scored(rules, *(did(n, "form") for n in range(6)),
                   did(0, "visit", "/careers"), did(1, "visit", "/careers"), title="CFO")
    assert (score.points, score.raw) == (45, 45)
    assert [(part.rule, part.points) for part in score.breakdown] == [
        ("base", 5), ("buyer", 20), *[("form", 10)] * 5, ("careers page", -15), ("form", 10),
        ("careers page", -15),
        ("cap of engagement", -20), ("floor of job seekers", 10)]


def test_points_are_cut_to_0_and_100() -> None:
    """What rules give beyond the ends stays in ``raw``."""
    high, low = scored(fit(130, country=["DE"]), country="DE"), scored(scoring(base=-30))
    assert (high.points, high.raw) == (100, 130)
    assert (low.points, low.raw) == (0, -30)


def test_sentence() -> None:
    """The largest part first; several of one rule are one part; nothing is no points."""
    rules = scoring(
        fit=[{"name": "student", "when": {"title": ["student"]}, "points": -15}],
        behaviour=[{"name": "pricing page", "detail_contains": ["pricing"], "points": 20},
                   {"name": "click", "kind": ["click"], "points": 2.25}])
    score = scored(rules, did(2 / 24, "visit", "/pricing"), did(3, "click"), did(5, "click"),
                   title="Student")
    assert breakdown_sentence(score, AT) == (
        "+20 pricing page 2 h ago, -15 student, +4.5 click (2 times, last 3 d ago)")
    assert breakdown_sentence(score, AT, shown=1) == "+20 pricing page 2 h ago, and 2 more"
    assert breakdown_sentence(scored(rules), AT) == "no points"
    just = scored(rules, did(0, "click"))
    assert breakdown_sentence(just, AT) == "+2.2 click just now"
    assert breakdown_sentence(scored(rules, did(7 / 1440, "click")), AT).endswith("7 min ago")


@pytest.mark.parametrize(("points", "stage"), [
    (0, None), (9.9, None), (10, "lead"), (59, "mql"), (60, "sql")])
def test_stage(points: float, stage: str | None) -> None:
    """The last stage whose threshold is reached."""
    rules = scoring(base=points, stages=[
        {"name": "lead", "at_least": 10}, {"name": "mql", "at_least": 30},
        {"name": "sql", "at_least": 60}])
    assert scored(rules).stage == stage


@pytest.mark.parametrize(("points", "qualified", "queue"), [
    (60, True, None), (59.9, False, None), (20, False, None), (19.9, False, Queue.NURTURE)])
def test_thresholds(points: float, qualified: bool, queue: Queue | None) -> None:
    """At the threshold is above it; below the other the lead waits in its queue."""
    score = scored(scoring(base=points, qualify=60, disqualify={"below": 20, "reason": "cold"}))
    assert score.qualified is qualified
    assert (score.disqualified.queue if score.disqualified else None) == queue


def test_too_few_points_are_said_in_words() -> None:
    """Code, points, threshold and the policy's reason."""
    hold = scored(scoring(base=12.5, disqualify={
        "below": 20, "queue": "junk", "reason": "no fit"})).disqualified
    assert hold is not None
    assert (hold.lead_id, hold.queue, hold.reason.code) == ("L1", Queue.JUNK,
                                                            ReasonCode.DISQUALIFIED)
    assert hold.reason.detail == "its 12.5 points are below the 20 that keep a lead: no fit"


@pytest.mark.parametrize(("fields", "activities", "detail"), [
    ({"domain": "rival.example"}, [],
     "the rule 'competitor' disqualifies it: domain rival.example"),
    ({"email": "x@mailinator.example"}, [],
     "the rule 'throw-away' disqualifies it: disposable e-mail at mailinator.example"),
    ({}, [did(1, detail="/careers"), did(2, detail="/careers/x")],
     "the rule 'job seeker' disqualifies it: visit /careers"),
    ({}, [did(1, detail="/careers")], None),
    ({}, [did(1, detail="/careers"), did(40, detail="/careers")], None),
    ({"title": "Student"}, [did(1, detail="/trial")],
     "the rule 'student on trial' disqualifies it: title Student, visit /trial"),
    ({"title": "Student"}, [], None),
])
def test_rules_that_disqualify(fields: dict[str, Any], activities: list[Activity],
                               detail: str | None) -> None:
    """A disqualified lead is neither qualified nor hot, however many points it has."""
    rules = scoring(base=100, qualify=50, alert=90, disqualify_when=[
        {"name": "competitor", "when": {"domain": ["rival.example"]}},
        {"name": "throw-away", "when": {"email": ["disposable"]}},
        {"name": "job seeker", "did": {"detail_contains": ["careers"], "within_days": 30},
         "min_times": 2, "queue": "nurture"},
        {"name": "student on trial", "when": {"title": ["student"]},
         "did": {"detail_contains": ["trial"]}}])
    score = scored(rules, *activities, **fields)
    assert score.qualified is score.hot is (detail is None)
    assert (score.disqualified.reason.detail if score.disqualified else None) == detail


def test_alerts_by_hand() -> None:
    """Half-life 10 days, 30 a form: 30, then 15 + 30, 22.5 + 30, back to 26.25, and 30 more."""
    rules = scoring(qualify=40, alert=50, disqualify={"below": 20}, behaviour=[
        {"name": "form", "kind": ["form"], "points": 30, "half_life_days": 10}])
    score = scored(rules, *(did(days, "form", f"f{days}") for days in (50, 40, 30, 20, 10)),
                   created_at=AT - timedelta(days=50))
    assert [(alert.kind, (AT - alert.at).days, alert.score, alert.detail)
            for alert in score.alerts] == [
        (AlertKind.QUALIFIED, 40, 45, "form f40"), (AlertKind.HOT, 30, 52.5, "form f30")]
    (later,) = score_leads(
        [Lead(lead_id="L1")], {"L1": [did(10, "form"), did(9, "form"), did(-40, "form")]},
        rules, AT + timedelta(days=39))
    assert [(alert.kind, alert.at) for alert in later.alerts] == [
        (AlertKind.QUALIFIED, AT - timedelta(days=9)),
        (AlertKind.HOT, AT - timedelta(days=9)),
        (AlertKind.DISQUALIFIED, AT + timedelta(days=39))]


def test_alerts_of_a_lead_as_it_came_in() -> None:
    """Qualified at once is a crossing when it came in; low from the start is no fall."""
    came = AT - timedelta(days=3)
    rules = scoring(base=50, qualify=50, disqualify={"below": 20})
    (alert,) = scored(rules, created_at=came).alerts
    assert (alert.at, alert.kind, alert.threshold, alert.detail) == (
        came, AlertKind.QUALIFIED, 50, "the lead came in")
    assert scored(rules).alerts[0].at == AT
    assert scored(scoring(base=10, disqualify={"below": 20}), created_at=came).alerts == ()


def test_alerts_see_caps_and_what_is_forgotten() -> None:
    """A capped group never crosses; a rule that forgets lets the score fall."""
    visits = {"name": "visit", "kind": ["visit"], "points": 30, "within_days": 5}
    capped = scoring(qualify=40, behaviour=[{**visits, "group": "g"}], groups={"g": {"max": 39}})
    assert scored(capped, did(1), did(2), did(3)).alerts == ()
    falls = scoring(disqualify={"below": 20}, behaviour=[visits])
    (alert,) = scored(falls, did(9), did(2, "other"), did(6)).alerts
    assert (alert.kind, alert.at, alert.score) == (AlertKind.DISQUALIFIED, AT, 0)


def test_many_leads_are_scored_in_their_order() -> None:
    """Activities are told apart by lead; those of unknown leads do not matter."""
    rules = scoring(behaviour=[VISIT])
    acts = [did(0), did(10), did(0).model_copy(update={"lead_id": "L9"})]
    scores = score_leads([Lead(lead_id="L2"), Lead(lead_id="L1")], by_lead(acts), rules, AT)
    assert [(score.lead_id, score.points) for score in scores] == [("L2", 0), ("L1", 15)]


@pytest.mark.parametrize(("use", "worth"), [("points", 50), ("probability", 12.5), ("given", 7)])
def test_what_the_worth_takes(use: str, worth: float) -> None:
    """Points, their calibrated chance half-way between two points, or the file's own score."""
    rules = scoring(base=50, use=use, calibration={"points": [[0, 0.05], [100, 0.2]]})
    lead = Lead(lead_id="L1", score=7)
    (score,) = score_leads([lead], {}, rules, AT)
    assert worth_score(lead, score, rules) == worth


@pytest.mark.parametrize(("text", "place", "rule"), [
    ("fit: [{name: a, points: 1, when: {}}]", "fit.0.when", "at least one field"),
    ("fit: [{name: a, points: 1, when: {titel: [x]}}]", "fit.0.when.titel", "no key 'titel'"),
    ("fit: [{name: a, points: 1, when: {country: [NO]}}]", "fit.0.when.country", "reads this"),
    ("fit: [{name: a, points: 1, when: {employees: [5, 1]}}]", "fit.0.when.employees",
     "lower end 5 must not be above"),
    ("fit: [{name: a, points: 1, when: {country: [DE]}, group: g}]", None,
     "the group 'g' must stand under groups"),
    ("behaviour: [{name: a, points: 1}]", "behaviour.0", "must name a kind"),
    ("behaviour: [{name: a, kind: [v], points: 1, half_life_days: 0}]",
     "behaviour.0.half_life_days", "above 0"),
    ("behaviour: [{name: a, kind: [v], points: 1}, {name: a, kind: [w], points: 1}]", None,
     "'a' stands on more than one rule"),
    ("disqualify: {below: 5, queue: manager}", "disqualify.queue", "nurture or junk"),
    ("disqualify_when: [{name: a}]", "disqualify_when.0", "who the lead is"),
    ("stages: [{name: a, at_least: 5}, {name: b, at_least: 5}]", None, "must be above 5"),
    ("{qualify: 10, disqualify: {below: 11}}", None, "must not be above qualify 10"),
    ("use: probability", None, "needs a calibration"),
    ("calibration: {points: [[5, 0.1], [5, 0.2]]}", "calibration", "must be above 5"),
    ("calibration: {points: [[5, 0.2], [6, 0.1]]}", "calibration", "must not be below 0.2"),
    ("groups: {g: {max: -1}}", "groups.g.max", "0 or more"),
])
def test_a_wrong_section_is_refused(text: str, place: str | None, rule: str) -> None:
    """Each rule that cannot be meant is one issue, with its place."""
    document, issues = parse_yaml(text.encode(), "policy.yaml")
    assert document is not None
    found, misfits = validate(Scoring, document, IssueCode.BAD_POLICY)
    assert (found, issues, len(misfits)) == (None, [], 1), misfits
    assert misfits[0].column == place
    assert rule in misfits[0].rule


def test_the_section_is_frozen_and_goes_through_json() -> None:
    """What is written is read back; nothing can be changed."""
    rules = scoring(behaviour=[VISIT], stages=[{"name": "mql", "at_least": 30}], qualify=30,
                    calibration={"points": [[0, 0.05], [100, 0.2]]}, use="probability",
                    fit=[{"name": "de", "when": {"country": ["DE"]}, "points": 3}])
    assert Scoring.model_validate_json(rules.model_dump_json(), strict=True) == rules
    with pytest.raises(ValidationError):
        rules.base = 3  # type: ignore[misc]


def call(lead_id: str, value: int, **fields: Any) -> Call:
    return Call(lead_id=lead_id, rep_id=fields.pop("rep_id", "r1"), score=fields.pop("score", 50),
                value=value, **fields)


def test_call_lists() -> None:
    """Hot, then qualified, then value, freshness, score, id; the input's order does not matter."""
    calls = [call("hot", 1, hot=True), call("qualified", 2, qualified=True), call("rich", 900),
             call("fresh", 5, last_activity=AT), call("stale", 5, last_activity=AT - timedelta(1)),
             call("known", 5, score=60), call("unknown", 5, score=None), call("a", 5), call("b", 5)]
    (found,) = priorities(calls, AT)
    assert [one.lead_id for one in found.calls] == [
        "hot", "qualified", "rich", "fresh", "stale", "known", "a", "b", "unknown"]
    assert priorities(reversed(calls), AT) == (found,)


def test_call_lists_are_of_the_reps_own_day() -> None:
    """At 23:00 UTC it is tomorrow in Tokyo; what is due on Monday stands on Monday's list."""
    late = datetime(2026, 11, 20, 23, tzinfo=UTC)
    calls = [call("L1", 1, rep_id="tokyo"), call("L2", 1, rep_id="nowhere"),
             call("L3", 1, rep_id="tokyo", due_at=datetime(2026, 11, 23, 0, tzinfo=UTC)),
             call("L4", 1, rep_id="nowhere", due_at=datetime(2026, 11, 1, tzinfo=UTC))]
    lists = priorities(calls, late, {"tokyo": "Asia/Tokyo", "nowhere": None})
    assert [(one.rep_id, one.day, [c.lead_id for c in one.calls]) for one in lists] == [
        ("nowhere", date(2026, 11, 20), ["L2", "L4"]),
        ("tokyo", date(2026, 11, 21), ["L1"]), ("tokyo", date(2026, 11, 23), ["L3"])]
