"""Company names: what is shown, and the key by which two spellings of one company compare.

Legal forms are our own list of those that CRM exports carry most often. The authority for more
is ISO 20275, *Entity Legal Forms* (ELF), whose code list GLEIF publishes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.outcome import CACHED
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.plain_text import tidy, words

#: Legal forms as they stand when dots, blanks and accents are gone: ``Sp. z o.o.`` is ``spzoo``.
_LEGAL_FORMS = frozenset(re.findall(r"\w+", """
    co company corp corporation inc incorporated limited llc llp lllp lp ltd plc pllc uc ulc clg
    dac cic cio limitedliabilitycompany publiclimitedcompany unlimited
    pty pte pvt proprietary bhd sdn sdnbhd opc
    ag gmbh mbh ggmbh gesmbh ug ughaftungsbeschrankt haftungsbeschrankt ohg kg kgaa gbr partg
    partgmbb aktiengesellschaft gesellschaftmitbeschrankterhaftung
    sa sarl sas sasu eurl scs snc scop selarl sprl bvba srl srls sapa scrl asbl vzw
    societeanonyme limitee ltee senc
    sl slu sll sau slne sociedadlimitada sociedadanonima
    sadecv sabdecv sapidecv srldecv sderldecv
    ltda limitada eireli saic saci saica sac eirl lda unipessoallda
    bv nv vof cvba
    ab aktiebolag hb as asa aps ivs amba oy oyj osakeyhtio ehf hf
    spzoo spolkazograniczonaodpowiedzialnoscia spolkaakcyjna spk spj sro spolsro zrt kft nyrt
    doo dooel eood ood ead uab sia ou
    jsc pjsc ojsc cjsc ooo oao zao pao ооо оао зао пао ао тов пат прат αε επε ικε
    ltdsti anonimsirketi limitedsirketi
    kk kabushikikaisha kabushikigaisha gk godokaisha yk yugenkaisha tbk
    fze fzco fzc dmcc wll bsc saog saoc qsc
"""))
#: Ordinary words or names in small letters; legal forms only as written here: Lotus Spa is no
#: S.p.A., and De Vos no v.o.s.
_WRITTEN_FORMS = re.compile(
    r"(?<=[\w.)])[\s,]+(?:S\.\s?[pP]\.\s?[aA]\.?|s\.\s?p\.\s?a\.?|S[pP]A|S\.?E\.?|e\.\s?V\.?"
    r"|e\.\s?K\.?|e\.\s?G\.?|e[VKG]|E\.\s?V\.|A\.\s?[DSCE]\.|P\.\s?[CA]\.|L\.\s?C\.|C\.\s?C\."
    r"|d\.\s?d\.|a\.\s?[ds]\.|v\.\s?o\.\s?s\.|M\.\s?E\.|T\.\s?A\.\s?Ş\.|A\.\s?Ş\.|Bt\.|E\.\s?P\.\s?E\."
    r"|I\.\s?K\.\s?E\.)$")
#: Forms that stand in front of the name.
_FRONT_FORMS = frozenset(("ооо", "оао", "зао", "пао", "ао", "тов", "ooo", "oao", "zao", "pao",
                          "sarl", "eurl", "gmbh"))
_EAST_ASIAN = (r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|\(株\)|\(有\)|\(同\)"
               r"|股份有限公司|有限责任公司|有限責任公司|有限公司|주식회사|유한회사|\(주\)|\(유\)")
_EAST_ASIAN_ENDS = re.compile(rf"^(?:(?:{_EAST_ASIAN})\s*)+|(?:\s*(?:{_EAST_ASIAN}))+$")
_WIDE_BRACKETS = str.maketrans({"（": "(", "）": ")", "㈱": "(株)", "㈲": "(有)", "㈜": "(주)"})
_MARKS = re.compile(r"[™®©℠]|\((?:tm|r|c)\)", re.IGNORECASE)
_PLUS = re.compile(r"(?<=\s)\+(?=\s)")
_AND_WORDS = frozenset(("and", "und", "et"))
_MAX_FORM_WORDS = 5


@lru_cache(maxsize=CACHED)
def normalise_company(text: str) -> Cell:
    """Return a company name as it is safe to show; only damage is mended.

    Case, legal form and punctuation stay as the source wrote them: :func:`company_key` is for
    comparing. A name of signs only, or a placeholder such as ``N/A``, counts as blank.
    """
    name, rule = tidy(text)
    if not name or is_placeholder(name):
        return Cell(None, "placeholder" if text.strip() else None)
    return Cell(name, rule)


@lru_cache(maxsize=CACHED)
def company_key(text: str) -> str:
    """Return the key of a company name: equal for spellings of one name.

    Without case, accents, punctuation, a leading ``the``, and the legal forms at the end (for
    some countries in front); ``&`` and ``and`` are one. A name that is nothing but these keeps
    its last word. Empty only for a text that shows nothing; the key of a key is the key.
    """
    shown, _ = tidy(text)
    key, before = shown, None
    while key != before:  # what one pass uncovers, such as a form before a sign, the next removes
        key, before = _shorter(key), key
    return key


def _shorter(shown: str) -> str:
    """Return the name after one pass."""
    name = _MARKS.sub(" ", shown.translate(_WIDE_BRACKETS)).strip()
    name = _cut_ends(name, _EAST_ASIAN_ENDS)
    name = _cut_ends(name, _WRITTEN_FORMS)
    name_words = _merge_initials([_one_and(word) for word in words(_PLUS.sub(" and ", name))])
    key = unicodedata.normalize("NFC", " ".join(_without_forms(name_words)))
    return key or " ".join(shown.casefold().split())


def _cut_ends(name: str, pattern: re.Pattern[str]) -> str:
    """Return the name without what the pattern finds, unless that is all there is."""
    shorter = pattern.sub("", name).strip()
    return shorter if words(shorter) else name


def _one_and(word: str) -> str:
    return "and" if word in _AND_WORDS else word


def _merge_initials(name_words: list[str]) -> list[str]:
    """Return the words with runs of single letters made one: ``J. P.`` and ``JP`` are one."""
    merged: list[str] = []
    in_run = False
    for word in name_words:
        initial = len(word) == 1 and word.lower() != word.upper()
        if initial and in_run:
            merged[-1] += word
        else:
            merged.append(word)
        in_run = initial
    return merged


def _without_forms(name_words: list[str]) -> list[str]:
    """Return the words without ``the``, ``and`` at the ends, and legal forms; at least one."""
    kept = list(name_words)
    before: list[str] = []
    while kept != before:
        before = list(kept)
        if len(kept) > 1 and kept[0] in {"the", "and"}:
            del kept[0]
        if len(kept) > 1 and kept[-1] in {"the", "and"}:
            del kept[-1]
        _drop_last_form(kept)
        if len(kept) > 1 and kept[0] in _FRONT_FORMS:
            del kept[0]
    return kept


def _drop_last_form(kept: list[str]) -> None:
    """Drop the longest legal form at the end, in one to five words, unless it is all there is."""
    for count in range(min(_MAX_FORM_WORDS, len(kept) - 1), 0, -1):
        if "".join(kept[-count:]) in _LEGAL_FORMS:
            del kept[-count:]
            return
