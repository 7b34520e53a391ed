"""For the gate: where the words beside a number contradict what the tables say of it.

A number writes its own hedge, percent sign and unit, so the words next to it must not write them
again. They must not give it another direction or another unit, its sentence must not name another
place, reform or day, and of two numbers of one change the earlier stands first.

Not noticed: a noun, place, reform or day that the tables have no word for, or that the sentence
only compares with; what a sentence means as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeAlias

from analysis.numbers.listing import within
from analysis.numbers.periods import Period
from analysis.numbers.quantity import Quantity
from analysis.numbers.tables import Row
from analysis.numbers.wording import any_of, nouns
from analysis.pages.typed import short
from analysis.saying.texts import Formed, Text, text_of

Tables: TypeAlias = Mapping[str, Mapping[str, Row]]

NUMBER, DAY = "\x00", "\x01"  # the marks that stand for them between words
_REWORD = "Reword, or bind the number that is meant."
_SAY = "Say so, or leave it out."

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
    r"|chừng|ngót|cỡ|close (?:to|on)|no fewer than|upwards of|in excess of|ngấp nghé|suýt soát"
    r"|không kém|quá|vượt|non)\s+$",
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

# Columns of figures.csv, and the words that say beside a number what its row says there.
_TOLD = {
    "planned": re.compile(
        r"\b(?:kế hoạch|phương án|đề án|dự (?:thảo|kiến)|sẽ|yêu cầu|[mc]\S+ tiêu|phải đạt"
        r"|plans?|planned|drafts?|expected|proposed|targets?|(?:is|are|was|were) to|will)\b",
        re.IGNORECASE,
    ),
    "doubted": re.compile(
        r"\(\?\)|công bố|nghi |thiếu (?:một )?chữ số|printed|lack(?:s|ing)? a digit|to be checked",
        re.IGNORECASE,
    ),
}
# Words that say of a number that it is of the whole country.
_COUNTRY = re.compile(r"\b(?:cả nước|toàn quốc|country|nationwide|national)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """Words with marks for the numbers and days between them: a text, a sentence, a table row."""

    words: str
    numbers: Sequence[Quantity]
    days: Sequence[Period]

    def sentences(self) -> Iterator[Passage]:
        """From one full stop or semicolon to the next; that of “TP.” or “No.” ends none."""
        number, day = 0, 0
        for words in re.split(r"(?<!\b[A-Z]{2}\.)(?<!\bNo\.)(?<=[.;!?])\s", self.words):
            last, end = number + words.count(NUMBER), day + words.count(DAY)
            yield Passage(words, self.numbers[number:last], self.days[day:end])
            number, day = last, end


def passage(parts: Iterable[str | Formed], language: str) -> Passage:
    """What a text says in a language; labels are words like any other, and all spaces plain."""
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
    return Passage(re.sub(r"\s+", " ", words), numbers, days)


class Vocabulary:
    """The words that the tables have for units, places and reforms, each with what it fits.

    `as_of` gives the period of a figure.
    """

    def __init__(self, tables: Tables, as_of: Callable[[str], Period]) -> None:
        self._tables, self._as_of = tables, as_of
        self._indicators = tables["indicators"]
        every = {noun for row in self._indicators.values() for noun in nouns(row)}
        self._noun = re.compile(rf"\s+({any_of(every)})\b", re.IGNORECASE)
        self._levels = {row["level"] for row in tables["areas"].values()}
        self._units = {row["unit"] for row in self._indicators.values()}
        # Nouns before which the Vietnamese `năm` is the number five.
        self.counted_nouns = {noun.split(",")[0] for noun in every} - {"năm", "tháng"}
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

    def wrong(self, text: Passage) -> Iterator[str]:
        """Each place where words contradict a number: what is wrong, and below it what to do."""
        if glued := _GLUED.search(text.words):
            around = short(text.words[max(0, glued.start() - 20) : glued.end() + 20])
            yield f"“{around}”: a number touches what stands beside it\nPut words between."
            return
        words = text.words.split(NUMBER)
        for at, number in enumerate(text.numbers):
            yield from self._next_to(number, words[at], words[at + 1])
        yield from self._wrong_order(text, words)
        yield from self._wrong_part(text, words)
        yield from self._wrong_way(text)
        yield from self._of_another_in(text)

    def _next_to(self, number: Quantity, before: str, after: str) -> Iterator[str]:
        """A hedge, unit or direction right before or after a number that is not the number's."""
        own = _HEDGE.search(before) or _UNIT.match(after)
        if own and not (number.unit == "percentage-point" and _POINTS.fullmatch(own[0])):
            what = f"“{own[0].strip()}” stands beside {number.name}"
            yield f"{what}\nLeave it out: a number writes its own hedge and unit."
        if noun := self._noun.match(after):
            yield from self._of_another_unit(noun[1], number)
        way, verbs = self._direction(number), list(_WAYS.finditer(before))
        near = verbs and re.fullmatch(r"(?:\s[\w\x01’'-]+){0,5}\s*", before[verbs[-1].end() :])
        if way and near and not verbs[-1][way]:
            yield f"“{verbs[-1][0]}” is said of {number.name}, which is a {way}\n{_REWORD}"

    def _of_another_unit(self, noun: str, number: Quantity) -> Iterator[str]:
        if number.unit != "percent" and not self._fits(noun, number):
            yield f"“{noun}” is said of {number.name}, which counts {number.unit}\n{_REWORD}"

    def _fits(self, noun: str, number: Quantity) -> bool:
        """Whether a noun is one of the number's unit, and of no other part of the same whole."""
        unit = {"times": "time"}.get(number.unit, number.unit.split("-per-")[0])
        if unit in self._levels:  # a count of places, which may have any noun
            return True
        every = self._indicators.values()
        counted = [] if number.kind == "count" else self._rows(number)
        own = [self._indicators[row["indicator"]] for row in counted]
        wholes = {row["part_of"] for row in own} - {""}
        return any(
            row["unit"] == unit and (row in own or row["part_of"] not in wholes)
            for row in every
            if noun.lower() in nouns(row)
        )

    def _rows(self, *numbers: Quantity) -> list[Row]:
        return [self._tables["figures"][figure] for number in numbers for figure in number.figures]

    def beside(self, cells: Sequence[Text | Formed]) -> Iterator[str]:
        """Words that say of the numbers beside them what they are not.

        Of one row, say, or the head of a column and what stands in it.
        """
        row = passage((part for cell in map(text_of, cells) for part in (*cell.vi, " ")), "vi")
        yield from self._of_another_thing(row)
        for heading in map(text_of, cells[:1]):  # the row of a place has its numbers alone
            if len(heading.vi) == len(heading.values) == 1:
                for number in row.numbers:
                    own = {figure["area"] for figure in self._rows(number)}
                    yield from self.of_another("area", heading.words("vi"), own)
        for label in (cell.words("vi") for cell in cells if isinstance(cell, Text)):
            yield from self._labelled(label, row.numbers)

    def untold(self, words: str, numbers: Iterable[Quantity]) -> Iterator[str]:
        """Each number that is planned or doubted, where none of the words around it says so.

        What is computed from a doubted number may tell how wrong it is.
        """
        of_one = [number for number in numbers if number.kind not in {"count", "rank", "median"}]
        for column, pattern in _TOLD.items():
            of_it = of_one if column == "planned" else [n for n in of_one if n.figure]
            own = [n for n in of_it if any(row.get(column) for row in self._rows(n))]
            for number in own if not pattern.search(words) else ():
                yield f"{short(number.name)} is {column}, but no word beside it says so\n{_SAY}"

    def _labelled(self, label: str, numbers: Sequence[Quantity]) -> Iterator[str]:
        """A label that is a noun of another unit than the numbers, or calls a place the country."""
        if noun := self._noun.fullmatch(f" {label}"):
            for number in (each for each in numbers if each.unit in self._units):
                yield from self._of_another_unit(noun[1], number)
        own = {row["area"] for row in self._rows(*numbers)} - {""}
        if own and not own & self._countries and _COUNTRY.fullmatch(label):
            yield f"“{label}” is said of {', '.join(sorted(own))}\n{_REWORD}"

    def _direction(self, number: Quantity) -> str:
        """Whether a number is a `fall` or a `rise`; "" for what is no change."""
        if number.figure:
            (row,) = self._rows(number)
            return {"decrease": "fall", "increase": "rise"}.get(row["role"], "")
        changed = number.kind == "relative_change" and number.value
        return "fall" if changed < 0 else "rise" if changed > 0 else ""

    def _wrong_order(self, text: Passage, words: Sequence[str]) -> Iterator[str]:
        """Two numbers of one change of which the later stands first, without a word like “from”."""
        for (one, first), (two, last) in combinations(enumerate(text.numbers), 2):
            a, b, between = self._of_change(first), self._of_change(last), words[one + 1]
            one_change = a[1:] == b[1:] or between.strip() == "→"
            turned = (a[:1], b[:1]) == (("after",), ("before",)) and one_change
            if turned and not _BACK.search(" ".join(words[one + 1 : two + 2])):
                what = f"{first.name} is said before {last.name}, but comes after it"
                yield f"{what}\nPut the earlier number first."

    def _wrong_part(self, text: Passage, words: Sequence[str]) -> Iterator[str]:
        """“a of b” where a is more than b; “a–b” that ends before it begins, or in another unit."""
        for at, (first, last) in enumerate(pairwise(text.numbers)):
            one_range = words[at + 1].strip() == "–"
            if one_range and (first.unit != last.unit or first.value > last.value):
                yield f"{first.name} – {last.name} is no range\n{_REWORD}"
            of_before = _OF.search(words[at])  # “Of b, a …”
            part, whole = (last, first) if of_before else (first, last)
            is_part = of_before or _PART.fullmatch(words[at + 1])
            if is_part and first.unit == last.unit and part.value > whole.value:
                what = f"{part.name} is said to be a part of {whole.name}, which is less"
                yield f"{what}\n{_REWORD}"

    def _wrong_way(self, text: Passage) -> Iterator[str]:
        """“from a to b” behind a word of rising or falling that does not fit a and b."""
        for change in _FROM_TO.finditer(text.words):
            ahead = text.words[: change.start()]
            first, last = text.numbers[ahead.count(NUMBER) :][:2]
            verbs = [str(verb.lastgroup) for verb in _WAYS.finditer(ahead)] or [""]
            way = {"xuống": "fall", "còn": "fall", "lên": "rise"}.get(change["to"], verbs[-1])
            if way and (first.value < last.value) != (way == "rise"):
                what = f"“{short(change[0])}” goes from {first!s} to {last!s}, which is no {way}"
                yield f"{what}\n{_REWORD}"

    def _of_change(self, number: Quantity) -> tuple[str, ...]:
        """Role, indicator, reform and area of a printed figure; nothing of a computed number."""
        rows = self._rows(number) if number.figure else []
        columns = ("role", "indicator", "reform", "area")
        return tuple(row[column] for row in rows for column in columns)

    def _of_another_in(self, text: Passage) -> Iterator[str]:
        """A sentence that names a place, reform or day of which none of its numbers is.

        A name after “than”, “since” … is only compared with and may be any other. A count of many
        things, or their median, is of all of them and is left out.
        """
        for sentence in text.sentences():
            yield from self._of_another_thing(sentence)

    def _of_another_thing(self, text: Passage) -> Iterator[str]:
        rows = self._rows(*(each for each in text.numbers if each.kind not in {"count", "median"}))
        for aspect in self._labels:
            own = {row[aspect] for row in rows}
            if aspect == "area":  # a median is of what is around the places in its list
                own |= {within(each.how) for each in text.numbers if each.kind == "median"}
            yield from self.of_another(aspect, text.words, own)
        yield from self._of_another_day(text, rows)

    def of_another(self, aspect: str, words: str, of: Collection[str]) -> Iterator[str]:
        """A name of an area or a reform (`aspect`) that is none of those that words are `of`."""
        own = {*of} - {""}
        names = self._named[aspect].findall(words) if own else []
        main = [name for aside, name in names if not aside]
        if not main:
            return
        # A name may be part of the own label: “Quảng Ngãi” of “Quảng Ngãi (former)”.
        labels = [label for code, *both in self._labels[aspect] if code in own for label in both]
        fits = any(name in label for _, name in names for label in labels)
        of_country = own & self._countries and _COUNTRY.search(words)
        if not fits and not of_country:
            yield f"names {main[0]}, but its numbers are of {', '.join(sorted(own))}\n{_REWORD}"

    def _of_another_day(self, text: Passage, rows: Sequence[Row]) -> Iterator[str]:
        """A day of a figure that none of the numbers in the sentence holds for."""
        own = [self._as_of(row["figure"]) for row in rows]
        asides = re.findall(f"{_ASIDE}{DAY}", text.words)
        days = [(a, day) for a, day in zip(asides, text.days, strict=True) if day.figure]
        main = [day for aside, day in days if not aside]
        if own and main and not any(one.meets(day) for one in own for _, day in days):
            yield f"names {main[0]!s}, but its numbers are of {own[0]!s}\n{_REWORD}"
