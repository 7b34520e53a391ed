"""The day or period a figure holds for, and how each language writes it.

`2025-07-16` a day · `2025-07` a month · `2025` a year · `2025-07-01/2025-07-13` from, to · `../2012` until.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_month_names

_PART = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


class PeriodError(ValueError):
    """Text that names no day, month, year or span of them."""


@dataclass(frozen=True)
class Period:
    """A day, month, year or span. `start` is empty for a day, month or year alone, `..` for an open start."""

    end: str
    start: str = ""

    @property
    def last_day(self) -> date:
        """The last day the period can mean: 2012 → 31 December 2012."""
        year, month, day = _parts(self.end)
        if day:
            return date(year, month, day)
        following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)

    @property
    def first_day(self) -> date:
        """The first day the period can mean; for an open start the first day of its end."""
        year, month, day = _parts(self.start if self.start not in {"", ".."} else self.end)
        return date(year, month or 1, day or 1)


def read(text: str) -> Period:
    """The period that `text` names. Raises `PeriodError` with the form that is wanted."""
    start, slash, end = text.partition("/")
    period = Period(end, start) if slash else Period(text)
    for part in (period.start, period.end):
        if part not in {"", ".."}:
            _parts(part, text)
    if not period.end or period.end == ".." or (slash and not start):
        raise PeriodError(_want(text))
    if period.start not in {"", ".."} and period.first_day > period.last_day:
        raise PeriodError(f"“{text}” ends before it starts")
    return period


def _want(text: str) -> str:
    return f"“{text}” is no period: write 2025-07-16, 2025-07, 2025, 2025-07-01/2025-07-13 or ../2012"


def _parts(text: str, whole: str = "") -> tuple[int, int, int]:
    match = _PART.match(text)
    if not match:
        raise PeriodError(_want(whole or text))
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise PeriodError(f"“{text}” is no date: {error}") from None
    return year, month, day


def show(period: Period, language: str) -> list[tuple[str, str]]:
    """The period in words, as (text, datetime) pairs; datetime is empty for the words between dates.

    Vietnamese uses the long form of official documents: days below 10 and months 1 and 2 take a zero.
    """
    end = (_long(period.end, language), period.end)
    if period.start == "..":
        return _open(period.end, _long, language)
    if not period.start:
        return [end]
    words = {"vi": ("từ ", " đến "), "en": ("from ", " to ")}[language]
    return [(words[0], ""), (_long(period.start, language), period.start), (words[1], ""), end]


def short(period: Period, language: str) -> list[tuple[str, str]]:
    """The period for a chart or a narrow column, as pairs like `show`: `16/7/2025`, `1–13/7/2025`, `2018`."""
    end = (_short(period.end, language), period.end)
    if period.start == "..":
        return _open(period.end, _short, language)
    if not period.start:
        return [end]
    same = period.start[:7] == period.end[:7] and len(period.start) == len(period.end) == 10
    start = str(int(period.start[8:])) if same else _short(period.start, language)
    return [(start, period.start), ("–", ""), end]


def _open(end: str, write: Callable[[str, str], str], language: str) -> list[tuple[str, str]]:
    """An open start: "before 2013" for a year, as sources write it; "until" for a month or day."""
    if len(end) == 4:
        following = str(int(end) + 1)
        return [({"vi": "trước ", "en": "before "}[language], ""), (write(following, language), following)]
    return [({"vi": "đến ", "en": "until "}[language], ""), (write(end, language), end)]


def _long(text: str, language: str) -> str:
    year, month, day = _parts(text)
    if language == "en":
        if day:
            return format_date(date(year, month, day), "d MMMM y", locale="en_GB").replace(" ", "\u00a0", 1)
        return f"{get_month_names(locale='en_GB')[month]} {year}" if month else str(year)
    month_text = f"{month:02}" if month < 3 else str(month)
    if day:
        return f"ngày\u00a0{day:02} tháng\u00a0{month_text} năm\u00a0{year}"
    return f"tháng\u00a0{month_text} năm\u00a0{year}" if month else f"năm\u00a0{year}"


def _short(text: str, language: str) -> str:
    year, month, day = _parts(text)
    if language == "en":
        name = get_month_names("abbreviated", locale="en_GB")[month] if month else ""
        return " ".join(part for part in (str(day) if day else "", name, str(year)) if part)
    return "/".join(str(part) for part in (day, month, year) if part)
