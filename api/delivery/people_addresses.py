"""Which addresses of people are taken: Apprise URLs, of few kinds, with few parameters.

Apprise knows well over a hundred services, some of which run programs, write files or show windows,
and parameters that read files, fetch URLs or switch off the check of certificates. Only what is
named here passes; what Apprise itself read from the URL is what is checked, so that no second
parser can be played off against it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from apprise import Apprise, AppriseAsset
from apprise.plugins import url_to_dict
from email_validator import EmailNotValidError, validate_email

from api.delivery.addresses import MAX_URL, Resolver, TargetError, allowed_addresses, resolve

_MAIL = frozenset({"from", "name", "smtp", "mode", "reply", "to", "cc", "bcc", "format"})
#: Scheme to the parameters that its URLs may have. Those of Teams' own URLs are among Workflows'.
_PARAMETERS = {
    "mailto": _MAIL,
    "mailtos": _MAIL,
    "slack": frozenset({"mode", "to", "footer", "image", "blocks"}),
    "workflow": frozenset({"id", "sig", "sv", "sp", "api-version", "ver", "pa", "powerautomate",
                           "route", "routeid", "wrap", "image", "signature", "workflow"}),
    "discord": frozenset({"thread", "footer", "image", "avatar"}),
    "gchat": frozenset({"workspace", "key", "token", "thread", "threadkey", "thread_key"}),
    "mmost": frozenset({"to", "channel", "channels", "team", "botname", "mode", "image"}),
    "json": frozenset({"method", "format"}),
}
_PARAMETERS |= {"workflows": _PARAMETERS["workflow"], "mmosts": _PARAMETERS["mmost"],
                "jsons": _PARAMETERS["json"]}
#: Services whose host stands in Apprise, not in the URL.
_FIXED_HOST = frozenset({"slack", "discord", "gchat"})
#: Domains of Teams' workflows: nobody else names their hosts, so that none can turn inwards between
#: our look at it and Apprise's.
_OF_TEAMS = (".logic.azure.com", ".logic.azure.us", ".logic.azure.cn", ".powerplatform.com",
             ".powerplatform.microsoft.us")
#: URLs as Slack, Teams, Discord and Google show them.
_NATIVE = "https"

#: All schemes that a setting may allow.
KNOWN_SCHEMES = tuple(sorted(_PARAMETERS))
#: Those that are allowed unless a setting says otherwise.
DEFAULT_SCHEMES = ("discord", "gchat", "mailto", "mailtos", "slack", "workflow", "workflows")


@dataclass(frozen=True)
class PeopleRules:
    """Which addresses of people are taken, and how long a message may take."""

    schemes: Sequence[str] = DEFAULT_SCHEMES
    """Schemes of Apprise URLs."""
    allow_private: bool = False
    """Whether hosts in private networks are allowed: a mail relay of one's own."""
    connect_seconds: float = 3.0
    """Time to resolve the host's name, and time to connect."""
    total_seconds: float = 15.0
    """Time after which a message counts as not delivered."""
    resolver: Resolver = field(default=resolve, repr=False)
    """Resolves names."""

    def __post_init__(self) -> None:
        if unknown := [scheme for scheme in self.schemes if scheme not in _PARAMETERS]:
            raise ValueError(f"scheme {unknown[0]!r} cannot be allowed; known are "
                             f"{', '.join(KNOWN_SCHEMES)}")


def check_address(url: str, rules: PeopleRules) -> None:
    """Check that messages may go to an address of people.

    Parameters
    ----------
    url
        An Apprise URL; it is never shown, because it may hold a password or a token.
    rules
        What is allowed.

    Raises
    ------
    TargetError
        If they may not.
    """
    service(url, rules)


@dataclass(frozen=True)
class Service:
    """Apprise's way to an address that passed the rules."""

    kind: str
    """Scheme of the address: the only part that may be shown."""
    made: Any = field(repr=False)
    """What Apprise made of it."""


def service(url: str, rules: PeopleRules) -> Service:
    """Return the way to an address that passes the rules.

    Parameters and errors are those of :func:`check_address`.
    """
    _silence()
    scheme = url.partition("://")[0].lower()[:20]
    if len(url) > MAX_URL or scheme not in {*rules.schemes, _NATIVE}:
        raise TargetError(f"an address of people must be at most {MAX_URL:,} characters and begin "
                          f"with one of {', '.join(f'{name}://' for name in sorted(rules.schemes))}"
                          ", or be the webhook URL of a chat as the chat shows it")
    read = url_to_dict(url)
    found = str(read["schema"]).lower() if read else ""
    if read is None or found not in rules.schemes:
        raise TargetError(f"the {scheme} address is not of the form that it must have, or not of "
                          "an allowed service; compare it with Apprise's manual")
    if extra := sorted(set(read.get("qsd", {})) - _PARAMETERS[found]):
        raise TargetError(f"parameter {extra[0][:40]!r} of the {found} address is not allowed; "
                          f"leave it out. Allowed are {', '.join(sorted(_PARAMETERS[found]))}")
    made = Apprise.instantiate(read, asset=_asset(rules))
    if made is None:
        raise TargetError(f"the {found} address lacks a part; compare it with Apprise's manual")
    if found not in _FIXED_HOST:
        # smtp_host: the server of mail, which may differ from the domain that stands in the URL.
        host = getattr(made, "smtp_host", None) or made.host
        if not rules.allow_private and _PARAMETERS[found] is _PARAMETERS["workflow"] \
                and not host.lower().rstrip(".").endswith(_OF_TEAMS):
            raise TargetError(f"the host of a {found} address must end with one of "
                              f"{', '.join(_OF_TEAMS)}; for another, allow private networks in "
                              "the settings")
        addresses = allowed_addresses(host, made.port or 443, rules.allow_private,
                                      resolver=rules.resolver, timeout=rules.connect_seconds)
        if not rules.allow_private and getattr(made, "secure_mode", None) == "insecure":
            # No certificate says who answers: Apprise must not ask for the name again.
            made.smtp_host = addresses[0]
    made.socket_connect_timeout = rules.connect_seconds
    made.socket_read_timeout = rules.total_seconds
    return Service(found, made)


def _asset(rules: PeopleRules) -> AppriseAsset:
    return AppriseAsset(
        app_id="Fairlead", app_desc="Fairlead", app_url="", image_url_mask="", image_url_logo="",
        http_redirects=False, async_mode=False, storage_mode="memory", secure_logging=True,
        service_timeout=rules.total_seconds)


def _silence() -> None:
    """Keep addresses and tokens out of the logs: both libraries write URLs."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def mail_address(sender: str, recipient: str) -> str:
    """Return the address that sends mail to one person through an organisation's mail server.

    Parameters
    ----------
    sender
        ``mailtos://user:password@server?from=leads@acme.example``, without recipient.
    recipient
        One e-mail address.

    Raises
    ------
    TargetError
        If the sender is not such a URL or names a recipient, or the recipient is not one e-mail
        address.
    """
    base, _, query = sender.partition("?")
    names = {part.partition("=")[0].lower() for part in query.split("&")}
    scheme, _, rest = base.partition("://")
    if scheme.lower() not in ("mailto", "mailtos") or names & {"to", "cc", "bcc"} \
            or rest.partition("/")[2]:
        raise TargetError("the sender of mail must be a mailto:// or mailtos:// address without "
                          "recipients")
    try:
        plain = validate_email(recipient, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise TargetError("the recipient is not an e-mail address; correct the rep's 'email'") \
            from None
    return f"{base.rstrip('/')}/?{query}{'&' if query else ''}to={quote(plain.normalized, safe='')}"
