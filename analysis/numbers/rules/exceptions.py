"""Exceptions: a row may differ from what a rule expects if its note says why.

Such a part of the note begins with the column and its cell, “–” for an empty one: “as_of
2025-07-16: to date in the report of that day”. So an exception is typed twice, too, and a slip in
the cell is still noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.numbers.schema import Finding
from analysis.numbers.tables import Row

_COLUMNS = "role|indicator|reform|area|as_of|source|published"
_EXCEPTION = re.compile(rf"(?:^|; )({_COLUMNS})(?: (\S+))?: ")
# A part of a note for those who keep the tables: an exception, or the whole of a part.
_FOR_KEEPERS = re.compile(rf"(?:{_COLUMNS}|whole)(?: \S+)?: ")


def remark(note: str) -> str:
    """What a note tells a reader: without its exceptions, which are for those who keep the tables.

    A part with a small first letter belongs to the part before it.

    >>> remark("Undated; by a councillor; as_of 2018: the year; of the speech; Read twice")
    'Undated; by a councillor; Read twice'
    """
    parts, kept = list[str](), True
    for part in note.split("; "):
        kept = not _FOR_KEEPERS.match(part) and (kept or part[:1].isupper())
        parts += [part] if kept else []
    return "; ".join(parts)


def excepted(row: Row, column: str) -> bool:
    """True where a part of the note begins with the name of the column."""
    return any(part[1] == column for part in _EXCEPTION.finditer(row["note"]))


def differs(row: Row, column: str, why: str) -> Iterator[Finding]:
    """A finding that a cell is unlike what it is held against; none for an exception."""
    if not excepted(row, column):
        cure = f"Correct {column} or the id, or {_say_why(row, column)}."
        yield row.wrong_cell(column, f"{why}. {cure}")


def misnamed(row: Row) -> Iterator[Finding]:
    """A finding for each exception in the note that names another cell than the row has."""
    for column, cell in _EXCEPTION.findall(row["note"]):
        if column in row and cell != (row[column] or "–"):
            what = f"is the exception of {column} “{cell}” in the note" if cell else (
                f"is an exception, but the note does not name it after “{column}”")  # fmt: skip
            yield row.wrong_cell(column, f"{what}. Correct one, or {_say_why(row, column)}.")


def _say_why(row: Row, column: str) -> str:
    return f"say why in the note (“{column} {row[column] or '–'}: …”)"
