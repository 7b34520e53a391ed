"""Dated decisions and steps: who decided what, when it began, where that was printed.

An `Event` is one row of events.csv, known from the day on which its source was printed. The rules
that its row must keep (`disagreements`) and what must stand in its paragraph (`missing`) are here,
too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from analysis.numbers import periods
from analysis.numbers.cards import Card
from analysis.numbers.inline import Label
from analysis.numbers.periods import Period
from analysis.numbers.schema import is_day
from analysis.numbers.tables import Finding, Row, Tables

# What a source can announce before it happens; anything else is printed afterwards.
_ANNOUNCED = frozenset({"congress", "deadline", "election", "start", "training", "trial"})
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Zl", "Zp"})
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Event(Card):
    """A dated decision or step.

    `day` is a day or a span, `label` says what happened, `document` is the name of the document
    where it has one. Day and label are unknown where no source had printed it by the day asked for.
    """

    event: str
    day: Period
    reform: str
    kind: str
    document: Label | None
    label: Label
    source: str
    locator: str
    note: str

    def __repr__(self) -> str:
        return f"<event {self.event}: {self.day!s}, {self.label!s}>"

    @property
    def known(self) -> bool:
        """Whether a source had printed it by the day of the report."""
        return self.day.known


def event(label: Label, row: Mapping[str, str], document: Label | None) -> Event:
    """The event of a row, with its own label and the name of its document."""
    code = label.code
    day = periods.read(row["day"], event=code) if label.known else Period("", event=code)
    told = (row[column] for column in ("source", "locator", "note"))
    return Event(code, day, row["reform"], row["kind"], document, label, *told)


def order(day: str, event: str) -> tuple[date, date, str]:
    """What events are sorted by: first day, last day, id. Raises `PeriodError`."""
    period = periods.read(day)
    return period.first_day, period.last_day, event


def titled(document: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """The id of the name that holds the number of a document; "" where none does."""
    number = _number(document)
    found = (name for name, row in names.items() if re.search(number, row["label_vi"]))
    return next(found, "") if document else ""


def _number(document: str) -> str:
    """A pattern for the whole number of a document: 26/NQ-CP is no part of 126/NQ-CP."""
    return rf"(?<![\w/.-]){re.escape(document)}(?![\w/]|[.-]\w)"


# ------------------------------------------------------------------------------- rules of the rows


def disagreements(tables: Tables, public: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with events beside their form; `public` is the day each source counts from."""
    names = {row["name"]: row for row in tables["names"]}
    grades = {row["source"]: row["grade"] for row in tables["sources"]}
    for row in tables["events"]:
        yield from _day(row, public.get(row["source"], ""))
        for column in ("label_vi", "label_en", "document", "note"):
            yield from _letters(row, column)
        if row["document"] and not titled(row["document"], names):
            what = "stands in no name of names.csv. Add its name there, or correct it."
            yield row.wrong_cell("document", what)
        if not row["locator"] and grades.get(row["source"]) == "full text":
            what = "locator is empty, but the source is graded full text."
            yield row.wrong(f"{what} Give the paragraph, e.g. p15.", "locator")
    yield from _twice(tables["events"])
    yield from _unsorted(tables["events"])


def _day(row: Row, public: str) -> Iterator[Finding]:
    try:
        first = periods.read(row["day"]).first_day
    except periods.PeriodError as error:
        yield row.wrong(f"day {error}.", "day")
        return
    if row["kind"] not in _ANNOUNCED and is_day(public) and first > date.fromisoformat(public):
        when = f"is after its source {row['source']} was printed ({public})"
        yield row.wrong_cell("day", f"{when}, but a {row['kind']} is not announced. Correct one.")


def _letters(row: Row, column: str) -> Iterator[Finding]:
    for letter in row[column]:
        kind = unicodedata.category(letter)
        if kind in _INVISIBLE or (kind == "Zs" and letter != " "):
            code = f"U+{ord(letter):04X}"
            what = f"{column} holds {code} ({unicodedata.name(letter, 'no name').lower()})"
            yield row.wrong(f"{what}, which nobody sees. Type a plain space, or nothing.", column)
            return


def _twice(rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that tell one event again: the same label, or one document's same step on one day."""
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        step = (row["day"], row["kind"], row["document"])
        keys = [(row["label_vi"],), (row["label_en"],), *([step] if row["document"] else [])]
        if again := [key for key in keys if key in seen]:
            what = f"tells the same as {seen[again[0]]} ({', '.join(again[0])})."
            yield row.wrong(f"{what} Remove one, or say what sets them apart.")
        seen |= dict.fromkeys(keys, row["event"])


def _unsorted(rows: Sequence[Row]) -> Iterator[Finding]:
    try:
        keyed = [(order(row["day"], row["event"]), row) for row in rows]
    except periods.PeriodError:
        return  # told of the row
    for (one, before), (other, row) in pairwise(keyed):
        if other < one:
            what = f"stands below {before['event']} ({before['day']}), but comes before it."
            yield row.wrong(f"{what} Rows are sorted by day, then by event.", "day")


# ------------------------------------------------------------------------------------ in the texts


def missing(row: Row, public: str, paragraph: str, language: str) -> str:
    """What of an event does not stand in its paragraph; "" where its day and document do.

    A day that is only bounded by the day of the source itself (`../2025-05-11`) is printed nowhere.
    """
    wanted = [] if row["day"] == f"../{public}" else _dates(periods.read(row["day"]), language)
    patterns = {row["day"]: wanted, row["document"]: [_number(row["document"])]}
    for what, ways in patterns.items():
        if what and ways and not any(re.search(way, paragraph, re.IGNORECASE) for way in ways):
            return f"“{what}”"
    return ""


def _dates(day: Period, language: str) -> list[str]:
    """Patterns for the ways in which a text can print a day, month, year or span."""
    ends = _written(day.end, language)
    if day.start in {"", ".."}:
        return [rf"(?<!\d)(?<!\d[/.]){end}" for end in ends]
    starts = _written(day.start, language)
    if day.start[:8] == day.end[:8] and len(day.start) == len("2025-07-16"):
        starts.append(rf"0?{int(day.start[8:])}")
    to = r"\s*(?:-|–|đến(?: hết)?|to|until)\s*(?:ngày\s*)?"
    return [rf"(?<!\d)(?<!\d[/.]){start}{to}{end}" for start in starts for end in ends]


def _written(text: str, language: str) -> list[str]:
    """Patterns for one day, month or year; the year may be left out of a day, never another."""
    year, month, day = [*map(int, text.split("-")), 0, 0][:3]
    if not month:
        return [rf"{year}(?!\d)"]
    if language == "en":
        name = rf"{_MONTHS[month - 1][:3]}(?:{_MONTHS[month - 1][3:]})?\.?"
        if not day:
            return [rf"{name},?\s+{year}(?!\d)"]
        other = rf"(?![a-z\d]|[.,]?\s+(?!{year})\d{{4}})"
        return [
            rf"{day}(?:st|nd|rd|th)?\s+{name}{other}",
            rf"{name}\s+{day}(?:st|nd|rd|th)?{other}",
        ]
    if not day:
        return [rf"0?{month}\s?[-/.]\s?{year}(?!\d)", rf"tháng\s+0?{month}\s+năm\s+{year}(?!\d)"]
    return [
        rf"0?{day}\s?[-/.]\s?0?{month}(?:\s?[-/.]\s?{year})?(?!\d|\s?[-/.]\s?\d)",
        rf"0?{day}\s+tháng\s+0?{month}(?!\d|\s+năm\s+(?!{year})\d)",
    ]
