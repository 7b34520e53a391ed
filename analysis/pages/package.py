"""The folder `data/` of a site: the data for other programs, in their formats.

It holds the CSV tables and their `datapackage.json`, unchanged but for rows that were not known
yet; `figures-joined`, one row for each figure with value, bounds, dates, labels and source, as CSV,
Parquet and Excel workbook; `data.sqlite` with the tables, their foreign keys and the joined table;
`sources.bib` and `sources.csl.json` for programs that cite; `datasette.json` with labels for
Datasette. The same data give the same bytes.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.numbers import schema, tables
from analysis.numbers.catalogue import MEANINGS
from analysis.numbers.figures import Figures
from analysis.numbers.schema import Schema
from analysis.numbers.tables import Row
from analysis.saying.citing import cite

if TYPE_CHECKING:
    import pandas as pd

JOINED = "figures-joined"
SQLITE = "data.sqlite"
CITED = ("sources.bib", "sources.csl.json")
DATASETTE = "datasette.json"
_LABELS = ("label_en", "headline")  # what Datasette shows in place of an id
_TYPES = {"number": "NUMERIC", "date": "DATE"}


def write(known: Figures, data: Path, folder: Path) -> list[str]:
    """Write all files into a new folder; gives their names, sorted.

    `data` is the folder of the tables that `known` was loaded from.
    """
    folder.mkdir(parents=True)
    described = schema.load(data)
    package = data / schema.PACKAGE
    shutil.copyfile(package if package.exists() else schema.SHIPPED / schema.PACKAGE,
                    folder / schema.PACKAGE)  # fmt: skip
    printed = {name: _table(known, data, name, described, folder) for name in described}
    joined = known.frame().reset_index()
    joined.to_csv(folder / f"{JOINED}.csv", index=False, lineterminator="\n")
    joined.to_parquet(folder / f"{JOINED}.parquet", index=False)
    _workbook(joined, _meanings(folder / schema.PACKAGE), known.latest(), folder)
    _database(joined, described, printed, folder / SQLITE)
    _cited(known, folder)
    labels = {
        name: {"label_column": label}
        for name, columns in described.items()
        for label in _LABELS
        if label in columns
    }
    metadata = {"databases": {SQLITE.removesuffix(".sqlite"): {"tables": labels}}}
    (folder / DATASETTE).write_text(f"{json.dumps(metadata, indent=1)}\n", "utf-8")
    return sorted(path.name for path in folder.iterdir())


def _table(
    known: Figures, data: Path, name: str, described: Mapping[str, Schema], folder: Path
) -> list[Row]:
    """Write the known rows of a table and give them; where all are known, copy the file.

    A row is known where its own id is known, and every id that its cells lead to.
    """
    path, rows = data / f"{name}.csv", tables.rows(data / f"{name}.csv")
    key, *_ = described[name]
    leads = {key: name}
    leads |= {
        column.name: column.leads_to for column in described[name].values() if column.leads_to
    }
    ids = {table: {*known.among(table)} for table in leads.values()}

    def is_known(row: Row) -> bool:
        return all(ids[table].issuperset(row.get(c, "").split()) for c, table in leads.items())

    kept = [row for row in rows if is_known(row)]
    if len(kept) == len(rows):
        shutil.copyfile(path, folder / path.name)
        return kept
    with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return kept


def _meanings(package: Path) -> dict[str, str]:
    """What each column of the joined table means, by its name; that of figures comes first."""
    described = json.loads(package.read_text("utf-8-sig"))["resources"]
    described.sort(key=lambda resource: resource["name"] == "figures")
    fields = (field for resource in described for field in resource["schema"]["fields"])
    descriptions = {
        field["name"]: field.get("description") or field.get("title", "") for field in fields
    }
    return {**descriptions, **MEANINGS}


def _cited(known: Figures, folder: Path) -> None:
    """Every known source for BibTeX, and as CSL-JSON; the keys are their ids."""
    cited = [cite(known, source) for source in known.among("sources")]
    bibliography, items = (folder / name for name in CITED)
    bibliography.write_text("\n".join(f"{citation.bibtex()}\n" for citation in cited), "utf-8")
    text = json.dumps([citation.item() for citation in cited], ensure_ascii=False, indent=1)
    items.write_text(f"{text}\n", "utf-8")


# --------------------------------------------------------------------------------------- workbook


def _workbook(joined: pd.DataFrame, meanings: Mapping[str, str], day: str, folder: Path) -> None:
    """The workbook: figures with a filter row and dates as dates; a sheet on what columns mean.

    `day` stands in for the time of its making, so that the same data give the same bytes.
    """
    import pandas as pd

    path = folder / f"{JOINED}.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(
        path,
        engine="xlsxwriter",
        engine_kwargs={"options": options},
        date_format="yyyy-mm-dd",
        datetime_format="yyyy-mm-dd",
    ) as book:
        created = datetime.fromisoformat(day or "1980-01-01").replace(tzinfo=UTC)
        book.book.set_properties({"created": created})
        joined.to_excel(book, sheet_name="figures", index=False, freeze_panes=(1, 1))
        sheet = book.sheets["figures"]
        sheet.autofilter(0, 0, len(joined), len(joined.columns) - 1)
        for number, name in enumerate(joined.columns):
            longest = max([len(name), *joined[name].astype(str).str.len()])
            sheet.set_column(number, number, min(longest, 40) + 2)
        notes = [(name, meanings.get(name, "")) for name in joined.columns]
        pd.DataFrame(notes, columns=["column", "meaning"]).to_excel(
            book, sheet_name="notes", index=False
        )
        book.sheets["notes"].set_column(0, 0, 22)
        book.sheets["notes"].set_column(1, 1, 110)


# --------------------------------------------------------------------------------------- database


def _database(
    joined: pd.DataFrame,
    described: Mapping[str, Schema],
    printed: Mapping[str, Sequence[Row]],
    path: Path,
) -> None:
    """The SQLite database: the tables with their keys, the joined table; empty cells are NULL.

    It is made in memory: SQLite would tell of a full disk in an error of its own.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        for name, columns in described.items():
            database.execute(f"CREATE TABLE {name} ({', '.join(_columns(columns, described))})")
        for name, columns in described.items():
            marks = ", ".join("?" * len(columns))
            rows = ([_cell(row.get(column)) for column in columns] for row in printed[name])
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        database.execute(f"CREATE TABLE figures_joined ({', '.join(_joined(joined, described))})")
        whole = joined.copy()
        for day in joined.select_dtypes("datetime"):
            whole[day] = joined[day].dt.strftime("%Y-%m-%d")
        whole.to_sql("figures_joined", database, index=False, if_exists="append")
        database.commit()
        wrong = database.execute("PRAGMA foreign_key_check").fetchall()
        assert not wrong, f"rows that lead nowhere passed check: {wrong[:3]}"
        database.execute("VACUUM")
        path.write_bytes(database.serialize())


def _columns(columns: Schema, described: Mapping[str, Schema]) -> Iterator[str]:
    """The columns and foreign keys of a table, in SQL."""
    for number, column in enumerate(columns.values()):
        key = "" if number else " PRIMARY KEY"
        yield f"{column.name} {_TYPES.get(column.kind, 'TEXT')}{key}"
    for column in columns.values():
        if column.leads_to and not column.several:
            yield _leads(column.name, column.leads_to, described)


def _joined(joined: pd.DataFrame, described: Mapping[str, Schema]) -> Iterator[str]:
    """The columns of the joined table; its ids lead to the tables that it was joined from."""
    kinds = {"f": " REAL", "M": " DATE"}
    for name, kind in joined.dtypes.items():
        yield f"{name}{kinds.get(kind.kind, ' TEXT')}{' PRIMARY KEY' if name == 'figure' else ''}"
    for name in ("figure", "source", "indicator", "area"):
        yield _leads(name, f"{name}s", described)


def _leads(column: str, table: str, described: Mapping[str, Schema]) -> str:
    """A foreign key. Programs that read it (Datasette) need the column that it leads to."""
    key, *_ = described[table]
    return f"FOREIGN KEY ({column}) REFERENCES {table} ({key})"


def _cell(value: Any) -> Any:
    return None if value in (None, "") else str(value)
