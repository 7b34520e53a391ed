"""No article or fact is there twice, and no count passes for a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import small_data

from analysis.numbers import rules

FIGURES, SOURCES, NAMES = "figures.csv", "sources.csv", "names.csv"
WIRE = "The Wire,126 communes to come,https://example.org/w,2025-05-08"
SAME = "is the same article as congress: their figures would count twice. Keep one, and lead its"
COUNT = "is a count, not a name. Make it a figure, or write the name in full."
AGAIN = (
    "again,congress,p2,1.238 tổ chức,1238,exact,congress,restructuring-2025,ha-noi,2025-07-15,"
    "whole,\n"
)
ROWS = [
    *(
        (SOURCES, WIRE, WIRE.replace("https://example.org/w", address), f"4  wire: {SAME}")
        for address in ("https://example.org/a", "http://www.example.org/a/?utm_source=x#top")
    ),
    (SOURCES, WIRE, "Báo Một,Đại hội ở cơ sở,,2025-07-15", f"4  wire: {SAME}"),
    (SOURCES, "Báo Một", "1731", "2  congress: publisher “1731” holds no word."),
    (FIGURES, "", AGAIN, "22  again: says the same as congress.due. Remove one, or correct it."),
    (FIGURES, "1.238 tổ chức", "có 1.238 tổ chức cơ sở Đảng phải tổ chức Đại hội nhiệm kỳ này",
     "8  congress.due: printed “có 1.238 tổ chức cơ sở Đảng phải tổ chức Đại hội nhiệm kỳ này” is "
     "a sentence."),
    *(
        (NAMES, "urban pilot", label, f"6  urban-pilot-2021: label_en “{label}” {COUNT}")
        for label in ("731 pilots", "Pilot of 1.731", "some 73 communes", "in 73% of them")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), ROWS)
def test_what_is_there_twice_is_named(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """One article, one fact, one row; a number with its noun, mark or percent sign is no name."""
    findings = [str(each) for each in rules.read(small_data(tmp_path, (file, old, new)))[1]]
    assert any(each.startswith(f"data/{file}:{message}") for each in findings), findings


def test_names_with_a_year_or_an_ordinal_are_names(tmp_path: Path) -> None:
    """“2025 plan”, “18th congress” and “Decree No. 1286” are no counts."""
    names = "a,other,2025 plan,18th congress\nb,document,Nghị quyết số 1286,Decree No. 1286\n"
    assert rules.read(small_data(tmp_path, (NAMES, "", names)))[1] == []
