"""For the gate: which words typed by hand, and which Markdown, may stand on a page.

Allowed are letters and marks of the two languages, no number in digits or in words, and of Markdown
the kinds that prose needs.

Not noticed: “one” and “two” (`một`, `hai`), “both”, “twice” of two events, a lone “V”, and `năm`
(five, or year), which are words of ordinary sentences, and the phrases of `_ORDINARY`; a number
spelt letter by letter, with strange accents or none, or in Sino-Vietnamese words (`nhị`, `tam`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import mistune

from analysis.numbers.wording import any_of

Token = Mapping[str, Any]

# ------------------------------------------------------------------------------ letters and numbers

LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_FOREIGN = re.compile(
    rf"[^a-zA-Z0-9{LETTERS}{LETTERS.upper()} \n\u00a0.,;:!?'\"()/&+=→–—‘’“”…×÷−-]"
)
# Phrases of ordinary sentences that hold a number word.
_ORDINARY = re.compile(
    r"\b(?:first half|second half|half up|three months|five years"
    r"|six months|sáu tháng|nửa (?:đầu|cuối|tháng|thì)|ba tháng|năm năm"
    r"|chín muồi|điểm phần trăm"
    r"|tháng (?:ba|tư|năm|sáu|bảy|tám|chín|mười(?: một| hai)?)|t[ỷỉ] (?:lệ|trọng|suất))\b",
    re.IGNORECASE,
)
_UNITS = "three|four|five|six|seven|eight|nine|ten"
_TENS = "(?:twen|thir|for|four|fif|six|seven|eigh|nine)t(?:y|ies|een|eens)"
_ENGLISH = (
    rf"{_UNITS}|eleven(?:th)?|twelve\w*|{_TENS}|zero(?:e?s)?|nought|naught|nil|umpteen"
    rf"|(?:two|{_UNITS}|{_TENS}|hundred|thousand|million)fold|(?:two|three|four|five)some|duo|trio|quartet|quintet|octet|thrice|myriads?"
    r"|(?:a|two|three|four) ?score|(?:tens|a couple|a gross|a decade|scores) of|per mille"
    r"|by a factor of"
    r"|(?:hundred|thousand|million|milliard|billion|trillion|quadrillion|dozen|lakh|crore)"
    r"(?:s|ths?)?"
    r"|(?:third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|\w+(?:teen|tie)th)s?"
    r"|hal(?:f|ves|ved?|ving)|(?:doubl|trebl|tripl|(?:quadr|quint|sext|sept|oct|dec|cent)upl)\w+"
    r"|(?:twice|two times) (?:as|the|that|its)"
    r"|per ?cents?"
)
_VIETNAMESE = (
    r"ba|bốn|sáu|bảy|tám|chín|mười|mươi|mốt|lăm|nhăm|trăm|nghìn|ngàn|vạn|triệu|t[ỷỉ]|chục|rưỡi"
    r"|nửa|(?:một|hai) tá|(?:gấp|nhân) (?:đôi|hai|mấy)|phần (?:hai|tư|năm)|hai tư|năm phần"
    r"|dăm|hăm|băm|bẩy|m[uư][oơòờ]i|(?:một|hai) (?:cặp|lố)|gấp bội|nghin|muoi|trieu"
)
_NUMBER = re.compile(
    rf"[0-9][0-9.,]*|\b(?i:{_ENGLISH}|{_VIETNAMESE}|[ivx]{{3,}})\b"
    r"|\b(?=[lI]*O)(?=O*[lI])[lIO]{2,}\b"  # letters that look like 1 and 0
    r"|\b(?=[IVXLCDM]{2,}\b)M*(?:CM|CD|D?C*)(?:XC|XL|L?X*)(?:IX|IV|V?I*)(?<=[IVXLCDM])\b"
)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-–—’'](?=[^\W\d_])")


_TYPE = "Type letters and marks of Vietnamese and English alone."
_REWORD = (
    'Reword, or bind the number: {known["…"]} in an f-string.\n'
    "A name that holds a number is listed in data/names.csv."
)


class Allowed:
    """What words typed by hand may hold: the names listed, and no other number.

    `counted` are the Vietnamese nouns before which `năm` is a number.
    """

    def __init__(self, names: Iterable[str], counted: Iterable[str]) -> None:
        self._names = re.compile(rf"(?<![\w.,]){any_of(names)}(?!\w|[.,]\d)")
        self._five_of = re.compile(rf"\bnăm {any_of(counted)}\b")

    def wrong(self, words: str) -> Iterator[str]:
        """What is wrong with some words, names left out: what was found, and below it the cure."""
        unnamed = self._names.sub(" ", words)
        for mark in sorted(set(_FOREIGN.findall(unnamed))):
            name = unicodedata.name(mark, "a control character")
            yield f"“{short(words)}” holds U+{ord(mark):04X} ({name})\n{_TYPE}"
        left = _ORDINARY.sub(" ", re.sub("[ \u00a0]+", " ", unnamed))
        joined = _HYPHEN.sub("", left)  # fi-ve
        numbers = (_NUMBER.search(left), _NUMBER.search(joined), self._five_of.search(left))
        if number := next(filter(None, numbers), None):
            yield f"“{short(words)}” holds a number typed by hand: {number[0]}\n{_REWORD}"


def short(words: str) -> str:
    """Some words as a message quotes them."""
    readable = re.sub(r"[\x00-\x1f]", "…", words).strip()
    return readable if len(readable) <= 60 else f"{readable[:59]}…"


# ----------------------------------------------------------------------------------------- Markdown

_WORDS = frozenset({"heading", "paragraph", "block_text", "table_cell"})  # what holds words
_AROUND = frozenset({"list", "list_item", "table", "table_head", "table_body", "table_row"})
_INSIDE = frozenset({"text", "emphasis", "strong", "link", "softbreak", "linebreak", "blank_line"})
_LINK = re.compile(
    r"#[a-z0-9-]+|(?:\.\./(?:vi|en)/)?[a-z0-9-]+\.html(?:#[a-z0-9-]+)?|https://[^\s@]+"
)
# The one piece of raw HTML that Markdown may hold: words in Vietnamese on an English page.
FOREIGN = frozenset({"<i lang='vi'>", '<i lang="vi">', "</i>"})
_FOREIGN_WORDS = re.compile(r"<i lang=(?:'vi'|\"vi\")>([\w ,-]*)</i>")
_MARKDOWN = mistune.create_markdown(renderer="ast", plugins=["table"])


def parsed(source: str) -> list[Token]:
    """Every token of Markdown in reading order, as the page will read it."""
    tokens = _MARKDOWN(_FOREIGN_WORDS.sub(r"\1", source))
    assert isinstance(tokens, list)
    return list(_flat(tokens))


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.get("children", []))


def unlisted(tokens: Iterable[Token]) -> Iterator[str]:
    """Everything in Markdown that is not on the lists of allowed kinds, and below it the cure."""
    for token in tokens:
        kind, attributes = token["type"], token.get("attrs", {})
        if kind not in _WORDS | _AROUND | _INSIDE:
            what = f"{kind.replace('_', ' ')} “{short(spoken(token))}” may not stand on a page"
            yield f"{what}\nUse headings, paragraphs, lists, tables, links and emphasis alone."
        if kind == "link" and (attributes.get("title") or not _LINK.fullmatch(attributes["url"])):
            what = f"links to “{attributes['url']}”"
            yield f"{what}\nA link leads to #anchor, page.html or https://…, and has no title."
        if attributes.get("start", 1) != 1:
            yield f"numbers a list from {attributes['start']}\nBegin with 1."


def spoken(token: Token) -> str:
    """The words of a token without markup."""
    if token["type"] in {"softbreak", "linebreak"}:
        return " "
    return str(token.get("raw", "")) + "".join(map(spoken, token.get("children", [])))


def passages(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """What follows what: each heading (`heading1` …), paragraph, list item and cell, its words."""
    for token in tokens:
        if token["type"] in _WORDS:
            yield f"{token['type']}{token.get('attrs', {}).get('level', '')}", spoken(token)
