"""How postal codes look, per country.

Facts as the postal operators publish them in the addressing sheets of the Universal Postal Union
(upu.int, "Universal POST*CODE DataBase"): number of digits, letters, and where the blank or
hyphen stands. Countries without postal codes (AE, HK, QA, ...) are not listed.
"""

from __future__ import annotations

_FOUR = "AF AL AM AT AU BD BE BG CH CV CY DK ET GE GL GW HU LI LR LU MK MZ NE NF NO NZ PH PY SI " \
        "SJ TN VE ZA"
_FIVE = "AS BA BT CR CU DE DO DZ EE EG ES FI FR GF GP GT HN HR ID IQ IT JO KE KH KR KW LA LK " \
        "MA ME MM MQ MU MX MY NC NP PE PF PK PM RE RS SA SD SM SN TH TR TW UA UY VA VI WF XK YT ZM"
_SIX = "BY CN CO EC IN KG KZ MN NG PA PG RO RU SG TJ TM TT UZ VN"
_THREE = "FO IS LS MG OM"
_SEVEN = "CL IL"

#: Formats of each country: ``9`` a digit, ``a`` a letter, ``*`` either; capitals stand for
#: themselves.
POSTAL_FORMATS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_THREE.split(), ("999",)),
    **dict.fromkeys(_FOUR.split(), ("9999",)),
    **dict.fromkeys(_FIVE.split(), ("99999",)),
    **dict.fromkeys(_SIX.split(), ("999999",)),
    **dict.fromkeys(_SEVEN.split(), ("9999999",)),
    **dict.fromkeys(("US", "PR", "GU", "MP"), ("99999", "99999-9999")),
    **dict.fromkeys(("GB", "GG", "IM", "JE"),
                    ("a9 9aa", "a99 9aa", "a9a 9aa", "aa9 9aa", "aa99 9aa", "aa9a 9aa")),
    "AD": ("AD999",),
    "AR": ("9999", "a9999aaa"),
    "AX": ("99999",),
    "AZ": ("AZ9999",),
    "BB": ("BB99999",),
    "BM": ("aa 99", "aa aa"),
    "BN": ("aa9999",),
    "BR": ("99999-999",),
    "CA": ("a9a 9a9",),
    "CL": ("9999999", "999-9999"),
    "CZ": ("999 99",),
    "GR": ("999 99",),
    "HT": ("9999",),
    "IE": ("a99 ****", "a9a ****"),
    "IR": ("9999999999", "99999-99999"),
    "JP": ("999-9999",),
    "LB": ("9999", "9999 9999"),
    "LT": ("LT-99999",),
    "LV": ("LV-9999",),
    "MC": ("99999",),
    "MD": ("MD-9999",),
    "MT": ("aaa 9999",),
    "NI": ("99999",),
    "NL": ("9999 aa",),
    "PL": ("99-999",),
    "PT": ("9999-999",),
    "SE": ("999 99",),
    "SK": ("999 99",),
    "SV": ("9999",),
    "SZ": ("a999",),
    "TW": ("999", "99999", "999999"),
}

#: Countries whose codes begin with 0 somewhere: a spreadsheet loses that digit.
LEADING_ZERO = frozenset({"AU", "DE", "EE", "ES", "FI", "FR", "IT", "KR", "MX", "MY", "PR", "TR",
                          "US"})
