"""The rows of a data folder by their ids, every figure joined with the rows that it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from analysis.errors import UserError
from analysis.numbers import meaning, numerals, quantity
from analysis.numbers.cards import short
from analysis.numbers.quantity import Quantity
from analysis.numbers.questions import Wanted, words
from analysis.numbers.schema import Column, Schema
from analysis.numbers.tables import Tables, nearest

# What the row of a figure takes over from the rows that it leads to.
_TAKEN = {
    "source": ("sources", ("publisher", "headline", "url", "tier", "grade", "language")),
    "indicator": ("indicators", ("unit", "part_of")),
    "area": ("areas", ("level",)),
}
Rows: TypeAlias = "dict[str, dict[str, Any]]"


class NoSuchName(UserError, KeyError):
    """An id, code, column or word that the tables do not hold."""

    __str__ = Exception.__str__


class Printed:
    """The tables of a data folder by id, every figure joined with the rows that it leads to."""

    def __init__(self, read: Tables, schemas: Mapping[str, Schema]) -> None:
        taken = {name: schemas[table][name] for table, names in _TAKEN.values() for name in names}
        self._schemas = {**schemas, "figures": {**schemas["figures"], **taken}}
        self.tables: dict[str, Rows] = {}
        for table, rows in read.items():
            key = next(iter(schemas[table]))
            self.tables[table] = {row[key]: without(row, key) for row in rows}
        for row in self.tables["figures"].values():
            row["value"] = Decimal(row["value"])
            for column, (table, names) in _TAKEN.items():
                row |= {name: self.tables[table][row[column]][name] for name in names}
        self.tables["figures"] = dict(sorted(self.tables["figures"].items()))
        self._quantities: dict[str, Quantity] = {}

    def quantity(self, figure: str) -> Quantity:
        """A figure as a Quantity: a printed number reads the same on whatever day it is known."""
        if figure not in self._quantities:
            row = self.tables["figures"][figure]
            numeral = numerals.read(row["printed"], row["language"])
            day = meaning.public(self.tables["sources"][row["source"]])
            told = (row["source"], row["locator"], row["publisher"], day, row["url"])
            source = ", ".join((f"“{row['printed']}”", *filter(None, told)))
            self._quantities[figure] = quantity.printed(figure, numeral, row["unit"], source)
        return self._quantities[figure]

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table; that of its ids first."""
        standing = next(iter(self.tables[table].values()), {})
        return list(dict.fromkeys((*self._schemas[table], *standing)))

    def check(self, table: str, wanted: Mapping[str, Wanted]) -> None:
        """Refuse a column or word that could never be found. Raises `NoSuchName`."""
        columns = self.columns(table)
        for name, each in wanted.items():
            if name not in columns:
                raise NoSuchName(f"{table}.csv has no column “{name}”.{nearest(name, columns)}")
            column = self._schemas[table].get(name)
            allowed, which = self._allowed(table, column) if column else ((), "")
            blank = {""} if column is None or not column.required else set()
            for word in words(each) if allowed else ():
                if word not in {*allowed, *blank}:
                    told = f"{nearest(word, allowed)}{self._there(table, name, wanted)}"
                    raise NoSuchName(f"{name} is “{word}”; write {which}.{told}")

    def _there(self, table: str, name: str, wanted: Mapping[str, Wanted]) -> str:
        """Which words stand in a column of the rows that are what else is wanted."""
        others = {each: words(wanted[each]) for each in wanted if each != name}
        rows = [row for row in self.tables[table].values() if others]
        there = {row[name] for row in rows if all(row.get(e) in others[e] for e in others)}
        return f" What else was asked for has {short(sorted(there))}." if there else ""

    def _allowed(self, table: str, column: Column) -> tuple[Iterable[str], str]:
        """The words that a column can have, and how to say which; none where any word will do."""
        if column.leads_to and not column.several:
            return self.tables[column.leads_to], f"a code of data/{column.leads_to}.csv"
        if column.words:
            return column.words, f"one of {', '.join(column.words)}"
        for other, names in _TAKEN.values():
            if table == "figures" and column.name in names:
                standing = {row[column.name] for row in self.tables[other].values()}
                return standing, f"a {column.name} of data/{other}.csv"
        return (), ""


def without(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A row without one of its columns."""
    return {column: cell for column, cell in row.items() if column != key}
