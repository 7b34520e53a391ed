"""One article is one row, one fact is one row, and no count is listed as a name.

An article under two ids would lend one number the weight of two sources; a count listed as a name
would stand on pages as words that nothing accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row, Tables
from analysis.numbers.wording import any_of, nouns

_FACT = ("source", "locator", "value", "indicator", "area", "as_of", "role")
_MOST_WORDS = 9  # of a number as printed; more is a sentence, and belongs to its publisher
# What no name holds: marks within a number, a percent sign.
_COUNT = re.compile(r"\d[.,]\d{3}|\d\s*%")
# “2025 plan” and “18th congress” begin with a year or an ordinal.
_BARE = re.compile(r"(?!(?:19|20)\d\d\b)\d+(?!\d|st\b|nd\b|rd\b|th\b)")


def findings(tables: Tables) -> Iterator[Finding]:
    """Every row that repeats another one, every name that is a count or holds no word."""
    yield from _articles(tables["sources"])
    yield from _facts(tables["figures"])
    yield from _counts(tables)
    for row in tables["sources"]:
        for column in ("publisher", "headline"):
            if row[column] and not re.search(r"[^\W\d_]", row[column]):
                what = "holds no word. Write it as printed, or “unknown”."
                yield row.wrong_cell(column, what)


def _counts(tables: Tables) -> Iterator[Finding]:
    """Names of names.csv that are a number with its mark, its percent sign or its noun."""
    words = any_of(noun for row in tables["indicators"] for noun in nouns(row))
    counted = re.compile(rf"\d\s+{words}(?!\w)", re.IGNORECASE)
    for row in tables["names"]:
        for column in ("label_vi", "label_en"):
            number = _COUNT.search(row[column]) or _BARE.match(row[column])
            if number or counted.search(row[column]):
                what = "is a count, not a name. Make it a figure, or write the name in full."
                yield row.wrong_cell(column, what)


def _articles(sources: Sequence[Row]) -> Iterator[Finding]:
    """Sources of one address, or alike in day, publisher and headline."""
    seen: dict[tuple[str, str, str], str] = {}
    for row in sources:
        address = re.sub(r"^https?://(?:www\.|m\.)?|/*(?:[?#].*)?$", "", row["url"].casefold())
        publisher, headline = row["publisher"].casefold(), row["headline"].casefold()
        day = row["published"] or row["published_by"]
        keys = [(day, publisher, headline)]
        if address:
            keys.append(("address", address, ""))
        if again := [seen[key] for key in keys if key in seen]:
            what = f"is the same article as {again[0]}: their figures would count twice."
            yield row.wrong(f"{what} Keep one, and lead its figures there.", "source")
        seen |= dict.fromkeys(keys, row["source"])


def _facts(figures: Sequence[Row]) -> Iterator[Finding]:
    """Figures that print the same number of the same thing in the same place."""
    seen: dict[tuple[str, ...], str] = {}
    for row in figures:
        key = tuple(row[column] for column in _FACT)
        if seen.get(key, row["figure"]) != row["figure"]:
            yield row.wrong(f"says the same as {seen[key]}. Remove one, or correct it.")
        seen[key] = row["figure"]
        if len(row["printed"].split()) > _MOST_WORDS:
            what = "is a sentence. Keep the number, its hedge and the words for what is counted."
            yield row.wrong_cell("printed", what)
