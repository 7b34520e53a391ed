"""What there is can be looked up, counted, and taken as numbers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from small_data import small_data

from analysis.errors import UserError
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        # with and without diacritics, in either language, in labels, definitions and sources
        ("phường", ["units.wards"]),
        ("phuong", ["units.wards"]),
        ("PHUONG", ["units.wards"]),
        ("ward", ["units.wards"]),
        ("da nang", ["da-nang"]),
        ("Ty le", ["congress.rate", "dossiers.share", "staff.rate", "units.rate"]),
        ("reorganised staff", []),
        # a code, too
        ("project 21", ["project-21"]),
        ("can bo", ["staff"]),
        # a diacritic that is typed is meant; the beginning of a word is enough
        ("phướng", []),
        ("post", ["staff", "staff.rate"]),
        ("", []),
    ],
)
def test_words_find_the_rows_that_hold_them(known: Figures, words: str, codes: list[str]) -> None:
    """Code, kind, label and figures of each row: `phuong` finds Phường, `phướng` does not."""
    found = known.search(words)
    assert list(found.columns) == ["code", "kind", "label", "figures"]
    assert found["code"].tolist() == codes


def test_whole_words_come_first(tmp_path: Path) -> None:
    """Thôn before Thống, whatever their codes."""
    areas = (
        "areas.csv",
        "",
        "x-thong,Thống Nhất,Thống Nhất,district\nx-vil,Thôn Vị,Thôn Vị,district\n",
    )
    codes = figures.load(small_data(tmp_path, areas)).search("thon")
    assert codes["code"].tolist() == ["x-vil", "x-thong"]


def test_a_row_found_is_named_in_both_languages(known: Figures) -> None:
    """Its code, its table, its labels, and how many figures there are on it."""
    assert known.search("phuong").values.tolist() == [
        ["units.wards", "indicators", "Phường · Wards", 1]
    ]
    counts = dict(known.search("da nang")[["code", "figures"]].values.tolist())
    assert counts["da-nang"] == len(known.find(area="da-nang"))


def test_what_holds_figures_is_counted(known: Figures) -> None:
    """For each indicator, area and reform: how many figures and sources, and of which days."""
    counts = known.available(reform="project-21", area="ha-noi")
    assert counts[["indicator", "figures", "sources"]].values.tolist() == [
        ["staff", 2, 1],
        ["staff.rate", 1, 1],
    ]
    assert counts["last_day"].tolist() == [datetime(2021, 12, 31)] * 2
    assert counts["first_day"].tolist() == [datetime(2021, 1, 1), datetime(2019, 1, 1)]
    assert known.available()["figures"].sum() == len(known.find())
    with pytest.raises(NoSuchName, match="Did you mean “ha-noi”"):
        known.available(area="hanoi")


def test_figures_are_numbers_and_days(known: Figures) -> None:
    """Values, bounds and days have types to compute and draw with; what is open is missing."""
    table = known.frame()
    assert len(table) == len(known.find())
    row = table.loc["dossiers.received"]
    assert (row["printed"], row["value"], row["low"]) == ("hơn 66.000 hồ sơ", 66000.0, 66000.0)
    assert pd.isna(row["high"])
    assert (row["as_of"], row["as_of_start"]) == ("2025-07-01/2025-07-13", datetime(2025, 7, 1))
    assert (row["indicator_vi"], row["area_en"]) == ("Hồ sơ tiếp nhận", "Hà Nội")
    assert table.loc["staff.rate", "published"] == datetime(2021, 5, 22)
    assert pd.isna(table.loc["staff.before", "as_of_start"])  # ../2019: from an open start
    assert table.loc["staff.before", "as_of_end"] == datetime(2019, 12, 31)
    assert set(table.dtypes[["value", "low", "high"]]) == {table["value"].astype(float).dtype}
    assert table["value"].describe()["max"] == 66000


def test_a_frame_knows_what_a_count_and_a_share_can_be(tmp_path: Path) -> None:
    """“100 %” is at most 100, “under 30” at least 0; a growth of 120 % stays what it is."""
    row = "{0},staff,p1,{1},{2},{3},{4},project-21,ha-noi,2021,rate,\n"
    typed = [("x1", "100%", 100, "exact", "staff.rate"), ("x2", "dưới 30", 30, "at_most", "staff"),
             ("x3", "120%", 120, "exact", "staff.rate")]  # fmt: skip
    rows = ("figures.csv", "", "".join(row.format(*each) for each in typed))
    table = figures.load(small_data(tmp_path, rows)).frame()
    bounds = table.loc[["x1", "x2", "x3"], ["low", "high"]].values.tolist()
    assert bounds == [[99.5, 100], [0, 30], [119.5, 120.5]]


def test_figures_show_what_there_is(known: Figures) -> None:
    """At a prompt their number; in JupyterLab how many rows of each table, and how to ask."""
    assert repr(known) == "<20 figures known, evidence: all>"
    assert "known.search(" in known._repr_html_()


def test_a_mistake_is_told_in_two_lines(known: Figures) -> None:
    """JupyterLab shows the line of the cell that asked and the message, and no more."""
    ask = compile("x = 1\nknown['staff.aftre']", "/tmp/ipykernel_1/2.py", "exec")
    with pytest.raises(UserError) as error:
        exec(ask, {"known": known})
    where, lines = error.value._render_traceback_()
    assert where.startswith("line 2")
    assert lines.startswith("NoSuchName: no row “staff.aftre” in figures.csv. Did you mean “staff.")
