"""A Period: the day, month, year or span that a figure holds for, and its words in a language.

The tables write it `2025-07-16`, `2025-07`, `2025`, `2025-07-01/2025-07-13` (from, to) or `../2012`
(until). A Period may stand in an f-string: `{day}`, `{day:short}`, `{day:end}`, `{day:year}`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from babel.dates import format_date

from analysis.errors import UserError
from analysis.numbers.inline import FormError, Inline
from analysis.numbers.numerals import LOCALES

_PART = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
# Babel patterns for a year, a month and a day; `~` becomes a space that does not break. Vietnamese
# days below 10 and months 1 and 2 bear a zero, as official documents write them (Nghị định số
# 30/2020/NĐ-CP): the long form is the short one after “ngày”, “tháng” or “năm”.
_PATTERNS = {
    ("vi", "long"): ("'năm'~y", "'tháng'~M/y", "'ngày'~dd/M/y"),
    ("vi", "short"): ("y", "M/y", "dd/M/y"),
    ("en", "long"): ("y", "MMMM y", "d~MMMM y"),
    ("en", "short"): ("y", "MMM y", "d MMM y"),
    ("vi", "day"): ("", "", "'ngày'~dd"),
    ("en", "day"): ("", "", "d"),
    ("vi", "number"): ("", "", "dd"),
    ("en", "number"): ("", "", "d"),
}
_WORDS = {
    "vi": {
        "before": "trước ",
        "until": "đến ",
        "latest": "muộn nhất ",
        "from": "từ ",
        "to": " đến ",
    },
    "en": {"before": "before ", "until": "by ", "latest": "by ", "from": "from ", "to": " to "},
}


class PeriodError(UserError):
    """Text that names no day, month, year or span of them."""


@dataclass(frozen=True)
class Period(Inline):
    """A day, month, year or span.

    `end` is the day, month or year, or the last one of a span; empty where the period is unknown.
    `start` is the first one of a span, `..` for an open start, else empty. `figure` or `event` is
    the id of the row that it comes from, which equality leaves aside, as it does `once`: what
    happened took one day, and where the start is open, only the last it can have been is known.
    """

    end: str
    start: str = ""
    figure: str = field(default="", compare=False)
    event: str = field(default="", compare=False)
    once: bool = field(default=False, compare=False)

    forms: ClassVar[frozenset[str]] = frozenset({"", "short", "end", "year"})

    def __repr__(self) -> str:
        return f"<{'/'.join(filter(None, (self.start, self.end))) or 'day not known'}>"

    @property
    def known(self) -> bool:
        """False where no source had printed its figure or event by the day of the report."""
        return bool(self.end)

    @property
    def last_day(self) -> date:
        """The last day the period can mean: 2012 → 31 December 2012."""
        day, dashes = _first_day(self.end), self.end.count("-")
        month = day.month if dashes else 12
        return day if dashes == 2 else date(day.year, month, monthrange(day.year, month)[1])

    @property
    def first_day(self) -> date:
        """The first day the period can mean; where the start is open, the first day of its end."""
        return _first_day(self.start if self.start not in {"", ".."} else self.end)

    def meets(self, other: Period) -> bool:
        """True where the two have a day in common; never where one is unknown."""
        if not (self.known and other.known):
            return False
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def words(self, language: str, form: str = "") -> str:
        """The period as `language` writes it; “–” where it is unknown.

        `short` is the form of charts and narrow columns; `end` is the end of a span alone, and
        `year` the year of that end.
        """
        if self.start == ".." and len(self.end) == len("2012") and form in {"end", "year"}:
            raise FormError(f"{self!s}: its {form} alone would be untrue; write it in full.")
        return "".join(text for text, _ in pairs(self, language, form)) if self.known else "–"


def read(text: str, figure: str = "", event: str = "", once: bool = False) -> Period:
    """The period that `text` writes, as the tables do. Raises `PeriodError` with the right form."""
    start, slash, end = text.rpartition("/")
    named = [start, end] if slash and start != ".." else [end]
    if not all(map(_PART.fullmatch, named)):
        forms = "2025-07-16, 2025-07, 2025, 2025-07-01/2025-07-13 or ../2012"
        raise PeriodError(f"“{text}” is no period: write {forms}")
    period = Period(end, start, figure, event, once)
    try:
        backwards = period.first_day > period.last_day
    except ValueError as error:
        raise PeriodError(f"“{text}” is no date: {error}") from None
    if backwards:
        raise PeriodError(f"“{text}” ends before it starts")
    if not 1900 <= period.first_day.year <= period.last_day.year < 2200:
        raise PeriodError(f"“{text}” is of another age: years go from 1900 to 2199")
    return period


def _first_day(text: str) -> date:
    """The first day of a day, month or year."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def pairs(period: Period, language: str, form: str = "") -> list[tuple[str, str]]:
    """The words of a period in pieces: (words, date for `<time datetime>`), "" between two dates.

    An open start before a year is “before” the year after it, as sources write it (`../2012` is
    “before 2013”); before a month or day it is “by”. A span within one month names the month
    once: `01–13/7/2025`, “from 1 to 13 July 2025”.
    """
    start, end, words = period.start, period.end, _WORDS[language]
    if form == "year":
        return [(end[:4], end[:4])]
    length = "short" if form == "short" else "long"
    last = (_written(end, language, length), end)
    if form == "end" or not start:
        return [last]
    if start == ".." and len(end) == len("2012"):
        following = str(int(end) + 1)
        return [(words["before"], ""), (_written(following, language, length), following)]
    if start == "..":
        return [(words["latest" if period.once else "until"], ""), last]
    first = _written(start, language, length)
    if start[:7] == end[:7] and len(start) == len(end) == len("2025-07-16"):
        first = _written(start, language, "day" if length == "long" else "number")
    if length == "long":
        return [(words["from"], ""), (first, start), (words["to"], ""), last]
    return [(first, start), ("–", ""), last]


def _written(text: str, language: str, length: str) -> str:
    """A day, month or year in words; a Vietnamese one has a zero before months 1 and 2."""
    day = _first_day(text)
    pattern = _PATTERNS[language, length][text.count("-")].replace("~", "\u00a0")
    if language == "vi" and day.month < 3:
        pattern = pattern.replace("M", "MM")
    return format_date(day, pattern, LOCALES[language])
