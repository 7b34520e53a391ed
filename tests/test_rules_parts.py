"""Parts have wholes, wholes have parts, and shares hold for one time."""

from __future__ import annotations

from pathlib import Path

from small_world import DUE, FIGURES, SAY, told


def test_a_part_has_a_whole_and_a_whole_a_part(tmp_path: Path) -> None:
    """A part finds its whole by source, area, period and indicator, by a claim, or by its note."""
    lone = ("other.held,congress,p2,1.221,1221,exact,congress,restructuring-2025,da-nang,"
            "2025-07-01,part,\n")  # fmt: skip
    cure = (
        "Add the whole (same source, area and period, the same or the wider indicator), name it "
        "in the note (“whole: ID”), or correct role."
    )
    findings = told(tmp_path, (FIGURES, "", lone))
    assert f"other.held: role “part” has no whole. {cure}" in findings
    named = lone.replace("part,\n", "part,whole: congress.due\n")
    assert [each for each in told(tmp_path, (FIGURES, "", named)) if "whole" in each] == []
    (wrong,) = [
        each
        for each in told(tmp_path, (FIGURES, "", named.replace("congress.due\n", "congres.due\n")))
        if "whole" in each
    ]
    assert "its whole “congres.due” is not in figures.csv" in wrong
    whole = lone.replace("held", "due").replace(",part,", ",whole,")
    findings = told(tmp_path, (FIGURES, "", whole))
    assert any("other.due: role “whole” has no part" in each for each in findings)


def test_a_part_is_not_more_than_its_whole(tmp_path: Path) -> None:
    """Two numbers of “a/b” that were exchanged."""
    findings = told(tmp_path, (FIGURES, "1.221,1221", "1.239,1239"))
    assert (
        "congress.held: value “1239” is more than that of its whole congress.due, 1238. "
        "Correct one, or the role." in findings
    )


def test_a_number_with_a_whole_is_a_part(tmp_path: Path) -> None:
    """`count` is for a number that stands by itself."""
    findings = told(tmp_path, (FIGURES, "2025-07-15,part,", "2025-07-15,count,"))
    why = "is for a number by itself, but congress.due is its whole"
    assert f"congress.held: role “count” {why}. {SAY.format('role', 'count')}" in findings


def test_a_share_holds_for_one_time(tmp_path: Path) -> None:
    """Part, whole and printed share of a claim have a day in common."""
    findings = told(tmp_path, (FIGURES, DUE, DUE.replace("2025-07-15", "2025-07-14")))
    assert (
        "congress.rate: congress.held (2025-07-15) and congress.due (2025-07-14) have no day in "
        "common. Correct as_of of one, or the operands." in findings
    )


def test_a_claim_says_which_of_its_numbers_is_the_whole(tmp_path: Path) -> None:
    """The first of a share or a sum is a part: called a whole, it is one without a part."""
    findings = told(tmp_path, (FIGURES, "2025-07-15,part,", "2025-07-15,whole,"))
    assert any("congress.held: role “whole” has no part" in each for each in findings)
