"""The desk of a researcher: everything there is, and the figures of one choice, live or not."""

from __future__ import annotations

import importlib.util
from typing import Any

import pandas as pd
import pytest

from analysis import Desk, Page
from analysis.numbers.figures import Figures
from analysis.numbers.rows import NoSuchName


def desk(known: Figures, indicator: str = "units", area: str = "ha-noi") -> Desk:
    """A desk in English."""
    return Desk(Page(known, "en"), indicator, area)


def test_the_catalogue_has_a_row_for_each_pair_with_figures(known: Figures) -> None:
    """Every indicator in every area that holds figures, and no other pair, without network."""
    shown = desk(known).catalogue()
    assert shown.plain == f"{len(known.available())} × indicator, area"
    for code in ("dossiers.share", "staff.rate"):
        assert code in shown.html
    assert "https://cdn" not in shown.html


class Cell:
    """What a cell of an open notebook shows."""

    def __init__(self, shown: Any) -> None:
        self.shown = shown

    def update(self, shown: Any) -> None:
        """Show something else in the same place."""
        self.shown = shown


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Cell]:
    """The cells of an open notebook, in order."""
    cells: list[Cell] = []

    def display(shown: Any, display_id: bool = False) -> Cell | None:
        cells.append(Cell(shown))
        return cells[-1] if display_id else None

    monkeypatch.setattr("IPython.display.display", display)
    return cells


def test_each_list_offers_what_has_figures_beside_the_other(
    known: Figures, notebook: list[Cell]
) -> None:
    """A chosen indicator leaves the areas with figures on it; what stands below follows."""
    chosen = desk(known)
    chosen.choose()
    chosen.figures()
    lists, told, below = notebook
    indicators, areas = lists.shown.children
    assert {code for _, code in areas.options} == {"da-nang", "ha-noi", "viet-nam"}
    assert "526 units" in below.shown.html
    areas.value = "da-nang"
    assert "280" in below.shown.html
    indicators.value = "staff"
    assert [code for _, code in areas.options] == ["ha-noi"]
    assert (chosen.indicator, chosen.area) == ("staff", "ha-noi")
    assert told.shown.plain == "Part-time post-holders · Hà Nội"
    assert "18.350 người" in below.shown.html
    assert str(chosen.change().rate) == str(desk(known, "staff").change().rate)


def test_without_widgets_the_choice_of_the_parameters_is_shown(
    known: Figures, notebook: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ipywidgets and itables are missing, tables and chart are plain HTML."""
    found = importlib.util.find_spec
    absent = {"ipywidgets", "itables"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else found(name)
    )
    plain = desk(known)
    plain.choose()
    plain.figures()
    plain.line()
    told, below, _ = notebook
    assert told.shown.plain == "Commune-level units · Hà Nội"
    assert "526 units" in below.shown.html
    assert "<script" not in plain.catalogue().html


def test_figures_stand_in_order_of_day_and_a_line_takes_two_days(
    known: Figures, notebook: list[Cell]
) -> None:
    """Before comes before after; where all figures hold for one day nothing is drawn."""
    staff = desk(known, "staff")
    assert staff.ids == ["staff.before", "staff.after"]
    assert list(staff.frame().index) == staff.ids
    staff.figures()
    listed = notebook.pop().shown.html
    assert listed.index("32.933") < listed.index("18.350")
    assert "<td style" in listed
    staff.line()
    desk(known).line()
    assert ["<svg" in cell.shown.html for cell in notebook] == [True, False]


def test_every_choice_of_the_shipped_data_shows_a_line_or_says_there_is_none(
    shipped: Figures,
) -> None:
    """A line takes one of the figures that share a last day; an error in one choice would keep the
    widgets from following, as it once did for the villages of Hà Nội."""
    page = Page(shipped, "en")
    pairs = {(row["indicator"], row["area"]) for row in shipped.rows().values()}
    drawn = {pair for pair in sorted(pairs) if "<svg" in Desk(page, *pair)._drawn().html}
    several = {
        pair
        for pair in pairs
        if len({shipped.as_of(figure).last_day for figure in Desk(page, *pair).levels}) > 1
    }
    assert drawn == several >= {("villages-groups", "ha-noi")}


def test_a_line_does_not_say_that_nothing_moved_in_between(known: Figures) -> None:
    """The figures of a choice may come from several lists: their line is dotted."""
    (line,) = desk(known, "staff").series().block.lines
    assert [point.line for point in line.points] == ["dotted", "dotted"]
    assert [str(point.number) for point in line.points] == ["32,933", "18,350"]


@pytest.mark.parametrize(("indicator", "area"), [("unitz", "ha-noi"), ("units", "hanoi")])
def test_a_wrong_code_is_answered_with_the_nearest(
    known: Figures, indicator: Any, area: str
) -> None:
    """A code that no table has is an error, not an empty table."""
    with pytest.raises(NoSuchName, match=r"units|ha-noi"):
        desk(known, indicator, area)


def test_a_source_is_a_link_and_its_name_is_text(
    known: Figures, notebook: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The publisher leads to the address of the source; what stands in a table is never HTML."""
    staff = desk(known, "staff")
    row = {**known.row("staff.after"), "publisher": "<Báo>", "url": "https://example.org/a"}
    ends = {"low": 1.5, "high": float("nan")}
    table = pd.DataFrame([{**row, **ends}] * 2)
    monkeypatch.setattr(Desk, "frame", lambda _: table)
    staff.figures()
    html = notebook.pop().shown.html
    assert '<a href="https://example.org/a">&lt;Báo&gt;</a>' in html
    assert ">1.5<" in html
    assert "nan" not in html
