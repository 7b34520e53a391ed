"""The tables are read by one reader and held to one schema; all that is wrong is told at once."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from small_data import TABLES, small_data

from analysis.numbers import schema, tables

FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"
AREAS, CLAIMS, NAMES = "areas.csv", "claims.csv", "names.csv"


def wrong(where: Path) -> list[str]:
    """Everything that the schema finds wrong with a folder, as a person sees it."""
    return [str(finding) for finding in tables.read(where)[1]]


# -- cells

NFD = unicodedata.normalize("NFD", "1.238 tổ chức")
ROLES = "before, after, increase, decrease, part, whole, rate, count, target, estimate"
# file, a cell of the small data, what is typed instead, and the message (after the file's name)
CELLS = [
    (FIGURES, "staff.rate,staff,p1", "staff.rate,staff,1",
     "16  staff.rate: locator “1” is not a paragraph such as p15, or nothing."),
    (FIGURES, ",1221,", ",1 221,",
     "9  congress.held: value “1 221” is not a plain number such as 1318 or 98.7."),
    (FIGURES, ",part,", ",done,", f"9  congress.held: role “done” is none of {ROLES}."),
    (FIGURES, "ha-noi,2021,", "ha-noi,16/7/2021,",
     "14  staff.after: as_of “16/7/2021” is not a period such as 2025-07-16, 2025-07, 2025, "
     "2025-07-01/2025-07-13 or ../2012."),
    (SOURCES, "2025-07-15", "15/7/2025",
     "2  congress: published “15/7/2025” is no date. Write it as 2025-07-16."),
    (SOURCES, "2025-07-15", "20250715",
     "2  congress: published “20250715” is no date. Write it as 2025-07-16."),
    (SOURCES, "2021-05-22", "2021-05",
     "3  staff: published_by “2021-05” is no date. Write it as 2025-07-16."),
    (SOURCES, "staff,core", "staff,main", "3  staff: tier “main” is none of core, context."),
    (SOURCES, "https://example.org/a", "example.org/a",
     "2  congress: url “example.org/a” is not an address that begins http:// or https://, "
     "or nothing."),
    (SOURCES, "2026-11-22,en", "2026-11-22,fr", "4  wire: language “fr” is none of vi, en."),
    (INDICATORS, "Số tổ chức.", "", "2  congress: definition_vi “” is empty; fill it in."),
    (NAMES, "Project 06", "", "3  project-06: label_en “” is empty; fill it in."),
    # ids that lead nowhere
    (FIGURES, "staff.rate,staff,", "staff.rate,staf,",
     "16  staff.rate: source “staf” is not in sources.csv. Did you mean “staff”?"),
    (FIGURES, "exact,congress.rate", "exact,congress.rat",
     "10  congress.rate: indicator “congress.rat” is not in indicators.csv. "
     "Did you mean “congress.rate”?"),
    (FIGURES, "ha-noi,2021,", "mars,2021,",
     "14  staff.after: area “mars” is not in areas.csv. Add it to areas.csv or correct it."),
    (INDICATORS, "Communes.,units,", "Communes.,unit,",
     "10  units.communes: part_of “unit” is not in indicators.csv. Did you mean “units”?"),
    (CLAIMS, "congress.held congress.due", "congress.helt congress.due",
     "2  congress.rate: operands “congress.helt” is not in figures.csv. "
     "Did you mean “congress.held”?"),
    (CLAIMS, "staff.after,staff.rate", "staff.after,staff.rat",
     "5  staff.rate: stated “staff.rat” is not in figures.csv. Did you mean “staff.rate”?"),
    # letters
    (FIGURES, "1.238 tổ chức", " 1.238 tổ chức",
     "8  congress.due: printed “ 1.238 tổ chức” begins or ends with a space. Remove it."),
    (FIGURES, "1.238 tổ chức", NFD,
     f"8  congress.due: printed “{NFD}” is not in Unicode form NFC. Normalise it."),
    (FIGURES, "1.238 tổ chức", '"1.238 tổ\nchức"',
     "8  congress.due: printed holds a line break or control character. Remove it."),
    (FIGURES, "1.238 tổ chức", "1.238 tổ\x07chức",
     "8  congress.due: printed holds a line break or control character. Remove it."),
    (FIGURES, "1.238 tổ chức", "１.238 tổ chức",
     "8  congress.due: printed holds U+FF11 (fullwidth digit one), a digit of another kind. "
     "Type 0 to 9."),
    (AREAS, "Hà Nội,Hà Nội", "Hà Nội Ⅻ,Hà Nội",
     "3  ha-noi: label_vi holds U+216B (roman numeral twelve), a digit of another kind. "
     "Type 0 to 9."),
    (AREAS, "Hà Nội,Hà Nội", "Hà\u202e Nội,Hà Nội",
     "3  ha-noi: label_vi holds U+202E (right-to-left override), which nobody sees. Type a plain "
     "space, or nothing."),
    (AREAS, "Hà Nội,Hà Nội", "=A1,Hà Nội",
     "3  ha-noi: label_vi “=A1” begins with “=”: spreadsheets take it for a formula. "
     "Remove the sign."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), CELLS)
def test_a_bad_cell_is_named_with_its_place_and_what_to_do(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """One wrong cell is one message: file, line, id, what was found and expected, what to do."""
    assert wrong(small_data(tmp_path, (file, old, new))) == [f"data/{file}:{message}"]


@pytest.mark.parametrize("odd", ["Names", "têng", "a_b", "a b", "a..b", ".a", ""])
def test_an_id_has_one_form(tmp_path: Path, odd: str) -> None:
    """Ids are plain ASCII in small letters: no spaces, capitals, diacritics or underscores."""
    (found,) = wrong(small_data(tmp_path, (NAMES, "plan,", f"{odd},")))
    expected = "not an id such as congress-2025.grassroots: a-z, 0-9, with - or . between."
    assert found.startswith("data/names.csv:2  ")
    assert found.endswith(f"name “{odd}” is {expected}" if odd else "name “” is empty; fill it in.")


def test_an_id_stands_in_one_row(tmp_path: Path) -> None:
    """An id used twice is reported at each of its rows."""
    again = "staff.rate,staff,p1,18.350 người,18350,exact,staff,project-21,ha-noi,2021,after,\n"
    what = "staff.rate: figure “staff.rate” stands in more than one row; give each its own."
    findings = wrong(small_data(tmp_path, (FIGURES, "", again)))
    assert findings == [f"data/figures.csv:16  {what}", f"data/figures.csv:22  {what}"]


def places(found: list[str]) -> list[str]:
    """File and line of each finding."""
    return [each.partition("  ")[0].removeprefix("data/") for each in found]


def test_a_row_after_a_quoted_line_break_keeps_its_line(tmp_path: Path) -> None:
    """The line of a message is where the row begins, also below a row of two lines."""
    broken = (FIGURES, "1.238 tổ chức", '"1.238 tổ\nchức"')
    findings = wrong(small_data(tmp_path, broken, (FIGURES, ",part,", ",done,")))
    assert places(findings) == ["figures.csv:8", "figures.csv:10"]


def test_all_findings_are_reported_at_once(tmp_path: Path) -> None:
    """Mistakes in several tables come together, sorted by file and line."""
    changes = (
        (SOURCES, "2025-07-15", "yesterday"),
        (FIGURES, ",1221,", ",x,"),
        (FIGURES, ",1238,", ",y,"),
        (AREAS, "Viet Nam,country", "Viet Nam,land"),
    )
    places_named = places(wrong(small_data(tmp_path, *changes)))
    assert places_named == ["areas.csv:4", "figures.csv:8", "figures.csv:9", "sources.csv:2"]


# -- files


LONG = "x,staff,p1,18,350,exact,staff,p,ha-noi,2021,after,,\n"
QUOTE = "cells where the header has 12. Quote a cell that holds a comma."


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        # an unquoted comma, or a comma forgotten, is told with the number of cells
        (FIGURES, "", LONG, f":22  x: 13 {QUOTE}"),
        (FIGURES, "", "x,staff,p1\n", f":22  x: 3 {QUOTE}"),
        # a table lists its columns first and in order
        (AREAS, "area,label_vi,label_en,level", "area;label_vi;label_en;level",
         ":1  lacks the column area, label_vi, label_en, level; found "
         "area;label_vi;label_en;level. Save it with commas, not with “;”."),
        (AREAS, ",level\n", "\n",
         ":1  lacks the column level; found area, label_vi, label_en. Restore the first row."),
        (AREAS, "label_vi,label_en", "label_en,label_vi",
         ":1  columns must begin area, label_vi, label_en, level; "
         "found area, label_en, label_vi, level."),
        # an open quotation mark is found where it was opened, not at the end of the file
        (FIGURES, "51,51,exact", '"51,51,exact',
         ":6  the row that begins here is no CSV (',' expected after '\"'). "
         "Check its quotation marks and commas."),
    ],
)  # fmt: skip
def test_a_row_or_header_that_cannot_be_read_is_not_guessed_at(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """What stands in another cell than it should is told once, with its line."""
    assert wrong(small_data(tmp_path, (file, old, new))) == [f"data/{file}{message}"]


def test_further_columns_may_follow(tmp_path: Path) -> None:
    """One's own column is kept; one that stands twice or is another table's is refused."""
    wider = TABLES[FIGURES].replace(",\n", ",,mine\n").replace("role,note\n", "role,note,by\n")
    where = small_data(tmp_path)
    (where / FIGURES).write_text(wider, encoding="utf-8")
    read, findings = tables.read(where)
    assert (findings, read["figures"][0]["by"]) == ([], "mine")
    for name in ("unit", "publisher", "level", "role"):
        (where / FIGURES).write_text(wider.replace("note,by", f"note,{name}"), encoding="utf-8")
        message = f"data/figures.csv:1  the column {name} stands twice or is taken. Rename it."
        assert wrong(where) == [message]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1  lacks the column area, label_vi, label_en, level; found nothing. "
         "Restore the first row."),
        (b"\x89PNG\r\n\x1a\n\x00\x01", ":1  byte 0 is not UTF-8. Save the file as UTF-8 text."),
        (TABLES[AREAS].encode("utf-16"), ":1  byte 0 is not UTF-8. Save the file as UTF-8 text."),
        (TABLES[AREAS].encode().replace("Hà Nội".encode(), b"H\xe0 N\xf4i"),
         ":3  byte 78 is not UTF-8. Save the file as UTF-8 text."),
        (TABLES[AREAS].replace("Hà Nội,province", "Hà\0Nội,province").encode(),
         ":3  holds a NUL byte: this is no CSV text."),
    ],
    ids=["empty", "picture", "UTF-16", "Windows", "NUL"],
)  # fmt: skip
def test_a_file_that_is_no_utf8_csv_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    """An empty file, a picture, another encoding or a NUL byte is one message with the line."""
    where = small_data(tmp_path)
    (where / AREAS).write_bytes(content)
    assert wrong(where) == [f"data/areas.csv{message}"]


def test_what_is_missing_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file names the columns it must hold; a folder in its place gives the reason."""
    where = small_data(tmp_path)
    (where / AREAS).unlink()
    missing = "missing. It must hold the columns area, label_vi, label_en, level."
    assert wrong(where) == [f"data/areas.csv  {missing}"]
    (where / AREAS).mkdir()
    assert wrong(where)[0].startswith("data/areas.csv  cannot be read (")
    gone = tmp_path / "nowhere"
    assert wrong(gone) == [f"{gone}  no such folder. Give the folder that holds figures.csv."]


@pytest.mark.parametrize("file", [SOURCES, INDICATORS, AREAS, FIGURES])
def test_an_emptied_table_is_one_finding(tmp_path: Path, file: str) -> None:
    """A table without rows is told once, not once more for every row that leads to it."""
    where = small_data(tmp_path)
    (where / file).write_text(TABLES[file].splitlines()[0] + "\n", encoding="utf-8")
    assert wrong(where) == [f"data/{file}:1  holds no rows. Restore it from the repository."]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace(",ha-noi,", ',"ha-noi",').encode(),
    ],
    ids=["BOM", "CRLF", "blank lines", "no last line end", "quoted"],
)
def test_what_spreadsheets_do_to_a_csv_is_accepted(
    tmp_path: Path, rewrite: Callable[[str], bytes]
) -> None:
    """A byte-order mark, Windows line ends, blank lines and quotes change nothing in any table."""
    plain, _ = tables.read(small_data(tmp_path))
    for name, text in TABLES.items():
        (tmp_path / "data" / name).write_bytes(rewrite(text))
    read, findings = tables.read(tmp_path / "data")
    assert (read, findings) == (plain, [])
    assert tables.rows(tmp_path / "data" / AREAS) == plain["areas"]


def test_a_table_is_read_whatever_its_columns() -> None:
    """`rows` gives the cells of any CSV as text, with lines, and refuses what is none."""
    rows = tables.rows(schema.SHIPPED / AREAS)
    assert rows[0] == {
        "area": "an-giang", "label_vi": "An Giang", "label_en": "An Giang", "level": "province",
    }  # fmt: skip
    assert rows[0].line == 2
    with pytest.raises(schema.DataError, match=r"data/none\.csv  missing\."):
        tables.rows(schema.SHIPPED / "none.csv")


def test_a_finding_about_a_whole_text_is_a_line(tmp_path: Path) -> None:
    """Whatever was pasted into a cell, a person is told its beginning."""
    (message,) = wrong(small_data(tmp_path, (FIGURES, ",part,", f",{'part ' * 500}x,")))
    assert message.startswith("data/figures.csv:9  congress.held: role “part part")
    assert "…” is none of before" in message
    assert len(message) < 250


# -- the schema


def package(table: str, column: str, **changes: object) -> str:
    """The shipped data package with one field changed."""
    described = json.loads((schema.SHIPPED / "datapackage.json").read_text("utf-8"))
    (resource,) = (each for each in described["resources"] if each["name"] == table)
    (field,) = (each for each in resource["schema"]["fields"] if each["name"] == column)
    field.update(changes)
    return json.dumps(described)


def test_the_words_of_a_column_are_those_of_the_schema() -> None:
    """Roles and verdicts are listed in the data, nowhere in the package."""
    assert tables.enum("figures", "role")[:2] == ("before", "after")
    assert tables.enum("claims", "verdict")[-1] == "cannot_be_checked"
    assert tables.enum("figures", "note") == ()


def test_a_folder_may_bring_its_own_schema(tmp_path: Path) -> None:
    """Another place has other levels; a folder without a data package uses the shipped one."""
    where = small_data(
        tmp_path,
        ("areas.csv", "viet-nam,Việt Nam,Viet Nam,country", "viet-nam,Việt Nam,Viet Nam,state"),
    )
    assert "is none of country" in wrong(where)[0]
    words = ("province", "state")
    text = package("areas", "level", constraints={"enum": words})
    (where / "datapackage.json").write_text(text, encoding="utf-8-sig")
    assert wrong(where) == []
    assert tables.enum("areas", "level", where) == words


NONE = "describes no tables as Data Package does"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", f"{NONE} (JSONDecodeError: "),
        ("[]", f"{NONE} (TypeError: "),
        ('{"resources": ["figures"]}', f"{NONE} (TypeError: "),
        (package("areas", "area", constraints={"pattern": "["}), f"{NONE} (error: "),
        (package("claims", "operands", listOf={"resource": "x"}), f"{NONE} (KeyError: 'x'"),
        (package("areas", "level", name="kind"),
         "the columns of areas must begin area, label_vi, label_en, level."),
        ('{"resources": []}', "the columns of sources must begin source, tier,"),
    ],
    ids=["no JSON", "a list", "names alone", "pattern", "unknown table", "column", "no tables"],
)  # fmt: skip
def test_a_schema_that_describes_other_tables_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    """A folder's own data package is a finding where the tables could not be read by it."""
    where = small_data(tmp_path)
    (where / "datapackage.json").write_text(text, encoding="utf-8")
    (found,) = wrong(where)
    assert found.startswith(f"data/datapackage.json  {message}")
