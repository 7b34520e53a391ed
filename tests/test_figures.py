"""`data/` is read as text, checked whole, and returned as figures that each keep their source."""

from __future__ import annotations

import csv
import json
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from small_data import TABLES, small_data

from analysis import figures
from analysis.figures import DataError

FIGURES, SOURCES, INDICATORS, AREAS, CLAIMS, NAMES = (
    "figures.csv",
    "sources.csv",
    "indicators.csv",
    "areas.csv",
    "claims.csv",
    "names.csv",
)
Change = tuple[str, str, str]


def wrong(where: Path) -> list[str]:
    """Everything wrong with a folder, as a person sees it when loading it is refused."""
    with pytest.raises(DataError) as error:
        figures.load(where)
    found = [str(finding) for finding in error.value.findings]
    assert str(error.value) == "\n".join(["the data failed a check:", *found])
    return found


# -- what is refused


ROWS: list[tuple[Change, str]] = [
    # figures.csv: single cells
    (
        (FIGURES, "staff.rate,staff,p1", "staff.rate,staff,1"),
        "data/figures.csv:16  staff.rate: locator “1” is not a paragraph such as p15, or nothing.",
    ),
    (
        (FIGURES, "staff.rate,staff,p1", "staff.rate,staff,"),
        "data/figures.csv:16  staff.rate: locator is empty, but the source is graded full text. Give the paragraph, e.g. p15.",
    ),
    (
        (FIGURES, ",1221,", ",1 221,"),
        "data/figures.csv:9  congress.held: value “1 221” is not a plain number such as 1318 or 98.7.",
    ),
    (
        (FIGURES, ",1221,", ",~1221,"),
        "data/figures.csv:9  congress.held: value “~1221” is not a plain number such as 1318 or 98.7.",
    ),
    (
        (FIGURES, ",part,", ",done,"),
        "data/figures.csv:9  congress.held: role “done” is none of before, after, increase, decrease, part, whole, rate, "
        "count, target.",
    ),
    # ids that lead nowhere
    (
        (FIGURES, "staff.rate,staff,", "staff.rate,staf,"),
        "data/figures.csv:16  staff.rate: source “staf” is not in sources.csv. Did you mean “staff”?",
    ),
    (
        (FIGURES, "exact,congress.rate", "exact,congress.rat"),
        "data/figures.csv:10  congress.rate: indicator “congress.rat” is not in indicators.csv. Did you mean “congress.rate”?",
    ),
    (
        (FIGURES, "ha-noi,2021,", "ha-noy,2021,"),
        "data/figures.csv:14  staff.after: area “ha-noy” is not in areas.csv. Did you mean “ha-noi”?",
    ),
    (
        (FIGURES, "ha-noi,2021,", "mars,2021,"),
        "data/figures.csv:14  staff.after: area “mars” is not in areas.csv. Add it to areas.csv or correct it.",
    ),
    # what was printed against what was typed
    (
        (FIGURES, ",1221,", ",1222,"),
        "data/figures.csv:9  congress.held: printed “1.221” reads as 1221, but value is 1222. "
        "Correct value, or printed if it was mistyped.",
    ),
    (
        (FIGURES, ",1221,", ",1.221,"),
        "data/figures.csv:9  congress.held: printed “1.221” reads as 1221, but value is 1.221. "
        "Correct value, or printed if it was mistyped.",
    ),
    (
        (FIGURES, "p2,1.221,", 'p2,"1,221",'),
        "data/figures.csv:9  congress.held: printed “1,221” reads as 1.221, but value is 1221. "
        "Correct value, or printed if it was mistyped.",
    ),
    (
        (FIGURES, "p2,1.221,", "p2,1.22,"),
        "data/figures.csv:9  congress.held: printed “1.22” is not a number as printed in “vi”: it takes a full stop between "
        "thousands and a comma before decimals. Copy the number as the source prints it.",
    ),
    (
        (FIGURES, "p2,1.221,", "p2,nhiều,"),
        "data/figures.csv:9  congress.held: printed no number in “nhiều”. Copy the number as the source prints it.",
    ),
    (
        (FIGURES, "p2,1.221,", "p2,1.221/1.238,"),
        "data/figures.csv:9  congress.held: printed more than one number in “1.221/1.238”. "
        "Copy the number as the source prints it.",
    ),
    (
        (FIGURES, "66000,at_least", "66000,exact"),
        "data/figures.csv:12  dossiers.received: printed “hơn 66.000 hồ sơ” reads as at_least, but qualifier is exact. "
        "Correct qualifier, or the hedge in printed.",
    ),
    (
        (FIGURES, "p4,hơn 66.000", "p4,66.000"),
        "data/figures.csv:12  dossiers.received: printed “66.000 hồ sơ” reads as exact, but qualifier is at_least. "
        "Correct qualifier, or the hedge in printed.",
    ),
    (
        (FIGURES, "98.7,exact,congress.rate", "98.7,exact,congress"),
        "data/figures.csv:10  congress.rate: printed “98,7%” and the unit of congress (organisation) do not agree: "
        "one is a percentage, the other is not. Correct printed or indicator.",
    ),
    (
        (FIGURES, "18350,exact,staff,", "18350,exact,staff.rate,"),
        "data/figures.csv:14  staff.after: printed “18.350 người” and the unit of staff.rate (percent) do not agree: "
        "one is a percentage, the other is not. Correct printed or indicator.",
    ),
    # periods and days
    (
        (FIGURES, "ha-noi,2021,", "ha-noi,16/7/2021,"),
        "data/figures.csv:14  staff.after: as_of “16/7/2021” is no period: write 2025-07-16, 2025-07, 2025, "
        "2025-07-01/2025-07-13 or ../2012.",
    ),
    (
        (FIGURES, "ha-noi,2021,", "ha-noi,2021-02-30,"),
        "data/figures.csv:14  staff.after: as_of “2021-02-30” is no date: day is out of range for month.",
    ),
    (
        (FIGURES, "ha-noi,2021,", "ha-noi,2022,"),
        "data/figures.csv:14  staff.after: as_of “2022” is 224 days after its source staff was printed (2021-05-22). "
        "Correct one.",
    ),
    (
        ("indicators.csv", "Part-time post-holders,", "18350 post-holders,"),
        "data/indicators.csv:6  staff: label_en “18350 post-holders” holds a number. Take it out, or list its name in names.csv.",
    ),
    (
        (FIGURES, "2019/2021", "2021/2019"),
        "data/figures.csv:16  staff.rate: as_of “2021/2019” ends before it starts.",
    ),
    (
        (SOURCES, "2025-07-15", "15/7/2025"),
        "data/sources.csv:2  congress: published “15/7/2025” is no date. Write it as 2025-07-16.",
    ),
    (
        (SOURCES, "2025-07-15", "20250715"),
        "data/sources.csv:2  congress: published “20250715” is no date. Write it as 2025-07-16.",
    ),
    (
        (SOURCES, "2021-05-22", "2021-05"),
        "data/sources.csv:3  staff: published_by “2021-05” is no date. Write it as 2025-07-16.",
    ),
    (
        (SOURCES, "2021-05-22", ""),
        "data/sources.csv:3  staff: published and published_by are both empty. "
        "Give the day, or the latest day it can have been printed.",
    ),
    (
        (SOURCES, "2025-07-15", "2027-07-15"),
        "data/sources.csv:2  congress: was published after it was accessed (2026-11-22). One of the dates is wrong.",
    ),
    # the other tables
    (
        (SOURCES, "staff,core", "staff,main"),
        "data/sources.csv:3  staff: tier “main” is none of core, context.",
    ),
    (
        (SOURCES, "congress,core,full text", "congress,core,skimmed"),
        "data/sources.csv:2  congress: grade “skimmed” is none of full text, full short item, official list (mirror), "
        "excerpt, excerpt, translated.",
    ),
    (
        (SOURCES, "https://example.org/a", "example.org/a"),
        "data/sources.csv:2  congress: url “example.org/a” is not an address that begins http:// or https://, or nothing.",
    ),
    (
        (SOURCES, "2026-11-22,en", "2026-11-22,fr"),
        "data/sources.csv:4  wire: language “fr” is none of vi, en.",
    ),
    (
        (INDICATORS, "Số tổ chức.", ""),
        "data/indicators.csv:2  congress: definition_vi “” is empty; fill it in.",
    ),
    (
        (INDICATORS, "Communes.,units,", "Communes.,unit,"),
        "data/indicators.csv:10  units.communes: part_of “unit” is not in indicators.csv. Did you mean “units”?",
    ),
    (
        (AREAS, "Viet Nam,country", "Viet Nam,land"),
        "data/areas.csv:4  viet-nam: level “land” is none of country, province, former-province, district, commune, "
        "organisation.",
    ),
    (
        (CLAIMS, "congress.held congress.due", "congress.helt congress.due"),
        "data/claims.csv:2  congress.rate: operand “congress.helt” is not in figures.csv. Did you mean “congress.held”?",
    ),
    (
        (CLAIMS, "staff.after,staff.rate", "staff.after,staff.rat"),
        "data/claims.csv:5  staff.rate: stated “staff.rat” is not in figures.csv. Did you mean “staff.rate”?",
    ),
    (
        (CLAIMS, ",difference,", ",minus,"),
        "data/claims.csv:6  units.decrease: kind “minus” is none of difference, relative_change, share, sum, net, same.",
    ),
    (
        (CLAIMS, ",contradicts", ",wrong"),
        "data/claims.csv:3  dossiers.heading: verdict “wrong” is none of holds, holds_if_truncated, does_not_hold, "
        "contradicts, cannot_be_checked.",
    ),
    (
        (NAMES, "Project 06", ""),
        "data/names.csv:3  project-06: label_en “” is empty; fill it in.",
    ),
    # letters and cells
    (
        (FIGURES, "1.238 tổ chức", " 1.238 tổ chức"),
        "data/figures.csv:8  congress.due: printed “ 1.238 tổ chức” begins or ends with a space. Remove it.",
    ),
    (
        (FIGURES, "1.238 tổ chức", unicodedata.normalize("NFD", "1.238 tổ chức")),
        f"data/figures.csv:8  congress.due: printed “{unicodedata.normalize('NFD', '1.238 tổ chức')}” is not in Unicode "
        "form NFC. Normalise it.",
    ),
    (
        (FIGURES, "1.238 tổ chức", '"1.238 tổ\nchức"'),
        "data/figures.csv:8  congress.due: printed holds a line break or control character. Remove it.",
    ),
    (
        (FIGURES, "1.238 tổ chức", "1.238 tổ\x07chức"),
        "data/figures.csv:8  congress.due: printed holds a line break or control character. Remove it.",
    ),
]


@pytest.mark.parametrize(("change", "message"), ROWS, ids=[f"{old}→{new}"[:60] for (_, old, new), _ in ROWS])
def test_a_bad_cell_is_named_with_its_place_and_what_to_do(tmp_path: Path, change: Change, message: str) -> None:
    """One wrong cell gives one message: file and line, id, what was found, what was expected, what to do."""
    assert wrong(small_data(tmp_path, change)) == [message]


def test_a_row_after_a_quoted_line_break_keeps_its_line(tmp_path: Path) -> None:
    """The line of a message is the line in the file where the row begins, also below a row of two lines."""
    broken = (FIGURES, "1.238 tổ chức", '"1.238 tổ\nchức"')
    found = wrong(small_data(tmp_path, broken, (FIGURES, ",part,", ",done,")))
    assert [message.partition("  ")[0] for message in found] == ["data/figures.csv:8", "data/figures.csv:10"]


def test_an_id_stands_in_one_row(tmp_path: Path) -> None:
    """An id used twice is reported at each of its rows."""
    again = "staff.rate,staff,p1,18.350 người,18350,exact,staff,project-21,ha-noi,2021,after,\n"
    assert wrong(small_data(tmp_path, (FIGURES, "", again))) == [
        "data/figures.csv:16  staff.rate: figure “staff.rate” stands in more than one row; give each its own.",
        "data/figures.csv:22  staff.rate: figure “staff.rate” stands in more than one row; give each its own.",
    ]


def test_an_id_has_one_form(tmp_path: Path) -> None:
    """Ids are plain ASCII in small letters: no spaces, capitals, diacritics or underscores."""
    for odd in ("Names", "têng", "a_b", "a b", "a..b", ".a"):
        found = wrong(small_data(tmp_path, (NAMES, "plan,", f"{odd},")))
        assert found == [
            f"data/names.csv:2  {odd}: name “{odd}” is not an id such as congress-2025.grassroots: a-z, 0-9, with - or . between."
        ]


def test_a_row_with_cells_too_many_or_too_few_is_not_guessed_at(tmp_path: Path) -> None:
    """An unquoted comma, or a comma forgotten, is reported with the number of cells; the row is not read."""
    message = "data/figures.csv:22  x: {} cells where the header has 12. Quote a cell that holds a comma."
    row = "x,staff,p1,{},18350,exact,staff,project-21,ha-noi,2021,after,\n"
    assert wrong(small_data(tmp_path, (FIGURES, "", row.format("18,350")))) == [message.format(13)]
    assert wrong(small_data(tmp_path, (FIGURES, "", "x,staff,p1\n"))) == [message.format(3)]


def test_a_table_lists_its_columns_first_and_in_order(tmp_path: Path) -> None:
    """A missing column and a wrong order are reported at line 1 with what was found."""
    assert wrong(small_data(tmp_path, (AREAS, ",level\n", "\n"))) == [
        "data/areas.csv:1  lacks the column level; found area, label_vi, label_en."
    ]
    assert wrong(small_data(tmp_path, (AREAS, "label_vi,label_en", "label_en,label_vi"))) == [
        "data/areas.csv:1  columns must begin area, label_vi, label_en, level; found area, label_en, label_vi, level."
    ]


def test_further_columns_may_follow(tmp_path: Path) -> None:
    """A column of one's own is kept; one that stands twice, or bears a name taken from another table, is refused."""
    wider = TABLES[FIGURES].replace(",\n", ",,mine\n").replace("role,note\n", "role,note,checked_by\n")
    where = small_data(tmp_path)
    (where / FIGURES).write_text(wider, encoding="utf-8")
    assert figures.load(where).row("congress.held")["checked_by"] == "mine"
    for name in ("unit", "publisher", "line", "role"):
        (where / FIGURES).write_text(wider.replace("checked_by", name), encoding="utf-8")
        assert wrong(where) == [f"data/figures.csv:1  the column {name} stands twice or is taken. Rename it."]


def test_a_quotation_mark_left_open_is_found_where_it_was_opened(tmp_path: Path) -> None:
    """The message names the row that begins the broken cell, not the end of the file."""
    (message,) = wrong(small_data(tmp_path, (FIGURES, "51,51,exact", '"51,51,exact')))
    assert message.startswith("data/figures.csv:6  the row that begins here is no CSV (")
    assert message.endswith("). Check its quotation marks and commas.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "data/areas.csv:1  lacks the column area, label_vi, label_en, level; found nothing."),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "data/areas.csv:1  byte 0 is not UTF-8. Save the file as UTF-8 text."),
        (
            TABLES[AREAS].encode("utf-16"),
            "data/areas.csv:1  byte 0 is not UTF-8. Save the file as UTF-8 text.",
        ),
        (
            TABLES[AREAS].encode().replace("Hà Nội".encode(), "Hà Nội".encode("cp1258", "replace")),
            "data/areas.csv:3  byte 78 is not UTF-8. Save the file as UTF-8 text.",
        ),
        (
            TABLES[AREAS].replace("Hà Nội,province", "Hà\0Nội,province").encode(),
            "data/areas.csv:3  holds a NUL byte: this is no CSV text.",
        ),
    ],
    ids=["empty", "picture", "UTF-16", "Windows", "NUL"],
)
def test_a_file_that_is_no_utf8_csv_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    """An empty file, a picture, another encoding or a NUL byte is one message with the line."""
    where = small_data(tmp_path)
    (where / AREAS).write_bytes(content)
    assert wrong(where) == [message]


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    """What is missing is named, with the columns the file must hold."""
    where = small_data(tmp_path)
    (where / AREAS).unlink()
    assert wrong(where) == ["data/areas.csv  missing. It must hold the columns area, label_vi, label_en, level."]
    gone = tmp_path / "nowhere"
    assert wrong(gone) == [f"{gone}  no such folder. Give the folder that holds figures.csv."]


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    """What cannot be read is a message with the system's reason, not a traceback."""
    where = small_data(tmp_path)
    (where / AREAS).unlink()
    (where / AREAS).mkdir()
    (message,) = wrong(where)
    assert message.startswith("data/areas.csv  cannot be read (")


@pytest.mark.parametrize("file", [SOURCES, INDICATORS, AREAS, FIGURES])
def test_an_emptied_table_is_one_finding(tmp_path: Path, file: str) -> None:
    """A table without rows is told once, and not once more for every row that names one of its own."""
    where = small_data(tmp_path)
    (where / file).write_text(TABLES[file].splitlines()[0] + "\n", encoding="utf-8")
    assert wrong(where) == [f"data/{file}:1  holds no rows. Restore it from the repository."]


def test_a_cell_that_holds_a_whole_text_is_told_by_its_beginning(tmp_path: Path) -> None:
    """A finding is a line for people, whatever was pasted into a cell."""
    (message,) = wrong(small_data(tmp_path, (FIGURES, "1.238 tổ chức", "tổ chức " * 500 + "x")))
    assert message.startswith("data/figures.csv:8  congress.due: printed no number in “tổ chức tổ chức")
    assert message.endswith("…”. Copy the number as the source prints it.")
    assert len(message) < 250


def test_all_findings_are_reported_at_once(tmp_path: Path) -> None:
    """Mistakes in several tables are one error, sorted by file and line."""
    found = wrong(
        small_data(
            tmp_path,
            (SOURCES, "2025-07-15", "yesterday"),
            (FIGURES, ",1221,", ",1222,"),
            (FIGURES, ",1238,", ",1239,"),
            (AREAS, "Viet Nam,country", "Viet Nam,land"),
        )
    )
    assert [message.partition("  ")[0] for message in found] == [
        "data/areas.csv:4",
        "data/figures.csv:8",
        "data/figures.csv:9",
        "data/sources.csv:2",
    ]


# -- what is accepted


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
def test_what_spreadsheets_do_to_a_csv_is_accepted(tmp_path: Path, rewrite: object) -> None:
    """A byte order mark, Windows line ends, blank lines and quoted cells change nothing that is read."""
    plain = figures.load(small_data(tmp_path))
    where = small_data(tmp_path)
    for name, text in TABLES.items():
        (where / name).write_bytes(rewrite(text))  # type: ignore[operator]
    read = figures.load(where)
    assert read.table.equals(plain.table)
    assert read.sources.equals(plain.sources)
    assert len(read.table) == 20


def test_a_figure_keeps_its_source_and_is_a_decimal(tmp_path: Path) -> None:
    """Each row carries publisher, headline, address, tier, grade and unit; values are Decimals, codes text."""
    known = figures.load(small_data(tmp_path))
    row = known.row("congress.rate")
    assert row["value"] == Decimal("98.7")
    assert isinstance(row["value"], Decimal)
    assert (row["publisher"], row["headline"], row["url"]) == ("Báo Một", "Đại hội ở cơ sở", "https://example.org/a")
    assert (row["tier"], row["grade"], row["unit"]) == ("core", "full text", "percent")
    assert known.entry("areas", str(row["area"]))["level"] == "province"
    quantity = known["congress.rate"]
    assert quantity is not None
    assert (quantity.value, quantity.low, quantity.high) == (Decimal("98.7"), Decimal("98.65"), Decimal("98.75"))
    period = known.as_of("dossiers.share")
    assert period is not None
    assert (period.start, period.end) == ("2025-07-01", "2025-07-13")


def test_figures_are_found_by_their_columns(tmp_path: Path) -> None:
    """`find` gives the ids whose columns equal what is wanted, in the order of ids; nothing found is an empty list."""
    known = figures.load(small_data(tmp_path))
    assert known.find(reform="project-21", role="after") == ["staff.after"]
    assert known.find(indicator="staff") == ["staff.after", "staff.before"]
    assert known.find(area="da-nang", role="part") == []


def test_an_unknown_id_names_the_nearest_one(tmp_path: Path) -> None:
    """A misspelt figure is an error with a suggestion, and never silently missing."""
    known = figures.load(small_data(tmp_path))
    with pytest.raises(KeyError, match=r"no figure “congress\.hold” in figures\.csv\. Did you mean “congress\.held”\?"):
        known["congress.hold"]


def test_an_edited_table_is_read_again(tmp_path: Path) -> None:
    """Data corrected while a notebook is open is seen by the next load."""
    where = small_data(tmp_path)
    assert figures.load(where)["staff.after"] is not None
    text = (where / FIGURES).read_text(encoding="utf-8")
    (where / FIGURES).write_text(text.replace("18.350 người,18350", "18.351 người,18351"), encoding="utf-8")
    after = figures.load(where)["staff.after"]
    assert after is not None
    assert after.value == 18351


# -- what was known on a day


def test_a_source_counts_from_the_day_it_was_printed(tmp_path: Path) -> None:
    """On the eve of its publication a figure is None; on the day it is known. Its row stays known by name."""
    where = small_data(tmp_path)
    assert figures.load(where, known_on="2025-07-14")["congress.held"] is None
    assert figures.load(where, known_on="2025-07-15")["congress.held"] is not None
    assert figures.load(where, known_on="2021-05-21")["staff.after"] is None
    assert figures.load(where, known_on="2021-05-22")["staff.after"] is not None
    assert len(figures.load(where, known_on="2000-01-01").table) == 0


def test_core_evidence_leaves_the_context_out(tmp_path: Path) -> None:
    """`core` keeps the sources of tier core alone; days and evidence apply together."""
    where = small_data(tmp_path)
    core = figures.load(where, evidence="core")
    assert list(core.sources.index) == ["congress", "staff"]
    assert core["units.before"] is None
    assert core["congress.held"] is not None
    assert list(figures.load(where, known_on="2025-06-01", evidence="core").sources.index) == ["staff"]


@pytest.mark.parametrize("day", ["2025-7-1", "20250701", "2025-W27-2", "2025-02-30", "yesterday"])
def test_a_day_has_one_form(tmp_path: Path, day: str) -> None:
    """`known_on` is a day as 2025-07-16: another form could let later sources in, and is refused."""
    with pytest.raises(ValueError, match=f"known_on is “{day}”; write a day as 2025-07-16, or nothing"):
        figures.load(small_data(tmp_path), known_on=day)


def test_evidence_is_core_or_all(tmp_path: Path) -> None:
    """A misspelt kind of evidence is refused with the right words."""
    with pytest.raises(ValueError, match="evidence is “cor”; write “core”"):
        figures.load(small_data(tmp_path), evidence="cor")


def real_sources() -> list[tuple[str, str, str]]:
    """(source, the day it was public, tier) of the shipped data, read without the code under test."""
    with (figures.DATA / SOURCES).open(encoding="utf-8", newline="") as file:
        return [(row["source"], row["published"] or row["published_by"], row["tier"]) for row in csv.DictReader(file)]


def test_replay_uses_no_source_printed_later() -> None:
    """For every source of the shipped data: the day before its date leaves it and its figures out, its day lets them in."""
    sources = real_sources()
    assert len(sources) > 60
    for source, day, _ in sources:
        eve = str(date.fromisoformat(day) - timedelta(days=1))
        before, on = figures.load(known_on=eve), figures.load(known_on=day)
        assert source not in before.sources.index
        assert source not in set(before.table["source"])
        assert source in on.sources.index
        expected = {other for other, public, _ in sources if public <= eve}
        assert set(before.sources.index) == expected
        assert set(before.table["source"]) <= expected


def test_core_evidence_of_the_shipped_data_is_the_five_articles() -> None:
    """`core` is the five articles the project starts from, on every day."""
    five = {"project-06-2018", "project-21-2021", "urban-pilot-2021", "party-building-2025", "two-tier-2025"}
    core = figures.load(evidence="core")
    assert set(core.sources.index) == set(core.table["source"]) == five
    for _, day, _ in real_sources():
        assert set(figures.load(known_on=day, evidence="core").sources.index) <= five


def test_the_shipped_data_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter starts in notebooks/, a build in the root: the shipped data do not depend on it."""
    here = figures.load()
    monkeypatch.chdir(tmp_path)
    assert figures.folder() == Path(figures.__file__).resolve().parents[1] / "data"
    assert figures.load().table.equals(here.table)


def test_a_code_that_no_table_holds_is_named() -> None:
    """Who asks for an unknown indicator or area is told the nearest code, not that there are no figures."""
    known = figures.load()
    with pytest.raises(ValueError, match=r"area is “hanoi”; write a code of data/areas.csv. Did you mean “ha-noi”\?"):
        known.find(indicator="commune-units", area="hanoi")
    with pytest.raises(ValueError, match=r"indicator is “foo”; write a code of data/indicators.csv"):
        known.find(indicator="foo")


def test_the_data_package_describes_the_tables_as_they_are_checked() -> None:
    """`datapackage.json` tells programs the columns and the words a cell may hold: those that the check holds them to."""
    package = json.loads((figures.DATA / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in package["resources"]} == set(figures.SCHEMAS)
    for resource in package["resources"]:
        columns = figures.SCHEMAS[resource["name"]].columns
        assert [field["name"] for field in resource["schema"]["fields"]] == list(columns)
        for field in resource["schema"]["fields"]:
            lists = [check.statistics["allowed_values"] for check in columns[field["name"]].checks if check.name == "isin"]
            told = [field["constraints"]["enum"]] if "enum" in field.get("constraints", {}) else []
            assert [sorted(words) for words in told] == [sorted({*words} - {""}) for words in lists], field["name"]
