"""What no schema can say of the tables: that what was typed agrees with what was printed.

Days follow each other, a printed number reads as its value, words hold no number. A cell that the
schema refuses is not looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path

from analysis.numbers import doubles, events, numerals, periods, places
from analysis.numbers.schema import is_day
from analysis.numbers.tables import Finding, Row, Tables
from analysis.numbers.tables import read as read_tables

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


def read(where: Path) -> tuple[Tables, list[Finding]]:
    """The tables of a data folder and everything wrong with them, sorted."""
    tables, findings = read_tables(where)
    if {"sources", "indicators", "figures", "names", *WORDS} <= set(tables):
        refused = {(each.file, each.line, each.column) for each in findings}
        found = [*_numbers_in_words(tables), *_disagreements(tables)]
        findings += [e for e in found if (e.file, e.line, e.column) not in refused]
    return tables, sorted(findings)


def _disagreements(tables: Tables) -> Iterator[Finding]:
    """Where cells of a row, or of rows that lead to each other, do not agree."""
    sources = {row["source"]: row for row in tables["sources"]}
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    for row in tables["sources"]:
        yield from _days(row)
    for row in tables["indicators"]:
        whole = indicators.get(row["part_of"], row)["unit"]
        if whole != row["unit"]:
            what = f"counts {whole}, but this counts {row['unit']}."
            yield row.wrong_cell("part_of", f"{what} Parts are added up: correct part_of or unit.")
    names = {row["name"]: row["kind"] for row in tables["names"]}
    for row in (*tables["figures"], *tables["events"]):
        if names.get(row["reform"], "reform") != "reform":
            what = f"is a name of kind {names[row['reform']]}."
            yield row.wrong_cell("reform", f"{what} Give one of kind reform, or nothing.")
    for row in tables["figures"]:
        source, indicator = sources.get(row["source"]), indicators.get(row["indicator"])
        yield from _as_of(row, public(source) if source else "")
        if source:
            yield from _printed(row, source, indicator)
        if row["doubted"] and not row["note"]:
            yield row.wrong_cell("doubted", "has no reason. Say in the note why it is wrong.")
    yield from doubles.findings(tables)
    yield from places.disagreements(tables)
    yield from events.disagreements(tables, {name: public(row) for name, row in sources.items()})


def public(source: Mapping[str, str]) -> str:
    """The day from which a source counts: when it was printed, or at the latest can have been."""
    return source["published"] or source["published_by"]


def _days(row: Row) -> Iterator[Finding]:
    day, accessed = public(row), row["accessed"]
    if not day:
        what = "published and published_by are both empty."
        yield row.wrong(f"{what} Give the day, or the latest day it can have been printed.")
    if is_day(day) and is_day(accessed) and day > accessed:
        what = f"was published after it was accessed ({accessed})."
        yield row.wrong(f"{what} One of the dates is wrong.")


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


def _as_of(row: Row, day: str) -> Iterator[Finding]:
    """What is wrong with the period of a figure whose source was printed on a day."""
    try:
        period = periods.read(row["as_of"])
    except periods.PeriodError as error:
        yield row.wrong(f"as_of {error}.", "as_of")
        return
    if row["role"] in ("target", "estimate") or not is_day(day):
        return
    ahead = (period.first_day - date.fromisoformat(day)).days
    if ahead > AHEAD_DAYS:
        when = f"is {ahead} days after its source {row['source']} was printed ({day})"
        yield row.wrong_cell("as_of", f"{when}. Correct one.")


def _printed(row: Row, source: Row, indicator: Row | None) -> Iterator[Finding]:
    """Where the number as printed is no number, or not the one that was typed."""
    if not row["locator"] and source["grade"] == "full text":
        what = "locator is empty, but the source is graded full text."
        yield row.wrong(f"{what} Give the paragraph, e.g. p15.", "locator")
    if source["language"] not in numerals.LOCALES:
        return
    try:
        numeral = numerals.read(row["printed"], source["language"])
    except numerals.NumeralError as error:
        yield row.wrong(f"printed {error}. Copy the number as the source prints it.", "printed")
        return
    said = f"printed “{row['printed']}”"
    cures = {"value": "printed if it was mistyped", "qualifier": "the hedge in printed"}
    found = {"value": numerals.plain(numeral.value), "qualifier": numeral.qualifier}
    for column, read in found.items():
        if read != row[column]:
            what = f"{said} reads as {read}, but {column} is {row[column]}."
            yield row.wrong(f"{what} Correct {column}, or {cures[column]}.", column)
    if indicator and numeral.percent != (indicator["unit"] == "percent"):
        what = f"{said} and the unit of {row['indicator']} ({indicator['unit']}) do not agree"
        fix = "one is a percentage, the other is not. Correct printed or indicator."
        yield row.wrong(f"{what}: {fix}", "indicator")
