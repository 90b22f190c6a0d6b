"""Words of the explanations: money, labels of reps, one sentence per fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from solver.calendar.zones import zone
from solver.models import Lead, PairFacts, Policy, Rep
from solver.names import LEVEL_SCALE, OVERLAY, name_key, ten_thousandths


def money(minor: int) -> str:
    """Write minor units for people: ``4,120.00``."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def rep_labels(reps: Sequence[Rep]) -> dict[str, str]:
    """Name each rep; one who shares a name, or has none, is shown with the id."""
    shared = Counter(rep.display_name for rep in reps)
    return {rep.rep_id: rep.display_name if shared[rep.display_name] == 1
            else f"{rep.display_name} ({rep.rep_id})" for rep in reps}


def why_owner(lead_id: str, owner: PairFacts, runners_up: Sequence[PairFacts],
              labels: Mapping[str, str]) -> str:
    """Say why the owner and not the next best rep (the sentence of DESIGN section 1)."""
    sentence = (f"Lead {lead_id} went to {labels[owner.rep_id]}: value {money(owner.value)}, the "
                f"slot costs {money(owner.floor + owner.price)} (floor {money(owner.floor)} + "
                f"price {money(owner.price)}), net {money(owner.net_value)}. ")
    if not runners_up:
        return sentence + "Nobody else could take it at a value above the reserve."
    other = runners_up[0]
    return sentence + (f"{labels[other.rep_id]}: value {money(other.value)}, slot "
                       f"{money(other.floor + other.price)}, net {money(other.net_value)}.")


_TIE = ", which is just as much: it is next in line for one slot more"


def outbid(offer: PairFacts, reserve: int, labels: Mapping[str, str]) -> str:
    """Say which slot was worth more with another lead."""
    return (f"{labels[offer.rep_id]} comes closest: value {money(offer.value)}, but the slot costs "
            f"{money(offer.floor + offer.price)} (floor {money(offer.floor)} + price "
            f"{money(offer.price)}), net {money(offer.net_value)}; left to nurture the lead is "
            f"worth {money(reserve)}{_TIE if offer.net_value == reserve else ''}")


def slot_kept(label: str, value: int, floor: int, reserve: int, when: str) -> str:
    """Say which slot is expected to bring more later; ``when`` as of :func:`by_when`."""
    return (f"{label}'s slot is expected to bring {money(floor)} {when}; with this lead now "
            f"it brings {money(value - reserve)} more than nurturing it")


def below_floor(label: str, value: int, floor: int) -> str:
    """Say that no slot is left, and that one would have gone only to a lead above the floor."""
    return (f"{label} comes closest, but has no slot left: value {money(value)}, and a slot goes "
            f"only to a lead worth more than its floor of {money(floor)}")


def by_when(rep: Rep, by: datetime | None, at: datetime) -> str:
    """Say by when a slot brings its floor, on the rep's wall clock."""
    if by is None:
        return "later"
    clock = UTC if rep.timezone is None else zone(rep.timezone)
    local = by.astimezone(clock)
    same_day = local.date() == at.astimezone(clock).date()
    return f"by {local.strftime('%H:%M' if same_day else '%a %Y-%m-%d %H:%M')} {local:%Z}"


def below_reserve(label: str, value: int, reserve: int) -> str:
    """Say that even the best eligible rep brings too little."""
    return (f"{label} comes closest: value {money(value)} is not above the reserve of "
            f"{money(reserve)}")


def no_skill(lead: Lead, rep: Rep) -> str:
    """Name the first required skill that is too low."""
    levels = {name_key(name): level for name, level in rep.skills.items()}
    for name, minimum in sorted(lead.required_skills.items()):
        level = levels.get(name_key(name), 0.0)
        if ten_thousandths(level) < ten_thousandths(minimum):
            return f"has {name} at {_level(level)}, the lead requires {_level(minimum)}"
    raise ValueError(f"lead {lead.lead_id} and rep {rep.rep_id}: every required skill is there")


def no_language(lead: Lead, rep: Rep) -> str:
    """Name both sides' languages."""
    spoken = ", ".join(rep.languages) or "no language on file"
    return f"speaks {spoken}; the lead asks for {' or '.join(lead.languages)}"


def deal_band(lead: Lead, rep: Rep) -> str:
    """Name the end of the band that is passed."""
    assert lead.deal_value is not None
    if rep.min_deal is not None and lead.deal_value < rep.min_deal:
        return f"takes deals from {rep.min_deal:,.2f}; this one is {lead.deal_value:,.2f}"
    return f"takes deals up to {rep.max_deal or 0:,.2f}; this one is {lead.deal_value:,.2f}"


def no_territory(territory: str | None, rep: Rep) -> str:
    """Name the lead's territory, the rep's, and the fit that is null where both meet."""
    own = {name_key(name): name for name in rep.territories}
    sells = ", ".join(name for key, name in own.items() if key != OVERLAY) or "no territory"
    if OVERLAY in own:
        sells = f"{sells} and everywhere (*)"
    if territory is None:
        return f"sells in {sells}; the lead lies in no territory"
    fit = "home" if name_key(territory) in own else "overlay" if OVERLAY in own else "outside"
    return (f"sells in {sells}; the lead lies in {territory!r}, and territory_fit.{fit} is null")


def away(rep: Rep, next_work: str | None, policy: Policy) -> str:
    """Say when the rep is next at work."""
    minutes = policy.response.longest_wait_minutes
    longest = f"the longest wait is {minutes:,g} minutes ({minutes / 1440:.3g} days)"
    if next_work is None:
        return f"has no working time in reach; {longest}"
    return f"is next at work at {next_work} ({rep.timezone or 'UTC'}); {longest}"


def unknown_hours(policy: Policy) -> str:
    """Say what the policy makes of missing hours."""
    mode = policy.response.unknown_hours.value
    return f"has no working_hours, which response.unknown_hours: {mode} takes for away"


def _level(level: float) -> str:
    return f"{ten_thousandths(level) / LEVEL_SCALE:g}"
