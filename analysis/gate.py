"""The closed world: no finished page leaves the build with a numeral that is not accounted for.

Each page is read as a reader meets it, text and attributes alike. A numeral must be a Quantity of the run
shown in the form of the page's language, a date in `<time>` that agrees with its machine form, or part of a
listed name; chart text must repeat the data of its own chart. The gate knows nothing of how pages are made:
it reads HTML and the record of the run, and parses numbers by rules of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

VOID = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "path",
    "use",
    "rect",
    "circle",
}
BLOCKS = {"p", "li", "tr", "dd", "dt", "caption", "h1", "h2", "h3", "h4", "summary", "title"}
SPOKEN = {"alt", "aria-label", "aria-description", "title", "placeholder"}
_DIGIT = re.compile(r"\d")
_SCALES = {"nghìn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "thousand": 3, "million": 6, "billion": 9}


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Read:
    """A page as read: the numbers bound in it, by block, and the text where numerals stand free."""

    numbers: list[tuple[str, str, str, str]] = field(default_factory=list)
    blocks: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    drawn: list[tuple[str, str]] = field(default_factory=list)
    charts: dict[str, set[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self.stack: list[_Element] = []
        self.block: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        for name in SPOKEN & attributes.keys():
            self.read.spoken.append(attributes[name])
        if tag == "meta" and attributes.get("name") in {"description", "title"}:
            self.read.spoken.append(attributes.get("content", ""))
        if tag in BLOCKS:
            self._close_block()
        if tag not in VOID:
            self.stack.append(_Element(tag, attributes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self.stack):
            return
        while self.stack:
            element = self.stack.pop()
            self._ended(element)
            if element.tag == tag:
                break
        if tag in BLOCKS:
            self._close_block()

    def handle_data(self, data: str) -> None:
        for element in self.stack:
            element.text += data
        tags = {element.tag for element in self.stack}
        if tags & {"style", "script"}:
            return
        if "svg" in tags:
            if _DIGIT.search(data):
                chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), "")
                self.read.drawn.append((chart, data.strip()))
            return
        if _DIGIT.search(data) and not self._accounted():
            # Inside <main> a name must be marked as one; the frame around it may name other reports plainly.
            (self.read.loose if "main" in tags else self.read.around).append(data)

    def _accounted(self) -> bool:
        return any(
            element.tag in {"data", "time", "cite"} or "name" in element.attributes.get("class", "").split()
            for element in self.stack
        )

    def _ended(self, element: _Element) -> None:
        if element.tag == "data":
            language = next((e.attributes["lang"] for e in reversed(self.stack) if "lang" in e.attributes), "")
            value, ids = element.attributes.get("value", ""), element.attributes.get("data-figures", "")
            self.read.numbers.append((value, element.text, ids, language))
            self.block.append((value, ids))
            chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), None)
            if chart is not None:
                self.read.charts.setdefault(chart, set()).add(element.text)
        elif element.tag == "time":
            self.read.times.append((element.text, element.attributes.get("datetime", "")))
            chart = next((e.attributes.get("id", "") for e in self.stack if e.tag == "figure"), None)
            if chart is not None:
                self.read.charts.setdefault(chart, set()).add(element.text)
        elif (element.tag == "cite" or "name" in element.attributes.get("class", "").split()) and _DIGIT.search(element.text):
            self.read.names.append(element.text)

    def _close_block(self) -> None:
        if self.block:
            self.read.blocks.append(tuple(sorted(self.block)))
            self.block = []


def read(page: str) -> Read:
    """A page as read: what is bound, what is marked, and what stands free."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader._close_block()
    return reader.read


def refusals(page: str, record: dict[str, Any], allowed: Iterable[str] = (), until: str = "") -> list[str]:
    """Why the page may not be published, one line a numeral; empty where every numeral is accounted for.

    `allowed` are names beyond those of the record that may hold digits (labels of names.csv, the edition's id);
    `until` is the last day that the site knows, which its frame may show.
    """
    found = read(page)
    shown = {(q["value"], q["shown"], " ".join(q["figures"])) for q in record["quantities"]}
    days = {until, *(iso for _, iso in record["days"])}
    names = {*record["names"], *allowed}
    marks = {chart["id"]: set(chart.get("marks", ())) for chart in record["charts"]}
    wrong = [f"“{_around(text)}” holds a number that is no Quantity: {_first(text)}" for text in found.loose]
    for value, text, ids, language in found.numbers:
        if (value, text, ids) not in shown:
            wrong.append(f"“{text}” ({ids or 'no figure'}) is not a Quantity that this run showed")
        elif not says(text, language or record["language"], value):
            wrong.append(f"“{text}” is not how {language or record['language']} writes {value}")
    for text, iso in found.times:
        if not _agrees(text, iso):
            wrong.append(f"“{text}” is not the date {iso}")
        elif iso not in days:
            wrong.append(f"“{text}” ({iso}) is no date of this run's data")
    wrong += [f"“{text}” is marked as a name, but no list holds it" for text in found.names if text.strip() not in names]
    everything = {text for _, text, _ in shown} | names | {words for words, _ in record["days"]}
    for text in [*found.spoken, *found.around]:
        if left := _left(text, everything):
            wrong.append(f"“{_around(text)}” (outside the main text) holds a number that is no Quantity: {left}")
    for chart, text in found.drawn:
        if left := _left(text, found.charts.get(chart, set()) | names | marks.get(chart, set())):
            wrong.append(f"chart {chart.removeprefix('chart-')}: “{text}” is drawn, but {left} is not in its data")
    return list(dict.fromkeys(wrong))


def unlike(page: str, other: str) -> str:
    """What the pages of one report in two languages do not share: the first block whose numbers differ; or nothing."""
    first, second = read(page).blocks, read(other).blocks
    for number, (a, b) in enumerate(_pairs(first, second), start=1):
        if a != b:
            only = [f"{value} ({ids})" for value, ids in {*a} ^ {*b}]
            odd = ", ".join(only[:4]) or "another count"
            return f"passage {number} with numbers does not carry the same ones in both languages: {odd}"
    return ""


def _pairs(a: list[Any], b: list[Any]) -> Iterator[tuple[Any, Any]]:
    for i in range(max(len(a), len(b))):
        yield (a[i] if i < len(a) else (), b[i] if i < len(b) else ())


def says(text: str, language: str, value: str) -> bool:
    """True where `text` is the plain decimal `value` as `language` writes it, whatever words stand around it."""
    group, mark = (".", ",") if language == "vi" else (",", ".")
    found = re.search(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(mark)}\d+)?|\d+(?:{re.escape(mark)}\d+)?", text)
    if not found:
        return False
    number = Decimal(found.group().replace(group, "").replace(mark, "."))
    after = re.match(r"[\s\u00a0]*(\w+)", text[found.end() :])
    if after and after.group(1) in _SCALES:
        number = number.scaleb(_SCALES[after.group(1)])
    if re.search(r"[−-]\s*$", text[: found.start()]):
        number = -number
    rest = text[found.end() :]
    try:
        return number == Decimal(value) and not re.match(r"[.,]?\d", rest)
    except InvalidOperation:
        return False


def _agrees(text: str, iso: str) -> bool:
    parts = [int(part) for part in iso.split("-") if part.isdigit()]
    return bool(parts) and all(int(number) in parts for number in re.findall(r"\d+", text))


def _left(text: str, allowed: set[str]) -> str:
    for item in sorted((item for item in allowed if _DIGIT.search(item)), key=len, reverse=True):
        if item in text:
            text = re.sub(rf"(?<![\d.,]){re.escape(item)}(?![\d]|[.,]\d)", "\0", text)
    return _first(text)


def _first(text: str) -> str:
    found = re.search(r"\d[\d.,]*", text)
    return found.group().rstrip(".,") if found else ""


def _around(text: str) -> str:
    words = " ".join(text.split())
    at = next((i for i, letter in enumerate(words) if letter.isdigit()), 0)
    return ("…" if at > 40 else "") + words[max(0, at - 40) : at + 60] + ("…" if len(words) > at + 60 else "")
