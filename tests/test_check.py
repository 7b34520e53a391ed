"""Is the data fit to build from, and does it say what the articles say?"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from small_data import TEXTS, small_data, small_files, small_texts

from analysis.numbers import check
from analysis.numbers.schema import SHIPPED, Finding

FIGURES, SOURCES, INDICATORS = "figures.csv", "sources.csv", "indicators.csv"
AREAS, CLAIMS = "areas.csv", "claims.csv"
Change = tuple[str, str, str]


def told(findings: list[Finding], level: str = "error") -> list[str]:
    """The findings of one level, as a person sees them."""
    return [str(finding) for finding in findings if finding.level == level]


# -- check


def test_data_in_order_give_no_findings(tmp_path: Path) -> None:
    """Nothing wrong is an empty list, and no error in `data/`, which is checked by default."""
    assert check.check(small_data(tmp_path)) == []
    assert told(check.check()) == []
    assert check.check("") == check.check(SHIPPED)


def test_what_cannot_be_read_is_reported_before_anything_is_computed(tmp_path: Path) -> None:
    """A bad row stops the check at the rows: verdicts on unread data would mislead."""
    findings = check.check(small_data(tmp_path, (FIGURES, ",1221,", ",1222,")))
    assert [(finding.line, finding.item) for finding in findings] == [(9, "congress.held")]
    assert told(check.check(tmp_path / "nowhere")) == [
        f"{tmp_path / 'nowhere'}  no such folder. Give the folder that holds figures.csv."
    ]


REVIEW = "Correct the figure, or review the verdict."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((CLAIMS, "quotient.,does_not_hold", "quotient.,holds"),
         "2  congress.rate: recomputes to 98.6268 against 98.7 as printed, "
         f"which is “does_not_hold”, but was reviewed as “holds”. {REVIEW}"),
        ((CLAIMS, "Cut off.,holds_if_truncated", "Cut off.,holds"),
         "5  staff.rate: recomputes to -44.2808 against 44.2 as printed, "
         f"which is “holds_if_truncated”, but was reviewed as “holds”. {REVIEW}"),
        ((CLAIMS, "not printed.,cannot_be_checked", "not printed.,holds"),
         "4  dossiers.share: recomputes to nothing against 14 as printed, "
         f"which is “cannot_be_checked”, but was reviewed as “holds”. {REVIEW}"),
        ((FIGURES, "18.350 người,18350", "18.340 người,18340"),
         "5  staff.rate: recomputes to -44.3112 against 44.2 as printed, "
         f"which is “does_not_hold”, but was reviewed as “holds_if_truncated”. {REVIEW}"),
        ((CLAIMS, "units.before units.after,", "units.before staff.after,"),
         "6  units.decrease: units.before counts unit, staff.after counts person: "
         "no difference of unlike units. Correct the operands."),
    ],
    ids=["wrong verdict", "rounded, not cut", "not computable", "mistyped figure", "unlike units"],
)  # fmt: skip
def test_a_verdict_other_than_the_reviewed_one_is_an_error(
    tmp_path: Path, change: Change, message: str
) -> None:
    """A figure mistyped, or a verdict reviewed wrongly, shows in the claim that rests on it."""
    assert told(check.check(small_data(tmp_path, change))) == [f"data/claims.csv:{message}"]


WARDS = (FIGURES, "wire,,51,51", "wire,,52,52")
SUM = (
    "sum,sum,plan-2025.ha-noi.after.communes plan-2025.ha-noi.after.wards,"
    "plan-2025.ha-noi.after.total,Lệch một.,One too many.,does_not_hold\n"
)


def test_parts_that_do_not_add_up_are_an_error_unless_claimed(tmp_path: Path) -> None:
    """75 + 52 is 127, not 126: either a number was mistyped, or a claim tells the reader."""
    wrong = (
        "data/figures.csv:5  plan-2025.ha-noi.after.total: its parts "
        "plan-2025.ha-noi.after.communes, plan-2025.ha-noi.after.wards "
        "add up to 127, not 126. Correct the figure that was mistyped; "
        "if it is printed so, add a claim of kind sum to claims.csv."
    )
    assert told(check.check(small_data(tmp_path, WARDS))) == [wrong]
    assert check.check(small_data(tmp_path, WARDS, (CLAIMS, "", SUM))) == []
    other = (CLAIMS, "", SUM.replace("after.communes ", "after.total "))
    assert wrong in told(check.check(small_data(tmp_path, WARDS, other)))


def test_rows_that_no_figure_uses_are_warned_of(tmp_path: Path) -> None:
    """A source, indicator or area without figures is a warning: nothing built from it is wrong."""
    where = small_data(
        tmp_path,
        (SOURCES, "", "zzz,context,excerpt,Z,Z,,2020-01-01,,2026-11-22,vi,\n"),
        (INDICATORS, "", "zzz,person,z,z,z,z,,z,z\n"),
        (AREAS, "", "zzz,Z,Z,province\n"),
    )
    findings = check.check(where)
    what = "zzz: no figure uses it. Remove the row, or add its figures."
    places = ("data/areas.csv:5", "data/indicators.csv:13", "data/sources.csv:5")
    assert told(findings) == []
    assert told(findings, "warning") == [f"{place}  {what}" for place in places]


# -- verify


def counted(found: int) -> list[str]:
    """The note with the counts of the small data."""
    return [
        "data/events.csv  1 of 2 events found in the paragraph they name.",
        f"data/figures.csv  {found} of 20 figures found in the paragraph they name.",
    ]


def test_every_figure_is_looked_up_where_it_was_printed(tmp_path: Path) -> None:
    """Found figures are counted; a source of which an excerpt was read is a warning."""
    findings = check.verify(small_data(tmp_path), small_texts(tmp_path))
    missing = "texts/wire.txt  missing: 11 figures and 1 event of wire (excerpt) were not verified."
    assert [told(findings, level) for level in ("error", "warning", "note")] == [
        [], [missing], counted(9),
    ]  # fmt: skip


HELD = "congress.held,congress,p2,1.221,1221"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (HELD, HELD.replace("p2", "p4"), "9  congress.held: “1.221” is not in p4 (it is in p2)"),
        (HELD, HELD.replace("p2", "p5"),
         "9  congress.held: locator p5 is past the last paragraph (p4)"),
        (HELD, HELD.replace("1.221,1221", "1.212,1212"), "9  congress.held: “1.212” is not in p2"),
        (HELD, HELD.replace("1.221,1221", "221,221"), "9  congress.held: “221” is not in p2"),
        (HELD, HELD.replace("1.221,1221", "1,1"), "9  congress.held: “1” is not in p2"),
        ("hơn 66.000 hồ sơ,66000,at_least", "66.000 hồ sơ,66000,exact",
         "12  dossiers.received: “66.000 hồ sơ” stands as “hơn 66.000 hồ sơ” in p4"),
        (HELD, HELD.replace("p2,1.221,1221", "p3,14,14"),
         "9  congress.held: “14” stands as “14%” in p3"),
    ],
    ids=["elsewhere", "no paragraph", "mistyped", "part", "digit", "hedge", "percent"],
)  # fmt: skip
def test_a_figure_that_is_not_printed_so_is_an_error(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A wrong locator says where the number is; a lost hedge or percent sign is found out."""
    findings = check.verify(small_data(tmp_path, (FIGURES, old, new)), small_texts(tmp_path))
    place = f"data/figures.csv:{message} of congress.txt. Correct printed or locator."
    assert (told(findings), told(findings, "note")) == ([place], counted(8))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Đã có 1.221/1.238 tổ chức xong", "đã có 1.221 trên 1.238 tổ chức xong"),
        ("đạt 98,7%", "(98,7%)"),
        ("1.238 tổ chức", "1.238\u00a0tổ   chức"),
        ("1.221/1.238 tổ chức", "1.221 của 1.238 TỔ CHỨC"),
        # empty lines, lines of spaces and Windows line ends are no paragraphs: p2 stays p2
        ("\n\n", "\r\n\r\n  \r\n"),
    ],
)
def test_spaces_marks_and_capitals_do_not_hide_a_number(tmp_path: Path, old: str, new: str) -> None:
    """A number is found beside any mark, across any space, in capitals, below empty lines."""
    assert old in TEXTS["congress.txt"]
    changed = TEXTS["congress.txt"].replace(old, new)
    texts = small_files(tmp_path / "texts", {**TEXTS, "congress.txt": changed})
    assert told(check.verify(small_data(tmp_path), texts)) == []


def test_a_missing_text_of_a_source_read_in_full_is_an_error(tmp_path: Path) -> None:
    """What was graded “full text” must be there; a text that is not UTF-8 is no text."""
    texts = small_texts(tmp_path)
    (texts / "staff.txt").unlink()
    where = small_data(tmp_path)
    assert told(check.verify(where, texts)) == [
        "texts/staff.txt  missing: 3 figures and 1 event of staff (full text) were not verified."
    ]
    (texts / "staff.txt").write_bytes(b"\xff\xfe3\x002\x00")
    assert told(check.verify(where, texts)) == [
        "texts/staff.txt  byte 0 is not UTF-8: 3 figures and 1 event of staff were not verified."
    ]


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
    return Path(os.environ.get("TEXTS_DIR") or SHIPPED.parents[1] / "shared" / "sources")


@pytest.mark.skipif(
    not real_texts().is_dir(),
    reason="the articles' texts are not distributed; set TEXTS_DIR to their folder",
)
@pytest.mark.parametrize(("table", "at_least"), [("figures", 400), ("events", 20)])
def test_what_is_shipped_stands_where_it_says(table: str, at_least: int) -> None:
    """All figures and events of sources whose text is held are in the paragraphs they name."""
    findings = check.verify("", real_texts())
    assert told(findings) == []
    counts = re.search(rf"(\d+) of (\d+) {table} found", "\n".join(told(findings, "note")))
    assert counts is not None
    warned = "\n".join(told(findings, "warning"))
    missing = sum(map(int, re.findall(rf"(\d+) {table[:-1]}s?\b", warned)))
    assert int(counts[1]) + missing == int(counts[2])
    assert int(counts[1]) > at_least
