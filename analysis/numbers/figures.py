"""The figures known on a day: what a notebook asks everything of.

`load` reads and checks the tables and returns `Figures`, or raises with everything that is wrong.
Each question that is put to Figures is noted (see `questions`); `answers` gives a digest of each
answer, and a page is stale when one of them has changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.numbers import (
    catalogue,
    events,
    listing,
    meaning,
    periods,
    places,
    quantity,
    questions,
    schema,
    tables,
)
from analysis.numbers.cards import Card, short
from analysis.numbers.events import Event
from analysis.numbers.inline import Label
from analysis.numbers.listing import Listing
from analysis.numbers.periods import Period
from analysis.numbers.places import Place
from analysis.numbers.quantity import Quantity
from analysis.numbers.questions import Wanted, words
from analysis.numbers.questions import asked as asked
from analysis.numbers.questions import forget as forget
from analysis.numbers.rows import JoinedTables, Rows, without
from analysis.numbers.rows import NoSuchName as NoSuchName
from analysis.numbers.tables import DataError, nearest
from analysis.numbers.wording import any_of

if TYPE_CHECKING:
    import pandas as pd


def answers(known: Figures, names: Iterable[str]) -> dict[str, str]:
    """A digest of the answer to each question, by the question's name."""
    return {name: questions.digest(known._answer(name)) for name in names}


class Figures(Card):
    """The figures that could be quoted on a day from some evidence, and the tables around them.

    Notebooks call it `known`. `known["id"]` is a figure as a Quantity: an unknown one where no
    source of that `evidence` had printed it by `known_on`. An id that figures.csv does not hold is
    an error that names the nearest one.
    """

    def __init__(self, joined: JoinedTables, known_on: str = "", evidence: str = "all") -> None:
        self.known_on, self.evidence = known_on, evidence
        self._joined, tables = joined, joined.tables  # all rows; `_known`: those of the day
        sources = {
            source: row
            for source, row in tables["sources"].items()
            if (not known_on or meaning.public(row) <= known_on)
            and (evidence == "all" or row["tier"] == "core")
        }
        printed = {
            name: {code: row for code, row in tables[name].items() if row["source"] in sources}
            for name in ("figures", "events", "places")
        }
        self._known = {**tables, "sources": sources, **printed}
        self._listed: dict[str, Listing] = {}

    def __repr__(self) -> str:
        day = f" on {self.known_on}" if self.known_on else ""
        return f"<{len(self._known['figures'])} figures known{day}, evidence: {self.evidence}>"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables: figures, sources, indicators …"""
        return tuple(self._known)

    def facts(self) -> list[tuple[str, str]]:
        """How many rows of each table are known, and how to look further."""
        ask = 'known.search("…"), known.available(area="…"), known.frame(), known["figure"]'
        return [*((name, f"{len(rows)}") for name, rows in self._known.items()), ("ask", ask)]

    # -- one row ----------------------------------------------------------------------------------

    def __contains__(self, figure: object) -> bool:
        """True where figures.csv holds this id, known or not."""
        questions.note("figures", str(figure))
        return figure in self._joined.tables["figures"]

    def __getitem__(self, figure: str) -> Quantity:
        row, known = self._row("figures", figure)
        return self._joined.quantity(figure) if known else quantity.unknown(figure, row["unit"])

    def get(self, figure: str) -> Quantity:
        """The figure; unknown, in no unit, where figures.csv has no such id."""
        return self[figure] if figure in self else quantity.unknown(figure)

    def as_of(self, figure: str) -> Period:
        """The day or period the figure holds for; an unknown Period where the figure is unknown."""
        row, known = self._row("figures", figure)
        return periods.read(row["as_of"], figure) if known else Period("", figure=figure)

    def row(self, figure: str) -> dict[str, Any]:
        """The row of one known figure, with columns of its source and its indicator.

        Raises `NoSuchName` where the figure is not known.
        """
        # The level of its area is joined for `find` alone.
        return without(self.entry("figures", figure), "level")

    def indicator_of(self, figure: str) -> str:
        """The code of the indicator that a figure counts, whether the figure is known or not."""
        return str(self._row("figures", figure)[0]["indicator"])

    def entry(self, table: str, code: str) -> dict[str, Any]:
        """One known row of a table. Raises `NoSuchName` where it is not known."""
        row, known = self._row(table, code)
        if not known:
            raise NoSuchName(f"no source had printed “{code}” ({table}) by the day of the report")
        return dict(row)

    def label(self, table: str, code: str) -> Label:
        """The label of a row of indicators, areas, names or events, in both languages.

        The label of an event that is not known is an unknown Label. A row of places has no label
        columns: its label says which units the place was formed from.
        """
        row, known = self._row(table, code)
        if table == "places":
            return Label(table, code, *places.formed(row), known)
        return Label(table, code, row["label_vi"], row["label_en"], known)

    def event(self, code: str) -> Event:
        """One event; its day and label are unknown where no source had printed it yet."""
        label, row = self.label("events", code), self._joined.tables["events"][code]
        questions.note("names")
        name = events.titled(row["document"], self._known["names"])
        return events.event(label, row, self.label("names", name) if name else None)

    def events(self, reform: str = "", kind: str = "") -> list[Event]:
        """The known events, of one reform or of one kind where it is given, in order of days."""
        wanted = {"reform": reform, "kind": kind}
        found = self.among("events", **{name: word for name, word in wanted.items() if word})
        rows = self._known["events"]
        found.sort(key=lambda code: events.order(rows[code]["day"], code))
        return [self.event(code) for code in found]

    def place(self, area: str) -> Place:
        """What and where an area is; unknown where no source had printed it by the day."""
        row, known = self._row("places", area)
        return places.place(self.label("areas", area), row if known else None)

    def places(self, within: str) -> list[Place]:
        """The known places within an area, in the order of the Vietnamese alphabet."""
        for table in ("places", "areas"):  # two questions, instead of two for each place
            questions.note(table)
        return self._places(within)

    def _places(self, within: str) -> list[Place]:
        rows, labels = self._known["places"], self._joined.tables["areas"]
        found = (
            places.place(
                Label("areas", each, labels[each]["label_vi"], labels[each]["label_en"]),
                rows[each],
            )
            for each in self._search("places", {"within": within})
        )
        return sorted(found, key=lambda each: (places.alphabetical(each.name), each.kind))

    def beside(self, area: str) -> tuple[Label | None, Label | None]:
        """The labels of the places just before and after an area within the same one, in the order
        of the Vietnamese alphabet; None at an end, and where the area is no known place."""
        questions.note("places", f"{questions.BESIDE}{area}")
        within = self._known["places"].get(area, {"within": ""})["within"]
        ordered = [each.label for each in self._places(within)] if within else []
        row = [None, *ordered, None]
        at = next((at for at, each in enumerate(row) if each and each.code == area), 0)
        return (row[at - 1], row[at + 1]) if at else (None, None)

    def nearest(self, area: str, most: int = 5) -> list[Place]:
        """Up to `most` other places within the same area, the nearest first, by their points."""
        own = self.place(area)
        others = (
            [each for each in self.places(own.within) if each.area != area] if own.known else []
        )
        return sorted(others, key=lambda each: places.apart(own, each))[:most]

    def listed(self, name: str) -> Listing:
        """The numbers of one kind that a list prints for many places.

        The name of a list is an id with `*` for the place, and the area around the places:
        `units-2025.*.land-area in ha-noi`.
        """
        questions.note("figures", name)
        if name not in self._listed:
            self._listed[name] = self._listing(name)
        return self._listed[name]

    def _listing(self, name: str) -> Listing:
        """A list by its name; empty where one of its figures is not known yet."""
        figures, known = self._joined.tables["figures"], self._known["figures"]
        around = listing.within(name)
        places = (area for area, row in self._joined.tables["places"].items()
                  if row["within"] == around)  # fmt: skip
        by_area = {area: figure for area, figure in listing.ids(name, places) if figure in figures}
        if not by_area:
            raise NoSuchName(f"no figure of a place within “{around}” is called “{name}”")
        if not all(figure in known for figure in by_area.values()):
            return Listing(name, {})
        doubted = [area for area, each in by_area.items() if known[each]["doubted"]]
        numbers = {area: self._joined.quantity(figure)
                   for area, figure in by_area.items() if area not in doubted}  # fmt: skip
        ordered = sorted(numbers.items(), key=lambda each: (-each[1].value, each[0]))
        return Listing(name, dict(ordered), tuple(doubted))

    def _row(self, table: str, code: str) -> tuple[dict[str, Any], bool]:
        """A row of a table, and whether it is known; the question is noted."""
        self._table(table)
        questions.note(table, code := str(code))
        rows = self._joined.tables[table]
        if code not in rows:
            hint = f"{nearest(code, rows)}{_ids_beside(code, rows)}"
            hint = hint or ' known.search("…") looks words up.'
            raise NoSuchName(f"no row “{code}” in {table}.csv.{hint}")
        return rows[code], code in self._known[table]

    def _table(self, table: str) -> Rows:
        if table not in self._known:
            raise NoSuchName(f"there is no table {table}.csv.{nearest(table, self._known)}")
        return self._known[table]

    # -- which rows there are ---------------------------------------------------------------------

    def find(self, **wanted: Wanted) -> list[str]:
        """The ids of the known figures whose columns have these words, sorted.

        `role=("before", "after")` is one or the other. A column or word that the tables do not have
        raises `NoSuchName`, because an empty list would hide the misspelling.
        """
        return self.among("figures", **wanted)

    def among(self, table: str, **wanted: Wanted) -> list[str]:
        """The ids of the known rows of any table whose columns have these words, sorted."""
        self._table(table)
        found = self._search(table, wanted)
        questions.note(table, wanted)
        return found

    def claims_on(self, **wanted: Wanted) -> list[str]:
        """The ids of the known claims whose stated figure has these words; without words of all."""
        return self.among("claims", **{f"stated.{column}": each for column, each in wanted.items()})

    def _search(self, table: str, wanted: Mapping[str, Wanted]) -> list[str]:
        """The ids of the known rows with these words; a column `stated.area` of claims is the area
        of the figure that the claim states."""
        rows, prefix = self._known[table].items(), "stated."
        if any(column.startswith(prefix) for column in wanted):
            stated = {column.removeprefix(prefix): each for column, each in wanted.items()}
            figures = set(self._search("figures", stated))
            return sorted(claim for claim, row in rows if row["stated"] in figures)
        self._joined.check(table, wanted)
        allowed = {column: words(each) for column, each in wanted.items()}
        return sorted(code for code, row in rows if all(row[e] in allowed[e] for e in allowed))

    # -- whole tables -----------------------------------------------------------------------------

    def rows(self) -> Rows:
        """All known figures by id, each row joined with its source, indicator and area."""
        questions.note("figures")
        return {figure: dict(row) for figure, row in self._known["figures"].items()}

    search, available = catalogue.search, catalogue.available

    def frame(self, table: str = "", **wanted: Wanted) -> pd.DataFrame:
        """The known figures, one a row, as numbers and days to compute and draw with.

        `frame(indicator="…", area="…")` takes those that `find` finds; without more, all.
        `value`, `low` and `high` are floats in `unit`: a count is never below 0, a share of a whole
        never above 100, and what nothing bounds is NaN. `as_of_start` and `as_of_end` are the first
        and last day that `as_of` can mean (NaT for an open start); `published` is the day from
        which the source counts. Labels stand in both languages. For arithmetic that keeps bounds:
        `known["id"]`. With the name of a table (`sources`), that table as it stands, or its rows
        with what else is named; of figures, sources, events and places those that are known.
        """
        if not table:
            return catalogue.frame(self).loc[self.find(**wanted)]
        import pandas as pd  # slow to import, and most reports take no table whole

        rows = self._table(table)
        if wanted:
            rows = {code: rows[code] for code in self.among(table, **wanted)}
        questions.note(table)
        key, *columns = self._joined.columns(table)
        index = pd.Index(list(rows), name=key)
        return pd.DataFrame(list(rows.values()), index=index, columns=columns)

    def names_pattern(self) -> re.Pattern[str]:
        """A pattern for the labels of names.csv that hold a digit, the longest first."""
        questions.note("names")
        rows = self._known["names"].values()
        labels = {row[column] for row in rows for column in ("label_vi", "label_en")}
        return _pattern(frozenset(label for label in labels if any(map(str.isnumeric, label))))

    def latest(self) -> str:
        """The last day on which a known source was printed; "" where none is known."""
        questions.note("sources", "latest")
        return max(map(meaning.public, self._known["sources"].values()), default="")

    def _answer(self, name: str) -> Any:
        """The answer of these figures to a question, by its name, as JSON can hold it."""
        table, asked = questions.parse(name)
        rows = self._known.get(table)
        if rows is None:
            return None
        if asked is None:
            return [[code, list(row.items())] for code, row in rows.items()]
        if not isinstance(asked, str):
            try:
                return self._search(table, asked)
            except NoSuchName as error:
                return str(error)
        if (table, asked) == ("sources", "latest"):
            return [rows.get(asked), self.latest()]
        if table == "places" and asked.startswith(questions.BESIDE):
            both = self.beside(asked.removeprefix(questions.BESIDE))
            return [each and [each.code, each.vi, each.en] for each in both]
        row = rows.get(asked)
        if table == "figures" and listing.within(asked):
            return self._listing(asked).answer
        if table == "figures" and row is None:
            unknown = self._joined.tables[table].get(asked)
            return unknown and ["unknown", unknown["indicator"], unknown["unit"]]
        return row and without(row, "level" if table == "figures" else "")


def _ids_beside(code: str, rows: Iterable[str]) -> str:
    """A sentence with the ids that share the longest beginning with a wrong one; "" for none."""
    stem = code
    while stem := stem.rpartition(".")[0]:
        if ids := sorted(each for each in rows if each.startswith(f"{stem}.")):
            return f" There are {short(ids)}."
    return ""


@lru_cache(maxsize=16)
def _pattern(labels: frozenset[str]) -> re.Pattern[str]:
    """A pattern for any of the labels, where no word or number goes on around it."""
    return re.compile(rf"(?<!\w)(?<!\d[.,]){any_of(labels)}(?!\w|[.,]\d)")


# ------------------------------------------------------------------------------------------ loading


def load(data: str | os.PathLike[str] = "", known_on: str = "", evidence: str = "all") -> Figures:
    """The figures that could be quoted on `known_on` (ISO date; empty for today) from `evidence`.

    `data` is a folder of tables; empty for the shipped one. `evidence="core"` keeps the sources of
    tier core alone. A source counts from the day it was printed, and where that is unknown from the
    latest day it can have been printed. Raises `DataError` with every finding.
    """
    if evidence not in {"core", "all"}:
        raise UserError(f"evidence is “{evidence}”; write “core” (sources of that tier) or “all”")
    known_on = str(known_on)  # a date of Python is one, too
    if known_on and not schema.is_day(known_on):
        raise UserError(f"known_on is “{known_on}”; write a day as 2025-07-16, or nothing")
    where = tables.folder(data)
    files = sorted((*where.glob("*.csv"), *where.glob(schema.PACKAGE)))
    stamps = tuple((file.name, *schema.stamp(file)) for file in files)
    return Figures(_read_once(where, stamps), known_on, evidence)


@lru_cache(maxsize=4)
def _read_once(where: Path, _: tuple[tuple[str, int, int], ...]) -> JoinedTables:
    """The tables of a folder, read again when a file's time or size (second argument) differs."""
    read, findings = meaning.read(where)
    if findings:
        raise DataError(findings)
    return JoinedTables(read, schema.load(where))
