"""The messages to people as they are unless an organisation writes its own, and what they name."""

from __future__ import annotations

from dataclasses import dataclass

_LEAD = ("{{ lead }}{% if company %}, {{ company }}{% if country %} ({{ country }}){% endif %},"
         "{% endif %}")
_WHY = "{% if why %}: {{ why }}{% else %}.{% endif %}"
_REASON = "{% if reason %}: {{ reason }}{% else %}.{% endif %}"
_LINK = "{% if link %} {{ link }}{% endif %}"


@dataclass(frozen=True)
class Template:
    """Title and body of a message, in the language of Jinja; see :mod:`api.delivery.templates`."""

    title: str
    body: str


#: What messages about a lead may name; what is not known is empty.
_LEAD_NAMES = frozenset({"lead", "company", "country", "owner", "previous_owner", "why", "reason",
                         "queue", "waited", "accept_by", "contact_by", "returns", "link"})
_REP_NAMES = frozenset({"rep", "reason", "until", "link"})
_RATE_NAMES = frozenset({"rate", "group", "value", "usual_low", "usual_high", "link"})
_TARGET_NAMES = frozenset({"target", "cause", "attempts", "link"})

#: Kind of message to its texts.
TEXTS = {
    "assigned": Template(
        "{{ lead }} is yours",
        f"{_LEAD} is yours{_WHY}{{% if accept_by %}} Accept by {{{{ accept_by }}}}.{{% endif %}}"
        f"{{% if contact_by %}} Make contact by {{{{ contact_by }}}}.{{% endif %}}{_LINK}"),
    "updated": Template(
        "{{ lead }} has changed",
        f"{_LEAD} is yours and has changed{_REASON}{_LINK}"),
    "taken": Template(
        "{{ lead }} is no longer yours",
        f"{_LEAD} is no longer yours{_REASON}{{% if owner %}} It went to {{{{ owner }}}}."
        f"{{% endif %}}{_LINK}"),
    "returned": Template(
        "{{ lead }} went back",
        f"{_LEAD} went back to the queue{_REASON}{_LINK}"),
    "excluded": Template(
        "{{ lead }} will not come back to you",
        f"{_LEAD} will not be offered to you again{_REASON}{_LINK}"),
    "queued": Template(
        "{{ lead }} waits in {{ queue }}",
        f"{_LEAD} waits in the queue {{{{ queue }}}}{_REASON}{_LINK}"),
    "aged": Template(
        "{{ lead }} needs you",
        f"{_LEAD} has no owner{{% if waited %}} after {{{{ waited }}}}{{% endif %}}{_REASON} "
        f"It is in your queue now.{_LINK}"),
    "given_up": Template(
        "{{ lead }} needs you",
        f"{_LEAD} came back{{% if returns %}} {{{{ returns }}}} times{{% endif %}}{_REASON} "
        f"It is in your queue now.{_LINK}"),
    "paused": Template(
        "{{ rep }} gets no leads for now",
        f"{{{{ rep }}}} is paused{{% if until %}} until {{{{ until }}}}{{% endif %}}{_REASON}"
        f"{_LINK}"),
    "rate_alert": Template(
        "{{ rate }} left its usual range",
        "{{ rate }}{% if group %} of {{ group }}{% endif %} is {{ value }}; usual is "
        f"{{{{ usual_low }}}} to {{{{ usual_high }}}}.{_LINK}"),
    "target_disabled": Template(
        "Webhook {{ target }} is switched off",
        "The webhook {{ target }} gets no more messages{% if attempts %} after {{ attempts }} "
        f"attempts{{% endif %}}{{% if cause %}}: {{{{ cause }}}}{{% else %}}.{{% endif %}}{_LINK}"),
}

#: Kind of message to the names that its texts may use.
NAMES = {**dict.fromkeys(TEXTS, _LEAD_NAMES), "paused": _REP_NAMES, "rate_alert": _RATE_NAMES,
         "target_disabled": _TARGET_NAMES}
