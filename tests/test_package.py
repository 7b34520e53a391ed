"""The data for everyone: what the folder `data/` of a site holds."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from small_data import small_data

from analysis.numbers import figures, schema
from analysis.pages import package

_DAYS = ("as_of_start", "as_of_end", "published")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data, written for everyone."""
    folder = tmp_path_factory.mktemp("site") / "data"
    package.write(figures.load(), schema.SHIPPED, folder)
    return folder


def test_the_tables_are_published_as_they_are(published: Path) -> None:
    """Each table and its description leave the project byte for byte, so Frictionless finds the
    package as valid as `check` does."""
    for name in (schema.PACKAGE, *(f"{table}.csv" for table in schema.load(schema.SHIPPED))):
        assert (published / name).read_bytes() == (schema.SHIPPED / name).read_bytes()


def test_every_format_holds_the_same_figures(published: Path) -> None:
    """CSV, Parquet, workbook and database have a row for each known figure, numbers as numbers and
    days as days."""
    known = figures.load().frame().reset_index()
    parquet = pd.read_parquet(published / f"{package.JOINED}.parquet")
    assert list(parquet["figure"]) == list(known["figure"])
    assert parquet["value"].dtype == "float64"
    assert {f"{parquet[day].dtype}" for day in _DAYS} == {"datetime64[us]"}
    csv = pd.read_csv(published / f"{package.JOINED}.csv", parse_dates=["as_of_start"])
    assert list(csv["value"]) == list(parquet["value"])
    assert list(csv["as_of_start"].dropna()) == list(parquet["as_of_start"].dropna())
    with zipfile.ZipFile(published / f"{package.JOINED}.xlsx") as book:
        sheet, notes = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert sheet.count("<row ") == len(known) + 1
    assert "<autoFilter" in sheet
    assert "<f>" not in sheet
    assert len(re.findall(r'r="B\d+"[^>]*t="s"', notes)) == len(known.columns) + 1  # each is told
    with closing(sqlite3.connect(published / package.SQLITE)) as database:
        (rows,) = database.execute("SELECT count(*) FROM figures_joined").fetchone()
        assert rows == len(known)


def test_the_database_follows_from_source_to_figure(published: Path) -> None:
    """Foreign keys lead from a figure to its source, indicator and area, and every one is kept."""
    with closing(sqlite3.connect(published / package.SQLITE)) as database:
        keys = {row[2] for row in database.execute("PRAGMA foreign_key_list(figures)")}
        assert keys == {"sources", "indicators", "areas", "names"}
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
        whole = list(database.execute("PRAGMA foreign_key_list(figures_joined)"))
        assert {(row[2], row[4]) for row in whole} == {
            ("figures", "figure"),  # with the column: Datasette shows no row without it
            ("sources", "source"),
            ("indicators", "indicator"),
            ("areas", "area"),
        }
        day = (
            "SELECT as_of_end FROM figures_joined WHERE figure = 'project-06.villages-groups.after'"
        )
        assert database.execute(day).fetchone() == ("2018-11-30",)
        joined = "SELECT tier, value FROM figures JOIN sources USING (source) WHERE figure = ?"
        found = database.execute(joined, ("congress-2025.grassroots.held",)).fetchone()
        assert found == ("core", 1221)


def test_the_same_data_give_the_same_bytes(published: Path, tmp_path: Path) -> None:
    """Nothing in the four formats depends on the day or place of writing."""
    again = tmp_path / "elsewhere"
    names = package.write(figures.load(), schema.SHIPPED, again)
    assert names == sorted(path.name for path in published.iterdir())
    assert all((again / name).read_bytes() == (published / name).read_bytes() for name in names)


def test_tables_of_ones_own_may_lead_to_each_other(tmp_path: Path) -> None:
    """A foreign key leads to the first column of its table, whatever that is called."""
    where, described = (
        small_data(tmp_path),
        json.loads((schema.SHIPPED / schema.PACKAGE).read_bytes()),
    )
    text = {"type": "string", "constraints": {"required": True}}
    for name, key, row in (("cities", "city", "vinh"), ("visits", "visit", "first,vinh")):
        columns = [key, "city"][: 1 + row.count(",")]
        (where / f"{name}.csv").write_text(f"{','.join(columns)}\n{row}\n", "utf-8")
        leads = [{"fields": ["city"], "reference": {"resource": "cities", "fields": ["city"]}}]
        own = {"fields": [{"name": column, **text} for column in columns], "primaryKey": [key]}
        own["foreignKeys"] = leads[: row.count(",")]
        described["resources"].append({"name": name, "path": f"{name}.csv", "schema": own})
    (where / schema.PACKAGE).write_text(json.dumps(described), "utf-8")
    package.write(figures.load(where), where, tmp_path / "published")
    with closing(sqlite3.connect(tmp_path / "published" / package.SQLITE)) as database:
        (key,) = database.execute("PRAGMA foreign_key_list(visits)")
        assert key[2:5] == ("cities", "city", "city")
        assert not database.execute("PRAGMA foreign_key_check").fetchall()


def test_a_replay_publishes_what_was_known_then(tmp_path: Path) -> None:
    """The data of an earlier day hold no source, figure, event or claim of a later one."""
    day = "2019-06-30"
    package.write(figures.load(known_on=day), schema.SHIPPED, tmp_path / "data")
    tables = {path.stem: pd.read_csv(path) for path in (tmp_path / "data").glob("*.csv")}
    sources, ids = set(tables["sources"]["source"]), set(tables["figures"]["figure"])
    assert sources
    assert (tables["sources"]["published"].dropna() <= day).all()
    assert set(tables["figures"]["source"]) <= sources
    assert set(tables["events"]["source"].dropna()) <= sources
    assert set(tables["claims"]["stated"]) <= ids
    assert all(ids.issuperset(each.split()) for each in tables["claims"]["operands"])
    assert set(tables[package.JOINED]["figure"]) == ids


def test_datasette_is_told_what_ids_are_called(published: Path) -> None:
    """Each column that stands for an id in its description is one of the table."""
    told = json.loads((published / package.DATASETTE).read_text("utf-8"))
    tables = told["databases"]["data"]["tables"]
    assert {"sources", "indicators", "areas", "names"} <= set(tables)
    for name, table in tables.items():
        assert table["label_column"] in pd.read_csv(published / f"{name}.csv").columns
