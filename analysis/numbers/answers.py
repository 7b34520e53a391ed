"""What the tables of a day answer to a question: rows, ids of rows, lists, neighbours.

`Figures` notes each question of a report and puts it to `Answers`. Later the build puts the same
questions, by their names (see `questions`), to the tables of today: where an answer has another
digest, the page is stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from analysis.numbers import listing, places, questions
from analysis.numbers.listing import Listing
from analysis.numbers.questions import Wanted
from analysis.numbers.rows import JoinedTables, NoSuchName, RowsById, public_from, without
from analysis.numbers.tables import nearest


class Answers:
    """The tables of a day: the rows that a source of the evidence had printed by then.

    Tables whose rows have no source are the same on every day. `joined` holds the rows of all days.
    """

    def __init__(self, joined: JoinedTables, known_on: str, evidence: str) -> None:
        self.joined = joined
        sources = {
            source: row
            for source, row in joined.tables["sources"].items()
            if (not known_on or public_from(row) <= known_on)
            and (evidence == "all" or row["tier"] == "core")
        }
        printed = {
            name: {
                code: row for code, row in joined.tables[name].items() if row["source"] in sources
            }
            for name in ("figures", "events", "places")
        }
        self.tables: dict[str, RowsById] = {**joined.tables, "sources": sources, **printed}

    def table(self, name: str) -> RowsById:
        """The known rows of a table by id. Raises `NoSuchName`."""
        if name not in self.tables:
            raise NoSuchName(f"there is no table {name}.csv.{nearest(name, self.tables)}")
        return self.tables[name]

    def row(self, table: str, code: str) -> tuple[dict[str, Any], bool]:
        """A row, and whether it is known. Raises `NoSuchName` where the table has no such id."""
        return self.joined.row(table, code), code in self.table(table)

    def ids(self, table: str, wanted: Mapping[str, Wanted]) -> list[str]:
        """The ids of the known rows whose columns have these words, sorted.

        A column `stated.area` of claims is the area of the figure that the claim states. Raises
        `NoSuchName` for a column or word that the tables do not have.
        """
        rows, prefix = self.table(table).items(), "stated."
        if any(column.startswith(prefix) for column in wanted):
            stated = {column.removeprefix(prefix): words for column, words in wanted.items()}
            figures = set(self.ids("figures", stated))
            return sorted(claim for claim, row in rows if row["stated"] in figures)
        self.joined.check(table, wanted)
        allowed = {column: questions.words(words) for column, words in wanted.items()}
        return sorted(
            code
            for code, row in rows
            if all(row[column] in words for column, words in allowed.items())
        )

    def listing(self, name: str) -> Listing:
        """A list by its name; empty where one of its figures is not known yet.

        Raises `NoSuchName` where no figure is called so.
        """
        figures, around = self.joined.tables["figures"], listing.within(name)
        areas = self.joined.tables["places"].items()
        members = listing.ids(name, (area for area, row in areas if row["within"] == around))
        by_area = {area: figure for area, figure in members if figure in figures}
        if not by_area:
            raise NoSuchName(f"no figure of a place within “{around}” is called “{name}”")
        if not {*by_area.values()} <= self.tables["figures"].keys():
            return Listing(name, {})
        doubted = tuple(area for area, figure in by_area.items() if figures[figure]["doubted"])
        numbers = {
            area: self.joined.quantity(figure)
            for area, figure in by_area.items()
            if area not in doubted
        }
        ordered = sorted(numbers.items(), key=lambda item: (-item[1].value, item[0]))
        return Listing(name, dict(ordered), doubted)

    def places(self, within: str) -> list[str]:
        """The codes of the known places within an area, in the order of the alphabet."""
        rows = self.tables["places"]

        def order(area: str) -> tuple[Any, ...]:
            return places.alphabetical(rows[area]["name"]), rows[area]["kind"]

        return sorted(self.ids("places", {"within": within}), key=order)

    def alphabet_neighbours(self, area: str) -> tuple[str, str]:
        """The codes of the places just before and after one within the same area.

        "" at an end of the alphabet, and on both sides of an area that is no known place.
        """
        row = self.tables["places"].get(area)
        if row is None:
            return "", ""
        codes = ["", *self.places(row["within"]), ""]
        at = codes.index(area)
        return codes[at - 1], codes[at + 1]

    def latest(self) -> str:
        """The last day on which a known source was printed; "" where none is known."""
        return max(map(public_from, self.tables["sources"].values()), default="")

    def digest(self, name: str) -> str:
        """Sixteen hexadecimal digits of the answer to a question, by the question's name."""
        written = json.dumps(self._answer(name), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    def _answer(self, name: str) -> Any:
        """The answer to a question as JSON can hold it; None for a table that is gone."""
        table, question = questions.parse(name)
        rows = self.tables.get(table)
        if rows is None:
            return None
        if question is None:
            return [[code, list(row.items())] for code, row in rows.items()]
        if isinstance(question, str):
            return self._of_one(table, question)
        try:
            return self.ids(table, question)
        except NoSuchName as error:
            return str(error)

    def _of_one(self, table: str, code: str) -> Any:
        """The answer to a question about one row, one list, or one place and those beside it."""
        row = self.tables[table].get(code)
        if (table, code) == ("sources", questions.LATEST):
            return [row, self.latest()]
        if table == "places" and code.startswith(questions.ALPHABET_NEIGHBOURS):
            area = code.removeprefix(questions.ALPHABET_NEIGHBOURS)
            return [self._both_labels(place) for place in self.alphabet_neighbours(area)]
        if table == "figures" and listing.within(code):
            return self.listing(code).answer
        if table == "figures" and row is None:
            unknown = self.joined.tables[table].get(code)
            return unknown and ["unknown", unknown["indicator"], unknown["unit"]]
        return row and without(row, "level" if table == "figures" else "")

    def _both_labels(self, area: str) -> list[str] | str:
        """The code of an area with its labels in both languages; "" where there is no area."""
        row = self.joined.tables["areas"][area] if area else {}
        return area and [area, row["label_vi"], row["label_en"]]
