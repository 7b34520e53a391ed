"""Words typed by hand, in Markdown or in a text: which may stand on a page.

Only letters and marks of the two languages, no number in digits or in words, and of Markdown only
the kinds that prose needs.

What cannot be told: “one” and “two” (`một`, `hai`), “both”, “twice” of two events, a lone “V”, and
`năm` (five, or year) are words of ordinary sentences, and so are the phrases of `_ORDINARY`. A
number spelt letter by letter, or in Sino-Vietnamese words (`nhị`, `tam`), is not read as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate
from typing import Any

import mistune

Token = Mapping[str, Any]

# ------------------------------------------------------------------------------ letters and numbers

_MARKS = frozenset(" \n\u00a0.,;:!?'\"()/&+=→–—‘’“”…×÷−-đĐ")
# Phrases of ordinary sentences that hold a number word.
_ORDINARY = re.compile(
    r"\b(?:first half|second half|half up|third day|three months|five years|four reforms"
    r"|nửa (?:đầu|cuối|tháng|thì)|ngày thứ ba|ba tháng|năm năm|bốn đợt|điểm phần trăm"
    r"|tháng (?:ba|tư|năm|sáu|bảy|tám|chín|mười(?: một| hai)?)|t[ỷỉ] (?:lệ|trọng|suất))\b",
    re.IGNORECASE,
)
_UNITS = "three|four|five|six|seven|eight|nine|ten"
_TENS = "(?:twen|thir|for|four|fif|six|seven|eigh|nine)t(?:y|ies|een|eens)"
_ENGLISH = (
    rf"(?:{_UNITS}|eleven|twelve|{_TENS}|zero|(?:two|{_UNITS}|hundred)fold|trio|quartet"
    r"|(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)(?:s|ths?)?"
    r"|(?:third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|\w+(?:teen|tie)th)s?"
    r"|hal(?:f|ves|ved?|ving)|(?:doubl|trebl|tripl|quadrupl)\w+|twice (?:as|the|that|its)"
    r"|per ?cents?)"
)
_VIETNAMESE = (
    r"(?:ba|bốn|sáu|bảy|tám|chín|mười|mươi|mốt|lăm|nhăm|trăm|nghìn|ngàn|vạn|triệu|t[ỷỉ]|chục|rưỡi"
    r"|nửa|(?:một|hai) tá|(?:gấp|nhân) (?:đôi|hai|mấy)|phần (?:hai|tư|năm)|hai tư|năm phần"
    r"|nghin|muoi|trieu)"
)
_NUMBER = re.compile(rf"[0-9][0-9.,]*|\b(?i:{_ENGLISH}|{_VIETNAMESE})\b")
_ROMAN = re.compile(
    r"\b(?=[IVXLCDM]{2})M*(?:CM|CD|D?C*)(?:XC|XL|L?X*)(?:IX|IV|V?I*)\b|\b(?i:[ivx]{3,})\b"
)
# “thréé”: an accent must not hide an English number; but Vietnamese “tên” is not “ten”.
_UNACCENTED = re.compile(rf"\b(?!ten\b){_ENGLISH}\b", re.IGNORECASE)


def names(labels: Iterable[str]) -> re.Pattern[str]:
    """What finds a listed name, the longest first, where it is not part of a longer number."""
    longest = sorted({label for label in labels if label}, key=len, reverse=True)
    return re.compile(rf"(?<![\w.,])(?:{'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w|[.,]\d)")


def wrong(words: str, named: re.Pattern[str], five_of: re.Pattern[str]) -> Iterator[str]:
    """What no page may show of words typed by hand; names are taken out of them first.

    `five_of` finds `năm` before something that is counted.
    """
    for mark in sorted({mark for mark in words if not _allowed(mark)}):
        name = unicodedata.name(mark, "a control character")
        yield f"holds U+{ord(mark):04X} ({name}), which is no letter or mark of a page"
    left = _ORDINARY.sub(" ", re.sub("[ \u00a0]+", " ", named.sub(" ", words)))
    plain = "".join(c for c in unicodedata.normalize("NFD", left) if not unicodedata.combining(c))
    searched = (each.search(left) for each in (_NUMBER, _ROMAN, five_of))
    if number := next(filter(None, (*searched, _UNACCENTED.search(plain))), None):
        yield (
            f"holds a number typed by hand ({number[0]}): put a Quantity or Period in its place, "
            "or list the name it belongs to in data/names.csv"
        )


@cache
def _allowed(mark: str) -> bool:
    """A letter of either language (whole, without loose accents), a digit, or a mark of prose."""
    parts = unicodedata.normalize("NFD", mark)
    letter = parts[0].isascii() and parts[0].isalpha()
    return mark in _MARKS or (letter and (len(parts) > 1 or mark.isascii())) or mark in "0123456789"


# ----------------------------------------------------------------------------------------- Markdown

_INSIDE = {
    "list": {"list_item"},
    "list_item": {"block_text", "paragraph", "list", "blank_line"},
    "table": {"table_head", "table_body"},
    "table_head": {"table_cell"},
    "table_body": {"table_row"},
    "table_row": {"table_cell"},
}
_BLOCKS = {"heading", "paragraph", "list", "table", "blank_line"}
_INLINE = {"text", "emphasis", "strong", "link", "inline_html", "softbreak", "linebreak"}
_LINK = re.compile(
    r"#[a-z0-9-]+|(?:\.\./(?:vi|en)/)?[a-z0-9-]+\.html(?:#[a-z0-9-]+)?|https://[^\s@]+"
)
# The one piece of raw HTML that Markdown may hold: words in Vietnamese on an English page.
FOREIGN = {"<i lang='vi'>": 1, '<i lang="vi">': 1, "</i>": -1}
_MARKDOWN = mistune.create_markdown(renderer="ast", plugins=["table"])


def parsed(source: str) -> list[dict[str, Any]]:
    """Markdown as the page will read it."""
    tokens = _MARKDOWN(source)
    assert isinstance(tokens, list)
    return tokens


def unlisted(tokens: Iterable[Token], allowed: Iterable[str] = _BLOCKS) -> Iterator[str]:
    """What of Markdown no page may show: anything that is not on the list of allowed kinds."""
    for token in tokens:
        kind, attributes = token["type"], token.get("attrs", {})
        if kind not in allowed:
            shown = spoken(token)[:40].strip()
            yield f"holds {kind.replace('_', ' ')} “{shown}”, which Markdown of a page may not"
            continue
        if kind == "link" and (attributes.get("title") or not _LINK.fullmatch(attributes["url"])):
            yield f"links to “{attributes['url']}”; a link is #anchor, page.html or https, untitled"
        if kind == "list" and attributes.get("start", 1) != 1:
            yield f"numbers a list from {attributes['start']}"
        if kind == "inline_html" and token["raw"] not in FOREIGN:
            yield f"holds HTML “{token['raw'][:40]}”; only <i lang='vi'>…</i> may stand in Markdown"
        children = token.get("children", [])
        depths = list(accumulate(FOREIGN.get(each.get("raw", ""), 0) for each in children))
        if depths and (depths[-1] or min(depths) < 0):
            yield "opens <i lang='vi'> without closing it in the same place"
        yield from unlisted(children, _INSIDE.get(kind, _INLINE))


def passages(tokens: Iterable[Token]) -> Iterator[str]:
    """The words of each paragraph, heading or cell, whatever markup divides them."""
    for token in tokens:
        if token["type"] in _INSIDE:
            yield from passages(token.get("children", []))
        else:
            yield spoken(token)


def spoken(token: Token) -> str:
    """The words of a token without markup."""
    if token["type"] in {"softbreak", "linebreak"}:
        return " "
    if token["type"] == "inline_html":
        return ""
    return str(token.get("raw", "")) + "".join(map(spoken, token.get("children", [])))


def outline(tokens: Iterable[Token]) -> list[str]:
    """What follows what: headings with their level, paragraphs, lists, tables."""
    kinds = ((each["type"], each.get("attrs", {}).get("level", "")) for each in tokens)
    return [f"{kind}{level}" for kind, level in kinds if kind != "blank_line"]
