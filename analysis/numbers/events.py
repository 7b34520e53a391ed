"""An Event: a dated decision or step, and where it was printed.

An `Event` is one row of events.csv, known from the day on which its source was printed. Here, too:
the rules that the rows must keep (`disagreements`), and the search for an event's day and document
in the text of its source (`missing`).
"""

from __future__ import annotations

import re
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

# The kinds of events that a source can print before they happen.
_ANNOUNCED = frozenset({"congress", "deadline", "election", "start", "training", "trial"})
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Event(Card):
    """A dated decision or step.

    `day` is a day or a span, `label` says what happened, `document` is the name of its document,
    where it has one. Day and label are unknown where no source had printed it by the day of the
    report.
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
        """True where a source had printed it by the day of the report."""
        return self.day.known


def event(label: Label, row: Mapping[str, str], document: Label | None) -> Event:
    """The Event of a row, given its label and the name of its document."""
    code = label.code
    day = periods.read(row["day"], event=code) if label.known else Period("", event=code)
    printed = (row[column] for column in ("source", "locator", "note"))
    return Event(code, day, row["reform"], row["kind"], document, label, *printed)


def order(day: str, event: str) -> tuple[date, date, str]:
    """The sort key of an event: first day, last day, id. Raises `PeriodError`."""
    period = periods.read(day)
    return period.first_day, period.last_day, event


def titled(document: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """The id of the row of names.csv whose label holds the number of a document; "" for none."""
    number = _number(document)
    found = (name for name, row in names.items() if re.search(number, row["label_vi"]))
    return next(found, "") if document else ""


def _number(document: str) -> str:
    """A pattern that finds a document's number, but not 26/NQ-CP in 126/NQ-CP."""
    return rf"(?<![\w/.-]){re.escape(document)}(?![\w/]|[.-]\w)"


# ------------------------------------------------------------------------------- rules of the rows


def disagreements(tables: Tables, public: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with the rows of events.csv that the schema cannot see.

    `public` gives, by source, the day from which it counts as printed.
    """
    names = {row["name"]: row for row in tables["names"]}
    grades = {row["source"]: row["grade"] for row in tables["sources"]}
    for row in tables["events"]:
        yield from _day(row, public.get(row["source"], ""))
        if row["document"] and not titled(row["document"], names):
            what = "stands in no name of names.csv. Add its name there, or correct it."
            yield row.wrong_cell("document", what)
        if not row["locator"] and grades.get(row["source"]) == "full text":
            what = "locator is empty, but the source is graded full text."
            yield row.wrong(f"{what} Give the paragraph, e.g. p15.", "locator")
    yield from _twice(tables["events"])
    yield from _unsorted(tables["events"])


def _day(row: Row, public: str) -> Iterator[Finding]:
    """A day that cannot be read, or after the source was printed though nobody announces such."""
    try:
        first = periods.read(row["day"]).first_day
    except periods.PeriodError as error:
        yield row.wrong(f"day {error}.", "day")
        return
    if row["kind"] not in _ANNOUNCED and is_day(public) and first > date.fromisoformat(public):
        when = f"is after its source {row['source']} was printed ({public})"
        yield row.wrong_cell("day", f"{when}, but a {row['kind']} is not announced. Correct one.")


def _twice(rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that repeat an event: the same label, or the same day, kind and document."""
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        step = (row["day"], row["kind"], row["document"])
        keys = [(row["label_vi"],), (row["label_en"],), *([step] if row["document"] else [])]
        if again := [key for key in keys if key in seen]:
            what = f"tells the same as {seen[again[0]]} ({', '.join(again[0])})."
            yield row.wrong(f"{what} Remove one, or say what sets them apart.")
        seen |= dict.fromkeys(keys, row["event"])


def _unsorted(rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that stand below a later one."""
    try:
        keyed = [(order(row["day"], row["event"]), row) for row in rows]
    except periods.PeriodError:
        return  # `_day` has a finding for that row
    for (one, before), (other, row) in pairwise(keyed):
        if other < one:
            what = f"stands below {before['event']} ({before['day']}), but comes before it."
            yield row.wrong(f"{what} Rows are sorted by day, then by event.", "day")


# ------------------------------------------------------------------------------------ in the texts


def missing(row: Row, public: str, paragraph: str, language: str) -> str:
    """The day or document of an event that its paragraph does not print, quoted; "" for none.

    A day `../2025-05-11` that only says “by the day of the source” is printed nowhere and is not
    looked for.
    """
    wanted = [] if row["day"] == f"../{public}" else dates(periods.read(row["day"]), language)
    patterns = {row["day"]: wanted, row["document"]: [_number(row["document"])]}
    for what, ways in patterns.items():
        if what and ways and not any(re.search(way, paragraph, re.IGNORECASE) for way in ways):
            return f"“{what}”"
    return ""


def dates(day: Period, language: str) -> list[str]:
    """Patterns for every way in which a text can print a day, month, year or span."""
    ends = _written(day.end, language)
    if day.start in {"", ".."}:
        return [rf"(?<!\d)(?<!\d[/.]){end}" for end in ends]
    starts = _written(day.start, language)
    if day.start[:8] == day.end[:8] and len(day.start) == len("2025-07-16"):
        starts.append(rf"0?{int(day.start[8:])}")
    to = r"\s*(?:-|–|đến(?: hết)?|to|until)\s*(?:ngày\s*)?"
    return [rf"(?<!\d)(?<!\d[/.]){start}{to}{end}" for start in starts for end in ends]


def _written(text: str, language: str) -> list[str]:
    """Patterns for one day, month or year. A day may lack its year, but not have another year."""
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
