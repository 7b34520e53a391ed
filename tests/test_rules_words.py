"""The words around a printed number agree with what the row says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_data import small_data, small_texts
from small_world import FIGURES, INDICATORS, told

from analysis.numbers import check


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


@pytest.mark.parametrize(
    ("row", "other", "message"),
    [
        ("1221,exact,congress,", "1221,exact,units,",
         "congress.held: paragraph p2 says “1.221 tổ chức”, but units counts đơn vị. Correct the "
         "indicator, or add the noun to nouns in indicators.csv."),
        ("2021,after,", "2021,before,",
         "staff.after: role “before” does not agree with “còn 18.350 người” in p1, which says "
         "after. Correct role or value."),
        ("../2019,before,", "../2019,decrease,",
         "staff.before: role “decrease” does not agree with “Từ 32.933” in p1, which says before. "
         "Correct role or value."),
    ],
)  # fmt: skip
def test_the_paragraph_says_another_thing_of_a_number(
    tmp_path: Path, row: str, other: str, message: str
) -> None:
    """A noun behind the number, in “a/b” behind both, or the direction before it is another's."""
    data, texts = small_data(tmp_path, (FIGURES, row, other)), small_texts(tmp_path)
    findings = [str(each).partition("  ")[2] for each in check.verify(data, texts)]
    assert message in findings
