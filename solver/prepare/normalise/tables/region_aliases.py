"""What people call states and provinces beside their ISO 3166-2 names.

English exonyms, names in common use that ISO spells in another transcription, and abbreviations.
Own list; the codes are those of ISO 3166-2 as `pycountry` has them.
"""

from __future__ import annotations

#: ISO 3166-2 code to names; compared folded.
REGION_ALIASES: dict[str, tuple[str, ...]] = {
    # North America
    "US-DC": ("Washington DC", "Washington D.C.", "D.C."), "US-VI": ("US Virgin Islands",),
    "CA-BC": ("B.C.",), "CA-NL": ("Newfoundland", "NFLD", "Labrador"), "CA-PE": ("P.E.I.", "PEI"),
    "CA-QC": ("Que.", "PQ"), "CA-ON": ("Ont.",), "CA-AB": ("Alta.",), "CA-MB": ("Man.",),
    "CA-SK": ("Sask.",), "CA-NT": ("NWT",),
    "MX-CMX": ("Mexico City", "CDMX", "Distrito Federal", "D.F."),
    "MX-MEX": ("State of Mexico", "Estado de México", "Edomex"), "MX-VER": ("Veracruz",),
    "MX-COA": ("Coahuila",), "MX-MIC": ("Michoacán",), "MX-BCN": ("Baja California Norte",),
    # Germany, Austria, Switzerland
    "DE-BY": ("Bavaria",), "DE-NW": ("North Rhine-Westphalia", "NRW"), "DE-HE": ("Hesse",),
    "DE-NI": ("Lower Saxony",), "DE-SN": ("Saxony",), "DE-ST": ("Saxony-Anhalt",),
    "DE-TH": ("Thuringia",), "DE-RP": ("Rhineland-Palatinate",),
    "DE-MV": ("Mecklenburg-Western Pomerania", "Mecklenburg-West Pomerania"),
    "DE-BW": ("Baden-Wurttemberg",), "DE-HB": ("Free Hanseatic City of Bremen",),
    "AT-9": ("Vienna",), "AT-3": ("Lower Austria",), "AT-4": ("Upper Austria",),
    "AT-6": ("Styria",), "AT-7": ("Tyrol",), "AT-2": ("Carinthia",),
    "CH-GE": ("Geneva",), "CH-ZH": ("Zurich",), "CH-LU": ("Lucerne",), "CH-BE": ("Berne",),
    "CH-BS": ("Basel-City", "Basle-City"), "CH-TI": ("Tessin",), "CH-GR": ("Grisons",),
    # Italy, Spain, Portugal
    "IT-25": ("Lombardy",), "IT-52": ("Tuscany",), "IT-21": ("Piedmont",), "IT-82": ("Sicily",),
    "IT-88": ("Sardinia",), "IT-75": ("Apulia",), "IT-62": ("Latium",),
    "IT-23": ("Aosta Valley",), "IT-32": ("South Tyrol", "Trentino-South Tyrol"),
    "IT-RM": ("Rome",), "IT-MI": ("Milan",), "IT-NA": ("Naples",), "IT-TO": ("Turin",),
    "IT-FI": ("Florence",), "IT-VE": ("Venice",), "IT-GE": ("Genoa",),
    "ES-AN": ("Andalusia",), "ES-CT": ("Catalonia",), "ES-PV": ("Basque Country", "Euskadi"),
    "ES-NC": ("Navarre",), "ES-CN": ("Canary Islands", "Canaries"), "ES-AR": ("Aragon",),
    "ES-IB": ("Balearic Islands",), "ES-CL": ("Castile and León",), "ES-SE": ("Seville",),
    "ES-CM": ("Castile-La Mancha",), "ES-VC": ("Valencian Community",),
    "ES-MD": ("Community of Madrid",), "ES-MC": ("Region of Murcia",), "ES-BI": ("Biscay",),
    "PT-11": ("Lisbon",), "PT-20": ("Azores",),
    # France, Belgium, Netherlands
    "FR-BRE": ("Brittany",), "FR-NOR": ("Normandy",), "FR-20R": ("Corsica",),
    "FR-BFC": ("Burgundy-Franche-Comté",), "FR-IDF": ("Ile de France", "Paris Region"),
    "FR-OCC": ("Occitania",), "FR-PAC": ("PACA",), "FR-75C": ("75",),
    "BE-VLG": ("Flanders", "Flemish Region", "Vlaanderen"),
    "BE-WAL": ("Wallonia", "Wallonie", "Walloon Region"),
    "BE-BRU": ("Brussels", "Bruxelles", "Brussel", "Brussels-Capital Region"),
    "BE-VAN": ("Antwerp",), "BE-VOV": ("East Flanders",), "BE-VWV": ("West Flanders",),
    "BE-VBR": ("Flemish Brabant",), "BE-WBR": ("Walloon Brabant",), "BE-WLG": ("Luik",),
    "NL-NH": ("North Holland",), "NL-ZH": ("South Holland",), "NL-NB": ("North Brabant",),
    "NL-FR": ("Friesland",), "NL-ZE": ("Zealand",),
    # North and east of Europe
    "DK-84": ("Capital Region of Denmark", "Copenhagen"), "DK-85": ("Region Zealand",),
    "DK-82": ("Central Jutland", "Central Denmark Region"), "DK-81": ("North Denmark Region",),
    "DK-83": ("Southern Denmark",), "SE-AB": ("Stockholm",), "SE-M": ("Scania",),
    "FI-18": ("Nyland", "Helsinki-Uusimaa"),
    "PL-14": ("Mazovia", "Masovia", "Masovian"), "PL-24": ("Silesia", "Silesian"),
    "PL-12": ("Lesser Poland",), "PL-30": ("Greater Poland",), "PL-02": ("Lower Silesia",),
    "PL-22": ("Pomerania",), "CZ-10": ("Prague", "Praha"), "CZ-20": ("Central Bohemia",),
    "CZ-64": ("South Moravia",), "HU-BU": ("Budapest City",), "RO-B": ("Bucharest",),
    "RU-MOW": ("Moscow",), "RU-SPE": ("Saint Petersburg",), "RU-MOS": ("Moscow Oblast",),
    "UA-30": ("Kiev",), "GR-I": ("Attica",), "IE-D": ("Co. Dublin",),
    "GB-LND": ("London", "Greater London"),
    # Asia and the Gulf
    "AE-DU": ("Dubai",), "AE-AZ": ("Abu Dhabi",), "AE-SH": ("Sharjah",), "AE-AJ": ("Ajman",),
    "AE-RK": ("Ras al Khaimah",), "AE-FU": ("Fujairah",), "SA-01": ("Riyadh",),
    "SA-02": ("Mecca", "Makkah"), "SA-03": ("Medina",), "SA-04": ("Eastern Province",),
    "IL-TA": ("Tel Aviv",), "IL-JM": ("Jerusalem",), "IL-HA": ("Haifa",),
    "EG-C": ("Cairo",), "EG-GZ": ("Giza",), "EG-ALX": ("Alexandria",),
    "IN-DL": ("New Delhi", "NCT of Delhi"), "IN-TN": ("Tamilnadu",), "IN-OD": ("Orissa", "OR"),
    "IN-UK": ("Uttaranchal", "UT"), "IN-TS": ("TG",), "IN-PY": ("Pondicherry",),
    "CN-BJ": ("Peking",), "CN-HK": ("Hong Kong",), "CN-NM": ("Inner Mongolia",),
    "CN-XZ": ("Tibet",), "CN-GX": ("Guangxi",), "CN-NX": ("Ningxia",), "CN-XJ": ("Xinjiang",),
    "KR-11": ("Seoul",), "KR-26": ("Busan", "Pusan"), "KR-41": ("Gyeonggi",),
    "KR-28": ("Incheon",), "KR-49": ("Jeju",),
    "ID-JK": ("Jakarta", "DKI Jakarta"), "ID-JB": ("West Java",), "ID-JI": ("East Java",),
    "ID-JT": ("Central Java",), "ID-BT": ("Banten Province",), "TH-10": ("Bangkok",),
    "VN-SG": ("Ho Chi Minh City", "HCMC", "Saigon"), "VN-HN": ("Hanoi",),
    "PH-00": ("Metro Manila", "NCR"), "MY-14": ("Kuala Lumpur",),
    # South of the equator
    "BR-DF": ("Federal District",), "AR-C": ("Buenos Aires City", "CABA", "Capital Federal"),
    "AR-B": ("Buenos Aires Province",), "CL-RM": ("Santiago", "Metropolitana"),
    "CO-DC": ("Bogotá", "Bogota DC"), "PE-LMA": ("Lima Metropolitana",),
    "ZA-KZN": ("KwaZulu Natal",), "ZA-GP": ("Gauteng Province",), "AU-TAS": ("Tassie",),
    "NZ-WGN": ("Wellington",),
}
