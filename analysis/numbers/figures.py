"""`Figures`, which notebooks call `known`: figures, events, places and labels, as known on a day.

`load` reads and checks the tables and returns Figures, or raises with everything that is wrong.
Each question that is put to Figures is noted (see `questions`); `answers` gives a digest of each
answer, and a page is stale when one of them has changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.numbers import (
    catalogue,
    events,
    periods,
    places,
    quantity,
    questions,
    rules,
    schema,
    tables,
)
from analysis.numbers.answers import Answers
from analysis.numbers.cards import Card
from analysis.numbers.events import Event
from analysis.numbers.inline import Label
from analysis.numbers.listing import Listing
from analysis.numbers.periods import Period
from analysis.numbers.places import Place
from analysis.numbers.quantity import Quantity
from analysis.numbers.questions import Wanted
from analysis.numbers.rows import JoinedTables, NoSuchName, RowsById, is_planned, publisher, without
from analysis.numbers.schema import DataError
from analysis.numbers.wording import any_of


def answer_digests(known: Figures, names: Iterable[str]) -> dict[str, str]:
    """A digest of the answer to each question, by the question's name."""
    return {name: known._answers.digest(name) for name in names}


class Figures(Card):
    """The figures that could be quoted on a day from some evidence, and the tables around them.

    Notebooks call it `known`. `known["id"]` is a figure as a Quantity: an unknown one where no
    source of that `evidence` had printed it by `known_on`. An id that figures.csv does not hold is
    an error that names the nearest one.
    """

    def __init__(self, joined: JoinedTables, known_on: str = "", evidence: str = "all") -> None:
        self.known_on, self.evidence = known_on, evidence
        self._answers = Answers(joined, known_on, evidence)
        self._lists: dict[str, Listing] = {}

    def __repr__(self) -> str:
        day = f" on {self.known_on}" if self.known_on else ""
        count = len(self._answers.table("figures"))
        return f"<{count} figures known{day}, evidence: {self.evidence}>"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables: figures, sources, indicators …"""
        return tuple(self._answers.tables)

    def facts(self) -> list[tuple[str, str]]:
        """How many rows of each table are known, and how to look further."""
        ask = 'known.search("…"), known.available(area="…"), known.frame(), known["figure"]'
        counts = ((name, f"{len(rows)}") for name, rows in self._answers.tables.items())
        return [*counts, ("ask", ask)]

    # -- one row ----------------------------------------------------------------------------------

    def __contains__(self, figure: object) -> bool:
        """True where figures.csv holds this id, known or not."""
        questions.note("figures", str(figure))
        return figure in self._answers.joined.tables["figures"]

    def __getitem__(self, figure: str) -> Quantity:
        row, is_known = self._row("figures", figure)
        if not is_known:
            return quantity.unknown(figure, row["unit"])
        return self._answers.joined.quantity(figure)

    def get(self, figure: str) -> Quantity:
        """The figure; unknown, in no unit, where figures.csv has no such id."""
        return self[figure] if figure in self else quantity.unknown(figure)

    def as_of(self, figure: str) -> Period:
        """The day or period the figure holds for; an unknown Period where the figure is unknown."""
        row, is_known = self._row("figures", figure)
        return periods.read(row["as_of"], figure) if is_known else Period("", figure=figure)

    def row(self, figure: str) -> dict[str, Any]:
        """The row of one known figure, with columns of its source and its indicator.

        Raises `NoSuchName` where the figure is not known.
        """
        return self.entry("figures", figure)

    def planned(self, number: Quantity) -> bool:
        """True where a known number rests on what is planned, asked for or expected."""
        rows = (self._row("figures", figure)[0] for figure in number.figures)
        return number.known and any(map(is_planned, rows))

    def indicator_of(self, figure: str) -> str:
        """The code of the indicator that a figure counts, whether the figure is known or not."""
        return str(self._row("figures", figure)[0]["indicator"])

    def entry(self, table: str, code: str) -> dict[str, Any]:
        """One known row of a table. Raises `NoSuchName` where it is not known."""
        row, is_known = self._row(table, code)
        if not is_known:
            raise NoSuchName(f"no source had printed “{code}” ({table}) by the day of the report")
        # The level of its area is joined to a figure for `find` alone.
        return without(row, "level") if table == "figures" else dict(row)

    def label(self, table: str, code: str) -> Label:
        """The label of a row of indicators, areas, names or events, in both languages.

        The label of an event that is not known is an unknown Label. Two tables have no label
        columns: that of a place says which units it was formed from, in whole or in part; that of a
        source is its publisher.
        """
        row, is_known = self._row(table, code)
        if table == "places":
            formed = places.formed(self.place(code), self.places(row["within"]))
            return Label(table, code, *formed, known=is_known)
        if table == "sources":
            return Label(table, code, *publisher(row), known=is_known)
        return Label(table, code, row["label_vi"], row["label_en"], known=is_known)

    def _row(self, table: str, code: str) -> tuple[dict[str, Any], bool]:
        """A row of a table, and whether it is known; the question is noted."""
        questions.note(table, code := str(code))
        return self._answers.row(table, code)

    # -- events, places, lists --------------------------------------------------------------------

    def event(self, code: str) -> Event:
        """One event; its day and label are unknown where no source had printed it yet."""
        label, (row, _) = self.label("events", code), self._answers.row("events", code)
        questions.note("names")
        name = events.titled(row["document"], self._answers.table("names"))
        return events.event(label, row, self.label("names", name) if name else None)

    def events(self, reform: str = "", kind: str = "") -> list[Event]:
        """The known events, of one reform or of one kind where it is given, in order of days."""
        wanted = {"reform": reform, "kind": kind}
        codes = self.among("events", **{name: word for name, word in wanted.items() if word})
        rows = self._answers.table("events")
        codes.sort(key=lambda code: events.order(rows[code]["day"], code))
        return [self.event(code) for code in codes]

    def place(self, area: str) -> Place:
        """What and where an area is; unknown where no source had printed it by the day."""
        row, is_known = self._row("places", area)
        return places.place(self.label("areas", area), row if is_known else None)

    def places(self, within: str) -> list[Place]:
        """The known places within an area, in the order of the Vietnamese alphabet."""
        for table in ("places", "areas"):  # two questions, instead of two for each place
            questions.note(table)
        rows = self._answers.table("places")
        codes = self._answers.places(within)
        return [places.place(self._area(code), rows[code]) for code in codes]

    def _area(self, code: str) -> Label:
        """The label of an area, without a note of the question."""
        row, _ = self._answers.row("areas", code)
        return Label("areas", code, row["label_vi"], row["label_en"])

    def alphabet_neighbours(self, area: str) -> tuple[Label | None, Label | None]:
        """The labels of the places just before and after an area within the same one, in the order
        of the Vietnamese alphabet; None at an end, and where the area is no known place."""
        questions.note("places", f"{questions.ALPHABET_NEIGHBOURS}{area}")
        before, after = self._answers.alphabet_neighbours(area)
        return self._area(before) if before else None, self._area(after) if after else None

    def nearest(self, area: str, most: int = 5) -> list[Place]:
        """Up to `most` other places within the same area, the nearest first, by their points."""
        own = self.place(area)
        others = self.places(own.within) if own.known else []
        others = [place for place in others if place.area != area]
        return sorted(others, key=lambda place: places.apart(own, place))[:most]

    def listed(self, name: str) -> Listing:
        """The numbers of one kind that a list prints for many places.

        The name of a list is an id with `*` for the place, and the area around the places:
        `units-2025.*.land-area in ha-noi`.
        """
        questions.note("figures", name)
        if name not in self._lists:
            self._lists[name] = self._answers.listing(name)
        return self._lists[name]

    # -- which rows there are ---------------------------------------------------------------------

    def find(self, **wanted: Wanted) -> list[str]:
        """The ids of the known figures whose columns have these words, sorted.

        `role=("before", "after")` is one or the other. A column or word that the tables do not have
        raises `NoSuchName`, because an empty list would hide the misspelling.
        """
        return self.among("figures", **wanted)

    def among(self, table: str, **wanted: Wanted) -> list[str]:
        """The ids of the known rows of any table whose columns have these words, sorted."""
        ids = self._answers.ids(table, wanted)
        questions.note(table, wanted)
        return ids

    def claims_on(self, **wanted: Wanted) -> list[str]:
        """The ids of the known claims whose stated figure has these words; without words of all."""
        return self.among(
            "claims", **{f"stated.{column}": words for column, words in wanted.items()}
        )

    def rows(self, table: str = "figures") -> RowsById:
        """All known rows of a table by id; a figure's is joined with source, indicator and area."""
        rows = self._answers.table(table)
        questions.note(table)
        return {code: dict(row) for code, row in rows.items()}

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, its id first."""
        return self._answers.joined.columns(table)

    search, available, frame = catalogue.search, catalogue.available, catalogue.frame

    def names_pattern(self) -> re.Pattern[str]:
        """A pattern for the labels of names.csv that hold a digit, the longest first."""
        rows = self.rows("names").values()
        labels = {row[column] for row in rows for column in ("label_vi", "label_en")}
        return _pattern(frozenset(label for label in labels if any(map(str.isnumeric, label))))

    def latest(self) -> str:
        """The last day on which a known source was printed; "" where none is known."""
        questions.note("sources", questions.LATEST)
        return self._answers.latest()

    @property
    def until(self) -> str:
        """The day up to which sources are known: `known_on`, or else that of the latest source."""
        return self.known_on or self.latest()


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
    return Figures(joined(tables.folder(data)), known_on, evidence)


def joined(where: Path) -> JoinedTables:
    """The tables of a folder, kept until a file's time or size differs. Raises `DataError`."""
    files = sorted((*where.glob("*.csv"), *where.glob(schema.PACKAGE)))
    return _joined(where, tuple((file.name, *schema.file_state(file)) for file in files))


@lru_cache(maxsize=4)
def _joined(where: Path, _: tuple[tuple[str, int, int], ...]) -> JoinedTables:
    """The tables of a folder, the files of which are in this state."""
    read, findings = rules.read(where)
    if findings:
        raise DataError(findings)
    return JoinedTables(read, schema.load(where))
