"""A row agrees with the rows beside it: its family, table, paragraph and source."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import BEFORE, DUE, FIGURES, SAY, told

CASES = [
    (f"{DUE},as_of 2025-07-15: to date", f"{DUE},as_of 2025-07-14: to date",
     "congress.due: as_of “2025-07-15” is the exception of as_of “2025-07-14” in the note. "
     "Correct one, or say why in the note (“as_of 2025-07-15: …”)."),
    (f"{DUE},as_of 2025-07-15: to date", f"{DUE},as_of: to date",
     "congress.due: as_of “2025-07-15” is an exception, but the note does not name it after "
     "“as_of”. Correct one, or say why in the note (“as_of 2025-07-15: …”)."),
    ("2019,before,", "2019,before,reform –: outside",
     "staff.before: reform “project-21” is the exception of reform “–” in the note. Correct one, "
     "or say why in the note (“reform project-21: …”)."),
    ("staff.rate,staff,p1", "staff.rate,congress,p1",
     "staff.rate: source “congress” has no other figure of staff, though others of both are "
     f"known. {SAY.format('source', 'congress')}"),
    ("units.after,wire,,", "units.after,wire,p1,",
     "units.after: source “wire” is graded excerpt, but the figure has a locator. "
     f"{SAY.format('source', 'wire')}"),
    (BEFORE, BEFORE.replace("2025-05-08", "2025-05-11"),
     "plan-2025.ha-noi.before.total: as_of “2025-05-11” is later than that of "
     f"plan-2025.ha-noi.after.total, “2025-05-08”. {SAY.format('as_of', '2025-05-11')}"),
    (BEFORE, BEFORE.replace("2025-05-08", "2025-05-06"),
     "plan-2025.ha-noi.before.total: as_of “2025-05-06” stands at no other figure of wire and is "
     f"not what it covers (2025-05). {SAY.format('as_of', '2025-05-06')}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), CASES)
def test_a_row_unlike_its_neighbours_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """What the row has, what its neighbours have, and the cure."""
    assert message in told(tmp_path, (FIGURES, old, new))


LONE = "lone.{0},wire,,5,5,exact,units,{1},{2},2025-05,count,\n"


def test_a_family_of_two_that_differ_is_told_of_both(tmp_path: Path) -> None:
    """Where no word is that of most, either row may be the wrong one."""
    two = LONE.format("one", "", "ha-noi")
    two += LONE.format("two", "restructuring-2025", "ha-noi").replace("5,5", "6,6")
    said = [each for each in told(tmp_path, (FIGURES, "", two)) if ": reform" in each]
    assert [each.split(" Correct")[0] for each in said] == [
        "lone.one: reform “” is that of 1 of 2 figures of lone.",
        "lone.two: reform “restructuring-2025” is not “”, as for 1 of 2 figures of lone.",
    ]


def test_a_word_that_no_other_figure_has_is_told(tmp_path: Path) -> None:
    """A reform that stands once, or a place that an id does not name, may be a slip."""
    once = told(tmp_path, (FIGURES, "", LONE.format("one", "urban-pilot-2021", "viet-nam")))
    assert "lone.one: reform “urban-pilot-2021” stands at no other figure, and the id does not" in (
        " ".join(once)
    )
    assert "lone.one: area “viet-nam” is not “ha-noi”, but the id names no place" in " ".join(once)


def test_an_exception_is_said_in_the_note_of_its_row(tmp_path: Path) -> None:
    """A part of the note that begins with a column and its cell silences that column, no other."""
    area = (
        FIGURES,
        f"{DUE},as_of",
        f"{DUE.replace('ha-noi', 'da-nang')},area da-nang: only there; as_of",
    )
    assert told(tmp_path, area) == []
    other = (FIGURES, "area da-nang: only there", "role whole: only there")
    assert any("area “da-nang” is not" in each for each in told(tmp_path, area, other))
