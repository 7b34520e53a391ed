"""A second person's reading of what each number is about, beside the tables.

`second_transcription.csv` was typed by somebody who had the texts, the printed words and the lists
of codes, but not `figures.csv`.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from conftest import ROOT

from analysis.numbers import periods

COLUMNS = ("indicator", "reform", "area", "as_of", "role")


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["figure"]: row for row in csv.DictReader(lines)}


def _pairs() -> list[tuple[dict[str, str], dict[str, str]]]:
    first = _rows(ROOT / "data/figures.csv")
    second = _rows(ROOT / "tests/second_transcription.csv")
    assert not second.keys() - first.keys(), "a figure has a new id: rename it here, too"
    return [(first[figure], row) for figure, row in second.items()]


def _apart(one: str, other: str) -> bool:
    """Whether two periods have no day in common; one of the two is then wrong."""
    read = [(each.startswith(".."), periods.read(each)) for each in (one, other)]
    starts = [period.first_day for is_open, period in read if not is_open]
    return bool(starts) and max(starts) > min(period.last_day for _, period in read)


def test_the_agreement_of_two_readers_is_what_the_method_page_says() -> None:
    """docs/method.md gives, for each column, how often both readers wrote the same."""
    pairs = _pairs()
    method = (ROOT / "docs/method.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+) of \d+ ", method, re.MULTILINE))
    same = {name: str(sum(a[name] == b[name] for a, b in pairs)) for name in COLUMNS}
    assert {name: rows.get(name) for name in COLUMNS} == same
    assert f"of {len(pairs)} " in method


def test_readers_differ_in_how_closely_they_name_a_period_not_in_which() -> None:
    """Where two readers wrote different periods, the periods share a day, or the row's note says
    why the table's is right."""
    apart = [a for a, b in _pairs() if a["as_of"] != b["as_of"] and _apart(a["as_of"], b["as_of"])]
    assert [row["figure"] for row in apart if "as_of" not in row["note"]] == []
