"""An Event: a dated decision or step, and where it was printed.

An `Event` is one row of events.csv, known from the day on which its source was printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analysis.numbers import periods
from analysis.numbers.cards import Card
from analysis.numbers.inline import Label
from analysis.numbers.periods import Period

_ONCE = frozenset({"decision", "resolution"})  # kinds of which each is made on one day


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
    once = row["kind"] in _ONCE
    day = periods.read(row["day"], event=code, once=once) if label.known else Period("", event=code)
    printed = {column: row[column] for column in ("reform", "kind", "source", "locator", "note")}
    return Event(code, day, document=document, label=label, **printed)


def order(day: str, event: str) -> tuple[date, date, str]:
    """The sort key of an event: first day, last day, id. Raises `PeriodError`."""
    period = periods.read(day)
    return period.first_day, period.last_day, event


def titled(document: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """The id of the row of names.csv whose label holds the number of a document; "" for none."""
    number = numbered(document)
    names_of = (name for name, row in names.items() if re.search(number, row["label_vi"]))
    return next(names_of, "") if document else ""


def numbered(document: str) -> str:
    """A pattern that finds a document's number, but not 26/NQ-CP in 126/NQ-CP."""
    return rf"(?<![\w/.-]){re.escape(document)}(?![\w/]|[.-]\w)"
