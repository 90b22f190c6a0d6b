"""Raw leads as a CRM exports them: nearly every phone and e-mail its own, the rest from pools."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

#: The instant that ages count to.
AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
HEADER = ("lead_id", "created_at", "deal_value", "score", "company", "domain", "street", "city",
          "country", "region", "postal_code", "industry", "employees", "first_name", "last_name",
          "title", "email", "phone", "languages", "source")
#: How people write a country, its region, its postal code, and its national numbers: ``N`` is a
#: digit from 2 to 9, ``X`` any.
_PLACES = (
    (("United States", "USA", "US", "U.S.A."), ("CA", "California", "NY", "Texas"), "94XXX",
     ("(415) NXX-XXXX", "212-NXX-XXXX", "+1 512 NXX XXXX")),
    (("United Kingdom", "UK", "Great Britain"), ("England", "Scotland"), "SW1A 1AA",
     ("07400 XXXXXX", "+44 7911 XXXXXX", "020 7946 XXXX")),
    (("Germany", "Deutschland", "DE"), ("Bayern", "Bavaria", "Berlin"), "80XXX",
     ("0151 2XXXXXXX", "+49 30 NXXXXXXX", "0049 151 2XXXXXXX")),
    (("France", "FR", "Frankreich"), ("Île-de-France", "Bretagne"), "75001",
     ("06 12 XX XX XX", "+33 6 2X XX XX XX")),
    (("Spain", "España", "ES"), ("Madrid", "Cataluña"), "28001",
     ("612 XXX XXX", "+34 6 1X XX XX XX")),
    (("India", "IN", "Bharat"), ("Maharashtra", "Karnataka"), "400001",
     ("98XXXXXXXX", "+91 98XXX XXXXX")),
    (("Japan", "JP", "日本"), ("Tokyo", "Osaka"), "100-0001",
     ("090-2XXX-XXXX", "+81 3 5XXX XXXX")),
    (("Brazil", "Brasil", "BR"), ("São Paulo", "SP"), "01310-100",
     ("(11) 9NXXX-XXXX", "+55 11 9NXXX XXXX")),
)
_SHARES = (40, 14, 12, 9, 7, 8, 5, 5)
_FIRST = ("Anna", "Ben", "Carla", "David", "Élise", "Farid", "Grace", "Hiro", "Ines", "João",
          "Kavya", "Liam", "Maria", "Noah", "Olga", "Paul", "Rosa", "Sven", "Tara", "Umar")
_LAST = ("Abe", "Brown", "Costa", "Dubois", "Evans", "Fischer", "García", "Hughes", "Ito", "Jones",
         "Kumar", "López", "Müller", "Novak", "Olsen", "Patel", "Rossi", "Smith", "Tanaka", "Weber")
_STEMS = ("North", "Blue", "Alpha", "Nova", "Delta", "Green", "Iron", "Solar", "Quant", "Terra")
_TRADES = ("Logistics", "Foods", "Systems", "Energy", "Media", "Health", "Works", "Data", "Tools")
_FORMS = ("Inc.", "GmbH", "Ltd", "LLC", "S.A.", "", "Co.", "AG")
_TITLES = ("VP Sales", "Head of IT", "CEO", "Marketing Manager", "Software Engineer", "CFO",
           "Einkaufsleiter", "Directeur général", "Sales Director", "Owner", "Data Analyst",
           "Procurement Lead", "Chief Technology Officer", "HR Manager", "Operations Specialist")
_INDUSTRIES = ("Software", "Manufacturing", "Retail", "Hospital & Health Care", "Banking",
               "Information Technology & Services", "Construction", "Insurance", "Education",
               "Logistics and Supply Chain", "Telecom", "Real Estate")
_SIZES = ("11-50", "51-200", "201-500", "1,001-5,000", "10000+", "35", "420")
_LANGUAGES = ("en", "English", "Deutsch", "es_ES", "fr", "Portuguese", "")
_SOURCES = ("Web", "Webinar", "Trade show", "Referral", "Ads")
_FREE = ("gmail.com", "outlook.com", "yahoo.com")
_DOMAINS = ("com", "de", "co.uk", "io", "net")


def raw_rows(num_rows: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield rows under :data:`HEADER`; the same for the same seed, in flat memory.

    One company in 2.5 leads, one address in five of a free provider, one cell in a hundred blank
    or a placeholder.
    """
    random = Random(seed)  # noqa: S311 - made-up data
    for number in range(num_rows):
        yield tuple("" if random.random() < 0.01 and name not in {"lead_id"} else cell
                    for name, cell in zip(HEADER, _row(random, number, num_rows, seed),
                                          strict=True))


def write_raw_leads(path: Path, num_rows: int, seed: int) -> None:
    """Write a CSV file of raw leads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(raw_rows(num_rows, seed))


def _row(random: Random, number: int, num_rows: int, seed: int) -> tuple[str, ...]:
    names, regions, postal, phones = random.choices(_PLACES, _SHARES)[0]
    firm = random.randrange(max(1, int(num_rows / 2.5)))
    stem = f"{_STEMS[firm % 10]} {_TRADES[firm // 10 % 9]} {seed}{firm // 90:05d}"
    domain = f"{stem.replace(' ', '').lower()}.{_DOMAINS[firm % 5]}"
    first, last = random.choice(_FIRST), random.choice(_LAST)
    mail = random.choice(_FREE) if random.random() < 0.2 else domain
    email = f"{_plain(first)}.{_plain(last)}{number}@{mail}"
    created = AT - timedelta(minutes=random.randrange(400_000))
    return (f"L{seed}-{number:07d}", created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            f"${random.randrange(1, 400) * 500:,}", str(random.randrange(100)),
            f"{stem} {_FORMS[firm % 8]}".strip(), f"https://www.{domain}/",
            f"{random.randrange(1, 400)} Main Street", "Springfield", random.choice(names),
            random.choice(regions), _digits(random, postal), random.choice(_INDUSTRIES),
            random.choice(_SIZES), first, last, random.choice(_TITLES),
            email if random.random() < 0.6 else email.lower(),
            _digits(random, random.choice(phones)), random.choice(_LANGUAGES),
            random.choice(_SOURCES))


def _plain(name: str) -> str:
    """Return a name as it stands in an address, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if sign.isascii())


def _digits(random: Random, pattern: str) -> str:
    return "".join(str(random.randrange(10)) if sign == "X" else
                   str(random.randrange(2, 10)) if sign == "N" else sign for sign in pattern)
