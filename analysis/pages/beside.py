"""Words beside a number that say something else of it than the tables do.

A number brings its own hedge, percent sign, unit, direction, place, reform and day. Words right
next to it must not say another one, its sentence must not name another one, and of two numbers of
one change the earlier comes first.

What it cannot tell: a noun, place, reform or day that the tables have no word for, or that is only
compared with; what a sentence means as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.numbers.tables import Row
from analysis.numbers.wording import any_of, nouns
from analysis.pages.typed import short
from analysis.saying.texts import Shown

Tables: TypeAlias = Mapping[str, Mapping[str, Row]]

NUMBER, DAY = "\x00", "\x01"  # what stands for them between words

# A number that runs into a word, a day or another number, or has a sign of its own before it.
_GLUED = re.compile(
    r"[\w\x01][.,:'’]?\x00|\x00[.,:'’]?[\w\x00\x01]|\x01[.,:'’]?\x01|[\d\x00]\s+\x00"
    r"|(?<![\w\x00)])[-+−–]\x00"
)
_HEDGE = re.compile(
    r"\b(?:more than|over|above|at least|at most|(?<!add )(?<!adds )up to|fewer than|less than"
    r"|under|below|nearly|almost|about|around|approximately|roughly|some|(?<!cao )(?<!thấp )hơn"
    r"|(?<!dựa )(?<!tính )trên|ít nhất|nhiều nhất|tối thiểu|tối đa|không quá|không dưới|dưới|gần"
    r"|(?<!trong )khoảng|xấp xỉ|ước"
    r"|chừng|ngót|cỡ|close to|no fewer than|ngấp nghé|suýt soát)\s+$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s*(?:\+|(?:or more|or less|or so|(?:at the very|at) least|là ít nhất|hoặc hơn|trở lên"
    r"|trở xuống|(?:điểm )?phần trăm"
    r"|per ?cent\w*(?: points?)?)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\s*(?:điểm phần trăm|percentage points?)", re.IGNORECASE)
_FALL = (
    r"fell|falls?|falling|fallen|dropped|declined?|decreased?|shrank|plunged|plummeted|slid"
    r"|sank|down|giảm|sụt|tụt"
)
_RISE = (
    r"rose|rises?|rising|risen|grew|grows?|grown|increased?|climbed|surged|soared|jumped|expanded"
    r"|tăng|leo thang|bùng nổ|vọt"
)
_WAYS = re.compile(rf"\b(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))\b", re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?:from|từ)\s+\x00[^\x00.;:(]{0,30}?\s(?P<to>to|xuống|còn|lên)(?:\s(?:còn|tới))?\s+\x00"
)
_PART = re.compile(r"\s*/\s*| of (?:the )?|(?: \w+)? trong (?:tổng )?(?:số )?")
_OF = re.compile(r"(?:^|[.;:(] )(?:Of(?: the)?|Trong(?: tổng)?(?: số)?) $", re.IGNORECASE)
# Words around the second of two numbers that let the earlier one stand last.
_BACK = re.compile(
    r"\b(?:from|than|against|compared|instead|before|earlier|times|of"
    r"|so với|thay|từ|trước|hơn|trong|cũ|lần)\b",
    re.IGNORECASE,
)
# Words before a name or a day that is only compared with.
_ASIDE = (
    r"(?:\b((?i:than|like|unlike|before|after|since|from|between|against|outside|with|and"
    r"|hơn|như|khác|trước|sau|từ|giữa|ngoài|với|và))\s+(?:the\s+|in\s+|ở\s+)?)?"
)

# What says that a number of a country stands in the sentence.
_COUNTRY = re.compile(r"\b(?:cả nước|toàn quốc|country|nationwide|national)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """Words with marks for the numbers and days between them: a text, a sentence, a table row."""

    words: str
    numbers: Sequence[Quantity]
    days: Sequence[Period]

    def sentences(self) -> Iterator[Passage]:
        """From one full stop or semicolon to the next."""
        number, day = 0, 0
        for words in re.split(r"(?<=[.;!?])\s", self.words):
            last, end = number + words.count(NUMBER), day + words.count(DAY)
            yield Passage(words, self.numbers[number:last], self.days[day:end])
            number, day = last, end


def passage(parts: Iterable[str | Shown], language: str) -> Passage:
    """What a text says in a language; labels are words like any other."""
    words, numbers, days = "", [], []
    for part in parts:
        value = None if isinstance(part, str) else part.value
        if isinstance(value, Quantity):
            numbers.append(value)
            words += NUMBER
        elif isinstance(value, Period):
            days.append(value)
            words += DAY
        else:
            words += part if isinstance(part, str) else part.words(language)
    return Passage(words, numbers, days)


class Beside:
    """The words that the tables have for units, places and reforms, and the numbers they fit."""

    def __init__(self, tables: Tables, day: Callable[[str], Period]) -> None:
        self._tables, self._day = tables, day
        self._indicators = tables["indicators"]
        every = {noun for row in self._indicators.values() for noun in nouns(row)}
        self._noun = re.compile(rf"\s+({any_of(every)})\b", re.IGNORECASE)
        # Nouns before which the Vietnamese `năm` is the number five.
        self.counted = {noun.split(",")[0] for noun in every} - {"năm", "tháng"}
        names = [row for row in tables["names"].values() if row["kind"] == "reform"]
        rows = {"area": list(tables["areas"].values()), "reform": names}
        self._labels = {
            aspect: [(next(iter(row.values())), row["label_vi"], row["label_en"]) for row in of]
            for aspect, of in rows.items()
        }
        self._named = {
            aspect: re.compile(
                rf"{_ASIDE}(?<!\w)({any_of(x for row in rows for x in row[1:])})(?!\w)"
            )
            for aspect, rows in self._labels.items()
        }
        self._countries = {row["area"] for row in rows["area"] if row["level"] == "country"}

    def wrong(self, said: Passage) -> Iterator[str]:
        """What the words of a text say that its numbers do not."""
        if found := _GLUED.search(said.words):
            around = short(said.words[max(0, found.start() - 20) : found.end() + 20])
            yield f"“{around}” sets a number against what stands beside it; put words between"
            return
        words = said.words.split(NUMBER)
        for at, number in enumerate(said.numbers):
            yield from self._next_to(number, words[at], words[at + 1])
        yield from self._turned(said, words)
        yield from self.of_another(said)

    def _next_to(self, number: Quantity, before: str, after: str) -> Iterator[str]:
        """A hedge, a unit or a direction that is not the number's own."""
        found = _HEDGE.search(before) or _UNIT.match(after)
        if found and not (number.unit == "percentage-point" and _POINTS.fullmatch(found[0])):
            said = found[0].strip()
            yield f"“{said}” stands beside {number.name}: a number has its own hedge and unit"
        noun = self._noun.match(after)
        if noun and number.unit != "percent" and not self._fits(noun[1], number):
            yield f"“{noun[1]}” follows {number.name}, which counts {number.unit}"
        way, told = self._way(number), list(_WAYS.finditer(before))[-1:]
        near = told and re.fullmatch(r"(?:\s[\w\x01’'-]+){0,5}\s*", before[told[0].end() :])
        if way and near and not told[0][way]:
            yield f"“{told[0][0]}” is said of {number.name}, which is a {way}"

    def _fits(self, noun: str, number: Quantity) -> bool:
        """Whether a noun is one of the number's unit, and of no other part of the same whole."""
        unit = {"times": "time"}.get(number.unit, number.unit.split("-per-")[0])
        every = self._indicators.values()
        own = [self._indicators[row["indicator"]] for row in self._rows(number)]
        wholes = {each["part_of"] for each in own} - {""}
        return all(each["unit"] != unit for each in every) or any(
            each["unit"] == unit and (each in own or each["part_of"] not in wholes)
            for each in every
            if noun.lower() in nouns(each)
        )

    def _rows(self, *numbers: Quantity) -> list[Row]:
        return [self._tables["figures"][figure] for each in numbers for figure in each.figures]

    def _way(self, number: Quantity) -> str:
        """Whether a number is a `fall` or a `rise`; "" for what is no change."""
        if number.figure:
            (row,) = self._rows(number)
            return {"decrease": "fall", "increase": "rise"}.get(row["role"], "")
        changed = number.kind == "relative_change" and number.value
        return "fall" if changed < 0 else "rise" if changed > 0 else ""

    def _turned(self, said: Passage, words: Sequence[str]) -> Iterator[str]:
        """Two numbers of one change, “a of b” or “from a to b”, the wrong way round."""
        for (one, first), (two, last) in combinations(enumerate(said.numbers), 2):
            a, b, between = self._of_change(first), self._of_change(last), words[one + 1]
            one_change = a[1:] == b[1:] or between.strip() == "→"
            turned = (a[:1], b[:1]) == (("after",), ("before",)) and one_change
            if turned and not _BACK.search(" ".join(words[one + 1 : two + 2])):
                yield f"{first.name} is said before {last.name}, but comes after it"
            if two > one + 1 or first.unit != last.unit:
                continue
            small, large = (last, first) if _OF.search(words[one]) else (first, last)
            if (small is last or _PART.fullmatch(between)) and small.value > large.value:
                yield f"{small.name} is said to be a part of {large.name}, which is less"
        for found in _FROM_TO.finditer(said.words):
            told = said.words[: found.start()]
            first, last = said.numbers[told.count(NUMBER) :][:2]
            ways = [str(each.lastgroup) for each in _WAYS.finditer(told)] or [""]
            way = {"xuống": "fall", "còn": "fall", "lên": "rise"}.get(found["to"], ways[-1])
            if way and (first.value < last.value) != (way == "rise"):
                yield f"“{short(found[0])}” goes from {first!s} to {last!s}, which is no {way}"

    def _of_change(self, number: Quantity) -> tuple[str, ...]:
        """Role, indicator, reform and area of a printed figure; nothing of a computed number."""
        rows = self._rows(number) if number.figure else []
        columns = ("role", "indicator", "reform", "area")
        return tuple(row[each] for row in rows for each in columns)

    def of_another(self, said: Passage) -> Iterator[str]:
        """A place, reform or day that is named where no number is of it.

        A name after “than”, “since” … is only compared with and may be any other; a count of many
        things is of all of them.
        """
        for each in said.sentences():
            about = [number for number in each.numbers if number.kind not in {"count", "median"}]
            yield from self._of_another(each, self._rows(*about))

    def _of_another(self, said: Passage, rows: Sequence[Row]) -> Iterator[str]:
        for aspect, labels in self._labels.items():
            own = {row[aspect] for row in rows} - {""}
            of_own = str([row for row in labels if row[0].startswith(tuple(own))])
            found = self._named[aspect].findall(said.words)
            named = [name for aside, name in found if not aside]
            fits = any(name in of_own for _, name in found)
            if own & self._countries and _COUNTRY.search(said.words):
                fits = True
            if own and named and not fits:
                yield f"names {named[0]}, but its numbers are of {', '.join(sorted(own))}"
        days = [self._day(row["figure"]) for row in rows]
        asides = re.findall(f"{_ASIDE}{DAY}", said.words)
        of_figures = [(a, day) for a, day in zip(asides, said.days, strict=True) if day.figure]
        main = [day for aside, day in of_figures if not aside]
        if days and main and not any(_meet(one, day) for one in days for _, day in of_figures):
            yield f"names {main[0]!s}, but its numbers are of {days[0]!s}"


def _meet(one: Period, other: Period) -> bool:
    known = one.known and other.known
    return known and one.first_day <= other.last_day and other.first_day <= one.last_day
