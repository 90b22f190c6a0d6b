"""Scoring: what speaks for and against two records being one, in bits, and the confidence.

After Fellegi and Sunter (1969): each thing compared adds ``log2(m / u)``, where m is how often it
is found of two records of one person or company and u how often of two others; what is blank on
either side adds nothing. With the prior b (log-odds, in bits, that a pair which shares a key is
one),

    confidence = 1 / (1 + 2 ** -(b + sum of weights))

so three bits more make it eight times likelier. The weights are judged, not learnt; how they fare
on labelled pairs stands in ``benchmarks/RESULTS.md``. Things that go together (the domain and the
name of one company) are capped together, because they are not independent.

A person: two people of one company are not one lead, however much of the company agrees, so the
prior is lower and names weigh more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.prepare.match.similarity import Floats, Mask, Pairs

_Knots = tuple[tuple[float, ...], tuple[float, ...]]

_PERSON_PRIOR, _COMPANY_PRIOR = -8.0, -6.0
#: Likeness to bits, straight lines between.
_PERSON_NAME: _Knots = ((0.75, 0.85, 0.90, 0.95, 1.0), (-8.0, -3.0, 2.0, 5.0, 8.0))
_SAME_NAME, _OTHER_ALIAS = 5.0, -1.0
_MAILBOX: _Knots = ((0.60, 0.80, 0.90), (-4.0, -1.0, 3.0))
_LEAD_COMPANY: _Knots = ((0.50, 0.75, 0.90, 1.0), (-4.0, 0.0, 3.0, 5.0))
_ACCOUNT_NAME: _Knots = ((0.50, 0.75, 0.85, 1.0), (-4.0, 0.0, 4.0, 8.0))
#: Most bits of domain and company name together, for two leads.
_MOST_OF_COMPANY = 7.0
#: An account's name that no other account has says more.
_ONLY_OF_NAME = 2.0
_SAME_STREET = 0.85
#: Bits of a domain that a lead and an account have in common; less is a brand's.
SAME_DOMAIN = 10.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The weights of pairs."""

    kinds: tuple[str, ...]
    """What was compared; the columns of the weights."""
    weights: Floats
    """(P, K) bits; 0 where nothing was found or either side is blank."""
    prior: float
    """Bits."""

    @property
    def confidence(self) -> Floats:
        """(P,) between 0 and 1."""
        return np.asarray(1 / (1 + np.exp2(-(self.prior + self.weights.sum(axis=1)))))


def score_people(pairs: Pairs) -> Scores:
    """Score pairs of leads: whether they are one person at one company."""
    name, domain = _person(pairs), _domains(pairs, same=5.0, brand=4.0, other=-4.0)
    company = _scale(pairs.alike("name"), _LEAD_COMPANY)
    company = np.where(domain > 0, np.clip(company, -2.0, _MOST_OF_COMPANY - domain), company)
    own, office = pairs.same("own_email"), pairs.same("email") & ~pairs.same("own_email")
    return _scores(_PERSON_PRIOR, {
        "email": np.select([own, office], [14.0, 3.0], 0.0),
        "mailbox": _mailbox(pairs, name),
        "person": name,
        "phone": _either(pairs, "phone", 6.0, -0.5),
        "domain": np.where(own, 0.0, domain),  # the address says it already
        "company": company,
        "country": _either(pairs, "country", 0.5, -3.0),
        "address": _address(pairs, postal=1.0, street=2.0, city=0.5),
    })


def score_companies(pairs: Pairs, only_of_name: npt.NDArray[np.bool_]) -> Scores:
    """Score pairs of a lead and an account: whether it is the lead's company.

    Parameters
    ----------
    pairs
        Leads left, accounts right.
    only_of_name
        (accounts,) whether no other account has the same name.
    """
    domain = _domains(pairs, same=SAME_DOMAIN, brand=6.0, other=-5.0)
    same_domain = domain >= SAME_DOMAIN
    alike = pairs.alike("name")
    name = _scale(alike, _ACCOUNT_NAME)
    name += np.where((alike == 1.0) & only_of_name[pairs.right], _ONLY_OF_NAME, 0.0)
    country = _either(pairs, "country", 2.0, -3.0)
    return _scores(_COMPANY_PRIOR, {
        "domain": domain,
        "company": np.where(same_domain, np.maximum(name, -2.0), name),
        "phone": _either(pairs, "phone", 6.0, 0.0),
        "country": np.where(same_domain, np.maximum(country, -1.0), country),
        "address": _address(pairs, postal=2.0, street=2.0, city=1.0),
    })


def _scores(prior: float, weights: dict[str, Floats]) -> Scores:
    return Scores(tuple(weights), np.column_stack(list(weights.values())), prior)


def _scale(alike: Floats, knots: _Knots) -> Floats:
    """Return bits; 0 where there is nothing to compare."""
    return np.asarray(np.where(np.isnan(alike), 0.0, np.interp(alike, *knots)))


def _either(pairs: Pairs, name: str, same: float, other: float) -> Floats:
    return np.select([pairs.same(name), pairs.both(name)], [same, other], 0.0)


def _domains(pairs: Pairs, *, same: float, brand: float, other: float) -> Floats:
    """Weigh domains: one in common, the same name before the suffix, or two of companies.

    The company's name stands in for a domain that is not known; where both have a name, that is
    weighed by itself, and a domain named after the other's name speaks neither for nor against.
    """
    names = ("web", "mail")
    share = _any([pairs.same(name, on_right) for name in names for on_right in names])
    named = pairs.same("brand", "squeezed") | pairs.same("squeezed", "brand")
    return np.select([share, pairs.same("brand"), named & ~pairs.both("name"), named,
                      pairs.both("brand")], [same, brand, brand, 0.0, other], 0.0)


def _any(masks: list[Mask]) -> Mask:
    return np.asarray(np.logical_or.reduce(masks))


def _person(pairs: Pairs) -> Floats:
    """Weigh first and last name, the less alike of both; swapped names are as good.

    Where one side has one name only, the better of its comparisons counts half.
    """
    straight, swapped = ([pairs.alike_names(name, other) for name, other in both] for both in (
        (("first", "first"), ("last", "last")), (("first", "last"), ("last", "first"))))
    whole = np.fmax(np.minimum(*straight), np.minimum(*swapped))
    part = np.fmax.reduce([*straight, *swapped])
    bits = _scale(part, _PERSON_NAME)
    return np.asarray(np.where(np.isnan(whole), np.where(bits > 0, bits / 2, bits),
                               _scale(whole, _PERSON_NAME)))


def _mailbox(pairs: Pairs, name: Floats) -> Floats:
    """Weigh two addresses that differ: at one domain by how alike, else where names are unknown.

    A person of one name at one domain has several addresses more often than a double there.
    """
    differ = pairs.both("email") & ~pairs.same("email")
    one_domain = differ & pairs.same("mail")
    bits = _scale(pairs.alike("mailbox", among=one_domain), _MAILBOX)
    bits = np.where(name >= _SAME_NAME, np.maximum(bits, _OTHER_ALIAS), bits)
    elsewhere = differ & ~one_domain & pairs.same("mailbox") & (name == 0)
    return np.asarray(np.where(elsewhere, 4.0, bits))


def _address(pairs: Pairs, *, postal: float, street: float, city: float) -> Floats:
    """Weigh postal code or else city, and the street where one of these is the same."""
    same_postal, same_city = pairs.same("postal"), pairs.same("city")
    there = same_postal | same_city
    same_street = pairs.alike("street", among=there) >= _SAME_STREET
    return np.asarray(np.select([same_postal, same_city], [postal, city], 0.0)
                      + np.where(same_street, street, 0.0))
