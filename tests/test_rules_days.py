"""A day of printing is that of the article: its id, its address, its text and its period say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import small_data, small_files, small_texts
from small_world import SAY, SOURCES, told

from analysis.numbers import check

ADDRESS = "https://example.org/a,2025-07-15"


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
    noted = (
        SOURCES,
        row.format("", covers),
        row.format("published 2025-07-15: it looks back", covers),
    )
    assert [each for each in told(tmp_path, late, noted) if "published" in each] == []


def test_every_source_says_what_it_covers_once_one_does(tmp_path: Path) -> None:
    """`covers` may be left out as a whole, not for a single source."""
    findings = told(tmp_path, (SOURCES, "en,,2025-05", "en,,"))
    assert any(each.startswith("wire: covers “” is no period") for each in findings)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://example.org/ha-noi-20250623001738748.htm", "2025-06-23"),
        ("https://example.org/2025/07/17/ha-noi.html", "2025-07-17"),
        ("https://example.org/chinh-tri/202506/ha-noi-2124091/", "2025-06"),
    ],
)
def test_an_address_with_a_day_says_when_it_was_printed(
    tmp_path: Path, address: str, says: str
) -> None:
    """Many newspapers put the day, or the month, into the address; a day apart is let pass."""
    other = (SOURCES, ADDRESS, ADDRESS.replace("https://example.org/a", address))
    wrong = f"congress: published “2025-07-15” is not in {says}, which the address says. "
    assert wrong + SAY.format("published", "2025-07-15") in told(tmp_path, other)
    for same in ("x-20250716001738748.htm", "2025/07/14/x.html", "202507/x/", "126-20250099-x"):
        good = (SOURCES, ADDRESS, ADDRESS.replace("org/a", f"org/{same}"))
        assert not [each for each in told(tmp_path, good) if "address" in each]


def test_an_id_with_a_day_says_when_it_was_printed(tmp_path: Path) -> None:
    """`list-2025-07` was not printed in August; a bound may lie later."""
    late = "list-2025-07,context,excerpt,x,List,,{},2026-11-22,en,,2025-07\n"
    findings = told(tmp_path, (SOURCES, "", late.format("2025-08-01,")))
    wrong = "list-2025-07: published “2025-08-01” is not in 2025-07, which the id says. "
    assert wrong + SAY.format("published", "2025-08-01") in findings
    bound = told(tmp_path, (SOURCES, "", late.format(",2025-08-01")))
    assert not [each for each in bound if "which the id says" in each]


def test_a_text_prints_the_day_of_its_article(tmp_path: Path) -> None:
    """`verify` looks for it in a short line of its own, not in a sentence."""
    data, texts = small_data(tmp_path), small_texts(tmp_path)
    body = (texts / "congress.txt").read_text("utf-8").replace("(15/07/2025)", "")

    def said(line: str) -> bool:
        small_files(texts, {"congress.txt": f"{body}\n{line}\n"})
        return any("in no dateline" in str(each) for each in check.verify(data, texts))

    assert said("")
    assert said("16/07/2025 18:53")
    assert said("Hội nghị ngày 15/7/2025 nghe báo cáo về kết quả sáu tháng đầu năm của Thành phố.")
    assert not said("Ngày đăng: 15/07/2025 08:51")
