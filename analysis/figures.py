"""`data/` as one validated table in which every row keeps its source.

`load` is where a notebook starts. Rows are read as text, checked against a schema, then row by row for
meaning; everything wrong is reported at once, and nothing is returned from data that failed.
"""

from __future__ import annotations

import csv
import difflib
import functools
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from analysis import numerals, periods, quantity
from analysis.periods import Period
from analysis.quantity import Quantity

DATA = Path(__file__).resolve().parent.parent / "data"
REFORMS = ("project-06", "project-21", "urban-pilot-2021", "restructuring-2025")
ROLES = ("before", "after", "increase", "decrease", "part", "whole", "rate", "count", "target")
GRADES = ("full text", "full short item", "official list (mirror)", "excerpt", "excerpt, translated")
KINDS = ("difference", "relative_change", "share", "sum", "net", "same")
NAMED = ("congress", "document", "kind", "licence", "other", "other-project", "reform")
VERDICTS = ("holds", "holds_if_truncated", "does_not_hold", "contradicts", "cannot_be_checked")


def _form(pattern: str, wanted: str) -> pa.Check:
    return pa.Check.str_matches(pattern, error=f"is not {wanted}")


_ID = _form(r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", "an id such as congress-2025.grassroots: a-z, 0-9, with - or . between")
_FILLED = pa.Check.str_length(min_value=1)


def _text(*checks: pa.Check, unique: bool = False) -> pa.Column:
    return pa.Column(str, list(checks), unique=unique)


def _one_of(values: tuple[str, ...], blank: bool = False) -> pa.Check:
    return pa.Check.isin([*values, ""] if blank else list(values))


SCHEMAS = {
    "sources": pa.DataFrameSchema(
        {
            "source": _text(_ID, unique=True),
            "tier": _text(_one_of(("core", "context"))),
            "grade": _text(_one_of(GRADES)),
            "publisher": _text(_FILLED),
            "headline": _text(_FILLED),
            "url": _text(_form(r"^(https?://\S+)?$", "an address that begins http:// or https://, or nothing")),
            "published": _text(),
            "published_by": _text(),
            "accessed": _text(_FILLED),
            "language": _text(_one_of(("vi", "en"))),
            "note": _text(),
        }
    ),
    "indicators": pa.DataFrameSchema(
        {
            "indicator": _text(_ID, unique=True),
            "unit": _text(_ID),
            "label_vi": _text(_FILLED),
            "label_en": _text(_FILLED),
            "definition_vi": _text(_FILLED),
            "definition_en": _text(_FILLED),
            "part_of": _text(),
            "unit_vi": _text(_FILLED),
            "unit_en": _text(_FILLED),
        }
    ),
    "areas": pa.DataFrameSchema(
        {
            "area": _text(_ID, unique=True),
            "label_vi": _text(_FILLED),
            "label_en": _text(_FILLED),
            "level": _text(_one_of(("country", "province", "former-province", "district", "commune", "organisation"))),
        }
    ),
    "figures": pa.DataFrameSchema(
        {
            "figure": _text(_ID, unique=True),
            "source": _text(_ID),
            "locator": _text(_form(r"^(p[1-9]\d*)?$", "a paragraph such as p15, or nothing")),
            "printed": _text(_FILLED),
            "value": _text(_form(r"^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$", "a plain number such as 1318 or 98.7")),
            "qualifier": _text(_one_of(numerals.QUALIFIERS)),
            "indicator": _text(_ID),
            "reform": _text(_one_of(REFORMS, blank=True)),
            "area": _text(_ID),
            "as_of": _text(_FILLED),
            "role": _text(_one_of(ROLES)),
            "note": _text(),
        }
    ),
    "claims": pa.DataFrameSchema(
        {
            "claim": _text(_ID, unique=True),
            "kind": _text(_one_of(KINDS)),
            "operands": _text(),
            "stated": _text(_ID),
            "note_vi": _text(_FILLED),
            "note_en": _text(_FILLED),
            "verdict": _text(_one_of(VERDICTS)),
        }
    ),
    "names": pa.DataFrameSchema(
        {
            "name": _text(_ID, unique=True),
            "kind": _text(_one_of(NAMED)),
            "label_vi": _text(_FILLED),
            "label_en": _text(_FILLED),
        }
    ),
}
TABLES = tuple(SCHEMAS)
_NAMED_BY_OTHERS = ("sources", "indicators", "areas", "figures")
# A list may be printed some days before it takes effect, but a count is not known months ahead.
_AHEAD_DAYS = 31
# Words that pages show as they stand: their digits would be numbers that nothing accounts for.
_WORDS = {
    "indicators": ("label_vi", "label_en", "unit_vi", "unit_en"),
    "areas": ("label_vi", "label_en"),
    "claims": ("note_vi", "note_en"),
}
# What a figure takes over from the other tables; figures.csv can have no columns of these names.
_OF_SOURCE, _OF_INDICATOR, _OF_AREA = (
    ["publisher", "headline", "url", "tier", "grade", "language"],
    ["unit", "part_of"],
    ["level"],
)
_TAKEN = {"figures": (*_OF_SOURCE, *_OF_INDICATOR, *_OF_AREA, "line")}


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong: where it stands, what was found and expected, what to do."""

    file: str
    line: int
    item: str
    message: str
    level: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        told = re.sub(r"“([^”]{100})[^”]+”", r"“\1…”", self.message)  # a cell may hold a whole text
        return f"{place}  {self.item[:100] + ': ' if self.item else ''}{told}"


class DataError(ValueError):
    """The data failed a check; `findings` says everything that is wrong."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("the data failed a check:\n" + "\n".join(str(finding) for finding in findings))


# What has been read of the tables in this process, by the names that `reads` tells: a page depends on it.
_noted: set[str] = set()
_PLAIN = re.compile(r"[\w.:/-]+")


def reads() -> list[str]:
    """What was read since `forget`, for the page made of it to be made again when that changes.

    `figures.csv:ID` is one row, `figures.csv:area=ha-noi` the question which rows have this area (or a source,
    an indicator or a stated figure that has it), `figures.csv:*` which rows there are, `figures.csv` all of it.
    """
    return sorted(_noted)


def forget() -> None:
    """Start anew: what was read so far was read for nobody's page."""
    _noted.clear()


def _note(*names: str) -> None:
    _noted.update(names)


def _note_question(table: str, wanted: Mapping[str, str | tuple[str, ...]]) -> None:
    values = {column: (value,) if isinstance(value, str) else value for column, value in wanted.items()}
    if all(_PLAIN.fullmatch(value) for each in values.values() for value in each):
        question = "&".join(f"{column}={'|'.join(values[column])}" for column in sorted(values))
        _note(f"{table}.csv:{question or '*'}")
    else:  # a name of a key has no room for such words
        _note(*(f"{name}.csv" for name in TABLES))


@dataclass(frozen=True)
class Figures:
    """The figures known on a day from the evidence asked for, each with its source, indicator and area.

    Whatever is asked of it is noted (see `reads`): one figure, the ids that `find` and `among` tell, or a whole
    table where one is taken.

    `table` has one row per figure (index: figure id) with the columns of `figures.csv` plus the source's
    publisher, headline, url, tier and grade, the indicator's unit and the area's level; `value` is a Decimal.
    `known["id"]` is the figure as a Quantity, or None where it was not yet printed on `known_on` or lies
    outside `evidence`; an id that `figures.csv` does not hold is a `KeyError` naming the nearest one.
    """

    _table: pd.DataFrame
    _every: frozenset[str]
    _tables: dict[str, pd.DataFrame]
    _rows: dict[str, dict[str, Any]] = field(repr=False)
    _entries: dict[str, dict[str, dict[str, Any]]] = field(repr=False)
    known_on: str = ""
    evidence: str = "all"
    _cache: dict[str, Quantity] = field(default_factory=dict, repr=False, compare=False)

    @property
    def table(self) -> pd.DataFrame:
        """All known figures."""
        _note("figures.csv", "sources.csv", "indicators.csv", "areas.csv")
        return self._table

    @property
    def every(self) -> frozenset[str]:
        """The ids of all figures, also of those not known."""
        _note("figures.csv:*")
        return self._every

    @property
    def sources(self) -> pd.DataFrame:
        """The sources printed by `known_on`, within `evidence`."""
        return self._whole("sources")

    @property
    def indicators(self) -> pd.DataFrame:
        """All indicators."""
        return self._whole("indicators")

    @property
    def areas(self) -> pd.DataFrame:
        """All areas."""
        return self._whole("areas")

    @property
    def claims(self) -> pd.DataFrame:
        """All claims."""
        return self._whole("claims")

    @property
    def names(self) -> pd.DataFrame:
        """All names that hold digits."""
        return self._whole("names")

    def _whole(self, table: str) -> pd.DataFrame:
        _note(f"{table}.csv")
        return self._tables[table]

    def entry(self, table: str, code: str) -> dict[str, str]:
        """One row of sources, indicators, areas, claims or names."""
        _note(f"{table}.csv:{code}")
        return self._entries[table][code]

    def among(self, table: str, **wanted: str) -> list[str]:
        """The codes of the rows of such a table whose columns equal what is wanted, in order."""
        _note_question(table, wanted)
        rows = self._tables[table]
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        return sorted(map(str, rows.index))

    def claims_on(self, **wanted: str | tuple[str, ...]) -> list[str]:
        """The claims whose stated figure is known and has these columns, in the order of their ids; all if none is given."""
        if not wanted:
            return sorted(map(str, self.claims.index))
        _note_question("claims", wanted)
        stated = self._tables["claims"]["stated"]
        return sorted(str(claim) for claim, figure in stated.items() if _has(self._rows.get(str(figure), {}), wanted))

    def __contains__(self, figure: object) -> bool:
        """True where the figures hold this id, known or not."""
        _note(f"figures.csv:{figure}")
        return figure in self._every

    def __getitem__(self, figure: str) -> Quantity | None:
        _note(f"figures.csv:{figure}")
        if figure not in self._every:
            raise KeyError(f"no figure “{figure}” in figures.csv.{_nearest(figure, self._every)}")
        if figure not in self._rows:
            return None
        if figure not in self._cache:
            row = self._rows[figure]
            numeral = numerals.read(str(row["printed"]), str(row["language"]))
            self._cache[figure] = quantity.printed(figure, numeral, str(row["unit"]))
        return self._cache[figure]

    def get(self, figure: str) -> Quantity | None:
        """The figure, or None where it is not known or the figures hold no such id."""
        _note(f"figures.csv:{figure}")
        return self[figure] if figure in self._every else None

    def row(self, figure: str) -> dict[str, object]:
        """All that is written about one known figure, and about its source and indicator."""
        _note(f"figures.csv:{figure}")
        return {name: cell for name, cell in self._rows[figure].items() if name not in _OF_AREA}

    def as_of(self, figure: str) -> Period | None:
        """The day or period the figure holds for; None where the figure is not known."""
        return None if self[figure] is None else periods.read(str(self._rows[figure]["as_of"]))

    def find(self, **wanted: str | tuple[str, ...]) -> list[str]:
        """Ids of the known figures whose columns equal what is wanted (or one of it), in the order of their ids."""
        for column, table in (("indicator", "indicators"), ("area", "areas")):
            asked = wanted.get(column, ())
            for code in (asked,) if isinstance(asked, str) else asked:
                if code not in self._tables[table].index:
                    hint = _nearest(code, self._tables[table].index)
                    raise ValueError(f"{column} is “{code}”; write a code of data/{table}.csv.{hint}")
        _note_question("figures", wanted)
        return [figure for figure, row in self._rows.items() if _has(row, wanted)]


def _nearest(code: str, known: Iterable[str]) -> str:
    """A question after the known code that looks most like this one; "" where none does."""
    near = difflib.get_close_matches(code, sorted(known), n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _has(row: Mapping[str, object], wanted: Mapping[str, str | tuple[str, ...]]) -> bool:
    return bool(row) and all(row[name] in ((value,) if isinstance(value, str) else value) for name, value in wanted.items())


def folder(data: str | os.PathLike[str] = "") -> Path:
    """The data folder asked for, or the shipped one."""
    return Path(data).resolve() if str(data) else DATA


def load(data: str | os.PathLike[str] = "", known_on: str = "", evidence: str = "all") -> Figures:
    """The figures that could be quoted on `known_on` (ISO date; empty for today) from `evidence`.

    `evidence="core"` keeps the five core articles alone. A source counts from the day it was printed; one
    of unknown day from the latest day it can have been printed. Raises `DataError` with every finding.
    """
    if evidence not in {"core", "all"}:
        raise ValueError(f"evidence is “{evidence}”; write “core” (the five articles) or “all”")
    if known_on and not _is_day(known_on):
        raise ValueError(f"known_on is “{known_on}”; write a day as 2025-07-16, or nothing")
    where = folder(data)
    everything = _loaded(str(where), _stamp(where))
    sources = everything._tables["sources"]
    sources = sources.assign(public=sources["published"].where(sources["published"] != "", sources["published_by"]))
    if known_on:
        sources = sources[sources["public"] <= known_on]
    if evidence == "core":
        sources = sources[sources["tier"] == "core"]
    table = everything._table[everything._table["source"].isin(set(sources.index))]
    return Figures(
        table,
        everything._every,
        everything._tables | {"sources": sources},
        {figure: everything._rows[figure] for figure in table.index},
        everything._entries | {"sources": {source: everything._entries["sources"][source] for source in sources.index}},
        known_on,
        evidence,
        everything._cache,  # a printed number reads the same on whatever day it is known
    )


def _is_day(text: str) -> bool:
    # Days are compared as text, so 20250716 and 2025-W29-3 will not do, though Python reads them.
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _stamp(where: Path) -> tuple[float, ...]:
    return tuple(path.stat().st_mtime for name in TABLES if (path := where / f"{name}.csv").exists())


@lru_cache(maxsize=4)
def _loaded(where: str, _stamp: tuple[float, ...]) -> Figures:
    tables, findings = _read(Path(where))
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise DataError(errors)
    return joined(tables)


def joined(tables: dict[str, pd.DataFrame]) -> Figures:
    """All figures of tables that were read without an error, each with what its source, indicator and area say of it."""
    indexed = {name: table.drop(columns="line").set_index(table.columns[0]) for name, table in tables.items()}
    table = (
        indexed["figures"]
        .join(indexed["sources"][_OF_SOURCE], on="source")
        .join(indexed["indicators"][_OF_INDICATOR], on="indicator")
        .join(indexed["areas"][_OF_AREA], on="area")
    )
    table["value"] = table["value"].map(Decimal)
    table = table.sort_index()
    entries = {name: _rows(each) for name, each in indexed.items() if name != "figures"}
    return Figures(table, frozenset(table.index), indexed, _rows(table), entries)


def _rows(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(key): {str(name): cell for name, cell in row.items()} for key, row in table.to_dict("index").items()}


def read(where: Path) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The tables as text (with a `line` column) and everything wrong in single rows and between tables."""
    _note(*(f"{name}.csv" for name in TABLES))
    return _read(where)


def _read(where: Path) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    tables: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    if not where.is_dir():
        return {}, [Finding(str(where), 0, "", "no such folder. Give the folder that holds figures.csv.")]
    for name, schema in SCHEMAS.items():
        table, wrong = _read_csv(where / f"{name}.csv", f"{where.name}/{name}.csv", list(schema.columns))
        findings += wrong
        if table is not None:
            tables[name] = table
            findings += _against_schema(table, schema, f"{where.name}/{name}.csv")
    empty = [name for name in _NAMED_BY_OTHERS if name in tables and tables[name].empty]
    findings += [Finding(f"{where.name}/{name}.csv", 1, "", "holds no rows. Restore it from the repository.") for name in empty]
    if len(tables) == len(SCHEMAS) and not empty:  # else each row would be told that what it names is missing
        findings += _meaning(tables, where.name)
    return tables, sorted(findings)


def _read_csv(path: Path, shown: str, columns: list[str]) -> tuple[pd.DataFrame | None, list[Finding]]:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, [Finding(shown, 0, "", f"missing. It must hold the columns {', '.join(columns)}.")]
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return None, [Finding(shown, line, "", f"byte {error.start} is not UTF-8. Save the file as UTF-8 text.")]
    except OSError as error:
        return None, [Finding(shown, 0, "", f"cannot be read ({error.strerror}).")]
    if "\0" in text:
        return None, [Finding(shown, text[: text.index("\0")].count("\n") + 1, "", "holds a NUL byte: this is no CSV text.")]
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    findings: list[Finding] = []
    line = 0
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing:
            return None, [
                Finding(shown, 1, "", f"lacks the column {', '.join(missing)}; found {', '.join(header) or 'nothing'}.")
            ]
        if header[: len(columns)] != columns:
            return None, [Finding(shown, 1, "", f"columns must begin {', '.join(columns)}; found {', '.join(header)}.")]
        taken = sorted({column for column in header if header.count(column) > 1 or column in _TAKEN.get(path.stem, ("line",))})
        if taken:
            return None, [Finding(shown, 1, "", f"the column {', '.join(taken)} stands twice or is taken. Rename it.")]
        line = reader.line_num
        for row in reader:
            line, started = reader.line_num, line + 1
            if not any(row):
                continue
            if len(row) != len(header):
                findings.append(
                    Finding(
                        shown,
                        started,
                        row[0],
                        f"{len(row)} cells where the header has {len(header)}. Quote a cell that holds a comma.",
                    )
                )
                continue
            rows.append([*row, str(started)])
    except csv.Error as error:
        findings.append(
            Finding(shown, line + 1, "", f"the row that begins here is no CSV ({error}). Check its quotation marks and commas.")
        )
        return None, findings
    table = pd.DataFrame(rows, columns=[*header, "line"], dtype=str)
    table["line"] = table["line"].astype(int)
    for row, started in zip(rows, table["line"], strict=True):
        for column, cell in zip(header, row, strict=False):
            if cell != cell.strip():
                findings.append(
                    Finding(shown, int(started), row[0], f"{column} “{cell}” begins or ends with a space. Remove it.")
                )
            if any(ord(letter) < 32 for letter in cell):
                findings.append(
                    Finding(shown, int(started), row[0], f"{column} holds a line break or control character. Remove it.")
                )
            if not unicodedata.is_normalized("NFC", cell):
                findings.append(
                    Finding(shown, int(started), row[0], f"{column} “{cell}” is not in Unicode form NFC. Normalise it.")
                )
    return table, findings


_EXPECTED = {
    "isin": "is none of {0}",
    "str_length": "is empty; fill it in",
    "field_uniqueness": "stands in more than one row; give each its own",
}


def _against_schema(table: pd.DataFrame, schema: pa.DataFrameSchema, shown: str) -> list[Finding]:
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        findings = []
        for case in error.failure_cases.to_dict("records"):
            if case["index"] is None or pd.isna(case["index"]):
                findings.append(Finding(shown, 1, "", f"{case['column']}: {case['check']}"))
                continue
            row = table.loc[int(case["index"])]
            check = str(case["check"])
            name = check.partition("(")[0]
            detail = re.sub(r"^\w+\(|\)$", "", check)
            detail = detail.strip("[]").replace("'", "") if name == "isin" else detail
            expected = _EXPECTED.get(name, check).format(detail)
            findings.append(
                Finding(
                    shown,
                    int(str(row["line"])),
                    str(row.iloc[0]),
                    f"{case['column']} “{case['failure_case']}” {expected}.",
                )
            )
        return findings
    return []


def _meaning(tables: dict[str, pd.DataFrame], where: str) -> list[Finding]:
    findings: list[Finding] = []

    def wrong(table: str, row: dict[str, object], message: str) -> None:
        findings.append(Finding(f"{where}/{table}.csv", int(str(row["line"])), str(next(iter(row.values()))), message))

    rows = {name: [{str(k): v for k, v in row.items()} for row in table.to_dict("records")] for name, table in tables.items()}
    known = {name: {str(next(iter(row.values()))): row for row in rows[name]} for name in rows}

    def resolve(table: str, row: dict[str, object], column: str, target: str) -> bool:
        value = str(row[column])
        if value in known[target]:
            return True
        hint = _nearest(value, known[target]) or f" Add it to {target}.csv or correct it."
        wrong(table, row, f"{column} “{value}” is not in {target}.csv.{hint}")
        return False

    for row in rows["sources"]:
        for column in ("published", "published_by", "accessed"):
            if row[column] and not _is_day(str(row[column])):
                wrong("sources", row, f"{column} “{row[column]}” is no date. Write it as 2025-07-16.")
        if not row["published"] and not row["published_by"]:
            wrong(
                "sources",
                row,
                "published and published_by are both empty. Give the day, or the latest day it can have been printed.",
            )
        day, accessed = str(row["published"] or row["published_by"]), str(row["accessed"])
        if _is_day(day) and _is_day(accessed) and day > accessed:
            wrong("sources", row, f"was published after it was accessed ({row['accessed']}). One of the dates is wrong.")
    names = [str(row[column]) for row in rows["names"] for column in ("label_vi", "label_en")]
    for table, columns in _WORDS.items():
        for row in rows[table]:
            for column in columns:
                words = functools.reduce(lambda text, name: text.replace(name, ""), names, str(row[column]))
                if re.search(r"\d", words):
                    wrong(table, row, f"{column} “{row[column]}” holds a number. Take it out, or list its name in names.csv.")
    for row in rows["indicators"]:
        if row["part_of"]:
            resolve("indicators", row, "part_of", "indicators")
    for row in rows["figures"]:
        resolve("figures", row, "area", "areas")
        indicator = known["indicators"][str(row["indicator"])] if resolve("figures", row, "indicator", "indicators") else None
        period = None
        try:
            period = periods.read(str(row["as_of"]))
        except periods.PeriodError as error:
            wrong("figures", row, f"as_of {error}.")
        if not resolve("figures", row, "source", "sources"):
            continue
        source = known["sources"][str(row["source"])]
        public = str(source["published"] or source["published_by"])
        if period and row["role"] != "target" and _is_day(public):
            ahead = (period.first_day - date.fromisoformat(public)).days
            if ahead > _AHEAD_DAYS:
                when = f"{ahead} days after its source {row['source']} was printed ({public})"
                wrong("figures", row, f"as_of “{row['as_of']}” is {when}. Correct one.")
        if not row["locator"] and source["grade"] == "full text":
            wrong("figures", row, "locator is empty, but the source is graded full text. Give the paragraph, e.g. p15.")
        if source["language"] not in numerals.LOCALES:
            continue
        try:
            numeral = numerals.read(str(row["printed"]), str(source["language"]))
        except numerals.NumeralError as error:
            wrong("figures", row, f"printed {error}. Copy the number as the source prints it.")
            continue
        try:
            value = Decimal(str(row["value"]))
        except InvalidOperation:
            continue
        if numeral.value != value:
            wrong(
                "figures",
                row,
                f"printed “{row['printed']}” reads as {numerals.plain(numeral.value)}, but value is {row['value']}. "
                "Correct value, or printed if it was mistyped.",
            )
        if numeral.qualifier != row["qualifier"]:
            wrong(
                "figures",
                row,
                f"printed “{row['printed']}” reads as {numeral.qualifier}, but qualifier is {row['qualifier']}. "
                "Correct qualifier, or the hedge in printed.",
            )
        if indicator and numeral.percent != (indicator["unit"] == "percent"):
            wrong(
                "figures",
                row,
                f"printed “{row['printed']}” and the unit of {row['indicator']} ({indicator['unit']}) do not agree: "
                "one is a percentage, the other is not. Correct printed or indicator.",
            )
    for row in rows["claims"]:
        resolve("claims", row, "stated", "figures")
        for operand in str(row["operands"]).split():
            if operand not in known["figures"]:
                hint = _nearest(operand, known["figures"]) or " Correct it."
                wrong("claims", row, f"operand “{operand}” is not in figures.csv.{hint}")
    return findings
