"""Rules of events.csv: each step once, on a day that its source can tell of, in order of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from analysis.numbers import periods
from analysis.numbers.events import order, titled
from analysis.numbers.rows import public_from
from analysis.numbers.rules.rows import without_locator
from analysis.numbers.schema import Finding, is_day
from analysis.numbers.tables import Row, Tables

# The kinds of events that a source can print before they happen.
_ANNOUNCED = frozenset({"congress", "deadline", "election", "start", "training", "trial"})


def findings(tables: Tables) -> Iterator[Finding]:
    """Every event of a day that cannot be, without a name or paragraph, repeated, or unsorted."""
    names = {row["name"]: row for row in tables["names"]}
    sources = {row["source"]: row for row in tables["sources"]}
    for row in tables["events"]:
        source = sources.get(row["source"])
        yield from _day(row, public_from(source) if source else "")
        if row["document"] and not titled(row["document"], names):
            what = "stands in no name of names.csv. Add its name there, or correct it."
            yield row.wrong_cell("document", what)
        if source:
            yield from without_locator(row, source)
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
        keys: list[tuple[str, ...]] = [(row["label_vi"],), (row["label_en"],)]
        if row["document"]:
            keys.append(step)
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
