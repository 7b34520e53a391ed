"""The questions that were put to figures in this process, each under a name: what a page rests on.

figures.csv:staff.after              one row, or that there is none
figures.csv:area=ha-noi&role=after   which rows have these words
figures.csv:*                        which rows there are
figures.csv                          all rows, whole
sources.csv:latest                   the last day on which a source was printed
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

Wanted: TypeAlias = "str | tuple[str, ...]"
# What was asked of a table: its rows with these words, one row by its id, or the whole of it.
Asked: TypeAlias = "Mapping[str, Wanted] | str | None"

_asked: set[str] = set()


def asked() -> list[str]:
    """The names of the questions put to any figures since `forget`."""
    return sorted(_asked)


def forget() -> None:
    """Start anew: what was asked so far was asked for no report."""
    _asked.clear()


def note(table: str, what: Asked = None) -> None:
    """Note a question; in which order its words were given makes no other name."""
    if isinstance(what, Mapping):
        sets = ((column, sorted(words(wanted))) for column, wanted in sorted(what.items()))
        asked = "&".join(f"{column}={'|'.join(map(_quoted, each))}" for column, each in sets) or "*"
    else:
        asked = _quoted(what or "")
    _asked.add(f"{table}.csv:{asked}" if asked else f"{table}.csv")


def parts(name: str) -> tuple[str, Asked]:
    """The table of a question, and what was asked of it."""
    file, _, what = name.partition(":")
    table = file.removesuffix(".csv")
    if "=" not in what:
        return table, {} if what == "*" else unquote(what) or None
    pairs = (pair.partition("=") for pair in what.split("&"))
    return table, {column: tuple(map(unquote, wanted.split("|"))) for column, _, wanted in pairs}


def words(wanted: Wanted) -> tuple[str, ...]:
    """One word or several, as several."""
    return (wanted,) if isinstance(wanted, str) else tuple(wanted)


def digest(answer: Any) -> str:
    """What stands for an answer, to tell whether it has changed."""
    written = json.dumps(answer, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _quoted(code: str) -> str:
    """An id or word in which no mark of a name can be mistaken."""
    return quote(code, safe="/:,+ *")
