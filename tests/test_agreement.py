"""The columns of a row agree with its id, with its source and with the words that were printed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_data import small_data

from analysis.numbers import agreement, check, meaning, schema
from analysis.numbers.tables import SHIPPED

FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"
Change = tuple[str, str, str]
# The small world, with what its sources cover; the numbers of a report hold for its day.
COVERED = (
    (SOURCES, "language,note\n", "language,note,covers\n"),
    (SOURCES, ",vi,\n", ",vi,,2019/2025-07-15\n"),
    (SOURCES, "2025-05-08,,2026-11-22,en,\n", "2025-05-11,,2026-11-22,en,,2025-05\n"),
    *(
        (FIGURES, f"2025-07-15,{role},\n", f"2025-07-15,{role},as_of: to date\n")
        for role in ("whole", "part", "rate")
    ),
)


def told(folder: Path, *changes: Change) -> list[str]:
    """What the check says of the small world after the changes, file and line left out."""
    found = check.check(small_data(folder, *COVERED, *changes))
    return [str(finding).partition("  ")[2] for finding in found]


def test_a_world_in_order_gives_no_alarm(tmp_path: Path) -> None:
    """Rows that agree with their ids, sources and words are silent; so is all that is shipped."""
    assert told(tmp_path) == []
    assert [each for each in check.check(SHIPPED) if each.level == "error"] == []


DUE = "1.238 tổ chức,1238,exact,congress,restructuring-2025,ha-noi,2025-07-15,whole"
BEFORE = "526 units,526,exact,units,restructuring-2025,ha-noi,2025-05-08,before"
STAFF = "18.350 người,18350,exact,staff,project-21,ha-noi,2021,after"
RATE = "98.7,exact,congress.rate,restructuring-2025,ha-noi,2025-07-15,rate"
SHARE = "14,exact,dossiers.share,restructuring-2025,ha-noi,2025-07-01/2025-07-13,rate"
SAY = "Correct {0} or the id, or say why in the note (“{0}: …”)."
# A row, what is changed in it, the column that is wrong (none: another cure), and what is said.
CASES = [
    (BEFORE, ",before", ",count", "role", "plan-2025.ha-noi.before.total: role “count” does not "
     "agree with “before” in the id, which says before."),
    (DUE, ",whole", ",estimate", "role", "congress.due: role “estimate” does not agree with “due” "
     "in the id, which says whole."),
    (RATE, ",rate", ",target", "role", "congress.rate: role “target” does not agree with “rate” in "
     "the id, which says rate or decrease."),
    (SHARE, ",rate", ",count", "role", "dossiers.share: role “count” is for counts, but the "
     "indicator is a percentage."),
    (BEFORE, "ha-noi", "viet-nam", "area", "plan-2025.ha-noi.before.total: area “viet-nam” is not "
     "“ha-noi”, which the id names."),
    (DUE, "ha-noi", "da-nang", "area", "congress.due: area “da-nang” is not “ha-noi”, as for 2 of "
     "3 figures named congress."),
    (STAFF, "project-21", "project-06", "reform", "staff.after: reform “project-06” is not "
     "“project-21”, as for 2 of 3 figures named staff."),
    (STAFF, ",2021,", ",2016,", "", "staff.after: as_of “2016” is not in what its source staff "
     "covers (2019/2025-07-15). Correct as_of, or covers in sources.csv."),
    ("2025-07-15,whole,as_of: to date", "as_of: to date", "", "as_of", "congress.due: as_of "
     "“2025-07-15” is the day on which the report was held, which is seldom what a number holds "
     "for."),
    ("1.238 tổ chức", "tổ chức", "chi bộ", "", "congress.due: printed says “chi bộ”, but congress "
     "counts tổ chức. Correct the indicator, or add the noun to nouns in indicators.csv."),
    ("75,75,exact,units.communes", "communes", "wards", "indicator",
     "plan-2025.ha-noi.after.communes: indicator “units.wards” shares no word with the id, which "
     "speaks of communes."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "old", "new", "column", "message"), CASES)
def test_a_cell_that_contradicts_the_rest_is_named(
    tmp_path: Path, row: str, old: str, new: str, column: str, message: str
) -> None:
    """One wrong cell: what was found, what the id, source or words say, and the cure."""
    said = f"{message} {SAY.format(column)}" if column else message
    assert said in told(tmp_path, (FIGURES, row, row.replace(old, new)))


def test_an_exception_is_said_in_the_note_of_its_row(tmp_path: Path) -> None:
    """A part of the note that begins with the column's name silences that column, no other."""
    area = (FIGURES, f"{DUE},as_of", f"{DUE.replace('ha-noi', 'da-nang')},area: only there; as_of")
    assert told(tmp_path, area) == []
    other = (FIGURES, "area: only there", "role: only there")
    assert any("area “da-nang” is not" in each for each in told(tmp_path, area, other))


def test_a_noun_may_be_added_to_an_indicator(tmp_path: Path) -> None:
    """`nouns` names what sources call a thing, in place of the unit words."""
    header = (INDICATORS, "unit_vi,unit_en\n", "unit_vi,unit_en,nouns\n")
    rows = [(INDICATORS, f",{each}\n", f",{each},\n") for each in
            ("%", "dossiers", "people", "units", "communes", "wards")]  # fmt: skip
    noun = (INDICATORS, ",organisations\n", ",organisations,hội; chi bộ\n")
    printed = (FIGURES, "1.238 tổ chức", "1.238 chi bộ cơ sở")
    assert told(tmp_path, header, *rows, noun, printed) == []
    (wrong,) = told(tmp_path, header, *rows, noun)
    assert "printed says “tổ chức”, but congress counts hội or chi bộ." in wrong


def test_a_part_has_a_whole_and_a_whole_a_part(tmp_path: Path) -> None:
    """A part finds its whole by source, area, period and indicator, by a claim, or by its note."""
    lone = ("other.held,congress,p2,1.221,1221,exact,congress,restructuring-2025,da-nang,"
            "2025-07-01,part,\n")  # fmt: skip
    cure = (
        "Add the whole (same source, area and period, the same or the wider indicator), name it "
        "in the note (“whole: ID”), or correct role."
    )
    said = told(tmp_path, (FIGURES, "", lone))
    assert f"other.held: role “part” has no whole. {cure}" in said
    named = lone.replace("part,\n", "part,whole: congress.due\n")
    assert [each for each in told(tmp_path, (FIGURES, "", named)) if "whole" in each] == []
    (wrong,) = [
        each
        for each in told(tmp_path, (FIGURES, "", named.replace("congress.due\n", "congres.due\n")))
        if "whole" in each
    ]
    assert "its whole “congres.due” is not in figures.csv" in wrong
    whole = lone.replace("held", "due").replace(",part,", ",whole,")
    said = told(tmp_path, (FIGURES, "", whole))
    assert any("other.due: role “whole” has no part" in each for each in said)


@pytest.mark.parametrize(
    ("covers", "what"),
    [
        ("2025-07-20", "is before what the source covers (2025-07-20)"),
        ("2021", "is 1292 days after what the source covers (2021)"),
    ],
)
def test_a_day_of_printing_fits_what_the_source_covers(
    tmp_path: Path, covers: str, what: str
) -> None:
    """A day long after the period, or before it, is that of a copy or of another article."""
    row = "2025-07-15,,2026-11-22,vi,{},{}\n"
    late = (SOURCES, row.format("", "2019/2025-07-15"), row.format("", covers))
    (said,) = (each for each in told(tmp_path, late) if "published" in each)
    assert said.startswith(f"congress: published “2025-07-15” {what}. A day from another article")
    noted = (SOURCES, row.format("", covers), row.format("published: it looks back", covers))
    assert [each for each in told(tmp_path, late, noted) if "published" in each] == []


def test_every_source_says_what_it_covers_once_one_does(tmp_path: Path) -> None:
    """`covers` may be left out as a whole, not for a single source."""
    said = told(tmp_path, (SOURCES, "en,,2025-05", "en,,"))
    assert any(each.startswith("wire: covers “” is no period") for each in said)


def altered(column: str, count: int) -> Iterator[bool]:
    """Whether plausible alterations of one cell of the shipped figures are noticed."""
    read, schemas, chance = meaning.read(SHIPPED)[0], schema.load(SHIPPED), random.Random(column)
    words = sorted({row[column] for row in read["figures"]})
    for _ in range(count):
        row = chance.choice(read["figures"])
        old, row[column] = row[column], chance.choice(words)
        if row[column] != old:
            yield next(agreement.disagreements(read, schemas), None) is not None
        row[column] = old


@pytest.mark.parametrize(
    ("column", "least"), [("reform", 0.8), ("area", 0.9), ("indicator", 0.9), ("role", 0.7),
                          ("as_of", 0.7)]
)  # fmt: skip
def test_most_alterations_of_what_a_number_is_about_are_noticed(column: str, least: float) -> None:
    """A column typed wrong shows in the id, the neighbours, the source or the printed words."""
    noticed = list(altered(column, 30))
    assert sum(noticed) / len(noticed) >= least
