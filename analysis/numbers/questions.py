"""The questions that this process has put to the tables, each by a name.

Every method of `Figures` that reads a table notes its question here. A page is stale when the
answer to one of its questions has changed. The names:

figures.csv:staff.after                        one row, or that there is none
figures.csv:area=ha-noi&role=after             the ids of the rows with these words
figures.csv:*                                  the ids of all rows
figures.csv                                    all rows, with all their columns
figures.csv:units-2025.*.land-area in ha-noi   the numbers of a list (see `listing`)
sources.csv:latest                             the last day on which a source was printed
places.csv:beside ha-noi                       the places before and after one in the alphabet
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

Wanted: TypeAlias = "str | tuple[str, ...]"  # the word, or one of several words, of a column
# What is asked of a table: the rows with these words, one row by its id, or (None) the whole table.
Question: TypeAlias = "Mapping[str, Wanted] | str | None"

LATEST = "latest"
BESIDE = "beside "  # before the code of a place
_asked: set[str] = set()


def asked() -> list[str]:
    """The names of the questions noted since `forget`, sorted."""
    return sorted(_asked)


def forget() -> None:
    """Empty the list, before the run of a report starts."""
    _asked.clear()


def note(table: str, question: Question = None) -> None:
    """Add a question to the list; the order in which its words were given does not matter."""
    if isinstance(question, Mapping):
        columns = ((column, sorted(words(each))) for column, each in sorted(question.items()))
        pairs = (f"{column}={'|'.join(map(_quoted, each))}" for column, each in columns)
        name = "&".join(pairs) or "*"
    else:
        name = _quoted(question or "")
    _asked.add(f"{table}.csv:{name}" if name else f"{table}.csv")


def parse(name: str) -> tuple[str, Question]:
    """The table and the question that a name stands for: `note` backwards."""
    file, _, question = name.partition(":")
    table = file.removesuffix(".csv")
    if "=" not in question:
        return table, {} if question == "*" else unquote(question) or None
    pairs = (pair.partition("=") for pair in question.split("&"))
    return table, {column: tuple(map(unquote, wanted.split("|"))) for column, _, wanted in pairs}


def words(wanted: Wanted) -> tuple[str, ...]:
    """The wanted words as a tuple, also where there is only one."""
    return (wanted,) if isinstance(wanted, str) else tuple(wanted)


def _quoted(code: str) -> str:
    """An id or word with the signs escaped that separate the parts of a name (`=`, `&`, `|`)."""
    return quote(code, safe="/:,+ *")
