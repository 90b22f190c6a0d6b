"""Which clock a country or a state keeps, where several are kept.

Listed where about 19 of 20 people or more live by one clock: who keeps another one follows from
the time zone database (its comments name the places), how many they are from national censuses.
Where more than that live by other clocks (Ontario's north-west is 2 % and listed; Tennessee's
east is 40 %), nothing is listed and the zone stays unknown.
"""

from __future__ import annotations

#: Country to the zone of its mainland or its law.
COUNTRY_ZONES: dict[str, str] = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",       # one legal time; Xinjiang keeps a second one beside it
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}

#: ISO 3166-2 code to the zone of a part that differs from its country's, or of a whole state.
REGION_ZONES: dict[str, str] = {
    # United States: states with a corner in the next zone; the others come from package `us`.
    "US-FL": "America/New_York", "US-KS": "America/Chicago", "US-MI": "America/Detroit",
    "US-NV": "America/Los_Angeles", "US-OR": "America/Los_Angeles", "US-TX": "America/Chicago",
    "US-AK": "America/Anchorage",
    # Canada
    "CA-AB": "America/Edmonton", "CA-BC": "America/Vancouver", "CA-MB": "America/Winnipeg",
    "CA-NB": "America/Moncton", "CA-NL": "America/St_Johns", "CA-NS": "America/Halifax",
    "CA-NT": "America/Edmonton", "CA-ON": "America/Toronto", "CA-PE": "America/Halifax",
    "CA-QC": "America/Toronto", "CA-SK": "America/Regina", "CA-YT": "America/Whitehorse",
    # Australia
    "AU-ACT": "Australia/Sydney", "AU-NSW": "Australia/Sydney", "AU-NT": "Australia/Darwin",
    "AU-QLD": "Australia/Brisbane", "AU-SA": "Australia/Adelaide", "AU-TAS": "Australia/Hobart",
    "AU-VIC": "Australia/Melbourne", "AU-WA": "Australia/Perth",
    # Brazil
    "BR-AC": "America/Rio_Branco", "BR-AM": "America/Manaus", "BR-RR": "America/Boa_Vista",
    "BR-RO": "America/Porto_Velho", "BR-MT": "America/Cuiaba", "BR-MS": "America/Campo_Grande",
    "BR-PA": "America/Belem", "BR-AP": "America/Belem", "BR-TO": "America/Araguaina",
    **dict.fromkeys(("BR-MA", "BR-PI", "BR-CE", "BR-RN", "BR-PB"), "America/Fortaleza"),
    "BR-PE": "America/Recife", "BR-AL": "America/Maceio", "BR-SE": "America/Maceio",
    "BR-BA": "America/Bahia",
    **dict.fromkeys(("BR-DF", "BR-GO", "BR-MG", "BR-ES", "BR-RJ", "BR-SP", "BR-PR", "BR-SC",
                     "BR-RS"), "America/Sao_Paulo"),
    # Mexico: not Chihuahua, Coahuila, Nayarit and Tamaulipas, whose cities keep several.
    "MX-BCN": "America/Tijuana", "MX-BCS": "America/Mazatlan", "MX-SIN": "America/Mazatlan",
    "MX-SON": "America/Hermosillo", "MX-ROO": "America/Cancun", "MX-YUC": "America/Merida",
    "MX-CAM": "America/Merida", "MX-NLE": "America/Monterrey", "MX-DUR": "America/Monterrey",
    **dict.fromkeys(("MX-AGU", "MX-CHP", "MX-CMX", "MX-COL", "MX-GRO", "MX-GUA", "MX-HID",
                     "MX-JAL", "MX-MEX", "MX-MIC", "MX-MOR", "MX-OAX", "MX-PUE", "MX-QUE",
                     "MX-SLP", "MX-TAB", "MX-TLA", "MX-VER", "MX-ZAC"), "America/Mexico_City"),
    # Islands of Spain, Portugal, New Zealand, Chile and Ecuador
    "ES-CN": "Atlantic/Canary", "ES-GC": "Atlantic/Canary", "ES-TF": "Atlantic/Canary",
    "PT-20": "Atlantic/Azores", "PT-30": "Atlantic/Madeira", "NZ-CIT": "Pacific/Chatham",
    "CL-MA": "America/Punta_Arenas", "CL-AI": "America/Coyhaique", "EC-W": "Pacific/Galapagos",
}

#: Abbreviations and names that mean one clock to the people who write them, folded. The zones of
#: the time zone database called EST, MST and HST have no summer time; nobody means them.
ZONE_ABBREVIATIONS: dict[str, str] = {
    **dict.fromkeys(("pst", "pdt", "pt", "pacific", "us pacific", "pacific time"),
                    "America/Los_Angeles"),
    **dict.fromkeys(("mst", "mdt", "mt", "mountain", "us mountain", "mountain time"),
                    "America/Denver"),
    **dict.fromkeys(("cst", "cdt", "ct", "central", "us central", "central time"),
                    "America/Chicago"),
    **dict.fromkeys(("est", "edt", "et", "eastern", "us eastern", "eastern time"),
                    "America/New_York"),
    **dict.fromkeys(("akst", "akdt", "alaska", "alaska time"), "America/Anchorage"),
    **dict.fromkeys(("hst", "hawaii", "hawaii time"), "Pacific/Honolulu"),
    "cet": "CET", "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "msk": "Europe/Moscow",
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"), "awst": "Australia/Perth",
    **dict.fromkeys(("acst", "acdt"), "Australia/Adelaide"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"), "hkt": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore", "pht": "Asia/Manila", "brt": "America/Sao_Paulo",
    "z": "UTC", "utc": "UTC", "gmt": "GMT",
}
