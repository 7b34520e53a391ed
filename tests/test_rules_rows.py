"""What was typed agrees with what was printed, and days follow each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import small_data

from analysis.numbers import rules

FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"


def wrong(where: Path) -> list[str]:
    """Everything wrong with a data folder, as a person sees it."""
    return [str(finding) for finding in rules.read(where)[1]]


READS = "9  congress.held: printed “{}” reads as {}, but value is {}. "
PRINTED = READS + "Correct value, or printed if it was mistyped."
COPY = "Copy the number as the source prints it."
HEDGE = "Correct qualifier, or the hedge in printed."
UNLIKE = "do not agree: one is a percentage, the other is not. Correct printed or indicator."
DIGITS = "holds a number. Take it out, or list its name in names.csv."
# file, a cell of the small data, what is typed instead, and the message (after the file's name)
ROWS = [
    (FIGURES, "staff.rate,staff,p1", "staff.rate,staff,",
     "16  staff.rate: locator is empty, but the source is graded full text. "
     "Give the paragraph, e.g. p15."),
    # what was printed against what was typed
    (FIGURES, ",1221,", ",1222,", PRINTED.format("1.221", "1221", "1222")),
    (FIGURES, ",1221,", ",1.221,", PRINTED.format("1.221", "1221", "1.221")),
    (FIGURES, "p2,1.221,", 'p2,"1,221",', PRINTED.format("1,221", "1.221", "1221")),
    (FIGURES, "p2,1.221,", "p2,1.22,",
     "9  congress.held: printed “1.22” is no number as “vi” prints it: “122” or “1,22” would be. "
     f"{COPY}"),
    (FIGURES, "p2,1.221,", "p2,nhiều,",
     f"9  congress.held: printed no number in “nhiều”. {COPY}"),
    (FIGURES, "p2,1.221,", "p2,1.221/1.238,",
     f"9  congress.held: printed more than one number in “1.221/1.238”. {COPY}"),
    (FIGURES, "66000,at_least", "66000,exact",
     "12  dossiers.received: printed “hơn 66.000 hồ sơ” reads as at_least, "
     f"but qualifier is exact. {HEDGE}"),
    (FIGURES, "p4,hơn 66.000", "p4,66.000",
     "12  dossiers.received: printed “66.000 hồ sơ” reads as exact, "
     f"but qualifier is at_least. {HEDGE}"),
    (FIGURES, "98.7,exact,congress.rate", "98.7,exact,congress",
     f"10  congress.rate: printed “98,7%” and the unit of congress (organisation) {UNLIKE}"),
    (FIGURES, "18350,exact,staff,", "18350,exact,staff.rate,",
     f"14  staff.after: printed “18.350 người” and the unit of staff.rate (percent) {UNLIKE}"),
    # periods and days
    (FIGURES, "ha-noi,2021,", "ha-noi,2021-02-30,",
     "14  staff.after: as_of “2021-02-30” is no date: day is out of range for month."),
    (FIGURES, "ha-noi,2021,", "ha-noi,2022,",
     "14  staff.after: as_of “2022” is 224 days after its source staff was printed (2021-05-22). "
     "Correct one."),
    (FIGURES, "2019/2021", "2021/2019",
     "16  staff.rate: as_of “2021/2019” ends before it starts."),
    (SOURCES, "2021-05-22", "",
     "3  staff: published and published_by are both empty. "
     "Give the day, or the latest day it can have been printed."),
    (SOURCES, "2025-07-15", "2027-07-15",
     "2  congress: was published after it was accessed (2026-11-22). "
     "One of the dates is wrong."),
    # parts, and words that a page shows as they stand
    (INDICATORS, "units.wards,unit,", "units.wards,ward,",
     "12  units.wards: part_of “units” counts unit, but this counts ward. "
     "Parts are added up: correct part_of or unit."),
    (INDICATORS, "Part-time post-holders,", "18350 post-holders,",
     f"6  staff: label_en “18350 post-holders” {DIGITS}"),
    ("claims.csv", "Before less after.", "Before 3 less after.",
     f"6  units.decrease: note_en “Before 3 less after.” {DIGITS}"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), ROWS)
def test_a_row_that_does_not_agree_is_named_with_what_to_do(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """One mistake is one message: what was typed, what was printed, what to do."""
    assert wrong(small_data(tmp_path, (file, old, new))) == [f"data/{file}:{message}"]


def test_a_cell_that_the_schema_refuses_is_told_once(tmp_path: Path) -> None:
    """What is no number is not also unlike what was printed; other cells of the row still count."""
    where = small_data(tmp_path, (FIGURES, "1.238 tổ chức,1238,exact", "1.238,x,about"))
    row = "data/figures.csv:8  congress.due:"
    assert wrong(where) == [
        f"{row} printed “1.238” reads as exact, but qualifier is about. {HEDGE}",
        f"{row} value “x” is not a plain number such as 1318 or 98.7.",
    ]


def test_a_name_that_holds_digits_is_no_number(tmp_path: Path) -> None:
    """The names that names.csv lists may stand in labels and notes; a target may lie ahead."""
    named = ("claims.csv", "Before less after.", "As Project 06 says.")
    target = (FIGURES, "ha-noi,2021,after", "ha-noi,2030,target")
    assert wrong(small_data(tmp_path, named, target)) == []
