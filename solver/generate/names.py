"""Invented names: people, their job titles and their companies."""

from __future__ import annotations

import re
import unicodedata

FIRST_NAMES = (
    "Aisha", "Amara", "Ana", "Anders", "Anjali", "Ben", "Bruno", "Camila", "Carmen", "Chen",
    "Chioma", "Claire", "Daniel", "Diego", "Elena", "Emeka", "Emma", "Farah", "Felix", "Fiona",
    "Grace", "Hana", "Hassan", "Ines", "Isaac", "Ivan", "Jasmin", "Jonas", "José", "Kai", "Katrin",
    "Kwame", "Lars", "Leila", "Liam", "Lin", "Lucia", "Malik", "Marek", "Maya", "Mei", "Miguel",
    "Mira", "Nadia", "Nia", "Noah", "Olga", "Omar", "Paula", "Priya", "Rafael", "Ravi", "Rosa",
    "Samira", "Sara", "Sofia", "Tariq", "Tomas", "Yuki", "Zoë",
)
FAMILY_NAMES = (
    "Abara", "Adler", "Ahmed", "Almeida", "Andersen", "Banerjee", "Becker", "Bello", "Bianchi",
    "Brandt", "Carter", "Castillo", "Chang", "Costa", "Delgado", "Diallo", "Dubois", "Eriksen",
    "Farouk", "Fischer", "Fontaine", "Garcia", "Hayashi", "Herrera", "Hoffmann", "Ibrahim",
    "Iyer", "Jansen", "Kapoor", "Keller", "Kim", "Kovacs", "Larsen", "Lindqvist", "Lopez",
    "Mbeki", "Mendez", "Morgan", "Moreau", "Müller", "Murphy", "Nakamura", "Ndiaye", "Nguyen",
    "Novak", "Okafor", "Olsen", "Park", "Patel", "Petrov", "Quinn", "Rossi", "Saito", "Schmidt",
    "Silva", "Singh", "Tanaka", "Torres", "Walker", "Weber",
)
TITLES = (
    "Chief Executive", "Chief Operating Officer", "Head of IT", "Head of Sales", "IT Manager",
    "Operations Manager", "Owner", "Procurement Lead", "Product Manager", "Security Officer",
    "VP Finance", "VP Marketing",
)
#: First words of company names; the second comes from the industry.
COMPANY_PREFIXES = (
    "Alderbrook", "Amberfield", "Ashgrove", "Bellwether", "Birchline", "Bluehollow", "Brackenridge",
    "Brightwater", "Cedarpoint", "Cinderford", "Clearharbor", "Copperleaf", "Coralbay", "Crestmoor",
    "Dovetail", "Driftwood", "Eastmere", "Elmstead", "Emberline", "Fairhaven", "Fernhill",
    "Foxglove", "Glenrock", "Goldcrest", "Granitevale", "Greywick", "Harborlight", "Hawthorne Row",
    "Hazelmoor", "Highfen", "Ironbark", "Juniper Hill", "Kestrel Point", "Kingsmarsh", "Larkfield",
    "Lindenwald", "Longmeadow", "Maplecross", "Marigold", "Midwinter", "Moonstone", "Mossbank",
    "Northgate", "Oakhurst", "Otterburn", "Pebblecreek", "Pinecrest", "Quarrystone", "Ravensworth",
    "Redfern", "Riverbend", "Rosewarne", "Saltmarsh", "Sandpiper", "Silverbrook", "Skylark",
    "Snowberry", "Stonebridge", "Summerfold", "Sunfield", "Swiftwater", "Thistledown", "Thornbury",
    "Tidewater", "Umberton", "Valebrook", "Violet Ridge", "Wagtail", "Westerly", "Whitethorn",
    "Wildrose", "Willowmere", "Windermoor", "Winterbourne", "Wolfden", "Wrenfield", "Yarrow",
    "Yellowwood", "Zephyr Lane", "Zinnia",
)


def mailbox(text: str) -> str:
    """Return text as the part of an e-mail address or domain: plain letters and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def email(first: str, family: str, domain: str) -> str:
    """Return the address ``first.family@domain``."""
    return f"{mailbox(first)}.{mailbox(family)}@{domain}"
