"""Markets: where leads come from and reps sell, each with its territory rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from solver.models import Territory

#: Median company size where a market says nothing else.
MEDIAN_EMPLOYEES = 120.0


class Place(NamedTuple):
    """Where a lead's company sits; ``#`` in the postal pattern stands for any digit."""

    country: str
    region: str | None
    postal: str
    timezone: str
    language: str = "English"


@dataclass(frozen=True)
class Market:
    """A territory as the generator sees it: its places, its people and its rules."""

    name: str
    area: str
    """Reps sell in further markets of the same area only."""
    share: float
    """Part of all leads and reps, before the markets of a window are scaled to 1."""
    timezone: str
    """Time zone of its reps."""
    office: str
    """City of its reps."""
    languages: tuple[str, ...]
    """Languages of its reps."""
    holidays: tuple[str, ...]
    """Holidays codes, each rep keeps one."""
    places: tuple[Place, ...]
    rules: tuple[Territory, ...]
    employees: float = MEDIAN_EMPLOYEES
    """Median company size."""
    industries: tuple[str, ...] = ()
    """The only industries of its leads; empty means all."""

    @property
    def is_enterprise(self) -> bool:
        """Whether its companies are mostly large."""
        return self.employees >= 1000


_US_EAST = (
    Place("US", "New York", "100##", "America/New_York"),
    Place("US", "Massachusetts", "021##", "America/New_York"),
    Place("US", "Florida", "331##", "America/New_York"),
    Place("US", "Georgia", "303##", "America/New_York"),
    Place("US", "Pennsylvania", "191##", "America/New_York"),
)
_US_WEST = (
    Place("US", "California", "941##", "America/Los_Angeles"),
    Place("US", "California", "900##", "America/Los_Angeles"),
    Place("US", "Washington", "981##", "America/Los_Angeles"),
    Place("US", "Oregon", "972##", "America/Los_Angeles"),
    Place("US", "Nevada", "891##", "America/Los_Angeles"),
)
_US_CENTRAL = (
    Place("US", "Illinois", "606##", "America/Chicago"),
    Place("US", "Texas", "787##", "America/Chicago"),
    Place("US", "Minnesota", "554##", "America/Chicago"),
    Place("US", "Missouri", "631##", "America/Chicago"),
)
_DACH = (
    Place("DE", "Berlin", "101##", "Europe/Berlin", "German"),
    Place("DE", "Bayern", "803##", "Europe/Berlin", "German"),
    Place("DE", "Sachsen", "010##", "Europe/Berlin", "German"),
    Place("AT", "Wien", "10##", "Europe/Vienna", "German"),
    Place("CH", "Zürich", "80##", "Europe/Zurich", "German"),
)
_UK_IRELAND = (
    Place("GB", "England", "SW1A #AA", "Europe/London"),
    Place("GB", "Scotland", "EH1 #BB", "Europe/London"),
    Place("IE", "Dublin", "D02 X##5", "Europe/Dublin"),
)
_FRANCE_BENELUX = (
    Place("FR", "Île-de-France", "750##", "Europe/Paris", "French"),
    Place("BE", "Bruxelles", "10##", "Europe/Brussels", "French"),
    Place("NL", "Noord-Holland", "10## AB", "Europe/Amsterdam", "Dutch"),
)
_NORDICS = (
    Place("SE", "Stockholm", "111 ##", "Europe/Stockholm", "Swedish"),
    Place("NO", "Oslo", "01##", "Europe/Oslo", "Norwegian"),
    Place("DK", "Hovedstaden", "10##", "Europe/Copenhagen", "Danish"),
)
_CANADA = (
    Place("CA", "Ontario", "M5V #A#", "America/Toronto"),
    Place("CA", "British Columbia", "V6B #A#", "America/Vancouver"),
    Place("CA", "Québec", "H2Y #A#", "America/Toronto", "French"),
)
_ANZ = (
    Place("AU", "New South Wales", "20##", "Australia/Sydney"),
    Place("AU", "Victoria", "30##", "Australia/Melbourne"),
    Place("NZ", "Auckland", "10##", "Pacific/Auckland"),
)
_INDIA = (
    Place("IN", "Karnataka", "5600##", "Asia/Kolkata"),
    Place("IN", "Maharashtra", "4000##", "Asia/Kolkata"),
)
#: Countries where nobody sells: leads without a territory.
ELSEWHERE = (
    Place("BR", "São Paulo", "010##-000", "America/Sao_Paulo", "Portuguese"),
    Place("JP", "Tokyo", "100-00##", "Asia/Tokyo", "Japanese"),
    Place("ZA", "Gauteng", "20##", "Africa/Johannesburg"),
)


def _regions(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.region for place in places if place.region))


def _us_rules(name: str, places: tuple[Place, ...], prefixes: tuple[str, ...]
              ) -> tuple[Territory, ...]:
    return (Territory(name=name, countries=("US",), regions=_regions(places)),
            Territory(name=name, countries=("US",), postal_prefixes=prefixes))


#: In the order in which an organisation opens them as it grows.
MARKETS = (
    Market("US East", "AMER", 0.34, "America/New_York", "New York", ("English",), ("US",),
           _US_EAST, _us_rules("US East", _US_EAST, ("0", "1", "2", "3"))),
    Market("US West", "AMER", 0.24, "America/Los_Angeles", "San Francisco", ("English",),
           ("US", "US-CA"), _US_WEST, _us_rules("US West", _US_WEST, ("8", "9"))),
    Market("DACH", "EMEA", 0.18, "Europe/Berlin", "Berlin", ("German", "English"),
           ("DE-BE", "DE-BE", "DE-BY", "DE-SN"), _DACH,
           (Territory(name="DACH", countries=("DE", "AT", "CH")),)),
    Market("US Enterprise", "AMER", 0.15, "America/New_York", "New York", ("English",), ("US",),
           _US_EAST + _US_WEST,
           (Territory(name="US Enterprise", countries=("US",), employees=(1000, None)),
            Territory(name="US Enterprise", countries=("US",), employees=(500, None),
                      industries=("Banking", "Insurance"))),
           employees=2500.0),
    Market("UK & Ireland", "EMEA", 0.13, "Europe/London", "London", ("English",),
           ("GB-ENG", "GB-SCT"), _UK_IRELAND,
           (Territory(name="UK & Ireland", countries=("GB", "IE")),)),
    Market("US Central", "AMER", 0.12, "America/Chicago", "Chicago", ("English",), ("US",),
           _US_CENTRAL, _us_rules("US Central", _US_CENTRAL, ("4", "5", "6", "7"))),
    Market("France & Benelux", "EMEA", 0.10, "Europe/Paris", "Paris",
           ("French", "Dutch", "English"), ("FR", "BE", "NL"), _FRANCE_BENELUX,
           (Territory(name="France & Benelux", countries=("FR", "BE", "NL", "LU")),)),
    Market("Nordics", "EMEA", 0.08, "Europe/Stockholm", "Stockholm",
           ("Swedish", "Norwegian", "Danish", "English"), ("SE", "NO", "DK"), _NORDICS,
           (Territory(name="Nordics", countries=("SE", "NO", "DK", "FI")),)),
    Market("Canada", "AMER", 0.07, "America/Toronto", "Toronto", ("English", "French"),
           ("CA-ON",), _CANADA, (Territory(name="Canada", countries=("CA",)),)),
    Market("US Health", "AMER", 0.06, "America/New_York", "Boston", ("English",), ("US-MA",),
           _US_EAST + _US_CENTRAL,
           (Territory(name="US Health", countries=("US",), employees=(100, None),
                      industries=("Healthcare", "Biotechnology")),),
           industries=("Healthcare", "Biotechnology")),
    Market("Australia & NZ", "APAC", 0.05, "Australia/Sydney", "Sydney", ("English",),
           ("AU-NSW",), _ANZ, (Territory(name="Australia & NZ", countries=("AU", "NZ")),)),
    Market("India", "APAC", 0.04, "Asia/Kolkata", "Bengaluru", ("English", "Hindi"),
           ("IN-KA",), _INDIA, (Territory(name="India", countries=("IN",)),)),
)


def open_markets(num_reps: int) -> tuple[Market, ...]:
    """Return the markets of an organisation of this size: 4 at 25 reps, 12 at 1,000."""
    wanted = round(4 * (num_reps / 25) ** 0.3)
    return MARKETS[: max(1, min(wanted, num_reps, len(MARKETS)))]
