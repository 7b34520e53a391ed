"""Is the data fit to build from, and does it say what the articles say?"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from small_data import TEXTS, small_data, small_files, small_texts

from analysis import check
from analysis.figures import DATA, Finding

FIGURES, SOURCES, INDICATORS, AREAS, CLAIMS = (
    "figures.csv",
    "sources.csv",
    "indicators.csv",
    "areas.csv",
    "claims.csv",
)
Change = tuple[str, str, str]


def told(findings: list[Finding], level: str = "error") -> list[str]:
    """The findings of one level, as a person sees them."""
    return [str(finding) for finding in findings if finding.level == level]


# -- check


def test_the_shipped_data_are_fit_to_build_from() -> None:
    """`data/` has no finding of level error."""
    assert told(check.check()) == []
    assert check.check("") == check.check(DATA)


def test_data_in_order_give_no_findings(tmp_path: Path) -> None:
    """Nothing wrong is an empty list."""
    assert check.check(small_data(tmp_path)) == []


def test_what_cannot_be_read_is_reported_before_anything_is_computed(tmp_path: Path) -> None:
    """A bad row stops the check at the rows: verdicts on unread data would mislead."""
    findings = check.check(small_data(tmp_path, (FIGURES, ",1221,", ",1222,")))
    assert [(finding.line, finding.item) for finding in findings] == [(9, "congress.held")]
    assert told(check.check(tmp_path / "nowhere")) == [
        f"{tmp_path / 'nowhere'}  no such folder. Give the folder that holds figures.csv."
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            (CLAIMS, "quotient.,does_not_hold", "quotient.,holds"),
            "data/claims.csv:2  congress.rate: recomputes to 98.6268 against 98.7 as printed, which is “does_not_hold”, "
            "but was reviewed as “holds”. Correct the figure, or review the verdict.",
        ),
        (
            (CLAIMS, "Cut off.,holds_if_truncated", "Cut off.,holds"),
            "data/claims.csv:5  staff.rate: recomputes to -44.2808 against 44.2 as printed, which is “holds_if_truncated”, "
            "but was reviewed as “holds”. Correct the figure, or review the verdict.",
        ),
        (
            (CLAIMS, "not printed.,cannot_be_checked", "not printed.,holds"),
            "data/claims.csv:4  dossiers.share: recomputes to nothing against 14 as printed, which is “cannot_be_checked”, "
            "but was reviewed as “holds”. Correct the figure, or review the verdict.",
        ),
        (
            (FIGURES, "18.350 người,18350", "18.340 người,18340"),
            "data/claims.csv:5  staff.rate: recomputes to -44.3112 against 44.2 as printed, which is “does_not_hold”, "
            "but was reviewed as “holds_if_truncated”. Correct the figure, or review the verdict.",
        ),
    ],
    ids=["wrong verdict", "rounded, not cut", "not computable", "mistyped figure"],
)
def test_a_verdict_other_than_the_reviewed_one_is_an_error(tmp_path: Path, change: Change, message: str) -> None:
    """A figure mistyped consistently, or a verdict reviewed wrongly, shows in the claim that rests on it."""
    assert told(check.check(small_data(tmp_path, change))) == [message]


WARDS = (FIGURES, "wire,,51,51", "wire,,52,52")
CLAIMED = (
    CLAIMS,
    "",
    "sum,sum,plan-2025.ha-noi.after.communes plan-2025.ha-noi.after.wards,"
    "plan-2025.ha-noi.after.total,Lệch một.,One too many.,does_not_hold\n",
)


def test_parts_that_do_not_add_up_are_an_error(tmp_path: Path) -> None:
    """75 + 52 is 127, not 126: either a number was mistyped, or the reader must be told."""
    assert told(check.check(small_data(tmp_path, WARDS))) == [
        "data/figures.csv:5  plan-2025.ha-noi.after.total: its parts plan-2025.ha-noi.after.communes, "
        "plan-2025.ha-noi.after.wards add up to 127, not 126. Correct the figure that was mistyped; "
        "if it is printed so, add a claim of kind sum to claims.csv."
    ]


def test_parts_that_do_not_add_up_may_be_claimed(tmp_path: Path) -> None:
    """A sum that was printed wrong is shown as a claim that does not hold, and is then no error."""
    assert check.check(small_data(tmp_path, WARDS, CLAIMED)) == []
    other = (*CLAIMED[:2], CLAIMED[2].replace("after.communes ", "after.total "))
    assert any("add up to 127, not 126" in message for message in told(check.check(small_data(tmp_path, WARDS, other))))


def test_rows_that_no_figure_uses_are_warned_of(tmp_path: Path) -> None:
    """A source, indicator or area without figures is a warning: nothing built from the data is wrong."""
    where = small_data(
        tmp_path,
        (SOURCES, "", "zzz,context,excerpt,Z,Z,,2020-01-01,,2026-11-22,vi,\n"),
        (INDICATORS, "", "zzz,person,z,z,z,z,,z,z\n"),
        (AREAS, "", "zzz,Z,Z,province\n"),
    )
    findings = check.check(where)
    assert told(findings) == []
    assert told(findings, "warning") == [
        "data/areas.csv:5  zzz: no figure uses it. Remove the row, or add its figures.",
        "data/indicators.csv:13  zzz: no figure uses it. Remove the row, or add its figures.",
        "data/sources.csv:5  zzz: no figure uses it. Remove the row, or add its figures.",
    ]


# -- verify


def test_every_figure_is_looked_up_where_it_was_printed(tmp_path: Path) -> None:
    """Found figures are counted; a source of which an excerpt was read has no text, which is a warning."""
    findings = check.verify(small_data(tmp_path), small_texts(tmp_path))
    assert told(findings) == []
    assert told(findings, "warning") == ["texts/wire.txt  missing: 11 figures of wire (excerpt) were not verified."]
    assert told(findings, "note") == ["data/figures.csv  9 of 20 figures found in the paragraph they name."]


HELD = "congress.held,congress,p2,1.221,1221"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            (FIGURES, HELD, HELD.replace("p2", "p4")),
            "data/figures.csv:9  congress.held: “1.221” is not in p4 (it is in p2) of congress.txt. Correct printed or locator.",
        ),
        (
            (FIGURES, HELD, HELD.replace("p2", "p5")),
            "data/figures.csv:9  congress.held: locator p5 is past the last paragraph (p4) of congress.txt. "
            "Correct printed or locator.",
        ),
        (
            (FIGURES, HELD, "congress.held,congress,p2,1.212,1212"),
            "data/figures.csv:9  congress.held: “1.212” is not in p2 of congress.txt. Correct printed or locator.",
        ),
        (
            (FIGURES, HELD, "congress.held,congress,p2,221,221"),
            "data/figures.csv:9  congress.held: “221” is not in p2 of congress.txt. Correct printed or locator.",
        ),
        (
            (FIGURES, HELD, "congress.held,congress,p2,1,1"),
            "data/figures.csv:9  congress.held: “1” is not in p2 of congress.txt. Correct printed or locator.",
        ),
        (
            (FIGURES, "hơn 66.000 hồ sơ,66000,at_least", "66.000 hồ sơ,66000,exact"),
            "data/figures.csv:12  dossiers.received: “66.000 hồ sơ” stands as “hơn 66.000 hồ sơ” in p4 of congress.txt. "
            "Correct printed or locator.",
        ),
        (
            (FIGURES, HELD, "congress.held,congress,p3,14,14"),
            "data/figures.csv:9  congress.held: “14” stands as “14%” in p3 of congress.txt. Correct printed or locator.",
        ),
    ],
    ids=["another paragraph", "no such paragraph", "mistyped", "part of a number", "digit of a number", "hedge", "percent"],
)
def test_a_figure_that_is_not_printed_so_is_an_error(tmp_path: Path, change: Change, message: str) -> None:
    """A wrong locator says where the number is; a number, or its hedge or percent sign, mistyped is found out."""
    findings = check.verify(small_data(tmp_path, change), small_texts(tmp_path))
    assert told(findings) == [message]
    assert told(findings, "note") == ["data/figures.csv  8 of 20 figures found in the paragraph they name."]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Đã có 1.221/1.238 tổ chức xong, đạt 98,7%.",
        "đã có 1.221 trên 1.238 tổ chức xong (98,7%)",
        "1.221, trong số 1.238\u00a0tổ   chức: 98,7%",
        "98,7%: 1.221 của 1.238 TỔ CHỨC",
    ],
)
def test_spaces_marks_and_capitals_do_not_hide_a_number(tmp_path: Path, paragraph: str) -> None:
    """A number is found beside any mark, across any space, in capitals, and in a text in another Unicode form."""
    text = TEXTS["congress.txt"].replace("Đã có 1.221/1.238 tổ chức xong, đạt 98,7%.", paragraph)
    texts = small_files(tmp_path / "texts", {**TEXTS, "congress.txt": text})
    assert told(check.verify(small_data(tmp_path), texts)) == []


def test_paragraphs_are_lines_that_are_not_empty(tmp_path: Path) -> None:
    """Empty lines, lines of spaces and Windows line ends do not count, so p2 stays p2."""
    spaced = TEXTS["congress.txt"].replace("\n\n", "\r\n\r\n  \r\n")
    texts = small_files(tmp_path / "texts", {**TEXTS, "congress.txt": spaced})
    assert told(check.verify(small_data(tmp_path), texts)) == []


def test_a_missing_text_of_a_source_read_in_full_is_an_error(tmp_path: Path) -> None:
    """What was graded “full text” must be there to be verified; a text that is not UTF-8 is no text."""
    texts = small_texts(tmp_path)
    (texts / "staff.txt").unlink()
    where = small_data(tmp_path)
    assert told(check.verify(where, texts)) == ["texts/staff.txt  missing: 3 figures of staff (full text) were not verified."]
    (texts / "staff.txt").write_bytes(b"\xff\xfe3\x002\x00")
    assert told(check.verify(where, texts)) == ["texts/staff.txt  byte 0 is not UTF-8: 3 figures of staff were not verified."]


def test_verify_says_when_there_is_nothing_to_verify(tmp_path: Path) -> None:
    """A missing folder of texts, and data that cannot be read, are reported as such."""
    gone = tmp_path / "nowhere"
    assert told(check.verify(small_data(tmp_path), gone)) == [
        f"{gone}  no such folder. Give the folder that holds <source>.txt for each source."
    ]
    bad = small_data(tmp_path, (FIGURES, ",1221,", ",1222,"))
    assert [finding.line for finding in check.verify(bad, small_texts(tmp_path))] == [9]


def real_texts() -> Path:
    """Where the articles' texts are: TEXTS_DIR, or a folder beside the project."""
    return Path(os.environ.get("TEXTS_DIR") or DATA.parents[1] / "shared" / "sources")


@pytest.mark.skipif(not real_texts().is_dir(), reason="the articles' texts are not distributed; set TEXTS_DIR to their folder")
def test_the_shipped_figures_stand_where_they_say() -> None:
    """Every figure of a source whose text is held is found in the paragraph it names."""
    findings = check.verify("", real_texts())
    assert told(findings) == []
    (note,) = told(findings, "note")
    counts = re.search(r"(\d+) of (\d+) figures found", note)
    assert counts is not None
    missing = sum(int(str(finding).split("missing: ")[1].split()[0]) for finding in findings if finding.level == "warning")
    assert int(counts[1]) + missing == int(counts[2])
    assert int(counts[1]) > 400
