"""A source, or one figure that it printed, is cited the same in every form."""

from __future__ import annotations

import json
import re

import pytest

from analysis import cite
from analysis.numbers import figures
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName
from analysis.saying.citing import Citation


def fields(cited: Citation) -> dict[str, str]:
    """The fields of a BibTeX entry."""
    return dict(re.findall(r"^  (\w+) = \{(.*)\},?$", cited.bibtex(), re.MULTILINE))


def test_all_forms_say_the_same_of_every_source(shipped: Figures) -> None:
    """Text, BibTeX and CSL-JSON give publisher, headline, days and what it was read through; what
    is unknown is left out, and TeX's own signs are masked but for those of an address."""
    for source in shipped.among("sources"):
        row = shipped.entry("sources", source)
        cited = Citation(source, row, "en", "A & B, edition 1")
        (item,) = json.loads(cited.csl())
        told = fields(cited)
        assert cited.bibtex().startswith(f"@online{{{source},\n")
        assert item["title"] == row["headline"]
        assert row["headline"] in cited.text()
        assert cited.text().endswith("A & B, edition 1.")
        assert item["note"].endswith("A & B, edition 1")
        assert told["note"].endswith(r"A \& B, edition 1")
        assert told.get("url", "") == item.get("URL", "") == row["url"]
        assert told.get("date", "") == row["published"]
        assert ("issued" in item) == bool(row["published"])
        assert "unknown" not in (told.get("organization"), item.get("container-title"))


@pytest.mark.parametrize(("language", "where"), [("en", "paragraph 18"), ("vi", "đoạn 18")])
def test_a_figure_is_cited_with_its_paragraph_and_words(
    shipped: Figures, language: str, where: str
) -> None:
    """The entry is its source's, so that two figures of a source have one key; paragraph and
    printed words stand in the note of each form."""
    figure = "congress-2025.grassroots.rate"
    cited, row = cite(shipped, figure, language), shipped.row(figure)
    (item,) = json.loads(cited.csl())
    told = f"{where}: “{row['printed']}”"
    assert cited.locator == where
    assert item["id"] == row["source"]
    assert all(told in form for form in (repr(cited), item["note"]))
    assert told.replace("%", r"\%") in fields(cited)["note"]


def test_what_was_not_printed_yet_is_not_cited(shipped: Figures) -> None:
    """Neither is an id that the tables do not hold."""
    with pytest.raises(NoSuchName, match="Did you mean “congress-2025"):
        cite(shipped, "congress-2025.grassroots.rat")
    with pytest.raises(NoSuchName, match="no source had printed"):
        cite(figures.load(known_on="2019-01-01"), "congress-2025.grassroots.rate")
