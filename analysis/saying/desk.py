"""A Desk for researchers in a notebook: what is counted where, and the figures of one choice.

The choice is an indicator and an area. It comes from the notebook's parameters, and where a
notebook is open with ipywidgets it can be changed by hand; what stands below follows. An executed
notebook, or one without widgets, shows the same for the parameters.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.numbers import compare
from analysis.numbers.compare import Change
from analysis.saying.page import Page
from analysis.saying.speaker import CellOutput
from analysis.saying.texts import text
from analysis.saying.words import word

if TYPE_CHECKING:
    import pandas as pd
    from ipywidgets import VBox

_LEVELS = frozenset({"before", "after", "count", "whole"})


@dataclass(frozen=True)
class Display:
    """A value that shows itself as HTML in a cell and as words in a terminal."""

    html: str
    plain: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/html": self.html, "text/plain": self.plain}


class Desk:
    """A choice of an indicator and an area, by their codes, and all figures of that choice.

    Its methods show themselves in a cell: `Desk(page, "villages-groups", "ha-noi").figures()`.
    Raises `NoSuchName`, with the nearest code, where the tables do not have one.
    """

    def __init__(self, page: Page, indicator: str, area: str) -> None:
        page.known.find(indicator=indicator, area=area)
        self.page, self.known, self.language = page, page.known, page.language
        self.indicator, self.area = indicator, area
        rows = self.known.rows().values()
        self._pairs = sorted({(row["indicator"], row["area"]) for row in rows})
        self._followers: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"<Desk: {self.indicator} in {self.area}, {len(self.ids)} figures>"

    # -- what there is ----------------------------------------------------------------------------

    def catalogue(self) -> Display:
        """Each indicator in each area that has figures: how many, and from which day to which.

        With itables it can be searched and sorted, without network.
        """
        table = self.known.available()
        area = [self._label("areas", code) for code in table["area"]]
        days = {name: table[name].dt.date.astype(str).replace("NaT", "") for name in _DAYS}
        table = table.assign(place=area, **days)
        columns = [f"label_{self.language}", "place", "reform", "figures", *_DAYS]
        table = table[[*columns, "indicator", "area"]].set_axis(self._heads(_CATALOGUE), axis=1)
        return Display(_interactive(table, self.language), f"{len(table)} × indicator, area")

    # -- the choice -------------------------------------------------------------------------------

    def choose(self) -> None:
        """Show two lists, of indicators and of areas, in which the choice can be changed.

        Each offers only what has figures together with the other; what other cells show of the
        choice follows a change.
        """
        if importlib.util.find_spec("ipywidgets") is not None:
            from IPython.display import display

            display(self._lists())  # type: ignore[no-untyped-call]
        self._show(self._choice)

    def _choice(self) -> Display:
        words = f"{self._label('indicators', self.indicator)} · {self._label('areas', self.area)}"
        return Display(str(Markup("<p><b>{}</b></p>").format(words)), words)

    def _show(self, make: Callable[[], Display]) -> None:
        """Show in this cell what depends on the choice, anew whenever the choice changes."""
        from IPython.display import display

        handle = display(make(), display_id=True)  # type: ignore[no-untyped-call]
        if handle is not None:  # there is a notebook
            self._followers.append(lambda: handle.update(make()))

    def _lists(self) -> VBox:
        """The two lists to choose from; a choice sets `indicator` or `area` and shows anew."""
        from ipywidgets import Dropdown, Layout, VBox

        wide = Layout(width="min(40rem, 100%)")
        indicators, areas = (
            Dropdown(description=word(f"explore_{name}", self.language), layout=wide)
            for name in ("indicator", "area")
        )
        indicators.options = self._options("indicators", {pair[0] for pair in self._pairs})
        indicators.value = self.indicator if self.ids else None
        offered = ({pair[1] for pair in self._pairs if pair[0] == self.indicator}) or {self.area}
        areas.options = self._options("areas", offered)
        areas.value = self.area

        def chosen(change: Any) -> None:
            """An indicator was chosen: offer its areas, and keep the area if it is one of them."""
            self.indicator = change["new"]
            there = {area for indicator, area in self._pairs if indicator == self.indicator}
            kept = self.area if self.area in there else min(there)
            areas.options = self._options("areas", there)
            areas.value = kept

        def placed(change: Any) -> None:
            """An area was chosen: show what depends on it anew."""
            if change["new"] is not None:
                self.area = change["new"]
                for follow in self._followers:
                    follow()

        indicators.observe(chosen, "value")
        areas.observe(placed, "value")
        return VBox([indicators, areas])

    def _options(self, table: str, codes: set[str]) -> list[tuple[str, str]]:
        return sorted((f"{self._label(table, code)} ({code})", code) for code in codes)

    # -- its figures ------------------------------------------------------------------------------

    @property
    def ids(self) -> list[str]:
        """The ids of the chosen figures, in order of day."""
        ids = self.known.find(indicator=self.indicator, area=self.area)
        return sorted(ids, key=lambda figure: (self.known.as_of(figure).last_day, figure))

    @property
    def levels(self) -> list[str]:
        """Their ids without rises and falls: those that a line over time can hold."""
        return [figure for figure in self.ids if self.known.row(figure)["role"] in _LEVELS]

    def frame(self) -> pd.DataFrame:
        """The chosen figures in order of day, as `known.frame()` has them."""
        return self.known.frame().loc[self.ids]

    def figures(self) -> None:
        """Show the chosen figures in order of day: when, as printed, bounds, source, id."""
        self._show(self._listed)

    def line(self) -> None:
        """Show the chosen figures over time, where there are two days or more."""
        self._show(self._drawn)

    def _listed(self) -> Display:
        rows = [
            (row["as_of"], row["printed"], _bound(row["low"]), _bound(row["high"]),
             self._publisher(row["publisher"], row["url"]), row["locator"], figure)
            for figure, row in zip(self.ids, self.frame().to_dict("records"), strict=True)
        ]  # fmt: skip
        return Display(_table(self._heads(_FIGURES), rows), " ".join(self.ids))

    def _publisher(self, name: str, url: str) -> str:
        label = word("unknown_publisher", self.language) if name == "unknown" else name
        return Markup('<a href="{}">{}</a>').format(url, label) if url else label

    def _drawn(self) -> Display:
        if len(self._daily()) < 2:
            nothing = word("explore_nothing", self.language)
            return Display(str(Markup("<p>{}</p>").format(nothing)), nothing)
        bundle = self.series()._repr_mimebundle_()
        return Display(str(bundle["text/html"]), str(bundle["text/plain"]))

    def series(self) -> CellOutput:
        """The chart as a block of a page, for a notebook of one's own."""
        what = self.page.label("indicators", self.indicator)
        where = self.page.label("areas", self.area)
        points = [self.page.point(figure, line="dotted") for figure in self._daily()]
        return self.page.panels("over-time", what, text(f"{where}", f"{where}"), [(what, points)])

    def _daily(self) -> list[str]:
        """One of the levels for each last day: the first by id, since a line has a point a day."""
        by_day = {self.known.as_of(figure).last_day: figure for figure in reversed(self.levels)}
        return [by_day[day] for day in sorted(by_day)]

    def change(self) -> Change:
        """The change from the first chosen level to the last; unknown where there is none."""
        ids = self.levels or self.ids or [""]  # which no figure has: an unknown number
        return compare.change(self.known.get(ids[0]), self.known.get(ids[-1]))

    # -- words ------------------------------------------------------------------------------------

    def _label(self, table: str, code: str) -> str:
        return self.known.label(table, code).words(self.language)

    def _heads(self, names: Iterable[str]) -> list[str]:
        """The heads of columns in words of the language; a code stays as it is."""
        return [word(name, self.language) if name.startswith("explore") else name for name in names]


def _bound(number: float) -> str:
    """A bound in full; nothing where nothing bounds the number."""
    return f"{number:.12g}".replace("nan", "")


_DAYS = ("first_day", "last_day")
_CATALOGUE = (
    *("explore_indicator", "explore_area", "explore_reform", "explore_found"),
    *("explore_from", "explore_to", "indicator", "area"),
)
_FIGURES = (
    *("explore_day", "explore_printed", "low", "high"),
    *("explore_source", "explore_paragraph", "figure"),
)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A plain table whose words begin at the left; the days of its first column stay whole."""

    def row(cells: Iterable[str], tag: str) -> Markup:
        cell = Markup(f'<{tag} style="text-align:left{{}}">{{}}</{tag}>')
        looks = chain([";white-space:nowrap"], repeat(""))
        return Markup("<tr>{}</tr>").format(Markup("").join(map(cell.format, looks, cells)))

    lines = [row(heads, "th"), *(row(cells, "td") for cells in rows)]
    return Markup("<table>{}</table>").format(Markup("").join(lines))


def _interactive(table: pd.DataFrame, language: str) -> str:
    """A table that a reader of the notebook can search and sort; a plain one without itables."""
    if importlib.util.find_spec("itables") is None:
        return str(table.to_html(index=False))
    import itables
    from itables import javascript, options

    words = {"search": word("explore_search", language), "info": "_START_–_END_ / _TOTAL_"}
    library = javascript.generate_init_offline_itables_html(options.dt_bundle)
    markup = itables.to_html_datatable(
        table,
        connected=False,
        maxBytes=0,
        showIndex=False,
        display_logo_when_loading=False,
        classes="display compact",
        columnDefs=[
            {"className": "dt-left dt-nowrap", "targets": [4, 5]},  # days
            {"className": "dt-left", "targets": "_all"},
        ],
        layout={"topStart": None},
        language=words,
    )
    return f"{library}{markup}"
