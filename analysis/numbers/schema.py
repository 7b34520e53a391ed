"""The schema of the tables, read from `datapackage.json`: columns and what their cells may hold.

The file follows Data Package and Table Schema (datapackage.org), so that other programs read it,
too. Three properties of a field are our own: `expected` explains its pattern in words, `listOf`
names the table whose ids a cell holds, several with spaces between them, and `says` maps parts of
an id to the roles that such a row may have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from analysis.errors import UserError

_CODE = Path(__file__).resolve().parents[1]
# The project that comes with the package: beside it in a checkout, inside it in an installed wheel.
PROJECT = _CODE / "shipped" if (_CODE / "shipped").is_dir() else _CODE.parent
SHIPPED = PROJECT / "data"
PACKAGE = "datapackage.json"

LANGUAGES = ("vi", "en")  # in which everything is said; columns are named `label_vi`, `label_en`


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in the data: where, what was found and expected, what to do.

    `line` is 0 where the whole file is meant; `item` is the id of the row.
    """

    file: str
    line: int
    item: str
    message: str
    level: str = "error"
    column: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        # A cell may hold a whole text; its beginning is enough to find it by.
        message = re.sub(r"“([^”]{100})[^”]+”", r"“\1…”", self.message)
        return f"{place}  {self.item[:100] + ': ' if self.item else ''}{message}"


class DataError(UserError):
    """The data failed a check; `findings` has everything that is wrong."""

    exit_code = 3

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(["the data failed a check:", *map(str, findings)]))


@dataclass(frozen=True)
class Column:
    """One column and what its cells may hold.

    `kind` is a type of Table Schema (`string`, `number`, `date`) or `uri`; `words`, where there are
    any, are the only ones allowed. `leads_to` names the table whose ids its cells hold: one, or
    `several` with spaces between. `says` maps a part of an id to the roles such a row may have,
    with spaces between.
    """

    name: str
    kind: str
    required: bool
    unique: bool
    words: tuple[str, ...]
    pattern: str
    expected: str
    leads_to: str
    several: bool
    says: Mapping[str, str]

    def problem(self, cell: str) -> str:
        """What is wrong with a cell, without looking at other cells; "" where nothing is."""
        blank = "" if self.required else ", or nothing"
        if not cell:
            return "is empty; fill it in." if self.required else ""
        if self.words and cell not in self.words:
            return f"is none of {', '.join(self.words)}."
        if self.pattern and not re.fullmatch(self.pattern, cell):
            return f"is not {self.expected}{blank}."
        if self.kind == "number" and not re.fullmatch(_NUMBER, cell):
            return "is not a plain number such as 1318 or 98.7."
        if self.kind == "uri" and not re.fullmatch(r"https?://\S+", cell):
            return f"is not an address that begins http:// or https://{blank}."
        if self.kind == "date" and not is_day(cell):
            return "is no date. Write it as 2025-07-16."
        return ""

    def ids(self, cell: str) -> list[str]:
        """The ids in a cell that leads to another table."""
        return cell.split() if self.several else [cell] if cell else []


_NUMBER = r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?"


def is_day(text: str) -> bool:
    """True for a day of our times written as 2025-07-16; days are compared as text."""
    try:
        return date.fromisoformat(text).isoformat() == text and "1900" <= text < "2200"
    except ValueError:
        return False


Schema: TypeAlias = dict[str, Column]  # the columns of a table by name; the first holds its ids


def load(where: Path) -> dict[str, Schema]:
    """The schema of each table: the folder's own, or the shipped one where it has none.

    A folder's own may add tables, and columns after those of the shipped one. Raises `DataError`.
    """
    shipped, own = SHIPPED / PACKAGE, where / PACKAGE
    if own == shipped or not own.exists():
        return _read(shipped)
    described = _read(own)
    for name, schema in (_read(shipped) if shipped.exists() else {}).items():
        if list(described.get(name, ()))[: len(schema)] != list(schema):
            raise _wrong(own, f"the columns of {name} must begin {', '.join(schema)}.")
    return described


def file_state(path: Path) -> tuple[int, int]:
    """When a file was changed last (nanoseconds) and its size (bytes): unless they differ, what was
    read from it is kept."""
    status = path.stat() if path.exists() else None
    return (status.st_mtime_ns, status.st_size) if status else (0, 0)


def _read(path: Path) -> dict[str, Schema]:
    """The schema of each table in a file. Raises `DataError` where it describes no tables."""
    try:
        return _parsed(path.read_text("utf-8-sig"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, re.error) as error:
        what = f"describes no tables as Data Package does ({type(error).__name__}: {error})."
        raise _wrong(path, what) from None


def _wrong(path: Path, what: str) -> DataError:
    """The error about a file that describes tables."""
    return DataError([Finding(f"{path.parent.name}/{path.name}", 0, "", what)])


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Schema]:
    """The schema of each table, from the text of a file."""
    described = {table["name"]: _schema(table) for table in json.loads(text)["resources"]}
    for column in (column for schema in described.values() for column in schema.values()):
        if column.leads_to:
            described[
                column.leads_to
            ]  # raises KeyError where the file does not describe that table
    return described


def _schema(resource: Mapping[str, Any]) -> Schema:
    """The columns of one table, with the tables they lead to."""
    schema, leads = resource["schema"], {}
    for key in schema.get("foreignKeys", ()):
        (column,) = _listed(key["fields"])
        leads[column] = key["reference"].get("resource") or resource["name"]
    keys = _listed(schema.get("primaryKey", ()))
    return {
        field["name"]: _column(field, leads.get(field["name"], ""), keys)
        for field in schema["fields"]
    }


def _listed(names: str | Sequence[str]) -> list[str]:
    """Names as a list: Table Schema also allows one name by itself."""
    return [names] if isinstance(names, str) else list(names)


def _column(described: Mapping[str, Any], leads_to: str, keys: Sequence[str]) -> Column:
    """A column from its field and the keys of its table."""
    name, rules = described["name"], described.get("constraints", {})
    pattern = re.compile(rules.get("pattern", "")).pattern
    several = described.get("listOf", {}).get("resource", "")
    return Column(
        name=name,
        kind="uri" if described.get("format") == "uri" else described.get("type", "string"),
        required=bool(rules.get("required")) or name in keys,
        unique=bool(rules.get("unique")) or list(keys) == [name],
        words=tuple(rules.get("enum", ())),
        pattern=pattern,
        expected=described.get("expected", f"of the form {pattern}"),
        leads_to=several or leads_to,
        several=bool(several),
        says=described.get("says", {}),
    )
