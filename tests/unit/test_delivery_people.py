"""Which addresses of people are taken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.delivery.addresses import TargetError
from api.delivery.outcomes import Failed
from api.delivery.people import notify
from api.delivery.people_addresses import (
    DEFAULT_SCHEMES,
    KNOWN_SCHEMES,
    PeopleRules,
    check_address,
    mail_address,
    service,
)

HIDDEN = "TIiajkdnlazkcOXrIdevi7FQ"
PUBLIC = PeopleRules(schemes=KNOWN_SCHEMES, resolver=lambda _host, _port: ("8.8.8.8",))
INWARDS = PeopleRules(schemes=KNOWN_SCHEMES, resolver=lambda _host, _port: ("10.0.0.1",))
DEFAULT = PeopleRules(resolver=lambda _host, _port: ("8.8.8.8",))
TEAMS = "https://prod-1.westeurope.logic.azure.com:443/workflows/643e69f83c8944"
GOOD = [
    "mailto://ana:s3cret@mail.example",
    "mailtos://ana:s3cret@acme.example?smtp=mail.acme.example&from=leads@acme.example&mode=ssl",
    f"slack://T1JJ3T3L2/A1BRTD4JD/{HIDDEN}/#leads",
    f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{HIDDEN}",
    f"discord://4174216298/{HIDDEN}",
    f"https://discord.com/api/webhooks/4174216298/{HIDDEN}",
    f"https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token={HIDDEN}",
    f"{TEAMS}/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ft&sv=1.0&sig={HIDDEN}",
]


@pytest.mark.parametrize("url", GOOD)
def test_mail_and_the_usual_chats_are_taken(url: str) -> None:
    """As Apprise writes them, and as the chats show their webhooks."""
    check_address(url, DEFAULT)


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "exec://ls", "syslog://", "dbus://", "windows://", f"json://h/{HIDDEN}",
    f"ntfy://{HIDDEN}", f"https://ntfy.sh/{HIDDEN}", f"http://h/{HIDDEN}", HIDDEN, "", "://",
    "slack://", "mailto://", "mailto://[::1", "slack://a/b", "https://", "apprise://h/token",
    f"slack://T1JJ3T3L2/A1BRTD4JD/{HIDDEN}/{'x' * 2048}",
])
def test_other_services_and_broken_addresses_are_refused(url: str) -> None:
    """Above all those that run, write or show something on our side; nothing secret is said."""
    with pytest.raises(TargetError) as caught:
        check_address(url, DEFAULT)
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize(("url", "parameter"), [
    (f"slack://T1JJ3T3L2/A1BRTD4JD/{HIDDEN}?template=/etc/passwd", "template"),
    (f"discord://4174216298/{HIDDEN}?TEMPLATE=file:///etc/passwd", "template"),
    ("mailto://ana:s3cret@mail.example?pgppub=/etc/passwd", "pgppub"),
    ("mailto://ana:s3cret@mail.example?wkd=yes", "wkd"),
    ("mailtos://ana:s3cret@mail.example?verify=no", "verify"),
    ("mailtos://ana:s3cret@mail.example?rto=999999", "rto"),
    ("mailtos://ana:s3cret@mail.example?retry=9&wait=99", "retry"),
    ("mailto://ana:s3cret@mail.example?%2BBcc=x@evil.example", "+bcc"),
    (f"{TEAMS}/triggers/manual/paths/invoke?sig={HIDDEN}&template=/etc/passwd", "template"),
    ("json://h/?redirect=yes", "redirect"),
    ("json://h/?-x=y", "-x"),
])
def test_parameters_that_do_more_than_address_are_refused(url: str, parameter: str) -> None:
    """Reading files, fetching URLs, unchecked certificates, further headers, other time limits."""
    with pytest.raises(TargetError, match=rf"parameter '{parameter.replace('+', '[+]')}'"):
        check_address(url, PUBLIC)


@pytest.mark.parametrize("url", [
    "mailto://ana:s3cret@mail.example", "mailtos://a:b@gmail.com?smtp=mail.inside.example",
    "json://h/x", "jsons://h/x", f"mmosts://h/3ccdd113474722377935511fc85d3dd4?to={HIDDEN}",
    f"{TEAMS}/triggers/manual/paths/invoke?api-version=1&sig={HIDDEN}"])
def test_hosts_in_private_networks_are_refused(url: str) -> None:
    """The server that would be connected is judged, not the domain that stands in the URL."""
    with pytest.raises(TargetError, match="private network"):
        check_address(url, INWARDS)
    check_address(url, PUBLIC)


@pytest.mark.parametrize("host", ["evil.example", "logic.azure.com.evil.example",
                                  "xlogic.azure.com"])
def test_teams_hosts_are_microsofts(host: str) -> None:
    """Whoever names the host could let it turn inwards before Apprise asks for it again."""
    url = f"workflow://{host}/643e69f83c8944/{HIDDEN}/"
    with pytest.raises(TargetError, match=r"must end with one of [.]logic[.]azure[.]com"):
        check_address(url, DEFAULT)
    check_address(url, PeopleRules(allow_private=True, resolver=DEFAULT.resolver))


def test_mail_without_tls_goes_to_the_address_that_was_judged() -> None:
    """No certificate would say that it is another's; with TLS the name is needed for that."""
    for url, host in (("mailto://ana:s3cret@mail.example", "8.8.8.8"),
                      ("mailto://ana:s3cret@mail.example?mode=starttls", "mail.example"),
                      ("mailtos://ana:s3cret@mail.example", "mail.example")):
        assert service(url, DEFAULT).made.smtp_host == host


def test_the_server_of_mail_is_what_is_judged() -> None:
    """Apprise knows the servers of mail providers by the domain."""
    asked = []
    rules = PeopleRules(resolver=lambda host, _port: asked.append(host) or ("8.8.8.8",))
    check_address("mailtos://ana:s3cret@gmail.com", rules)
    assert asked == ["smtp.gmail.com"]


def test_only_known_schemes_can_be_allowed() -> None:
    """A setting cannot open what nobody thought through."""
    assert set(DEFAULT_SCHEMES) <= set(KNOWN_SCHEMES)
    assert not {"file", "exec", "syslog", "dbus", "apprise"} & set(KNOWN_SCHEMES)
    with pytest.raises(ValueError, match="'exec' cannot be allowed"):
        PeopleRules(schemes=("exec",))


@given(st.sampled_from([*KNOWN_SCHEMES, "https"]), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_address_breaks_the_check(scheme: str, rest: str) -> None:
    """Whatever stands in it, it is taken or refused."""
    try:
        way = service(f"{scheme}://{rest}", PUBLIC)
    except TargetError:
        return
    assert way.kind in KNOWN_SCHEMES
    assert way.made.verify_certificate
    assert not way.made.redirects


def test_a_refused_address_is_a_failure_not_a_crash() -> None:
    """The relay goes on with the next message."""
    outcome = notify(f"exec://{HIDDEN}", "t", "b", DEFAULT)
    assert isinstance(outcome, Failed)
    assert HIDDEN not in outcome.cause


def test_mail_to_a_rep_goes_through_the_organisations_server() -> None:
    """One recipient and no other, whatever the address is made of."""
    url = mail_address("mailtos://u:p@acme.example?from=leads@acme.example", "ana+eu@us.example")
    assert service(url, DEFAULT).made.targets == [(False, "ana+eu@us.example")]


@pytest.mark.parametrize("recipient", ["", "ana", "a@us.example,b@us.example",
                                       "a@us.example?bcc=x@evil.example", "a@us.example&cc=b@x.org",
                                       "a@us.example\nBcc: x@evil.example", "Ana <a@us.example>"])
def test_what_is_not_one_address_is_refused(recipient: str) -> None:
    """Nobody is smuggled in."""
    with pytest.raises(TargetError, match="recipient"):
        mail_address("mailtos://u:p@acme.example", recipient)


@pytest.mark.parametrize("sender", ["slack://a/b/c", "mailto://u:p@acme.example/x@y.example",
                                    "mailto://u:p@acme.example?to=x@y.example",
                                    "mailto://u:p@acme.example?from=a@b.example&BCC=x@y.example"])
def test_a_sender_of_mail_names_no_recipient(sender: str) -> None:
    """Or that one would get every rep's mail."""
    with pytest.raises(TargetError, match="without recipients"):
        mail_address(sender, "ana@us.example")
