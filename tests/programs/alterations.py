"""What `prove` alters beside documents: rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from analysis.numbers import numerals, tables

FOREIGN = {"vi": "1.731", "en": "1,731"}  # a number that no source prints
IN_WORDS = {"vi": "mười hai", "en": "twelve"}


@dataclass(frozen=True)
class Mutant:
    """One alteration: its kind, where and how; `edit` is for the function that tries it."""

    world: str
    kind: str
    place: str
    change: str
    edit: Any = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.kind} · {self.place} · {self.change}"


class Tables:
    """The rows of each table, by id and in order."""

    def __init__(self, data: Path) -> None:
        self.rows = {
            file.stem: {next(iter(row.values())): row for row in tables.rows(file)}
            for file in sorted(data.glob("*.csv"))
        }

    def near(self, figure: str, chance: Random) -> str:
        """Another figure with another value, of the same indicator where there is one."""
        rows = self.rows["figures"]
        others = [key for key, row in rows.items() if row["value"] != rows[figure]["value"]]
        like = [key for key in others if rows[key]["indicator"] == rows[figure]["indicator"]]
        return chance.choice(like or others)

    def other(self, table: str, key: str, chance: Random) -> str:
        """Another row of a table."""
        return chance.choice([code for code in self.rows[table] if code != key])


# -------------------------------------------------------------------------------------------- rows

Cells = Iterator[tuple[str, dict[str, str]]]


def of_rows(known: Tables, chance: Random) -> Iterator[Mutant]:
    """Each row of the tables with other cells."""
    yield from _of_meaning(known, chance)
    makers = {"figures": _figure, "claims": _claim, "sources": _source}
    for table in (*makers, "indicators", "areas"):
        for key, row in known.rows[table].items():
            for kind, other in makers.get(table, _labelled)(row, known, chance):
                change = ", ".join(f"{row[name]} → {cell or '–'}" for name, cell in other.items())
                edit = (table, {key: other})
                yield Mutant("rows", kind, f"{table}.csv {key}", change, edit)


def _figure(row: Mapping[str, str], known: Tables, chance: Random) -> Cells:
    public = known.rows["sources"][row["source"]]
    bare = re.sub(r"\([^)]*\)", lambda aside: "_" * len(aside[0]), row["printed"])
    found = re.search(r"\d[\d.,]*\d|\d", bare)
    assert found, row
    begin, end = found.span()
    printed = row["printed"][:begin] + bumped(found[0], chance) + row["printed"][end:]
    value = numerals.plain(numerals.read(printed, public["language"]).value)
    yield "value", {"value": bumped(row["value"], chance)}
    yield "printed", {"printed": printed}
    yield "value and printed", {"value": value, "printed": printed}
    other = known.rows["figures"][known.near(row["figure"], chance)]
    if known.rows["sources"][other["source"]]["language"] == public["language"]:
        yield "another's value", {name: other[name] for name in ("value", "printed", "qualifier")}
    hedges = sorted(set(numerals.MEANS.values()) - {row["qualifier"]})
    yield "qualifier", {"qualifier": chance.choice(hedges)}
    late = int((public["published"] or public["published_by"])[:4]) + 1
    wrong = [row["as_of"] + "x", "2025-02-30"] + [f"{late}-06-30"] * (row["role"] != "target")
    yield "as_of", {"as_of": chance.choice(wrong)}


def bumped(numeral: str, chance: Random) -> str:
    """The numeral with one digit changed; it keeps its length and its marks."""
    at = chance.choice([i for i, letter in enumerate(numeral) if letter.isdigit()])
    digit = chance.choice([other for other in "123456789" if other != numeral[at]])
    return numeral[:at] + digit + numeral[at + 1 :]


def _claim(row: Mapping[str, str], known: Tables, chance: Random) -> Cells:
    for column in ("operands", "stated") if row["operands"] else ("stated",):
        ids = row[column].split()
        at = chance.randrange(len(ids))
        for kind, other in (("no such", ids[at][:-1]), ("another", known.near(ids[at], chance))):
            yield f"{column}, {kind}", {column: " ".join([*ids[:at], other, *ids[at + 1 :]])}
    verdicts = {claim["verdict"] for claim in known.rows["claims"].values()} - {row["verdict"]}
    yield "verdict", {"verdict": chance.choice(sorted(verdicts))}


def _source(row: Mapping[str, str], _: Tables, __: Random) -> Cells:
    column = "published" if row["published"] else "published_by"
    earlier = str(int(row[column][:4]) - 1) + row[column][4:]
    for day in ("16/07/2025", "2025-13-01", "2027-01-01", "", earlier):
        yield column, {column: day}


def _labelled(row: Mapping[str, str], _: Tables, chance: Random) -> Cells:
    column = chance.choice([name for name in row if name.startswith(("label_", "unit_"))])
    yield "label with a digit", {column: f"{row[column]} 1.221"}


# ---------------------------------------------------------------------------- what rows are about

# Columns that say what a number is about; a wrong word there may be unnoticed, but seldom.
ABOUT = ("reform", "area", "indicator", "role", "as_of", "source")
MEANING = (*(f"about: {column}" for column in ABOUT), "exchanged in a paragraph")


def _of_meaning(known: Tables, chance: Random) -> Iterator[Mutant]:
    """Figures, of a table for many places one, said to be about something else."""
    areas, seen = known.rows["areas"], set()
    for key, row in known.rows["figures"].items():
        shape = tuple("*" if part in areas else part for part in key.split("."))
        if shape in seen:
            continue
        seen.add(shape)
        for column in ABOUT:
            if others := sorted({*_plausible(column, row, known)} - {row[column]}):
                other = chance.choice(others)
                edit = ("figures", {key: {column: other}})
                change = f"{row[column] or '–'} → {other or '–'}"
                yield Mutant("rows", f"about: {column}", f"figures.csv {key}", change, edit)
        if beside := [one for one in _paragraph(row, known) if one["value"] != row["value"]]:
            other = chance.choice(beside)
            cells = ("printed", "value", "qualifier")
            both = [(row, other), (other, row)]
            edit = ("figures", {a["figure"]: {name: b[name] for name in cells} for a, b in both})
            change = f"{row['printed']} ↔ {other['printed']}"
            yield Mutant("rows", MEANING[-1], f"figures.csv {key}", change, edit)


def _plausible(column: str, row: Mapping[str, str], known: Tables) -> Iterator[str]:
    """What somebody might have typed instead."""
    rows, figures = known.rows, known.rows["figures"].values()
    of_source = [figure for figure in figures if figure["source"] == row["source"]]
    if column == "reform":
        yield from (
            "",
            *(name for name, entry in rows["names"].items() if entry["kind"] == "reform"),
        )
    elif column == "area":
        level = rows["areas"][row["area"]]["level"]
        yield from (figure["area"] for figure in of_source)
        yield from (name for name, area in rows["areas"].items() if area["level"] == level)
        yield from ("ha-noi", "viet-nam")
    elif column == "indicator":
        unit = rows["indicators"][row["indicator"]]["unit"]
        yield from (
            name for name, indicator in rows["indicators"].items() if indicator["unit"] == unit
        )
    elif column == "role":
        yield from {figure["role"] for figure in figures}
    elif column == "as_of":
        for years in (-1, 1):
            yield re.sub(r"\d{4}", lambda year: str(int(year[0]) + years), row["as_of"])  # noqa: B023
        yield from (figure["as_of"] for figure in of_source)
        yield _public(row["source"], known)
    else:
        days = {name: _public(name, known) for name in rows["sources"]}
        own = days[row["source"]]
        near = sorted((source for source in days if source != row["source"]),
                      key=lambda source: abs(_ordinal(days[source]) - _ordinal(own)))  # fmt: skip
        yield from {name for name, day in days.items() if day == own} or near[:3]
        yield from near[:3]


def _public(source: str, known: Tables) -> str:
    row = known.rows["sources"][source]
    return row["published"] or row["published_by"]


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _paragraph(row: Mapping[str, str], known: Tables) -> list[dict[str, str]]:
    """The figures of the same paragraph."""
    where = (row["source"], row["locator"])
    figures = known.rows["figures"].values() if row["locator"] else ()
    return [figure for figure in figures if (figure["source"], figure["locator"]) == where]
