"""The tables of a data folder by id, each figure joined with its source, indicator and area.

Nothing here depends on a day: which rows are known on one is for `figures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from analysis.errors import UserError
from analysis.numbers import numerals, quantity
from analysis.numbers.cards import short
from analysis.numbers.quantity import Quantity
from analysis.numbers.questions import Wanted, words
from analysis.numbers.schema import Column, Schema
from analysis.numbers.tables import Tables, nearest

# The columns that the row of a figure takes from its source, its indicator and its area.
_TAKEN = {
    "source": ("sources", ("publisher", "headline", "url", "tier", "grade", "language")),
    "indicator": ("indicators", ("unit", "part_of")),
    "area": ("areas", ("level",)),
}
RowsById: TypeAlias = "dict[str, dict[str, Any]]"


class NoSuchName(UserError, KeyError):
    """An id, code, column or word that the tables do not hold."""

    __str__ = Exception.__str__


class JoinedTables:
    """All rows of all tables, whatever the day; `tables["figures"]["id"]["publisher"]`.

    `read` are the rows as typed, each with its file and line.
    """

    def __init__(self, read: Tables, schemas: Mapping[str, Schema]) -> None:
        taken = {name: schemas[table][name] for table, names in _TAKEN.values() for name in names}
        self._schemas = {**schemas, "figures": {**schemas["figures"], **taken}}
        self.read, self.tables = read, dict[str, RowsById]()
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
        """The Quantity of a figure, read from its `printed` column once and then kept."""
        if figure not in self._quantities:
            row = self.tables["figures"][figure]
            numeral = numerals.read(row["printed"], row["language"])
            day = public_from(self.tables["sources"][row["source"]])
            place = (row["source"], row["locator"], row["publisher"], day, row["url"])
            source = ", ".join((f"“{row['printed']}”", *filter(None, place)))
            self._quantities[figure] = quantity.printed(figure, numeral, row["unit"], source)
        return self._quantities[figure]

    def row(self, table: str, code: str) -> dict[str, Any]:
        """A row by its id. Raises `NoSuchName` with the ids that look like a wrong one."""
        rows = self.tables.get(table)
        if rows is None:
            raise NoSuchName(f"there is no table {table}.csv.{nearest(table, self.tables)}")
        if code not in rows:
            hint = f"{nearest(code, rows)}{_ids_beside(code, rows)}"
            hint = hint or ' known.search("…") looks words up.'
            raise NoSuchName(f"no row “{code}” in {table}.csv.{hint}")
        return rows[code]

    def columns(self, table: str) -> list[str]:
        """The columns of a table: its id, those of the schema, those the file has beside them."""
        in_file = next(iter(self.tables[table].values()), {})
        return list(dict.fromkeys((*self._schemas[table], *in_file)))

    def check(self, table: str, wanted: Mapping[str, Wanted]) -> None:
        """Refuse a column that the table does not have, and a word that its column cannot hold.

        Raises `NoSuchName` with the nearest right one.
        """
        columns = self.columns(table)
        for name, wished in wanted.items():
            if name not in columns:
                raise NoSuchName(f"{table}.csv has no column “{name}”.{nearest(name, columns)}")
            column = self._schemas[table].get(name)
            allowed, which = self._allowed(table, column) if column else ((), "")
            blank = {""} if column is None or not column.required else set()
            for word in words(wished) if allowed else ():
                if word not in {*allowed, *blank}:
                    hint = f"{nearest(word, allowed)}{self._alternatives(table, name, wanted)}"
                    raise NoSuchName(f"{name} is “{word}”; write {which}.{hint}")

    def _alternatives(self, table: str, name: str, wanted: Mapping[str, Wanted]) -> str:
        """The words that would have found something in a column, given the other columns wanted."""
        others = {column: words(wanted[column]) for column in wanted if column != name}
        rows = [row for row in self.tables[table].values() if others]
        possible = {row[name] for row in rows if all(row.get(e) in others[e] for e in others)}
        return (
            f" With the rest as asked, {name} can be {short(sorted(possible))}." if possible else ""
        )

    def _allowed(self, table: str, column: Column) -> tuple[Iterable[str], str]:
        """The words a column may hold, and a phrase that says which; none where any word will do.

        The phrase is for an error message: “a code of data/areas.csv”.
        """
        if column.leads_to and not column.several:
            return self.tables[column.leads_to], f"a code of data/{column.leads_to}.csv"
        if column.words:
            return column.words, f"one of {', '.join(column.words)}"
        for other, names in _TAKEN.values():
            if table == "figures" and column.name in names:
                taken = {row[column.name] for row in self.tables[other].values()}
                return taken, f"a {column.name} of data/{other}.csv"
        return (), ""


def _ids_beside(code: str, rows: Iterable[str]) -> str:
    """A sentence with the ids that share the longest beginning with a wrong one; "" for none."""
    stem = code
    while stem := stem.rpartition(".")[0]:
        if ids := sorted(row_id for row_id in rows if row_id.startswith(f"{stem}.")):
            return f" There are {short(ids)}."
    return ""


def public_from(source: Mapping[str, str]) -> str:
    """The day from which a source counts: when it was printed, or at the latest can have been."""
    return source["published"] or source["published_by"]


def publisher(source: Mapping[str, str]) -> tuple[str, str]:
    """Who printed a source, in Vietnamese and in English, without where a copy of it was read; its
    headline where the publisher is not known."""
    if source["publisher"] == "unknown":
        return (f"“{source['headline']}”",) * 2
    name = source["publisher"].partition(" (")[0]
    return name, source.get("publisher_en") or name


def is_planned(row: Mapping[str, Any]) -> bool:
    """Whether a figure is what somebody plans, asks for or expects, and not what was counted."""
    return row["role"] in ("target", "estimate") or bool(row.get("planned"))


def without(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A copy of a row that lacks one column."""
    return {column: cell for column, cell in row.items() if column != key}
