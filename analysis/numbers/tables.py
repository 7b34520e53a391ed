"""The one reader of the CSV tables: rows of text, checked against the schema.

What is wrong in a file, in a cell or between tables is collected as `Finding`s and reported
together. This file imports only the standard library, because a build with nothing to do reads the
tables, too, and should end within a second.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TypeAlias

from analysis.numbers import schema as schemas
from analysis.numbers.schema import SHIPPED, DataError, Finding, Schema


class Row(dict[str, str]):
    """One row of a table by column, with its file and the line on which it begins."""

    file = ""
    line = 0

    def wrong(self, message: str, column: str = "", level: str = "error") -> Finding:
        """A finding about this row, or about one cell of it."""
        item = next(iter(self.values()), "")
        return Finding(self.file, self.line, item, message, level=level, column=column)

    def wrong_cell(self, column: str, message: str) -> Finding:
        """A finding about one cell, which it quotes."""
        return self.wrong(f"{column} “{self[column]}” {message}", column)


Tables: TypeAlias = dict[str, list[Row]]


def folder(data: str | os.PathLike[str] = "") -> Path:
    """The path of a data folder; of the shipped one where none is named.

    A relative name is looked for in the working directory and then in each folder above it, until
    one holds figures.csv: so `data = "data"` in a notebook works from anywhere in its project.
    """
    if not str(data):
        return SHIPPED
    here = Path(data).resolve()
    above = Path().resolve().parents if not Path(data).is_absolute() else ()
    places = (here, *((parent / data).resolve() for parent in above))
    return next((place for place in places if (place / "figures.csv").is_file()), here)


def enum(table: str, column: str, data: str | os.PathLike[str] = "") -> tuple[str, ...]:
    """The words that the schema allows in a column, in its order."""
    return schemas.load(folder(data))[table][column].words


def nearest(code: str, codes: Iterable[str]) -> str:
    """“Did you mean …?” with the code that looks most like a wrong one; "" where none does.

    A name finds the code that is made of it: `Hà Nội` finds `ha-noi`.
    """
    asked = "-".join(without_marks(code.casefold()).split())
    near = difflib.get_close_matches(asked, sorted(codes), n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def without_marks(words: str) -> str:
    """Words in small letters without diacritics, đ included."""
    letters = unicodedata.normalize("NFD", words.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# ------------------------------------------------------------------------------------------ reading


def rows(path: Path) -> list[Row]:
    """The rows of a CSV table as text, whatever its columns.

    Raises `DataError` where the file is no table.
    """
    table, findings = _read(path, {})
    if table is None or findings:
        raise DataError(findings)
    return table


def read(where: Path) -> tuple[Tables, list[Finding]]:
    """The tables of a folder and everything that the schema finds wrong with them, sorted.

    A table that cannot be read is left out.
    """
    if not where.is_dir():
        what = "no such folder. Give the folder that holds figures.csv."
        return {}, [Finding(str(where), 0, "", what)]
    try:
        described = schemas.load(where)
    except DataError as error:
        return {}, error.findings
    tables: Tables = {}
    findings: list[Finding] = []
    for name, schema in described.items():
        others = {column.leads_to for column in schema.values()} - {""}
        taken = {column for other in others for column in described[other]}
        table, wrong = _read(where / f"{name}.csv", schema, taken)
        findings += wrong
        if table is not None:
            tables[name] = table
            findings += _cells(table, schema)
    targets = {column.leads_to for schema in described.values() for column in schema.values()}
    empty = [name for name in described if name in targets and tables.get(name) == []]
    what = "holds no rows. Restore it from the repository."
    findings += [Finding(f"{where.name}/{name}.csv", 1, "", what) for name in empty]
    # Where a table is missing or empty, every row that leads there would be a finding of its own.
    if len(tables) == len(described) and not empty:
        findings += _leads(tables, described)
    return tables, sorted(findings)


class _NoTable(Exception):
    """Raised where a file cannot be read as a table; `line` is 0 where the whole file is meant."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def _read(
    path: Path, schema: Schema, taken: Set[str] = frozenset()
) -> tuple[list[Row] | None, list[Finding]]:
    """The rows of a file (None where it is no table), and what is wrong with file and cells.

    `taken` are the columns of the tables that this one leads to: a further column of the file may
    not have one of these names, because the rows are joined later.
    """
    file = f"{path.parent.name}/{path.name}"
    table: list[Row] = []
    findings: list[Finding] = []
    try:
        lines = _lines(_text(path, schema))
        _, header = next(lines, (1, []))
        _check_header(header, schema, taken)
        for line, cells in lines:
            if len(cells) != len(header):
                what = f"{len(cells)} cells where the header has {len(header)}."
                what += " Quote a cell that holds a comma."
                findings.append(Finding(file, line, cells[0], what))
                continue
            row = Row({**dict.fromkeys(schema, ""), **dict(zip(header, cells, strict=True))})
            row.file, row.line = file, line
            table.append(row)
            findings += _letters(row)
    except _NoTable as error:
        return None, [*findings, Finding(file, error.line, "", str(error))]
    return table, findings


def _text(path: Path, schema: Schema) -> str:
    """The text of a file without its byte-order mark."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        columns = f" It must hold the columns {', '.join(schema)}." if schema else ""
        raise _NoTable(0, f"missing.{columns}") from None
    except OSError as error:
        raise _NoTable(0, f"cannot be read ({error.strerror}).") from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = f"byte {error.start} is not UTF-8. Save the file as UTF-8 text."
        raise _NoTable(line, what) from None
    before, nul, _ = text.partition("\0")
    if nul:
        raise _NoTable(before.count("\n") + 1, "holds a NUL byte: this is no CSV text.")
    return text.removeprefix("\ufeff")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if line == 1 or any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the row that begins here is no CSV ({error})."
        raise _NoTable(line, f"{what} Check its quotation marks and commas.") from None


def _check_header(header: list[str], schema: Schema, taken: Set[str]) -> None:
    """Refuse a first row that does not begin with the schema's columns, or has a name twice.

    The schema's last columns may be missing where their cells may be empty, so that folders which
    were made before a column was added still work.
    """
    columns = list(schema)
    while columns and columns[-1] not in header and not schema[columns[-1]].required:
        columns.pop()
    missing = [column for column in columns if column not in header]
    in_file = ", ".join(header) or "nothing"
    if missing:
        mark = next((mark for mark in (";", "\t") if len(header) == 1 and mark in in_file), "")
        cure = f" Save it with commas, not with “{mark}”." if mark else " Restore the first row."
        raise _NoTable(1, f"lacks the column {', '.join(missing)}; found {in_file}.{cure}")
    if header[: len(columns)] != columns:
        raise _NoTable(1, f"columns must begin {', '.join(columns)}; found {in_file}.")
    further = taken & set(header[len(columns) :])
    twice = sorted({name for name in header if header.count(name) > 1} | further)
    if twice:
        raise _NoTable(1, f"the column {', '.join(twice)} stands twice or is taken. Rename it.")


# ----------------------------------------------------------------------------------------- checking


# Letters and marks of our two languages; any other is looked at more closely.
_USUAL = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u00b1\u00b4-\u00b8\u00bf-\u024f\u1e00-\u1eff\u2010-\u2027]*"
)
_FORMULA = re.compile(r"[=@]|[+-](?!\d+(?:\.\d+)?$)")


def _letters(row: Row) -> Iterator[Finding]:
    """Cells with letters that nobody sees, digits of other scripts, or what is no plain text."""
    line = "".join(row.values())  # all cells at once: nearly every row is in order
    odd = any(cell[:1] in {" ", "=", "@", "+", "-"} or cell[-1:] == " " for cell in row.values())
    if _USUAL.fullmatch(line) and unicodedata.is_normalized("NFC", line) and not odd:
        return
    for column, cell in row.items():
        if cell != cell.strip():
            yield row.wrong_cell(column, "begins or ends with a space. Remove it.")
        elif wrong := next(filter(None, map(_wrong_letter, cell)), ""):
            yield row.wrong(f"{column} holds {wrong}", column)
        if _FORMULA.match(cell):
            what = f"begins with “{cell[0]}”: spreadsheets take it for a formula. Remove the sign."
            yield row.wrong_cell(column, what)
        if not unicodedata.is_normalized("NFC", cell):
            yield row.wrong_cell(column, "is not in Unicode form NFC. Normalise it.")


def _wrong_letter(letter: str) -> str:
    """What is wrong with a letter of a cell, and the cure; "" where nothing is."""
    code = f"U+{ord(letter):04X} ({unicodedata.name(letter, 'no name').lower()})"
    if ord(letter) < 32:
        return "a line break or control character. Remove it."
    if not letter.isprintable():
        return f"{code}, which nobody sees. Type a plain space, or nothing."
    if letter.isnumeric() and not letter.isascii() and letter not in "²³":
        return f"{code}, a digit of another kind. Type 0 to 9."
    return ""


def _cells(table: Sequence[Row], schema: Schema) -> Iterator[Finding]:
    """Cells that the schema refuses, and ids that stand in more than one row."""
    for name, column in schema.items():
        counts = Counter(row[name] for row in table)
        for row in table:
            if problem := column.problem(row[name]):
                yield row.wrong_cell(name, problem)
            if column.unique and counts[row[name]] > 1:
                yield row.wrong_cell(name, "stands in more than one row; give each its own.")


def _leads(tables: Tables, described: Mapping[str, Schema]) -> Iterator[Finding]:
    """Cells with an id that the table they lead to does not hold."""
    ids = {name: {next(iter(row.values())) for row in table} for name, table in tables.items()}
    for name, schema in described.items():
        for column in (column for column in schema.values() if column.leads_to):
            file, target = f"{column.leads_to}.csv", ids[column.leads_to]
            for row in tables[name]:
                for value in column.ids(row[column.name]):
                    if value not in target:
                        hint = nearest(value, target) or f" Add it to {file} or correct it."
                        what = f"{column.name} “{value}” is not in {file}.{hint}"
                        yield row.wrong(what, column.name)
