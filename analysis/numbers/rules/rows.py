"""Rules of single rows, and of rows that lead to each other.

A printed number reads as the value that was typed, days follow each other, and words that pages
show hold no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import product

from analysis.numbers import numerals, periods
from analysis.numbers.rows import is_planned, public_from
from analysis.numbers.schema import Finding, is_day
from analysis.numbers.tables import Row, Tables

# A list may be printed some days before it takes effect, but a count is not known months ahead.
AHEAD_DAYS = 31
# Words that pages show as they stand: their digits would be numbers that nothing accounts for.
WORDS = {
    "indicators": ("label_vi", "label_en", "unit_vi", "unit_en"),
    "areas": ("label_vi", "label_en"),
    "claims": ("note_vi", "note_en"),
    "events": ("label_vi", "label_en"),
    "places": ("name", "formed_from"),
}
NEEDED = {"sources", "indicators", "figures", "names", *WORDS}  # tables without which none is read


def findings(tables: Tables) -> Iterator[Finding]:
    """Every row that contradicts itself, or a row that it leads to."""
    yield from _numbers_in_words(tables)
    covered = any(row["covers"] for row in tables["sources"])
    for row in tables["sources"]:
        yield from _days(row)
        yield from _covers(row, covered)
    yield from _parts(tables["indicators"])
    yield from _reforms(tables)
    sources = {row["source"]: row for row in tables["sources"]}
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    for row in tables["figures"]:
        source, indicator = sources.get(row["source"]), indicators.get(row["indicator"])
        yield from _as_of(row, public_from(source) if source else "")
        if source:
            yield from without_locator(row, source)
            yield from _printed(row, source["language"], indicator)
        if row["doubted"] and not row["note"]:
            yield row.wrong_cell("doubted", "has no reason. Say in the note why it is wrong.")


def _numbers_in_words(tables: Tables) -> Iterator[Finding]:
    """Cells that hold a digit outside a name."""
    names = [row[column] for row in tables["names"] for column in ("label_vi", "label_en")]
    for table, columns in WORDS.items():
        for row, column in product(tables[table], columns):
            words = row[column]
            for name in filter(None, names if re.search(r"\d", words) else ()):
                words = words.replace(name, "")
            if re.search(r"\d", words):
                what = "holds a number. Take it out, or list its name in names.csv."
                yield row.wrong_cell(column, what)


def _days(source: Row) -> Iterator[Finding]:
    """A source without a day of printing, or read before it was printed."""
    day, accessed = public_from(source), source["accessed"]
    if not day:
        what = "published and published_by are both empty."
        yield source.wrong(f"{what} Give the day, or the latest day it can have been printed.")
    if is_day(day) and is_day(accessed) and day > accessed:
        what = f"was published after it was accessed ({accessed})."
        yield source.wrong(f"{what} One of the dates is wrong.")


def _covers(source: Row, required: bool) -> Iterator[Finding]:
    """A period of a source that cannot be read, or that it alone lacks (`required`)."""
    try:
        if source["covers"] or required:
            periods.read(source["covers"])
    except periods.PeriodError as error:
        yield source.wrong(f"covers {error}.", "covers")


def _parts(indicators: list[Row]) -> Iterator[Finding]:
    """An indicator that is a part of one with another unit."""
    units = {row["indicator"]: row["unit"] for row in indicators}
    for row in indicators:
        whole = units.get(row["part_of"], row["unit"])
        if whole != row["unit"]:
            what = f"counts {whole}, but this counts {row['unit']}."
            yield row.wrong_cell("part_of", f"{what} Parts are added up: correct part_of or unit.")


def _reforms(tables: Tables) -> Iterator[Finding]:
    """A reform that names.csv lists as a name of another kind."""
    kinds = {row["name"]: row["kind"] for row in tables["names"]}
    for row in (*tables["figures"], *tables["events"]):
        if kinds.get(row["reform"], "reform") != "reform":
            what = f"is a name of kind {kinds[row['reform']]}."
            yield row.wrong_cell("reform", f"{what} Give one of kind reform, or nothing.")


def _as_of(row: Row, day: str) -> Iterator[Finding]:
    """A period of a figure that cannot be read, or long after the `day` its source was printed."""
    try:
        period = periods.read(row["as_of"])
    except periods.PeriodError as error:
        yield row.wrong(f"as_of {error}.", "as_of")
        return
    if is_planned(row) or not is_day(day):
        return
    ahead = (period.first_day - date.fromisoformat(day)).days
    if ahead > AHEAD_DAYS:
        when = f"is {ahead} days after its source {row['source']} was printed ({day})"
        yield row.wrong_cell("as_of", f"{when}. Correct one.")


def without_locator(row: Row, source: Row) -> Iterator[Finding]:
    """A figure or event without a paragraph, though the whole text of its source was read."""
    if not row["locator"] and source["grade"] == "full text":
        what = "locator is empty, but the source is graded full text."
        yield row.wrong(f"{what} Give the paragraph, e.g. p15.", "locator")


def _printed(row: Row, language: str, indicator: Row | None) -> Iterator[Finding]:
    """A printed form that is no number, or not the one that was typed as value and qualifier."""
    if language not in numerals.LOCALES:
        return
    try:
        numeral = numerals.read(row["printed"], language)
    except numerals.NumeralError as error:
        yield row.wrong(f"printed {error}. Copy the number as the source prints it.", "printed")
        return
    quoted = f"printed “{row['printed']}”"
    cures = {"value": "printed if it was mistyped", "qualifier": "the hedge in printed"}
    reads = {"value": numerals.plain(numeral.value), "qualifier": numeral.qualifier}
    for column, read in reads.items():
        if read != row[column]:
            what = f"{quoted} reads as {read}, but {column} is {row[column]}."
            yield row.wrong(f"{what} Correct {column}, or {cures[column]}.", column)
    if indicator and numeral.percent != (indicator["unit"] == "percent"):
        what = f"{quoted} and the unit of {row['indicator']} ({indicator['unit']}) do not agree"
        fix = "one is a percentage, the other is not. Correct printed or indicator."
        yield row.wrong(f"{what}: {fix}", "indicator")
