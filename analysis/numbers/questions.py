"""The questions that are put to the tables, each by a name.

Every method of `Figures` that reads a table notes its question here; `noted` collects them. A page
is stale when the answer to one of its questions has changed. The names:

figures.csv:staff.after                        one row, or that there is none
figures.csv:area=ha-noi&role=after             the ids of the rows with these words
figures.csv:*                                  the ids of all rows
figures.csv                                    all rows, with all their columns
figures.csv:units-2025.*.land-area in ha-noi   the numbers of a list (see `listing`)
sources.csv:latest                             the last day on which a source was printed
places.csv:alphabet neighbours of ha-noi        the places before and after one in the alphabet
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

Wanted: TypeAlias = "str | tuple[str, ...]"  # the word, or one of several words, of a column
# What is asked of a table: the rows with these words, one row by its id, or (None) the whole table.
Question: TypeAlias = "Mapping[str, Wanted] | str | None"

LATEST = "latest"
ALPHABET_NEIGHBOURS = "alphabet neighbours of "  # before the code of a place
_listening: list[set[str]] = []


@contextlib.contextmanager
def noted() -> Iterator[set[str]]:
    """The names of the questions that are put within the block: `with noted() as asked:`."""
    asked = set[str]()
    _listening.append(asked)
    try:
        yield asked
    finally:
        _listening.pop()


def note(table: str, question: Question = None) -> None:
    """Note a question where anybody listens; the order in which its words were given does not
    matter."""
    if not _listening:
        return
    if isinstance(question, Mapping):
        columns = ((column, sorted(words(wanted))) for column, wanted in sorted(question.items()))
        pairs = (f"{column}={'|'.join(map(_quoted, wanted))}" for column, wanted in columns)
        name = "&".join(pairs) or "*"
    else:
        name = _quoted(question or "")
    for asked in _listening:
        asked.add(f"{table}.csv:{name}" if name else f"{table}.csv")


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
